import type { LexiconAnswer, LexiconParams, LexiconTerm } from '@limner/protocol';

import { Lasting } from '../src/lasting';
import { CHOICE, Lexicon, PAGE } from '../src/lexicon';
import { TERM_LOOKS, termKey, termLook } from '../src/looks';
import { shownOf } from '../src/status';
import { around, bar, messageOf, rowOf, summaryOf } from '../src/termRows';

const TERM: LexiconTerm = { term: '页表', status: 'candidate', seed: false, variants: [], count: 12, background: 0, score: 9.25, ratio: 31, z: 8, pmi: 4, here: 3, strength: 0.9 };
const ANSWER: LexiconAnswer = { folder: 'file:///docs', title: '8 documents', mining: false, notes: [], total: 0, all: 0, undo: null, terms: [] };

/** A server with so many terms, which remembers what it was asked. */
function serving(total: number, limit = PAGE) {
  const asked: LexiconParams[] = [];
  const ask = async (params: LexiconParams): Promise<LexiconAnswer> => {
    asked.push(params);
    const { offset = 0 } = params;
    const count = Math.min(limit, total - offset);
    const terms = Array.from({ length: count }, (_, at) => ({ ...TERM, term: `t${offset + at}` }));
    return { ...ANSWER, total, all: total, terms };
  };
  return { ask, asked };
}

test('a page of the lexicon is asked for, and more on request', async () => {
  const { ask, asked } = serving(450);
  const lexicon = new Lexicon(ask);
  expect(await lexicon.read('file:///docs/a.md')).toBe(true);
  expect([lexicon.rows.length, lexicon.left]).toEqual([200, 250]);
  await lexicon.more();
  await lexicon.more();
  expect([lexicon.rows.length, lexicon.left]).toEqual([450, 0]);
  expect(asked.map(({ offset }) => offset)).toEqual([0, 200, 400]);
  expect(new Set(lexicon.rows.map(({ term }) => term)).size).toBe(450);
});

test('when the lexicon has changed, as many rows are there as before', async () => {
  const { ask } = serving(450);
  const lexicon = new Lexicon(ask);
  await lexicon.read('file:///docs/a.md');
  await lexicon.more();
  await lexicon.read('file:///docs/b.md');
  expect(lexicon.rows).toHaveLength(400);
  await lexicon.read('file:///other/c.md');
  expect(lexicon.rows).toHaveLength(200);
});

test('a server that gives smaller pages is asked until there is one of ours', async () => {
  const { ask, asked } = serving(450, 50);
  const lexicon = new Lexicon(ask);
  await lexicon.read('file:///docs/a.md');
  expect([lexicon.rows.length, asked.length]).toEqual([200, 4]);
});

test('a later question overtakes an earlier one', async () => {
  const answers: ((answer: LexiconAnswer) => void)[] = [];
  const lexicon = new Lexicon(() => new Promise(done => answers.push(done)));
  const first = lexicon.read('file:///docs/a.md');
  lexicon.choose({ query: 'yb' });
  const second = lexicon.read('file:///docs/a.md');
  answers[1]?.({ ...ANSWER, total: 1, all: 2, terms: [TERM] });
  answers[0]?.({ ...ANSWER, total: 2, all: 2, terms: [{ ...TERM, term: 'late' }, TERM] });
  expect(await Promise.all([first, second])).toEqual([false, true]);
  expect(lexicon.rows).toEqual([TERM]);
});

test('why a lexicon cannot be read is said in place of its rows', async () => {
  const lexicon = new Lexicon(() => Promise.reject(new Error('The folder is gone.')));
  await lexicon.read('file:///docs/a.md');
  expect(messageOf(lexicon.state, CHOICE)).toBe('The folder is gone.');
  expect(lexicon.rows).toEqual([]);
});

test('where there is no lexicon a welcome says what to do, unless it is being mined', () => {
  const said = (answer: Partial<LexiconAnswer>) =>
    messageOf({ kind: 'known', uri: '', answer: { ...ANSWER, ...answer } }, CHOICE);
  expect(said({ folder: null, title: 'none' })).toBeUndefined();
  expect(said({ folder: null, title: '', mining: true })).toBe('Mining …');
  expect(said({ notes: ['line 3 is no term'] })).toBe('8 documents\nline 3 is no term');
});

