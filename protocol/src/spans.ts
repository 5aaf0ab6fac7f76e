/** Marks as nested stretches of a text, whatever a file says about them. */

/** A stretch of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stretch with what lies inside it, in order; strings are the text itself. */
export interface Nested<T extends Span> {
  readonly span: T | null;
  readonly children: (string | Nested<T>)[];
  /** Whether its span began here, and not in a part that another span's end cut off. */
  readonly first: boolean;
}

/** Deeper ones are not drawn: tints over tints say nothing. */
const DEPTH = 6;
/** Most cuts per span: all of a file's marks may overlap, which would take their square. */
const CUTS = 4;

interface Open<T extends Span> {
  node: Nested<T>;
  end: number;
}

interface Part<T extends Span> extends Span {
  span: T;
  first: boolean;
}

/** The text as a tree of spans; overlapping ones are cut where the outer one ends. */
export function nest<T extends Span>(text: string, spans: readonly T[]): Nested<T> {
  const root: Nested<T> = { span: null, children: [], first: true };
  const open: Open<T>[] = [{ node: root, end: text.length }];
  const top = (): Open<T> => open[open.length - 1] as Open<T>;
  let at = 0;
  const write = (end: number): void => {
    if (end > at) {
      top().node.children.push(text.slice(at, end));
      at = end;
    }
  };
  const close = (until: number): void => {
    while (open.length > 1 && top().end <= until) {
      write(top().end);
      open.pop();
    }
  };
  const parts = new Parts(spans.map(span => ({ ...within(text, span), span, first: true })));
  for (let part = parts.next(); part; part = parts.next()) {
    close(part.start);
    if (open.length > DEPTH) {
      continue;
    }
    const end = Math.min(part.end, top().end);
    if (end < part.end) {
      parts.put({ ...part, start: end, first: false });
    }
    write(part.start);
    const node: Nested<T> = { span: part.span, children: [], first: part.first };
    top().node.children.push(node);
    open.push({ node, end });
  }
  close(text.length);
  write(text.length);
  return root;
}

/** The parts still to be placed: the first to begin, of those the longest. */
class Parts<T extends Span> {
  constructor(parts: Part<T>[]) {
    this._sorted = parts.filter(part => part.start < part.end).sort(order);
    this._cuts = CUTS * this._sorted.length;
  }

  next(): Part<T> | undefined {
    const cut = this._cut[0];
    const whole = this._sorted[this._at];
    if (cut && (!whole || order(cut, whole) < 0)) {
      return this._cut.shift();
    }
    this._at += 1;
    return whole;
  }

  put(part: Part<T>): void {
    if (this._cuts > 0) {
      this._cuts -= 1;
      this._cut.push(part);
      this._cut.sort(order);
    }
  }

  private readonly _sorted: Part<T>[];
  private readonly _cut: Part<T>[] = [];
  private _cuts: number;
  private _at = 0;
}

function order(one: Span, other: Span): number {
  return one.start - other.start || other.end - one.end;
}

/** The span inside the text, its ends moved out of surrogate pairs. */
function within(text: string, { start, end }: Span): Span {
  return { start: whole(text, start, -1), end: whole(text, end, 1) };
}

function whole(text: string, offset: number, direction: 1 | -1): number {
  const at = Math.min(Math.max(Math.trunc(offset), 0), text.length);
  const high = /[\uD800-\uDBFF]/.test(text.charAt(at - 1));
  const low = /[\uDC00-\uDFFF]/.test(text.charAt(at));
  return high && low ? at + direction : at;
}
