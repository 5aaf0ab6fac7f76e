/** The chosen probe's result as a table, and copies of it. */

import { Clipboard, Notification } from '@jupyterlab/apputils';

import { report } from '../commands';
import type { Front } from '../front';
import { COMMANDS } from '../tokens';
import { button, h } from './dom';
import { twinOf, type Row } from './rows';
import { View } from './view';

const FORMATS = ['html', 'svg', 'json'] as const;

type Format = (typeof FORMATS)[number];

export class TableView extends View {
  constructor(private readonly _front: Front) {
    super();
    this.addClass('limner-table-view');
    const { pages, selection } = _front;
    const update = () => this.update();
    pages.changed.connect(update, this);
    selection.changed.connect(update, this);
  }

  protected override draw(): void {
    const { selection, trans } = this._front;
    const row = selection.row;
    const text = row?.probe.said.panel?.text ?? '';
    const key = text && row ? `${row.probe.said.id} ${text}` : '';
    if (key === this._drawn) {
      return;
    }
    this._drawn = key;
    const empty = trans.__('The result of the chosen probe is shown here as a table.');
    this.node.replaceChildren(
      ...(key && row
        ? [this._buttons(row), ...drawTwin(text)]
        : [h('p', { class: 'limner-empty' }, empty)])
    );
  }

  private _buttons(row: Row): HTMLElement {
    const { app, trans } = this._front;
    const attributes = { class: 'jp-mod-styled' };
    const chart = () => void app.commands.execute(COMMANDS.chart, { probe: row.probe.said.id });
    return h(
      'div',
      { class: 'limner-buttons' },
      button(trans.__('Open chart'), chart, attributes),
      ...FORMATS.map(format => {
        const copy = () => void this._copy(row, format).catch(report);
        return button(trans.__('Copy as %1', format.toUpperCase()), copy, attributes);
      })
    );
  }

  private async _copy({ page, probe }: Row, format: Format): Promise<void> {
    const { client, trans } = this._front;
    const params = { uri: page.uri, probe: probe.said.id, format };
    const { text } = await client.request<{ text: string }>('limner/export', params);
    Clipboard.copyToSystem(text);
    Notification.success(trans.__('Copied as %1.', format.toUpperCase()), { autoClose: 2000 });
  }

  private _drawn: string | null = null;
}

/** A table where the text has columns, else the text as it stands. */
export function drawTwin(text: string): HTMLElement[] {
  const { headline, rows, rest } = twinOf(text);
  if (!rows.length) {
    return [h('p', {}, headline), h('pre', { tabindex: 0, 'aria-label': headline }, rest)];
  }
  const body = rows.map(cells => h('tr', {}, ...cells.map(cell => h('td', {}, cell))));
  return [h('table', { class: 'limner-twin-table' }, h('caption', {}, headline), ...body)];
}
