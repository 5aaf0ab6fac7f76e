/** The server as the other parts see it: looked for, started, started again after a loss, stopped. */

import type { OverlayParams, StatusAnswer } from '@limner/protocol';
import * as vscode from 'vscode';

import { Backoff } from './backoff';
import { Connection } from './connection';
import { find, same, type Found, type Launcher } from './find';
import { launchers, originOf } from './interpreters';
import type { Highlights } from './highlights';
import { Lasting } from './lasting';
import { middleware } from './middleware';
import type { Overlays } from './overlays';

/** `missing`: there is no Limner to start; `failed`: it has ended more than once in a short time. */
export type Link = 'starting' | 'ready' | 'waiting' | 'missing' | 'failed' | 'off';

/** Seconds; a loss that is mended within them is no failure to speak of. */
const QUICK = 1;

export class Server implements vscode.Disposable {
  readonly changed: vscode.Event<void>;
  /** Fires when a connection is new: documents are open there, nothing is pinned by command. */
  readonly opened: vscode.Event<void>;
  /** Fires with the address of a document that the server was just shown. */
  readonly shown: vscode.Event<vscode.Uri>;
  /** Fires when `work` says something else. */
  readonly worked: vscode.Event<void>;
  /** Fires with what the server draws. */
  readonly overlay: vscode.Event<OverlayParams>;
  /** Fires when what a lexicon has may be another. */
  readonly lexicon: vscode.Event<void>;

  constructor(
    readonly log: vscode.LogOutputChannel,
    private readonly _overlays: Overlays,
    private readonly _highlights: Highlights
  ) {
    this.changed = this._changed.event;
    this.opened = this._opened.event;
    this.shown = this._shown.event;
    this.worked = this._worked.event;
    this.overlay = this._overlay.event;
    this.lexicon = this._lexicon.event;
  }

  get link(): Link {
    return this._link;
  }

  /** Why there is no connection, in a sentence; what runs when there is one. */
  get about(): string {
    return this._about;
  }

  /** What lasts, in the server's words; empty when nothing does. */
  get work(): string {
    return this._lasting.words;
  }

  /** Milliseconds from the start of the last process to its first answer. */
  get startedIn(): number {
    return this._startedIn;
  }

  /** What was found last, and is run or was. */
  get launcher(): Launcher | undefined {
    return this._found?.launcher;
  }

  /** Look for Limner and start it; an earlier one is stopped. */
  async start(): Promise<void> {
    const turn = ++this._turn;
    await this._stop();
    this._change('starting', vscode.l10n.t('Looking for Limner …'));
    const found = await find(await launchers());
    if (turn === this._turn) {
      await this._take(found);
    }
  }

  /** Look whether another one is to be started; one that runs goes on unless there is. */
  async look(): Promise<void> {
    const turn = this._turn;
    const found = await find(await launchers());
    const running = this._found && (this._connection || this._link === 'waiting');
    const other =
      'launcher' in found &&
      !(running && this._found && same(found.launcher, this._found.launcher));
    if (turn === this._turn && other) {
      this._turn += 1;
      await this._stop();
      await this._take(found);
    }
  }

  execute<R = void>(command: string, argument: object): Promise<R> {
    return this.request<R>('workspace/executeCommand', { command, arguments: [argument] });
  }

  /** Stop all that runs: probes, and what an indicator tells of. */
  async cancel(): Promise<void> {
    const connection = this._connection;
    const tokens = this._lasting.tokens;
    await this.request('workspace/executeCommand', { command: 'limner.stop' });
    await Promise.all(tokens.map(token => connection?.cancel(token)));
  }

  async request<R>(method: string, params: unknown): Promise<R> {
    if (!this._connection || this._link !== 'ready') {
      throw new Error(vscode.l10n.t('Limner is not connected: try again in a moment.'));
    }
    return this._connection.request<R>(method, params);
  }

