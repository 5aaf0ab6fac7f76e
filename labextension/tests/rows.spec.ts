import { bytes, excerpt, grouped, twinOf } from '../src/panel/rows';
import { page, probe } from './fakes';

const pages = [
  page('file:///r/a.txt', 'one', [probe('1', 0, 3)]),
  page('file:///r/%E4%B8%80.ipynb#x', 'two', [probe('2', 0, 3)]),
  page('file:///r/%E4%B8%80.ipynb#y', 'three', [probe('3', 0, 3)]),
  page('file:///r/c.md', 'four', [])
];

function ids(groups: ReturnType<typeof grouped>): string[][] {
  return groups.map(({ rows }) => rows.map(row => row.probe.said.id));
}

test('the cells of a notebook are one document, and documents without probes are left out', () => {
  const groups = grouped(pages, null, false);
  expect(groups.map(group => group.title)).toEqual(['a.txt', '一.ipynb']);
  expect(ids(groups)).toEqual([['1'], ['2', '3']]);
});

test('the current document comes first, or alone', () => {
  const here = 'file:///r/%E4%B8%80.ipynb#y';
  expect(ids(grouped(pages, here, false))).toEqual([['2', '3'], ['1']]);
  expect(ids(grouped(pages, here, true))).toEqual([['2', '3']]);
  expect(grouped(pages, 'file:///r/c.md', true)).toEqual([]);
});

test('an excerpt is one line that is never cut inside a character', () => {
  const text = `x = "房间\n  很差👍👍👍"`;
  const made = page('file:///a', text, []);
  expect(excerpt({ page: made, probe: probe('1', 5, text.length - 1) })).toBe('房间 很差👍👍👍');
  expect(excerpt({ page: made, probe: probe('1', 5, text.length - 1) }, 7)).toBe('房间 很差👍…');
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [13_400_000, '13.4 MB'],
  [440_000_000, '440 MB'],
  [2.5e9, '2.5 GB'],
  [3e15, '3000 TB']
])('%d bytes are %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

test('a twin with columns is a table', () => {
  const text = 'negative 0.73 · δ 0.3 %\n+1.203   12.3 %  很差\n-0.100   1.0 %  not bad';
  expect(twinOf(text)).toEqual({
    headline: 'negative 0.73 · δ 0.3 %',
    blocks: [
      {
        heads: [],
        rows: [
          ['+1.203', '12.3 %', '很差'],
          ['-0.100', '1.0 %', 'not bad']
        ],
        rest: ''
      }
    ]
  });
});

test('a twin without columns stays as it was written', () => {
  const text = 'x: float64 (3,)\nmean 1.0\nmin 0.0  max 2.0';
  expect(twinOf(text).blocks).toEqual([
    { heads: [], rows: [], rest: 'mean 1.0\nmin 0.0  max 2.0' }
  ]);
});

test('lines of a twin with as many columns are one table, with heads where words stand above numbers', () => {
  const text = 'HSIC\ncolumns    a, b\nrows       100\nx  y  p\na  b  0.2\nb  c  0.3\nNo pair.';
  expect(twinOf(text).blocks).toEqual([
    {
      heads: [],
      rows: [
        ['columns', 'a, b'],
        ['rows', '100']
      ],
      rest: ''
    },
    {
      heads: ['x', 'y', 'p'],
      rows: [
        ['a', 'b', '0.2'],
        ['b', 'c', '0.3']
      ],
      rest: ''
    },
    { heads: [], rows: [], rest: 'No pair.' }
  ]);
});
