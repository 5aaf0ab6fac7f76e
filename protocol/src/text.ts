/** A text with its marks, to be read with the eyes, the pointer or the arrow keys. */

import { element, isPlain, onKeys } from './dom';
import { stepClass } from './marks';
import { nest, type Nested, type Span } from './spans';
import type { Tooltip } from './tooltip';
import type { CardMark, CardText } from './types';

interface Drawn extends Span {
  readonly mark: CardMark | null;
}

/** The paragraph of a text; what marks say goes to the tooltip. */
export function drawText(text: CardText, tooltip: Tooltip): HTMLElement {
  const paragraph = element('div', 'limner-text');
  paragraph.dir = 'auto';
  const spans: Drawn[] = text.marks.map(mark => ({ start: mark.start, end: mark.end, mark }));
  if (text.unread) {
    spans.push({ start: text.unread[0], end: text.unread[1], mark: null });
  }
  const stops = new Map<HTMLElement, string>();
  paragraph.append(...children(nest(text.text, spans), stops));
  if (stops.size) {
    const words = stops.size === 1 ? 'one marked word' : `${stops.size} marked words`;
    paragraph.setAttribute('role', 'group');
    paragraph.setAttribute('aria-label', `${text.label || 'Text'}: ${words}, arrow keys move`);
    listen(paragraph, stops, tooltip);
  }
  const whole = element('div', 'limner-passage');
  if (text.label) {
    whole.append(element('p', 'limner-label', text.label));
  }
  whole.append(paragraph);
  return whole;
}

function children(node: Nested<Drawn>, stops: Map<HTMLElement, string>): (string | HTMLElement)[] {
  return node.children.map(child => {
    if (typeof child === 'string' || !child.span) {
      return typeof child === 'string' ? child : '';
    }
    const { mark } = child.span;
    const made = element('span', mark ? stepClass(mark.step) : 'limner-unread');
    if (mark && child.first) {
      made.tabIndex = stops.size ? -1 : 0;
      stops.set(made, mark.hover);
    }
    if (mark) {
      made.setAttribute('role', 'mark');
      made.dataset.hover = mark.hover;
    } else {
      made.title = 'not read by the model';
    }
    made.append(...children(child, stops));
    return made;
  });
}

function listen(paragraph: HTMLElement, stops: Map<HTMLElement, string>, tooltip: Tooltip): void {
  const marks = [...stops.keys()];
  paragraph.addEventListener('pointerover', event => {
    const mark = markOf(event.target);
    if (mark) {
      tooltip.show(mark, mark.dataset.hover ?? '');
    }
  });
  paragraph.addEventListener('pointerout', () => tooltip.leave());
  paragraph.addEventListener('focusin', event => {
    const mark = markOf(event.target);
    if (mark) {
      marks.forEach(other => (other.tabIndex = other === mark ? 0 : -1));
      tooltip.show(mark, stops.get(mark) ?? '');
    }
  });
  paragraph.addEventListener('focusout', () => tooltip.hide());
  onKeys(paragraph, event => {
    const mark = markOf(event.target);
    if (event.key === 'Escape' && tooltip.shown) {
      tooltip.hide();
      return true;
    }
    const next = target(event, mark ? marks.indexOf(mark) : -1, marks.length);
    marks[next ?? -1]?.focus();
    return next !== null;
  });
}

function markOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('.limner-mark') : null;
}

/** The mark that a key leads to, or null; the ends hold. */
function target(event: KeyboardEvent, at: number, count: number): number | null {
  switch (isPlain(event) ? event.key : '') {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(at + 1, count - 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(at - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
