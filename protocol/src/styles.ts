/** The palettes as CSS variables, which `limner.css` and a notebook's HTML draw with. */

import {
  ALPHA,
  AWAY,
  AWAY_LINE,
  GREEN,
  GREEN_LINE,
  PURPLE,
  PURPLE_LINE,
  TOWARDS,
  TOWARDS_LINE,
  type Rgb
} from './palette';

/** What one sign looks like: tints, and the underline. */
interface Sign {
  readonly tint: Rgb;
  readonly line: Rgb;
}

const ORANGE: Sign = { tint: TOWARDS, line: TOWARDS_LINE };
const BLUE: Sign = { tint: AWAY, line: AWAY_LINE };
const ID = 'limner-palette';

/**
 * Rules for `:root`, and for what carries `data-limner-palette`: `purple-green`, or `underline`,
 * which has no tints.
 */
export function paletteCss(): string {
  const [purple, green] = [
    { tint: PURPLE, line: PURPLE_LINE },
    { tint: GREEN, line: GREEN_LINE }
  ];
  const opacities = steps().map(n => `--limner-opacity-${n}: ${ALPHA[n]}`);
  return [
    rule(':root', [...opacities, ...sign('towards', ORANGE), ...sign('away', BLUE)]),
    rule("[data-limner-palette='purple-green']", [
      ...sign('towards', purple),
      ...sign('away', green)
    ]),
    rule("[data-limner-palette='underline']", [...untinted('towards'), ...untinted('away')])
  ].join('\n');
}

/** Put the palettes into a page, once. */
export function installPalette(page: Document = document): void {
  if (!page.getElementById(ID)) {
    const style = page.createElement('style');
    style.id = ID;
    style.textContent = paletteCss();
    page.head.append(style);
  }
}

function sign(name: string, { tint, line }: Sign): string[] {
  return [
    `--limner-${name}: rgb(${tint.join(' ')})`,
    `--limner-${name}-line: rgb(${line.join(' ')})`,
    ...steps().map(n => `--limner-${name}-${n}: rgb(${tint.join(' ')} / ${ALPHA[n]})`)
  ];
}

function untinted(name: string): string[] {
  return steps().map(n => `--limner-${name}-${n}: transparent`);
}

/** 1 … 4: nothing is drawn at strength 0. */
function steps(): number[] {
  return [...ALPHA.keys()].slice(1);
}

function rule(selector: string, declarations: string[]): string {
  return `${selector} {\n  ${declarations.join(';\n  ')};\n}`;
}
