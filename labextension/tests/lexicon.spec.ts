import type { LexiconAnswer, LexiconParams, LexiconTerm } from '@limner/protocol';

import { CHOICE, Lexicon, PAGE, readChoice } from '../src/lexicon';

function row(term: string): LexiconTerm {
  return { term, status: 'candidate', seed: false, variants: [] } as unknown as LexiconTerm;
}

/** A server with so many terms that answers when it is told to. */
function serving(total: number) {
  const asked: LexiconParams[] = [];
  const waiting: (() => void)[] = [];
  const ask = (params: LexiconParams) => {
    asked.push(params);
    const { offset = 0, limit = 0, query = '' } = params;
    const count = Math.max(0, Math.min(limit, total - offset));
    const terms = Array.from({ length: count }, (_, at) => row(`${query}${offset + at}`));
    const answer = { folder: 'file:///f', total, all: total, terms } as unknown as LexiconAnswer;
    return new Promise<LexiconAnswer>(done => waiting.push(() => done(answer)));
  };
  const answer = async () => {
    waiting.splice(0).forEach(go => go());
    await new Promise(done => setTimeout(done));
  };
  return { asked, answer, waiting, lexicon: new Lexicon(ask) };
}

test('of 20,000 terms those pages are asked for that are looked at, each once', async () => {
  const { asked, answer, lexicon } = serving(20_000);
  void lexicon.read('file:///f/a.md');
  await answer();
  expect(lexicon.total).toBe(20_000);
  expect(lexicon.row(3)?.term).toBe('3');
  expect(lexicon.row(12_345)).toBeUndefined();
  expect(lexicon.row(12_346)).toBeUndefined();
  await answer();
  expect(lexicon.row(12_345)?.term).toBe('12345');
  expect(asked.map(({ offset }) => offset)).toEqual([0, 12_200]);
  expect(asked.every(({ limit }) => limit === PAGE)).toBe(true);
  expect(lexicon.indexOf('12345')).toBe(12_345);
});

test('pages far from where somebody looks are let go', async () => {
  const { answer, lexicon } = serving(20_000);
  void lexicon.read('file:///f/a.md');
  await answer();
  for (let page = 1; page < 20; page++) {
    lexicon.row(page * PAGE);
    await answer();
  }
  expect(lexicon.indexOf('0')).toBe(-1);
  expect(lexicon.row(19 * PAGE)?.term).toBe(String(19 * PAGE));
});

test('an answer to an older question is dropped', async () => {
  const { waiting, lexicon } = serving(1);
  void lexicon.read('file:///f/a.md');
  void lexicon.choose({ query: 'x' });
  const [older, newer] = waiting;
  newer?.();
  await new Promise(done => setTimeout(done));
  expect(lexicon.row(0)?.term).toBe('x0');
  older?.();
  await new Promise(done => setTimeout(done));
  expect(lexicon.row(0)?.term).toBe('x0');
});

test('rows stay until the answer to a new question comes, and a failure is said', async () => {
  const { answer, lexicon } = serving(5);
  void lexicon.read('file:///f/a.md');
  await answer();
  void lexicon.read('file:///f/b.md');
  expect(lexicon.row(0)?.term).toBe('0');
  await answer();
  const failing = new Lexicon(() => Promise.reject(new Error('Nobody is there.')));
  await failing.read('file:///f/a.md');
  expect(failing.trouble).toBe('Nobody is there.');
  expect(failing.total).toBe(0);
});

test('what was kept is taken as far as it can be understood', () => {
  expect(readChoice({ status: 'accepted', sort: 'z', descending: false, query: 'x' })).toEqual({
    ...CHOICE,
    status: 'accepted',
    sort: 'z',
    descending: false
  });
  expect(readChoice({ status: 'none', sort: 7 })).toEqual(CHOICE);
  expect(readChoice(null)).toEqual(CHOICE);
});
