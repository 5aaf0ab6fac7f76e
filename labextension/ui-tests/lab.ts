/** Fixtures: a JupyterLab of its own with its own daemon, and a page of it with helpers. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { expect, test as base, type Page } from '@playwright/test';

import { answers, BIN, end, freePort, runToEnd, startServer } from '../../ui-testing/processes';

/** A running JupyterLab. */
export interface Lab {
  url: string;
  token: string;
  /** The folder it shows. */
  folder: string;
  /** The environment of its processes, which a `limner` beside it needs to reach its daemon. */
  env: NodeJS.ProcessEnv;
  /** Write a file or a notebook into its folder. */
  write(path: string, content: string): Promise<void>;
  /** Write a notebook with these cells. */
  notebook(path: string, cells: readonly Cell[]): Promise<void>;
  /** Run a command of this environment to its end: what it writes to stdout. */
  run(command: string, ...args: string[]): Promise<string>;
}

export type Cell =
  string | { markdown: string } | { raw: string } | { code: string; outputs: object[] };

interface Fixtures {
  open: (path: string) => Promise<Page>;
}

interface PerWorker {
  lab: Lab;
  /** Tests that name another one get a JupyterLab of their own. */
  alone: string;
}

export const test = base.extend<Fixtures, PerWorker>({
  alone: ['', { option: true, scope: 'worker' }],

  lab: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const home = await mkdtemp(join(tmpdir(), 'lm-'));
      const { lab, stop } = await start(home);
      await use(lab);
      await stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker', timeout: 120_000 }
  ],

  open: async ({ page, lab }, use) => {
    const troubles: string[] = [];
    page.on('pageerror', error => troubles.push(String(error.stack)));
    page.on('console', message => {
      if (message.type() === 'error' && message.text().includes('imner')) {
        troubles.push(message.text());
      }
    });
    await use(async path => {
      await page.goto(`${lab.url}lab/tree/${encodeURI(path)}?token=${lab.token}&reset`);
      // the splash comes with its plugin: before that it is not there either
      await page.waitForFunction(() => 'jupyterapp' in window);
      await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
      const front = page.locator('#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current');
      await front.filter({ hasText: basename(path) }).waitFor(); // late, it would hide what is opened next
      return page;
    });
    expect(troubles.filter(text => text.includes('imner'))).toEqual([]);
  }
});

export { expect } from '@playwright/test';

async function start(home: string): Promise<{ lab: Lab; stop: () => Promise<void> }> {
  const folder = join(home, 'work');
  const runtime = join(home, 'run');
  await mkdir(folder);
  await mkdir(runtime, { mode: 0o700 });
  const settings = join(home, 'jupyter', 'settings');
  const notification = join(settings, '@jupyterlab', 'apputils-extension');
  await mkdir(notification, { recursive: true });
  await writeFile(
    join(notification, 'notification.jupyterlab-settings'),
    '{"fetchNews": "false", "checkForUpdates": false}'
  );
  const port = await freePort();
  const token = 'for-the-tests';
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: home,
    PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    JUPYTER_CONFIG_DIR: join(home, 'jupyter', 'config'),
    JUPYTER_DATA_DIR: join(home, 'jupyter', 'data'),
    JUPYTER_RUNTIME_DIR: join(home, 'jupyter', 'runtime'),
    JUPYTERLAB_SETTINGS_DIR: settings,
    JUPYTERLAB_WORKSPACES_DIR: join(home, 'jupyter', 'workspaces'),
    IPYTHONDIR: join(home, 'ipython'),
    PYTHONDONTWRITEBYTECODE: '1'
  };
  const server = startServer(
    join(BIN, 'python'),
    [
      '-m',
      'jupyterlab',
      '--no-browser',
      '--allow-root',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--IdentityProvider.token=${token}`,
      `--ServerApp.root_dir=${folder}`,
      '--ServerApp.port_retries=0',
      '--LabApp.expose_app_in_browser=True', // for commands that have no key
      '--LabApp.news_url=None',
      '--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate'
    ],
    { env, cwd: folder }
  );
  const warm = runToEnd(join(BIN, 'limner'), ['attribute', '好'], env); // loads the model meanwhile
  const url = `http://127.0.0.1:${port}/`;
  await answers(`${url}api?token=${token}`, server);
  await warm;
  const run = (command: string, ...args: string[]) => runToEnd(join(BIN, command), args, env);
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const lab: Lab = {
    url,
    token,
    folder,
    env,
    write,
    notebook: (path, cells) => write(path, JSON.stringify(notebookOf(cells), null, 1)),
    run
  };
  const stop = async () => {
    await run('limner', 'daemon', 'stop');
    await end(server);
  };
  return { lab, stop };
}

/** The notebook format of a list of sources. */
export function notebookOf(cells: readonly Cell[]): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
      language_info: { name: 'python' }
    },
    cells: cells.map((cell, index) => {
      const common = { id: `cell-${index}`, metadata: {} };
      if (typeof cell === 'string') {
        return { ...common, cell_type: 'code', source: cell, outputs: [], execution_count: null };
      }
      if ('code' in cell) {
        const { code, outputs } = cell;
        return { ...common, cell_type: 'code', source: code, outputs, execution_count: 1 };
      }
      return 'markdown' in cell
        ? { ...common, cell_type: 'markdown', source: cell.markdown }
        : { ...common, cell_type: 'raw', source: cell.raw };
    })
  };
}
