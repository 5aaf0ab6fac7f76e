/** Which variables the person means: names, dotted or indexed, and nothing that could run. */

/** What was read, and the first thing that was not understood. */
export interface Names {
  readonly names: readonly string[];
  /** Empty when all of it was understood. */
  readonly rest: string;
}

const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/u;
const LITERAL = /^(?:-?\d+|"(?:[^"\\\n]|\\["\\])*"|'(?:[^'\\\n]|\\['\\])*')/;

const SLICE = /^(?:-?\d+)?\s*:\s*(?:-?\d+)?(?:\s*:\s*(?:-?\d+)?)?/;

const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except ' +
    'finally for from global if import in is lambda nonlocal not or pass raise return try while ' +
    'with yield'
  ).split(' ')
);

/** Names of a selection, separated by commas: `x, y`, `a.b[0]`, `df[["a", "b"]]`. */
export function namesIn(selection: string): Names {
  const names: string[] = [];
  let rest = selection.trim();
  while (rest) {
    const length = nameAt(rest);
    const after = rest.slice(length).trimStart();
    if (!length || (after && !after.startsWith(','))) {
      return { names, rest };
    }
    names.push(rest.slice(0, length));
    rest = after.slice(1).trimStart();
  }
  return { names, rest: '' };
}

/** The name at an offset of a line, with all that it is an attribute or item of. */
export function nameUnder(line: string, offset: number): { name: string; start: number } | null {
  for (let start = 0; start <= offset && start < line.length;) {
    const length = nameAt(line.slice(start));
    if (length && offset <= start + length) {
      return { name: until(line.slice(start, start + length), offset - start), start };
    }
    start += length || step(line, start);
  }
  return null;
}

/** How much to skip where no name begins: a number, keyword or string whole, else a character. */
function step(line: string, start: number): number {
  const rest = line.slice(start);
  return (/^[\p{L}\p{Nd}_][\p{L}\p{Nd}._]*/u.exec(rest) ?? LITERAL.exec(rest) ?? ['x'])[0].length;
}

/** Of `a.b.c` with the caret in `b`: `a.b`; indices count as part of what they index. */
function until(name: string, offset: number): string {
  let end = IDENTIFIER.exec(name)?.[0].length ?? 0;
  while (end < offset) {
    end += partAt(name.slice(end));
  }
  while (name[end] === '[') {
    end += partAt(name.slice(end));
  }
  return name.slice(0, end);
}

/** Length of the name that a text begins with; 0 for none. */
function nameAt(text: string): number {
  const head = IDENTIFIER.exec(text)?.[0] ?? '';
  if (!head || KEYWORDS.has(head)) {
    return 0;
  }
  let length = head.length;
  for (let part = partAt(text.slice(length)); part; part = partAt(text.slice(length))) {
    length += part;
  }
  return length;
}

/** Length of `.name` or `[index]` at the beginning; 0 for none. */
function partAt(text: string): number {
  if (text.startsWith('.')) {
    const name = IDENTIFIER.exec(text.slice(1))?.[0] ?? '';
    return name && !KEYWORDS.has(name) ? 1 + name.length : 0;
  }
  return text.startsWith('[') ? indexAt(text) : 0;
}

/** Length of `[3]`, `["a"]`, `[0, 2:5]` or `[["a", "b"]]`: constants only; 0 for anything else. */
function indexAt(text: string): number {
  return list(
    text,
    rest => SLICE.exec(rest)?.[0].length || constantAt(rest) || list(rest, constantAt)
  );
}

/** Length of a list in brackets whose items `item` measures; 0 when there is none. */
function list(text: string, item: (rest: string) => number): number {
  if (!text.startsWith('[')) {
    return 0;
  }
  for (let at = 1; ; at += 1) {
    at += spaces(text, at);
    const length = item(text.slice(at));
    at += length;
    at += spaces(text, at);
    if (!length || text[at] === ']') {
      return length ? at + 1 : 0;
    }
    if (text[at] !== ',') {
      return 0;
    }
  }
}

function constantAt(text: string): number {
  return LITERAL.exec(text)?.[0].length ?? 0;
}

function spaces(text: string, at: number): number {
  return /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
}
