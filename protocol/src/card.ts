/** A card as elements: texts, notes, pictures, charts, facts, tables. It knows no method. */

import { details, element } from './dom';
import { stepClass } from './marks';
import { drawPicture, twin } from './picture';
import { readCard } from './read';
import { safeSpec, type Spec } from './spec';
import { drawTable } from './table';
import { drawText } from './text';
import { Tooltip } from './tooltip';
import type { Card, CardChart, CardPicture, CardTable } from './types';

/** What the host does for a card. */
export interface CardHooks {
  /** Draw a Vega-Lite spec into an element; rejects when it cannot, and then its words are shown. */
  chart?(spec: Spec, host: HTMLElement): Promise<void>;
}

/** Rows from which a table beneath something else begins closed. */
const LONG = 6;

/** The card of a value out of a file or a kernel; what cannot be drawn is said in a sentence. */
export function drawCard(value: unknown, hooks: CardHooks = {}): HTMLElement {
  const { card, newer, troubles } = readCard(value);
  const drawn = element('section', 'limner-card');
  const warnings = troubles.map(trouble => note(trouble, 'limner-card-trouble'));
  if (!card) {
    drawn.append(...warnings);
    return drawn;
  }
  drawn.setAttribute('aria-label', `Limner: ${card.title}`);
  drawn.append(
    element('p', 'limner-title', card.title),
    element('p', 'limner-spoken', card.spoken),
    ...warnings,
    ...(newer ? drawWords(card) : drawParts(card, hooks))
  );
  return drawn;
}

function drawParts(card: Card, hooks: CardHooks): Node[] {
  const tooltip = new Tooltip();
  const coloured = card.texts.some(text => text.marks.length);
  return [
    ...card.texts.map(text => drawText(text, tooltip)),
    ...(coloured ? [key()] : []),
    ...card.notes.map(text => note(text)),
    ...card.pictures.map(picture => figure(picture, tooltip)),
    ...card.charts.map(chart => drawChart(chart, hooks, coloured)),
    ...(card.facts.length ? [facts(card)] : []),
    ...card.tables.map(table => folded(table, coloured || card.pictures.length > 0)),
    tooltip.node
  ];
}

/** What is safe to show of a card whose keys may mean something else by now. */
function drawWords(card: Card): Node[] {
  return [
    ...card.texts.map(text => drawText({ ...text, marks: [], unread: null }, new Tooltip())),
    ...card.notes.map(text => note(text)),
    ...[...card.pictures, ...card.charts].map(({ title, text }) =>
      details(title, true, twin(text))
    ),
    ...(card.facts.length ? [facts(card)] : [])
  ];
}

function note(text: string, kind = ''): HTMLElement {
  return element('p', `limner-card-note ${kind}`.trim(), text);
}

function key(): HTMLElement {
  return element(
    'p',
    'limner-key',
    element('span', stepClass(3), 'pushes towards'),
    ' ',
    element('span', stepClass(-3), 'pushes away')
  );
}

function facts(card: Card): HTMLElement {
  const pairs = card.facts.map(([name, value]) =>
    element('div', '', element('dt', '', name), element('dd', '', value))
  );
  return element('dl', 'limner-facts', ...pairs);
}

/** Charts say again what coloured words say, so beneath those they begin closed. */
function drawChart(chart: CardChart, hooks: CardHooks, again: boolean): HTMLElement {
  const drawn = element('figure', 'limner-chart');
  const spec = safeSpec(chart.spec);
  if (!spec || !hooks.chart) {
    drawn.append(details(chart.title, !again, twin(chart.text)));
    return drawn;
  }
  const words = details('In words', false, twin(chart.text));
  const host = element('div', 'limner-chart-host');
  host.setAttribute('role', 'img');
  host.setAttribute('aria-label', chart.title);
  const fail = (): void => {
    host.remove();
    words.open = true;
  };
  const content = element('div', '', host, words);
  const folded = details(`Chart: ${chart.title}`, !again, content);
  const draw = (): void => {
    if (folded.open && !host.dataset.drawn) {
      host.dataset.drawn = 'yes';
      hooks.chart?.(spec, host).catch(fail);
    }
  };
  folded.addEventListener('toggle', draw);
  draw();
  drawn.append(folded);
  return drawn;
}

function figure(picture: CardPicture, tooltip: Tooltip): HTMLElement {
  return element(
    'figure',
    'limner-figure',
    drawPicture(picture, tooltip) as unknown as Node,
    element('figcaption', '', picture.title),
    details('In words', false, twin(picture.text))
  );
}

function folded(table: CardTable, again: boolean): HTMLElement {
  const count = table.rows.length;
  const rows = count === 1 ? '1 row' : `${count} rows`;
  const drawn = drawTable({ ...table, caption: '' });
  const summary = table.caption ? `${table.caption} (${rows})` : `Table (${rows})`;
  drawn.setAttribute('aria-label', table.caption || 'Table');
  return details(summary, !again || count < LONG, element('div', 'limner-scroll', drawn));
}
