/** Terms of the domain in the visible editors: told by the server, moved by VS Code itself. */

import { highlightsOf, type HighlightsParams } from '@limner/protocol';
import * as vscode from 'vscode';

import { TERM_LOOKS, termKey, termLook, type Palette } from './looks';

/** A stretch that is marked, at the version that it was told for. */
export interface Highlight {
  readonly range: vscode.Range;
  /** Whether a person has accepted it. */
  readonly accepted: boolean;
}

/** What a document has: ranges by the look that they have. */
interface Marked {
  readonly version: number;
  readonly ranges: ReadonlyMap<string, readonly vscode.Range[]>;
}

/** Milliseconds without news of an edited text: whoever types on sees the marks move, not repainted. */
const REST = 200;

/** Milliseconds that the marks of a text that was just edited may take. */
const PATIENCE = 2000;

export class Highlights implements vscode.Disposable {
  constructor() {
    this._types = makeTypes();
    this._parts = vscode.Disposable.from(
      this._took,
      vscode.window.onDidChangeVisibleTextEditors(editors => this._show(editors)),
      vscode.window.onDidChangeActiveColorTheme(() => this._restyle()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this._marked.delete(uri.toString())),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('limner.terms') && !wanted()) {
          this.clear();
        }
        if (event.affectsConfiguration('limner.palette')) {
          this._restyle();
        }
      })
    );
  }

  /**
   * Take the server's word; it is dropped when the text has gone on: one of that text follows. True:
   * the text is as it was, so it is the lexicon that has changed.
   */
  take({ uri, version, data }: HighlightsParams): boolean {
    const key = vscode.Uri.parse(uri).toString();
    const document = vscode.workspace.textDocuments.find(open => open.uri.toString() === key);
    if (document?.version !== version || !wanted()) {
      return false;
    }
    const ranges = new Map<string, vscode.Range[]>();
    for (const { line, character, length, kind, strength } of highlightsOf(data)) {
      const look = termKey(kind === 1, strength);
      const range = new vscode.Range(line, character, line, character + length);
      const known = ranges.get(look);
      if (known) {
        known.push(range);
      } else {
        ranges.set(look, [range]);
      }
    }
    const before = this._marked.get(key);
    const typing = before !== undefined && before.version !== version;
    this._marked.set(key, { version, ranges });
    this._took.fire(document);
    this._stale.add(document);
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._repaint(), typing ? REST : 0);
    return before?.version === version;
  }

  /** Mark nothing any more: who told it is gone, or it is not wanted. */
  clear(): void {
    this._marked.clear();
    this._paint(vscode.window.visibleTextEditors);
  }

  /** What is marked at a position of the text as it is now, as far as it is known yet. */
  at(document: vscode.TextDocument, position: vscode.Position): Highlight | undefined {
    const marked = this._marked.get(document.uri.toString());
    if (marked?.version !== document.version) {
      return undefined;
    }
    const near = [...marked.ranges].flatMap(([look, ranges]) =>
      ranges
        .filter(range => range.contains(position))
        .map(range => ({ range, accepted: look === termKey(true, 1) }))
    );
    // of two neighbours the one that begins there
    return near.sort((one, other) => other.range.start.compareTo(one.range.start))[0];
  }

  /** The same, once the marks of a text that was just edited have come. */
  async settled(
    document: vscode.TextDocument,
    position: vscode.Position
  ): Promise<Highlight | undefined> {
    const marked = this._marked.get(document.uri.toString());
    if (marked && marked.version !== document.version) {
      await this._next(document);
    }
    return this.at(document, position);
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._parts.dispose();
    this._types.forEach(type => type.dispose());
  }

  /** The next marks of a document, if they come in time. */
  private _next(document: vscode.TextDocument): Promise<void> {
    return new Promise(done => {
      const end = () => {
        clearTimeout(late);
        heard.dispose();
        done();
      };
      const late = setTimeout(end, PATIENCE);
      const heard = this._took.event(taken => {
        if (taken === document) {
          end();
        }
      });
    });
  }

  private _repaint(): void {
    const stale = new Set(this._stale);
    this._stale.clear();
    this._paint(vscode.window.visibleTextEditors.filter(({ document }) => stale.has(document)));
  }

  /** An editor that is seen anew has nothing; one that was seen has moved its own. */
  private _show(editors: readonly vscode.TextEditor[]): void {
    this._paint(editors.filter(editor => !this._painted.has(editor)));
  }

  /** Paint those whose text is the one that the marks are of. */
  private _paint(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      const { document } = editor;
      const marked = this._marked.get(document.uri.toString());
      if (marked && marked.version !== document.version) {
        continue; // those of the newer text follow
      }
      const before = this._painted.get(editor);
      for (const [look, type] of this._types) {
        const ranges = marked?.ranges.get(look) ?? [];
        if (ranges.length || before?.has(look)) {
          editor.setDecorations(type, ranges);
        }
      }
      this._painted.set(editor, new Set(marked?.ranges.keys()));
    }
  }

  private _restyle(): void {
    this._types.forEach(type => type.dispose());
    this._types = makeTypes();
    this._paint(vscode.window.visibleTextEditors);
  }

  private _types: ReadonlyMap<string, vscode.TextEditorDecorationType>;
  private readonly _marked = new Map<string, Marked>();
  /** Of each editor the looks that it shows. */
  private readonly _painted = new WeakMap<vscode.TextEditor, ReadonlySet<string>>();
  private readonly _stale = new Set<vscode.TextDocument>();
  private _timer: NodeJS.Timeout | undefined;
  private readonly _took = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly _parts: vscode.Disposable;
}

function wanted(): boolean {
  return vscode.workspace.getConfiguration('limner').get('terms', true);
}

function makeTypes(): ReadonlyMap<string, vscode.TextEditorDecorationType> {
  const palette = vscode.workspace
    .getConfiguration('limner')
    .get<Palette>('palette', 'blue-orange');
  const { kind } = vscode.window.activeColorTheme;
  const contrast =
    kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
  return new Map(
    TERM_LOOKS.map(({ accepted, strength }) => [
      termKey(accepted, strength),
      vscode.window.createTextEditorDecorationType({
        ...termLook(accepted, strength, palette, contrast),
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed
      })
    ])
  );
}
