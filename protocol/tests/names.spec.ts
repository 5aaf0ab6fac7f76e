import { namesIn, nameUnder } from '../src/names';

test.each([
  ['x', ['x']],
  ['x, y', ['x', 'y']],
  [' x ,y, ', ['x', 'y']],
  ['a.b[0]', ['a.b[0]']],
  ['df[["a", "b"]]', ['df[["a", "b"]]']],
  ["df['a'], df[\"b\"].values", ["df['a']", 'df["b"].values']],
  ['x[-1][2]', ['x[-1][2]']],
  ['xs[0][:, 3:5], y[::2]', ['xs[0][:, 3:5]', 'y[::2]']],
  ['房间, été', ['房间', 'été']],
  ['d["a]b, c"]', ['d["a]b, c"]']]
])('%s names variables', (selection, names) => {
  expect(namesIn(selection)).toEqual({ names, rest: '' });
});

test.each([
  ['f(x)', [], 'f(x)'],
  ['x, y + 1', ['x'], 'y + 1'],
  ['x[i]', [], 'x[i]'],
  ['x[i:j]', [], 'x[i:j]'],
  ['x[]', [], 'x[]'],
  ['x[[["a"]]]', [], 'x[[["a"]]]'],
  ['x[__import__("os")]', [], 'x[__import__("os")]'],
  ['lambda', [], 'lambda'],
  ['3', [], '3'],
  ['x; y', [], 'x; y'],
  ['x = y', [], 'x = y'],
  ['x y', [], 'x y'],
  ['x,, y', ['x'], ', y']
])('of %s only names are taken, the rest is reported', (selection, names, rest) => {
  expect(namesIn(selection)).toEqual({ names, rest });
});

test.each([
  ['print(|x)', 'x'],
  ['print(x|)', 'x'],
  ['y = model.we|ights.data', 'model.weights'],
  ['y = mod|el.weights', 'model'],
  ['z = df["|a"] + 1', 'df["a"]'],
  ['z = df["a"]|', 'df["a"]'],
  ['z = d|f["a"]', 'df["a"]'],
  ['np.dot(a[|0], b)', 'a[0]'],
  ['x = |', ''],
  ['3|e5', ''],
  ['fo|r x in y', '']
])('the caret in %s is on “%s”', (line, name) => {
  const [text, at] = [line.replace('|', ''), line.indexOf('|')];
  const found = nameUnder(text, at);
  expect(found?.name ?? '').toBe(name);
  expect(text.startsWith(name, found?.start)).toBe(true);
});
