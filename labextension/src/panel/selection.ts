/** Which probe the side panel shows in full. */

import { Signal, type ISignal } from '@lumino/signaling';

import type { IPages } from '../tokens';
import type { Row } from './rows';

export class Selection {
  readonly changed: ISignal<this, void>;

  constructor(private readonly _pages: IPages) {
    this.changed = this._changed;
  }

  /** The chosen probe as it stands now, or null when there is none (any more). */
  get row(): Row | null {
    for (const page of this._pages.all) {
      const probe = page.probes.find(({ said }) => said.id === this._id);
      if (probe) {
        return { page, probe };
      }
    }
    return null;
  }

  choose(id: string): void {
    if (id !== this._id) {
      this._id = id;
      this._changed.emit();
    }
  }

  private _id = '';
  private readonly _changed = new Signal<this, void>(this);
}
