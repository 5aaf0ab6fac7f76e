/** Where things lie in a CodeMirror text, and how its edits move what is drawn there. */

import type { ChangeSet, Text } from '@codemirror/state';
import {
  follow as followAll,
  place as placeBy,
  type DrawnProbe,
  type OverlayProbe,
  type Position,
  type Replacement
} from '@limner/protocol';

/** A probe as the server sent it, in offsets of the text whose version it names. */
export function place(said: OverlayProbe, doc: Text): DrawnProbe {
  return placeBy(said, position => offsetOf(doc, position));
}

/** The same probe after an edit. */
export function follow(probe: DrawnProbe, changes: ChangeSet): DrawnProbe {
  return followAll(probe, replacements(changes));
}

/** Last first: what is before one of them is as it was. */
function replacements(changes: ChangeSet): Replacement[] {
  const found: Replacement[] = [];
  changes.iterChanges((from, to, _from, _to, inserted) => {
    found.unshift({ from, to, text: inserted.sliceString(0) });
  }, true);
  return found;
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
