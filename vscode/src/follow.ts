/** What is drawn follows the text: pure functions between one edit and the next overlay. */

import type { OverlayProbe, Position } from '@limner/protocol';

/** A mark in UTF-16 offsets. */
export interface DrawnMark {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  readonly hover: string;
}

export interface DrawnNote {
  readonly at: number;
  readonly text: string;
  readonly tooltip: string;
}

/** A probe as it lies in the text now; `said` is the server's word about an earlier text. */
export interface DrawnProbe {
  readonly said: OverlayProbe;
  readonly start: number;
  readonly end: number;
  readonly marks: readonly DrawnMark[];
  readonly notes: readonly DrawnNote[];
}

/** A replaced stretch, as VS Code tells of it. */
export interface Change {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** A probe in the offsets of the text whose version it names. */
export function place(said: OverlayProbe, offsetOf: (position: Position) => number): DrawnProbe {
  return {
    said,
    start: offsetOf(said.range.start),
    end: offsetOf(said.range.end),
    marks: said.marks.map(({ range, value, hover }) => ({
      start: offsetOf(range.start),
      end: offsetOf(range.end),
      value,
      hover
    })),
    notes: said.notes.map(({ position, text, tooltip }) => ({
      at: offsetOf(position),
      text,
      tooltip
    }))
  };
}

/** The same probe after edits, in the order in which VS Code lists them (last in the text first). */
export function follow(probe: DrawnProbe, changes: readonly Change[]): DrawnProbe {
  return changes.reduce(step, probe);
}

/** Marks move with their words, and go when their words change. */
function step(probe: DrawnProbe, change: Change): DrawnProbe {
  const start = moved(probe.start, change, 1);
  return {
    said: probe.said,
    start,
    end: Math.max(start, moved(probe.end, change, -1)),
    marks: probe.marks.flatMap(mark =>
      touched(mark, change)
        ? []
        : [{ ...mark, start: moved(mark.start, change, 1), end: moved(mark.end, change, -1) }]
    ),
    notes: probe.notes.map(note => ({ ...note, at: moved(note.at, change, -1) }))
  };
}

/** Where an offset goes; what is inserted right there goes after it (−1) or before it (1). */
function moved(at: number, { rangeOffset, rangeLength, text }: Change, side: 1 | -1): number {
  const end = rangeOffset + rangeLength;
  if (at < rangeOffset || (at === rangeOffset && (rangeLength > 0 || side < 0))) {
    return at;
  }
  if (at < end) {
    return side < 0 ? rangeOffset : rangeOffset + text.length;
  }
  return at + text.length - rangeLength;
}

/** Whether an edit changed the marked characters, or grew letters onto the word. */
function touched(mark: DrawnMark, { rangeOffset, rangeLength, text }: Change): boolean {
  const end = rangeOffset + rangeLength;
  if (rangeOffset < mark.end && end > mark.start) {
    return true;
  }
  if (rangeOffset === mark.end) {
    return grows(text.charAt(0));
  }
  return end === mark.start && grows(text.charAt(text.length - 1));
}

/** Whether it makes another word of the letters beside it; Chinese words stand side by side. */
function grows(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character) && character.charCodeAt(0) < 0x2e80;
}
