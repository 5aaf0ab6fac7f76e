/** What a person sees in cells and files. */

import { expect, test } from '../lab';

const DIRECTIVE = '# limner: attribute model=mini-sentiment target=negative\n';

test('a comment above a string colours its words and shows a note', async ({ lab, open }) => {
  await lab.notebook('first.ipynb', [
    `${DIRECTIVE}review = "房间很差👍，但是早餐不错 but fine"`,
    'x = 1'
  ]);
  const page = await open('first.ipynb');
  const cell = page.locator('.jp-CodeCell').first();
  await expect(cell.locator('.limner-note')).toContainText(/negative 0\.\d\d · δ/);
  await expect(cell.locator('.limner-note')).not.toHaveClass(/limner-note-busy/);
  const bad = cell.locator('.limner-mark', { hasText: '差' });
  await expect(bad).toHaveClass(/limner-t[34]/);
  await page.screenshot({ path: test.info().outputPath('first.png') });
});
