/** Fixtures: a VS Code server of its own with the packed extension and its own daemon. */

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { expect, test as base, type Page } from '@playwright/test';

const ROOT = resolve(__dirname, '../..');
const VSCODE = join(ROOT, 'vscode', '.code-server/node_modules/code-server/lib/vscode');
export const BIN = join(ROOT, '.venv', 'bin');

/** What every window of the tests starts from; a test adds its own. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.editor.enablePreview': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'editor.minimap.enabled': false,
  'editor.unicodeHighlight.ambiguousCharacters': false,
  'files.autoSave': 'off',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'chat.commandCenter.enabled': false,
  'window.commandCenter': false
};

/** A running server of VS Code. */
export interface Server {
  url: string;
  authority: string;
  /** Temporary folder of everything. */
  home: string;
  /** The environment of its processes, which a `limner` beside it needs to reach its daemon. */
  env: NodeJS.ProcessEnv;
  /** Run a command of our environment to its end: what it writes to stdout. */
  run(command: string, ...args: string[]): Promise<string>;
}

/** What a test opens windows with. */
export interface Code extends Server {
  /** The folder that this test's windows show. */
  folder: string;
  write(path: string, content: string): Promise<void>;
  /** User settings beside `SETTINGS`; for windows that open from now on, and open ones. */
  settings(values: Record<string, unknown>): Promise<void>;
  /** Show the folder, and a file of it; `folder` is another folder or a .code-workspace. */
  open(file?: string, options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions {
  /** Instead of the test's folder: a path below it, or null for a window without one. */
  folder?: string | null;
  payload?: readonly (readonly [string, string])[];
}

interface Fixtures {
  code: Code;
}

export const test = base.extend<Fixtures, { server: Server }>({
  server: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const home = await mkdtemp(join(tmpdir(), 'lv-'));
      const { server, stop } = await start(home);
      await use(server);
      await stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker', timeout: 180_000 }
  ],

  code: async ({ page, server }, use, info) => {
    const troubles = listen(page);
    const folder = join(server.home, 'work', String(info.testId.slice(-6)));
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const code: Code = {
      ...server,
      folder,
      write: async (path, content) => {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      },
      settings: values => writeSettings(server.home, { ...SETTINGS, ...values }),
      open: async (file, options = {}) => {
        await page.goto(address(server, folder, file, options));
        await page.locator('.monaco-workbench .statusbar-item').first().waitFor();
        return page;
      }
    };
    await code.settings({});
    await use(code);
    await page.goto('about:blank'); // lets the server end this window's extension host now
    expect(troubles).toEqual([]);
  }
});

export { expect } from '@playwright/test';

/** Exceptions, refused contents and our own errors: what a page must not have. */
function listen(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', error => {
    if (/imner/.test(String(error.stack))) {
      troubles.push(String(error.stack));
    }
  });
  page.on('console', message => {
    const text = message.text();
    if (message.type() === 'error' && /imner|Content Security Policy/.test(text)) {
      troubles.push(`${text} ${message.location().url}`);
    }
  });
  return troubles;
}

function address(
  server: Server,
  folder: string,
  file: string | undefined,
  { folder: shown, payload = [] }: OpenOptions
): string {
  const url = new URL(server.url);
  const path = shown === undefined ? folder : shown && join(folder, shown);
  if (path) {
    url.searchParams.set(path.endsWith('.code-workspace') ? 'workspace' : 'folder', path);
  } else {
    url.searchParams.set('ew', 'true');
  }
  const pairs = [...payload];
  if (file) {
    pairs.push(['openFile', remote(server, join(folder, file))]);
  }
  url.searchParams.set('payload', JSON.stringify(pairs));
  return url.href;
}

/** The address of a file as VS Code in the browser names it. */
export function remote(server: Server, path: string): string {
  return `vscode-remote://${server.authority}${path}`;
}

async function start(home: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const runtime = join(home, 'run');
  await mkdir(join(home, 'tmp'));
  await mkdir(runtime, { mode: 0o700 });
  const path = `${BIN}:${process.env['PATH'] ?? ''}`;
  await writeFile(join(home, '.profile'), `export PATH="${path}"\n`); // asked by the server
  await writeSettings(home, SETTINGS);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: home,
    PATH: path,
    TMPDIR: join(home, 'tmp'),
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    PYTHONDONTWRITEBYTECODE: '1',
    EXTENSIONS_GALLERY: '{"serviceUrl": "http://127.0.0.1:9/gallery"}' // no gallery is asked
  };
  const dirs = [
    '--accept-server-license-terms',
    `--server-data-dir=${home}`,
    `--user-data-dir=${join(home, 'data')}`,
    `--extensions-dir=${join(home, 'ext')}`
  ];
  const main = join(VSCODE, 'out', 'server-main.js');
  const warm = runToEnd(join(BIN, 'limner'), ['attribute', '好'], env); // loads the model meanwhile
  await runToEnd('node', [main, ...dirs, '--install-extension', await packed()], env);
  const port = await freePort();
  const child = spawn(
    'node',
    [main, ...dirs, '--host=127.0.0.1', `--port=${port}`, '--without-connection-token'],
    { env, cwd: home, detached: true, stdio: ['ignore', 'pipe', 'pipe'] }
  );
  const said: string[] = [];
  child.stdout?.on('data', chunk => said.push(String(chunk)));
  child.stderr?.on('data', chunk => said.push(String(chunk)));
  const authority = `127.0.0.1:${port}`;
  const url = `http://${authority}/`;
  await answers(url, child, said);
  await warm;
  const run = (command: string, ...args: string[]) => runToEnd(join(BIN, command), args, env);
  const stop = async () => {
    await end(child);
    await run('limner', 'daemon', 'stop');
  };
  return { server: { url, authority, home, env, run }, stop };
}

/** The extension as it is handed out. */
async function packed(): Promise<string> {
  const dist = join(ROOT, 'vscode', 'dist');
  const files = await readdir(dist).catch(() => []);
  const name = files.find(file => file.endsWith('.vsix'));
  if (!name) {
    throw new Error('there is no vscode/dist/*.vsix: run make vsix');
  }
  return join(dist, name);
}

async function writeSettings(home: string, values: Record<string, unknown>): Promise<void> {
  const user = join(home, 'data', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify(values, null, 1));
}

async function answers(url: string, server: ChildProcess, said: string[]): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (server.exitCode !== null || Date.now() > deadline) {
      throw new Error(`VS Code's server does not start:\n${said.join('')}`);
    }
    const reply = await fetch(url).catch(() => null);
    if (reply && reply.status < 500) {
      return;
    }
    await new Promise(next => setTimeout(next, 100));
  }
}

async function end(server: ChildProcess): Promise<void> {
  const ended = new Promise(done => server.once('exit', done));
  process.kill(-(server.pid ?? 0), 'SIGTERM');
  const timer = setTimeout(() => process.kill(-(server.pid ?? 0), 'SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

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
      code ? fail(new Error(`${args.join(' ')}: ${trouble}${said}`)) : done(said)
    );
  });
}

function freePort(): Promise<number> {
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
