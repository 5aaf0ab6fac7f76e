import { Received } from '../src/received';
import type { OverlayParams, OverlayProbe } from '../src/types';

const probe = (id: string, title = ''): OverlayProbe =>
  ({ id, title, marks: [], notes: [] }) as unknown as OverlayProbe;

const told = (probes: OverlayProbe[], order: string[] | null, uri = 'u'): OverlayParams => ({
  uri,
  version: 1,
  probes,
  order
});

const titles = ({ probes }: OverlayParams) => probes.map(({ id, title }) => `${id} ${title}`);

test('probes that did not change are put in from before, in the order of the text', () => {
  const received = new Received();
  received.whole(told([probe('a', '1'), probe('b', '1')], ['a', 'b']));
  const second = received.whole(told([probe('c', '2'), probe('a', '2')], ['b', 'c', 'a']));
  expect(titles(second)).toEqual(['b 1', 'c 2', 'a 2']);
});

test('documents are kept apart, and a probe that is gone is not known any more', () => {
  const received = new Received();
  received.whole(told([probe('a', '1')], ['a'], 'u'));
  expect(received.whole(told([], ['a'], 'v')).probes).toEqual([]);
  received.whole(told([], [], 'u'));
  expect(received.whole(told([], ['a'], 'u')).probes).toEqual([]);
});

test('a server that tells everything is understood', () => {
  const received = new Received();
  received.whole(told([probe('a', '1'), probe('b', '1')], null));
  expect(titles(received.whole(told([probe('b', '2')], null)))).toEqual(['b 2']);
});
