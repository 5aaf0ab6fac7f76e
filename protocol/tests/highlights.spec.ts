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
