import type { INotebookTracker } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { Stale } from '../src/stale';
import { FakePages, page, probe } from './fakes';

/** A tracker with one notebook, whose kernel says what the test wants. */
function world() {
  const model = {};
  const sessionContext = {
    iopubMessage: new Signal<object, object>({}),
    statusChanged: new Signal<object, string>({}),
    kernelChanged: new Signal<object, object>({})
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
  stale.renewed(here, 0, 4);
  expect(here.probes.map(one => stale.of(one))).toEqual(['', '']);
});
