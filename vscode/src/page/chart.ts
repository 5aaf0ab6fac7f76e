/** The page of a chart: drawn anew for each message, each theme and each width. */

import type { Sheet } from '../chart';
import { drawChart, onTheme } from './vega';

interface Message {
  readonly sheet: Sheet;
  readonly gone: string;
  readonly words: string;
}

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  setState(state: Sheet): void;
};

const host = part('.host');
const editor = acquireVsCodeApi();
let shown: Sheet | null = null;
let end = (): void => undefined;
let drawing = Promise.resolve();
let width = 0;

function part(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) {
    throw new Error(`the page has no ${selector}`);
  }
  return found;
}

/** One drawing after the other. */
function draw(): void {
  drawing = drawing.then(async () => {
    end();
    end = () => undefined;
    if (!shown) {
      return;
    }
    width = host.clientWidth;
    try {
      end = await drawChart(shown.panel.spec, host);
    } catch {
      host.replaceChildren(); // the words say the same
    }
  });
}

window.addEventListener('message', ({ data }: MessageEvent<Message>) => {
  const { sheet, gone, words } = data;
  const same = JSON.stringify(shown?.panel.spec) === JSON.stringify(sheet.panel.spec);
  shown = sheet;
  editor.setState(sheet);
  part('.title').textContent = sheet.panel.title;
  part('.gone').textContent = gone;
  part('summary').textContent = words;
  part('pre').textContent = sheet.panel.text;
  host.setAttribute('aria-label', sheet.panel.title);
  if (!same) {
    draw();
  }
});

onTheme(draw);
new ResizeObserver(() => {
  if (Math.abs(host.clientWidth - width) > 4) {
    draw();
  }
}).observe(host);
editor.postMessage('ready');
