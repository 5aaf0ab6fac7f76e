import { highlightsOf } from '../src';

test('places count from the one before, on a new line from its beginning', () => {
  const found = highlightsOf([2, 5, 4, 0, 3, 0, 6, 2, 1, 1, 1, 1, 2, 0, 2]);
  expect(found.map(({ line, character, length }) => [line, character, length])).toEqual([
    [2, 5, 4],
    [2, 11, 2],
    [3, 1, 2]
  ]);
  expect(found.map(({ kind, strength }) => [kind, strength])).toEqual([
    [0, 3],
    [1, 1],
    [0, 2]
  ]);
});

test('numbers that are left over mean nothing', () => {
  expect(highlightsOf([])).toEqual([]);
  expect(highlightsOf([1, 2, 3, 0])).toEqual([]);
});

test('what is no mark is left out, and the places of the others stay right', () => {
  const found = highlightsOf([0, 1, 0, 0, 1, 0, 2, 3, 7, 1, 0, 4, 2, 0, 9, 0, 5, 2, 1, 1]);
  expect(found.map(({ character, length }) => [character, length])).toEqual([[12, 2]]);
});

test.each([-1, 0.5, NaN, null, '1'])('behind %p, which is no count, nothing is read', wrong => {
  const data = [0, 1, 2, 0, 1, 0, wrong as number, 2, 0, 1, 0, 9, 2, 0, 1];
  expect(highlightsOf(data)).toHaveLength(1);
});
