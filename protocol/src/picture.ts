/** A heat map, over a picture where there is one; cells that lower the score are hatched. */

import { element, freshId, isPlain, onKeys, svg } from './dom';
import { stepOf } from './marks';
import type { Tooltip } from './tooltip';
import type { CardPicture } from './types';

/** Width or height, the longer one, in CSS pixels. */
const SIDE = 384;

/** The picture; the pointer or the arrow keys go over its cells. */
export function drawPicture(picture: CardPicture, tooltip: Tooltip): SVGSVGElement {
  const { rows, columns } = picture;
  const side = SIDE / Math.max(rows, columns);
  const hatch = freshId('hatch');
  const drawn = svg('svg', {
    class: `limner-picture${picture.under ? ' limner-over' : ''}`,
    viewBox: `0 0 ${columns} ${rows}`,
    width: columns * side,
    height: rows * side,
    role: 'img',
    tabindex: 0,
    'aria-label': picture.title
  });
  drawn.append(pattern(hatch, side));
  if (picture.under) {
    const place = { width: columns, height: rows, preserveAspectRatio: 'none' };
    drawn.append(svg('image', { href: picture.under, ...place }));
  }
  const cells = cellsOf(picture);
  for (const [step, shape] of cells) {
    drawn.append(svg('path', { d: shape, class: cellClass(step) }));
  }
  const away = [...cells].filter(([step]) => step < 0).map(([, shape]) => shape);
  if (away.length) {
    drawn.append(svg('path', { d: away.join(''), fill: `url(#${hatch})` }));
  }
  walk(drawn, picture, tooltip);
  return drawn;
}

/** A path for each step that occurs: tens of thousands of cells are a few elements. */
function cellsOf({ values, columns }: CardPicture): Map<number, string> {
  const squares = new Map<number, string[]>();
  values.forEach((value, index) => {
    const step = stepOf(value);
    if (step) {
      const square = `M${index % columns} ${Math.floor(index / columns)}h1v1h-1z`;
      const found = squares.get(step);
      if (found) {
        found.push(square);
      } else {
        squares.set(step, [square]);
      }
    }
  });
  return new Map([...squares].map(([step, shapes]) => [step, shapes.join('')]));
}

function cellClass(step: number): string {
  return `limner-cell limner-${step > 0 ? 't' : 'a'}${Math.abs(step)}`;
}

function placeOf(index: number, columns: number): Record<string, number> {
  return { x: index % columns, y: Math.floor(index / columns), width: 1, height: 1 };
}

/** Diagonals, four pixels apart whatever the size of a cell. */
function pattern(id: string, side: number): SVGElement {
  const step = 4 / side;
  const units = { width: step, height: step, patternUnits: 'userSpaceOnUse' };
  const made = svg('pattern', { id, ...units });
  const line = { d: `M0 ${step}L${step} 0`, class: 'limner-hatch', 'stroke-width': 1 / side };
  made.append(svg('path', line));
  return made;
}

/** A frame around one cell, moved by pointer and keys; the tooltip says the cell. */
function walk(drawn: SVGSVGElement, picture: CardPicture, tooltip: Tooltip): void {
  const { rows, columns } = picture;
  const frame = svg('rect', { ...placeOf(0, columns), class: 'limner-frame' });
  let at = 0;
  const go = (index: number): void => {
    at = index;
    for (const [name, value] of Object.entries(placeOf(index, columns))) {
      frame.setAttribute(name, String(value));
    }
    if (!frame.isConnected) {
      drawn.append(frame);
    }
    tooltip.show(frame, said(picture, index));
    drawn.setAttribute('aria-description', said(picture, index));
  };
  const stop = (): void => {
    frame.remove();
    tooltip.hide();
  };
  drawn.addEventListener('pointermove', event => {
    const box = drawn.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    if (column >= 0 && column < columns && row >= 0 && row < rows) {
      go(row * columns + column);
    }
  });
  drawn.addEventListener('pointerleave', stop);
  drawn.addEventListener('focus', () => go(at));
  drawn.addEventListener('blur', stop);
  onKeys(drawn, event => {
    if (event.key === 'Escape' && tooltip.shown) {
      tooltip.hide();
      return true;
    }
    const next = isPlain(event) ? moved(event.key, at, rows, columns) : null;
    if (next !== null) {
      go(next);
    }
    return next !== null;
  });
}

function moved(key: string, at: number, rows: number, columns: number): number | null {
  const [row, column] = [Math.floor(at / columns), at % columns];
  switch (key) {
    case 'ArrowRight':
      return column + 1 < columns ? at + 1 : at;
    case 'ArrowLeft':
      return column ? at - 1 : at;
    case 'ArrowDown':
      return row + 1 < rows ? at + columns : at;
    case 'ArrowUp':
      return row ? at - columns : at;
    default:
      return null;
  }
}

function said(picture: CardPicture, index: number): string {
  const row = Math.floor(index / picture.columns);
  const value = (picture.values[index] ?? 0).toFixed(2).replace('-', '−');
  return picture.hovers?.[index] ?? `[${row}, ${index % picture.columns}] ${value}`;
}

/** The same in words, as lines of a terminal. */
export function twin(text: string): HTMLPreElement {
  const made = element('pre', 'limner-twin', text);
  made.tabIndex = 0;
  return made;
}
