/** What is drawn follows the text: pure functions between one edit and the next overlay. */

import type { ChangeSet, Text } from '@codemirror/state';
import type { OverlayProbe, Position } from '@limner/protocol';

import type { DrawnMark, DrawnProbe } from './tokens';

/** A probe as the server sent it, in offsets of the text whose version it names. */
export function place(said: OverlayProbe, doc: Text): DrawnProbe {
  return {
    said,
    start: offsetOf(doc, said.range.start),
    end: offsetOf(doc, said.range.end),
    marks: said.marks.map(({ range, value, hover }) => ({
      start: offsetOf(doc, range.start),
      end: offsetOf(doc, range.end),
      value,
      hover
    })),
    notes: said.notes.map(({ position, text, tooltip }) => ({
      at: offsetOf(doc, position),
      text,
      tooltip
    }))
  };
}

/**
 * The same probe after an edit: marks move with their words, and go when their words change. One
 * whose text was edited looks preliminary until the server speaks again, however long that takes.
 */
export function follow(probe: DrawnProbe, changes: ChangeSet): DrawnProbe {
  const start = changes.mapPos(probe.start, 1);
  const edited = changes.touchesRange(probe.start, probe.end) !== false;
  return {
    said: edited ? { ...probe.said, preliminary: true } : probe.said,
    start,
    end: Math.max(start, changes.mapPos(probe.end, -1)),
    marks: probe.marks.flatMap(mark => {
      return touched(mark, changes)
        ? []
        : [{ ...mark, start: changes.mapPos(mark.start, 1), end: changes.mapPos(mark.end, -1) }];
    }),
    notes: probe.notes.map(note => ({ ...note, at: changes.mapPos(note.at, -1) }))
  };
}

/** Whether an edit changed the marked characters, or grew letters onto the word. */
function touched(mark: DrawnMark, changes: ChangeSet): boolean {
  let hit = false;
  changes.iterChanges((from, to, _from, _to, inserted) => {
    if (from < mark.end && to > mark.start) {
      hit = true;
    } else if (inserted.length > 0 && from === mark.end) {
      hit ||= grows(inserted.sliceString(0, 1));
    } else if (inserted.length > 0 && to === mark.start) {
      hit ||= grows(inserted.sliceString(inserted.length - 1));
    }
  }, true);
  return hit;
}

/** Whether it makes another word of the letters beside it; Chinese words stand side by side. */
function grows(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character) && character.charCodeAt(0) < 0x2e80;
}

/** UTF-16 offset of a position, clamped to the text. */
export function offsetOf(doc: Text, position: Position): number {
  if (position.line >= doc.lines) {
    return doc.length;
  }
  const line = doc.line(position.line + 1);
  return Math.min(line.from + position.character, line.to);
}

/** Position of a UTF-16 offset. */
export function positionOf(doc: Text, offset: number): Position {
  const line = doc.lineAt(Math.max(0, Math.min(offset, doc.length)));
  return { line: line.number - 1, character: offset - line.from };
}
