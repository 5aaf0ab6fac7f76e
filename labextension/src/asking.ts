/** Commands that ask before they run: which options, what to compare with. */

import type { MethodOption, StatusAnswer } from '@limner/protocol';

import { askOptions } from './dialogs';
import { excerpt, type Row } from './panel/rows';
import type { Front } from './front';
import { difference, type Values } from './options';

/** Asks for options and remembers, for this session, what was chosen last. */
export class Asking {
  constructor(private readonly _front: Front) {}

  /** Change a probe's options, or choose those of a new one (without a row); null: cancelled. */
  async configure(row: Row | null): Promise<Values | null> {
    const { trans } = this._front;
    const options = await this._optionsOf(row);
    const title = row ? trans.__('Options of this probe') : trans.__('Attribute with options');
    return this._ask(title, row, options);
  }

  /** Choose a second baseline to be shown beside the first. */
  async compare(row: Row | null): Promise<Values | null> {
    const options = await this._optionsOf(row);
    const fields = options.filter(({ name }) => name === 'baseline' || name === 'compare');
    return this._ask(this._front.trans.__('Compare two baselines'), row, fields);
  }

  private async _optionsOf(row: Row | null): Promise<readonly MethodOption[]> {
    const { engine, trans } = this._front;
    this._status = await engine.refresh();
    const options = this._status?.options[row?.probe.said.method ?? 'attribute'] ?? [];
    if (!options.length) {
      throw new Error(
        row && this._status
          ? trans.__('There is nothing to choose for this kind of probe.')
          : trans.__('Limner is not connected: its options are known once it is.')
      );
    }
    return options;
  }

  private async _ask(
    title: string,
    row: Row | null,
    options: readonly MethodOption[]
  ): Promise<Values | null> {
    const { trans } = this._front;
    const given = row ? row.probe.said.options : this._last;
    const values = await askOptions(title, row ? excerpt(row) : trans.__('The text at the caret'), {
      options,
      given,
      models: this._status?.models ?? [],
      labels: row?.probe.said.labels ?? [],
      trans
    });
    if (!values) {
      return null;
    }
    const asked = Object.fromEntries(
      options.map(({ name }) => [name, given[name] ?? '']).filter(([, value]) => value)
    ) as Values;
    const changed = difference(asked, values);
    this._last = { ...this._last, ...changed };
    return row ? changed : values;
  }

  private _status: StatusAnswer | null = null;
  private _last: Values = {};
}
