/** A notebook: cells are coloured like files, and saved results are drawn without a kernel. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { FrameLocator } from '@playwright/test';

import { ROOT } from '../../../ui-testing/processes';
import { expect, test } from '../code';
import { NEGATIVE, editorOf, expectDrawn, wordsOf } from '../drawn';
import { hoverOver, ready, webview } from '../keys';

const TEXT = '早餐不错，服务热情。';

interface Notebook {
  cells: { source: string[] }[];
}

/** The tour's cells of attribution and independence, below one whose comment pins a text. */
async function notebook(): Promise<string> {
  const tour = JSON.parse(
    await readFile(join(ROOT, 'examples', 'tour.ipynb'), 'utf8')
  ) as Notebook;
  const saved = ['%attribute "', 'hsic'].map(word => {
    const found = tour.cells.find(({ source }) => source.join('').includes(word));
    expect(found, word).toBeDefined();
    return found;
  });
  const pinned = {
    cell_type: 'code',
    execution_count: null,
    id: 'pinned',
    metadata: {},
    outputs: [],
    source: `${NEGATIVE}review = "${TEXT}"`
  };
  return JSON.stringify({ ...tour, cells: [pinned, ...saved] });
}

test('cells are coloured, and saved results drawn in the palette and theme that are set', async ({
  code
}) => {
  await code.write('warm.py', 'x = 1\n');
  await code.write('saved.ipynb', await notebook());
  const page = await code.open('warm.py');
  await ready(page); // by then files of notebooks are known as such
  await code.show('saved.ipynb');
  const cell = editorOf(page, 'saved.ipynb');
  await expectDrawn(cell, [TEXT, await wordsOf(code, TEXT, '--target', 'negative')]);
  await expect(await hoverOver(page, '早餐', cell)).toContainText('negative');
  const cards = webview(page).locator('.limner-card');
  const [words, pairs] = [/negative 0\.\d\d · δ/, /HSIC/].map(hasText => cards.filter({ hasText }));
  await words.locator('summary', { hasText: 'Chart' }).click();
  await expect(words.locator('.limner-chart svg')).toBeVisible();
  const blue = await colour(webview(page), '.limner-a3, .limner-a4');
  const ink = await colour(webview(page), '.limner-title', 'color');
  await code.settings({
    'limner.palette': 'purple-green',
    'workbench.colorTheme': 'Default Dark Modern'
  });
  await expect
    .poll(() => colour(webview(page), '.limner-a3, .limner-a4'))
    .not.toBe(blue);
  await expect.poll(() => colour(webview(page), '.limner-title', 'color')).not.toBe(ink);
  await expect(words.locator('.limner-chart svg')).toBeVisible(); // what was open stays open
  await expect(pairs.locator('.limner-chart svg')).toHaveCount(2);
});

function colour(frame: FrameLocator, selector: string, name = 'background-color'): Promise<string> {
  return frame
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), name);
}
