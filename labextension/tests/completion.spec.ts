import { Text } from '@codemirror/state';
import type { CompletionItem } from 'vscode-languageserver-protocol';

import { reply } from '../src/completion';

/** What is offered behind `text`, for items that replace so many letters before the caret. */
function offered(text: string, ...items: [string, number, object?][]) {
  const doc = Text.of([text]);
  const end = { line: 0, character: text.length };
  const made = items.map(([label, typed, more]) => {
    const start = { line: 0, character: text.length - typed };
    return { label, textEdit: { range: { start, end }, newText: label }, ...more };
  });
  const offset = [...text].length;
  return reply({ doc }, made as CompletionItem[], { offset, text });
}

test('a term that begins so is offered as it is, in code points', () => {
  const made = offered('😀操作', ['操作系统', 2, { filterText: '操作系统' }]);
  expect(made).toMatchObject({ start: 1, end: 3 });
  expect(made.items[0]).toMatchObject({ label: '操作系统', insertText: '操作系统' });
});

test('where letters stand for others, the label has them in full, to be typed on', () => {
  const details = { filterText: 'czx 操作系统', detail: 'term · czxt · 12 ×' };
  const made = offered('用czx', ['操作系统', 3, details]);
  expect(made.items[0]).toMatchObject({ label: '操作系统 czxt', insertText: '操作系统' });
});

test('without a reading in the details the letters themselves do', () => {
  const made = offered('czx', ['操作系统', 3, { filterText: 'czx 操作系统', detail: 'term' }]);
  expect(made.items[0]?.label).toBe('操作系统 czx');
});

test('of several stretches the longest is replaced, and all items write the same places', () => {
  const made = offered('the file sy', ['file system', 7], ['system call', 2]);
  expect(made).toMatchObject({ start: 4, end: 11 });
  expect(made.items.map(item => item.insertText)).toEqual(['file system', 'file system call']);
});

test('the words for a gap have their probabilities beside them, and replace it', () => {
  const gap = (word: string, detail: string): [string, number, object] => [
    word,
    6,
    { filterText: '[MASK]', detail, sortText: detail }
  ];
  const made = offered('很[MASK]', gap('好', '60.0%'), gap('不错', '20.0%'));
  expect(made).toMatchObject({ start: 1, end: 7 });
  expect(made.items.map(item => item.label)).toEqual(['好 60.0%', '不错 20.0%']);
  expect(made.items.map(item => item.insertText)).toEqual(['好', '不错']);
});
