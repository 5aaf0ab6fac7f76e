/** Opens windows of VS Code with the packed extension, and runs a suite inside each. */

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test, type Page } from '@playwright/test';
import { build } from 'esbuild';

import { BIN, ROOT } from '../../ui-testing/processes';
import { remote, start, type Server } from '../ui-tests/server';
import type { Report } from './suite/runner';

let home: string;
let server: Server;
let stop: (() => Promise<void>) | undefined;

test.beforeEach(async () => {
  test.setTimeout(240_000);
  home = await mkdtemp(join(tmpdir(), 'lh-'));
  await bundle(join(home, 'host'));
});

test.afterEach(async ({ page }) => {
  await page.goto('about:blank'); // the extension host ends before its server
  await stop?.();
  stop = undefined;
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

test('a window without the extensions of Python and Jupyter', async ({ page }) => {
  ({ server, stop } = await start(home));
  const folder = await filled('alone');
  await inside(page, 'alone', { folder });
});

test('a window of two folders, with the APIs of Python and Jupyter', async ({ page }) => {
  for (const [name, id] of [
    ['python', 'ms-python.python'],
    ['jupyter', 'ms-toolsai.jupyter']
  ] as const) {
    await cp(join(home, 'host', name), join(home, 'ext', `${id}-0.0.1`), { recursive: true });
  }
  ({ server, stop } = await start(home));
  const folder = await filled('company');
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name), { recursive: true });
    const program = `#!/bin/sh\nexec "${join(BIN, 'python')}" "$@"\n`;
    await writeFile(join(folder, name, 'python'), program, { mode: 0o755 });
  }
  const workspace = join(folder, 'both.code-workspace');
  const folders = [{ path: 'one' }, { path: 'two' }];
  await writeFile(workspace, JSON.stringify({ folders, settings: {} }));
  await inside(page, 'company', { workspace });
});

test('a window of a folder whose terms are mined', async ({ page }) => {
  ({ server, stop } = await start(home));
  const folder = join(home, 'work', 'terms');
  await mkdir(folder, { recursive: true });
  await inside(page, 'terms', { folder });
});

/** A folder of its own, with the tour. */
async function filled(name: string): Promise<string> {
  const folder = join(home, 'work', name);
  await mkdir(folder, { recursive: true });
  await cp(join(ROOT, 'examples', 'tour.ipynb'), join(folder, 'tour.ipynb'));
  return folder;
}

/** Run a suite in a window; what fails in it fails here. */
async function inside(
  page: Page,
  suite: string,
  shown: Readonly<Record<string, string>>
): Promise<void> {
  const place = (path: string) => remote(server, join(home, 'host', path));
  const payload = [
    ['extensionDevelopmentPath', place('none')], // without one no suite is run
    ['extensionTestsPath', place(`${suite}.js`)]
  ];
  const ended = new Promise<number>(done => void page.exposeFunction('codeAutomationExit', done));
  await page.exposeFunction('codeAutomationLog', () => undefined);
  const query = new URLSearchParams({ ...shown, payload: JSON.stringify(payload) });
  await page.goto(`${server.url}?${query}`);
  const code = await ended;
  const report = join(home, 'host', `${suite}.json`);
  const { tests } = JSON.parse(await readFile(report, 'utf8')) as Report;
  for (const { name, milliseconds, error } of tests) {
    console.log(`      ${error ? '✘' : '✓'} ${name} (${milliseconds} ms)`);
  }
  expect(tests.filter(({ error }) => error)).toEqual([]);
  expect(code).toBe(0);
}

/** The suites, and the extensions that stand in for others, as files of the test's folder. */
async function bundle(host: string): Promise<void> {
  await build({
    absWorkingDir: __dirname,
    entryPoints: {
      alone: 'suite/alone.ts',
      company: 'suite/company.ts',
      terms: 'suite/terms.ts',
      'none/extension': 'fakes/none.ts',
      'python/extension': 'fakes/python.ts',
      'jupyter/extension': 'fakes/jupyter.ts'
    },
    outdir: host,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning'
  });
  await cp(join(__dirname, 'fakes', 'kernel.py'), join(host, 'jupyter', 'kernel.py'));
  await manifest(host, 'none', 'limner-tests', 'none');
  await manifest(host, 'python', 'ms-python', 'python');
  await manifest(host, 'jupyter', 'ms-toolsai', 'jupyter');
}

async function manifest(host: string, folder: string, publisher: string, name: string) {
  const said = {
    name,
    publisher,
    version: '0.0.1',
    engines: { vscode: '^1.100.0' },
    extensionKind: ['workspace'],
    main: './extension.js',
    activationEvents: []
  };
  await writeFile(join(host, folder, 'package.json'), JSON.stringify(said));
}
