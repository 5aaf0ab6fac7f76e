/** What a person does in VS Code: commands, the caret, views, frames. */

import { expect, type FrameLocator, type Locator, type Page } from '@playwright/test';

import { editorOf, readDrawn } from './drawn';

/** Run a command by its title, from the palette. */
export async function command(page: Page, title: string): Promise<void> {
  const row = await paletteRow(page, title);
  await row.click();
  await expect(page.locator('.quick-input-widget')).toBeHidden();
}

/** Whether the palette offers a command: those that are not enabled are not listed. */
export async function offers(page: Page, title: string): Promise<boolean> {
  const row = await paletteRow(page, title, false);
  const there = await row.isVisible();
  await page.keyboard.press('Escape');
  return there;
}

/** The row of a command in the palette, which it opens. */
export async function paletteRow(page: Page, title: string, must = true): Promise<Locator> {
  await page.keyboard.press('F1');
  const widget = page.locator('.quick-input-widget');
  await widget.locator('input.input').fill(`>${title}`);
  await expect(widget.locator('.monaco-list-row').first()).toBeVisible();
  const row = widget.locator(`.monaco-list-row[aria-label^="${title}"]`).first();
  if (must) {
    await expect(row).toBeVisible();
  }
  return row;
}

/** Choose a row of an open pick, or type into an open input and confirm. */
export async function pick(page: Page, label: string | RegExp): Promise<void> {
  await page.locator('.quick-input-widget .monaco-list-row', { hasText: label }).first().click();
}

/** Put the caret right behind `text`, which is in view. */
export async function caretAfter(page: Page, text: string, editor = editorOf(page)): Promise<void> {
  const { line, column } = await placeOf(editor, text);
  await editor.locator('.view-line').first().click();
  await caretAt(page, line, column);
}

/** Lines and columns count from 1. */
export async function caretAt(page: Page, line: number, column: number): Promise<void> {
  await page.keyboard.press('Control+g');
  await page.locator('.quick-input-widget input.input').fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await expect(page.locator('.statusbar-item#status\\.editor\\.selection')).toContainText(
    new RegExp(`(Ln|行) ${line}\\b`)
  );
}

async function placeOf(editor: Locator, text: string): Promise<{ line: number; column: number }> {
  await expect.poll(async () => (await readDrawn(editor)).text).toContain(text);
  const shown = (await readDrawn(editor)).text;
  const before = shown.slice(0, shown.indexOf(text) + text.length).split('\n');
  return { line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
}

/** Point at the middle of `text` in an editor until the hover shows. */
export async function hoverOver(
  page: Page,
  text: string,
  editor = editorOf(page)
): Promise<Locator> {
  const hover = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
  await expect(async () => {
    await page.mouse.move(200, 600); // away, where nothing has a tooltip
    await expect(hover).toBeHidden({ timeout: 3000 });
    const { x, y } = await middleOf(editor, text);
    await page.mouse.move(x - 1, y);
    await page.mouse.move(x, y);
    await expect(hover).toBeVisible({ timeout: 3000 });
    expect(await middleOf(editor, text)).toEqual({ x, y }); // lenses that come late move the lines
  }).toPass();
  return hover;
}

function middleOf(editor: Locator, text: string): Promise<{ x: number; y: number }> {
  return editor.evaluate((element, wanted) => {
    for (const line of element.querySelectorAll('.view-lines > .view-line')) {
      const at = (line.textContent ?? '').replace(/\u00a0/g, ' ').indexOf(wanted);
      let left = at + Math.floor(wanted.length / 2);
      const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); at >= 0 && node; node = walker.nextNode()) {
        const length = node.nodeValue?.length ?? 0;
        if (left < length) {
          const range = document.createRange();
          range.setStart(node, left);
          range.setEnd(node, left + 1);
          const box = range.getBoundingClientRect();
          return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
        }
        left -= length;
      }
    }
    throw new Error(`“${wanted}” is not in view`);
  }, text);
}

/** Choose of the menu of actions. */
export async function act(page: Page, title: string): Promise<void> {
  const menu = page.locator('.action-widget');
  await expect(async () => {
    await page.keyboard.press('Control+.');
    await expect(menu.getByText(title, { exact: true })).toBeVisible({ timeout: 3000 });
  }).toPass();
  const choice = menu.getByText(title, { exact: true });
  await choice.hover({ force: true }); // VS Code lets no click through before the pointer moves
  await choice.click();
  await expect(menu).toBeHidden();
}

/** Wait until Limner is connected and has nothing to do. */
export async function ready(page: Page): Promise<void> {
  await expect(status(page)).toHaveText('Limner', { timeout: 60_000 });
}

/** Our entry of the status bar. */
export function status(page: Page): Locator {
  return page.locator('.statusbar-item[id^="limner"]');
}

/** The section of the Limner view with this name. */
export async function view(page: Page, name: string): Promise<Locator> {
  const container = page.locator('.activitybar .action-item a[aria-label="Limner"]');
  const pane = page.locator('.pane', { has: page.locator(`.pane-header[aria-label^="${name}"]`) });
  if (!(await pane.isVisible())) {
    await container.click();
  }
  await expect(pane).toBeVisible();
  return pane;
}

/** The document inside a webview. */
export function webview(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
}
