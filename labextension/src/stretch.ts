/** Where two lists differ. */

/** The smallest stretch outside of which two lists are equal. */
export function stretch<T>(
  old: readonly T[],
  now: readonly T[]
): { start: number; before: number; after: number } {
  const least = Math.min(old.length, now.length);
  let start = 0;
  while (start < least && old[start] === now[start]) {
    start += 1;
  }
  let tail = 0;
  while (tail < least - start && old[old.length - 1 - tail] === now[now.length - 1 - tail]) {
    tail += 1;
  }
  return { start, before: old.length - start - tail, after: now.length - start - tail };
}
