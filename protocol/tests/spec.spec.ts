import { safeSpec } from '../src';

const BARS = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  data: { values: [{ name: '好', score: 0.5, url: 'a column may be called so' }] },
  mark: { type: 'bar', tooltip: true },
  encoding: { x: { field: 'score', type: 'quantitative' } }
};

test('a chart with inline data stays as it is', () => {
  expect(safeSpec(BARS)).toEqual(BARS);
  expect(safeSpec(BARS)).not.toBe(BARS);
});

test.each([
  ['data from an address', { data: { url: 'https://example.org/x.json' }, mark: 'bar' }],
  ['a picture from an address', { mark: { type: 'image', url: 'https://example.org/x.png' } }],
  ['a picture from a column', { mark: 'image', encoding: { url: { field: 'u' } } }],
  ['a lookup elsewhere', { transform: [{ lookup: 'a', from: { data: { url: 'x' } } }] }],
  ['rows without end', { data: { sequence: { start: 0, stop: 1e12 } }, mark: 'bar' }],
  ['a canvas without end', { mark: 'bar', width: 1e9 }],
  ['a colour from an address', { mark: { type: 'bar', fill: 'URL (https://example.org/x.svg#a)' } }],
  ['a colour from a hidden address', { mark: { type: 'bar', fill: '\\75rl(//example.org/x#a)' } }],
  ['a colour that is computed', { mark: { type: 'bar', fill: { expr: "'u' + 'rl(//a/b#c)'" } } }],
  ['a colour as a column has it', { mark: 'bar', encoding: { fill: { field: 'c', scale: null } } }],
  ['a scale into a column', { mark: 'bar', encoding: { fill: { scale: { range: { field: 'c' } } } } }],
  ["the pointer's shape by its signal", { params: [{ name: 'cursor', value: 'x' }], mark: 'bar' }],
  ['Vega by its schema', { $schema: 'https://vega.github.io/schema/vega/v5.json', mark: 'bar' }],
  ['Vega by its keys', { marks: [{ type: 'rect' }] }],
  ['no object', ['bar']],
  ['nothing', {}]
])('%s is not drawn', (_, spec) => {
  expect(safeSpec(spec)).toBeNull();
});

test('links, embedding options and foreign inputs are left out', () => {
  const spec = {
    ...BARS,
    usermeta: { embedOptions: { ast: false, loader: { target: '_top' } } },
    mark: { ...BARS.mark, cursor: 'url(https://example.org/x.png), auto' },
    encoding: { ...BARS.encoding, href: { value: 'javascript:alert(1)' } },
    params: [
      { name: 'a', value: 1, bind: { input: 'range', element: '#jp-main' } },
      { name: 'b', select: { type: 'interval', on: 'window:mousedown!' }, bind: 'scales' }
    ]
  };
  expect(safeSpec(spec)).toEqual({
    ...BARS,
    params: [
      { name: 'a', value: 1 },
      { name: 'b', select: { type: 'interval' }, bind: 'scales' }
    ]
  });
});

test('a spec that is too deep or too large is not drawn', () => {
  let deep: Record<string, unknown> = { mark: 'bar' };
  for (let level = 0; level < 100; level += 1) {
    deep = { layer: [deep] };
  }
  expect(safeSpec(deep)).toBeNull();
  expect(safeSpec({ mark: 'bar', data: { values: Array(300_000).fill(1) } })).toBeNull();
  expect(safeSpec({ mark: 'bar', title: 'x'.repeat(30_000) })).toBeNull();
});

test('no prototype is replaced', () => {
  const spec = safeSpec(JSON.parse('{"mark": "bar", "__proto__": {"polluted": true}}'));
  expect((spec as { polluted?: boolean }).polluted).toBeUndefined();
});
