/** The settings, and completion inside comments of ours. */

import { expect, test } from '../lab';
import { NEGATIVE, caretAfter, cellAt, expectNote, idle, setting } from '../drawn';

const BAD = '房间很差，早餐不错。';

test.afterEach(async ({ page }) => {
  for (const key of ['enabled', 'palette', 'gutter', 'automatic']) {
    await setting(page, key, null);
  }
});

test('settings switch colours, palette, buttons and all of it off and on', async ({
  lab,
  open
}) => {
  await lab.notebook('settings.ipynb', [
    `${NEGATIVE}bad = "${BAD}"`,
    'good = "早餐很好，服务热情周到"'
  ]);
  const page = await open('settings.ipynb');
  const cell = cellAt(page, 0);
  await expectNote(cell, 'negative');
  const mark = cell.locator('.limner-t4, .limner-t3').first();
  const paint = () =>
    mark.evaluate(node => {
      const { backgroundColor, borderBottomColor } = getComputedStyle(node);
      return { backgroundColor, borderBottomColor };
    });
  const orange = await paint();
  await setting(page, 'palette', 'purple-green');
  await expect.poll(async () => (await paint()).backgroundColor).not.toBe(orange.backgroundColor);
  await setting(page, 'palette', 'underline');
  await expect
    .poll(async () => (await paint()).backgroundColor)
    .toMatch(/rgba\(.*, 0\)|transparent/);
  await page.screenshot({ path: test.info().outputPath('underline.png') });
  await setting(page, 'palette', null);

  await expect(page.locator('.limner-button')).toHaveCount(2);
  await setting(page, 'gutter', 'pinned');
  await expect(page.locator('.limner-button')).toHaveCount(1);
  await setting(page, 'gutter', 'off');
  await expect(page.locator('.limner-button')).toHaveCount(0);
  await setting(page, 'gutter', null);
  await expect(page.locator('.limner-button')).toHaveCount(2);

  await setting(page, 'enabled', false);
  await expect(page.locator('.limner-mark, .limner-note, .limner-button')).toHaveCount(0);
  await expect(page.locator('.limner-status button')).toHaveText('Limner: off');
  await setting(page, 'enabled', null);
  await expectNote(cell, 'negative');
});

test('with “automatic” off a comment waits until it is run', async ({ lab, open }) => {
  await lab.notebook('waiting.ipynb', ['x = 1']);
  await lab.notebook('manual.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  const page = await open('waiting.ipynb');
  await setting(page, 'automatic', false);
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  await open('manual.ipynb');
  const cell = cellAt(page, 0);
  await expect(cell.getByTitle('Limner: let go of this probe')).toBeVisible(); // it is known
  await expect(cell.locator('.limner-mark')).toHaveCount(0);
  await caretAfter(cell, '房间');
  await page.keyboard.press('Control+Shift+c');
  await expect(page.locator('.lm-CommandPalette-input')).toBeFocused();
  await page.keyboard.type('Limner Run Again');
  await page.keyboard.press('Enter');
  await expectNote(cell, 'negative');
});

test('the completer offers methods, models and labels inside a comment', async ({ lab, open }) => {
  await lab.notebook('complete.ipynb', ['# limner: attribute mod\nbad = "房间很差"']);
  const page = await open('complete.ipynb');
  const cell = cellAt(page, 0);
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  // asked while the kernel is starting, JupyterLab's completer shows no list
  await idle(page);
  const complete = async (label: string) => {
    const item = page.locator('.jp-Completer-item', { hasText: label });
    await expect(async () => {
      await page.keyboard.press('Tab');
      await item.click({ timeout: 5000 }); // a list that other news closed is asked for again
    }).toPass();
  };
  await caretAfter(cell, 'attribute mod');
  await complete('model=');
  await expect(cell).toContainText('# limner: attribute model=');
  await complete('mini-sentiment');
  await page.keyboard.type(' target=');
  await complete('negative');
  await expect(cell).toContainText('# limner: attribute model=mini-sentiment target=negative');
  await expectNote(cell, 'negative');
});
