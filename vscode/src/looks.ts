/** How a strength and a sign look: the generated palette as VS Code's decorations. */

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
} from '@limner/protocol';

export type Palette = 'blue-orange' | 'purple-green' | 'underline';

/** The part of a decoration that depends on a mark's step. */
export interface Look {
  readonly backgroundColor?: string;
  readonly border?: string;
  readonly textDecoration: string;
  readonly borderRadius?: string;
  readonly opacity?: string;
}

/** The look of a term: a line below the text, which a mark's underline and tint leave free. */
export interface TermLook {
  readonly borderStyle: string;
  readonly borderWidth: string;
  readonly light: { readonly borderColor: string };
  readonly dark: { readonly borderColor: string };
}

/** How terms look: candidates by their strength, accepted ones all alike. */
export const TERM_LOOKS: readonly { accepted: boolean; strength: number }[] = [
  ...[1, 2, 3].map(strength => ({ accepted: false, strength })),
  { accepted: true, strength: 1 }
];

/** −4 … 4 without 0: what is drawn. */
export const STEPS: readonly number[] = [-4, -3, -2, -1, 1, 2, 3, 4];

/** Thickness of the underline at each strength where no tint tells it, in pixels. */
const THICKNESS = [0, 1, 2, 3, 4];

/**
 * The look of a step; `contrast`: of a high-contrast theme, which has borders rather than tints.
 * The sign is told by the underline's style too: solid is towards, dashed is away.
 */
export function lookOf(step: number, palette: Palette, contrast: boolean, stale: boolean): Look {
  const strength = Math.abs(step);
  const { tint, line } = colours(step > 0, palette);
  const style = step > 0 ? 'solid' : 'dashed';
  const tinted = !contrast && palette !== 'underline';
  const width = tinted ? 2 : THICKNESS[strength];
  const colour = stale && !tinted ? `rgb(${line.join(' ')} / 0.5)` : `rgb(${line.join(' ')})`;
  const textDecoration = `underline ${style} ${colour} ${width}px`;
  if (contrast) {
    return { border: `1px ${strength > 2 ? 'solid' : 'dashed'} ${colour}`, textDecoration };
  }
  if (!tinted) {
    return { textDecoration };
  }
  const alpha = (ALPHA[strength] ?? 0) * (stale ? 0.5 : 1);
  const backgroundColor = `rgba(${tint.join(', ')}, ${alpha})`;
  return { backgroundColor, textDecoration, borderRadius: '2px' };
}

function colours(towards: boolean, palette: Palette): { tint: Rgb; line: Rgb } {
  if (palette === 'purple-green') {
    return towards ? { tint: PURPLE, line: PURPLE_LINE } : { tint: GREEN, line: GREEN_LINE };
  }
  return towards ? { tint: TOWARDS, line: TOWARDS_LINE } : { tint: AWAY, line: AWAY_LINE };
}

/** Which of `TERM_LOOKS` it is; whatever is told, it is one of them. */
export function termKey(accepted: boolean, strength: number): string {
  return accepted ? 'accepted' : `candidate ${Math.min(3, Math.max(1, Math.round(strength) || 1))}`;
}

/**
 * Dotted for candidates, the stronger the thicker and fuller; solid for what a person accepted. A
 * box's lower border is drawn apart from the text: thousands cost a line of text nothing.
 */
export function termLook(
  accepted: boolean,
  strength: number,
  palette: Palette,
  contrast: boolean
): TermLook {
  const [width, alpha] = accepted ? ACCEPTED : (CANDIDATES[strength] ?? ACCEPTED);
  const [light, dark] = contrast ? CONTRAST : TERM_LINES[palette];
  const colour = (line: Rgb) => `rgb(${line.join(' ')} / ${contrast ? 1 : alpha})`;
  return {
    borderStyle: `none none ${accepted ? 'solid' : 'dotted'} none`,
    borderWidth: `${contrast && accepted ? 2 : width}px`,
    light: { borderColor: colour(light) },
    dark: { borderColor: colour(dark) }
  };
}

/** Pixels and opacity of the line. */
const ACCEPTED = [1, 1] as const;
/** The same at each strength. */
const CANDIDATES: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0.9],
  [2, 0.7],
  [3, 0.9]
];

/** On light and on dark paper; neither is a colour of the same palette's marks. */
const TERM_LINES: Readonly<Record<Palette, readonly [Rgb, Rgb]>> = {
  'blue-orange': [
    [0, 118, 110],
    [70, 190, 175]
  ],
  'purple-green': [
    [146, 96, 0],
    [220, 170, 70]
  ],
  underline: [
    [90, 90, 90],
    [170, 170, 170]
  ]
};

/** In high contrast the text's own. */
const CONTRAST: readonly [Rgb, Rgb] = [
  [0, 0, 0],
  [255, 255, 255]
];
