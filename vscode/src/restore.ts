/**
 * What was pinned by a command lives in a session, and there only while its document is open. It is
 * pinned again when the document is opened again, after a lost connection, and after a reload of
 * the window; comments bring theirs back by themselves.
 */

import * as vscode from 'vscode';

import { keptOf, ofLanguage, placeOf, union, type Kept } from './kept';
import type { Overlays, Page } from './overlays';
import type { Server } from './server';

const KEY = 'limner.kept';
/** Most documents that are remembered over a reload; those seen last stay. */
const DOCUMENTS = 100;
/** Longest text that is remembered over a reload, in UTF-16 units. */
const LONGEST = 20_000;
/** Milliseconds between a change and its writing. */
const DELAY = 300;
/** Milliseconds after which what an earlier session drew is old: the new one has spoken since. */
const PATIENCE = 5000;

export class Keeper implements vscode.Disposable {
  constructor(
    private readonly _server: Server,
    private readonly _overlays: Overlays,
    private readonly _memory: vscode.Memento
  ) {
    this._kept = new Map(_memory.get<[string, readonly Kept[]][]>(KEY, []));
    this._parts = vscode.Disposable.from(
      _overlays.changed(() => (this._timer ??= setTimeout(() => this._write(), DELAY))),
      _overlays.closed(page => this._keep(page)),
      _server.changed(() => this._connected()),
      _server.opened(() => void this._restoreAll()),
      _server.shown(uri => void this._restore(uri.toString())),
      vscode.workspace.onDidRenameFiles(({ files }) => files.forEach(file => this._rename(file)))
    );
  }

  dispose(): void {
    this._parts.dispose();
    clearTimeout(this._timer);
    void this._write();
  }

  /** Keep what a page has, beside what is still to be pinned there. */
  private _keep(page: Page): void {
    const uri = page.document.uri.toString();
    const kept = this._of(page);
    const all = union(kept, this._other.get(uri) ?? []);
    this._kept.delete(uri); // those seen last are last
    this._other.delete(uri);
    if (kept.length) {
      this._kept.set(uri, all);
    }
  }

  private _of({ document, probes }: Page): readonly Kept[] {
    const here = keptOf(document.getText(), document.languageId, probes);
    return union(here, this._kept.get(document.uri.toString()) ?? []);
  }

  /** What is drawn is from the lost session: the new one has said nothing yet. */
  private _connected(): void {
    if (this._server.link === 'ready') {
      this._overlays.pages.forEach(page => this._keep(page));
      this._overlays.renew();
    }
  }

  /** A file, or a folder with all that is in it, has another address now. */
  private _rename({ oldUri, newUri }: { oldUri: vscode.Uri; newUri: vscode.Uri }): void {
    const [old, now] = [oldUri.toString(), newUri.toString()];
    const below = (uri: string) => uri === old || uri.startsWith(`${old}/`);
    const pages = this._overlays.pages.filter(({ document }) => below(document.uri.toString()));
    pages.forEach(page => this._keep(page));
    for (const [uri, kept] of [...this._kept].filter(([uri]) => below(uri))) {
      const moved = now + uri.slice(old.length);
      this._kept.delete(uri);
      this._kept.set(moved, kept);
      void this._restore(moved);
    }
  }

  /** What an untitled document had goes to the file that it is saved as, which has its text. */
  private _saved(document: vscode.TextDocument): readonly Kept[] | undefined {
    if (document.uri.scheme === 'untitled') {
      return undefined;
    }
    const text = document.getText();
    const page = this._overlays.pages.find(({ document: other }) => {
      return other.uri.scheme === 'untitled' && other.getText() === text;
    });
    return page && this._of(page);
  }

  private async _restoreAll(): Promise<void> {
    const open = vscode.workspace.textDocuments.map(({ uri }) => uri.toString());
    await Promise.all(open.map(uri => this._restore(uri)));
    clearTimeout(this._old);
    this._old = setTimeout(() => this._overlays.dropOld(), PATIENCE);
  }

  private async _restore(uri: string): Promise<void> {
    const document = vscode.workspace.textDocuments.find(open => open.uri.toString() === uri);
    const kept = this._kept.get(uri) ?? (document && this._saved(document));
    if (!document || !kept || this._server.link !== 'ready') {
      return;
    }
    const text = document.getText();
    const wanted = ofLanguage(kept, document.languageId);
    await Promise.all(wanted.map(one => this._pin(document, placeOf(text, one), one)));
    if (this._server.link === 'ready' && this._kept.get(uri) === kept) {
      this._kept.delete(uri); // the session has them
      this._other.set(
        uri,
        kept.filter(({ language }) => language !== document.languageId)
      );
    }
  }

  private async _pin(
    document: vscode.TextDocument,
    place: { start: number; end: number } | undefined,
    { options }: Kept
  ): Promise<void> {
    if (!place) {
      this._server.log.info('a probe is not pinned again: its text has changed meanwhile');
      return;
    }
    const { start, end } = place;
    const range = { start: document.positionAt(start), end: document.positionAt(end) };
    const argument = { uri: document.uri.toString(), range, options, beside: true };
    await this._server.execute('limner.attribute', argument).catch((reason: Error) => {
      this._server.log.warn(`a probe could not be pinned again: ${reason.message}`);
    });
  }

  /** What a reload of the window will find. */
  private async _write(): Promise<void> {
    this._timer = undefined;
    const all = new Map(this._kept);
    for (const page of this._overlays.pages) {
      const uri = page.document.uri.toString();
      all.delete(uri);
      all.set(uri, this._of(page));
    }
    const lasting = [...all]
      .map(([uri, kept]) => [uri, kept.filter(({ text }) => text.length <= LONGEST)] as const)
      .filter(([, kept]) => kept.length)
      .slice(-DOCUMENTS);
    if (JSON.stringify(lasting) !== JSON.stringify(this._memory.get(KEY, []))) {
      await this._memory.update(KEY, lasting);
    }
  }

  /** Of documents that are closed, or whose probes the session does not have yet. */
  private readonly _kept: Map<string, readonly Kept[]>;
  /** Of open documents, from when they were of another language, which they may be again. */
  private readonly _other = new Map<string, readonly Kept[]>();
  private _timer: NodeJS.Timeout | undefined;
  private _old: NodeJS.Timeout | undefined;
  private readonly _parts: vscode.Disposable;
}
