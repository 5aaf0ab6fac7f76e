/** The list of probes by document: a list box that keys move in. */

import type { Front } from '../front';
import { COMMANDS } from '../tokens';
import { h } from './dom';
import { drawRow } from './row';
import { grouped, type Row } from './rows';
import { View } from './view';

/** What an empty list says; the key is that of the command. */
export type Hint = () => string;

export class ProbeList extends View {
  constructor(
    private readonly _front: Front,
    private readonly _hint: Hint
  ) {
    super();
    this.addClass('limner-list');
    const { pages, selection } = _front;
    const update = () => this.update();
    pages.changed.connect(update, this);
    selection.changed.connect(update, this);
    this.node.addEventListener('keydown', event => this._onKey(event));
    this.node.addEventListener('click', event => this._onClick(event));
  }

  /** Whether other documents' probes are hidden. */
  get onlyHere(): boolean {
    return this._onlyHere;
  }

  set onlyHere(only: boolean) {
    this._onlyHere = only;
    this.update();
  }

  /** The rows as they are shown, from top to bottom. */
  get rows(): readonly Row[] {
    return this._rows;
  }

  protected override onActivateRequest(): void {
    this._focus(this._chosen());
  }

  protected override draw(): void {
    const { pages, trans } = this._front;
    const focused = this.node.contains(document.activeElement);
    const groups = grouped(pages.all, pages.current()?.page.uri ?? null, this._onlyHere);
    this._rows = groups.flatMap(group => group.rows);
    if (!this._rows.length) {
      this.node.replaceChildren(h('p', { class: 'limner-empty', tabindex: -1 }, this._hint()));
      if (focused) {
        (this.node.firstElementChild as HTMLElement).focus();
      }
      return;
    }
    const box = h('div', { role: 'listbox', 'aria-label': trans.__('Probes') });
    const chosen = this._chosen();
    groups.forEach(({ title, rows }, index) => {
      const id = `${this.id}-document-${index}`;
      const head = h('div', { class: 'limner-document', id, role: 'presentation' }, title);
      const drawn = rows.map(row => drawRow(row, row.probe.said.id === chosen, trans));
      box.append(h('div', { role: 'group', 'aria-labelledby': id }, head, ...drawn));
    });
    this.node.replaceChildren(box);
    if (focused) {
      this._focus(chosen);
    }
  }

  /** Id of the row that Tab reaches. */
  private _chosen(): string {
    return (this._front.selection.row ?? this._rows[0])?.probe.said.id ?? '';
  }

  private _focus(id: string): void {
    const drawn = [...this.node.querySelectorAll<HTMLElement>('[data-probe]')];
    drawn.find(row => row.dataset['probe'] === id)?.focus();
  }

  private _onKey(event: KeyboardEvent): void {
    const at = this._rows.findIndex(row => row.probe.said.id === this._chosen());
    const target: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: this._rows.length - 1
    };
    const row = this._rows[at];
    if (event.ctrlKey || event.altKey || event.metaKey || !row) {
      return;
    }
    if (event.key in target) {
      const next = this._rows[target[event.key] ?? at];
      if (next) {
        this._front.selection.choose(next.probe.said.id);
      }
    } else if (event.key === 'Enter') {
      this._jump(row);
    } else if (event.key === 'Delete') {
      this._run('unpin', row);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private _onClick(event: MouseEvent): void {
    const row = this._rowOf(event.target);
    if (!row) {
      return;
    }
    this._front.selection.choose(row.probe.said.id);
    const action = (event.target as Element).closest<HTMLElement>('[data-action]')?.dataset[
      'action'
    ];
    if (action === 'rerun' || action === 'unpin' || action === 'chart') {
      this._run(action, row);
    } else {
      this._jump(row);
    }
  }

  private _rowOf(target: EventTarget | null): Row | undefined {
    const id = (target as Element).closest<HTMLElement>('[data-probe]')?.dataset['probe'];
    return this._rows.find(row => row.probe.said.id === id);
  }

  private _jump(row: Row | undefined): void {
    void row?.page.reveal(row.probe.start);
  }

  private _run(action: 'rerun' | 'unpin' | 'chart', { page, probe }: Row): void {
    const place = { uri: page.uri, probe: probe.said.id };
    void this._front.app.commands.execute(COMMANDS[action], place);
  }

  private _onlyHere = false;
  private _rows: readonly Row[] = [];
}
