/** Are the arrays of a kernel independent? Asked in a cell, answered after their names. */

import type { Page } from '@playwright/test';

import { expect, test } from '../lab';
import { caretAfter, cellAt, command, expectNote, idle } from '../drawn';

const MAKE =
  'import numpy as np, pandas as pd\n' +
  'random = np.random.default_rng(0)\n' +
  'x = random.normal(size=1000)\ny = x ** 2 + random.normal(size=1000)\n' +
  'gaps = np.where(np.arange(1000) < 7, np.nan, y)\n' +
  'df = pd.DataFrame({"a": x, "b": y, "c": random.normal(size=1000)})';

test('a pair, a table, one name with a second one chosen, gaps, and stale until run again', async ({
  lab,
  open
}) => {
  test.slow(); // a kernel starts
  await lab.notebook('hsic.ipynb', [MAKE, 'x, y', 'df', 'x', 'x, gaps', 'y = x']);
  const page = await open('hsic.ipynb');
  await run(page, 0);
  await expect(cellAt(page, 0).locator('.jp-InputPrompt').first()).toHaveText('[1]:', {
    timeout: 30_000
  });

  await select(page, 1, 'x, y');
  await page.keyboard.press('Control+Alt+h');
  await expectNote(cellAt(page, 1), /HSIC 0\.\d+ · p < 0\.001 \(1000 permutations\) · n = 1000/);
  await cellAt(page, 1).locator('.limner-note').click();
  await expect(page.locator('.limner-chart-view svg.marks')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('pair.png') });

  await select(page, 2, 'df');
  await command(page, 'limner:check-independence');
  await expectNote(cellAt(page, 2), /1 of 3 pairs/);

  await caretAfter(cellAt(page, 3), 'x');
  void command(page, 'limner:check-independence').catch(() => undefined); // ends with the dialog
  const dialog = page.locator('.jp-Dialog');
  await expect(dialog.locator('option')).toContainText(['y', 'gaps', 'df["a"]']);
  await dialog.locator('select').selectOption('y');
  await dialog.locator('.jp-mod-accept').click();
  await expectNote(cellAt(page, 3), /n = 1000/);

  await select(page, 4, 'x, gaps');
  await command(page, 'limner:check-independence');
  await expect(page.getByRole('alert').filter({ hasText: '7 of 1,000 rows' })).toBeVisible();
  await page.getByRole('button', { name: 'Drop them and run again' }).first().click();
  await expectNote(cellAt(page, 4), /n = 993/);

  await run(page, 5);
  await expect(cellAt(page, 1).locator('.limner-note-stale')).toContainText('have changed');
  await expect(cellAt(page, 2).locator('.limner-note-stale')).toHaveCount(0); // df is as it was
  await page.screenshot({ path: test.info().outputPath('stale.png') });
  await caretAfter(cellAt(page, 1), 'x');
  await page.keyboard.press('Control+Alt+r');
  await expect(page.locator('.limner-note-stale')).toHaveCount(0);
  await expectNote(cellAt(page, 4), /n = 993/);
});

test('the pairs of a table are a table that sorts by a key, in the dark too', async ({
  lab,
  open
}) => {
  test.slow(); // a kernel starts
  await lab.notebook('table.ipynb', [MAKE, 'df[["a", "b", "c"]]']);
  const page = await open('table.ipynb');
  await run(page, 0);
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
  await expect(cellAt(page, 0).locator('.jp-InputPrompt').first()).toHaveText('[1]:', {
    timeout: 30_000
  });
  await select(page, 1, 'df[["a", "b", "c"]]');
  await command(page, 'limner:check-independence');
  await expectNote(cellAt(page, 1), /1 of 3 pairs/);
  await cellAt(page, 1).locator('.limner-note').click();
  await expect(page.locator('.limner-chart-view svg.marks')).toBeVisible();
  await command(page, 'limner:show-panel');
  const head = page.locator('.limner-table-view th', { hasText: 'HSIC' }).first();
  await head.locator('button').focus();
  await page.keyboard.press('Enter');
  await expect(head).toHaveAttribute('aria-sort', 'descending');
  await page.screenshot({ path: test.info().outputPath('dark.png') });
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
});

async function run(page: Page, index: number): Promise<void> {
  await idle(page);
  await cellAt(page, index).locator('.jp-InputPrompt').first().click();
  await command(page, 'notebook:run-cell');
}

async function select(page: Page, index: number, text: string): Promise<void> {
  await caretAfter(cellAt(page, index), text);
  for (let at = 0; at < text.length; at += 1) {
    await page.keyboard.press('Shift+ArrowLeft');
  }
}
