/** Probes as a front end draws them: placed on a text, moved by its edits until the next overlay. */

import type { OverlayProbe, Position } from './types';

/** A word and its strength, in UTF-16 offsets. */
export interface DrawnMark {
  readonly start: number;
  readonly end: number;
  readonly value: number;
  /** Markdown. */
  readonly hover: string;
}

/** What is written after a text. */
export interface DrawnNote {
  readonly at: number;
  readonly text: string;
  /** Markdown; may be empty. */
  readonly tooltip: string;
}

/** A probe as it lies in the text now; the ranges of `said` count in the text that it names. */
export interface DrawnProbe {
  readonly said: OverlayProbe;
  readonly start: number;
  readonly end: number;
  readonly marks: readonly DrawnMark[];
  readonly notes: readonly DrawnNote[];
  /** What it looks at, beside the text, may have changed since. */
  readonly stale?: boolean;
}

/** The stretch from `from` to `to` became `text`. */
export interface Replacement {
  readonly from: number;
  readonly to: number;
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

/**
 * The same probe after edits, each to the result of the one before: marks move with their words,
 * and go when their words change. A probe whose text was edited looks preliminary until the server
 * speaks again, however long that takes.
 */
export function follow(probe: DrawnProbe, edits: readonly Replacement[]): DrawnProbe {
  return edits.reduce(step, probe);
}

function step(probe: DrawnProbe, edit: Replacement): DrawnProbe {
  const start = moved(probe.start, edit, 1);
  const edited = edit.from <= probe.end && edit.to >= probe.start;
  return {
    ...probe,
    said: edited && !probe.said.preliminary ? { ...probe.said, preliminary: true } : probe.said,
    start,
    end: Math.max(start, moved(probe.end, edit, -1)),
    marks: probe.marks.flatMap(mark =>
      touches(mark, edit)
        ? []
        : [{ ...mark, start: moved(mark.start, edit, 1), end: moved(mark.end, edit, -1) }]
    ),
    notes: probe.notes.map(note => ({ ...note, at: moved(note.at, edit, -1) }))
  };
}

/** Where an offset goes; what is inserted right there goes after it (−1) or before it (1). */
function moved(at: number, { from, to, text }: Replacement, side: 1 | -1): number {
  if (at < from || (at === from && (to > from || side < 0))) {
    return at;
  }
  if (at < to) {
    return side < 0 ? from : from + text.length;
  }
  return at + text.length - (to - from);
}

/** Whether an edit changes the marked characters, or grows letters onto the word. */
function touches(mark: DrawnMark, { from, to, text }: Replacement): boolean {
  if (from < mark.end && to > mark.start) {
    return true;
  }
  return (from === mark.end && grows(text.at(0))) || (to === mark.start && grows(text.at(-1)));
}

/** Whether it makes another word of the letters beside it; Chinese words stand side by side. */
function grows(character = ''): boolean {
  return /[\p{L}\p{N}]/u.test(character) && character.charCodeAt(0) < 0x2e80;
}
