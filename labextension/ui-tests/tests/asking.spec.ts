/** The ways to ask for an attribution, to read it, and to let go of it. */

import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../lab';
import { caretAfter, cellAt, expectDrawn, expectNote, wordsOf } from '../drawn';

const TEXT = '房间很差，早餐不错，服务也好。';
const NAME = 'Attribute: What Moved the Model?';

test('a key attributes the string at the caret, another lets it go', async ({ lab, open }) => {
  await lab.notebook('key.ipynb', [`review = "${TEXT}"`]);
  const page = await open('key.ipynb');
  const cell = cellAt(page, 0);
  await caretAfter(cell, '很差');
  await page.keyboard.press('Control+Alt+a');
  await expectNote(cell, / 0\.\d\d · δ/);
  await expectDrawn(cell, TEXT, await wordsOf(lab, TEXT));
  await page.keyboard.press('Control+Alt+u');
  await expect(cell.locator('.limner-note, .limner-mark')).toHaveCount(0);
});

test('the button in the gutter, the context menu and the palette attribute too', async ({
  lab,
  open
}) => {
  const cells = ['gutter', 'menu', 'palette'].map(name => `${name} = "${TEXT}"`);
  await lab.notebook('ways.ipynb', cells);
  const page = await open('ways.ipynb');

  const gutter = cellAt(page, 0);
  const button = gutter.getByTitle('Limner: attribute this text');
  await button.click();
  await expectNote(gutter, / 0\.\d\d · δ/);
  await gutter.getByTitle('Limner: let go of this probe').click();
  await expect(gutter.locator('.limner-note, .limner-mark')).toHaveCount(0);

  const menu = cellAt(page, 1);
  await caretAfter(menu, '很差');
  const entry = page.locator('.lm-Menu-item', { hasText: NAME });
  await expect(async () => {
    await menu.locator('.cm-line').first().click({ button: 'right' });
    await expect(entry).toBeVisible({ timeout: 3000 });
  }).toPass();
  await entry.click();
  await expectNote(menu, / 0\.\d\d · δ/);

  const palette = cellAt(page, 2);
  await caretAfter(palette, '很差');
  await page.keyboard.press('Control+Shift+c');
  await expect(page.locator('.lm-CommandPalette-input')).toBeFocused();
  await page.keyboard.type('What Moved the Model');
  const item = page.locator('.lm-CommandPalette-item', { hasText: NAME });
  await expect(item.locator('.lm-CommandPalette-itemCaption')).toContainText('Colour the words');
  await page.keyboard.press('Enter');
  await expectNote(palette, / 0\.\d\d · δ/);
});

test('a click on the note opens the chart with its words, which follows the text', async ({
  lab,
  open
}) => {
  await lab.notebook('chart.ipynb', [`review = "${TEXT}"`]);
  const page = await open('chart.ipynb');
  const cell = cellAt(page, 0);
  await attribute(page, cell);
  await cell.locator('.limner-note').click();
  const chart = page.locator('.limner-chart-view');
  await expect(chart.getByRole('img', { name: /what moved mini-sentiment/ })).toBeVisible();
  await expect(chart.locator('svg.marks')).toContainText('很差');
  await page.screenshot({ path: test.info().outputPath('chart.png') });
  await chart.getByRole('button', { name: 'In words' }).click();
  await expect(chart.locator('.limner-twin')).toContainText('很差');
  await chart.getByRole('button', { name: 'In words' }).click();
  await caretAfter(cell, '很');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText('脏');
  await expect(chart.locator('svg.marks')).toContainText('脏');
});

test('hovering a word shows its score in a table, and so does a key at the caret', async ({
  lab,
  open
}) => {
  await lab.notebook('hover.ipynb', [`review = "${TEXT}"`]);
  const page = await open('hover.ipynb');
  const cell = cellAt(page, 0);
  await attribute(page, cell);
  await cell.locator('.limner-mark', { hasText: '差' }).hover();
  const tooltip = page.locator('.limner-hover');
  await expect(tooltip).toContainText('很差');
  await expect(tooltip.locator('table').first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('hover.png') });
  await page.mouse.move(5, 5);
  await expect(tooltip).toHaveCount(0);

  await caretAfter(cell, 'review');
  await page.keyboard.press('Control+Alt+.');
  await page.keyboard.press('Control+Alt+e');
  await expect(tooltip).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(tooltip).toHaveCount(0);
  await expect(cell.locator('.cm-content')).toBeFocused();
});

test('keys go from coloured word to coloured word, and around', async ({ lab, open }) => {
  await lab.notebook('steps.ipynb', [`review = "${TEXT}"`]);
  const page = await open('steps.ipynb');
  const cell = cellAt(page, 0);
  await attribute(page, cell);
  const words = (await wordsOf(lab, TEXT)).filter(({ step }) => step);
  const column = page.locator('#jp-main-statusbar').getByText(/Ln 1, Col \d+/);
  await caretAfter(cell, 'revi');
  const seen: string[] = [];
  for (const _ of words) {
    await page.keyboard.press('Control+Alt+.');
    seen.push(await column.innerText());
  }
  expect(new Set(seen).size).toBe(words.length);
  await page.keyboard.press('Control+Alt+.');
  await expect(column).toHaveText(seen[0] as string);
  await page.keyboard.press('Control+Alt+,');
  await expect(column).toHaveText(seen[seen.length - 1] as string);
});

async function attribute(page: Page, place: Locator): Promise<void> {
  await caretAfter(place, '很差');
  await page.keyboard.press('Control+Alt+a');
  await expectNote(place, / 0\.\d\d · δ/);
}
