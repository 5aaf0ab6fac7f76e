/** Variables of the kernel, described beside their names. */

import type { Page } from '@playwright/test';

import { expect, test } from '../lab';
import { caretAfter, cellAt, command, expectNote, idle } from '../drawn';

test('what is in an array, also while the kernel is busy, and a sentence where there is none', async ({
  lab,
  open
}) => {
  test.slow(); // a kernel starts
  await lab.notebook('arrays.ipynb', [
    'import numpy as np\nx = np.linspace(0, 1, 1000).reshape(500, 2)\nlabel = "not an array"',
    'x.mean()',
    'import time\nuntil = time.monotonic() + 60\nwhile time.monotonic() < until:\n    time.sleep(0.05)',
    'missing'
  ]);
  const page = await open('arrays.ipynb');
  await idle(page);
  await run(page, 0);
  await expect(cellAt(page, 0).locator('.jp-InputPrompt').first()).toHaveText('[1]:');

  await describe(page, 1, 'x');
  await expectNote(cellAt(page, 1), '(500, 2)');
  await cellAt(page, 1).locator('.limner-note').click();
  await expect(page.locator('.limner-chart-view svg.marks')).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('describe.png') });
  await expect(cellAt(page, 1).locator('.jp-InputPrompt').first()).toHaveText('[ ]:');

  const said = page.getByRole('alert');
  await describe(page, 3, 'missing');
  await expect(said.filter({ hasText: 'missing' })).toBeVisible();

  await run(page, 2);
  await expect(cellAt(page, 2).locator('.jp-InputPrompt').first()).toHaveText('[*]:');
  await describe(page, 0, 'x');
  await expectNote(cellAt(page, 0), '(500, 2)');
  await expect(cellAt(page, 2).locator('.jp-InputPrompt').first()).toHaveText('[*]:');
  await command(page, 'notebook:interrupt-kernel');
});

async function run(page: Page, index: number): Promise<void> {
  await cellAt(page, index).locator('.jp-InputPrompt').first().click();
  void command(page, 'notebook:run-cell').catch(() => undefined); // ends with its cell
}

async function describe(page: Page, index: number, name: string): Promise<void> {
  await caretAfter(cellAt(page, index), name);
  await command(page, 'limner:describe');
}
