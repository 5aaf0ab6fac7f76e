/** What is drawn in an editor of VS Code, character by character, and what should be. */

import { expect, type Locator, type Page } from '@playwright/test';

import { pairs, stepsOf, type Word } from '../../ui-testing/words';

export { wordsOf, type Word } from '../../ui-testing/words';

/** A comment that pins what stands below it. */
export const NEGATIVE = '# limner: attribute model=mini-sentiment target=negative\n';

/** The text of an editor, and the strength at each UTF-16 unit of it. */
export interface Drawn {
  readonly text: string;
  readonly steps: readonly number[];
}

/** The editor in front, or the one that shows `name`. */
export function editorOf(page: Page, name?: string): Locator {
  return name
    ? page.locator(`.monaco-editor[data-uri*="${encodeURI(name)}"]`).first()
    : page.locator('.editor-group-container.active .monaco-editor[data-uri]').first();
}

export function readDrawn(editor: Locator): Promise<Drawn> {
  return editor.evaluate(read);
}

/**
 * Runs in the browser: it knows nothing of this file. A grapheme has the colour of the box under
 * its middle: VS Code paints backgrounds apart from the text, and joins equal neighbours.
 */
function read(editor: Element): Drawn {
  const ALPHA = [0, 0.14, 0.26, 0.38, 0.5];
  const steps: number[] = [];
  let text = '';
  const boxes = [...editor.querySelectorAll('.view-overlays .cdr')]
    .filter(box => /TextEditorDecorationType/.test(box.className))
    .map(box => ({ at: box.getBoundingClientRect(), step: stepOf(box) }))
    .filter(({ step }) => step);
  const lines = [...editor.querySelectorAll<HTMLElement>('.view-lines > .view-line')];
  lines.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top));
  lines.forEach((line, index) => {
    if (index) {
      text += '\n';
      steps.push(0);
    }
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const value = node.nodeValue ?? '';
      for (const { segment, index: at } of new Intl.Segmenter().segment(value)) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + segment.length);
        const { left, width, top, height } = range.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const box = boxes.find(
          ({ at }) => at.left <= x && x <= at.right && at.top <= y && y <= at.bottom
        );
        text += segment.replace(/\u00a0/g, ' ');
        steps.push(...(Array(segment.length).fill(box?.step ?? 0) as number[]));
      }
    }
  });
  return { text, steps };

  function stepOf(box: Element): number {
    const colour = getComputedStyle(box).backgroundColor;
    const [r = 0, , b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    const strength = ALPHA.findIndex(alpha => Math.abs(alpha - a) < 0.02);
    return strength <= 0 ? 0 : r > b ? strength : -strength;
  }
}

/** Everything that an editor showed from now on, each state once; see `recorded`. */
export async function record(editor: Locator): Promise<void> {
  await editor.evaluate((element, source) => {
    const read = (0, eval)(`(${source})`) as (element: Element) => Drawn;
    const states: Drawn[] = [];
    const look = () => {
      const now = read(element);
      if (JSON.stringify(now) !== JSON.stringify(states[states.length - 1])) {
        states.push(now);
      }
      (element as unknown as { watch: number }).watch = requestAnimationFrame(look);
    };
    look();
    (element as unknown as { states: Drawn[] }).states = states;
  }, read.toString());
}

/** What `record` saw, frame by frame. */
export function recorded(editor: Locator): Promise<Drawn[]> {
  return editor.evaluate(element => {
    const watched = element as unknown as { states: Drawn[]; watch: number };
    cancelAnimationFrame(watched.watch);
    return watched.states;
  });
}

/** Wait until the editor shows these words of these texts and nothing else. */
export async function expectDrawn(
  editor: Locator,
  ...texts: readonly (readonly [string, readonly Word[]])[]
): Promise<void> {
  await expect(async () => {
    const drawn = await readDrawn(editor);
    const wanted = Array<number>(drawn.text.length).fill(0);
    for (const [text, words] of texts) {
      expect(drawn.text).toContain(text);
      stepsOf(drawn.text, text, words).forEach((step, at) => (wanted[at] ||= step));
    }
    for (const { segment, index } of new Intl.Segmenter().segment(drawn.text)) {
      wanted.fill(wanted[index] ?? 0, index, index + segment.length); // as `read` sees it
    }
    expect(pairs(drawn.text, drawn.steps)).toEqual(pairs(drawn.text, wanted));
  }).toPass({ timeout: 60_000 });
}

/** What stands behind the texts: decorations' text is only in style sheets. */
export function notesOf(editor: Locator): Promise<string[]> {
  return editor.evaluate(element => {
    const found: string[] = [];
    for (const part of element.querySelectorAll(
      '.view-lines [class*="TextEditorDecorationType"]'
    )) {
      for (const side of ['::before', '::after']) {
        const { content } = getComputedStyle(part, side);
        if (content.startsWith('"') && content.length > 2) {
          found.push(content.slice(1, -1).replace(/\u00a0/g, ' '));
        }
      }
    }
    return found;
  });
}

/** Wait for a note. */
export async function expectNote(editor: Locator, note: RegExp): Promise<void> {
  await expect
    .poll(async () => (await notesOf(editor)).join('\n'), { timeout: 60_000 })
    .toMatch(note);
}
