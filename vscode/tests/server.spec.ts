import { Backoff } from '../src/backoff';
import { candidates, find } from '../src/find';

test('a Python that is set stands alone', () => {
  expect(candidates('/a/python', '/b/python').map(({ command }) => command)).toEqual(['/a/python']);
});

test('without a setting the active interpreter goes before PATH', () => {
  const commands = candidates('', '/b/python').map(({ command }) => command);
  expect(commands).toEqual(['/b/python', 'limner']);
});

test('a folder of the workspace is never taken for the package', () => {
  expect(candidates('/a/python', undefined)[0]?.args).toEqual(['-P', '-m', 'limner']);
});

test('the first that answers is taken', async () => {
  const ask = async ({ origin }: { origin: string }) => {
    if (origin === 'python') {
      throw new Error('No module named limner');
    }
    return 'limner 0.1.0';
  };
  const found = await find(candidates('', '/b/python'), ask);
  expect(found).toMatchObject({ version: 'limner 0.1.0', launcher: { origin: 'path' } });
});

test('when none answers it is said why', async () => {
  const ask = () => Promise.reject(new Error('not found'));
  const found = await find(candidates('', undefined), ask);
  expect(found).toEqual({ troubles: ['limner: not found'] });
});

test('a program that does not exist is a reason', async () => {
  const found = await find(candidates('/nonexistent/python', undefined));
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
