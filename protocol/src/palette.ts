// Written by `make docs` from limner/render/colors.py; edit there.

/** Red, green and blue, 0 … 255 each. */
export type Rgb = readonly [number, number, number];

/** Orange: the piece raised F. */
export const TOWARDS: Rgb = [230, 120, 20];

/** Blue: the piece lowered F. */
export const AWAY: Rgb = [50, 125, 215];

export const TOWARDS_LINE: Rgb = [198, 93, 0];

/** Underlines, dark enough for white paper and light enough for a black one. */
export const AWAY_LINE: Rgb = [47, 120, 190];

/** Towards, in the palette that front ends offer beside orange and blue. */
export const PURPLE: Rgb = [150, 80, 200];

/** Away, in that palette. */
export const GREEN: Rgb = [50, 150, 75];

export const PURPLE_LINE: Rgb = [150, 84, 196];

/** Underlines of that palette. */
export const GREEN_LINE: Rgb = [40, 135, 70];

/** Least |value| of the strengths 1, 2, 3, 4; below the first nothing is drawn. */
export const EDGES: readonly number[] = [0.05, 0.25, 0.5, 0.75];

/** Opacity of the tint at each strength. */
export const ALPHA: readonly number[] = [0.0, 0.14, 0.26, 0.38, 0.5];
