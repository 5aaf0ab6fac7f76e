import { ChangeSet, Text } from '@codemirror/state';

import { follow, offsetOf, place, positionOf } from '../src/follow';
import type { DrawnProbe } from '../src/tokens';

const TEXT = 'text = "房间很差👍 but fine"\n';

/** A probe on the string with a mark on each of the words. */
function probe(...words: string[]): DrawnProbe {
  return {
    said: {} as DrawnProbe['said'],
    start: 7,
    end: TEXT.length - 1,
    marks: words.map(word => {
      const start = TEXT.indexOf(word);
      return { start, end: start + word.length, value: 1, hover: word };
    }),
    notes: [{ at: TEXT.length - 1, text: 'note', tooltip: '' }]
  };
}

function edit(from: number, to: number, insert = ''): ChangeSet {
  return ChangeSet.of({ from, to, insert }, TEXT.length);
}

/** The marked words after an edit, read from the new text. */
function words(drawn: DrawnProbe, changes: ChangeSet): string[] {
  const after = changes.apply(Text.of(TEXT.split('\n')));
  return follow(drawn, changes).marks.map(mark => after.sliceString(mark.start, mark.end));
}

test('marks move with the text before them', () => {
  expect(words(probe('很差', 'fine'), edit(0, 0, '👍👍\n'))).toEqual(['很差', 'fine']);
});

test('a mark whose characters changed is gone, the others stay', () => {
  const at = TEXT.indexOf('差');
  expect(words(probe('很差', '👍', 'fine'), edit(at, at + 1, '好'))).toEqual(['👍', 'fine']);
});

test('letters that grow onto a word end its mark; Chinese beside Chinese does not', () => {
  const end = TEXT.indexOf('fine') + 4;
  expect(words(probe('fine'), edit(end, end, 'ly'))).toEqual([]);
  expect(words(probe('fine'), edit(end, end, ', ok'))).toEqual(['fine']);
  const before = TEXT.indexOf('很差');
  expect(words(probe('很差'), edit(before, before, '都'))).toEqual(['很差']);
});

test('an insertion inside a word ends its mark', () => {
  const inside = TEXT.indexOf('ine');
  expect(words(probe('fine'), edit(inside, inside, '!'))).toEqual([]);
});

test('a probe whose text was edited looks preliminary, one beside the edit does not', () => {
  expect(follow(probe(), edit(9, 9, 'x')).said.preliminary).toBe(true);
  expect(follow(probe(), edit(0, 0, 'x = 1; ')).said.preliminary).toBeUndefined();
});

test('the note stays behind its text', () => {
  const changes = edit(7, 9, '');
  const { notes } = follow(probe(), changes);
  expect(notes[0]?.at).toBe(TEXT.length - 3);
});

test('positions count UTF-16 units and are clamped to their line', () => {
  const doc = Text.of(['a👍b', '房间']);
  expect(offsetOf(doc, { line: 0, character: 3 })).toBe(3);
  expect(offsetOf(doc, { line: 0, character: 99 })).toBe(4);
  expect(offsetOf(doc, { line: 1, character: 1 })).toBe(6);
  expect(offsetOf(doc, { line: 9, character: 0 })).toBe(doc.length);
  expect(positionOf(doc, 6)).toEqual({ line: 1, character: 1 });
});

test('a probe is placed in the text of its version', () => {
  const doc = Text.of(TEXT.split('\n'));
  const range = { start: { line: 0, character: 9 }, end: { line: 0, character: 11 } };
  const said = {
    range,
    marks: [{ range, value: 0.5, hover: 'h' }],
    notes: [{ position: range.end, text: 't', tooltip: '' }]
  } as unknown as DrawnProbe['said'];
  const drawn = place(said, doc);
  expect(doc.sliceString(drawn.start, drawn.end)).toBe('间很');
  expect(drawn.marks[0]).toEqual({ start: 9, end: 11, value: 0.5, hover: 'h' });
  expect(drawn.notes[0]?.at).toBe(11);
});
