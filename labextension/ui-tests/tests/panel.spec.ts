/** The side panel and the status bar. */

import { expect, test } from '../lab';

const DIRECTIVE = '# limner: attribute model=mini-sentiment target=negative\n';

test('the panel lists the probes, changes one, and shows the engine', async ({ lab, open }) => {
  await lab.notebook('panel.ipynb', [
    `${DIRECTIVE}review = "房间很差，但是早餐不错"`,
    'x = "fine"'
  ]);
  const page = await open('panel.ipynb');
  await expect(page.locator('.limner-note')).toContainText(/negative 0\.\d\d · δ/);
  const status = page.locator('.limner-status button');
  await expect(status).toHaveText('● Limner');
  await status.click();
  const panel = page.locator('#limner-panel');
  const row = panel.locator('.limner-row');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('房间很差');
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await expect(panel.locator('.limner-twin-table')).toContainText('差');
  await expect(panel.locator('.limner-models')).toContainText('mini-sentiment');
  await page.screenshot({ path: test.info().outputPath('panel.png') });

  await panel.locator('select[name=target]').first().selectOption('positive');
  await expect(page.locator('.limner-note')).toContainText(/positive 0\.\d\d · δ/);
  await expect(page.locator('.cm-content').first()).toContainText('target=positive');

  await row.focus();
  await page.keyboard.press('Delete');
  await expect(row).toHaveCount(0);
  await expect(panel.locator('.limner-empty').first()).toContainText('Put the caret into a string');
  await expect(page.locator('.limner-note')).toHaveCount(0);
});
