import type { INotebookTracker } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { Stale } from '../src/stale';
import { FakePages, page, probe } from './fakes';

/** A kernel that is idle and answers these digests, of these expressions. */
function kernelOf(now: { digests: string[] }) {
  const mime = 'application/vnd.limner.digests.v1+json';
  const answer = () => ({
    status: 'ok',
    user_expressions: {
      limner: { status: 'ok', data: { [mime]: { digests: now.digests, error: null } } }
    }
  });
  return {
    id: 'k',
    status: 'idle',
    spec: Promise.resolve({ language: 'python' }),
    sendShellMessage: () => ({ done: Promise.resolve({ content: answer() }) })
  };
}

const SENT = { probe: '1', names: ['x', 'y'], columns: false, digests: ['a', 'b'] };

/** A tracker with one notebook, whose kernel says what the test wants. */
function world(now: { digests: string[] } = { digests: [] }) {
  const model = {};
  const sessionContext = {
    iopubMessage: new Signal<object, object>({}),
    statusChanged: new Signal<object, string>({}),
    kernelChanged: new Signal<object, object>({}),
    session: { kernel: kernelOf(now) }
  };
  const panel = { sessionContext, content: { widgets: [{ model: { sharedModel: model } }] } };
  const notebooks = {
    forEach: (follow: (panel: unknown) => void) => follow(panel),
    find: (fits: (panel: unknown) => boolean) => (fits(panel) ? panel : undefined),
    widgetAdded: new Signal<object, object>({})
  };
  const probes = [
    { ...probe('1', 0, 4, { method: 'hsic' }), notes: [{ at: 4, text: 'HSIC', tooltip: '' }] },
    probe('2', 0, 4, { method: 'attribute' })
  ];
  const here = page('n#a', 'x, y', probes, { model });
  const stale = new Stale(
    notebooks as unknown as INotebookTracker,
    new FakePages([here]),
    nullTranslator.load('limner')
  );
  const hear = (msg_type: string) => sessionContext.iopubMessage.emit({ header: { msg_type } });
  return { stale, here, hear, sessionContext };
}

test('a cell that runs makes results of variables stale, and no others', () => {
  const { stale, here, hear } = world();
  hear('status');
  expect(stale.drawn(here.probes)).toEqual(here.probes);
  hear('execute_input');
  const [first, second] = stale.drawn(here.probes);
  expect(first).toMatchObject({ stale: true, notes: [{ text: 'HSIC · stale: a cell has run since' }] });
  expect(second).toBe(here.probes[1]);
});

test('what is sent anew is fresh, also after a restart', () => {
  const { stale, here, sessionContext } = world();
  sessionContext.statusChanged.emit('restarting');
  expect(here.probes.map(one => stale.of(one))).toEqual(['stale: the kernel was restarted', '']);
  stale.renewed(here, SENT);
  expect(here.probes.map(one => stale.of(one))).toEqual(['', '']);
});

/** Why the probe of variables is old. */
function why({ stale, here }: ReturnType<typeof world>): string | undefined {
  return here.probes.map(one => stale.of(one))[0];
}

/** A cell runs, and the kernel is asked what the variables are then. */
async function runCell({ hear, sessionContext }: ReturnType<typeof world>): Promise<void> {
  hear('execute_input');
  sessionContext.statusChanged.emit('idle');
  await new Promise(next => setTimeout(next, 0));
}

test('variables that are as they were are fresh again after the cell', async () => {
  const now = { digests: ['a', 'b'] };
  const all = world(now);
  all.stale.renewed(all.here, SENT);
  all.hear('execute_input');
  expect(why(all)).toBe('stale: a cell has run since');
  await runCell(all);
  expect(why(all)).toBe('');
  now.digests = ['a', 'other'];
  await runCell(all);
  expect(why(all)).toBe('stale: the variables have changed');
});

test('without an answer, and of probes of another session, nothing is taken back', async () => {
  const all = world();
  all.stale.renewed(all.here, SENT);
  all.stale.forget();
  await runCell(all);
  expect(why(all)).toBe('stale: a cell has run since');
});
