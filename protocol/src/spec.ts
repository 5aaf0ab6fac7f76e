/** Vega-Lite out of files: a spec that loads nothing, links nowhere and stays inside its chart. */

import { isRecord } from './read';

/** A JSON object. */
export type Spec = Record<string, unknown>;

/** What fetches, or makes data without end: a chart with it is not drawn at all. */
const FETCHING = ['url', 'sequence', 'graticule', 'baseURL', 'loader'];
/** Keys of Vega's own specs, and of expressions: colours made by them could name an address. */
const VEGA = ['marks', 'signals', 'scales', 'axes', 'expr', 'signal'];
const REFUSED = new Set([...FETCHING, ...VEGA]);
/** What reaches beyond the chart or overrides how it is embedded; the chart is drawn without. */
const STRIPPED = new Set(['href', 'usermeta', 'bind', 'element', 'patch', 'on', 'clear', 'cursor']);
/** Data: its keys are names of columns. */
const DATA = new Set(['values', 'datasets']);
/** A string that CSS would fetch where a colour is meant, also with its letters escaped. */
const ADDRESS = /url\s*\(|\\[^]*\(/i;
const LITE = /\/vega-lite\/v\d+(\.\d+)*\.json$/;
const SIZES = new Set(['width', 'height', 'step', 'maxbins', 'steps']);

const DEPTH = 24;
const ENTRIES = 200_000;
const LENGTH = 20_000;
const SIZE = 10_000;

class Refused extends Error {}

/** A copy without what a chart out of a file must not do; null when nothing is left to draw. */
export function safeSpec(value: unknown): Spec | null {
  if (!isRecord(value) || !Object.keys(value).length) {
    return null;
  }
  try {
    return new Copy().record(value, 0, false);
  } catch (reason) {
    if (reason instanceof Refused) {
      return null;
    }
    throw reason;
  }
}

class Copy {
  record(value: Record<string, unknown>, depth: number, data: boolean): Spec {
    const copied: Spec = {};
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__' || (!data && this._stripped(key, item))) {
        continue;
      }
      copied[key] = this._value(item, depth + 1, data || DATA.has(key));
    }
    return copied;
  }

  private _value(value: unknown, depth: number, data: boolean): unknown {
    this._entries += 1;
    if (this._entries > ENTRIES || depth > DEPTH) {
      throw new Refused();
    }
    if (Array.isArray(value)) {
      return value.map(item => this._value(item, depth + 1, data));
    }
    if (isRecord(value)) {
      return this.record(value, depth, data);
    }
    if (typeof value === 'string' && (value.length > LENGTH || (!data && ADDRESS.test(value)))) {
      throw new Refused();
    }
    const plain = ['string', 'number', 'boolean'].includes(typeof value);
    return plain ? value : null;
  }

  private _stripped(key: string, item: unknown): boolean {
    const huge = SIZES.has(key) && typeof item === 'number' && item > SIZE;
    if (huge || REFUSED.has(key) || reachesOut(key, item)) {
      throw new Refused();
    }
    return STRIPPED.has(key) && item !== 'scales';
  }

  private _entries = 0;
}

/** Another language's schema, the pointer's signal, and columns that are drawn as they are. */
function reachesOut(key: string, item: unknown): boolean {
  switch (key) {
    case '$schema':
      return typeof item !== 'string' || !LITE.test(item);
    case 'name':
      return item === 'cursor';
    case 'scale':
      return item === null;
    case 'range':
      return isRecord(item);
    default:
      return false;
  }
}
