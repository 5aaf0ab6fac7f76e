/** Every coloured character is one that the result colours, in its strength. */

import { expect, test } from '../lab';
import {
  NEGATIVE,
  cellAt,
  command,
  expectDrawn,
  expectNote,
  readDrawn,
  stepsOf,
  wordsOf
} from '../drawn';

const TEXTS = {
  Chinese: '位置虽然偏了一点，但是性价比很高，就是房间的隔音太差。',
  English: 'The room was terrible and dirty, but breakfast was good.',
  'emoji 👩‍👩‍👧': '👍🏽房间👩‍👩‍👧很差😡😡，早餐不错👍',
  mixed: '𠮷野家 service 很差 but é cafe\u0301 不错 😀 fine'
};

test('words are coloured as the result says, in Chinese, English, emoji and mixed text', async ({
  lab,
  open
}) => {
  const texts = Object.values(TEXTS);
  await lab.notebook(
    'colours.ipynb',
    texts.map(text => `${NEGATIVE}review = "${text}"`)
  );
  const page = await open('colours.ipynb');
  for (const [index, text] of texts.entries()) {
    const words = await wordsOf(lab, text, '--target', 'negative');
    expect(words.filter(({ step }) => step).length).toBeGreaterThan(1);
    await expectNote(cellAt(page, index), /negative 0\.\d\d · δ/);
    await expectDrawn(cellAt(page, index), text, words);
  }
  await page.screenshot({ path: test.info().outputPath('light.png') });
});

test('both signs differ in colour and in the kind of line, in light, dark and high contrast', async ({
  lab,
  open
}) => {
  await lab.notebook('themes.ipynb', [`${NEGATIVE}review = "房间很差，早餐不错"`]);
  const page = await open('themes.ipynb');
  const cell = cellAt(page, 0);
  await expectNote(cell, 'negative');
  const styles = () =>
    cell.evaluate(node => {
      const of = (kind: string) => {
        const mark = node.querySelector(`[class*="limner-${kind}"]`) as Element;
        const { backgroundColor, borderBottomStyle, borderBottomColor, color } =
          getComputedStyle(mark);
        return { backgroundColor, borderBottomStyle, borderBottomColor, color };
      };
      return { towards: of('t'), away: of('a') };
    });
  for (const theme of ['JupyterLab Light', 'JupyterLab Dark', 'JupyterLab Dark High Contrast']) {
    await command(page, 'apputils:change-theme', { theme });
    await expect(page.locator('body')).toHaveAttribute('data-jp-theme-name', theme);
    await expect(async () => {
      const { towards, away } = await styles();
      expect(towards.backgroundColor).not.toBe(away.backgroundColor);
      expect(towards.borderBottomStyle).toBe('solid');
      expect(away.borderBottomStyle).toBe('dashed');
    }).toPass();
    await page.screenshot({ path: test.info().outputPath(`${theme}.png`) });
  }
  await command(page, 'apputils:change-theme', { theme: 'JupyterLab Light' });
});

test('without a result of its own, no text is coloured', async ({ lab, open }) => {
  await lab.notebook('plain.ipynb', ['x = "房间很差，早餐不错"', `${NEGATIVE}y = "房间很差"`]);
  const page = await open('plain.ipynb');
  await expectNote(cellAt(page, 1), 'negative');
  const { text, steps } = await readDrawn(cellAt(page, 0));
  expect(steps).toEqual(stepsOf(text, '房间很差', []));
});
