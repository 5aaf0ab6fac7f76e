/**
 * One websocket to the Jupyter server, which relays it to the daemon; a new one when it is lost.
 *
 * The first frame is the relay's own word: `limner/welcome`, or `limner/unavailable` with a sentence.
 */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection
} from 'vscode-jsonrpc/browser';

import type { LinkState } from './tokens';

/** What the relay says of itself and of the daemon. */
export interface Welcome {
  version: string;
  protocol: number;
  /** URI of the Jupyter server's root folder. */
  root: string;
  /** Name of the daemon's socket. */
  daemon: string;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/** Milliseconds between two looks at the clock; a longer gap means that the machine slept. */
const TICK = 10_000;

/** Keeps a connection; tells of each new one, and of its end. */
export class Link {
  readonly stateChanged: ISignal<this, LinkState>;
  readonly opened: ISignal<this, { connection: MessageConnection; welcome: Welcome }>;

  constructor() {
    this.stateChanged = this._stateChanged;
    this.opened = this._opened;
    let last = Date.now();
    this._clock = window.setInterval(() => {
      const slept = Date.now() - last > 3 * TICK;
      last = Date.now();
      if (slept) {
        this.retry();
      }
    }, TICK);
    window.addEventListener('online', this.retry);
  }

  get state(): LinkState {
    return this._state;
  }

  get trouble(): string {
    return this._trouble;
  }

  /** Connect, and keep connected. */
  open(): void {
    window.clearTimeout(this._timer);
    this._drop();
    this._change('connecting', this._trouble);
    const settings = ServerConnection.makeSettings();
    const token = settings.appendToken && settings.token ? `?token=${encodeURIComponent(settings.token)}` : '';
    const socket = new settings.WebSocket(URLExt.join(settings.wsUrl, 'limner', 'ws') + token);
    this._socket = socket;
    socket.onmessage = event => this._first(socket, String(event.data));
    socket.onclose = () => this._lost(socket);
  }

  /** Connect anew, now: what looks open may be dead after a sleep. */
  readonly retry = (): void => {
    this._wait = FIRST_WAIT;
    this.open();
  };

  /** End for good. */
  close(): void {
    window.clearInterval(this._clock);
    window.clearTimeout(this._timer);
    window.removeEventListener('online', this.retry);
    this._drop();
    this._change('closed', '');
  }

  /** The relay's own word, then the stream belongs to the protocol. */
  private _first(socket: WebSocket, data: string): void {
    const said = JSON.parse(data) as { method: string; params: Welcome & { message: string } };
    if (said.method !== 'limner/welcome') {
      this._trouble = said.params.message;
      return; // it closes now
    }
    const connection = createMessageConnection(new Reader(socket), new Writer(socket));
    this._connection = connection;
    this._wait = FIRST_WAIT;
    this._trouble = '';
    this._opened.emit({ connection, welcome: said.params });
  }

  /** The client has initialised the new connection. */
  ready(): void {
    this._change('ready', '');
  }

  private _lost(socket: WebSocket): void {
    if (socket !== this._socket) {
      return;
    }
    const refused = !this._connection && this._trouble !== '';
    this._drop();
    const trouble = this._trouble || 'The connection to Limner was lost; it is being made again.';
    this._change(refused ? 'unavailable' : 'waiting', trouble);
    this._timer = window.setTimeout(() => this.open(), this._wait);
    this._wait = Math.min(2 * this._wait, LONGEST_WAIT);
  }

  private _drop(): void {
    this._connection?.dispose();
    this._connection = null;
    const socket = this._socket;
    this._socket = null;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  private _change(state: LinkState, trouble: string): void {
    if (state === this._state && trouble === this._trouble) {
      return;
    }
    this._state = state;
    this._trouble = trouble;
    this._stateChanged.emit(state);
  }

  private _state: LinkState = 'closed';
  private _trouble = '';
  private _wait = FIRST_WAIT;
  private _timer = 0;
  private _clock: number;
  private _socket: WebSocket | null = null;
  private _connection: MessageConnection | null = null;
  private _stateChanged = new Signal<this, LinkState>(this);
  private _opened = new Signal<this, { connection: MessageConnection; welcome: Welcome }>(this);
}

/** JSON-RPC messages out of a websocket: a frame each. */
class Reader extends AbstractMessageReader {
  constructor(private readonly _socket: WebSocket) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    this._socket.onmessage = event => callback(JSON.parse(String(event.data)) as Message);
    return { dispose: () => undefined };
  }
}

/** JSON-RPC messages into a websocket. */
class Writer extends AbstractMessageWriter {
  constructor(private readonly _socket: WebSocket) {
    super();
  }

  async write(message: Message): Promise<void> {
    this._socket.send(JSON.stringify(message));
  }

  end(): void {
    // the connection's owner closes the socket
  }
}
