/** What Limner's front ends share: the protocol's types, the palette, and drawing. */

export { drawCard, type CardHooks } from './card';
export {
  follow,
  place,
  type DrawnMark,
  type DrawnNote,
  type DrawnProbe,
  type Replacement
} from './drawn';
export { highlightsOf, type Highlight } from './highlights';
export { markClass, stepClass, stepOf } from './marks';
export { nameUnder, namesIn, type Names } from './names';
export * from './palette';
export { readCard, VERSION, type Reading } from './read';
export { Received } from './received';
export { safeSpec, type Spec } from './spec';
export { installPalette, paletteCss } from './styles';
export { drawTable, numberOf } from './table';
export type * from './types';
