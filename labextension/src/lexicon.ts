/** The rows of a lexicon: pages of them as they are looked at, never all. */

import type { LexiconAnswer, LexiconParams, LexiconTerm } from '@limner/protocol';
import { Signal, type ISignal } from '@lumino/signaling';

/** What a person chose to see. */
export type Choice = Required<Pick<LexiconParams, 'query' | 'status' | 'sort' | 'descending'>>;

export const CHOICE: Choice = { query: '', status: 'all', sort: 'score', descending: true };

const STATUSES: readonly string[] = ['all', 'accepted', 'candidate', 'rejected', 'page'];
const SORTS: readonly string[] = ['score', 'count', 'ratio', 'z', 'pmi', 'term', 'page'];

/** What was kept of a choice, as far as it can be understood. */
export function readChoice(kept: unknown): Choice {
  const { status, sort, descending } = (kept ?? {}) as Partial<Choice>;
  return {
    ...CHOICE,
    ...(STATUSES.includes(String(status)) ? { status: status as Choice['status'] } : {}),
    ...(SORTS.includes(String(sort)) ? { sort: sort as Choice['sort'] } : {}),
    ...(typeof descending === 'boolean' ? { descending } : {})
  };
}

/** Rows of a page. */
export const PAGE = 200;

/** Pages that are kept; those farthest from where somebody looks go first. */
const KEPT = 8;

export type Ask = (params: LexiconParams) => Promise<LexiconAnswer>;

/** An answer without its rows. */
export type Known = Omit<LexiconAnswer, 'terms'>;

export class Lexicon {
  readonly changed: ISignal<this, void>;

  constructor(private readonly _ask: Ask) {
    this.changed = this._changed;
  }

  /** Of which document; empty: of none. */
  get uri(): string {
    return this._uri;
  }

  get choice(): Choice {
    return this._choice;
  }

  /** What was said of it last; null before the first answer. */
  get known(): Known | null {
    return this._known;
  }

  /** Why there is no answer, in a sentence. */
  get trouble(): string {
    return this._trouble;
  }

  /** Rows that fit the question. */
  get total(): number {
    return this._known?.total ?? 0;
  }

  /** A row, if it is there already; else its page is asked for. */
  row(index: number): LexiconTerm | undefined {
    const number = Math.floor(index / PAGE);
    const page = this._pages.get(number);
    if (!page && index < this.total) {
      void this._fetch(number);
    }
    return page?.[index - number * PAGE];
  }

  /** Where a term is among the rows that are there; −1: not among them. */
  indexOf(term: string): number {
    for (const [number, page] of this._pages) {
      const at = page.findIndex(row => row.term === term);
      if (at >= 0) {
        return number * PAGE + at;
      }
    }
    return -1;
  }

  /** Ask another question. */
  choose(choice: Partial<Choice>): Promise<void> {
    this._choice = { ...this._choice, ...choice };
    return this._anew(0);
  }

  /** Ask of the lexicon that a document has; rows stay until the answer comes. */
  read(uri: string, around = 0): Promise<void> {
    this._uri = uri;
    return uri ? this._anew(Math.floor(around / PAGE)) : this.forget();
  }

  /** Nobody is there to be asked. */
  async forget(): Promise<void> {
    this._turn += 1;
    this._uri = '';
    this._set(null, '');
    this._changed.emit();
  }

  /** Pages of an older question are forgotten with the first answer to the new one. */
  private async _anew(number: number): Promise<void> {
    if (!this._uri) {
      return;
    }
    const turn = ++this._turn;
    this._asked.clear();
    try {
      const { terms, ...known } = await this._ask(this._question(number));
      if (turn !== this._turn) {
        return;
      }
      this._set(known, '');
      if (terms.length) {
        this._pages.set(number, terms);
      }
    } catch (error) {
      if (turn !== this._turn) {
        return;
      }
      this._set(null, error instanceof Error ? error.message : String(error));
    }
    this._changed.emit();
  }

  private async _fetch(number: number): Promise<void> {
    const turn = this._turn;
    if (this._asked.has(number)) {
      return;
    }
    this._asked.add(number);
    const answer = await this._ask(this._question(number)).catch(() => null);
    if (turn === this._turn && answer) {
      this._asked.delete(number);
      this._pages.set(number, answer.terms);
      this._drop(number);
      this._changed.emit();
    }
  }

  private _drop(here: number): void {
    const far = [...this._pages.keys()].sort((a, b) => Math.abs(b - here) - Math.abs(a - here));
    far.slice(0, Math.max(0, far.length - KEPT)).forEach(number => this._pages.delete(number));
  }

  private _question(number: number): LexiconParams {
    return { uri: this._uri, ...this._choice, offset: number * PAGE, limit: PAGE };
  }

  private _set(known: Known | null, trouble: string): void {
    this._known = known;
    this._trouble = trouble;
    this._pages.clear();
    this._asked.clear();
  }

  private _uri = '';
  private _choice = CHOICE;
  private _known: Known | null = null;
  private _trouble = '';
  private _turn = 0;
  private readonly _pages = new Map<number, readonly LexiconTerm[]>();
  private readonly _asked = new Set<number>();
  private readonly _changed = new Signal<this, void>(this);
}
