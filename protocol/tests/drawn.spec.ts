import { follow, place, type DrawnProbe, type Replacement } from '../src';

const TEXT = 'bad room, 房间很小 🙂';

function probe(...words: [number, number][]): DrawnProbe {
  const marks = words.map(([start, end]) => ({ start, end, value: 1, hover: '' }));
  const said = { preliminary: false } as DrawnProbe['said'];
  return { said, start: 0, end: TEXT.length, marks, notes: [{ at: 18, text: '', tooltip: '' }] };
}

function edited(words: [number, number][], from: number, to: number, text: string) {
  const after = follow(probe(...words), [{ from, to, text }]);
  return after.marks.map(({ start, end }) => [start, end]);
}

test('a mark moves with its word when text comes before it', () => {
  expect(edited([[4, 8]], 0, 0, '🙂 ')).toEqual([[7, 11]]);
});

test('a mark goes when its word is edited', () => {
  expect(edited([[4, 8]], 5, 6, 'x')).toEqual([]);
});

test('an insertion inside a word ends its mark, whatever it is', () => {
  expect(edited([[4, 8]], 6, 6, '!')).toEqual([]);
});

test('letters that grow onto a word take its mark away', () => {
  expect(edited([[4, 8]], 8, 8, 's')).toEqual([]);
  expect(edited([[4, 8]], 4, 4, 'x')).toEqual([]);
});

test('a space or a Chinese character beside a word leaves its mark', () => {
  expect(edited([[4, 8]], 8, 8, ' s')).toEqual([[4, 8]]);
  expect(edited([[10, 12]], 12, 12, '真')).toEqual([[10, 12]]);
});

test('deleting what stands before a word moves it to the left', () => {
  expect(edited([[4, 8]], 0, 4, '')).toEqual([[0, 4]]);
});

test('a text that is replaced as a whole has no marks', () => {
  expect(edited([[4, 8], [10, 12]], 0, TEXT.length, TEXT)).toEqual([]); // prettier-ignore
});

test('several edits are taken one after the other', () => {
  const edits: Replacement[] = [
    { from: 8, to: 9, text: ';;' },
    { from: 0, to: 3, text: 'good' }
  ];
  const { marks, notes, end } = follow(probe([4, 8], [10, 12]), edits);
  expect(marks.map(mark => [mark.start, mark.end])).toEqual([
    [5, 9],
    [12, 14]
  ]);
  expect(notes[0]?.at).toBe(20);
  expect(end).toBe(TEXT.length + 2);
});

test('a probe whose text was edited looks preliminary, one beside the edit does not', () => {
  const at = (from: number) =>
    follow({ ...probe(), start: 4, end: 8 }, [{ from, to: from, text: ' ' }]).said.preliminary;
  expect([at(6), at(8), at(0), at(9)]).toEqual([true, true, false, false]);
});

test('marks and notes are placed by the offsets of their positions', () => {
  const position = (character: number) => ({ line: 0, character });
  const range = { start: position(4), end: position(8) };
  const said = {
    range,
    marks: [{ range, value: 0.5, hover: 'h' }],
    notes: [{ position: position(8), text: 't', tooltip: '' }]
  } as unknown as DrawnProbe['said'];
  expect(place(said, ({ character }) => 10 + character)).toEqual({
    said,
    start: 14,
    end: 18,
    marks: [{ start: 14, end: 18, value: 0.5, hover: 'h' }],
    notes: [{ at: 18, text: 't', tooltip: '' }]
  });
});
