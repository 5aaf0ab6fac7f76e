import { EditorState, Text } from '@codemirror/state';

import { insertable } from '../src/completion';
import { gaps, ghost } from '../src/ghost';
import { gapAt } from '../src/hover';
import { isData, labelsOf, probabilityOf } from '../src/sheets';
import { besideOf } from '../src/uris';
import { page, probe } from './fakes';

test.each([
  ['0.9', 0.9],
  [' 0,75 ', 0.75],
  ['90 %', 0.9],
  ['.5', 0.5],
  ['1', 1],
  ['0', 0],
  ['', null],
  ['sure', null],
  ['1.2', null],
  ['-0.1', null],
  ['120 %', null]
])('a probability is read as it is written: %s', (written, value) => {
  expect(probabilityOf(written)).toBe(value);
});

test('labels belong to data files, and are those of the task that names one', () => {
  const labels = probe('labels-x', 0, 3, { method: 'cloze', labels: ['no', 'yes'] });
  expect(labelsOf(page('file:///a.tsv', 'x', [probe('1', 0, 1, { labels: ['a'] }), labels]))).toEqual([
    'no',
    'yes'
  ]);
  expect(labelsOf(page('file:///a.tsv', 'x', []))).toEqual([]);
  const uris = ['file:///a.tsv', 'file:///a.CSV', 'file:///a.jsonl', 'file:///a.py', 'file:///tsv'];
  expect(uris.filter(uri => isData({ uri }))).toEqual(uris.slice(0, 3));
});

test('a task file lies beside its data, however the server writes the path', () => {
  const data = 'file:///home/%E6%88%91/a%20b.tsv';
  const task = 'file:///home/%E6%88%91/a%20b.cloze.toml';
  expect(besideOf(data, '/home/我/a b.cloze.toml')).toBe(task);
  expect(besideOf(data, 'C:\\我\\a b.cloze.toml')).toBe(task);
});

test('a gap is found from its first to behind its last character', () => {
  const state = EditorState.create({ doc: '早餐\n很[MASK]，____。' });
  const found = (at: number) => gapAt(state, at);
  expect([found(3), found(11)]).toEqual([null, { from: 11, to: 15 }]);
  expect(found(4)).toEqual({ from: 4, to: 10 });
  expect(found(10)).toEqual({ from: 4, to: 10 });
  expect(found(1)).toBeNull();
});

test('ghost text is what can be added at the caret; a gap goes when its word is taken', () => {
  const doc = Text.of(['很[MASK]。', 'tri']);
  const range = (line: number, from: number, to: number) => ({
    start: { line, character: from },
    end: { line, character: to }
  });
  const gap = { insertText: '好', range: range(0, 1, 7) };
  const { items, offered } = insertable({ doc }, [gap], { line: 0, character: 7 });
  expect(items).toEqual([{ insertText: '好' }]);
  expect(insertable({ doc }, [gap], { line: 0, character: 3 })).toEqual({ items: [], offered: null });
  const word = { insertText: 'triage', range: range(1, 0, 3) };
  expect(insertable({ doc }, [word], { line: 1, character: 3 })).toEqual({
    items: [{ insertText: 'age' }],
    offered: null
  });

  const state = EditorState.create({ doc, extensions: gaps() });
  const insert = { changes: { from: 7, insert: '好' }, selection: { anchor: 8 } };
  ghost.offered = offered;
  const typed = state.update({ ...insert, userEvent: 'input.type' });
  expect(typed.state.doc.line(1).text).toBe('很[MASK]好。');
  const taken = state.update(insert);
  expect([taken.state.doc.line(1).text, taken.state.selection.main.head]).toEqual(['很好。', 2]);
  expect(state.update(insert).state.doc.line(1).text).toBe('很[MASK]好。'); // once
});
