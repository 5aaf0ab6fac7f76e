/** Terms of a folder: mined by a button, marked, explained, completed, decided about, listed. */

import { readFile, readdir } from 'node:fs/promises';

import type { Locator, Page } from '@playwright/test';

import { writeDocuments } from '../../../vscode/ui-tests/documents';
import { expect, test, type Lab } from '../lab';
import { caretAfter, cellAt, command, setting } from '../drawn';

test.use({ alone: 'terms' }); // the lexicon would mark the texts of other tests

/** The side panel's section. */
function termsOf(page: Page): Locator {
  return page.locator('.limner-terms');
}

async function showTerms(page: Page): Promise<void> {
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  await command(page, 'limner:show-terms');
}

/** The row of a term. */
function rowOf(page: Page, term: string): Locator {
  const name = page.locator('.limner-term-text').getByText(term, { exact: true });
  return termsOf(page).locator('.limner-term-row', { has: name });
}

/** What is marked in an editor, with the look of each: `操作系统 3`, `页表 accepted`. */
function marksOf(place: Locator): Promise<string[]> {
  return place.locator('.limner-term').evaluateAll(nodes =>
    nodes.map(node => {
      const look = /limner-term-(\d|accepted)/.exec(node.className)?.[1] ?? '';
      return `${node.textContent ?? ''} ${look}`;
    })
  );
}

async function expectMarked(place: Locator, mark: RegExp): Promise<void> {
  await expect.poll(async () => (await marksOf(place)).join('\n')).toMatch(mark);
}

/** What was decided, as it is on the disk. */
async function decided(lab: Lab): Promise<string> {
  const file = (await readdir(lab.folder)).find(name => name.endsWith('.terms.toml'));
  return file ? readFile(`${lab.folder}/${file}`, 'utf8') : '';
}

/** An offer of JupyterLab's list, by what it would write. */
function offer(page: Page, text: string): Locator {
  return page.locator(`.jp-Completer-item[data-value="${text}"]`);
}

/** Ask for offers; JupyterLab waits a second for the first ones, which are made on two busy cores. */
async function expectOffer(page: Page, text: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Tab');
    await expect(offer(page, text)).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
}

async function take(page: Page, text: string): Promise<void> {
  const item = offer(page, text);
  await expect(item).toBeVisible();
  await item.click();
  await expect(page.locator('.jp-Completer:visible')).toHaveCount(0);
}

test('a folder is mined by the button; its terms are marked, explained and completed', async ({
  lab,
  open
}) => {
  await writeDocuments(lab.folder);
  await lab.notebook('letter.ipynb', [{ markdown: '操作系统的核心是内核。' }]);
  const page = await open('notes/进程.md');
  await showTerms(page);
  const terms = termsOf(page);
  await expect(terms.locator('.limner-terms-title')).toContainText('“Mine terms” reads');
  await terms.getByRole('button', { name: 'Mine terms' }).click();
  await expect(rowOf(page, '系统调用')).toBeVisible();
  const editor = page.locator('.jp-FileEditor:visible');
  await expectMarked(editor, /^操作系统 [123]$/m);

  const mark = editor.locator('.limner-term', { hasText: '地址空间' }).first();
  await mark.hover();
  await expect(page.locator('.limner-hover')).toContainText('background');
  await page.mouse.move(5, 5);
  await expect(page.locator('.limner-hover')).toHaveCount(0);
  await caretAfter(editor, '地址空');
  await page.keyboard.press('Control+Alt+e');
  await expect(page.locator('.limner-hover')).toContainText('地址空间');
  await page.keyboard.press('Escape');

  await caretAfter(editor, '反应太慢。');
  await page.keyboard.type('czx');
  await expectOffer(page, '操作系统');
  await page.keyboard.type('t'); // the list stays while more letters come
  await take(page, '操作系统');
  await page.keyboard.insertText('的地');
  await expectOffer(page, '地址空间');
  await take(page, '地址空间');
  await expect(editor.locator('.cm-content')).toContainText('反应太慢。操作系统的地址空间');
});

