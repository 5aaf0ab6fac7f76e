/** Marks and notes in the visible editors. */

import { stepOf, type DrawnProbe } from '@limner/protocol';
import * as vscode from 'vscode';

import { lookOf, STEPS, type Palette } from './looks';
import type { Overlays } from './overlays';

/** Milliseconds of a frame: all that changes within one is painted once. */
const FRAME = 16;

/** Paints what `overlays` holds, for as long as it lives. */
export class Decorations implements vscode.Disposable {
  constructor(private readonly _overlays: Overlays) {
    this._types = makeTypes();
    this._listeners = vscode.Disposable.from(
      _overlays.changed(document => this._schedule(document)),
      vscode.window.onDidChangeVisibleTextEditors(editors =>
        editors.forEach(({ document }) => this._schedule(document))
      ),
      vscode.window.onDidChangeActiveColorTheme(() => this._restyle()),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('limner')) {
          this._restyle();
        }
      })
    );
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._listeners.dispose();
    this._types.dispose();
  }

  private _schedule(document: vscode.TextDocument): void {
    this._stale.add(document);
    this._timer ??= setTimeout(() => this._paint(), FRAME);
  }

  private _paint(): void {
    this._timer = undefined;
    const stale = new Set(this._stale);
    this._stale.clear();
    for (const editor of vscode.window.visibleTextEditors) {
      if (stale.has(editor.document)) {
        this._types.paint(editor, this._overlays.of(editor.document));
      }
    }
  }

  private _restyle(): void {
    this._types.dispose();
    this._types = makeTypes();
    vscode.window.visibleTextEditors.forEach(({ document }) => this._schedule(document));
  }

  private _types: Types;
  private _timer: NodeJS.Timeout | undefined;
  private readonly _stale = new Set<vscode.TextDocument>();
  private readonly _listeners: vscode.Disposable;
}

/** One decoration type for each step, fresh and stale, and one for notes. */
class Types {
  constructor(
    palette: Palette,
    contrast: boolean,
    private readonly _notes: boolean
  ) {
    for (const stale of [false, true]) {
      for (const step of STEPS) {
        const type = vscode.window.createTextEditorDecorationType({
          ...lookOf(step, palette, contrast, stale),
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed
        });
        this._marks.set(keyOf(step, stale), type);
      }
    }
  }

  /** All of an editor anew; what has ranges no more is cleared, what never had any is let be. */
  paint(editor: vscode.TextEditor, probes: readonly DrawnProbe[]): void {
    const { document } = editor;
    const ranges = new Map<string, vscode.Range[]>();
    const range = (start: number, end: number) =>
      new vscode.Range(document.positionAt(start), document.positionAt(end));
    for (const { said, marks } of probes) {
      for (const { start, end, value } of marks) {
        const step = stepOf(value);
        if (step) {
          const key = keyOf(step, said.preliminary);
          const known = ranges.get(key);
          if (known) {
            known.push(range(start, end));
          } else {
            ranges.set(key, [range(start, end)]);
          }
        }
      }
    }
    const before = this._painted.get(editor);
    this._marks.forEach((type, key) => {
      if (ranges.has(key) || before?.has(key)) {
        editor.setDecorations(type, ranges.get(key) ?? []);
      }
    });
    this._painted.set(editor, new Set(ranges.keys()));
    const notes = this._notes ? probes.flatMap(probe => notesOf(probe, range)) : [];
    editor.setDecorations(this._note, notes);
  }

  dispose(): void {
    this._marks.forEach(type => type.dispose());
    this._note.dispose();
  }

  private readonly _marks = new Map<string, vscode.TextEditorDecorationType>();
  /** Of each editor the steps that it shows. */
  private readonly _painted = new WeakMap<vscode.TextEditor, ReadonlySet<string>>();
  private readonly _note = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed
  });
}

function notesOf(
  { said, notes }: DrawnProbe,
  range: (start: number, end: number) => vscode.Range
): vscode.DecorationOptions[] {
  const failed = said.state === 'failed';
  return notes.map(({ at, text }) => ({
    range: range(at, at),
    renderOptions: {
      after: {
        contentText: text,
        margin: '0 0 0 1.5ch',
        fontStyle: said.preliminary ? 'italic' : 'normal',
        color: new vscode.ThemeColor(
          failed ? 'editorWarning.foreground' : 'editorInlayHint.foreground'
        ),
        backgroundColor: new vscode.ThemeColor('editorInlayHint.background')
      }
    }
  }));
}

function makeTypes(): Types {
  const settings = vscode.workspace.getConfiguration('limner');
  const { kind } = vscode.window.activeColorTheme;
  const contrast =
    kind === vscode.ColorThemeKind.HighContrast || kind === vscode.ColorThemeKind.HighContrastLight;
  const notes = settings.get<string>('notes') !== 'inlayHint';
  return new Types(settings.get<Palette>('palette', 'blue-orange'), contrast, notes);
}

function keyOf(step: number, stale: boolean): string {
  return `${step}${stale ? ' stale' : ''}`;
}
