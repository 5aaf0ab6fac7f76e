/** Other language servers and other code in JupyterLab are not disturbed. */

import { expect, test } from '../lab';
import { NEGATIVE, cellAt, expectDrawn, wordsOf } from '../drawn';

const BAD = '房间很差，早餐不错。';

test('pylsp serves Python beside us, and both draw in one cell', async ({ lab, open }) => {
  test.slow(); // pylsp starts
  await lab.notebook('beside.ipynb', [`${NEGATIVE}bad = "${BAD}"`, 'import os\nos.path.join']);
  const page = await open('beside.ipynb');
  await expectDrawn(cellAt(page, 0), BAD, await wordsOf(lab, BAD, '--target', 'negative'));
  const status = async () => {
    const reply = await fetch(`${lab.url}lsp/status?token=${lab.token}`);
    const { sessions } = (await reply.json()) as {
      sessions: Record<string, { status: string; spec: { languages: string[] } }>;
    };
    return sessions;
  };
  await expect.poll(async () => (await status())['pylsp']?.status).toBe('started');
  const others = Object.entries(await status()).filter(([name]) => /limner/.test(name));
  expect(others.filter(([, { spec }]) => spec.languages.includes('python'))).toEqual([]);
  const theirs = cellAt(page, 1).locator('.cm-line', { hasText: 'os.path' }).getByText('join');
  await page.keyboard.down('Control');
  let tries = 0;
  await expect(async () => {
    await page.mouse.move(5, 5);
    const x = 3 + 7 * (tries++ % 4); // another letter: that pylsp had no answer yet is remembered
    await theirs.hover({ position: { x, y: 6 } });
    await expect(page.locator('.lsp-tooltip')).toContainText('join', { timeout: 3000 });
  }).toPass();
  await page.keyboard.up('Control');
  await expect(cellAt(page, 0).locator('.limner-mark').first()).toBeVisible();
  await page.screenshot({ path: test.info().outputPath('beside.png') });
});
