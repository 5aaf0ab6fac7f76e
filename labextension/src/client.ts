/** The session with the language server: the handshake, what it asks of us, what it announces. */

import { Signal } from '@lumino/signaling';
import {
  Received,
  type HighlightsParams,
  type LexiconChanged,
  type OverlayParams
} from '@limner/protocol';
import type {
  ApplyWorkspaceEditParams,
  ApplyWorkspaceEditResult,
  ConfigurationParams,
  InitializeResult,
  PublishDiagnosticsParams,
  ShowMessageParams,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport
} from 'vscode-languageserver-protocol';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/browser';

import { Link, type Welcome } from './connection';
import type { Busy, IClient, LinkState, Said } from './tokens';

/** What the client needs of its owner to answer the server. */
export interface Answers {
  /** The section `limner` of the settings. */
  configuration(): unknown;
  applyEdit(params: ApplyWorkspaceEditParams): Promise<ApplyWorkspaceEditResult>;
}

const CAPABILITIES = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    applyEdit: true,
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
    codeLens: { refreshSupport: true }
  },
  textDocument: {
    synchronization: { dynamicRegistration: false },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    publishDiagnostics: { versionSupport: true },
    codeLens: {},
    completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } },
    references: {},
    inlineCompletion: {}
  },
  notebookDocument: { synchronization: {} },
  window: { workDoneProgress: true },
  experimental: { limner: { overlay: { version: 1, changes: true } } }
};

type WorkDone = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** Implements `IClient`; `opened` fires after each handshake, so that documents are sent again. */
export class Client implements IClient {
  readonly stateChanged: Signal<IClient, LinkState> = new Signal(this);
  readonly busyChanged: Signal<IClient, Busy | null> = new Signal(this);
  readonly said: Signal<IClient, Said> = new Signal(this);
  readonly lensesStale: Signal<IClient, void> = new Signal(this);
  readonly opened = new Signal<this, Welcome>(this);
  readonly lexiconChanged: Signal<IClient, LexiconChanged> = new Signal(this);
  readonly overlays = new Signal<this, OverlayParams>(this);
  readonly highlights = new Signal<this, HighlightsParams>(this);
  readonly diagnostics = new Signal<this, PublishDiagnosticsParams>(this);

  constructor(private readonly _answers: Answers) {
    this._link.opened.connect((_, { connection, welcome }) => {
      this._handshake(connection, welcome).catch((error: Error) => this._link.fail(error.message));
    });
    this._link.stateChanged.connect((_, state) => {
      if (state !== 'ready') {
        this._connection = null;
        this._running.clear();
        this._setBusy();
      }
      this.stateChanged.emit(state);
    });
  }

  get state(): LinkState {
    return this._link.state;
  }

  get trouble(): string {
    return this._link.trouble;
  }

  get busy(): Busy | null {
    return this._busy;
  }

  get daemon(): string {
    return this._welcome?.daemon ?? '';
  }

  /** URI of the folder that JupyterLab shows; empty before the first welcome. */
  get root(): string {
    return this._welcome?.root ?? '';
  }

  get capabilities(): Record<string, unknown> {
    return this._capabilities;
  }

  connect(): void {
    this._link.open();
  }

  /** Hang up until `connect`. */
  disconnect(): void {
    this._link.close();
  }

  retry(): void {
    this._link.retry();
  }

  async request<R>(method: string, params: unknown, token?: CancellationToken): Promise<R> {
    if (!this._connection) {
      throw new Error(this.trouble || 'Limner is still connecting: try again in a moment.');
    }
    const connection = this._connection;
    // an undefined token would be sent as a second parameter
    const given = token ? [params, token] : [params];
    return connection.sendRequest<R>(method, ...given).catch((error: Error) => {
      const lost = 'The connection to Limner was lost meanwhile: try again.';
      throw connection === this._connection ? error : new Error(lost);
    });
  }

  execute<R = null>(command: string, argument: object): Promise<R> {
    return this.request<R>('workspace/executeCommand', { command, arguments: [argument] });
  }

  notify(method: string, params: unknown): void {
    // without a connection nobody needs to know; each new one gets everything again
    void this._connection?.sendNotification(method, params);
  }

  cancel(): void {
    for (const token of this._running.keys()) {
      this.notify('window/workDoneProgress/cancel', { token });
    }
  }

  /** The settings changed: the server asks for them. */
  configured(): void {
    this.notify('workspace/didChangeConfiguration', { settings: null });
  }

  private async _handshake(connection: MessageConnection, welcome: Welcome): Promise<void> {
    this._welcome = welcome;
    this._listen(connection);
    connection.listen();
    const result = await connection.sendRequest<InitializeResult>('initialize', {
      processId: null,
      clientInfo: { name: 'JupyterLab' },
      rootUri: welcome.root,
      workspaceFolders: [{ uri: welcome.root, name: 'root' }],
      initializationOptions: this._answers.configuration(),
      capabilities: CAPABILITIES
    });
    this._capabilities = result.capabilities as Record<string, unknown>;
    this._connection = connection;
    void connection.sendNotification('initialized', {});
    this.opened.emit(welcome);
    this._link.ready();
  }

  private _listen(connection: MessageConnection): void {
    const received = new Received();
    connection.onRequest('workspace/configuration', (params: ConfigurationParams) =>
      params.items.map(() => this._answers.configuration())
    );
    connection.onRequest('workspace/applyEdit', (params: ApplyWorkspaceEditParams) =>
      this._answers.applyEdit(params)
    );
    connection.onRequest('workspace/codeLens/refresh', () => {
      this.lensesStale.emit();
      return null;
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('window/showMessageRequest', () => null);
    connection.onNotification('limner/overlay', (params: OverlayParams) => {
      this.overlays.emit(received.whole(params));
    });
    connection.onNotification('limner/highlights', (params: HighlightsParams) => {
      this.highlights.emit(params);
    });
    connection.onNotification('limner/lexiconChanged', (params: LexiconChanged) => {
      this.lexiconChanged.emit(params);
    });
    connection.onNotification('textDocument/publishDiagnostics', (p: PublishDiagnosticsParams) => {
      this.diagnostics.emit(p);
    });
    connection.onNotification('window/showMessage', (params: ShowMessageParams) => {
      this.said.emit({ severity: params.type as Said['severity'], text: params.message });
    });
    connection.onNotification(
      '$/progress',
      (params: { token: string | number; value: WorkDone }) => {
        this._progress(params.token, params.value);
      }
    );
  }

  private _progress(token: string | number, value: WorkDone): void {
    if (value.kind === 'end') {
      this._running.delete(token);
    } else {
      this._running.set(token, {
        token,
        message: value.message ?? this._running.get(token)?.message ?? '',
        percentage: value.percentage ?? null
      });
    }
    this._setBusy();
  }

  /** Of several things that last, the one that began last is told. */
  private _setBusy(): void {
    const busy = [...this._running.values()].pop() ?? null;
    if (busy !== this._busy) {
      this._busy = busy;
      this.busyChanged.emit(busy);
    }
  }

  private _link = new Link(() => this.request('limner/status', null).catch(() => null));
  private _connection: MessageConnection | null = null;
  private _welcome: Welcome | null = null;
  private _capabilities: Record<string, unknown> = {};
  private readonly _running = new Map<string | number, Busy>();
  private _busy: Busy | null = null;
}
