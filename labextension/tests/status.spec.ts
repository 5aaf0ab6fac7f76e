import { nullTranslator } from '@jupyterlab/translation';

import { announcement, spoken } from '../src/announce';
import { shownOf } from '../src/status';
import type { IClient } from '../src/tokens';
import { probe } from './fakes';

const trans = nullTranslator.load('limner');

function shown(client: object, ...states: string[]) {
  const ready = { state: 'ready', trouble: '', busy: null, ...client } as unknown as IClient;
  return shownOf(ready, states, trans);
}

const busy = { token: 't', message: 'loading mini-sentiment', percentage: null };

test('at rest it says that it is ready, and how much failed', () => {
  expect(shown({}, 'done')).toMatchObject({ kind: 'idle', text: '● Limner' });
  expect(shown({}, 'done', 'failed').text).toBe('● Limner (1 failed)');
});

test('it counts what is computed, and a click stops it', () => {
  const made = shown({}, 'done', 'computing', 'queued');
  expect(made).toMatchObject({ kind: 'busy', text: 'Limner: computing (2)' });
  expect(made.tooltip).toContain('Click to stop');
});

test('it names the model that is loaded', () => {
  expect(shown({ busy }, 'loading').text).toBe('Limner: loading mini-sentiment');
});

test('what the server announced is shown even where no probe runs', () => {
  expect(shown({ busy })).toMatchObject({ kind: 'busy', text: 'Limner: loading mini-sentiment' });
});

test('without a daemon the tooltip says why', () => {
  const trouble = 'The daemon did not start: see its log.';
  expect(shown({ state: 'unavailable', trouble })).toMatchObject({
    kind: 'unavailable',
    tooltip: trouble
  });
  expect(shown({ state: 'waiting', trouble })).toMatchObject({ kind: 'connecting', tooltip: trouble });
});

test('a result is read out in words', () => {
  expect(spoken('negative 0.73 · δ 0.3 %', trans)).toBe('negative 0.73, delta 0.3 %');
});

test('only the end of a probe is announced', () => {
  const said = { title: 'negative 0.73 · δ 0.3 %' };
  expect(announcement(probe('1', 0, 1, said), trans)).toBe('negative 0.73, delta 0.3 %');
  expect(announcement(probe('1', 0, 1, { ...said, state: 'preliminary' }), trans)).toBe('');
  const failed = { state: 'failed', error: 'The text is too long: split it.' };
  expect(announcement(probe('1', 0, 1, failed), trans)).toContain('split it');
});
