import type { ISessionContext } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { PARTNERS, partnersOf } from '../src/kernel';
import { canDrop } from '../src/panel/rows';
import { page, probe } from './fakes';

const trans = nullTranslator.load('limner');

function dropsAt(said: object): boolean {
  const one = probe('1', 0, 4, said);
  return canDrop({ page: page('n#a', 'x, y', [one]), probe: one });
}

test('rows can be left out where gaps are the trouble, whatever the sentence says', () => {
  expect(dropsAt({ state: 'failed', error: 'Rows have gaps.', trouble: 'MissingValues' })).toBe(true);
  expect(dropsAt({ state: 'failed', error: 'say drop=True', trouble: 'BadInput' })).toBe(false);
  expect(dropsAt({})).toBe(false);
});

/** A session whose kernel answers this in our MIME type. */
function answering(data: object) {
  const asked: string[] = [];
  const reply = { status: 'ok', user_expressions: { limner: { status: 'ok', data: { [PARTNERS]: data } } } };
  const kernel = {
    id: 'k',
    status: 'idle',
    spec: Promise.resolve({ language: 'python' }),
    sendShellMessage: ({ content }: { content: { user_expressions: { limner: string } } }) => {
      asked.push(content.user_expressions.limner);
      return { done: Promise.resolve({ content: reply }) };
    }
  };
  return { session: { session: { kernel } } as unknown as ISessionContext, asked };
}

test('what could stand beside an array is asked of the kernel, by its quoted name', async () => {
  const { session, asked } = answering({ table: false, names: ['y', 'df["a"]'], error: null });
  const found = await partnersOf(session, 'df["b"]', trans);
  expect(found.names).toEqual(['y', 'df["a"]']);
  expect(asked).toEqual([
    `__import__('limner.notebook.bridge', fromlist=['partners']).partners("df[\\"b\\"]")`
  ]);
});

test('that there is no such array is said in the kernel’s sentence', async () => {
  const error = { kind: 'no-such-name', message: 'There is no z.' };
  const { session } = answering({ table: false, names: [], error });
  await expect(partnersOf(session, 'z', trans)).rejects.toThrow('There is no z.');
});
