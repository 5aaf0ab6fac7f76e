/** The rows of a lexicon: only those that are seen are drawn, however many there are. */

import type { LexiconTerm } from '@limner/protocol';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Lexicon } from '../lexicon';
import { button, h } from './dom';
import { columnsOf, drawTerm } from './termRows';

/** What can be done with a row by a button or a key. */
export type Action = 'accept' | 'reject' | 'forget' | 'seed' | 'merge' | 'jump' | 'undo';

/** Hears of what the person does; `term` is that of the row. */
export interface Hearing {
  chosen(term: string): void;
  sorted(sort: ReturnType<typeof columnsOf>[number]['sort']): void;
  act(action: Action, term: string): void;
}

/** Of a row, in pixels; as in the style sheet. */
const HEIGHT = 24;

/** Rows that are drawn above and below those that are seen. */
const SPARE = 8;

const KEYS: Readonly<Record<string, Action>> = {
  Enter: 'jump',
  a: 'accept',
  s: 'seed',
  o: 'forget',
  m: 'merge',
  Delete: 'reject',
  Backspace: 'reject'
};

export class TermGrid {
  readonly node: HTMLElement;

  constructor(
    private readonly _lexicon: Lexicon,
    private readonly _hearing: Hearing,
    private readonly _trans: TranslationBundle
  ) {
    this.node = h(
      'div',
      {
        ...{ class: 'limner-terms-grid', role: 'grid', tabindex: 0 },
        'aria-label': _trans.__('Terms'),
        'aria-description': _trans.__(
          'Enter goes to the first place, A accepts, Delete: not a term, S: seed, O: open again, M merges, Ctrl+Z undoes'
        )
      },
      this._head,
      this._body
    );
    this.node.addEventListener('scroll', () => this.draw(), { passive: true });
    this.node.addEventListener('keydown', event => this._onKey(event));
    this._body.addEventListener('click', event => this._onClick(event));
    this._body.addEventListener('dblclick', () => this._act('jump'));
    this._resized.observe(this.node);
  }

  /** The first row that is seen. */
  get first(): number {
    return Math.floor(this.node.scrollTop / HEIGHT);
  }

  /** Draw what is seen; the chosen term keeps being chosen wherever it went. */
  draw(): void {
    const { total } = this._lexicon;
    this._follow();
    this._drawHead();
    this._body.style.height = `${total * HEIGHT}px`;
    this.node.setAttribute('aria-rowcount', String(total + 1));
    const seen = Math.ceil((this.node.clientHeight || 400) / HEIGHT);
    const begin = Math.max(0, Math.min(this.first, total) - SPARE);
    const end = Math.min(total, this.first + seen + SPARE);
    const rows: HTMLElement[] = [];
    for (let index = begin; index < end; index++) {
      rows.push(this._row(index));
    }
    this._body.replaceChildren(...rows);
    const active = begin <= this._at && this._at < end ? this._id(this._at) : null;
    if (active) {
      this.node.setAttribute('aria-activedescendant', active);
    } else {
      this.node.removeAttribute('aria-activedescendant');
    }
  }

  /** Show the rows from the first on, as of another question. */
  rewind(): void {
    this.node.scrollTop = 0;
    this._at = -1;
    this._term = '';
  }

  dispose(): void {
    this._resized.disconnect();
  }

  private _row(index: number): HTMLElement {
    const term = this._lexicon.row(index);
    const chosen = index === this._at;
    const made = h('div', {
      ...{ role: 'row', class: 'limner-term-row', id: this._id(index) },
      ...{ 'aria-rowindex': index + 2, 'aria-selected': String(chosen) },
      ...{ 'data-index': index, 'data-status': term?.status ?? null }
    });
    made.style.transform = `translateY(${index * HEIGHT}px)`;
    if (term) {
      made.append(...drawTerm(term, this._trans), this._buttons(term));
    } else {
      made.append(h('span', { role: 'gridcell' }, '…'));
    }
    return made;
  }

