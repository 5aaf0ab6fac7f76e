/** Elements, made without ever parsing HTML. */

type Attributes = Record<string, string | number | boolean | null>;

/** An element with attributes (true: present, false or null: absent); strings become text. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) {
      made.setAttribute(name, value === true ? '' : String(value));
    }
  }
  made.append(...children);
  return made;
}

/** A button that does something. */
export function button(
  label: string,
  action: () => void,
  attributes: Attributes = {}
): HTMLButtonElement {
  const made = h('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', action);
  return made;
}
