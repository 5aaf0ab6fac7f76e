/** What was pinned by a command, as it is kept while no session has it: pure functions. */

import type { DrawnProbe } from '@limner/protocol';

import { ofArrays } from './methods';

/** A text with something pinned to it; found again only where the text still stands. */
export interface Kept {
  readonly start: number;
  readonly text: string;
  /** What is around it, as far as it helps to find it; empty at the ends of the document. */
  readonly before: string;
  readonly after: string;
  readonly options: Readonly<Record<string, string>>;
  /** Of the document: another one has other passages. */
  readonly language: string;
}

/** UTF-16 units of the text around. */
const AROUND = 40;

/** What of a document's probes comments do not bring back by themselves. */
export function keptOf(
  text: string,
  language: string,
  probes: readonly DrawnProbe[]
): readonly Kept[] {
  return probes
    .filter(({ said, start, end }) => {
      return said.origin === 'command' && !ofArrays(said.method) && start < end;
    })
    .map(({ said, start, end }) => ({
      start,
      text: text.slice(start, end),
      before: text.slice(Math.max(0, start - AROUND), start),
      after: text.slice(end, end + AROUND),
      options: said.options,
      language
    }));
}

/** Where the text stands now, of several places the one most like the old; nothing if changed. */
export function placeOf(text: string, kept: Kept): { start: number; end: number } | undefined {
  const length = kept.text.length;
  let best: number | undefined;
  let score = -1;
  for (let at = text.indexOf(kept.text); at >= 0; at = text.indexOf(kept.text, at + 1)) {
    const like = likeness(
      text.slice(Math.max(0, at - AROUND), at),
      text.slice(at + length, at + length + AROUND),
      kept
    );
    const nearer = best === undefined || Math.abs(at - kept.start) < Math.abs(best - kept.start);
    if (like > score || (like === score && like >= 0 && nearer)) {
      [best, score] = [at, like];
    }
  }
  return best === undefined ? undefined : { start: best, end: best + length };
}

/** How many units around it are as they were; −1 when not even the very next ones are. */
function likeness(head: string, tail: string, { before, after }: Kept): number {
  if ((head.at(-1) ?? '') !== (before.at(-1) ?? '') || tail.charAt(0) !== after.charAt(0)) {
    return -1;
  }
  let [left, right] = [0, 0];
  while (left < before.length && head.at(-1 - left) === before.at(-1 - left)) {
    left += 1;
  }
  while (right < after.length && tail[right] === after[right]) {
    right += 1;
  }
  return left + right;
}

/** What is to be pinned in a document of this language: what was pinned in such a one, if any. */
export function ofLanguage(kept: readonly Kept[], language: string): readonly Kept[] {
  const own = kept.filter(one => one.language === language);
  return own.length ? own : kept;
}

/** Both, each only once. */
export function union(one: readonly Kept[], other: readonly Kept[]): readonly Kept[] {
  const byContent = new Map([...one, ...other].map(kept => [keyOf(kept), kept]));
  return [...byContent.values()];
}

function keyOf({ start, text, language, options }: Kept): string {
  return JSON.stringify([start, text, language, Object.entries(options).sort()]);
}
