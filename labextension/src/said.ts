/** What was done, said quietly: read out, and shown in the status bar for some seconds. */

import { Signal, type ISignal } from '@lumino/signaling';

const SHOWN = 5000;

export class Said {
  readonly changed: ISignal<this, string>;

  constructor() {
    this.changed = this._changed;
  }

  /** The sentence; empty once it has stood long enough. */
  get text(): string {
    return this._text;
  }

  say(text: string): void {
    window.clearTimeout(this._timer);
    this._set(text);
    this._timer = window.setTimeout(() => this._set(''), SHOWN);
  }

  private _set(text: string): void {
    this._text = text;
    this._changed.emit(text);
  }

  private _text = '';
  private _timer = 0;
  private readonly _changed = new Signal<this, string>(this);
}
