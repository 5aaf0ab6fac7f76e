/** A table that sorts by a click or key on its heads. */

import { element } from './dom';
import type { CardTable } from './types';

type Order = 'ascending' | 'descending' | 'none';

/** The table; heads are buttons that go through descending, ascending and the order given. */
export function drawTable(table: CardTable): HTMLTableElement {
  const drawn = element('table', 'limner-table');
  const body = element('tbody');
  const rows = table.rows.map(cells => ({ cells, row: drawRow(cells, table.align) }));
  const heads = table.columns.map((name, column) => {
    const button = element('button', 'limner-sort', name);
    button.type = 'button';
    const head = element('th', alignment(table.align, column), button);
    head.scope = 'col';
    head.setAttribute('aria-sort', 'none');
    button.addEventListener('click', () => {
      const order = following(
        head.getAttribute('aria-sort') as Order,
        isRight(table.align, column)
      );
      heads.forEach(other => other.setAttribute('aria-sort', 'none'));
      head.setAttribute('aria-sort', order);
      body.append(...sorted(rows, column, order).map(({ row }) => row));
    });
    return head;
  });
  body.append(...rows.map(({ row }) => row));
  drawn.append(element('thead', '', element('tr', '', ...heads)), body);
  if (table.caption) {
    drawn.prepend(element('caption', '', table.caption));
  }
  return drawn;
}

/** Numbers begin with the largest, words with A. */
function following(order: Order, numbers: boolean): Order {
  const cycle: Order[] = numbers
    ? ['none', 'descending', 'ascending']
    : ['none', 'ascending', 'descending'];
  return cycle[(cycle.indexOf(order) + 1) % cycle.length] ?? 'none';
}

function sorted<T extends { cells: readonly string[] }>(
  rows: readonly T[],
  column: number,
  order: Order
): readonly T[] {
  if (order === 'none') {
    return rows;
  }
  const sign = order === 'ascending' ? 1 : -1;
  return [...rows].sort((one, other) =>
    compare(one.cells[column] ?? '', other.cells[column] ?? '', sign)
  );
}

/** By number where both begin with one, what is no number last, else as words. */
function compare(one: string, other: string, sign: number): number {
  const [a, b] = [numberOf(one), numberOf(other)];
  if (a !== null && b !== null) {
    return sign * (a - b);
  }
  if (a !== null || b !== null) {
    return a !== null ? -1 : 1;
  }
  return sign * one.localeCompare(other, undefined, { numeric: true });
}

/** The number that a cell begins with: `−1,234.5 %` is −1234.5, `< 0.1 %` is 0.1. */
export function numberOf(cell: string): number | null {
  const plain = cell.replace(/\u2212/g, '-').replace(/,(?=\d{3})/g, '');
  const found = /^\s*[<>≈~]?\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i.exec(plain);
  return found ? Number(found[1]) : null;
}

function drawRow(cells: readonly string[], align: string): HTMLTableRowElement {
  const row = element('tr');
  cells.forEach((cell, column) => {
    const made = element(column ? 'td' : 'th', alignment(align, column), cell);
    if (!column) {
      made.scope = 'row';
    }
    row.append(made);
  });
  return row;
}

function isRight(align: string, column: number): boolean {
  return align.charAt(column) === 'r';
}

function alignment(align: string, column: number): string {
  return isRight(align, column) ? 'limner-right' : '';
}
