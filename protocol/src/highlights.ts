/** Terms as `limner/highlights` tells them. */

/** A stretch of a line that is a term. */
export interface Highlight {
  readonly line: number;
  /** In the units of the connection; UTF-16 in editors. */
  readonly character: number;
  readonly length: number;
  /** 0: a candidate; 1: accepted by a person. */
  readonly kind: number;
  /** 1 … 3. */
  readonly strength: number;
}

/**
 * Five numbers each become places; numbers that are left over mean nothing.
 *
 * Behind one that is no count nothing is read, since each place counts from the one before.
 */
export function highlightsOf(data: readonly number[]): Highlight[] {
  const found: Highlight[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at + 5 <= data.length; at += 5) {
    const five = data.slice(at, at + 5) as Five;
    if (!five.every(isCount)) {
      break;
    }
    const [lines, characters, length, kind, strength] = five;
    character = lines ? characters : character + characters;
    line += lines;
    if (length && kind <= 1 && strength >= 1 && strength <= 3) {
      found.push({ line, character, length, kind, strength });
    }
  }
  return found;
}

type Five = [number, number, number, number, number];

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