test('a filter that nothing fits is named, and what is shown stands beside the name', () => {
  const choice = { ...CHOICE, query: 'czxt', status: 'accepted' as const };
  const answer = { ...ANSWER, all: 9 };
  expect(messageOf({ kind: 'known', uri: '', answer }, choice)).toContain('No term fits');
  expect(summaryOf(answer, choice)).toBe('0 of 9 · “czxt” · accepted');
  expect(summaryOf({ ...answer, total: 9 }, CHOICE)).toBe('9');
});

test('a row has figures and a bar, and a screen reader hears words', () => {
  const row = rowOf({ ...TERM, seed: true, variants: ['分页表'] });
  expect(row.description).toBe('▇ 3 here · 12 in all · score 9.3 · also 分页表');
  expect(row.spoken).toMatch(/^页表, candidate\b.*, seed, 3 here/);
  expect(row.context).toBe('term candidate seed');
});

test('a term that a person added has no figures', () => {
  const nothing = { count: null, score: null, ratio: null, z: null, pmi: null, background: null };
  expect(rowOf({ ...TERM, ...nothing, here: 0, status: 'accepted' })).toMatchObject({
    description: 'added by hand',
    icon: 'pass-filled',
    context: 'term accepted'
  });
});

test('the bar rises with the strength, whatever is told', () => {
  expect([0, 0.5, 1, 7, -1, NaN].map(bar).join('')).toBe('▁▄▇▇▁▁');
});

test('a sentence begins a little before its term, and the term is found in it', () => {
  const text = '🙂'.repeat(30) + '内核用页表把地址译出来';
  const start = text.indexOf('页表');
  const { label, highlights } = around({ uri: '', line: 0, where: '', text, start, end: start + 2 });
  expect(label).toMatch(/^…🙂+内核用页表把/u);
  expect(highlights.map(([from, to]) => label.slice(from, to))).toEqual(['页表']);
});

test('candidates are dotted in three strengths, what a person accepted is solid', () => {
  const widths = [1, 2, 3].map(strength => {
    const { borderStyle, borderWidth } = termLook(false, strength, 'blue-orange', true);
    expect(borderStyle).toBe('none none dotted none');
    return borderWidth;
  });
  expect(new Set(widths).size).toBe(3);
  expect(termLook(true, 1, 'underline', false).borderStyle).toBe('none none solid none');
});

test('whatever strength is told, there is a look for it', () => {
  const keys = TERM_LOOKS.map(({ accepted, strength }) => termKey(accepted, strength));
  expect(new Set(keys).size).toBe(4);
  [-1, 0, 1, 2.4, 3, 99, NaN].forEach(told => {
    expect(keys).toContain(termKey(false, told));
    expect(keys).toContain(termKey(true, told));
  });
});

test('two indicators are told together, and each ends by itself', () => {
  const lasting = new Lasting();
  lasting.take('a', { kind: 'begin', title: 'Limner', message: 'computing', cancellable: true });
  lasting.take('b', { kind: 'begin', title: 'mining terms' });
  lasting.take('b', { kind: 'report', percentage: 40 });
  expect(lasting.words).toBe('computing · mining terms 40 %');
  lasting.take('b', { kind: 'report', percentage: 50 });
  lasting.take('a', { kind: 'end' });
  expect([lasting.words, lasting.tokens]).toEqual(['mining terms 50 %', ['b']]);
  lasting.take('b', { kind: 'end' });
  expect(lasting.words).toBe('');
});

test('the status bar says what is mined, and a click stops it', () => {
  const shown = shownOf('ready', '', [], 'mining docs: 3 of 8 documents 40 %');
  expect(shown).toMatchObject({
    text: '$(loading~spin) Limner: mining docs: 3 of 8 documents 40 %',
    command: 'limner.cancel'
  });
  expect([...shownOf('ready', '', [], 'x'.repeat(90)).text].length).toBeLessThan(70);
});
