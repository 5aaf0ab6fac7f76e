/** What is wrong with a comment of ours: an underline with the sentence. */

import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import type { PublishDiagnosticsParams } from 'vscode-languageserver-protocol';

import { offsetOf } from './follow';
import type { IPage } from './tokens';

const setDiagnostics = StateEffect.define<DecorationSet>();

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setDiagnostics)) {
        return effect.value;
      }
    }
    return value.map(transaction.changes);
  },
  provide: it => EditorView.decorations.from(it)
});

/** Not CodeMirror's lint: that is one list an editor, and others fill it. */
export function diagnostics(): Extension {
  return field;
}

const newest = new WeakMap<IPage, PublishDiagnosticsParams>();

/** Show again what was found, as in an editor that appears later. */
export function showAgain(page: IPage): void {
  const params = newest.get(page);
  if (params) {
    showDiagnostics(page, params);
  }
}

/** Show nothing, as when Limner is switched off. */
export function clearDiagnostics(page: IPage): void {
  showDiagnostics(page, { uri: page.uri, diagnostics: [] });
}

/** Show what the server found, unless it speaks of an older text. */
export function showDiagnostics(page: IPage, params: PublishDiagnosticsParams): void {
  newest.set(page, params);
  if (params.version !== undefined && params.version !== page.version) {
    return;
  }
  const ranges = params.diagnostics.flatMap(({ range, message }) => {
    const from = offsetOf(page.doc, range.start);
    const to = offsetOf(page.doc, range.end);
    const title = typeof message === 'string' ? message : message.value;
    const attributes = { title, 'aria-invalid': 'true' };
    return from < to
      ? [Decoration.mark({ class: 'limner-diagnostic', attributes }).range(from, to)]
      : [];
  });
  const effects = setDiagnostics.of(Decoration.set(ranges, true));
  page.views.forEach(view => view.dispatch({ effects }));
}
