/** Ways to ask, to read the answer, and to change it. */

import { expect, test } from '../code';
import { NEGATIVE, editorOf, expectDrawn, expectNote, notesOf, wordsOf } from '../drawn';
import { caretAfter, command, hoverOver, pick, ready, status, view, webview } from '../keys';

const TEXT = '房间很差，早餐不错。';

test('a command attributes the text at the caret, the view lists it, a key lets it go', async ({
  code
}) => {
  await code.write('ask.py', `review = "${TEXT}"\n`);
  const page = await code.open('ask.py');
  await ready(page);
  await caretAfter(page, '早餐');
  await command(page, 'Limner: Attribute');
  const editor = editorOf(page);
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT)]);
  const probes = await view(page, 'Probes');
  await expect(probes.locator('.monaco-list-row', { hasText: TEXT })).toContainText(/0\.\d\d · δ/);
  const engine = await view(page, 'Engine');
  await expect(engine).toContainText('mini-sentiment');
  await caretAfter(page, '早餐');
  await page.keyboard.press('Control+Alt+u');
  await expect.poll(() => notesOf(editor)).toEqual([]);
});

test('old colours follow the text while typing, and the new result comes', async ({ code }) => {
  await code.write('typing.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.open('typing.py');
  const editor = editorOf(page);
  const target = ['--target', 'negative'];
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT, ...target)]);
  await caretAfter(page, '早餐不');
  await page.keyboard.insertText('太');
  const after = '房间很差，早餐不太错。';
  await expectDrawn(editor, [after, await wordsOf(code, after, ...target)]);
});

test('a word says its score and share when pointed at, with links that work', async ({ code }) => {
  await code.write('hover.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.open('hover.py');
  const editor = editorOf(page);
  await expectNote(editor, /negative 0/);
  const hover = await hoverOver(page, '很差');
  await expect(hover).toContainText(/很差/);
  await expect(hover).toContainText(/%/);
  await expect(hover.locator('table').first()).toBeVisible();
  await hover.getByText('Open chart').click();
  const chart = webview(page);
  await expect(chart.locator('.host svg')).toBeVisible({ timeout: 30_000 });
  await expect(chart.locator('pre')).toContainText('差'); // the same in words
  const policy = chart.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(policy).toHaveAttribute('content', /^default-src 'none'; script-src 'nonce-[^']+';/);
});

test('links copy the result, and change what is explained', async ({ code }) => {
  await code.write('links.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.open('links.py');
  const editor = editorOf(page);
  await expectNote(editor, /negative 0/);
  await (await hoverOver(page, '很差')).getByText('Copy JSON').click();
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain('"words"');
  const { words } = JSON.parse(await copied()) as { words: { text: string }[] };
  expect(words.map(({ text }) => text).join('')).toBe(TEXT);
  await (await hoverOver(page, '很差')).getByText('Change target').click();
  await pick(page, 'positive');
  await expectNote(editor, /positive 0/);
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT, '--target', 'positive')]);
});

test('the status bar says what is computed and when it is done', async ({ code }) => {
  await code.write('status.py', `review = "${TEXT}"\n`);
  const page = await code.open('status.py');
  await ready(page);
  const seen = await status(page).evaluateHandle(item => {
    const texts: string[] = [];
    const look = () => texts.push((item.textContent ?? '').trim());
    new MutationObserver(look).observe(item, { subtree: true, childList: true });
    return texts;
  });
  await caretAfter(page, '早餐');
  await page.keyboard.press('Control+Alt+a');
  await expectDrawn(editorOf(page), [TEXT, await wordsOf(code, TEXT)]);
  await ready(page);
  expect(await seen.jsonValue()).toContain('Limner: computing (1)');
});

test('names of variables need the Jupyter extension, and it is said what to do without it', async ({
  code
}) => {
  await code.write('names.py', 'pair = x, y\n');
  const page = await code.open('names.py');
  await ready(page);
  await caretAfter(page, 'x');
  await command(page, 'Limner: Check Independence');
  const toast = page.locator('.notification-toast', { hasText: 'through the Jupyter extension' });
  await expect(toast).toContainText('%hsic x y');
  await expect(toast.getByRole('button', { name: 'Show the Jupyter extension' })).toBeVisible();
});
