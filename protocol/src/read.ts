/** Cards out of files: whatever a notebook holds becomes a card or a sentence, never an exception. */

import type { Card, CardChart, CardMark, CardPicture, CardTable, CardText } from './types';
import { stepOf } from './marks';

/** The newest card that this code knows the meaning of. */
export const VERSION = 1;

/** Most of each thing that is drawn; a file may hold anything. */
const MOST = {
  text: 400_000,
  sentence: 4_000,
  texts: 32,
  marks: 5_000,
  facts: 200,
  notes: 100,
  tables: 16,
  columns: 64,
  rows: 2_000,
  charts: 16,
  pictures: 16,
  cells: 256 * 256,
  picture: 8_000_000
};

/** What was understood, and in sentences what was not. */
export interface Reading {
  /** Null when it is no card at all. */
  readonly card: Card | null;
  /** Made by a newer Limner: only its words can be trusted to mean what they say. */
  readonly newer: boolean;
  readonly troubles: readonly string[];
}

/** Read a value of `application/vnd.limner.v1+json`. */
export function readCard(value: unknown): Reading {
  if (!isRecord(value) || typeof value.version !== 'number' || typeof value.title !== 'string') {
    const trouble = 'This is not a result of Limner that can be drawn: run the cell again.';
    return { card: null, newer: false, troubles: [trouble] };
  }
  const reader = new Reader();
  const newer = value.version > VERSION;
  if (newer) {
    reader.troubles.add(
      `A newer Limner made this result (card ${value.version}, known is ${VERSION}): ` +
        'only its words are shown. Update Limner to see all of it.'
    );
  }
  const card: Card = {
    version: VERSION,
    method: reader.words(value.method),
    title: reader.words(value.title),
    spoken: reader.words(value.spoken),
    texts: reader.records(value.texts, 'texts', MOST.texts, item => readText(reader, item)),
    facts: reader.list(value.facts, 'facts', MOST.facts, item => readFact(reader, item)),
    notes: reader.list(value.notes, 'notes', MOST.notes, item => reader.words(item)),
    tables: reader.records(value.tables, 'tables', MOST.tables, item => readTable(reader, item)),
    charts: reader.records(value.charts, 'charts', MOST.charts, item => readChart(reader, item)),
    pictures: reader.records(value.pictures, 'pictures', MOST.pictures, item =>
      readPicture(reader, item)
    ),
    result: isRecord(value.result) ? value.result : {}
  };
  return { card, newer, troubles: [...reader.troubles] };
}

function readText(reader: Reader, value: Record<string, unknown>): CardText | null {
  const text = reader.words(value.text, MOST.text);
  const unread = value.unread;
  return {
    label: reader.words(value.label),
    text,
    marks: reader.records(value.marks, 'marks', MOST.marks, item => readMark(reader, item)),
    unread: isPair(unread) ? [unread[0], unread[1]] : null
  };
}

function readMark(reader: Reader, value: Record<string, unknown>): CardMark | null {
  const { start, end, value: strength, step } = value;
  if (!isNumber(start) || !isNumber(end) || !isNumber(strength)) {
    return null;
  }
  const known = Number.isInteger(step) && Math.abs(step as number) <= 4;
  const drawn = known ? (step as number) : stepOf(strength);
  return { start, end, value: strength, step: drawn, hover: reader.words(value.hover) };
}

function readFact(reader: Reader, value: unknown): [string, string] | null {
  return Array.isArray(value) && value.length === 2
    ? [reader.words(value[0]), reader.words(value[1])]
    : null;
}

function readTable(reader: Reader, value: Record<string, unknown>): CardTable {
  const columns = reader.list(value.columns, 'columns', MOST.columns, item => reader.words(item));
  return {
    caption: reader.words(value.caption),
    columns,
    align: reader.words(value.align),
    rows: reader.list(value.rows, 'rows', MOST.rows, item =>
      Array.isArray(item) ? columns.map((_, index) => reader.words(item[index] ?? '')) : null
    )
  };
}

function readChart(reader: Reader, value: Record<string, unknown>): CardChart {
  return {
    title: reader.words(value.title),
    spec: isRecord(value.spec) ? value.spec : {},
    text: reader.words(value.text, MOST.text)
  };
}

function readPicture(reader: Reader, value: Record<string, unknown>): CardPicture | null {
  const { rows, columns, values, hovers, under } = value;
  const cells = Number(rows) * Number(columns);
  const whole = Number.isInteger(rows) && Number.isInteger(columns) && cells > 0;
  if (!whole || cells > MOST.cells || !Array.isArray(values) || values.length !== cells) {
    return null;
  }
  const said = Array.isArray(hovers) && hovers.length === cells ? hovers : null;
  return {
    title: reader.words(value.title),
    rows: rows as number,
    columns: columns as number,
    values: values.map(item => (isNumber(item) ? item : 0)),
    hovers: said?.map(item => reader.words(item)) ?? null,
    under: reader.picture(under),
    text: reader.words(value.text, MOST.text)
  };
}

/** Reads parts and keeps what it could not. */
class Reader {
  readonly troubles = new Set<string>();

  /** A string of bounded length; anything else is empty. */
  words(value: unknown, most = MOST.sentence): string {
    if (typeof value !== 'string') {
      if (value !== undefined && value !== null) {
        this.troubles.add('Some words of this result are damaged and left out.');
      }
      return '';
    }
    return value.length > most ? `${value.slice(0, most)}…` : value;
  }

  /** The items that can be read, a bounded number of them. */
  list<T>(value: unknown, name: string, most: number, read: ReadItem<T>): T[] {
    if (value === undefined || value === null) {
      return [];
    }
    if (!Array.isArray(value)) {
      this.troubles.add(`The ${name} of this result are damaged and left out.`);
      return [];
    }
    if (value.length > most) {
      this.troubles.add(`Only ${most} of ${value.length} ${name} are shown.`);
    }
    const items = value.slice(0, most).map(read);
    if (items.includes(null)) {
      this.troubles.add(`Some ${name} of this result are damaged and left out.`);
    }
    return items.filter(item => item !== null);
  }

  /** The same, of items with keys. */
  records<T>(value: unknown, name: string, most: number, read: ReadRecord<T>): T[] {
    return this.list(value, name, most, item => (isRecord(item) ? read(item) : null));
  }

  /** A PNG inside its URI, or null: nothing is fetched. */
  picture(value: unknown): string | null {
    if (value === undefined || value === null) {
      return null;
    }
    const png = /^data:image\/png;base64,iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$/;
    if (typeof value === 'string' && value.length <= MOST.picture && png.test(value)) {
      return value;
    }
    this.troubles.add('A picture of this result is no PNG inside the file and is left out.');
    return null;
  }
}

type ReadItem<T> = (item: unknown) => T | null;
type ReadRecord<T> = (item: Record<string, unknown>) => T | null;

/** An object with keys, as JSON has them. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isNumber);
}
