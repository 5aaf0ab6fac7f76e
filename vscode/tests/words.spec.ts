import type { OverlayProbe } from '@limner/protocol';

import { choicesOf } from '../src/choose';
import { LINKED, linksOf, termLinksOf } from '../src/links';
import { lookOf, STEPS } from '../src/looks';
import { shownOf } from '../src/status';
import { sentenceOf, titleOf } from '../src/titles';

const PROBE = { id: '7', method: 'integrated_gradients', origin: 'command', state: 'done', panel: {} } as unknown as OverlayProbe;

test('the sign is told without colour', () => {
  STEPS.forEach(step => {
    const style = step > 0 ? 'solid' : 'dashed';
    expect(lookOf(step, 'blue-orange', false, false).textDecoration).toContain(style);
  });
});

test('high contrast has borders and no tints', () => {
  const look = lookOf(4, 'blue-orange', true, false);
  expect(look.border).toContain('solid');
  expect(look.backgroundColor).toBeUndefined();
});

test('without tints the thickness of the underline tells the strength, also in high contrast', () => {
  const widths = (contrast: boolean) =>
    [1, 2, 3, 4].map(
      step => /(\d)px$/.exec(lookOf(-step, 'underline', contrast, false).textDecoration)?.[1]
    );
  expect(widths(false)).toEqual(['1', '2', '3', '4']);
  expect(widths(true)).toEqual(['1', '2', '3', '4']);
  expect(lookOf(4, 'underline', false, false).backgroundColor).toBeUndefined();
});

test('an old result is paler', () => {
  const tint = (stale: boolean) => lookOf(4, 'blue-orange', false, stale).backgroundColor;
  expect(tint(false)).toContain('0.5');
  expect(tint(true)).toContain('0.25');
  expect(lookOf(4, 'underline', false, true).textDecoration).toContain('/ 0.5');
});

test('links run only what is allowed, on their own probe', () => {
  for (const { uri } of linksOf(PROBE)) {
    const [, command, argument] = /^command:([^?]+)\?(.*)$/.exec(uri) ?? [];
    expect(LINKED).toContain(command);
    expect(JSON.parse(decodeURIComponent(argument ?? ''))).toMatchObject([{ probe: '7' }]);
  }
});

test('links on a term run only what is allowed, on that term; an accepted one is not accepted again', () => {
  const meant = { uri: 'file:///a b.md', term: '页表](command:x) "%"' };
  for (const { uri } of termLinksOf(meant, false)) {
    const [, command, argument] = /^command:([^?]+)\?([^()\s]+)$/.exec(uri) ?? [];
    expect(LINKED).toContain(command);
    expect(JSON.parse(decodeURIComponent(argument ?? ''))).toEqual([meant]);
  }
  const labels = (accepted: boolean) => termLinksOf(meant, accepted).map(({ label }) => label);
  expect(labels(false)).toContain('Accept');
  expect(labels(true)).not.toContain('Accept');
});

test('what is of arrays has no target, no baseline and no comment', () => {
  const names = linksOf({ ...PROBE, method: 'hsic' }).map(({ label }) => label);
  expect(names).toEqual(['Open chart', 'Copy HTML', 'Copy SVG', 'Copy JSON', 'Unpin']);
});

test('a failed result can be asked for again', () => {
  const names = linksOf({ ...PROBE, state: 'failed' }).map(({ label }) => label);
  expect(names[0]).toBe('Run again');
});

test('an unfinished result cannot be copied', () => {
  const names = linksOf({ ...PROBE, state: 'computing' }).map(({ label }) => label);
  expect(names.some(name => name.startsWith('Copy'))).toBe(false);
});

test('labels of the present model are offered as targets', () => {
  const option = { name: 'target', help: '', values: [] };
  expect(choicesOf(option, { models: [] }, { model: 'm', labels: ['no', 'yes'] })).toEqual([
    'no',
    'yes'
  ]);
});

test('the status bar says what runs, and a click stops it', () => {
  const shown = shownOf('ready', '', [{ state: 'loading', model: 'mini', error: null }]);
  expect(shown).toMatchObject({ command: 'limner.cancel' });
  expect(shown.text).toContain('loading mini');
  const probes = [{ state: 'computing', model: 'mini', error: null } as const];
  const { text, tooltip } = shownOf('ready', '', probes, 'computing with mini 40 %');
  expect([text, tooltip]).toEqual([
    '$(loading~spin) Limner: computing (1)',
    'computing with mini 40 %\nClick to stop.'
  ]);
});

test('failed results and what they say are named', () => {
  const failed = { state: 'failed' as const, model: 'm', error: 'too long' };
  expect(shownOf('ready', 'limner 0.1', [failed, failed])).toMatchObject({
    text: '$(symbol-color) Limner (2 failed)',
    tooltip: 'limner 0.1\ntoo long'
  });
});

test('a server that ends again and again is an alarm with its reason', () => {
  expect(shownOf('failed', 'why', [])).toMatchObject({ tooltip: 'why', alarm: 'error' });
});

test('what is missing is offered to be installed', () => {
  expect(shownOf('missing', '', []).command).toBe('limner.install');
});

test("the server's titles are translated where they are known", () => {
  const titles = ['Re-run', 'Limner: attribute towards negative', 'Something new', 'toString'];
  expect(titles.map(titleOf)).toEqual([
    'Run again',
    'Limner: attribute towards negative',
    'Something new',
    'toString'
  ]);
});

test('titles and sentences about terms are the same in English, whatever the term', () => {
  const titles = [
    'Limner: accept “a “b””',
    'Limner: “页表” is not a term',
    'Limner: use “x” as seed',
    'Limner: leave “x” open again',
    'Limner: “x” is a spelling of “y”',
    'Limner: add “x” to the terms',
    'Limner: undo “页表 is a spelling of 分页表”'
  ];
  expect(titles.map(titleOf)).toEqual(titles);
  expect(sentenceOf('Undone: 页表 is a term.')).toBe('Undone: 页表 is a term');
  expect(sentenceOf('Something new.')).toBe('Something new.');
});
