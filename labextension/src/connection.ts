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

/** Milliseconds that a living connection takes at most to answer. */
const PATIENCE = 5_000;

/** Keeps a connection; tells of each new one, and of its end. */
export class Link {
  readonly stateChanged: ISignal<this, LinkState>;
  readonly opened: ISignal<this, { connection: MessageConnection; welcome: Welcome }>;

  /** `ping` asks the other side for any sign of life. */
  constructor(private readonly _ping: () => Promise<unknown>) {
    this.stateChanged = this._stateChanged;
    this.opened = this._opened;
    window.addEventListener('online', this._check);
    document.addEventListener('visibilitychange', this._check);
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
    this._refusal = '';
    this._change('connecting', this._trouble);
    const settings = ServerConnection.makeSettings();
    const token =
      settings.appendToken && settings.token ? `?token=${encodeURIComponent(settings.token)}` : '';
    const socket = new settings.WebSocket(URLExt.join(settings.wsUrl, 'limner', 'ws') + token);
    this._socket = socket;
    socket.onmessage = event => this._first(socket, String(event.data));
    socket.onclose = () => this._lost(socket);
  }

  /** Connect anew, now. */
  readonly retry = (): void => {
    this._wait = FIRST_WAIT;
    this.open();
  };

  /** End for good. */
  close(): void {
    window.clearTimeout(this._timer);
    this._drop();
    this._change('closed', '');
  }

  /** The handshake failed: try again later. */
  fail(sentence: string): void {
    this._refusal = sentence;
    if (this._socket) {
      this._lost(this._socket);
    }
  }

  /** What looks open may be dead after a sleep; who comes back should not have to wait. */
  private readonly _check = async (): Promise<void> => {
    if (document.hidden || this._state === 'closed' || this._state === 'connecting') {
      return;
    }
    const socket = this._socket;
    const silence = new Promise(resolve => window.setTimeout(resolve, PATIENCE, 'silence'));
    const answer = this._state === 'ready' ? await Promise.race([this._ping(), silence]) : 'none';
    if (socket === this._socket && (answer === 'silence' || answer === 'none')) {
      this.retry();
    }
  };

  /** The relay's own word, then the stream belongs to the protocol. */
  private _first(socket: WebSocket, data: string): void {
    const said = JSON.parse(data) as { method: string; params: Welcome & { message: string } };
    if (said.method !== 'limner/welcome') {
      this._refusal = said.params.message;
      return; // it closes now
    }
    const connection = createMessageConnection(new Reader(socket), new Writer(socket));
    this._connection = connection;
    this._wait = FIRST_WAIT;
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
    this._drop();
    const lost = 'The connection to Limner was lost; it is being made again.';
    this._change(this._refusal ? 'unavailable' : 'waiting', this._refusal || lost);
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
  /** Why the other side will not have us, in its own words. */
  private _refusal = '';
  private _wait = FIRST_WAIT;
  private _timer = 0;
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
