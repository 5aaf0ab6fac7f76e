/** Results of Limner in a notebook's outputs. */

import { drawCard, installPalette } from '@limner/protocol';
import type { ActivationFunction } from 'vscode-notebook-renderer';

import style from '../../../protocol/style/limner.css';
import { drawChart, onTheme } from './vega';

/** An output that is shown. */
interface Drawn {
  readonly element: HTMLElement;
  readonly value: unknown;
  /** What takes its charts away. */
  views: Set<() => void>;
}

/** Take the charts away; one that is still being drawn goes when it is there. */
function finish(one: Drawn | undefined): void {
  one?.views.forEach(end => end());
  if (one) {
    one.views = new Set();
  }
}

function foldsOf(element: HTMLElement): HTMLDetailsElement[] {
  return [...element.querySelectorAll('details')];
}

export const activate: ActivationFunction = ({ postMessage, onDidReceiveMessage }) => {
  const drawn = new Map<string, Drawn>();
  const draw = (one: Drawn) => {
    finish(one);
    const views = (one.views = new Set()); // of this drawing alone
    const card = drawCard(one.value, {
      chart: async (spec, host) => {
        await new Promise(next => requestAnimationFrame(next)); // by then it has its width
        const end = await drawChart(spec, host);
        if (one.views === views) {
          views.add(end);
        } else {
          end(); // drawn anew or gone meanwhile
        }
      }
    });
    const open = foldsOf(one.element).map(fold => fold.open);
    one.element.replaceChildren(card);
    foldsOf(card).forEach((fold, at) => (fold.open = open[at] ?? fold.open));
  };
  installPalette();
  const sheet = document.createElement('style');
  sheet.textContent = style;
  document.head.append(sheet);
  onTheme(() => drawn.forEach(draw));
  onDidReceiveMessage?.(({ palette }: { palette: string }) => {
    document.body.dataset['limnerPalette'] = palette;
  });
  postMessage?.('ready');
  return {
    renderOutputItem(item, element) {
      const one: Drawn = { element, value: item.json(), views: new Set() };
      finish(drawn.get(item.id));
      drawn.set(item.id, one);
      draw(one);
    },
    disposeOutputItem(id) {
      if (id === undefined) {
        drawn.forEach(finish);
        drawn.clear();
      } else {
        finish(drawn.get(id));
        drawn.delete(id);
      }
    }
  };
};
