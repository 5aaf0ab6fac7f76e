import type { OverlayProbe } from '@limner/protocol';

import { choicesOf } from '../src/choose';
import { LINKED, linksOf } from '../src/links';
import { lookOf, STEPS } from '../src/looks';
import { shownOf } from '../src/status';

const PROBE = { id: '7', origin: 'command', state: 'done', panel: {} } as unknown as OverlayProbe;

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

test('an old result is paler', () => {
  const tint = (stale: boolean) => lookOf(4, 'blue-orange', false, stale).backgroundColor;
  expect(tint(false)).toContain('0.5');
  expect(tint(true)).toContain('0.25');
});

test('links run only what is allowed, on their own probe', () => {
  for (const { uri } of linksOf(PROBE)) {
    const [, command, argument] = /^command:([^?]+)\?(.*)$/.exec(uri) ?? [];
    expect(LINKED).toContain(command);
    expect(JSON.parse(decodeURIComponent(argument ?? ''))).toMatchObject([{ probe: '7' }]);
  }
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
  const shown = shownOf('ready', '', [{ state: 'loading', model: 'mini' }]);
  expect(shown).toMatchObject({ command: 'limner.cancel' });
  expect(shown.text).toContain('loading mini');
});

test('what is missing is offered to be installed', () => {
  expect(shownOf('missing', '', []).command).toBe('limner.install');
});
