import { expression, readAnswer } from '../src/jupyter';

const ARRAYS = 'application/vnd.limner.arrays.v1+json';
const ERROR = 'application/vnd.code.notebook.error';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

test('the kernel is asked one call, whose names cannot leave their strings', () => {
  const code = expression({ names: ['x', 'df["a"]'], columns: false, daemon: 'd' });
  expect(code).toBe(
    "__import__('limner.notebook.bridge', fromlist=['send'])" +
      '.send(["x","df[\\"a\\"]"], daemon="d")'
  );
  expect(expression({ names: ['df'], columns: true, daemon: 'd' })).toContain(', columns=True)');
});

test('arrays come with the ids that the daemon gave them', () => {
  const arrays = [{ name: 'x', id: 'a1' }];
  expect(readAnswer(ARRAYS, bytes({ version: 1, arrays, error: null }))).toEqual(arrays);
});

test('what the bridge refuses is said in its own words', () => {
  const error = { kind: 'no-such-name', message: 'There is no x.' };
  expect(() => readAnswer(ARRAYS, bytes({ arrays: [], error }))).toThrow('There is no x.');
});

test('a kernel without Limner is told how to get it; other errors by their names', () => {
  const missing = { name: 'ModuleNotFoundError', message: "No module named 'limner'" };
  expect(() => readAnswer(ERROR, bytes(missing))).toThrow('%pip install limner');
  const other = { name: 'OSError', message: 'gone' };
  expect(() => readAnswer(ERROR, bytes(other))).toThrow('OSError: gone');
});
