import { EDGES, markClass, stepOf } from '../src';

test('a value has the step of the last edge that it reaches', () => {
  expect(EDGES.map(edge => stepOf(edge))).toEqual([1, 2, 3, 4]);
  expect(EDGES.map(edge => stepOf(edge - 1e-9))).toEqual([0, 1, 2, 3]);
  expect(EDGES.map(edge => stepOf(-edge))).toEqual([-1, -2, -3, -4]);
});

test('what is not a number is not drawn', () => {
  expect([NaN, 0, -0, 0.049, -0.049].map(markClass)).toEqual(['', '', '', '', '']);
  expect(Object.is(stepOf(-0.01), 0)).toBe(true);
});

test('the sign is in the class, and so in the underline', () => {
  expect(markClass(1)).toBe('limner-mark limner-t4');
  expect(markClass(-0.3)).toBe('limner-mark limner-a2');
});
