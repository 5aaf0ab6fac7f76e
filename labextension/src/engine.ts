/** What the engine holds and does, asked for while somebody looks. */

import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { IClient } from './tokens';

/** A model and where it is. */
export interface ModelStatus {
  readonly name: string;
  readonly state: 'on-disk' | 'loading' | 'on-cpu' | 'on-device';
  readonly bytes: number;
  readonly hits: number;
  readonly labels: readonly string[];
  /** Why it cannot be loaded; empty if nothing is known against it. */
  readonly error: string;
}

export interface EngineStatus {
  readonly device: string;
  readonly pid: number;
  readonly state: 'stopped' | 'starting' | 'ready' | 'restarting';
  readonly queued: number;
  readonly running: number;
  readonly completed: number;
  readonly restarts: number;
  readonly budget_bytes: number;
  readonly resident_bytes: number;
  /** Those that the engine has met. */
  readonly models: readonly ModelStatus[];
}

/** An option of a method, as the server describes it. */
export interface Option {
  readonly name: string;
  readonly help: string;
  /** What is worth offering; empty where anything may be written. */
  readonly values: readonly string[];
}

/** The answer to `limner/status`. */
export interface Status {
  readonly version: string;
  readonly engine: EngineStatus;
  /** Those that a document may choose among. */
  readonly models: readonly ModelStatus[];
  /** By method. */
  readonly options: Readonly<Record<string, readonly Option[]>>;
}

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
  get status(): Status | null {
    return this._status;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** Ask now. */
  async refresh(): Promise<Status | null> {
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
    const status = ready ? await this._client.request<Status>('limner/status', {}) : null;
    if (JSON.stringify(status) !== JSON.stringify(this._status)) {
      this._status = status;
      this._changed.emit();
    }
  }

  private _status: Status | null = null;
  private _stage = '';
  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
}
