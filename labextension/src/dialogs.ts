/** Small dialogs that ask for a method's options. */

import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import { h } from './panel/dom';
import { OptionForm, type Asked, type Values } from './options';

/** Ask for options; null when the person thinks better of it. */
export async function askOptions(
  title: string,
  text: string,
  asked: Asked
): Promise<Values | null> {
  const { trans } = asked;
  const body = new OptionsBody(text, asked);
  const { button, value } = await showDialog<Values>({
    title,
    body,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Run') })
    ]
  });
  return button.accept ? (value ?? {}) : null;
}

class OptionsBody extends Widget implements Dialog.IBodyWidget<Values> {
  constructor(text: string, asked: Asked) {
    super();
    this._form = new OptionForm(asked);
    this.node.append(h('p', { class: 'limner-form-text' }, text), this._form.node);
  }

  getValue(): Values {
    return this._form.read();
  }

  private readonly _form: OptionForm;
}

/** Ask which array a name is compared with; null when the person thinks better of it. */
export async function askPartner(
  name: string,
  partners: readonly string[],
  trans: TranslationBundle
): Promise<string | null> {
  const { button, value } = await InputDialog.getItem({
    title: trans.__('Is %1 independent of …', name),
    label: trans.__('Arrays of the kernel with as many rows'),
    items: [...partners],
    okLabel: trans.__('Check')
  });
  return button.accept ? value : null;
}
