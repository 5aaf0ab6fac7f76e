/** Results of Limner in a notebook's outputs. */

import { drawCard, installPalette } from '@limner/protocol';
import type { ActivationFunction } from 'vscode-notebook-renderer';

import style from '../../../protocol/style/limner.css';
import { drawChart, onTheme } from './vega';

export const activate: ActivationFunction = () => {
  const drawn = new Map<string, { element: HTMLElement; value: unknown }>();
  const draw = (element: HTMLElement, value: unknown) => {
    const card = drawCard(value, {
      chart: async (spec, host) => {
        await drawChart(spec, host);
      }
    });
    element.replaceChildren(card);
  };
  installPalette();
  const sheet = document.createElement('style');
  sheet.textContent = style;
  document.head.append(sheet);
  onTheme(() => drawn.forEach(({ element, value }) => draw(element, value)));
  return {
    renderOutputItem(item, element) {
      const value: unknown = item.json();
      drawn.set(item.id, { element, value });
      draw(element, value);
    },
    disposeOutputItem(id) {
      if (id === undefined) {
        drawn.clear();
      } else {
        drawn.delete(id);
      }
    }
  };
};
