/** One process of the server and the client that talks to it; a lost one is never started again. */

import { spawn, type ChildProcess } from 'node:child_process';

import { Received, type HighlightsParams, type OverlayParams } from '@limner/protocol';
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  type MessageSignature,
  type Middleware,
  type ProgressToken,
  type StaticFeature
} from 'vscode-languageclient/node';

import { SAFE_FOLDER, type Launcher } from './find';
import { SELECTOR } from './languages';
import { serverSettings } from './settings';

/** Milliseconds that a process may take to end when it was asked to. */
const PATIENCE = 2000;

/** Milliseconds that it may take until it shakes hands; a cold disk and its packages take seconds. */
const SHAKING = 60_000;

/** Who hears what the server says by itself. */
export interface Heard {
  overlay(params: OverlayParams): void;
  highlights(params: HighlightsParams): void;
  /** What a lexicon has may be another now. */
  lexicon(): void;
}

export class Connection {
  /** Resolves with its last words when the process has ended, or could not be started. */
  readonly ended: Promise<string>;

  constructor(
    private readonly _launcher: Launcher,
    private readonly _log: vscode.LogOutputChannel,
    middleware: Middleware,
    heard: Heard
  ) {
    this.ended = new Promise(done => (this._end = done));
    this._client = new QuietClient('limner', 'Limner', () => this._spawn(), {
      documentSelector: SELECTOR,
      outputChannel: _log,
      initializationOptions: serverSettings(),
      middleware,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true })
      },
      initializationFailedHandler: () => false
    });
    this._client.registerFeature(OVERLAYS);
    const received = new Received();
    this._client.onNotification('limner/overlay', (params: OverlayParams) =>
      heard.overlay(received.whole(params))
    );
    this._client.onNotification('limner/highlights', (params: HighlightsParams) =>
      heard.highlights(params)
    );
    this._client.onNotification('limner/lexiconChanged', () => heard.lexicon());
  }

  /** Start the process and shake hands; rejects when there are none to shake, or not in time. */
  async start(): Promise<void> {
    const ended = this.ended.then(words => Promise.reject(new Error(words)));
    const late = setTimeout(() => {
      this._end(vscode.l10n.t('It was started and did not answer for a minute.'));
      this._process?.kill('SIGKILL');
    }, SHAKING);
    await Promise.race([this._client.start(), ended]).finally(() => clearTimeout(late));
  }

  request<R>(method: string, params: unknown): Promise<R> {
    return this._client.sendRequest<R>(method, params);
  }

  /** Ask it to stop what an indicator tells of. */
  cancel(token: ProgressToken): Promise<void> {
    return this._client.sendNotification('window/workDoneProgress/cancel', { token });
  }

  /** End it, politely if it listens: one that has not shaken hands cannot be asked. */
  async dispose(): Promise<void> {
    this._leaving = !this._client.isRunning();
    await this._client.dispose(PATIENCE).catch((error: Error) => this._log.debug(error.message));
    const timer = setTimeout(() => this._process?.kill('SIGKILL'), this._leaving ? 0 : PATIENCE);
    await this.ended;
    clearTimeout(timer);
  }

  private async _spawn(): Promise<ChildProcess> {
    const { command, args } = this._launcher;
    const child = spawn(command, [...args, 'lsp'], { cwd: SAFE_FOLDER, windowsHide: true });
    this._process = child;
    if (this._leaving) {
      child.kill('SIGKILL'); // asked to end before there was anything to end
    }
    let words = '';
    child.stderr.on('data', chunk => (words = `${words}${String(chunk)}`.slice(-1000)));
    child.once('error', error => this._end(error.message));
    child.once('exit', (code, signal) => {
      this._end(words.trim().split('\n').pop() || `${command} lsp: ${signal ?? `exit ${code}`}`);
    });
    return child;
  }

  private _end!: (words: string) => void;
  private _process: ChildProcess | undefined;
  private _leaving = false;
  private readonly _client: LanguageClient;
}

/** Its troubles go to the log; what a person should know, the status bar says. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override async dispose(timeout?: number): Promise<void> {
    this._gone = true;
    await super.dispose(timeout);
  }

  /**
   * What VS Code asks a server that is just gone has no answer, and the next one is asked again; a
   * command that a person gave fails as ever.
   */
  override handleFailedRequest<T>(
    type: MessageSignature,
    token: vscode.CancellationToken | undefined,
    error: unknown,
    standard: T,
    ...how: boolean[]
  ): T {
    const asks = this.isRunning() && !this._gone; // shaken hands with when it was let go of
    return asks || type.method === ExecuteCommandRequest.method
      ? super.handleFailedRequest(type, token, error, standard, ...how)
      : standard;
  }

  /** One that has not shaken hands cannot be asked to stop: its process is ended instead. */
  override async stop(timeout?: number): Promise<void> {
    await super.stop(timeout).catch((error: Error) => this.debug(error.message));
  }

  private _gone = false;
}

/** Says that we draw overlays and terms ourselves; there are no semantic tokens then. */
const OVERLAYS: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      // in a workspace that is not trusted no file is looked into on hovering its name
      limner: {
        overlay: { version: 1, changes: true },
        trusted: vscode.workspace.isTrusted
      }
    };
  },
  initialize: () => undefined,
  getState: () => ({ kind: 'static' }),
  clear: () => undefined
};