  /** The engine's state; null without a connection. */
  status(): Promise<StatusAnswer | null> {
    return this._link === 'ready'
      ? this.request<StatusAnswer>('limner/status', null).catch(() => null)
      : Promise.resolve(null);
  }

  async dispose(): Promise<void> {
    this._turn += 1;
    await this._stop();
  }

  private async _take(found: Awaited<ReturnType<typeof find>>): Promise<void> {
    if ('troubles' in found) {
      found.troubles.forEach(trouble => this.log.warn(trouble));
      this._change('missing', found.troubles.join('\n'));
      return;
    }
    this._backoff.reset();
    await this._run(found);
  }

  private async _run(found: Found): Promise<void> {
    const { launcher, version } = found;
    const about = `${version} · ${[launcher.command, ...launcher.args].join(' ')} (${originOf(launcher)})`;
    this.log.info(about);
    const between = middleware(this._overlays, this._highlights, {
      shown: uri => this._shown.fire(uri),
      lasts: (token, params) => {
        this._lasting.take(token, params);
        this._worked.fire();
      }
    });
    const connection = new Connection(launcher, this.log, between, {
      overlay: params => this._overlay.fire(params),
      highlights: params => {
        if (this._highlights.take(params)) {
          this._lexicon.fire(); // by another client, or an edit of its file
        }
      },
      lexicon: () => this._lexicon.fire()
    });
    this._found = found;
    this._connection = connection;
    this._change('starting', about);
    void connection.ended.then(words => this._lost(connection, found, words));
    const began = Date.now();
    try {
      await connection.start();
    } catch (error) {
      this.log.error(String(error));
      await connection.dispose(); // its end is heard by `_lost`
      return;
    }
    if (connection === this._connection) {
      this._startedIn = Date.now() - began;
      this.log.info(`ready after ${this._startedIn} ms`);
      this._change('ready', about);
      this._opened.fire();
    }
  }

  /** The process is gone without having been told to. */
  private async _lost(connection: Connection, found: Found, words: string): Promise<void> {
    if (connection !== this._connection) {
      return;
    }
    const turn = this._turn;
    this._connection = undefined;
    const wait = this._backoff.ended();
    const { t } = vscode.l10n;
    this.log.warn(`${words}; ${wait === null ? 'given up' : `started again in ${wait} s`}`);
    if (wait === null) {
      this._change('failed', t('Limner ends again and again: {0}', words));
      return;
    }
    const about = t('Limner has ended ({0}); it is started again in {1} s.', words, wait);
    this._change(wait > QUICK ? 'failed' : 'waiting', about);
    await new Promise(next => setTimeout(next, 1000 * wait));
    await connection.dispose();
    if (turn === this._turn) {
      await this._run(found);
    }
  }

  private async _stop(): Promise<void> {
    const connection = this._connection;
    this._connection = undefined;
    this._change('off', '');
    await connection?.dispose();
  }

  private _change(link: Link, about: string): void {
    this._link = link;
    this._about = about;
    if (link !== 'ready') {
      this._lasting = new Lasting();
      this._highlights.clear(); // of a server that is gone
    }
    void vscode.commands.executeCommand('setContext', 'limner.ready', link === 'ready');
    void vscode.commands.executeCommand('setContext', 'limner.missing', link === 'missing');
    this._changed.fire();
  }

  private _connection: Connection | undefined;
  private _found: Found | undefined;
  private _link: Link = 'off';
  private _about = '';
  private _lasting = new Lasting();
  private _turn = 0;
  private _startedIn = 0;
  private readonly _backoff = new Backoff();
  private readonly _changed = new vscode.EventEmitter<void>();
  private readonly _opened = new vscode.EventEmitter<void>();
  private readonly _shown = new vscode.EventEmitter<vscode.Uri>();
  private readonly _worked = new vscode.EventEmitter<void>();
  private readonly _overlay = new vscode.EventEmitter<OverlayParams>();
  private readonly _lexicon = new vscode.EventEmitter<void>();
}
