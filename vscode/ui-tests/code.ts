/** Fixtures: one VS Code server and one window for all tests, and a folder for each. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { expect, test as base, type Page } from '@playwright/test';

import { editorOf } from './drawn';
import { remote, start, TIDY, type Server } from './server';

/** What a test works with. */
export interface Code extends Server {
  /** The test's folder; the window shows the one that it lies in. */
  readonly folder: string;
  write(path: string, content: string): Promise<void>;
  /** Settings of the folder that all tests share; the open window takes them over. */
  settings(values: Record<string, unknown>): Promise<void>;
  /** Show a file of the folder in the window that all tests share. */
  open(file: string): Promise<Page>;
  /** Show a file of the folder in whatever window there is. */
  show(file: string): Promise<void>;
  /** Load the window anew, with something else than what the others share. */
  load(options: LoadOptions): Promise<Page>;
}

export interface LoadOptions {
  /** Of the test's folder: a path below it, or null for a window without one. */
  readonly folder?: string | null;
  /** Opened at once; a path below the test's folder. */
  readonly file?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** The window of all tests, and what went wrong in it. */
export interface Window {
  readonly page: Page;
  readonly troubles: string[];
  /** Whether it shows what the tests share. */
  common: boolean;
}

export const test = base.extend<{ code: Code }, { server: Server; window: Window }>({
  server: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const home = await mkdtemp(join(tmpdir(), 'lv-'));
      const { server, stop } = await start(home);
      await settle(server, {});
      await use(server);
      await stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
    { scope: 'worker', timeout: 180_000 }
  ],

  window: [
    async ({ browser, server }, use) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        permissions: ['clipboard-read', 'clipboard-write']
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      await use({ page, troubles: listen(page), common: false });
      await page.goto('about:blank'); // the extension host ends before its server
      await context.close();
      void server;
    },
    { scope: 'worker', timeout: 60_000 }
  ],

  code: async ({ window, server }, use, info) => {
    const { page } = window;
    const folder = join(server.home, 'work', info.testId.slice(-6));
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    let changed = false;
    await use({
      ...server,
      folder,
      write: async (path, content) => {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      },
      settings: async values => {
        changed = true;
        await settle(server, values);
      },
      open: async file => {
        if (!window.common) {
          await load(window, address(server, join(server.home, 'work')));
          window.common = true;
        }
        await openFile(page, join(folder, file));
        return page;
      },
      show: file => openFile(page, join(folder, file)),
      load: async ({ folder: shown, file, query }) => {
        window.common = false;
        const path = shown === undefined ? folder : shown && join(folder, shown);
        await load(window, address(server, path, file && join(folder, file), query));
        return page;
      }
    });
    if (changed) {
      await settle(server, {});
    }
    await page.keyboard.press(TIDY);
    await expect(page.locator('.editor-instance, .dialog-box')).toHaveCount(0);
    expect(window.troubles.splice(0)).toEqual([]);
  }
});

export { expect } from '@playwright/test';

/** Said where a test ends a server, and where VS Code asks for other people's extensions. */
const EXPECTED = /connection got disposed|\/gallery\//;

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
    const ours = /imner|Content Security Policy/.test(text) && !EXPECTED.test(text);
    if (message.type() === 'error' && ours) {
      troubles.push(`${text} ${message.location().url}`);
    }
  });
  return troubles;
}

/** Of the folder: VS Code's server watches it, and not the user's own settings. */
async function settle({ home }: Server, values: Record<string, unknown>): Promise<void> {
  const folder = join(home, 'work', '.vscode');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(values));
}

async function load({ page }: Window, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.monaco-workbench .statusbar-item').first().waitFor();
}

/** By its full path, which needs no search. */
async function openFile(page: Page, path: string): Promise<void> {
  const name = basename(path);
  const folder = basename(dirname(path)); // a file of this name that was open before is offered, too
  const widget = page.locator('.quick-input-widget');
  await page.keyboard.press('Control+p');
  await widget.locator('input.input').fill(path);
  await widget
    .locator(`.monaco-list-row.focused[aria-label^="${name}"][aria-label*="${folder}"]`)
    .waitFor();
  await page.keyboard.press('Enter');
  await editorOf(page, path).waitFor();
}

function address(
  server: Server,
  shown: string | null,
  file?: string,
  query: Readonly<Record<string, string>> = {}
): string {
  const url = new URL(server.url);
  Object.entries(query).forEach(([name, value]) => url.searchParams.set(name, value));
  if (shown) {
    url.searchParams.set(shown.endsWith('.code-workspace') ? 'workspace' : 'folder', shown);
  } else {
    url.searchParams.set('ew', 'true');
  }
  if (file) {
    url.searchParams.set('payload', JSON.stringify([['openFile', remote(server, file)]]));
  }
  return url.href;
}
