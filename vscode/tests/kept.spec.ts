import type { DrawnProbe } from '@limner/protocol';

import { keptOf, ofLanguage, placeOf, union } from '../src/kept';

const TEXT = 'a = "ok"\nb = "fine 🙂"\nc = "ok"\n';

function probe(text: string, from = 0, said: object = {}): DrawnProbe {
  const start = TEXT.indexOf(text, from);
  return {
    said: { origin: 'command', method: 'integrated_gradients', options: {}, ...said },
    start,
    end: start + text.length,
    marks: [],
    notes: []
  } as unknown as DrawnProbe;
}

/** Where a probe on the last "ok" is found in another text. */
function again(text: string): string | undefined {
  const [kept] = keptOf(TEXT, 'python', [probe('ok', 10)]);
  const place = kept && placeOf(text, kept);
  return place && `${place.start} ${text.slice(place.start, place.end)}`;
}

test('what a command pinned is kept, with its options', () => {
  const options = { target: 'negative' };
  expect(keptOf(TEXT, 'python', [probe('fine 🙂', 0, { options })])).toEqual([
    { start: 14, text: 'fine 🙂', before: 'a = "ok"\nb = "', after: '"\nc = "ok"\n', options, language: 'python' }
  ]);
});

test('what comments or kernels bring back is not kept', () => {
  const comment = probe('ok', 0, { origin: 'directive' });
  const array = probe('ok', 0, { method: 'describe' });
  const nowhere = { ...probe('ok'), end: TEXT.indexOf('ok') };
  expect(keptOf(TEXT, 'python', [comment, array, nowhere])).toEqual([]);
});

test('in the same text it is where it was', () => {
  expect(again(TEXT)).toBe(`${TEXT.lastIndexOf('ok')} ok`);
});

test('where the text was moved it is at the place most like the old one', () => {
  const moved = `# a line more\n${TEXT}`;
  expect(again(moved)).toBe(`${moved.lastIndexOf('ok')} ok`);
});

test('where the text has changed it is nowhere, not even inside of longer words', () => {
  expect(again(TEXT.replace(/"ok"/g, '"okay"'))).toBeUndefined();
  expect(again('')).toBeUndefined();
});

test('a whole document that has grown is another text', () => {
  const [kept] = keptOf('ok', 'python', [{ ...probe('ok'), start: 0, end: 2 }]);
  expect(kept && placeOf('ok', kept)).toEqual({ start: 0, end: 2 });
  expect(kept && placeOf('ok then', kept)).toBeUndefined();
});

test('the same text with the same options is kept once', () => {
  const one = keptOf(TEXT, 'python', [probe('ok'), probe('fine 🙂')]);
  const other = keptOf(TEXT, 'python', [probe('ok'), probe('ok', 0, { options: { model: 'm' } })]);
  expect(union(one, other)).toHaveLength(3);
});

test('a document that is of its old language again has what it had in that one', () => {
  const strings = keptOf(TEXT, 'python', [probe('ok')]);
  const lines = keptOf(TEXT, 'plaintext', [probe('a = "ok"')]);
  expect(ofLanguage([...lines, ...strings], 'python')).toEqual(strings);
  expect(ofLanguage(strings, 'markdown')).toEqual(strings);
});
