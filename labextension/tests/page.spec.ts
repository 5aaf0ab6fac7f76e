import { YFile } from '@jupyter/ydoc';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver-protocol';

import { Page, sendable } from '../src/page';
import type { DrawnProbe } from '../src/tokens';

type Incremental = Extract<TextDocumentContentChangeEvent, { range: unknown }>;

/** What a server makes of incremental changes: lines end at \r\n, \r and \n. */
function served(text: string, changes: readonly TextDocumentContentChangeEvent[]): string {
  for (const { range, text: inserted } of changes as Incremental[]) {
    const lines = text.split(/(?<=\r\n|\r(?!\n)|\n)/);
    const offset = (line: number, character: number) =>
      lines.slice(0, line).join('').length + character;
    const start = offset(range.start.line, range.start.character);
    const end = offset(range.end.line, range.end.character);
    text = text.slice(0, start) + inserted + text.slice(end);
  }
  return text;
}

/** Offsets between characters: a shared text is never cut inside one. */
function boundaries(text: string): number[] {
  return [...text].reduce((found, character) => [...found, (found.at(-1) ?? 0) + character.length], [0]);
}

function open(source: string) {
  const cell = new YFile();
  cell.setSource(source);
  const state = { text: '', versions: [] as number[] };
  const host = { title: () => 'cell', reveal: async () => undefined };
  const page = new Page('file:///n.ipynb#1', 'python', cell, host, (page, changes) => {
    state.text = served(state.text, changes);
    state.versions.push(page.version);
  });
  state.text = sendable(page.doc);
  return { cell, page, state };
}

test('the server has the same text after any edits, with emoji and Chinese', () => {
  const { cell, page, state } = open('a = "房间👍"\nb = 1\n');
  const bits = ['x', '很', '👍', '\n', '', '房间\n很差', 'é'];
  let seed = 7;
  const random = (n: number) => (seed = (seed * 16807) % 2147483647) % n;
  for (let i = 0; i < 300; i++) {
    const places = boundaries(cell.getSource());
    const first = random(places.length);
    const from = places[first] ?? 0;
    const to = places[Math.min(places.length - 1, first + random(4))] ?? from;
    cell.updateSource(from, to, bits[random(bits.length)] ?? '');
    expect(state.text).toBe(cell.getSource());
    expect(page.doc.sliceString(0, page.doc.length)).toBe(cell.getSource());
  }
});

test('several edits in one transaction make one version', () => {
  const { cell, page, state } = open('one two three');
  cell.transact(() => {
    cell.updateSource(8, 13, 'III');
    cell.updateSource(0, 3, 'I');
  });
  expect(state.text).toBe('I two III');
  expect(state.versions).toEqual([2]);
  expect(page.version).toBe(2);
});

test('an overlay of an older text is not drawn', () => {
  const { cell, page } = open('房间很差');
  const range = { start: { line: 0, character: 2 }, end: { line: 0, character: 4 } };
  const probes = [{ range, marks: [], notes: [] }] as unknown as DrawnProbe['said'][];
  cell.updateSource(0, 0, '!');
  page.draw({ uri: page.uri, version: 1, probes });
  expect(page.probes).toHaveLength(0);
  page.draw({ uri: page.uri, version: 2, probes });
  expect(page.probes).toHaveLength(1);
});

test('what is drawn follows the edits until the next overlay', () => {
  const { cell, page } = open('房间很差');
  const range = { start: { line: 0, character: 2 }, end: { line: 0, character: 4 } };
  const marks = [{ range, value: 1, hover: '' }];
  const probes = [{ range, marks, notes: [] }] as unknown as DrawnProbe['said'][];
  page.draw({ uri: page.uri, version: 1, probes });
  cell.updateSource(0, 0, '👍 ');
  const mark = page.probes[0]?.marks[0];
  expect(page.doc.sliceString(mark?.start ?? 0, mark?.end)).toBe('很差');
});

test('a stray carriage return is no line end for the server', () => {
  const { cell, state } = open('a\rb\nc');
  cell.updateSource(5, 5, '!');
  expect(state.text).toBe('a b\nc!');
});
