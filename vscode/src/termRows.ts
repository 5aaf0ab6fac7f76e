/** How rows of a lexicon, and what is said above them, read. */

import type { LexiconAnswer, LexiconTerm, TermPlace } from '@limner/protocol';
import { l10n } from 'vscode';

import type { Choice, State } from './lexicon';

/** A row as the tree shows it. */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** The same for a screen reader. */
  readonly spoken: string;
  readonly icon: string;
  /** What can be done with it, by its words: status, and `seed`. */
  readonly context: string;
}

export function rowOf(term: LexiconTerm): Row {
  const { t } = l10n;
  const { count, here, score, variants, status, seed } = term;
  const figures = [
    ...(here ? [t('{0} here', here)] : []),
    ...(count === null ? [t('added by hand')] : [t('{0} in all', count)]),
    ...(score === null ? [] : [t('score {0}', score.toFixed(1))]),
    ...(variants.length ? [t('also {0}', variants.join(', '))] : [])
  ];
  const kinds = [kindName(status), ...(seed ? [t('seed')] : [])];
  const description = figures.join(' · ');
  return {
    label: term.term,
    description: score === null ? description : `${bar(term.strength)} ${description}`,
    spoken: [term.term, ...kinds, ...figures].join(', '),
    icon: seed && status !== 'rejected' ? 'star-full' : (ICONS[status] ?? 'question'),
    context: ['term', status, ...(seed ? ['seed'] : [])].join(' ')
  };
}

const ICONS: Readonly<Record<string, string>> = {
  candidate: 'circle-outline',
  accepted: 'pass-filled',
  rejected: 'circle-slash'
};

/** A strength of 0 … 1 as a bar of one letter; the lowest is seen, too. */
export function bar(strength: number): string {
  const bars = '▁▂▃▄▅▆▇';
  return bars[Math.min(6, Math.max(0, Math.floor(7 * strength) || 0))] ?? '▁';
}

/** What a term is. */
function kindName(status: string): string {
  const { t } = l10n;
  const known = new Map([
    ['candidate', t('candidate')],
    ['accepted', t('accepted')],
    ['rejected', t('not a term')]
  ]);
  return known.get(status) ?? status;
}

/** Which terms are shown. */
export function statusName(status: string): string {
  const { t } = l10n;
  const known = new Map([
    ['all', t('all terms')],
    ['candidate', t('candidates')],
    ['accepted', t('accepted')],
    ['rejected', t('no terms')],
    ['page', t('in this document')]
  ]);
  return known.get(status) ?? status;
}

export function sortName(sort: string): string {
  const { t } = l10n;
  const known = new Map([
    ['score', t('by score')],
    ['count', t('by count')],
    ['ratio', t('by ratio to the background')],
    ['z', t('by certainty (z)')],
    ['pmi', t('by cohesion (PMI)')],
    ['term', t('by name')],
    ['page', t('by count in this document')]
  ]);
  return known.get(sort) ?? sort;
}

/** Beside the view's name: what is shown, in a few words. */
export function summaryOf({ total, all }: LexiconAnswer, choice: Choice): string {
  const { t } = l10n;
  const shown = total === all ? String(all) : t('{0} of {1}', total, all);
  const { query, status, sort } = choice;
  const asked = [
    ...(query ? [t('“{0}”', query)] : []),
    ...(status === 'all' ? [] : [statusName(status)]),
    ...(sort === 'score' ? [] : [sortName(sort)])
  ];
  return [shown, ...asked].join(' · ');
}

/** Above the rows: what the lexicon is, and what is wrong; nothing where a welcome says what to do. */
export function messageOf(state: State, { query, status }: Choice): string | undefined {
  const { t } = l10n;
  if (state.kind === 'failed') {
    return state.why;
  }
  if (state.kind === 'unknown' || welcomeOf(state)) {
    return undefined;
  }
  const { title, mining, notes, total, all } = state.answer;
  const asked = query || status !== 'all';
  const none = mining || total ? '' : asked && all ? t('No term fits what is asked for.') : '';
  const lines = [title, mining ? t('Mining …') : '', ...notes, none];
  return lines.filter(line => line).join('\n') || undefined;
}

/** Whether a welcome stands in the place of rows. */
export function welcomeOf(state: State): boolean {
  return state.kind === 'known' && state.answer.folder === null && !state.answer.mining;
}

/** Letters before a term that are shown of a long sentence. */
const BEFORE = 8;

/** A sentence from a little before its term on, and where the term is in it. */
export function around(place: TermPlace): { label: string; highlights: [number, number][] } {
  const { text, start, end } = place;
  const before = [...text.slice(0, start)];
  const kept = before.length > BEFORE ? `…${before.slice(-BEFORE).join('')}` : before.join('');
  const lead = kept.trimStart();
  const label = `${lead}${text.slice(start)}`.replace(/\s/g, ' ');
  return { label, highlights: [[lead.length, lead.length + end - start]] };
}
