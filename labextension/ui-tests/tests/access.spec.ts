/** For who cannot see colours, or uses no pointer. */

import { expect, test } from '../lab';
import { NEGATIVE, caretAfter, cellAt, command, expectNote } from '../drawn';

const BAD = '房间很差，早餐不错。';

test('notes, panel and chart have names and roles, and what happens is said', async ({
  lab,
  open
}) => {
  await lab.notebook('roles.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  const page = await open('roles.ipynb');
  await expectNote(cellAt(page, 0), 'negative');
  await expect(page.getByRole('note', { name: /^Limner: negative 0\.\d\d/ })).toBeVisible();
  await caretAfter(cellAt(page, 0), '很差');
  await page.keyboard.press('Delete');
  await expect(page.locator('.limner-announcer')).toHaveText(/^negative 0\.\d\d, delta/);
  await command(page, 'limner:show-panel');
  const panel = page.getByRole('region', { name: 'Limner', exact: true });
  await expect(panel.getByRole('listbox', { name: 'Probes' })).toBeVisible();
  await expect(panel.getByRole('listbox').getByRole('option')).toHaveAttribute(
    'aria-selected',
    'true'
  );
  await expect(panel.getByRole('table').first()).toBeVisible();
});

test('everything can be done by keys alone', async ({ lab, open }) => {
  await lab.notebook('keys.ipynb', [`bad = "${BAD}"`]);
  const page = await open('keys.ipynb');
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  await expect(cellAt(page, 0).locator('.cm-content')).toBeVisible();
  await cellAt(page, 0).locator('.jp-InputPrompt').click(); // as the notebook has it after opening
  await page.keyboard.press('Enter');
  await page.keyboard.press('Home');
  for (const _ of 'bad = "房') {
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Control+Alt+a');
  await expectNote(cellAt(page, 0), /δ/);
  await palette('Limner Open Chart');
  const chart = page.locator('.limner-chart-view');
  await expect(chart.locator('svg.marks')).toBeVisible();
  await command(page, 'limner:show-panel'); // as by a key of the person's own
  const row = page.locator('#limner-panel [role=listbox]').getByRole('option');
  await expect(row).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cellAt(page, 0).locator('.cm-content')).toBeFocused();
  await command(page, 'limner:show-panel'); // as by a key of the person's own
  await expect(row).toBeFocused();
  await page.keyboard.press('Delete');
  await expect(page.locator('.limner-note')).toHaveCount(0);

  async function palette(name: string): Promise<void> {
    await page.keyboard.press('Control+Shift+c');
    await expect(page.locator('.lm-CommandPalette-input')).toBeFocused();
    await page.keyboard.type(name);
    await expect(page.locator('.lm-CommandPalette-item.lm-mod-active')).toBeVisible();
    await page.keyboard.press('Enter');
  }
});

test('forced colours leave the lines under the words', async ({ lab, open, page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await lab.notebook('forced.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  await open('forced.ipynb');
  await expectNote(cellAt(page, 0), 'negative');
  const line = (kind: string) =>
    cellAt(page, 0)
      .locator(`[class*="limner-${kind}"].limner-mark`)
      .first()
      .evaluate(node => getComputedStyle(node).borderBottomStyle);
  await expect.poll(() => line('t')).toBe('solid');
  await expect.poll(() => line('a')).toBe('dashed');
  await page.screenshot({ path: test.info().outputPath('forced.png') });
});
