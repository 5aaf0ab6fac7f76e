/** The pictures of the documents: `DOCS=1 npx playwright test docs` writes docs/pictures. */

import { join, resolve } from 'node:path';

import type { Page } from '@playwright/test';

import { writeDocuments } from '../../../vscode/ui-tests/documents';
import { CLOZE_TASK, reviews } from '../../../vscode/ui-tests/reviews';
import { expect, test } from '../lab';
import { NEGATIVE, caretAfter, cellAt, command, expectNote, idle } from '../drawn';

const PICTURES = resolve(__dirname, '../../../docs/pictures');
const SIZE = { width: 1200, height: 700 };

test.skip(!process.env['DOCS'], 'writes the pictures of the documents; set DOCS=1');
test.use({ viewport: SIZE, deviceScaleFactor: 1 });

const CELLS = [
  `${NEGATIVE}review = "位置虽然偏了一点，但是性价比很高，就是隔音太差，半夜被吵醒。"`,
  `# limner: attribute model=mini-sentiment\nreply = "早餐很好，服务也周到，下次还会再来。"`,
  `# limner: attribute model=mini-sentiment target=negative baseline=mask\nshort = "包装破了，客服一直不回复"`
];

test('overlay, light and dark; side panel and chart', async ({ lab, open }) => {
  await lab.notebook('reviews.ipynb', CELLS);
  const page = await open('reviews.ipynb');
  await ready(page);
  await cellAt(page, 0).locator('.limner-mark', { hasText: '差' }).first().hover();
  await expect(page.locator('.limner-hover')).toBeVisible();
  await shot(page, 'hover', { height: 520 });
  await page.mouse.move(600, 690);
  await expect(page.locator('.limner-hover')).toHaveCount(0);
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
  await expect(page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false');
  await shot(page, 'dark', { height: 300 });
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
  await caretAfter(cellAt(page, 0), '隔音');
  await command(page, 'limner:show-panel');
  const row = page.locator('#limner-panel .limner-row').first();
  await row.click({ position: { x: 30, y: 8 } }); // its buttons appear at the other end
  await page.mouse.move(600, 690);
  await expect(page.locator('#limner-panel .limner-twin-table')).toBeVisible();
  await shot(page, 'overlay', {});
  await command(page, 'limner:open-chart');
  await expect(page.locator('.limner-chart-view svg.marks')).toBeVisible();
  await page.mouse.move(600, 690);
  await shot(page, 'chart', {});
});

test('outputs of the magics', async ({ lab, open }) => {
  test.slow(); // a kernel starts
  await lab.notebook('magics.ipynb', [
    '%load_ext limner',
    '%attribute --target negative "书的内容不错，就是纸张和印刷质量让人失望。"',
    [
      'import torch',
      'net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(256, 2))',
      'y, x = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")',
      'ring = ((y - 8) ** 2 + (x - 8) ** 2).sub(25).abs().lt(9).float()',
      'net[1].weight.data = torch.stack([-ring.flatten(), ring.flatten() - 0.3]) / 16',
      '%attribute --model net --input ring[None] --labels other,ring --target ring'
    ].join('\n')
  ]);
  const page = await open('magics.ipynb');
  await ready(page, false);
  await idle(page);
  await command(page, 'notebook:run-all-cells');
  await expect(cellAt(page, 1).locator('.limner-card')).toContainText('negative');
  await cellAt(page, 1).locator('.limner-card').scrollIntoViewIfNeeded();
  await shot(page, 'magic', {});
  const map = cellAt(page, 2).locator('.limner-card');
  await expect(map.locator('canvas, svg, img').first()).toBeVisible();
  await map.scrollIntoViewIfNeeded();
  await shot(page, 'heat-map', {});
});

test('independence of variables', async ({ lab, open }) => {
  test.slow(); // a kernel starts
  const make = [
    'import numpy as np, pandas as pd',
    'rng = np.random.default_rng(0)',
    'x = rng.normal(size=1000)',
    'y = x**2 + rng.normal(size=1000)',
    'df = pd.DataFrame({"x": x, "y": y, "z": rng.normal(size=1000)})'
  ];
  await lab.notebook('independence.ipynb', [make.join('\n'), 'x, y', 'df']);
  const page = await open('independence.ipynb');
  await ready(page, false);
  await idle(page);
  await command(page, 'notebook:run-cell');
  await expect(cellAt(page, 0).locator('.jp-InputPrompt').first()).toHaveText('[1]:');
  for (const [index, text] of ['x, y', 'df'].entries()) {
    await caretAfter(cellAt(page, index + 1), text);
    await page.keyboard.press('Shift+Home');
    await command(page, 'limner:check-independence');
    await expectNote(cellAt(page, index + 1), /HSIC|pairs/);
  }
  await cellAt(page, 1).locator('.limner-note').click();
  await expect(page.locator('.limner-chart-view svg.marks')).toBeVisible();
  await page.mouse.move(600, 690);
  await shot(page, 'hsic', {});
});

test('terms of a folder, light and dark', async ({ lab, open }) => {
  await writeDocuments(lab.folder);
  await lab.run('limner', 'terms', 'mine', join(lab.folder, 'notes'));
  const page = await open('notes/进程.md');
  const editor = page.locator('.jp-FileEditor');
  await expect(editor.locator('.limner-term').first()).toBeVisible();
  await command(page, 'application:toggle-left-area');
  await command(page, 'limner:show-terms');
  await widen(page, 250);
  const row = (term: string) =>
    page.locator('.limner-term-row', { has: page.getByText(term, { exact: true }) });
  for (const term of ['地址空间', '调度器', '线程']) {
    await row(term).click();
    await page.keyboard.press('a');
    await expect(row(term)).toHaveAttribute('data-status', 'accepted');
  }
  await row('地址空间').click();
  await expect(page.locator('.limner-terms-why .limner-place').first()).toBeVisible();
  await page.mouse.move(300, 690);
  await shot(page, 'terms', {});
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Dark' });
  await expect(page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false');
  await page.locator('#jupyterlab-splash').waitFor({ state: 'detached' });
  await page.screenshot({ path: test.info().outputPath('terms-dark.png') });
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
});

test('labels of a data file', async ({ lab, open }) => {
  await lab.write('reviews.tsv', await reviews(200));
  await lab.write('reviews.cloze.toml', CLOZE_TASK);
  await lab.write('readme.md', '评论');
  const page = await open('readme.md');
  await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  await command(page, 'docmanager:open', { path: 'reviews.tsv', factory: 'Editor' });
  await command(page, 'application:toggle-left-area');
  const editor = page.locator('.jp-FileEditor:visible');
  await expectNote(editor, /→ \w+ \d\d%/);
  await command(page, 'limner:show-panel');
  await expect(page.locator('#limner-panel .limner-row')).toContainText('184 predicted of 200');
  await command(page, 'limner:next-row');
  await editor.locator('.limner-note').nth(12).click();
  await expect(page.locator('.limner-hover')).toContainText('mini-mlm');
  await shot(page, 'labels', {});
});

/** Give the side panel so many more pixels. */
async function widen(page: Page, more: number): Promise<void> {
  const box = await page.locator('#jp-right-stack').boundingBox();
  const [x, y] = [(box?.x ?? 0) - 2, 300];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - more, y, { steps: 5 });
  await page.mouse.up();
}

/** No file browser, everything drawn. */
async function ready(page: Page, drawn = true): Promise<void> {
  await expect(cellAt(page, 0).locator('.cm-content')).toBeVisible();
  await command(page, 'application:toggle-left-area');
  for (const index of drawn ? CELLS.keys() : []) {
    await expectNote(cellAt(page, index), /0\.\d\d · δ/);
  }
}

async function shot(page: Page, name: string, size: { height?: number }): Promise<void> {
  const path = resolve(PICTURES, `jupyterlab-${name}.png`);
  await page.screenshot({ path, clip: { x: 0, y: 0, ...SIZE, ...size }, animations: 'disabled' });
}
