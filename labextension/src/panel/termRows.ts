/** How a row of a lexicon looks, and what is said above the rows. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { LexiconTerm } from '@limner/protocol';

import type { Front } from '../front';
import type { Choice, Known } from '../lexicon';
import { h } from './dom';

export interface Column {
  readonly sort: Choice['sort'];
  readonly name: string;
  readonly help: string;
}

/** From left to right. */
export function columnsOf(trans: TranslationBundle): readonly Column[] {
  return [
    { sort: 'term', name: trans.__('Term'), help: trans.__('The term and what was decided') },
    { sort: 'count', name: trans.__('Count'), help: trans.__('Occurrences in the folder') },
    { sort: 'page', name: trans.__('Here'), help: trans.__('Occurrences in this document') },
    { sort: 'score', name: trans.__('Score'), help: trans.__('How much of a term it is') },
    {
      sort: 'ratio',
      name: trans.__('Ratio'),
      help: trans.__('How many times as frequent as in the background')
    },
    { sort: 'z', name: trans.__('z'), help: trans.__('How certain the contrast is') },
    { sort: 'pmi', name: trans.__('PMI'), help: trans.__('How firmly its parts hold together') }
  ];
}

export function statusName(status: string, trans: TranslationBundle): string {
  const names: Record<string, string> = {
    candidate: trans.__('candidate'),
    accepted: trans.__('accepted'),
    rejected: trans.__('not a term')
  };
  return names[status] ?? status;
}

/** Cells of one row, in the order of the columns. */
export function drawTerm(term: LexiconTerm, trans: TranslationBundle): HTMLElement[] {
  const { status, seed, variants, count, here, score, ratio, z, pmi, strength } = term;
  const kinds = [statusName(status, trans), ...(seed ? [trans.__('seed')] : [])].join(', ');
  const also = variants.length ? trans.__('also %1', variants.join(', ')) : '';
  const name = h(
    'span',
    {
      role: 'gridcell',
      class: 'limner-term-name',
      title: [term.term, kinds, also].join('\n').trim()
    },
    h('span', { class: 'limner-term-status', 'data-status': status }, kinds),
    ...(seed ? [h('span', { class: 'limner-term-seed', 'aria-hidden': 'true' }, '★')] : []),
    h('span', { class: 'limner-term-text' }, term.term),
    ...(also ? [h('span', { class: 'limner-term-also' }, ` ${also}`)] : [])
  );
  const scored = cell(figure(score, 1));
  if (score !== null) {
    scored.classList.add('limner-term-score');
    scored.style.setProperty('--limner-share', `${Math.round(100 * strength) || 0}%`);
  }
  return [
    name,
    cell(figure(count, 0)),
    cell(here ? figure(here, 0) : ''),
    scored,
    cell(figure(ratio, ratio !== null && ratio < 100 ? 1 : 0)),
    cell(figure(z, 1)),
    cell(figure(pmi, 1))
  ];
}

/** A number as people read it; nothing where there is none. */
export function figure(value: number | null, digits: number): string {
  return value === null
    ? '—'
    : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function cell(text: string): HTMLElement {
  return h('span', { role: 'gridcell', class: 'limner-term-figure' }, text);
}

/** What the line above the rows depends on. */
export type Told = Pick<Front, 'trans'> & {
  readonly client: Pick<Front['client'], 'state' | 'busy'>;
  readonly settings: Pick<Front['settings'], 'composite'>;
  readonly lexicon: { known: Known | null; trouble: string; choice: Choice };
};

/** Above the rows: what they are, or what to do. */
export function titleOf(front: Told): string {
  const { client, lexicon, settings, trans } = front;
  const { known, trouble, choice } = lexicon;
  if (settings.composite['terms'] === false) {
    return trans.__('Terms are switched off in the settings.');
  }
  if (!known) {
    return trouble || (client.state === 'ready' ? '' : trans.__('Limner is not connected.'));
  }
  const doing = client.busy?.message;
  const mining = known.mining ? (doing ? trans.__('Mining: %1', doing) : trans.__('Mining …')) : '';
  if (!known.folder) {
    return (
      mining ||
      trans.__(
        'No terms are known here. “Mine terms” reads the documents of this folder and finds what is frequent in them and rare elsewhere.'
      )
    );
  }
  const asked = choice.query || choice.status !== 'all';
  const rows = known.total
    ? asked
      ? trans.__('%1 of %2 terms', known.total, known.all)
      : ''
    : known.all
      ? trans.__('No term fits.')
      : trans.__('No terms were found.');
  return [known.title, mining, rows].filter(Boolean).join(' · ');
}
