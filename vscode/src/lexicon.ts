/** The rows of a lexicon that were asked for, a page after the other. */

import type { LexiconAnswer, LexiconParams, LexiconTerm } from '@limner/protocol';

/** What a person chose to see. */
export type Choice = Required<Pick<LexiconParams, 'query' | 'status' | 'sort' | 'descending'>>;

export const CHOICE: Choice = { query: '', status: 'all', sort: 'score', descending: true };

/** Rows of a page. */
export const PAGE = 200;

export type Ask = (params: LexiconParams) => Promise<LexiconAnswer>;

/** What is known of it, or why it is not. */
export type State =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'known'; readonly uri: string; readonly answer: LexiconAnswer };

export class Lexicon {
  constructor(
    private readonly _ask: Ask,
    private _choice: Choice = CHOICE
  ) {}

  get state(): State {
    return this._state;
  }

  get choice(): Choice {
    return this._choice;
  }

  /** In the order that was asked for. */
  get rows(): readonly LexiconTerm[] {
    return this._rows;
  }

  /** How many more rows fit the question. */
  get left(): number {
    return this._state.kind === 'known'
      ? Math.max(0, this._state.answer.total - this._rows.length)
      : 0;
  }

  /** Ask another question; what is shown stays until it is answered. */
  choose(choice: Partial<Choice>): void {
    this._choice = { ...this._choice, ...choice };
    this._wanted = PAGE;
  }

  /** Ask anew of the lexicon that a document has; false: a later question has overtaken this one. */
  async read(uri: string): Promise<boolean> {
    if (this._state.kind === 'known' && this._state.uri !== uri) {
      const { answer } = this._state;
      const within = answer.folder !== null && uri.startsWith(answer.folder);
      this._wanted = within ? this._wanted : PAGE;
    }
    return this._fill(uri, []);
  }

  /** Ask for the next page. */
  async more(): Promise<boolean> {
    if (this._state.kind !== 'known') {
      return false;
    }
    this._wanted = this._rows.length + PAGE;
    return this._fill(this._state.uri, this._rows);
  }

  /** Nobody is there to be asked. */
  forget(): void {
    this._turn += 1;
    this._set({ kind: 'unknown' }, []);
  }

  /** Pages are asked for until there are as many rows as are wanted, or no more. */
  private async _fill(uri: string, before: readonly LexiconTerm[]): Promise<boolean> {
    const turn = ++this._turn;
    const rows = [...before];
    try {
      for (;;) {
        const answer = await this._ask({ uri, ...this._choice, offset: rows.length, limit: PAGE });
        if (turn !== this._turn) {
          return false;
        }
        rows.push(...answer.terms);
        if (!answer.terms.length || rows.length >= Math.min(this._wanted, answer.total)) {
          this._set({ kind: 'known', uri, answer }, rows);
          return true;
        }
      }
    } catch (error) {
      if (turn === this._turn) {
        this._set({ kind: 'failed', why: (error as Error).message }, []);
      }
      return turn === this._turn;
    }
  }

  private _set(state: State, rows: readonly LexiconTerm[]): void {
    this._state = state;
    this._rows = rows;
  }

  private _state: State = { kind: 'unknown' };
  private _rows: readonly LexiconTerm[] = [];
  private _wanted = PAGE;
  private _turn = 0;
}
