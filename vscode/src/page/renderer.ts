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

export const activate: ActivationFunction = () => {
  const drawn = new Map<string, Drawn>();
  const draw = (one: Drawn) => {
    finish(one);
    const views = (one.views = new Set()); // of this drawing alone
    const card = drawCard(one.value, {
      chart: async (spec, host) => {
        const end = await drawChart(spec, host);
        if (one.views === views) {
          views.add(end);
        } else {
          end(); // drawn anew or gone meanwhile
        }
      }
    });
    one.element.replaceChildren(card);
  };
  installPalette();
  const sheet = document.createElement('style');
  sheet.textContent = style;
  document.head.append(sheet);
  onTheme(() => drawn.forEach(draw));
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
