/** Small dialogs that ask for a method's options. */

import { Dialog, showDialog } from '@jupyterlab/apputils';
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
