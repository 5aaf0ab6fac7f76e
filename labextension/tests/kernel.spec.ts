import type { ISessionContext } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';

import { ARRAYS, expression, sendArrays } from '../src/kernel';

const trans = nullTranslator.load('limner');

const X = { name: 'x', id: 'secret', dtype: 'float64', shape: [3], rows: 3, of: 3, kind: 'numeric', note: '' };

type Content = { status: string; user_expressions?: Record<string, unknown> };

function answered(data: unknown): Content {
  const limner = { status: 'ok', data: { [ARRAYS]: data }, metadata: {} };
  return { status: 'ok', user_expressions: { limner } };
}

const SENT = answered({ version: 1, arrays: [X], error: null });

/** A kernel that notes what it is asked, and answers `reply` (or fails with it). */
function kernelOf(reply: Content | Error, facts: object = {}) {
  const asked: { header: Record<string, unknown>; content: Record<string, unknown> }[] = [];
  const deleted: string[] = [];
  const kernel = {
    id: 'k1',
    status: 'idle',
    connectionStatus: 'connected',
    isDisposed: false,
    supportsSubshells: false,
    username: 'me',
    clientId: 'c',
    spec: Promise.resolve({ language: 'python' }),
    sendShellMessage: (message: (typeof asked)[0]) => {
      asked.push(message);
      const done = reply instanceof Error ? Promise.reject(reply) : Promise.resolve({ content: reply });
      return { done, dispose: () => undefined };
    },
    requestCreateSubshell: () => ({
      done: Promise.resolve({ content: { status: 'ok', subshell_id: 's1' } })
    }),
    requestDeleteSubshell: ({ subshell_id }: { subshell_id: string }) => deleted.push(subshell_id),
    ...facts
  };
  const session = { session: { kernel } } as unknown as ISessionContext;
  return { kernel, session, asked, deleted };
}

function send(session: ISessionContext) {
  return sendArrays(session, ['x'], 'd.sock', trans);
}

test('the request is silent and evaluates one call of the bridge', async () => {
  const { session, asked } = kernelOf(SENT);
  expect(await send(session)).toEqual([X]);
  expect(asked[0]?.content).toMatchObject({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    user_expressions: { limner: expression(['x'], 'd.sock') }
  });
});

test('names are passed as strings, whatever is in them', () => {
  expect(expression(['d["a\'b"]'], 's')).toContain('.send(["d[\\"a\'b\\"]"], daemon="s")');
});

test('a busy kernel is asked through a subshell, which is deleted afterwards', async () => {
  const { session, asked, deleted } = kernelOf(SENT, { status: 'busy', supportsSubshells: true });
  expect(await send(session)).toEqual([X]);
  expect(asked[0]?.header['subshell_id']).toBe('s1');
  expect(deleted).toEqual(['s1']);
});

test('a busy kernel without subshells is not asked', async () => {
  const { session, asked } = kernelOf(SENT, { status: 'busy' });
  await expect(send(session)).rejects.toThrow('interrupt the kernel');
  expect(asked).toHaveLength(0);
});

test('without a kernel one is to be started', async () => {
  const session = { session: null } as unknown as ISessionContext;
  await expect(send(session)).rejects.toThrow('No kernel is running');
});

test('a kernel of another language is not asked', async () => {
  const { session, asked } = kernelOf(SENT, { spec: Promise.resolve({ language: 'julia' }) });
  await expect(send(session)).rejects.toThrow('Python');
  expect(asked).toHaveLength(0);
});

test('a kernel that restarts meanwhile has lost its variables', async () => {
  const lost = new Error('Canceled future for execute_request message before replies were done');
  await expect(send(kernelOf(lost).session)).rejects.toThrow('The kernel was restarted');
});

test('a kernel that was exchanged meanwhile has lost its variables', async () => {
  const { session, kernel } = kernelOf(SENT);
  const asking = send(session);
  Object.assign(session, { session: { kernel: { ...kernel, id: 'k2' } } });
  await expect(asking).rejects.toThrow('The kernel was restarted');
});

test.each([
  ['ModuleNotFoundError', "No module named 'limner'", '%pip install limner'],
  ['ModuleNotFoundError', "No module named 'numpy'", 'numpy'],
  ['ValueError', 'odd', 'ValueError: odd']
])('%s (%s) becomes a sentence', async (ename, evalue, sentence) => {
  const limner = { status: 'error', ename, evalue, traceback: [] };
  const { session } = kernelOf({ status: 'ok', user_expressions: { limner } });
  await expect(send(session)).rejects.toThrow(sentence);
});

test('the bridge says itself what is wrong with an array', async () => {
  const error = { kind: 'remote-kernel', message: 'The kernel runs elsewhere.' };
  const { session } = kernelOf(answered({ version: 1, arrays: [], error }));
  await expect(send(session)).rejects.toThrow('The kernel runs elsewhere.');
});

test('a queue that an error emptied is reported', async () => {
  await expect(send(kernelOf({ status: 'aborted' }).session)).rejects.toThrow('try again');
});

test('a bridge of another version is reported', async () => {
  const limner = { status: 'ok', data: { 'text/plain': 'Sent' } };
  const { session } = kernelOf({ status: 'ok', user_expressions: { limner } });
  await expect(send(session)).rejects.toThrow('another version');
});
