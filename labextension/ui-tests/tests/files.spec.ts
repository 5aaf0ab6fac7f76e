/** Text files, scripts, Markdown, and the cells that are not code. */

import { expect, test } from '../lab';
import { caretAfter, cellAt, expectDrawn, expectNote, wordsOf } from '../drawn';

const TEXT = '酒店离车站很近，早餐难吃。';
const COMMENT = 'limner: attribute model=mini-sentiment target=negative';

const FILES = {
  'review.txt': `# ${COMMENT}\n${TEXT}\n`,
  'letter.md': `# 来信\n\n<!-- ${COMMENT} -->\n${TEXT}\n`,
  'script.py': `# ${COMMENT}\nreview = "${TEXT}"\n`
};

for (const [name, content] of Object.entries(FILES)) {
  test(`${name} is coloured and follows edits`, async ({ lab, open }) => {
    await lab.write(name, content);
    const page = await open(name);
    const editor = page.locator('.jp-FileEditor');
    const target = ['--target', 'negative'];
    await expectNote(editor, 'negative');
    await expectDrawn(editor, TEXT, await wordsOf(lab, TEXT, ...target));
    await caretAfter(editor, '早餐');
    await page.keyboard.insertText('不');
    const text = TEXT.replace('早餐', '早餐不');
    await expectDrawn(editor, text, await wordsOf(lab, text, ...target));
  });
}

test('Markdown and raw cells are coloured like files, and a rendered one when it is opened', async ({
  lab,
  open
}) => {
  await lab.notebook('prose.ipynb', [
    { markdown: `<!-- ${COMMENT} -->\n${TEXT}` },
    { raw: `# ${COMMENT}\n${TEXT}` },
    { markdown: TEXT }
  ]);
  const page = await open('prose.ipynb');
  const words = await wordsOf(lab, TEXT, '--target', 'negative');
  await expectDrawn(cellAt(page, 1), TEXT, words);
  await cellAt(page, 0).locator('.jp-MarkdownOutput').dblclick();
  await expectDrawn(cellAt(page, 0), TEXT, words);
  await cellAt(page, 2).locator('.jp-MarkdownOutput').dblclick();
  await caretAfter(cellAt(page, 2), '酒店');
  await page.keyboard.press('Control+Alt+a');
  await expectDrawn(cellAt(page, 2), TEXT, await wordsOf(lab, TEXT));
  await expect(page.locator('.limner-note')).toHaveCount(3);
});
