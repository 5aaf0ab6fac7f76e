/** The pictures of the documents: `DOCS=1 npx playwright test docs` writes docs/pictures. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { ROOT } from '../../../ui-testing/processes';
import { expect, test, type Code } from '../code';
import { writeDocuments } from '../documents';
import { NEGATIVE, editorOf, expectNote } from '../drawn';
import { caretAfter, command, hoverOver, ready, view, webview } from '../keys';
import { expectMarked } from '../marked';
import { CLOZE_TASK, reviews } from '../reviews';

const SIZE = { width: 1200, height: 700 };

test.skip(!process.env['DOCS'], 'writes the pictures of the documents; set DOCS=1');

const FILE = [
  `${NEGATIVE}review = "位置虽然偏了一点，但是性价比很高，就是隔音太差，半夜被吵醒。"`,
  `# limner: attribute model=mini-sentiment\nreply = "早餐很好，服务也周到，下次还会再来。"`,
  `# limner: attribute model=mini-sentiment target=negative baseline=mask\nshort = "包装破了，客服一直不回复"`
].join('\n\n');

test('colours, light and dark; hover, view and chart; completion', async ({ code }) => {
  await code.write('reviews.py', `${FILE}\n`);
  await paint(code, 'Default Light Modern');
  const page = await code.load({ file: 'reviews.py' });
  await page.setViewportSize(SIZE);
  const editor = editorOf(page);
  await expectNote(editor, /negative 0\.\d\d · δ[^]*positive 0\.\d\d · δ[^]*negative 0\.\d\d · δ/);
  await ready(page);
  await command(page, 'View: Toggle Primary Side Bar Visibility');
  await hoverOver(page, '差');
  await shot(page, 'hover', 480);
  await page.mouse.move(600, 660);
  await caretAfter(page, '隔音');
  await paint(code, 'Default Dark Modern');
  await expect(page.locator('.monaco-workbench')).toHaveClass(/vs-dark/);
  await shot(page, 'dark', 300);
  await paint(code, 'Default Light Modern');
  await expect(page.locator('.monaco-workbench')).not.toHaveClass(/vs-dark/);
  await view(page, 'Probes');
  await expect(await view(page, 'Engine')).toContainText('mini-sentiment');
  await caretAfter(page, '隔音');
  await shot(page, 'view');
  await command(page, 'View: Toggle Primary Side Bar Visibility');
  await caretAfter(page, '隔音');
  await command(page, 'Limner: Open Chart');
  await expect(webview(page).locator('.host svg')).toBeVisible();
  await page.mouse.move(600, 690);
  await shot(page, 'chart');
  await command(page, 'View: Close All Editors');
  await code.write('new.py', '\nreview = "隔音太差，半夜被吵醒。"\n');
  await code.show('new.py');
  await page.keyboard.type('# limner: attribute ');
  await page.keyboard.press('Control+Space');
  await expect(page.locator('.suggest-widget.visible')).toContainText('model=');
  await shot(page, 'completion', 300);
  await page.keyboard.press('Escape');
});

test('cells and results of the tour', async ({ code }) => {
  const tour = JSON.parse(
    await readFile(join(ROOT, 'examples', 'tour.ipynb'), 'utf8')
  ) as { cells: { source: string[] }[] };
  const cells = ['# limner:', '%attribute "', '%hsic'].flatMap(word =>
    tour.cells.filter(({ source }) => source.join('').includes(word)).slice(0, 1)
  );
  await code.write('tour.ipynb', JSON.stringify({ ...tour, cells }));
  await code.write('warm.py', 'x = 1\n');
  await paint(code, 'Default Light Modern');
  const page = await code.load({ file: 'warm.py' });
  await page.setViewportSize({ width: 1200, height: 1000 });
  await ready(page); // by then files of notebooks are known as such
  await command(page, 'View: Toggle Primary Side Bar Visibility');
  await code.show('tour.ipynb');
  await expectNote(editorOf(page, 'tour.ipynb'), /δ/);
  await expect(webview(page).locator('.limner-chart svg')).toHaveCount(2);
  await page.mouse.move(600, 990);
  const path = join(ROOT, 'docs', 'pictures', 'vscode-notebook.png');
  await page.screenshot({ path, animations: 'disabled' });
});

test('a page with marked terms, and the view of the lexicon', async ({ code }) => {
  await writeDocuments(code.folder);
  await paint(code, 'Default Light Modern');
  const page = await code.load({ file: 'notes/内存.md' });
  await page.setViewportSize(SIZE);
  await ready(page);
  await command(page, 'Limner: Mine Terms of This Folder');
  const editor = editorOf(page, '内存.md');
  await expectMarked(editor, '页表');
  await caretAfter(page, '操作系统用页', editor);
  await command(page, 'Limner: Accept Term');
  await expectMarked(editor, '页表', 'solid');
  await command(page, 'Notifications: Clear All Notifications');
  await view(page, 'Terms');
  for (const name of ['Probes', 'Engine']) {
    await (await view(page, name)).locator('.pane-header').click();
  }
  await caretAfter(page, '内核把页', editor);
  const hover = await hoverOver(page, '缺页中断', editor);
  await expect(hover).toContainText('Contrast');
  await shot(page, 'terms');
  const out = process.env['LOOKS']; // a folder for all themes, to be looked at
  for (const theme of out ? ['Light Modern', 'Dark Modern', 'High Contrast', 'High Contrast Light'] : []) {
    await page.mouse.move(600, 660);
    await paint(code, `Default ${theme}`);
    await page.waitForTimeout(3000);
    await page.screenshot({ path: join(out ?? '', `${theme}.png`), animations: 'disabled' });
  }
});

test('labels of a data file', async ({ code }) => {
  const [head, ...rows] = (await reviews(60)).split('\n');
  const data = [head, ...rows.slice(8, 12), ...rows.filter(row => row.startsWith('\t'))];
  await code.write('reviews.tsv', `${data.join('\n')}\n`);
  await code.write('reviews.cloze.toml', CLOZE_TASK);
  await paint(code, 'Default Light Modern');
  const page = await code.load({ file: 'reviews.tsv' });
  await page.setViewportSize(SIZE);
  await ready(page);
  const editor = editorOf(page, 'reviews.tsv');
  await expectNote(editor, /→ \w+ \d\d%/);
  await expect(editor.locator('.codelens-decoration').first()).toContainText('44 predicted of 48');
  const probes = await view(page, 'Probes');
  await expect(probes).toContainText('reviews.cloze.toml');
  await (await view(page, 'Terms')).locator('.pane-header').click();
  await caretAfter(page, '房间设施不错', editor);
  await command(page, 'Show or Focus Hover');
  await expect(page.locator('.monaco-hover:not(.hidden)', { hasText: 'mini-mlm' })).toBeVisible();
  await shot(page, 'labels');
});

/** A theme, and nothing that VS Code itself would lay behind the text at the caret. */
function paint(code: Code, theme: string): Promise<void> {
  const settings = { 'workbench.colorTheme': theme, 'editor.occurrencesHighlight': 'off' };
  return code.write('.vscode/settings.json', JSON.stringify(settings));
}

/** Of the window's upper part. */
async function shot(page: Page, name: string, height = SIZE.height): Promise<void> {
  const path = join(ROOT, 'docs', 'pictures', `vscode-${name}.png`);
  await page.screenshot({ path, clip: { x: 0, y: 0, ...SIZE, height }, animations: 'disabled' });
}
