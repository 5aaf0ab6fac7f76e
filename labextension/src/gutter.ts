/** Buttons beside the lines that a probe can be pinned to, from the server's code lenses. */

import { RangeSet, StateEffect, StateField, type Extension } from '@codemirror/state';
import { gutter, GutterMarker, type EditorView } from '@codemirror/view';
import { Debouncer } from '@lumino/polling';
import type { CodeLens } from 'vscode-languageserver-protocol';

import { buttonsOf, type Button } from './buttons';
import type { IClient, IPage, IPages } from './tokens';
import { attached } from './views';

type Press = (view: EditorView, button: Button) => void;

const WAIT = 250;

const setButtons = StateEffect.define<readonly Button[]>();

/** The gutter of an editor; empty editors show none of it. */
export function buttons(press: Press): Extension {
  const field = StateField.define<RangeSet<GutterMarker>>({
    create: () => RangeSet.empty,
    update(value, transaction) {
      for (const effect of transaction.effects) {
        if (effect.is(setButtons)) {
          const { doc } = transaction.state;
          const fitting = effect.value.filter(button => button.line < doc.lines);
          return RangeSet.of(
            fitting.map(button => new Marker(button, press).range(doc.line(button.line + 1).from)),
            true
          );
        }
      }
      return value.map(transaction.changes);
    }
  });
  return [field, gutter({ class: 'limner-gutter', markers: view => view.state.field(field) })];
}

/** Keeps the buttons of all visible editors fresh. */
export class Lenses {
  constructor(
    private readonly _client: IClient,
    private readonly _pages: IPages
  ) {
    _client.lensesStale.connect(() => this._pages.all.forEach(page => this._later(page)));
    _client.stateChanged.connect((_, state) => {
      if (state === 'closed') {
        this._pages.all.forEach(page => show(page, []));
      }
    });
    _pages.changed.connect((_, page) => this._later(page));
    attached.connect((_, { model }) => {
      this._pages.all.filter(page => page.model === model).forEach(page => this._later(page));
    });
  }

  /** One request for a page after the last of a burst of changes. */
  private _later(page: IPage): void {
    let debouncer = this._waiting.get(page);
    if (!debouncer) {
      debouncer = new Debouncer(() => this._fetch(page), WAIT);
      this._waiting.set(page, debouncer);
    }
    debouncer.invoke().catch(() => undefined); // a later call took its place
  }

  private async _fetch(page: IPage): Promise<void> {
    if (!page.views.size || this._client.state !== 'ready' || !this._pages.get(page.uri)) {
      return;
    }
    const version = page.version;
    const params = { textDocument: { uri: page.uri } };
    const lenses = await this._client
      .request<CodeLens[] | null>('textDocument/codeLens', params)
      .catch(() => undefined); // closed meanwhile, or reconnecting: the next change asks again
    if (lenses !== undefined && version === page.version) {
      show(page, buttonsOf(lenses ?? []));
    }
  }

  private _waiting = new WeakMap<IPage, Debouncer>();
}

function show(page: IPage, found: readonly Button[]): void {
  const effects = setButtons.of(found);
  page.views.forEach(view => view.dispatch({ effects }));
}

class Marker extends GutterMarker {
  constructor(
    private readonly _button: Button,
    private readonly _press: Press
  ) {
    super();
  }

  override eq(other: Marker): boolean {
    return JSON.stringify(this._button) === JSON.stringify(other._button);
  }

  override toDOM(view: EditorView): HTMLElement {
    const pinned = this._button.probes.length > 0;
    const button = document.createElement('button');
    button.className = pinned ? 'limner-button limner-button-pinned' : 'limner-button';
    button.type = 'button';
    button.tabIndex = -1; // the same is a command with a key; tabbing stays in the text
    button.title = pinned ? 'Limner: let go of this probe' : 'Limner: attribute this text';
    button.setAttribute('aria-label', button.title);
    button.addEventListener('mousedown', event => event.preventDefault());
    button.addEventListener('click', () => this._press(view, this._button));
    return button;
  }
}
