/** The terms that are marked in an editor of VS Code: boxes whose lower border is the line. */

import { expect, type Locator } from '@playwright/test';

/** The text of a line that is underlined in one go, and how. */
export interface Marked {
  readonly text: string;
  readonly style: 'dotted' | 'solid';
  readonly width: number;
}

/** In the order of the text. */
export function readMarked(editor: Locator): Promise<Marked[]> {
  return editor.evaluate(read);
}

/** Wait until a term is marked in this way, and give it. */
export async function expectMarked(
  editor: Locator,
  text: string,
  style: Marked['style'] | null = 'dotted'
): Promise<void> {
  await expect
    .poll(async () => (await readMarked(editor)).find(mark => mark.text === text)?.style ?? null)
    .toBe(style);
}

/** Runs in the browser: it knows nothing of this file. */
function read(editor: Element): Marked[] {
  const found: Marked[] = [];
  const boxes = [...editor.querySelectorAll('.view-overlays .cdr')]
    .filter(box => /TextEditorDecorationType/.test(box.className))
    .map(box => ({ at: box.getBoundingClientRect(), look: getComputedStyle(box) }))
    .filter(({ look }) => /dotted|solid/.test(look.borderBottomStyle));
  const lines = [...editor.querySelectorAll<HTMLElement>('.view-lines > .view-line')];
  lines.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top));
  for (const line of lines) {
    const texts = new Map<(typeof boxes)[number], string>();
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const { segment, index } of new Intl.Segmenter().segment(node.nodeValue ?? '')) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + segment.length);
        const { left, width, top, height } = range.getBoundingClientRect();
        const [x, y] = [left + width / 2, top + height / 2];
        const box = boxes.find(
          ({ at }) => at.left <= x && x <= at.right && at.top <= y && y <= at.bottom
        );
        if (box) {
          texts.set(box, (texts.get(box) ?? '') + segment.replace(/\u00a0/g, ' '));
        }
      }
    }
    texts.forEach((text, { look }) => {
      const style = look.borderBottomStyle as Marked['style'];
      found.push({ text, style, width: parseFloat(look.borderBottomWidth) });
    });
  }
  return found;
}
