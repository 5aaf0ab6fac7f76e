/** A text that the server knows: kept in step with the shared model, its probes with the text. */

import { ChangeSet, Text, type ChangeSpec } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView } from '@codemirror/view';
import type { ISharedText, SourceChange } from '@jupyter/ydoc';
import type { HighlightsParams, OverlayParams } from '@limner/protocol';
import { Signal } from '@lumino/signaling';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-protocol';

import { follow, place, positionOf } from './follow';
import { highlightsIn, moved } from './highlights';
import type { DrawnProbe, IPage } from './tokens';
import { viewsOf } from './views';

/** How a page is shown and called; its owner knows. */
export interface Host {
  title(): string;
  reveal(offset: number): Promise<void>;
}

/** What a page tells the server. */
export type Changed = (page: Page, changes: TextDocumentContentChangeEvent[]) => void;

export class Page implements IPage {
  readonly probesChanged: Signal<IPage, void> = new Signal(this);
  /** Terms are marked that were not, or no more. */
  readonly highlighted = new Signal<this, void>(this);

  constructor(
    readonly uri: string,
    readonly language: string,
    readonly model: ISharedText,
    private readonly _host: Host,
    private readonly _changed: Changed
  ) {
    this._doc = textOf(model.getSource());
    model.changed.connect(this._onChange, this);
  }

  get version(): number {
    return this._version;
  }

  get doc(): Text {
    return this._doc;
  }

  get probes(): readonly DrawnProbe[] {
    return this._probes;
  }

  /** The terms that are marked, moved with the text. */
  get highlights(): DecorationSet {
    return this._highlights;
  }

  get views(): ReadonlySet<EditorView> {
    return viewsOf(this.model);
  }

  get title(): string {
    return this._host.title();
  }

  reveal(offset: number): Promise<void> {
    return this._host.reveal(offset);
  }

  /** Take what the server says of this text, unless it speaks of an older one. */
  draw(params: OverlayParams): void {
    if (params.version === this._version) {
      this._probes = params.probes.map(probe => place(probe, this._doc));
      this.probesChanged.emit();
    }
  }

  /** Mark the terms of this text, unless they are those of an older one. */
  mark({ version, data }: HighlightsParams): void {
    if (version === this._version) {
      this._highlights = highlightsIn(this._doc, data);
      this.highlighted.emit();
    }
  }

  /** Go on with what an earlier page of the same text had drawn. */
  adopt(probes: readonly DrawnProbe[], highlights?: DecorationSet): void {
    this._probes = probes;
    if (highlights) {
      this._highlights = highlights;
      this.highlighted.emit();
    }
    this.probesChanged.emit();
  }

  /** Take the place of a page of the same URI, whose model is gone: what differs counts as an edit. */
  succeed(before: Page): void {
    const same = this.language === before.language && this._doc.eq(before.doc);
    this._version = same ? before.version : before.version + 1;
  }

  /** Draw nothing, as when Limner is switched off. */
  clear(): void {
    if (this._highlights.size) {
      this._highlights = Decoration.none;
      this.highlighted.emit();
    }
    if (this._probes.length) {
      this._probes = [];
      this.probesChanged.emit();
    }
  }

  dispose(): void {
    this.model.changed.disconnect(this._onChange, this);
    this.clear();
    Signal.clearData(this);
  }

  private _onChange(_: ISharedText, change: SourceChange): void {
    if (!change.sourceChange?.length) {
      return;
    }
    const before = this._doc;
    const changes = changesOf(change.sourceChange, before.length);
    this._doc = changes.apply(before);
    this._version += 1;
    this._probes = this._probes.map(probe => follow(probe, changes));
    this._highlights = moved(this._highlights, changes);
    this._changed(this, contentChanges(changes, before));
  }

  private _doc: Text;
  private _version = 1;
  private _probes: readonly DrawnProbe[] = [];
  private _highlights: DecorationSet = Decoration.none;
}

/** Lines end at \n only, as in the shared model, so that offsets are the model's. */
export function textOf(source: string): Text {
  return Text.of(source.split('\n'));
}

/** A shared model's change, as CodeMirror writes one. */
export function changesOf(
  delta: NonNullable<SourceChange['sourceChange']>,
  length: number
): ChangeSet {
  const specs: ChangeSpec[] = [];
  let at = 0;
  for (const step of delta) {
    if (step.retain !== undefined) {
      at += step.retain;
    } else if (step.delete !== undefined) {
      specs.push({ from: at, to: at + step.delete });
      at += step.delete;
    } else if (step.insert !== undefined) {
      specs.push({ from: at, insert: String(step.insert) });
    }
  }
  return ChangeSet.of(specs, length, '\n');
}

/** The protocol's incremental changes, last first, so that each counts in the text before. */
export function contentChanges(changes: ChangeSet, before: Text): TextDocumentContentChangeEvent[] {
  const events: TextDocumentContentChangeEvent[] = [];
  changes.iterChanges((from, to, _from, _to, inserted) => {
    const range = { start: positionOf(before, from), end: positionOf(before, to) };
    events.unshift({ range, text: sendable(inserted) });
  }, true);
  return events;
}

/** The text as the server counts it: a stray \r would begin a line there. */
export function sendable(text: Text): string {
  return text.sliceString(0, text.length, '\n').replace(/\r/g, ' ');
}
