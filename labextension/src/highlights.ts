/** Terms of the domain in the editors: quiet marks that CodeMirror moves with the text itself. */

import {
  RangeSetBuilder,
  StateEffect,
  StateField,
  type ChangeSet,
  type EditorState,
  type Extension,
  type Text
} from '@codemirror/state';
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view';
import { highlightsOf } from '@limner/protocol';

/** The marks of a text of this length. */
export interface Highlights {
  readonly marks: DecorationSet;
  readonly length: number;
}

/** Mark these terms and no others. */
export const drawHighlights = StateEffect.define<Highlights>();

/** One for each look; all marks share them. */
const LOOKS = [0, 1].map(kind =>
  [1, 2, 3].map(strength =>
    Decoration.mark({
      class: `limner-term limner-term-${kind ? 'accepted' : strength}`
    })
  )
);

/** What `limner/highlights` tells of a text; what does not fit it is left out. */
export function highlightsIn(doc: Text, data: readonly number[]): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  let last = 0;
  for (const { line, character, length, kind, strength } of highlightsOf(data)) {
    if (line >= doc.lines) {
      break;
    }
    const place = doc.line(line + 1);
    const from = Math.max(last, place.from + character);
    const to = Math.min(place.to, place.from + character + length);
    const look = LOOKS[kind]?.[strength - 1];
    if (look && from < to) {
      builder.add(from, to, look);
      last = to;
    }
  }
  return builder.finish();
}

/** The same after an edit: a mark whose own characters changed is gone. */
export function moved(marks: DecorationSet, changes: ChangeSet): DecorationSet {
  if (!marks.size) {
    return marks;
  }
  let kept = marks;
  changes.iterChangedRanges((from, to) => {
    kept = kept.update({
      filterFrom: from,
      filterTo: to,
      filter: (start, end) => !(start < to && from < end)
    });
  }, true);
  return kept.map(changes);
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(drawHighlights) && effect.value.length === transaction.state.doc.length) {
        return effect.value.marks;
      }
    }
    return transaction.docChanged ? moved(value, transaction.changes) : value;
  },
  provide: it => EditorView.decorations.from(it)
});

/** The extension of every editor that shows a page. */
export function highlights(): Extension {
  return field;
}

/** The marked stretch at an offset, its ends included; of two that touch, the later one. */
export function highlightAt(state: EditorState, at: number): { from: number; to: number } | null {
  let found: { from: number; to: number } | null = null;
  state.field(field, false)?.between(at, at, (from, to) => {
    found = { from, to };
  });
  return found;
}
