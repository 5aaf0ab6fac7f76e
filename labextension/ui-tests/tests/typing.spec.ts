/** While a person types: old colours follow the text, and nothing is painted on other words. */

import { expect, test } from '../lab';
import {
  NEGATIVE,
  caretAfter,
  cellAt,
  expectDrawn,
  expectNote,
  pairs,
  record,
  recorded,
  wordsOf,
  type Drawn,
  type Word
} from '../drawn';

const TEXT = '房间很差，早餐不错。';

test('a changed word loses its colour at once, the others keep theirs until the new result', async ({
  lab,
  open
}) => {
  await lab.notebook('change.ipynb', [`${NEGATIVE}review = "${TEXT}"`]);
  const page = await open('change.ipynb');
  const cell = cellAt(page, 0);
  const before = await wordsOf(lab, TEXT, '--target', 'negative');
  await expectDrawn(cell, TEXT, before);
  await caretAfter(cell, '早餐不');
  await record(cell);
  await page.keyboard.insertText('太');
  const after = '房间很差，早餐不太错。';
  await expectDrawn(cell, after, await wordsOf(lab, after, '--target', 'negative'));
  const first = (await recorded(cell)).find(({ text }) => text.includes(after)) as Drawn;
  const kept = before.filter(({ text, step }) => step && text !== '不错');
  expect(marked(first)).toEqual(kept.map(({ text }) => text).join(''));
});

test('while typing fast, only whole words of some result are ever coloured', async ({
  lab,
  open
}) => {
  await lab.notebook('fast.ipynb', [`${NEGATIVE}review = "${TEXT}"`, 'y = 1']);
  const page = await open('fast.ipynb');
  const cell = cellAt(page, 0);
  const before = await wordsOf(lab, TEXT, '--target', 'negative');
  await expectDrawn(cell, TEXT, before);
  await caretAfter(cell, '很差，');
  await record(cell);
  const typed = [...'but服务热情，'];
  const texts = typed.map((_, at) => TEXT.replace('，', `，${typed.slice(0, at + 1).join('')}`));
  for (const letter of typed) {
    await page.keyboard.insertText(letter);
  }
  const results = await Promise.all(texts.map(text => wordsOf(lab, text, '--target', 'negative')));
  const last = texts[texts.length - 1] as string;
  await expectDrawn(cell, last, results[results.length - 1] as Word[]);
  const known = [before, ...results].flat().map(({ text }) => text);
  for (const drawn of await recorded(cell)) {
    for (const stretch of pairs(drawn.text, drawn.steps)) {
      const text = stretch.replace(/ -?\d$/, '');
      expect(isMadeOf(text, known), `“${text}” coloured in “${drawn.text}”`).toBe(true);
    }
  }
});

test('undo and redo bring colours back to the words that have them', async ({ lab, open }) => {
  await lab.notebook('undo.ipynb', [`${NEGATIVE}review = "${TEXT}"`]);
  const page = await open('undo.ipynb');
  const cell = cellAt(page, 0);
  const before = await wordsOf(lab, TEXT, '--target', 'negative');
  await expectDrawn(cell, TEXT, before);
  await caretAfter(cell, '很差');
  await page.keyboard.press('Backspace');
  await page.keyboard.insertText('好');
  const after = '房间很好，早餐不错。';
  const words = await wordsOf(lab, after, '--target', 'negative');
  await expectDrawn(cell, after, words);
  await page.keyboard.press('Control+z');
  await expectDrawn(cell, TEXT, before);
  await page.keyboard.press('Control+Shift+z');
  await expectDrawn(cell, after, words);
});

test('without its comment a probe is gone, and comes back with it', async ({ lab, open }) => {
  await lab.notebook('comment.ipynb', [`${NEGATIVE}review = "${TEXT}"`]);
  const page = await open('comment.ipynb');
  const cell = cellAt(page, 0);
  await expectNote(cell, 'negative');
  await caretAfter(cell, '# limner');
  await page.keyboard.press('Backspace');
  await expect(cell.locator('.limner-note')).toHaveCount(0);
  await expect(cell.locator('.limner-mark')).toHaveCount(0);
  await page.keyboard.type('r');
  await expectNote(cell, 'negative');
});

/** The coloured characters of an editor. */
function marked({ text, steps }: Drawn): string {
  return [...text].filter((_, at) => steps[at]).join('');
}

/** Whether a text is a row of these words. */
function isMadeOf(text: string, words: readonly string[]): boolean {
  return (
    !text || words.some(word => text.startsWith(word) && isMadeOf(text.slice(word.length), words))
  );
}
