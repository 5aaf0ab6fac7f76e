/** Labels of a data file: predicted behind the rows, accepted, undone; and words for gaps. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, test } from '../code';
import { editorOf, expectNote, notesOf, readDrawn } from '../drawn';
import { caretAfter, command, paletteRow, ready, view } from '../keys';
import { CLOZE_TASK, labelsIn, reviews, textsIn } from '../reviews';

/** The text as it is saved. */
async function saved(page: Page, path: string): Promise<string> {
  await command(page, 'File: Save');
  await expect(page.locator('.tab.dirty')).toHaveCount(0);
  return readFile(path, 'utf8');
}

/** The line of the caret, counted from 1. */
async function lineOf(page: Page): Promise<number> {
  const said = await page.locator('.statusbar-item#status\\.editor\\.selection').textContent();
  return Number(/Ln (\d+)/.exec(said ?? '')?.[1]);
}

test('rows without a label show what is predicted; labels are accepted, undone, compared', async ({
  code
}) => {
  const data = await reviews(60);
  const path = join(code.folder, 'reviews.tsv');
  await code.write('reviews.tsv', data);
  await code.write('reviews.cloze.toml', CLOZE_TASK);
  const page = await code.load({ file: 'reviews.tsv' });
  await ready(page);
  const editor = editorOf(page, 'reviews.tsv');
  await expectNote(editor, /→ (positive|negative) \d\d%/);

  await command(page, 'Limner: Next Least Certain Row');
  const bar = page.locator('.part.statusbar');
  await expect(bar).toContainText(/Line \d+: \w+ 5\d%/);
  const [, shown, label] = /Line (\d+): (\w+) 5/.exec((await bar.textContent()) ?? '') ?? [];
  await expect.poll(() => lineOf(page)).toBe(Number(shown));
  await page.screenshot({ path: test.info().outputPath('next.png') });
  const row = Number(shown) - 2; // behind the head, from 0
  await page.keyboard.press('Control+Alt+p');
  await expect(bar).toContainText(`Labelled ${label}.`);
  expect(labelsIn(await saved(page, path))[row]).toBe(label);
  await page.keyboard.press('Control+z');
  expect(await saved(page, path)).toBe(data);

  await (await paletteRow(page, 'Limner: Accept All Sure Predictions')).click();
  await expect(page.locator('.quick-input-title')).toContainText('which probability');
  await page.locator('.quick-input-widget input.input').fill('60 %');
  await page.keyboard.press('Enter');
  await expect(bar).toContainText('rows labelled');
  await expect
    .poll(async () => labelsIn(await saved(page, path)).filter(Boolean).length)
    .toBeGreaterThan(30);
  const accepted = await saved(page, path);
  expect(textsIn(accepted)).toEqual(textsIn(data));
  labelsIn(data).forEach((given, at) => given && expect(labelsIn(accepted)[at]).toBe(given));

  const probes = await view(page, 'Probes');
  await expect(probes).toContainText(/reviews\.cloze\.toml.*\d+ labelled · \d+ predicted of 60/);
  await page.screenshot({ path: test.info().outputPath('accepted.png') });
  await command(page, 'Limner: Compare the Patterns');
  await expect.poll(async () => (await readDrawn(editorOf(page, 'patterns'))).text).toContain('满意');
  await page.screenshot({ path: test.info().outputPath('report.png') });

  await editor.click();
  await page.keyboard.press('Control+z');
  expect(await saved(page, path)).toBe(data); // all of it in one step
  expect((await notesOf(editor)).length).toBeGreaterThan(10);
});

test('a word of the list replaces the gap', async ({ code }) => {
  await code.write('gaps.md', '早餐\n');
  const page = await code.load({ file: 'gaps.md' });
  await ready(page);
  const editor = editorOf(page, 'gaps.md');
  await caretAfter(page, '早餐', editor);
  await page.keyboard.insertText('很[MASK');
  await page.keyboard.type(']');
  const first = page.locator('.suggest-widget.visible .monaco-list-row').first();
  await expect(first).toContainText('%');
  await page.screenshot({ path: test.info().outputPath('words.png') });
  await first.click();
  await expect.poll(async () => (await readDrawn(editor)).text).toMatch(/^早餐很[^[\]]+$/m);
});
