/** Every coloured character is one that the result colours, in its strength. */

import type { Locator } from '@playwright/test';

import { expect, test } from '../code';
import { NEGATIVE, editorOf, expectDrawn, expectNote, notesOf, readDrawn, wordsOf } from '../drawn';

const TEXTS = {
  Chinese: '位置虽然偏了一点，但是性价比很高，就是房间的隔音太差。',
  English: 'The room was terrible and dirty, but breakfast was good.',
  emoji: '👍🏽房间👩‍👩‍👧很差😡😡，早餐不错👍',
  mixed: '𠮷野家 service 很差 but é cafe\u0301 不错 😀 fine'
};
const TARGET = ['--target', 'negative'];
const COMMENT = 'limner: attribute model=mini-sentiment target=negative';

const FILES: Record<string, (text: string) => string> = {
  'review.py': text => `# ${COMMENT}\nreview = "${text}"\n`,
  'letter.md': text => `<!-- ${COMMENT} -->\n${text}\n`,
  'note.txt': text => `# ${COMMENT}\n${text}\n`
};

for (const [name, content] of Object.entries(FILES)) {
  test(`${name}: words are coloured as the result says, in Chinese, English, emoji and mixed text`, async ({
    code
  }) => {
    const texts = Object.values(TEXTS);
    await code.write(name, texts.map(content).join('\n'));
    const page = await code.open(name);
    const editor = editorOf(page);
    const words = await Promise.all(texts.map(text => wordsOf(code, text, ...TARGET)));
    words.forEach(found => expect(found.filter(({ step }) => step).length).toBeGreaterThan(1));
    await expectDrawn(editor, ...texts.map((text, at) => [text, words[at] ?? []] as const));
    const notes = await notesOf(editor);
    expect(notes.filter(note => /negative 0\.\d\d · δ/.test(note))).toHaveLength(texts.length);
  });
}

test('in each theme both signs differ in colour and in the kind of line', async ({ code }) => {
  await code.write('themes.py', `${NEGATIVE}review = "房间很差，早餐不错"\n`);
  const page = await code.open('themes.py');
  const editor = editorOf(page);
  await expectNote(editor, /negative 0/);
  const seen = new Set<string>();
  for (const [theme, tone] of [
    ['Default Dark Modern', 'vs-dark'],
    ['Default High Contrast', 'hc-black'],
    ['Default High Contrast Light', 'hc-light'],
    ['Default Light Modern', 'vs']
  ] as const) {
    await code.settings({ 'workbench.colorTheme': theme });
    await expect(page.locator('.monaco-workbench')).toHaveClass(new RegExp(`(^| )${tone}( |$)`));
    const contrast = tone.startsWith('hc');
    await expect(async () => {
      const looks = await looksOf(editor);
      expect(new Set(looks.lines)).toEqual(new Set(['solid', 'dashed']));
      expect(new Set(looks.colours).size).toBe(2);
      expect(looks.tints.length > 0).toBe(!contrast);
      expect(looks.borders.length > 0).toBe(contrast);
    }).toPass();
    seen.add(await editor.evaluate(element => getComputedStyle(element).backgroundColor));
  }
  expect(seen.size).toBeGreaterThan(2);
});

test('palette, colours and notes are settings that open windows take over', async ({ code }) => {
  await code.write('palette.py', `${NEGATIVE}review = "房间很差，早餐不错"\n`);
  const page = await code.open('palette.py');
  const editor = editorOf(page);
  const tints = async () => (await looksOf(editor)).tints.join(' ');
  await expect.poll(tints).toContain('230, 120, 20');
  await code.settings({ 'limner.palette': 'purple-green', 'limner.hints': false });
  await expect.poll(tints).toContain('150, 80, 200');
  await expect.poll(() => notesOf(editor)).toEqual([]);
  await code.settings({ 'limner.highlight': false });
  await expectNote(editor, /negative 0/);
  await expect.poll(tints).toBe('');
});

test('text without a result is not coloured', async ({ code }) => {
  await code.write('plain.py', `x = "房间很差，早餐不错"\n\n${NEGATIVE}y = "房间很差"\n`);
  const page = await code.open('plain.py');
  const editor = editorOf(page);
  await expectNote(editor, /negative/);
  await expectDrawn(editor, ['"房间很差"', await wordsOf(code, '房间很差', ...TARGET)]);
  const { text, steps } = await readDrawn(editor);
  expect(steps.slice(0, text.indexOf('# limner')).every(step => !step)).toBe(true);
});

/** Underlines of the text, tints and borders behind it. */
function looksOf(editor: Locator) {
  return editor.evaluate(element => {
    const ours = (selector: string) =>
      [...element.querySelectorAll(`${selector} [class*="TextEditorDecorationType"]`)].map(part =>
        getComputedStyle(part)
      );
    const lines = ours('.view-lines').filter(style => style.textDecorationLine === 'underline');
    const boxes = ours('.view-overlays');
    return {
      lines: lines.map(style => style.textDecorationStyle),
      colours: lines.map(style => style.textDecorationColor),
      tints: boxes
        .map(style => style.backgroundColor)
        .filter(colour => colour !== 'rgba(0, 0, 0, 0)'),
      borders: boxes.map(style => style.borderTopStyle).filter(style => style !== 'none')
    };
  });
}
