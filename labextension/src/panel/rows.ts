/** What the list of probes shows: pure functions of the pages. */

import { numberOf } from '@limner/protocol';

import type { DrawnProbe, IPage } from '../tokens';

/** A probe and the page it is pinned to. */
export interface Row {
  readonly page: IPage;
  readonly probe: DrawnProbe;
}

/** The probes of one document; all cells of a notebook are one. */
export interface Group {
  readonly document: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

/** URI of the notebook or file that a page belongs to. */
export function documentOf(uri: string): string {
  return uri.split('#', 1)[0] ?? uri;
}

/** Probes by document, that of the URI `here` first; only that one if `only`. */
export function grouped(pages: readonly IPage[], here: string | null, only: boolean): Group[] {
  const first = here === null ? null : documentOf(here);
  const byDocument = new Map<string, Row[]>(first === null ? [] : [[first, []]]);
  for (const page of pages) {
    const document = documentOf(page.uri);
    const rows = byDocument.get(document) ?? [];
    byDocument.set(document, rows);
    rows.push(...page.probes.map(probe => ({ page, probe })));
  }
  return [...byDocument]
    .filter(([document, rows]) => rows.length > 0 && (!only || document === first))
    .map(([document, rows]) => ({ document, title: nameOf(document), rows }));
}

/** Name of a document, as people write it. */
function nameOf(document: string): string {
  const last = document.split('/').pop() ?? document;
  try {
    return decodeURIComponent(last);
  } catch (error) {
    if (error instanceof URIError) {
      return last;
    }
    throw error;
  }
}

/** The beginning of the text that a probe looks at, on one line. */
export function excerpt({ page, probe }: Row, longest = 48): string {
  const text = page.doc.sliceString(probe.start, Math.min(probe.end, probe.start + 4 * longest));
  const line = [...text.replace(/\s+/g, ' ').trim()];
  return line.length > longest ? `${line.slice(0, longest - 1).join('')}…` : line.join('');
}

/** Whether something is still to come by itself. */
export function isBusy(state: string): boolean {
  return ['queued', 'loading', 'computing', 'preliminary'].includes(state);
}

/** Whether rows could be left out and the probe would have an answer. */
export function canDrop({ probe }: Row): boolean {
  return probe.said.trouble === 'MissingValues';
}

/** Whether a probe stands for the labels of a file: its task file keeps it, nobody has pinned it. */
export function isOfLabels({ said }: Pick<DrawnProbe, 'said'>): boolean {
  return said.method === 'cloze';
}

/** Bytes in the unit that gives one to three digits before the point. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** A table twin: its headline, and what stands below. */
export interface Twin {
  readonly headline: string;
  readonly blocks: readonly Block[];
}

/** Lines that belong together: a table, or a text that has no columns. */
export interface Block {
  /** Names of the columns; empty where there are none. */
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What has no columns, as it was written. */
  readonly rest: string;
}

/** Columns are what two or more spaces part; lines with as many columns are one table. */
export function twinOf(text: string): Twin {
  const [headline = '', ...lines] = text.split('\n');
  const full = lines.filter(line => line.trim());
  const widths = full.map(line => cellsOf(line).length);
  const groups: { width: number; lines: string[] }[] = [];
  full.forEach((line, at) => {
    const alone = widths[at] !== widths[at - 1] && widths[at] !== widths[at + 1];
    const width = alone ? 1 : (widths[at] ?? 1);
    const last = groups[groups.length - 1];
    if (last?.width === width) {
      last.lines.push(line);
    } else {
      groups.push({ width, lines: [line] });
    }
  });
  return { headline, blocks: groups.map(group => blockOf(group.width, group.lines)) };
}

function blockOf(width: number, lines: readonly string[]): Block {
  if (width < 2) {
    return { heads: [], rows: [], rest: lines.join('\n') };
  }
  const rows = lines.map(cellsOf);
  const [first = [], ...others] = rows;
  const headed = width > 2 && others.length > 0 && !first.some(isNumber);
  return headed && others.every(cells => cells.some(isNumber))
    ? { heads: first, rows: others, rest: '' }
    : { heads: [], rows, rest: '' };
}

/** A star at the end marks its line; it is no cell of its own. */
function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/\s+\*$/, ' *')
    .split(/\s{2,}/);
}

function isNumber(cell: string): boolean {
  return numberOf(cell) !== null;
}
