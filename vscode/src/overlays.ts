/** What is drawn on each open document: told by the server, moved by edits. */

import {
  follow,
  place,
  type DrawnMark,
  type DrawnProbe,
  type OverlayParams,
  type Replacement
} from '@limner/protocol';
import * as vscode from 'vscode';

/** A document and what is pinned to it. */
export interface Page {
  readonly document: vscode.TextDocument;
  readonly probes: readonly DrawnProbe[];
  /** Counts connections: of which one the probes are. */
  readonly session: number;
}

export class Overlays implements vscode.Disposable {
  /** Fires with the document whose probes are others, or lie elsewhere. */
  readonly changed: vscode.Event<vscode.TextDocument>;
  /** Fires with what a document had when it is closed, or becomes one of another language. */
  readonly closed: vscode.Event<Page>;

  constructor() {
    this.changed = this._changed.event;
    this.closed = this._closed.event;
    this._listeners = vscode.Disposable.from(
      this._changed,
      this._closed,
      vscode.workspace.onDidChangeTextDocument(event => this._follow(event)),
      vscode.workspace.onDidCloseTextDocument(document => this._drop(document))
    );
  }

  /** Take the server's word; it is dropped when the text has gone on: one of that text follows. */
  take({ uri, version, probes }: OverlayParams): void {
    const key = vscode.Uri.parse(uri).toString();
    const document = vscode.workspace.textDocuments.find(open => open.uri.toString() === key);
    if (document?.version !== version) {
      return;
    }
    const offsetOf = ({ line, character }: { line: number; character: number }) =>
      document.offsetAt(new vscode.Position(line, character));
    this._set(
      document,
      probes.map(said => place(said, offsetOf)),
      this._session
    );
  }

  /** Another session begins: what is drawn is of the old one, and pale until the new one speaks. */
  renew(): void {
    this._session += 1;
    for (const { document, probes, session } of this.pages) {
      this._set(document, probes.map(paled), session);
    }
  }

  /** Let go of what the present session has not spoken of. */
  dropOld(): void {
    this.pages
      .filter(({ session }) => session !== this._session)
      .forEach(({ document, session }) => this._set(document, [], session));
  }

  of(document: vscode.TextDocument): readonly DrawnProbe[] {
    return this._pages.get(document.uri.toString())?.probes ?? [];
  }

  get pages(): readonly Page[] {
    return [...this._pages.values()];
  }

  /** A probe by its id, with its document. */
  find(id: string): { document: vscode.TextDocument; probe: DrawnProbe } | undefined {
    for (const { document, probes } of this._pages.values()) {
      const probe = probes.find(({ said }) => said.id === id);
      if (probe) {
        return { document, probe };
      }
    }
    return undefined;
  }

  /** The probes whose text is at an offset. */
  at(document: vscode.TextDocument, offset: number): readonly DrawnProbe[] {
    return this.of(document).filter(({ start, end }) => start <= offset && offset <= end);
  }

  dispose(): void {
    this._listeners.dispose();
  }

  private _follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const page = this._pages.get(document.uri.toString());
    if (page && contentChanges.length) {
      const edits = contentChanges.map(replacementOf);
      this._set(
        document,
        page.probes.map(probe => follow(probe, edits)),
        page.session
      );
    }
  }

  private _drop(document: vscode.TextDocument): void {
    const page = this._pages.get(document.uri.toString());
    this._closed.fire(page ?? { document, probes: [], session: this._session });
    if (page) {
      this._set(document, [], page.session);
    }
  }

  private _set(
    document: vscode.TextDocument,
    probes: readonly DrawnProbe[],
    session: number
  ): void {
    if (probes.length) {
      this._pages.set(document.uri.toString(), { document, probes, session });
    } else {
      this._pages.delete(document.uri.toString());
    }
    this._changed.fire(document);
  }

  private _session = 0;
  private readonly _pages = new Map<string, Page>();
  private readonly _changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly _closed = new vscode.EventEmitter<Page>();
  private readonly _listeners: vscode.Disposable;
}

function paled(probe: DrawnProbe): DrawnProbe {
  return { ...probe, said: { ...probe.said, preliminary: true } };
}

/** VS Code lists edits last first: what is before one of them is as it was. */
function replacementOf(change: vscode.TextDocumentContentChangeEvent): Replacement {
  const { rangeOffset, rangeLength, text } = change;
  return { from: rangeOffset, to: rangeOffset + rangeLength, text };
}

/** The mark at an offset; of two neighbours the one that begins there. */
export function markAt(probe: DrawnProbe, offset: number): DrawnMark | undefined {
  const near = probe.marks.filter(({ start, end }) => start <= offset && offset <= end);
  return near.sort((one, other) => other.start - one.start)[0];
}
