/** Everything that is open, told to the server again after each reconnection. */

import type { EditorView } from '@codemirror/view';
import type { ISharedText } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';

import type { Client } from './client';
import { positionOf } from './follow';
import type { Page } from './page';
import type { DrawnProbe, IPage, IPages } from './tokens';
import { readsVariables } from './describe';
import { viewsOf } from './views';

/** A notebook or a file: it opens and closes its pages together. */
export interface Source {
  readonly pages: readonly Page[];
  /** Tell the server of all of it, as the text is now. */
  open(): void;
  /** Tell the server that it is gone. */
  close(): void;
}

/** Where the person is. */
export type Whereabouts = () => { model: ISharedText; view: EditorView } | null;

export class Pages implements IPages {
  readonly changed: Signal<IPages, IPage> = new Signal(this);
  /** Terms of a page are marked that were not, or no more. */
  readonly highlighted: Signal<IPages, IPage> = new Signal(this);

  constructor(
    private readonly _client: Client,
    private readonly _whereabouts: Whereabouts
  ) {
    _client.opened.connect(() => this._replay());
    _client.overlays.connect((_, params) => this._byUri.get(params.uri)?.draw(params));
    _client.highlights.connect((_, params) => this._byUri.get(params.uri)?.mark(params));
  }

  get all(): readonly IPage[] {
    return [...this._sources].flatMap(source => source.pages);
  }

  get(uri: string): IPage | undefined {
    return this._byUri.get(uri);
  }

  /** The page of a shared text. */
  of(model: ISharedText): Page | undefined {
    return this._byModel.get(model);
  }

  current(): { page: IPage; view: EditorView } | null {
    const here = this._whereabouts();
    if (here && this._byModel.has(here.model)) {
      this._last = here;
    }
    const page = this._last && this._byModel.get(this._last.model);
    if (!this._last || !page || !viewsOf(page.model).has(this._last.view)) {
      return null;
    }
    return { page, view: this._last.view };
  }

  /** A source opened; its pages come with `enter`. */
  add(source: Source): void {
    this._sources.add(source);
    if (this._client.state === 'ready') {
      source.open();
    }
  }

  /** A source closed. */
  remove(source: Source): void {
    this._sources.delete(source);
    source.close();
  }

  /** Do `change`, which closes and opens a source anew, and pin again what was pinned by command. */
  again(source: Source, change: () => void): void {
    const drawn = source.pages.map(remember);
    change();
    this._restore(drawn);
  }

  /** A page came. */
  enter(page: Page): void {
    this._byUri.set(page.uri, page);
    this._byModel.set(page.model, page);
    page.probesChanged.connect(() => this.changed.emit(page));
    page.highlighted.connect(() => this.highlighted.emit(page));
    this.changed.emit(page);
  }

  /** A page went. */
  leave(page: Page): void {
    page.dispose();
    if (this._byUri.get(page.uri) === page) {
      this._byUri.delete(page.uri);
    }
    if (this._byModel.get(page.model) === page) {
      this._byModel.delete(page.model);
    }
    this.changed.emit(page);
  }

  /** Draw nothing anywhere. */
  clear(): void {
    this._byUri.forEach(page => page.clear());
  }

  private _replay(): void {
    const drawn = [...this._byUri.values()].map(remember);
    this._sources.forEach(source => source.open());
    this._restore(drawn);
  }

  /** Old colours stay until the server answers; what only this session knew is pinned again. */
  private _restore(drawn: readonly Remembered[]): void {
    for (const { model, probes } of drawn) {
      const page = this.of(model);
      page?.adopt(probes);
      for (const probe of page ? probes : []) {
        if (probe.said.origin === 'command' && probe.start < probe.end) {
          this._pinAgain(page as Page, probe);
        }
      }
    }
  }

  private _pinAgain(page: Page, probe: DrawnProbe): void {
    const range = {
      start: positionOf(page.doc, probe.start),
      end: positionOf(page.doc, probe.end)
    };
    const argument = { uri: page.uri, range, options: probe.said.options, beside: true };
    this._client.execute('limner.attribute', argument).catch((reason: Error) => {
      console.warn(`Limner: a probe could not be pinned again: ${reason.message}`);
    });
  }

  private _sources = new Set<Source>();
  private _byUri = new Map<string, Page>();
  private _byModel = new Map<ISharedText, Page>();
  private _last: { model: ISharedText; view: EditorView } | null = null;
}

interface Remembered {
  model: ISharedText;
  probes: readonly DrawnProbe[];
}

/** What was drawn, but for arrays, which the new daemon does not have. */
function remember(page: Page): Remembered {
  const probes = page.probes.filter(({ said }) => !readsVariables(said.method));
  return { model: page.model, probes };
}
