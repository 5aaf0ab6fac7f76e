/** Labels of a data file: predicted behind the rows, accepted, undone; and words for gaps. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Locator, Page } from '@playwright/test';

import { CLOZE_TASK, labelsIn, reviews, textsIn } from '../../../vscode/ui-tests/reviews';
import { expect, test } from '../lab';
import { caretAfter, cellAt, command, idle, setting } from '../drawn';

test.use({ alone: 'cloze' }); // the task's file would be read for the files of other tests

async function openData(page: Page, path: string): Promise<Locator> {
  await command(page, 'docmanager:open', { path, factory: 'Editor' });
  const editor = page.locator('.jp-FileEditor:visible');
  await expect(editor.locator('.limner-note').first()).toHaveText(/^→ (positive|negative) \d\d%$/);
  return editor;
}

/** The text of the row that has the caret. */
function textAtCaret(page: Page): Promise<string> {
  return page.evaluate(() => {
    const node = document.getSelection()?.anchorNode;
    const line = (node instanceof Element ? node : node?.parentElement)?.closest('.cm-line');
    return (line?.textContent ?? '').replace(/→ .*$/, '').trim();
  });
}

/** The whole text of the editor in front, seen or not, as it is saved. */
async function saved(page: Page, path: string): Promise<string> {
  await command(page, 'docmanager:save');
  await expect(page.locator('.jp-mod-dirty')).toHaveCount(0);
  return readFile(path, 'utf8');
}

test('rows without a label show what is predicted; labels are accepted, undone, compared', async ({
  lab,
  open
}) => {
  const data = await reviews(60);
  const path = join(lab.folder, 'reviews.tsv');
  await lab.write('reviews.tsv', data);
  await lab.write('reviews.cloze.toml', CLOZE_TASK);
  await lab.write('readme.md', '评论');
  const page = await open('readme.md');
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  const editor = await openData(page, 'reviews.tsv');

  await command(page, 'limner:next-row');
  const line = editor.locator('.cm-line', { hasText: await textAtCaret(page) });
  await expect(line.locator('.limner-note')).toHaveText(/^→ \w+ 5\d%$/);
  const predicted = /→ (\w+)/.exec((await line.locator('.limner-note').textContent()) ?? '')?.[1];
  await line.locator('.limner-note').click();
  await expect(page.locator('.limner-hover')).toContainText('mini-mlm');
  await page.screenshot({ path: test.info().outputPath('hover.png') });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Alt+p');
  await expect(line).toHaveText(new RegExp(`^${predicted}`));
  await expect(page.locator('#jp-main-statusbar')).toContainText(`Labelled ${predicted}.`);
  await page.keyboard.press('Control+z');
  await expect(line.locator('.limner-note')).toHaveText(/^→ \w+ 5\d%$/);
  expect(await saved(page, path)).toBe(data);

  void command(page, 'limner:label-all-sure');
  const dialog = page.locator('.jp-Dialog');
  await dialog.locator('input').fill('0.6');
  await page.screenshot({ path: test.info().outputPath('above.png') });
  await dialog.getByRole('button', { name: 'Accept' }).click();
  await expect(page.locator('#jp-main-statusbar')).toContainText('rows labelled');
  await expect
    .poll(async () => labelsIn(await saved(page, path)).filter(Boolean).length)
    .toBeGreaterThan(30);
  const accepted = await saved(page, path);
  expect(textsIn(accepted)).toEqual(textsIn(data));
  labelsIn(data).forEach((label, row) => label && expect(labelsIn(accepted)[row]).toBe(label));
  await page.screenshot({ path: test.info().outputPath('accepted.png') });

  await command(page, 'limner:show-panel');
  const row = page.locator('#limner-panel .limner-row');
  await expect(row).toContainText(/\d+ labelled · \d+ predicted of 60/);
  await expect(row.locator('[data-action=unpin]')).toHaveCount(0);
  void command(page, 'limner:compare-patterns');
  await expect(dialog.locator('.limner-report')).toContainText('{mask}满意');
  await page.screenshot({ path: test.info().outputPath('report.png') });
  await dialog.getByRole('button', { name: 'Close' }).click();

  await editor.locator('.cm-content').click();
  await page.keyboard.press('Control+z');
  expect(await saved(page, path)).toBe(data); // all of it in one step
});

test('a word of the list replaces the gap, in a file and in a cell of Markdown', async ({
  lab,
  open
}) => {
  await lab.write('gaps.txt', '早餐\n');
  await lab.notebook('gaps.ipynb', ['x = 1', { markdown: '前台' }]);
  const page = await open('gaps.txt');
  const editor = page.locator('.jp-FileEditor:visible');
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  await caretAfter(editor, '早餐');
  await page.keyboard.insertText('很');
  await page.keyboard.type('[MASK]');
  await takeFirst(page);
  await expect(editor.locator('.cm-line').first()).toHaveText(/^早餐很[^[\]]+$/);
  await setting(page, 'inlineAbove', 0.1);
  await page.keyboard.press('Enter');
  await page.keyboard.insertText('服务很');
  await page.keyboard.type('[MASK]');
  await expect(async () => {
    await command(page, 'inline-completer:invoke');
    await expect(editor.locator('.jp-GhostText')).toHaveText(/./, { timeout: 3000 });
  }).toPass();
  await page.screenshot({ path: test.info().outputPath('ghost.png') });
  await command(page, 'inline-completer:accept');
  await expect(editor.locator('.cm-line').nth(1)).toHaveText(/^服务很[^[\]]+$/);
  await setting(page, 'inlineAbove', null);

  await command(page, 'docmanager:open', { path: 'gaps.ipynb' });
  await idle(page);
  await cellAt(page, 1).locator('.jp-MarkdownOutput').dblclick();
  await caretAfter(cellAt(page, 1), '前台');
  await page.keyboard.insertText('态度');
  await page.keyboard.type('____');
  await takeFirst(page);
  await expect(cellAt(page, 1).locator('.cm-content')).toHaveText(/^前台态度[^_]+$/);
});

async function takeFirst(page: Page): Promise<void> {
  const first = page.locator('.jp-Completer:visible .jp-Completer-item').first();
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(first).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  await page.screenshot({ path: test.info().outputPath('words.png') });
  await first.click();
  await expect(page.locator('.jp-Completer:visible')).toHaveCount(0);
}
