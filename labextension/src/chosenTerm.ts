/** The term that the side panel explains: what is known of it, and where it stands. */

import type { TermAnswer, TermPlace } from '@limner/protocol';
import { Signal, type ISignal } from '@lumino/signaling';
import type { Location } from 'vscode-languageserver-protocol';

import type { IClient } from './tokens';

/** A place to go to, as people call it. */
export type Place = TermPlace;

/** What is shown of a term. */
export interface Shown {
  readonly uri: string;
  readonly term: string;
  readonly markdown: string;
  readonly places: readonly Place[];
  /** All of the folder's, not only those that explain it. */
  readonly all: boolean;
}

export class ChosenTerm {
  readonly changed: ISignal<this, void>;

  constructor(private readonly _client: IClient) {
    this.changed = this._changed;
  }

  /** Null while no term is chosen or nothing is known of it yet. */
  get shown(): Shown | null {
    return this._shown;
  }

  get term(): string {
    return this._term;
  }

  /** Explain a term of the lexicon that a document has; empty: none. */
  async choose(uri: string, term: string): Promise<void> {
    const turn = ++this._turn;
    this._term = term;
    if (!term) {
      this._set(null);
      return;
    }
    const asked = this._client.request<TermAnswer>('limner/term', { uri, term });
    const answer = await asked.catch(() => null); // gone meanwhile
    if (turn === this._turn) {
      this._set(answer && { uri, term, ...explained(answer), all: false });
    }
  }

  /** List all places of a term. */
  show(term: string, found: readonly Location[]): void {
    this._turn += 1;
    this._term = term;
    const places = found.map(({ uri, range: { start } }) => ({
      ...{ uri, line: start.line, where: `${nameOf(uri)}:${start.line + 1}`, text: '' },
      ...{ start: start.character, end: start.character }
    }));
    this._set({ uri: '', term, markdown: '', places, all: true });
  }

  private _set(shown: Shown | null): void {
    this._shown = shown;
    this._changed.emit();
  }

  private _term = '';
  private _shown: Shown | null = null;
  private _turn = 0;
  private readonly _changed = new Signal<this, void>(this);
}

/** The sentences are listed as places to go to, so the text is without them. */
function explained({ markdown, places }: TermAnswer): {
  markdown: string;
  places: readonly Place[];
} {
  const parts = markdown.split('\n\n').filter(part => !(places.length && part.startsWith('> ')));
  return { markdown: parts.join('\n\n'), places };
}

function nameOf(uri: string): string {
  const name = uri.split('#')[0]?.split('/').pop() ?? uri;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
