/** What is drawn in an editor, character by character, and what should be. */

import { expect, type Locator, type Page } from '@playwright/test';

import { pairs, stepsOf, type Word } from '../../ui-testing/words';

export { pairs, stepsOf, wordsOf, type Word } from '../../ui-testing/words';

/** A comment that pins what stands below it. */
export const NEGATIVE = '# limner: attribute model=mini-sentiment target=negative\n';

/** The text of an editor, and the strength at each UTF-16 unit of it. */
export interface Drawn {
  readonly text: string;
  readonly steps: readonly number[];
  readonly stale: boolean;
}

/** Cell number `index`, counted from 0, of the notebook in front. */
export function cellAt(page: Page, index: number): Locator {
  return page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell').nth(index);
}

/** Read an editor: nested and split elements do not matter, only which class covers a character. */
export function readDrawn(place: Locator): Promise<Drawn> {
  return place.locator('.cm-content').first().evaluate(read);
}

/** Everything that an editor showed from now on, each state once; see `recorded`. */
export async function record(place: Locator): Promise<void> {
  await place
    .locator('.cm-content')
    .first()
    .evaluate((content, source) => {
      const read = (0, eval)(`(${source})`) as (content: Element) => Drawn;
      const states: Drawn[] = [];
      const look = () => {
        const now = read(content);
        if (JSON.stringify(now) !== JSON.stringify(states[states.length - 1])) {
          states.push(now);
        }
      };
      look();
      const all = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver(look).observe(content, all);
      (content as unknown as { states: Drawn[] }).states = states;
    }, read.toString());
}

/** What `record` saw; each state was what the browser painted next. */
export function recorded(place: Locator): Promise<Drawn[]> {
  return place
    .locator('.cm-content')
    .first()
    .evaluate(content => (content as unknown as { states: Drawn[] }).states);
}

/** Runs in the browser: it knows nothing of this file. */
function read(content: Element): Drawn {
  const steps: number[] = [];
  let text = '';
  let stale = false;
  content.querySelectorAll('.cm-line').forEach((line, index) => {
    if (index) {
      text += '\n';
      steps.push(0);
    }
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement?.closest('.limner-note, [contenteditable=false]')) {
        continue;
      }
      const mark = node.parentElement?.closest('.limner-mark');
      const found = /limner-([ta])([1-4])/.exec(mark?.className ?? '');
      const step = found ? (found[1] === 't' ? 1 : -1) * Number(found[2]) : 0;
      const part = node.nodeValue ?? '';
      stale ||= !!mark?.classList.contains('limner-stale');
      text += part;
      steps.push(...(Array(part.length).fill(step) as number[]));
    }
  });
  return { text, steps, stale };
}

/** Wait until the editor shows these words of `text` and nothing else. */
export function expectDrawn(place: Locator, text: string, words: readonly Word[]): Promise<void> {
  return expectAll(place, [[text, words]]);
}

/** The same of several texts in one editor. */
export async function expectAll(
  place: Locator,
  texts: readonly (readonly [string, readonly Word[]])[]
): Promise<void> {
  await expect(async () => {
    const drawn = await readDrawn(place);
    const wanted = Array<number>(drawn.text.length).fill(0);
    for (const [text, words] of texts) {
      expect(drawn.text).toContain(text);
      stepsOf(drawn.text, text, words).forEach((step, at) => (wanted[at] ||= step));
    }
    expect(drawn.stale).toBe(false);
    expect(pairs(drawn.text, drawn.steps)).toEqual(pairs(drawn.text, wanted));
  }).toPass({ timeout: 20_000 });
}

/** Wait for a converged note in a cell or file. */
export async function expectNote(place: Locator, note: RegExp | string): Promise<void> {
  await expect(place.locator('.limner-note').first()).toContainText(note);
  await expect(place.locator('.limner-note-busy')).toHaveCount(0);
}

/** Put the caret right behind `text` in an editor, by the pointer and the keys of a person. */
export async function caretAfter(place: Locator, text: string): Promise<void> {
  const content = place.locator('.cm-content').first();
  await content.click();
  await content.evaluate((node, wanted) => {
    const lines = [...node.querySelectorAll('.cm-line')];
    for (const line of lines) {
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      let before = '';
      const parts: Node[] = [];
      for (let part = walker.nextNode(); part; part = walker.nextNode()) {
        if (!part.parentElement?.closest('[contenteditable=false]')) {
          parts.push(part);
          before += part.nodeValue ?? '';
        }
      }
      let at = before.indexOf(wanted);
      if (at < 0) {
        continue;
      }
      at += wanted.length;
      for (const part of parts) {
        const length = part.nodeValue?.length ?? 0;
        if (at <= length) {
          document.getSelection()?.collapse(part, at);
          return;
        }
        at -= length;
      }
    }
    throw new Error(`“${wanted}” is not in this editor`);
  }, text);
}

/** What of JupyterLab's application the tests use. */
interface App {
  commands: { execute(id: string, args: object): Promise<unknown> };
  serviceManager: { contents: { rename(old: string, now: string): Promise<unknown> } };
  pluginRegistry: { _services: Map<{ name: string }, string> };
  resolveRequiredService(token: object): Promise<unknown>;
}

/** Run a command of JupyterLab by its id. */
export async function command(page: Page, id: string, args: object = {}): Promise<void> {
  await page.evaluate(
    async ([id, args]) => {
      const { jupyterapp: app } = window as unknown as { jupyterapp: App };
      await app.commands.execute(id, args);
    },
    [id, args] as const
  );
}

/** Wait until the kernel is there: JupyterLab runs nothing before, and closes lists. */
export async function idle(page: Page): Promise<void> {
  await expect(page.locator('#jp-main-statusbar')).toContainText('| Idle');
}

/** Rename a file, as another window would. */
export async function rename(page: Page, old: string, now: string): Promise<void> {
  await page.evaluate(
    async ([old, now]) => {
      const { jupyterapp: app } = window as unknown as { jupyterapp: App };
      await app.serviceManager.contents.rename(old, now);
    },
    [old, now] as const
  );
}

/** Set a setting (of ours), as the settings editor does; null takes it back to its default. */
export async function setting(
  page: Page,
  key: string,
  value: unknown,
  plugin = '@limner/labextension:plugin'
): Promise<void> {
  await page.evaluate(
    async ([key, value, plugin]) => {
      const { jupyterapp: app } = window as unknown as { jupyterapp: App };
      const tokens = [...app.pluginRegistry._services.keys()];
      const token = tokens.find(({ name }) => name === '@jupyterlab/coreutils:ISettingRegistry');
      const registry = (await app.resolveRequiredService(token as object)) as {
        set(plugin: string, key: string, value: unknown): Promise<void>;
        remove(plugin: string, key: string): Promise<void>;
      };
      await (value === null ? registry.remove(plugin, key) : registry.set(plugin, key, value));
    },
    [key, value, plugin] as const
  );
}
