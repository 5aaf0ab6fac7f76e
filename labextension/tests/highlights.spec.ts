import { ChangeSet, EditorState, Text } from '@codemirror/state';
import type { DecorationSet } from '@codemirror/view';

import { drawHighlights, highlightAt, highlights, highlightsIn, moved } from '../src/highlights';

const DOC = Text.of(['😀操作系统把进程', '', 'page table']);
const DATA = [0, 2, 4, 0, 3, 0, 5, 2, 1, 1, 2, 0, 10, 0, 1];

/** What is marked, with the looks' last class. */
function words(marks: DecorationSet, doc: Text): string[] {
  const found: string[] = [];
  marks.between(0, doc.length, (from, to, value) => {
    const look = String((value.spec as { class: string }).class).split('-').pop();
    found.push(`${doc.sliceString(from, to)} ${look}`);
  });
  return found;
}

test('five numbers each become marks on their words, behind an emoji too', () => {
  const marks = highlightsIn(DOC, DATA);
  expect(words(marks, DOC)).toEqual(['操作系统 3', '进程 accepted', 'page table 1']);
});

test('what does not fit the text is left out', () => {
  expect(words(highlightsIn(DOC, [0, 90, 4, 0, 3, 1, 0, 4, 0, 1, 7, 0, 2, 0, 1]), DOC)).toEqual([]);
  expect(words(highlightsIn(DOC, [0, 7, 90, 0, 2]), DOC)).toEqual(['进程 2']);
});

test.each([
  ['an insertion before it moves it', { from: 2, insert: '👍' }, ['操作系统', '进程', 'page table']],
  ['one at its ends leaves it', { from: 6, insert: '的' }, ['操作系统', '进程', 'page table']],
  ['one inside it ends it', { from: 3, insert: '的' }, ['进程', 'page table']],
  ['a removed letter ends it', { from: 7, to: 8 }, ['操作系统', 'page table']],
  ['a new text ends all', { from: 0, to: DOC.length, insert: 'x' }, []]
])('%s', (_, change, expected) => {
  const changes = ChangeSet.of(change, DOC.length);
  const marks = moved(highlightsIn(DOC, DATA), changes);
  const left = words(marks, changes.apply(DOC)).map(word => word.replace(/ \w+$/, ''));
  expect(left).toEqual(expected);
});

test('some thousand marks are moved in no time', () => {
  const doc = Text.of(Array.from({ length: 5000 }, () => '操作系统的进程'));
  const data = Array.from({ length: 5000 }, (_, line) => [line ? 1 : 0, 0, 4, 0, 1]).flat();
  let marks = highlightsIn(doc, data);
  const changes = ChangeSet.of({ from: 20_000, insert: 'x' }, doc.length);
  const begun = performance.now();
  for (let i = 0; i < 100; i++) {
    moved(marks, changes);
  }
  expect(performance.now() - begun).toBeLessThan(500);
  marks = moved(marks, changes);
  expect(marks.size).toBe(5000);
});

test('an editor takes the marks of its own text alone, and knows the one at the caret', () => {
  let state = EditorState.create({ doc: DOC, extensions: highlights() });
  const marks = highlightsIn(DOC, DATA);
  state = state.update({ effects: drawHighlights.of({ marks, length: DOC.length + 1 }) }).state;
  expect(highlightAt(state, 3)).toBeNull();
  state = state.update({ effects: drawHighlights.of({ marks, length: DOC.length }) }).state;
  expect(highlightAt(state, 3)).toEqual({ from: 2, to: 6 });
  expect(highlightAt(state, 6)).toEqual({ from: 2, to: 6 });
  expect(highlightAt(state, 0)).toBeNull();
  state = state.update({ changes: { from: 0, insert: '啊' } }).state;
  expect(highlightAt(state, 4)).toEqual({ from: 3, to: 7 });
});
