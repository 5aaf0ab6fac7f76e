/** The language server and the connection to it: found, started, started again, stopped. */

import type { OverlayParams, StatusAnswer } from '@limner/protocol';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  type StaticFeature
} from 'vscode-languageclient/node';

import { Backoff } from './backoff';
import { candidates, find, type Found } from './find';
import { middleware, SELECTOR } from './middleware';
import { activeInterpreter } from './python';
import { interpreterSetting, serverSettings } from './settings';
import type { Overlays } from './overlays';

/** `missing`: there is no Limner to start; `failed`: it ends again and again. */
export type Link = 'starting' | 'ready' | 'waiting' | 'missing' | 'failed' | 'off';

export class Server implements vscode.Disposable {
  readonly changed: vscode.Event<void>;
  /** Fires when a connection is new: documents are open there, nothing is pinned by command. */
  readonly opened: vscode.Event<void>;
  /** Fires with what the server draws. */
  readonly overlay: vscode.Event<OverlayParams>;

  constructor(
    readonly log: vscode.LogOutputChannel,
    private readonly _overlays: Overlays
  ) {
    this.changed = this._changed.event;
    this.opened = this._opened.event;
    this.overlay = this._overlay.event;
  }

  get link(): Link {
    return this._link;
  }

  /** Why there is no connection, in a sentence; what runs when there is one. */
  get about(): string {
    return this._about;
  }

  /** Milliseconds from the start of the last process to its first answer. */
  get startedIn(): number {
    return this._startedIn;
  }

  /** Look for Limner and start it; an earlier one is stopped. */
  async start(): Promise<void> {
    const turn = ++this._turn;
    await this._stop();
    this._change('starting', vscode.l10n.t('Looking for Limner …'));
    const found = await find(candidates(interpreterSetting(), await activeInterpreter()));
    if (turn !== this._turn) {
      return;
    }
    if ('troubles' in found) {
      found.troubles.forEach(trouble => this.log.warn(trouble));
      this._change('missing', found.troubles.join('\n'));
      return;
    }
    this._backoff.reset();
    await this._run(found);
  }

  async execute(command: string, argument: object): Promise<void> {
    await this.request('workspace/executeCommand', { command, arguments: [argument] });
  }

  async request<R>(method: string, params: unknown): Promise<R> {
    if (!this._client || this._link !== 'ready') {
      throw new Error(vscode.l10n.t('Limner is not connected: try again in a moment.'));
    }
    return this._client.sendRequest<R>(method, params);
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

  private async _run({ launcher, version }: Found): Promise<void> {
    const command = launcher.command;
    this.log.info(`${version}: ${[command, ...launcher.args].join(' ')} lsp (${launcher.origin})`);
    const run = { command, args: [...launcher.args, 'lsp'] };
    const client = new LanguageClient('limner', 'Limner', run, {
      documentSelector: SELECTOR,
      outputChannel: this.log,
      initializationOptions: serverSettings(),
      middleware: middleware(this._overlays),
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this._ended()
      },
      initializationFailedHandler: error => {
        this.log.error(String(error));
        return false;
      }
    });
    client.registerFeature(OVERLAYS);
    client.onNotification('limner/overlay', (params: OverlayParams) => this._overlay.fire(params));
    client.onDidChangeState(({ newState }) => void this._state(client, newState, version));
    this._client = client;
    this._began = Date.now();
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
    }
  }

  private async _state(client: LanguageClient, state: State, version: string): Promise<void> {
    if (state === State.Starting) {
      this._began = Date.now();
    }
    if (state === State.Running) {
      this._startedIn = Date.now() - this._began;
      this.log.info(`ready after ${this._startedIn} ms`);
      this._change('ready', version);
      await client.start(); // now the documents are open there
      this._opened.fire();
    }
  }

  private async _ended(): Promise<{ action: CloseAction; handled: true }> {
    const turn = this._turn;
    const wait = this._backoff.ended();
    if (wait === null) {
      this._change('failed', vscode.l10n.t('Limner ends again and again: its log says why.'));
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.log.warn(`the server has ended; it is started again in ${wait} s`);
    this._change('waiting', vscode.l10n.t('Limner has ended; it is started again in {0} s.', wait));
    await new Promise(next => setTimeout(next, 1000 * wait));
    const action = turn === this._turn ? CloseAction.Restart : CloseAction.DoNotRestart;
    return { action, handled: true };
  }

  private async _stop(): Promise<void> {
    const client = this._client;
    this._client = undefined;
    this._change('off', '');
    // a process that is gone already cannot be asked to stop
    await client?.dispose(2000).catch((error: Error) => this.log.debug(error.message));
  }

  private _change(link: Link, about: string): void {
    this._link = link;
    this._about = about;
    void vscode.commands.executeCommand('setContext', 'limner.ready', link === 'ready');
    void vscode.commands.executeCommand('setContext', 'limner.missing', link === 'missing');
    this._changed.fire();
  }

  private _client: LanguageClient | undefined;
  private _link: Link = 'off';
  private _about = '';
  private _turn = 0;
  private _began = 0;
  private _startedIn = 0;
  private readonly _backoff = new Backoff();
  private readonly _changed = new vscode.EventEmitter<void>();
  private readonly _opened = new vscode.EventEmitter<void>();
  private readonly _overlay = new vscode.EventEmitter<OverlayParams>();
}

/** Says that we draw overlays ourselves; there are no semantic tokens then. */
const OVERLAYS: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      limner: { overlay: { version: 1 } }
    };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined
};