  /** Keys do the same, so Tab leaves them out. */
  private _buttons({ status, seed }: LexiconTerm): HTMLElement {
    const { _trans: trans } = this;
    const make = (action: Action, sign: string, label: string) =>
      button(sign, () => undefined, {
        ...{ tabindex: -1, title: label, 'aria-label': label, 'data-action': action }
      });
    const again = trans.__('Leave open again (O)');
    return h(
      'span',
      { role: 'gridcell', class: 'limner-actions' },
      status === 'accepted'
        ? make('forget', '↺', again)
        : make('accept', '✓', trans.__('Accept (A)')),
      status === 'rejected'
        ? make('forget', '↺', again)
        : make('reject', '✕', trans.__('Not a term (Delete)')),
      ...(seed ? [] : [make('seed', '★', trans.__('Use as seed (S)'))]),
      make('merge', '⇒', trans.__('Merge into another term (M)'))
    );
  }

  private _drawHead(): void {
    const { sort, descending } = this._lexicon.choice;
    const key = `${sort} ${descending}`;
    if (this._headOf === key) {
      return; // a head that has the focus keeps it
    }
    const focused = this._head.contains(document.activeElement);
    this._headOf = key;
    const cells = columnsOf(this._trans).map(column => {
      const on = column.sort === sort;
      const order = on ? (descending ? 'descending' : 'ascending') : 'none';
      const head = button(column.name, () => this._hearing.sorted(column.sort), {
        ...{ class: 'limner-sort', title: column.help, 'data-sort': column.sort }
      });
      return h('span', { role: 'columnheader', 'aria-sort': order }, head);
    });
    this._head.replaceChildren(...cells);
    if (focused) {
      this._head.querySelector<HTMLElement>(`[data-sort="${sort}"]`)?.focus();
    }
  }

  private _onKey(event: KeyboardEvent): void {
    if (event.target !== this.node) {
      return; // a head's button
    }
    const page = Math.max(1, Math.floor(this.node.clientHeight / HEIGHT) - 2);
    const target: Record<string, number> = {
      ArrowDown: this._at + 1,
      ArrowUp: this._at - 1,
      PageDown: this._at + page,
      PageUp: this._at - page,
      Home: 0,
      End: this._lexicon.total - 1
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const undo = (event.ctrlKey || event.metaKey) && !event.shiftKey && key === 'z';
    const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
    const to = target[event.key];
    const action = KEYS[key];
    if (undo) {
      this._act('undo');
    } else if (plain && to !== undefined) {
      this._choose(to);
    } else if (plain && action) {
      this._act(action);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private _onClick(event: MouseEvent): void {
    const target = event.target as Element;
    const row = target.closest<HTMLElement>('[data-index]');
    if (!row) {
      return;
    }
    const action = target.closest<HTMLElement>('[data-action]')?.dataset['action'];
    this._choose(Number(row.dataset['index']));
    this.node.focus({ preventScroll: true });
    if (action) {
      this._act(action as Action);
    }
  }

  private _choose(index: number): void {
    const { total } = this._lexicon;
    if (!total) {
      return;
    }
    this._at = Math.max(0, Math.min(index, total - 1));
    this._term = this._lexicon.row(this._at)?.term ?? '';
    const top = this._at * HEIGHT;
    const room = this.node.clientHeight - this._head.offsetHeight;
    if (top < this.node.scrollTop) {
      this.node.scrollTop = top;
    } else if (room > 0 && top + HEIGHT > this.node.scrollTop + room) {
      this.node.scrollTop = top + HEIGHT - room;
    }
    this.draw();
    this._hearing.chosen(this._term);
  }

  private _act(action: Action): void {
    if (this._term || action === 'undo') {
      this._hearing.act(action, this._term);
    }
  }

  /** The row of the chosen term; where it is gone, the one that took its place. */
  private _follow(): void {
    if (this._at < 0) {
      return;
    }
    const at = this._term ? this._lexicon.indexOf(this._term) : -1;
    if (at >= 0) {
      this._at = at;
      return;
    }
    this._at = Math.min(this._at, this._lexicon.total - 1);
    const term = this._at < 0 ? undefined : this._lexicon.row(this._at)?.term;
    if (term && term !== this._term) {
      this._term = term;
      this._hearing.chosen(term);
    }
  }

  private _id(index: number): string {
    return `limner-term-${index}`;
  }

  private _at = -1;
  private _term = '';
  private _headOf = '';
  private readonly _head = h('div', {
    role: 'row',
    class: 'limner-terms-head',
    'aria-rowindex': 1
  });
  private readonly _body = h('div', { role: 'rowgroup', class: 'limner-terms-body' });
  private readonly _resized = new ResizeObserver(() => this.draw());
}
