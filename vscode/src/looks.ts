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
