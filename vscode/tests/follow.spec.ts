import { follow, type DrawnProbe } from '../src/follow';

const TEXT = 'bad room, 房间很小 🙂';
const said = {} as DrawnProbe['said'];

function probe(...words: [number, number][]): DrawnProbe {
  const marks = words.map(([start, end]) => ({ start, end, value: 1, hover: '' }));
  return { said, start: 0, end: TEXT.length, marks, notes: [{ at: 18, text: '', tooltip: '' }] };
}

function edited(words: [number, number][], at: number, length: number, text: string) {
  const change = { rangeOffset: at, rangeLength: length, text };
  return follow(probe(...words), [change]).marks.map(({ start, end }) => [start, end]);
}

test('a mark moves with its word when text comes before it', () => {
  expect(edited([[4, 8]], 0, 0, '🙂 ')).toEqual([[7, 11]]);
});

test('a mark goes when its word is edited', () => {
  expect(edited([[4, 8]], 5, 1, 'x')).toEqual([]);
});

test('letters that grow onto a word take its mark away', () => {
  expect(edited([[4, 8]], 8, 0, 's')).toEqual([]);
  expect(edited([[4, 8]], 4, 0, 'x')).toEqual([]);
});

test('a space or a Chinese character beside a word leaves its mark', () => {
  expect(edited([[4, 8]], 8, 0, ' s')).toEqual([[4, 8]]);
  expect(edited([[10, 12]], 12, 0, '真')).toEqual([[10, 12]]);
});

test('deleting what stands before a word moves it to the left', () => {
  expect(edited([[4, 8]], 0, 4, '')).toEqual([[0, 4]]);
});

test('several edits are taken in the order in which VS Code lists them', () => {
  const changes = [
    { rangeOffset: 8, rangeLength: 1, text: ';;' },
    { rangeOffset: 0, rangeLength: 3, text: 'good' }
  ];
  const { marks, notes, end } = follow(probe([4, 8], [10, 12]), changes);
  expect(marks.map(mark => [mark.start, mark.end])).toEqual([
    [5, 9],
    [12, 14]
  ]);
  expect(notes[0]?.at).toBe(20);
  expect(end).toBe(TEXT.length + 2);
});
