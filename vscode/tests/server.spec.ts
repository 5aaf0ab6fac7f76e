import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { Backoff } from '../src/backoff';
import { candidates, find, type Interpreter } from '../src/find';

const IN_USE: Interpreter = { python: '/b/python', origin: 'python', folder: 'b' };
const VENV: Interpreter = { python: '/c/.venv/bin/python', origin: 'venv', folder: 'c' };

test('a Python that is set stands alone', () => {
  expect(candidates('/a/python', [IN_USE]).map(({ command }) => command)).toEqual(['/a/python']);
});

test('without a setting the folders go before PATH, in their order and each once', () => {
  const commands = candidates('', [IN_USE, VENV, { ...VENV, python: IN_USE.python }]);
  expect(commands.map(({ command, folder }) => [command, folder])).toEqual([
    ['/b/python', 'b'],
    ['/c/.venv/bin/python', 'c'],
    ['limner', '']
  ]);
});

test('a folder of the workspace is never taken for the package', () => {
  for (const { command, args } of candidates('', [IN_USE, VENV])) {
    expect(args).toEqual(command === 'limner' ? [] : ['-P', '-m', 'limner']);
  }
});

test('programs are started outside the workspace', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'limner-'));
  const program = join(folder, 'limner');
  await writeFile(program, '#!/bin/sh\npwd\n', { mode: 0o700 });
  const found = await find([{ command: program, args: [], origin: 'path', folder: '' }]);
  await rm(folder, { recursive: true });
  expect(found).toMatchObject({ version: await realpath(homedir()) });
});

test('the first that answers is taken', async () => {
  const ask = async ({ origin }: { origin: string }) => {
    if (origin === 'python') {
      throw new Error('No module named limner');
    }
    return 'limner 0.1.0';
  };
  const found = await find(candidates('', [IN_USE]), ask);
  expect(found).toMatchObject({ version: 'limner 0.1.0', launcher: { origin: 'path' } });
});

test('when none answers it is said why', async () => {
  const ask = () => Promise.reject(new Error('not found'));
  const found = await find(candidates('', []), ask);
  expect(found).toEqual({ troubles: ['limner: not found'] });
});

test('a program that does not exist is a reason', async () => {
  const found = await find(candidates('/nonexistent/python', []));
  expect(found).toMatchObject({ troubles: [expect.stringContaining('/nonexistent/python')] });
});

test('a server that keeps ending is started fewer than five times in three minutes', () => {
  let now = 0;
  const backoff = new Backoff(() => now);
  const starts: number[] = [];
  for (;;) {
    const wait = backoff.ended();
    if (wait === null) {
      break;
    }
    now += wait;
    starts.push(now);
  }
  starts.forEach(start => {
    expect(starts.filter(at => at >= start && at < start + 180).length).toBeLessThan(5);
  });
});

test('after a long good run the first restart is quick again', () => {
  let now = 0;
  const backoff = new Backoff(() => now);
  const first = backoff.ended();
  backoff.ended();
  now += 1000;
  expect(backoff.ended()).toBe(first);
});
