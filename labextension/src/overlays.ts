/** Marks and notes in the editors: a CodeMirror field that follows the text by itself. */

import {
  StateEffect,
  StateField,
  type EditorState,
  type Extension,
  type Range
} from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';
import { markClass } from '@limner/protocol';

import { follow } from './follow';
import { isOfLabels } from './panel/rows';
import type { DrawnMark, DrawnNote, DrawnProbe } from './tokens';

/** Draw these probes and no others. */
export const drawProbes = StateEffect.define<readonly DrawnProbe[]>();

/** What a click on a note does; the commands set it. */
export const noteActions: {
  open: (probe: string) => void;
  /** Of a note on one row of many. */
  explain: (view: EditorView, at: number) => void;
} = { open: () => undefined, explain: () => undefined };

interface Drawing {
  probes: readonly DrawnProbe[];
  decorations: DecorationSet;
}

const NOTHING: Drawing = { probes: [], decorations: Decoration.none };

const drawing = StateField.define<Drawing>({
  create: () => NOTHING,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(drawProbes)) {
        return draw(effect.value, transaction.state.doc.length);
      }
    }
    if (!transaction.docChanged || !value.probes.length) {
      return value;
    }
    const probes = value.probes.map(probe => follow(probe, transaction.changes));
    return draw(probes, transaction.state.doc.length);
  },
  provide: field => EditorView.decorations.from(field, value => value.decorations)
});

/** The extension of every editor that shows a page. */
export function overlays(): Extension {
  return drawing;
}

/** The probes as this editor has them. */
export function probesOf(state: EditorState): readonly DrawnProbe[] {
  return state.field(drawing, false)?.probes ?? [];
}

/** The marks at an offset, the nearest word first, with their probes. */
export function marksAt(
  state: EditorState,
  at: number
): readonly { probe: DrawnProbe; mark: DrawnMark }[] {
  return probesOf(state).flatMap(probe => {
    const near = probe.marks.filter(mark => mark.start <= at && at <= mark.end);
    const mark = near.sort((one, other) => other.start - one.start)[0];
    return mark ? [{ probe, mark }] : [];
  });
}

/** Move the caret to the next (1) or previous (−1) coloured word, around the end if need be. */
export function moveToMark(view: EditorView, direction: 1 | -1): boolean {
  const starts = probesOf(view.state)
    .flatMap(probe => probe.marks.filter(mark => markClass(mark.value)))
    .map(mark => mark.start)
    .sort((one, other) => one - other);
  const caret = view.state.selection.main.head;
  const found =
    direction > 0
      ? (starts.find(start => start > caret) ?? starts[0])
      : (starts.filter(start => start < caret).pop() ?? starts[starts.length - 1]);
  if (found === undefined) {
    return false;
  }
  view.dispatch({ selection: { anchor: found }, scrollIntoView: true });
  return true;
}

function draw(probes: readonly DrawnProbe[], length: number): Drawing {
  const ranges: Range<Decoration>[] = [];
  for (const probe of probes) {
    for (const mark of probe.marks) {
      const name = markClass(mark.value);
      if (name && mark.start < mark.end && mark.end <= length) {
        const classes = probe.said.preliminary ? `${name} limner-stale` : name;
        ranges.push(Decoration.mark({ class: classes }).range(mark.start, mark.end));
      }
    }
    for (const note of probe.notes) {
      if (note.at <= length) {
        ranges.push(
          Decoration.widget({ widget: new NoteWidget(probe, note), side: 1 }).range(note.at)
        );
      }
    }
  }
  return { probes, decorations: Decoration.set(ranges, true) };
}

/** A note after the text: a button that opens the chart, read out as a note. */
class NoteWidget extends WidgetType {
  constructor(
    private readonly _probe: DrawnProbe,
    private readonly _note: DrawnNote
  ) {
    super();
  }

  override eq(other: NoteWidget): boolean {
    return (
      other._note.text === this._note.text &&
      other._probe.said.id === this._probe.said.id &&
      other._probe.said.state === this._probe.said.state &&
      other._probe.said.preliminary === this._probe.said.preliminary &&
      other._probe.stale === this._probe.stale
    );
  }

  toDOM(view: EditorView): HTMLElement {
    const { id, state } = this._probe.said;
    const note = document.createElement('span');
    note.className = 'limner-note';
    note.classList.toggle('limner-note-error', state === 'failed');
    note.classList.toggle('limner-note-busy', this._probe.said.preliminary);
    note.classList.toggle('limner-note-stale', this._probe.stale === true);
    note.textContent = this._note.text;
    note.setAttribute('role', 'note');
    note.setAttribute('aria-label', `Limner: ${this._note.text}`);
    note.dataset.probe = id;
    note.addEventListener('click', event => {
      event.preventDefault();
      if (isOfLabels(this._probe)) {
        noteActions.explain(view, view.posAtDOM(note));
      } else {
        noteActions.open(id);
      }
    });
    return note;
  }

  override ignoreEvent(event: Event): boolean {
    return event.type === 'mousedown' || event.type === 'click';
  }
}
