/** The chosen probe's result as a table, and copies of it. */

import { Clipboard, Notification } from '@jupyterlab/apputils';
import { drawTable, numberOf } from '@limner/protocol';

import { report } from '../commands';
import type { Front } from '../front';
import { button, h } from './dom';
import { twinOf, type Block, type Row } from './rows';
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

/** Tables where the lines of the text have columns, sortable ones under heads, else as it stands. */
export function drawTwin(text: string): HTMLElement[] {
  const { headline, blocks } = twinOf(text);
  const drawn = blocks.map(block => drawBlock(block, headline));
  return [h('p', {}, headline), ...drawn];
}

function drawBlock({ heads, rows, rest }: Block, headline: string): HTMLElement {
  if (heads.length) {
    const align = heads.map((_, column) => alignmentOf(rows, column)).join('');
    const table = drawTable({ caption: '', columns: heads, align, rows });
    table.setAttribute('aria-label', headline);
    return h('div', { class: 'limner-scroll' }, table);
  }
  if (!rows.length) {
    return h('pre', { tabindex: 0, 'aria-label': headline }, rest);
  }
  const body = rows.map(cells => h('tr', {}, ...cells.map(cell => h('td', {}, cell))));
  return h('table', { class: 'limner-twin-table', 'aria-label': headline }, ...body);
}

/** Columns of numbers stand on the right. */
function alignmentOf(rows: readonly (readonly string[])[], column: number): string {
  return rows.every(cells => numberOf(cells[column] ?? '') !== null) ? 'r' : 'l';
}
