/** The person's settings, and what of them the server is told. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import type { ISettings } from './tokens';

export const PLUGIN = '@limner/labextension:plugin';

export class Settings implements ISettings {
  readonly changed: Signal<ISettings, void> = new Signal(this);

  constructor(private readonly _loaded: ISettingRegistry.ISettings) {
    _loaded.changed.connect(() => this.changed.emit());
  }

  get composite(): Readonly<Record<string, unknown>> {
    return this._loaded.composite;
  }

  async set(key: string, value: unknown): Promise<void> {
    await this._loaded.set(key, value as never);
  }

  get enabled(): boolean {
    return this.composite['enabled'] !== false;
  }
}

/** The section `limner` of `workspace/configuration`. */
export function configuration(composite: Readonly<Record<string, unknown>>): object {
  const { model, target, baseline, tolerance, debounceMs, highlight, hints, automatic, gutter } =
    composite;
  const { terms, termsTop, termsSegmentation, maskModel, inlineAbove } = composite;
  return {
    model,
    maskModel,
    inlineAbove,
    target,
    baseline,
    tolerance,
    debounceMs,
    highlight,
    hints,
    automatic,
    lenses: gutter,
    terms,
    termsTop,
    termsSegmentation
  };
}
