/** What the list of probes shows: pure functions of the pages. */

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

/** Bytes in the unit that gives one to three digits before the point. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${power && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}

/** A table twin: its headline, and cells where the lines have columns. */
export interface Twin {
  readonly headline: string;
  readonly rows: readonly (readonly string[])[];
  /** What has no columns, as it was written. */
  readonly rest: string;
}

/** Columns are what two or more spaces part; a text whose lines differ is left as it stands. */
export function twinOf(text: string): Twin {
  const [headline = '', ...lines] = text.split('\n');
  const cells = lines.filter(line => line.trim()).map(line => line.trim().split(/\s{2,}/));
  const width = cells[0]?.length ?? 0;
  if (width < 2 || cells.some(row => row.length !== width)) {
    return { headline, rows: [], rest: lines.join('\n') };
  }
  return { headline, rows: cells, rest: '' };
}
