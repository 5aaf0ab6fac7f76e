/** Processes and ports, as the tests of JupyterLab and of VS Code need them. */

import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');

/** Where our own environment has its commands. */
export const BIN = join(ROOT, '.venv', 'bin');

/** A server that a test run started, with all that it says. */
export interface Started {
  readonly child: ChildProcess;
  readonly said: readonly string[];
}

/** Start a server in a process group of its own; `end` ends the group. */
export function startServer(
  command: string,
  args: readonly string[],
  { env, cwd }: { env: NodeJS.ProcessEnv; cwd: string }
): Started {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(command, args, { env, cwd, detached: true, stdio: [...stdio] });
  const said: string[] = [];
  child.stdout?.on('data', chunk => said.push(String(chunk)));
  child.stderr?.on('data', chunk => said.push(String(chunk)));
  return { child, said };
}

/** Wait until a server answers at `url`; throws what it said when it does not. */
export async function answers(url: string, { child, said }: Started): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`The server does not start:\n${said.join('')}`);
    }
    const reply = await fetch(url).catch(() => null);
    if (reply && reply.status < 400) {
      return;
    }
    await new Promise(next => setTimeout(next, 100));
  }
}

/** End a server and all that it started. */
export async function end({ child }: Started): Promise<void> {
  const ended = new Promise(done => child.once('exit', done));
  process.kill(-(child.pid ?? 0), 'SIGTERM');
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

/** Run a command to its end: what it writes to stdout; throws with what it wrote when it fails. */
export function runToEnd(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv
): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let trouble = '';
    child.stdout.on('data', chunk => (said += String(chunk)));
    child.stderr.on('data', chunk => (trouble += String(chunk)));
    child.on('error', fail);
    child.on('close', code =>
      code ? fail(new Error(`${command} ${args.join(' ')}: ${trouble}${said}`)) : done(said)
    );
  });
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((found, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => found(port));
    });
  });
}
