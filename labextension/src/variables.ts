/** Questions about variables in a notebook, and the same question once more. */

import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { EditorView } from '@codemirror/view';
import { namesIn } from '@limner/protocol';

import {
  ask,
  COMMAND_OF,
  reach,
  selectedNames,
  type Reaching,
  type Selected,
  type Sent
} from './describe';
import { askPartner } from './dialogs';
import { partnersOf } from './kernel';
import type { Row } from './panel/rows';
import type { IClient, IPage } from './tokens';

/** Asks about variables and remembers which second array the person chose for a name. */
export class Variables {
  /** `renewed` hears where variables were sent anew. */
  constructor(
    private readonly _reaching: Reaching,
    private readonly _renewed: (page: IPage, sent: Sent) => void
  ) {}

  /** What is in the selected variable? */
  describe(page: IPage, view: EditorView): Promise<void> {
    return this._ask(page, selectedNames(view, this._reaching.trans), 'limner.describe');
  }

  /** Are these independent? Of what is selected, or of what the caret is on together with a second array. */
  async check(page: IPage, view: EditorView): Promise<void> {
    const selected = selectedNames(view, this._reaching.trans);
    const written = page.doc.sliceString(selected.start, selected.end);
    const names = await this._together(page, selected);
    if (names) {
      this._chosen(page).set(written, names);
      await this._ask(page, { ...selected, names }, 'limner.hsic');
    }
  }

  /** Ask the same again with what the variables hold now; the options stay. */
  async again({ page, probe }: Row): Promise<void> {
    const { trans } = this._reaching;
    const written = page.doc.sliceString(probe.start, probe.end);
    const names = this._chosen(page).get(written) ?? namesIn(written).names;
    const command = COMMAND_OF[probe.said.method];
    if (!names.length || !command) {
      throw new Error(trans.__('These are no names of variables any more: select them again.'));
    }
    const selected = { names, start: probe.start, end: probe.end };
    await this._ask(page, selected, command, probe.said.options);
  }

  /** The names to be compared; null: the person thought better of it. */
  private async _together(page: IPage, { names }: Selected): Promise<readonly string[] | null> {
    const [name, second] = names;
    const { trans } = this._reaching;
    if (!name || second) {
      return names;
    }
    const { table, names: partners } = await partnersOf(reach(this._reaching, page), name, trans);
    if (table) {
      return names;
    }
    if (!partners.length) {
      throw new Error(
        trans.__('No other array of the kernel has as many rows as %1: select two names.', name)
      );
    }
    const partner = await askPartner(name, partners, trans);
    return partner === null ? null : [name, partner];
  }

  private async _ask(
    page: IPage,
    selected: Selected,
    command: string,
    options: Readonly<Record<string, string>> = {}
  ): Promise<void> {
    const columns = command === 'limner.hsic';
    const question = { ...selected, command, options, columns };
    this._renewed(page, await ask(this._reaching, page, question));
  }

  private _chosen(page: IPage): Map<string, readonly string[]> {
    const chosen = this._names.get(page.model) ?? new Map<string, readonly string[]>();
    this._names.set(page.model, chosen);
    return chosen;
  }

  private readonly _names = new WeakMap<object, Map<string, readonly string[]>>();
}

/** Leave out the rows with gaps, and compute again. */
export function drop(client: IClient, { page, probe }: Row): Promise<void> {
  const argument = { uri: page.uri, probe: probe.said.id, options: { drop: 'yes' } };
  return client.execute('limner.configure', argument);
}

/** Say why there is no result, and offer to leave out the rows with gaps. */
export function offerDrop(client: IClient, row: Row, trans: TranslationBundle): void {
  const callback = () => {
    drop(client, row).catch((reason: Error) => Notification.error(reason.message));
  };
  Notification.warning(row.probe.said.error ?? '', {
    autoClose: 20_000,
    actions: [{ label: trans.__('Drop them and run again'), callback }]
  });
}