test('marks stay on their words while somebody types, an emoji before them', async ({
  lab,
  open
}) => {
  await mined(lab);
  const page = await open('notes/进程.md');
  const editor = page.locator('.jp-FileEditor:visible');
  await expectMarked(editor, /^操作系统 /m);
  const before = await marksOf(editor);
  await command(page, 'application:close');
  await expect(page.locator('.jp-FileEditor')).toHaveCount(0);
  await command(page, 'docmanager:open', { path: 'notes/进程.md' });
  await expectMarked(editor, /^操作系统 /m); // told again, though nothing has changed
  await caretAfter(editor, '# 进程与');
  await page.keyboard.insertText('😀👍');
  expect((await marksOf(editor)).slice(-5)).toEqual(before.slice(-5));
  await caretAfter(editor, '程序叫做');
  await page.keyboard.insertText('😀');
  await expect.poll(async () => (await marksOf(editor)).length).toBeGreaterThan(5);
  const texts = (await marksOf(editor)).map(mark => mark.replace(/ \w+$/, ''));
  expect(texts).toContain('操作系统');
  expect(texts.every(text => before.some(mark => mark.startsWith(text)))).toBe(true);

  const manager = '@jupyterlab/completer-extension:manager';
  await setting(page, 'autoCompletion', true, manager);
  await caretAfter(editor, '反应太慢。');
  await page.keyboard.type('czxt', { delay: 100 });
  await take(page, '操作系统');
  await page.keyboard.type('qqq'); // nothing of ours: JupyterLab offers nothing in prose
  await expect(editor.locator('.cm-content')).toContainText('操作系统qqq');
  await expect(page.locator('.jp-Completer:visible')).toHaveCount(0);
  await setting(page, 'autoCompletion', false, manager);
});

test('terms are decided about by key and by caret, written down, and undone', async ({
  lab,
  open
}) => {
  await mined(lab);
  const page = await open('notes/内存.md');
  const editor = page.locator('.jp-FileEditor:visible');
  await expectMarked(editor, /^页表 [123]$/m);
  await showTerms(page);
  await rowOf(page, '页表').click();
  await expect(termsOf(page).locator('.limner-terms-why')).toContainText('background');
  await page.screenshot({ path: test.info().outputPath('terms.png') });
  await page.keyboard.press('a');
  await expect(rowOf(page, '页表')).toHaveAttribute('data-status', 'accepted');
  await expectMarked(editor, /^页表 accepted$/m);
  await expect(page.locator('.limner-announcer')).toContainText('页表');
  expect(await decided(lab)).toContain('页表');
  await expect(termsOf(page).getByRole('grid')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(rowOf(page, '页表')).toHaveAttribute('data-status', 'candidate');
  expect(await decided(lab)).not.toContain('页表');

  await caretAfter(editor, '操作系统用页');
  await page.keyboard.press('Control+Alt+n');
  await expect(rowOf(page, '页表')).toHaveAttribute('data-status', 'rejected');
  await expect.poll(async () => (await marksOf(editor)).join()).not.toContain('页表');
  await termsOf(page).getByRole('button', { name: 'Undo' }).click();
  await expectMarked(editor, /^页表 [123]$/m);
  expect(await decided(lab)).not.toContain('页表');

  await command(page, 'limner:toggle-highlight');
  await expect(editor.locator('.limner-term')).toHaveCount(0);
  await command(page, 'limner:toggle-highlight');
  await expectMarked(editor, /^页表 [123]$/m);
});

test('the list filters, sorts, says why, and goes to the places', async ({ lab, open }) => {
  await mined(lab);
  await lab.notebook('letter.ipynb', ['x = 1', { markdown: '操作系统的核心是内核。' }]);
  const page = await open('letter.ipynb');
  await cellAt(page, 1).locator('.jp-MarkdownOutput').dblclick();
  await expectMarked(cellAt(page, 1), /^操作系统 /m);
  await caretAfter(cellAt(page, 1), '内核。');
  await page.keyboard.type('czxt');
  await expectOffer(page, '操作系统');
  await page.keyboard.press('Enter');
  await expect(page.locator('.jp-Completer:visible')).toHaveCount(0);
  await expect(cellAt(page, 1).locator('.cm-content')).toHaveText('操作系统的核心是内核。操作系统');
  await showTerms(page);
  const terms = termsOf(page);
  const names = () => terms.locator('.limner-term-text').allTextContents();
  await expect(rowOf(page, '系统调用')).toBeVisible();
  await terms.getByRole('button', { name: 'Count' }).click();
  await expect(terms.getByRole('columnheader', { name: 'Count' })).toHaveAttribute(
    'aria-sort',
    'descending'
  );
  await terms.getByLabel('Filter terms').fill('dzkj');
  await expect.poll(names).toEqual(['地址空间']);
  await rowOf(page, '地址空间').click();
  await expect(terms.locator('.limner-terms-why')).toContainText('background');
  await terms.locator('.limner-place').first().click();
  const opened = page.locator('.jp-FileEditor:visible .cm-content');
  await expect(opened).toBeFocused();
  await expect(opened.locator('.limner-term', { hasText: '地址空间' })).toBeVisible();
  await page.keyboard.press('Control+Alt+f');
  await expect(terms.locator('.limner-terms-why')).toContainText(/\d places in \d files/);
  await terms.getByLabel('Filter terms').fill('');
  await terms.getByLabel('Which terms').selectOption('page');
  await expect(rowOf(page, '地址空间')).toBeVisible();

  const download = page.waitForEvent('download');
  await terms.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: 'TSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.tsv$/);
});

/** The documents, mined. */
async function mined(lab: Lab): Promise<void> {
  await writeDocuments(lab.folder);
  await lab.run('limner', 'terms', 'mine', lab.folder);
}
