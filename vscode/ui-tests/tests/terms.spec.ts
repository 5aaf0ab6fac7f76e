/** Terms of a folder: mined by a command, marked, explained, completed, decided about, listed. */

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { Locator, Page } from '@playwright/test';

import { expect, test, type Code } from '../code';
import { DOCUMENTS, writeDocuments } from '../documents';
import { editorOf, readDrawn } from '../drawn';
import {
  act,
  caretAfter,
  command,
  hoverOver,
  paletteRow,
  pick,
  ready,
  status,
  view
} from '../keys';
import { expectMarked, readMarked } from '../marked';

/** A window on the documents, with one of them mined and marked. */
async function mined(code: Code, file = 'notes/进程.md'): Promise<[Page, Locator]> {
  await writeDocuments(code.folder);
  const page = await code.load({ file });
  await ready(page);
  await command(page, 'Limner: Mine Terms of This Folder');
  const editor = editorOf(page, file);
  await expect.poll(async () => (await readMarked(editor)).length).toBeGreaterThan(3);
  return [page, editor];
}

/** What was decided, as it is on the disk. */
async function decided(code: Code): Promise<string> {
  const files = (await readdir(code.folder)).filter(name => name.endsWith('.terms.toml'));
  return files.length ? readFile(join(code.folder, files[0] ?? ''), 'utf8') : '';
}

test('a folder is mined; its terms are marked, explained, and completed by pinyin', async ({
  code
}) => {
  const [page, editor] = await mined(code);
  expect((await readDrawn(editor)).text).toContain('😀操作系统把');
  const [first] = (await readMarked(editor)).filter(({ text }) => /操/.test(text));
  expect(first).toMatchObject({ text: '操作系统', style: 'dotted' });

  const hover = await hoverOver(page, '地址空间', editor);
  await expect(hover).toContainText('地址空间');
  await expect(hover).toContainText(/background/);
  await expect(hover.getByText('Not a term')).toBeVisible();

  await caretAfter(page, '反应太慢。', editor);
  await page.keyboard.type('czxt');
  await suggested(page, '操作系统');
  await page.keyboard.insertText('的页');
  await suggested(page, '页表');
  await expect.poll(async () => (await readDrawn(editor)).text).toContain('太慢。操作系统的页表');
  await expectMarked(editor, '页表');
});

/** Take an offer of the list. */
async function suggested(page: Page, label: string): Promise<void> {
  await page.keyboard.press('Control+Space');
  const row = page.locator('.suggest-widget.visible .monaco-list-row', {
    has: page.locator('.label-name').getByText(label, { exact: true })
  });
  await row.click();
  await expect(row).toBeHidden();
}

test('what is decided is written beside the documents, seen at once, and undone', async ({
  code
}) => {
  const [page, editor] = await mined(code, 'notes/内存.md');
  await caretAfter(page, '操作系统用页', editor);
  await act(page, 'Limner: accept “页表”');
  await expectMarked(editor, '页表', 'solid');
  expect(await decided(code)).toMatch(/accepted = \[[^\]]*"页表"/);

  await command(page, 'Limner: Undo Last Decision on Terms');
  await expectMarked(editor, '页表', 'dotted');
  expect(await decided(code)).not.toContain('页表');

  await command(page, 'Limner: Not a Term');
  await expectMarked(editor, '页表', null);
  expect(await decided(code)).toMatch(/rejected = \[[^\]]*"页表"/);

  await (await paletteRow(page, 'Limner: Export Terms')).click();
  await pick(page, 'jieba');
  await expect(page.locator('.quick-input-title')).toHaveText('Export terms');
  await page.keyboard.press('Enter');
  const exported = async () =>
    (await readdir(code.folder)).filter(name => /\.(txt|dict)$/.test(name));
  await expect.poll(exported).toHaveLength(1);
  expect(await readFile(join(code.folder, (await exported())[0] ?? ''), 'utf8')).toMatch(
    /^文件系统$/m
  );
});

test('the view lists, filters by pinyin, decides, and goes to the places', async ({ code }) => {
  await writeDocuments(code.folder);
  const page = await code.load({ file: 'notes/paging.md' });
  await ready(page);
  const terms = await view(page, 'Terms');
  await terms.getByRole('button', { name: 'Mine terms of this folder' }).click();
  const row = (name: string) => terms.locator('.monaco-list-row', { hasText: name });
  await expect(row('系统调用').first()).toBeVisible();
  await expect(terms).toContainText('8 documents');

  await (await paletteRow(page, 'Limner: Filter Terms')).click();
  await expect(page.locator('.quick-input-title')).toHaveText('Filter terms');
  await page.locator('.quick-input-widget input.input').fill('yb');
  await expect(row('系统调用')).toHaveCount(0);
  await page.keyboard.press('Enter');
  // the list is drawn anew after each of these, and takes no click meanwhile
  const soon = { timeout: 5000 };
  await expect(async () => {
    if (!/"页表"/.test(await decided(code))) {
      await row('页表').hover();
      await row('页表').getByRole('button', { name: 'Accept Term' }).click(soon);
    }
    await expect.poll(() => decided(code), soon).toContain('"页表"');
  }).toPass();

  await expect(async () => {
    await row('页表').click();
    await expect(editorOf(page, '内存.md')).toBeVisible(soon);
  }).toPass();
  await expect(async () => {
    await row('页表').locator('.monaco-tl-twistie').click();
    await expect(row('内存.md:3').first()).toContainText('翻译成物理地址', soon);
  }).toPass();

  await caretAfter(page, '操作系统用页', editorOf(page, '内存.md'));
  const found = page.locator('.peekview-widget');
  await expect(async () => {
    await page.keyboard.press('Shift+F12');
    await expect(found).toContainText('内存.md', soon);
  }).toPass();
  await expect(found).toContainText(/References \((\d+)\)/);
  await page.keyboard.press('Escape');

  await (await paletteRow(page, 'Limner: Sort Terms')).click();
  await pick(page, 'by name');
  await expect(terms).toContainText('by name');
});

test('what is mined is told in the status bar, and a click stops it', async ({ code }) => {
  await writeDocuments(code.folder);
  const large = Object.values(DOCUMENTS).join('\n').repeat(500);
  for (let at = 0; at < 20; at += 1) {
    await code.write(`large/${at}.txt`, large); // mining takes longer than a click
  }
  const page = await code.load({ file: 'notes/paging.md' });
  await ready(page);
  const terms = await view(page, 'Terms');
  await command(page, 'Limner: Mine Terms of This Folder');
  await expect(status(page)).toHaveText(/Limner: .+ \d+ %/);
  await expect(terms).toContainText('Mining …');
  await status(page).click();
  await ready(page);
  await expect(terms.getByRole('button', { name: 'Mine terms of this folder' })).toBeVisible();
});
