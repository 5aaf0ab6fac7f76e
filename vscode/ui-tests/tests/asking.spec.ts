/** Ways to ask, to read the answer, and to change it. */

import { expect, test } from '../code';
import { NEGATIVE, editorOf, expectDrawn, expectNote, notesOf, wordsOf } from '../drawn';
import { caretAfter, command, hoverOver, status, view, webview } from '../keys';

const TEXT = '房间很差，早餐不错。';

test('a command attributes the text at the caret, the view lists it, a key lets it go', async ({
  code
}) => {
  await code.write('ask.py', `review = "${TEXT}"\n`);
  const page = await code.open('ask.py');
  await expect(status(page)).toHaveText('Limner', { timeout: 30_000 });
  await caretAfter(page, '早餐');
  await command(page, 'Limner: Attribute');
  const editor = editorOf(page);
  await expectDrawn(editor, [TEXT, await wordsOf(code, TEXT)]);
  const probes = await view(page, 'Probes');
  await expect(probes.locator('.monaco-list-row', { hasText: TEXT })).toContainText(/0\.\d\d · δ/);
  const engine = await view(page, 'Engine');
  await expect(engine).toContainText('mini-sentiment');
  await page.screenshot({ path: test.info().outputPath('view.png') });
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
  await page.screenshot({ path: test.info().outputPath('hover.png') });
  await hover.getByText('Open chart').click();
  const chart = webview(page);
  await expect(chart.locator('.host svg')).toBeVisible({ timeout: 30_000 });
  await expect(chart.locator('pre')).toContainText('差');
  await page.screenshot({ path: test.info().outputPath('chart.png') });
});
