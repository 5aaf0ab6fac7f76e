/** What VS Code's own means show: completion, lenses, the lightbulb, an untitled text. */

import type { Page } from '@playwright/test';

import { expect, test } from '../code';
import { NEGATIVE, editorOf, expectDrawn, expectNote, notesOf, readDrawn, wordsOf } from '../drawn';
import { act, caretAfter, caretAt, command, ready } from '../keys';

const TEXT = '房间很差，早餐不错。';

test('completion writes a comment, word by word, and the text below is coloured', async ({
  code
}) => {
  await code.write('complete.py', `\nreview = "${TEXT}"\n`);
  const page = await code.open('complete.py');
  await ready(page);
  await caretAt(page, 1, 1);
  await page.keyboard.type('# limner: ');
  await suggested(page, 'attribute');
  await page.keyboard.type(' mod');
  await suggested(page, 'model=');
  await suggested(page, 'mini-sentiment');
  await page.keyboard.type(' ta');
  await suggested(page, 'target=');
  await suggested(page, 'negative');
  const editor = editorOf(page);
  await expect.poll(async () => (await readDrawn(editor)).text).toContain(NEGATIVE.trim());
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT, '--target', 'negative')]);
});

/** Take an offer of the list, which is asked for when it does not come by itself. */
async function suggested(page: Page, label: string): Promise<void> {
  const row = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();
  await expect(async () => {
    if (!(await row.isVisible())) {
      await page.keyboard.press('Control+Space');
    }
    await expect(row).toBeVisible({ timeout: 2000 });
  }).toPass();
  await row.click();
  await expect(row).toBeHidden();
}

test('lenses stand above a pinned text, and “Unpin” takes the comment away', async ({ code }) => {
  await code.write('lens.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.open('lens.py');
  const editor = editorOf(page);
  await expectNote(editor, /negative 0/);
  const lenses = editor.locator('.codelens-decoration');
  await expect(lenses).toContainText('Run again');
  await lenses.getByText('Unpin').click();
  await expect.poll(async () => (await readDrawn(editor)).text).not.toContain('limner');
  await expect.poll(() => notesOf(editor)).toEqual([]);
});

test('the lightbulb attributes the text at the caret, then writes the comment', async ({ code }) => {
  await code.write('bulb.py', `review = "${TEXT}"\n`);
  const page = await code.open('bulb.py');
  const editor = editorOf(page);
  await ready(page);
  await caretAfter(page, '早餐');
  await act(page, 'Limner: attribute this text');
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT)]);
  await act(page, 'Limner: pin (insert comment)');
  await expect.poll(async () => (await readDrawn(editor)).text).toContain('# limner: attribute');
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT)]);
});

test('an untitled text is attributed like any other', async ({ code }) => {
  await code.write('beside.txt', 'beside');
  const page = await code.open('beside.txt');
  await ready(page);
  await command(page, 'File: New Untitled Text File');
  const editor = editorOf(page, 'untitled:');
  await editor.click();
  await page.keyboard.insertText(TEXT);
  await page.keyboard.press('Control+Alt+a');
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT)]);
});

test('keys go from one coloured word to the next', async ({ code }) => {
  await code.write('next.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.open('next.py');
  await expectNote(editorOf(page), /negative 0/);
  await caretAt(page, 1, 1);
  const columns: string[] = [];
  const place = page.locator('.statusbar-item#status\\.editor\\.selection');
  for (const key of ['.', '.', ',']) {
    const before = await place.innerText();
    await page.keyboard.press(`Control+Alt+${key}`);
    await expect(place).not.toHaveText(before);
    columns.push((await place.innerText()).replace(/\D+/g, ' ').trim());
  }
  expect(columns).toEqual(['2 11', '2 13', '2 11']);
});
