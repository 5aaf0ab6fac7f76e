import { nest, type Nested, type Span } from '../src/spans';

/** The tree as text: [..] around each span. */
function show(node: Nested<Span>): string {
  return node.children
    .map(child => (typeof child === 'string' ? child : `[${show(child)}]`))
    .join('');
}

function drawn(text: string, ...spans: [number, number][]): string {
  return show(nest(text, spans.map(([start, end]) => ({ start, end }))));
}

test('spans lie where their offsets say', () => {
  expect(drawn('房间很好', [0, 2], [3, 4])).toBe('[房间]很[好]');
  expect(drawn('abc')).toBe('abc');
  expect(drawn('abc', [0, 3])).toBe('[abc]');
});

test('inner spans lie inside outer ones, in whatever order they come', () => {
  expect(drawn('abcdef', [2, 3], [1, 4])).toBe('a[b[c]d]ef');
  expect(drawn('ab', [0, 1], [0, 2])).toBe('[[a]b]');
});

test('a span that overlaps another is cut where that one ends', () => {
  expect(drawn('abcdef', [0, 3], [2, 5])).toBe('[ab[c]][de]f');
  const tree = nest('abcdef', [
    { start: 0, end: 3 },
    { start: 2, end: 5 }
  ]);
  const second = tree.children[1] as Nested<Span>;
  expect(second.first).toBe(false);
});

test('an offset inside a surrogate pair moves out of it', () => {
  expect(drawn('a😀b', [2, 4])).toBe('a[😀b]');
  expect(drawn('a😀b', [0, 2])).toBe('[a😀]b');
});

test('offsets outside the text, reversed and fractional ones do no harm', () => {
  expect(drawn('abc', [-5, 1], [2, 99], [2, 1], [1, 1])).toBe('[a]b[c]');
  expect(drawn('abc', [0.7, 1.9])).toBe('[a]bc');
});

test('the text is whole whatever the spans', () => {
  const text = '多好的😀 wonderful day, 酒店😀😀 fine';
  let state = 7;
  const random = (most: number): number => {
    state = (state * 16807) % 2147483647;
    return state % most;
  };
  for (let round = 0; round < 200; round += 1) {
    const spans = Array.from({ length: 12 }, () => {
      const start = random(text.length);
      return [start, start + random(12)] as [number, number];
    });
    expect(drawn(text, ...spans).replace(/[[\]]/g, '')).toBe(text);
  }
});

test('thousands of marks that all overlap are drawn soon', () => {
  const text = 'x'.repeat(20_000);
  const spans = Array.from({ length: 5_000 }, (_, i) => ({ start: i, end: i + 10_000 }));
  const begun = performance.now();
  nest(text, spans);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
