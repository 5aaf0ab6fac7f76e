/** Elements, made without ever parsing HTML. */

/** An element with classes and children; strings become text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

/** An SVG element with attributes. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number>
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, String(value));
  }
  return made;
}

/** What is closed until asked for: a summary above anything. */
export function details(summary: string, open: boolean, content: Node): HTMLDetailsElement {
  const made = element('details', 'limner-details', element('summary', '', summary), content);
  made.open = open;
  return made;
}

let last = 0;

/** An id that no other element of this page has. */
export function freshId(kind: string): string {
  last += 1;
  return `limner-${kind}-${last}`;
}

/**
 * Handle keys while the focus is inside, before any shortcut of the host: hosts listen on the
 * document. What `handle` answers true to goes no further.
 */
export function onKeys(inside: Element, handle: (event: KeyboardEvent) => boolean): void {
  const listen = (event: KeyboardEvent): void => {
    if (!inside.contains(document.activeElement)) {
      window.removeEventListener('keydown', listen, true);
    } else if (handle(event)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
  inside.addEventListener('focusin', () => window.addEventListener('keydown', listen, true));
  inside.addEventListener('focusout', () => window.removeEventListener('keydown', listen, true));
}

/** Pressed without Ctrl, Alt or another modifier. */
export function isPlain(event: KeyboardEvent): boolean {
  return !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
}
