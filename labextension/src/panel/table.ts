/** The chosen probe's result as a table, and copies of it. */

import { Clipboard, Notification } from '@jupyterlab/apputils';

import { report } from '../commands';
import type { Front } from '../front';
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
    const row = this._front.selection.row;
    const text = row?.probe.said.panel?.text ?? '';
    const key = text && row ? `${row.probe.said.id} ${text}` : '';
    if (key === this._drawn) {
      return;
    }
    this._drawn = key;
    this.node.replaceChildren(...(key && row ? [...drawTwin(text), this._buttons(row)] : []));
  }

  private _buttons(row: Row): HTMLElement {
    const { trans } = this._front;
    const attributes = { class: 'jp-mod-styled' };
    return h(
      'div',
      { class: 'limner-buttons' },
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
