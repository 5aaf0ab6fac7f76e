/** How strongly a value is drawn: the steps and class names of editors and cards alike. */

import { EDGES } from './palette';

/** −4 … 4 for a value in −1 … 1; 0 is not drawn, and neither is what is not a number. */
export function stepOf(value: number): number {
  const strength = EDGES.filter(edge => Math.abs(value) >= edge).length;
  return value < 0 && strength ? -strength : strength;
}

/** The classes of a step, `limner-mark limner-t3`; empty for 0. */
export function stepClass(step: number): string {
  return step ? `limner-mark limner-${step > 0 ? 't' : 'a'}${Math.abs(step)}` : '';
}

/** The classes of a value; empty when it is too weak to be drawn. */
export function markClass(value: number): string {
  return stepClass(stepOf(value));
}
