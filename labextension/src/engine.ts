/** What the engine holds and does, asked for while somebody looks. */

import type { StatusAnswer } from '@limner/protocol';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IClient } from './tokens';

const INTERVAL = 2000;

/** Asks every two seconds while `looked` says that somebody looks. */
export class Engine implements IDisposable {
  readonly changed: ISignal<this, void>;

  constructor(
    private readonly _client: IClient,
    looked: () => boolean
  ) {
    this.changed = this._changed;
    this._poll = new Poll({
      name: 'limner:status',
      factory: () => this._fetch(),
      frequency: { interval: INTERVAL, backoff: true, max: 30_000 },
      standby: () => !looked()
    });
    _client.stateChanged.connect(this._look, this);
    _client.busyChanged.connect(this._look, this);
  }

  /** Null before the first answer and while there is no connection. */
  get status(): StatusAnswer | null {
    return this._status;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Ask now. */
  async refresh(): Promise<StatusAnswer | null> {
    await this._fetch();
    return this._status;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  /** Something began or ended: the poll is due, unless nobody looks. */
  private _look(): void {
    const stage = `${this._client.state} ${this._client.busy !== null}`;
    if (stage !== this._stage) {
      this._stage = stage;
      void this._poll.schedule({ interval: 0 });
    }
  }

  private async _fetch(): Promise<void> {
    const ready = this._client.state === 'ready';
    const status = ready ? await this._client.request<StatusAnswer>('limner/status', {}) : null;
    if (JSON.stringify(status) !== JSON.stringify(this._status)) {
      this._status = status;
      this._changed.emit();
    }
  }

  private _status: StatusAnswer | null = null;
  private _stage = '';
  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
}
