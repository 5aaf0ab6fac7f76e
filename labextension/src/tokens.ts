/** What the parts of the extension know of each other; everything else is private to its file. */

import type { DecorationSet, EditorView } from '@codemirror/view';
import type { Text } from '@codemirror/state';
import type { ISharedText } from '@jupyter/ydoc';
import type { DrawnProbe, LexiconChanged } from '@limner/protocol';
import type { ISignal } from '@lumino/signaling';
import type { CancellationToken } from 'vscode-jsonrpc';

export type { DrawnMark, DrawnNote, DrawnProbe } from '@limner/protocol';

/** Where the connection to the daemon stands. */
export type LinkState = 'connecting' | 'ready' | 'waiting' | 'unavailable' | 'closed';

/** A message for the person, of the severity of `window/showMessage` (1 error … 4 log). */
export interface Said {
  severity: 1 | 2 | 3 | 4;
  text: string;
}

/** Work that the server announced with `$/progress`; null when nothing lasts. */
export interface Busy {
  token: string | number;
  message: string;
  percentage: number | null;
}

/** The session with the language server; survives reconnections. */
export interface IClient {
  readonly state: LinkState;
  /** Why there is no connection, in one sentence; empty while there is one. */
  readonly trouble: string;
  readonly busy: Busy | null;
  /** `state` or `trouble` changed. */
  readonly stateChanged: ISignal<IClient, LinkState>;
  readonly busyChanged: ISignal<IClient, Busy | null>;
  readonly said: ISignal<IClient, Said>;
  /** The server asks to fetch code lenses again. */
  readonly lensesStale: ISignal<IClient, void>;
  /** What a lexicon says may be another now. */
  readonly lexiconChanged: ISignal<IClient, LexiconChanged>;
  /** URI of the folder that JupyterLab shows; empty before the first connection. */
  readonly root: string;
  /** The name of the daemon's socket, which tells environments and machines apart. */
  readonly daemon: string;
  /** What the server said it can do; empty until it did. */
  readonly capabilities: Record<string, unknown>;
  /** Ask; rejects with an Error whose message is one sentence for the person. */
  request<R>(method: string, params: unknown, token?: CancellationToken): Promise<R>;
  /** Run one of the server's commands (`limner.attribute` …). */
  execute<R = null>(command: string, argument: object): Promise<R>;
  notify(method: string, params: unknown): void;
  /** Stop all that the server announced. */
  cancel(): void;
  /** Connect now instead of waiting. */
  retry(): void;
}

/** One text that the server knows: a notebook's cell or a file. */
export interface IPage {
  readonly uri: string;
  readonly language: string;
  /** Of the newest text; grows with each change. */
  readonly version: number;
  readonly doc: Text;
  readonly model: ISharedText;
  /** What is pinned here, in the order of the text, followed through the edits. */
  readonly probes: readonly DrawnProbe[];
  readonly probesChanged: ISignal<IPage, void>;
  /** The terms that are marked, followed too. */
  readonly highlights: DecorationSet;
  /** The editors that show it now; none for a cell far off screen. */
  readonly views: ReadonlySet<EditorView>;
  /** What a person calls it: `reviews.py`, `tour.ipynb [3]`. */
  readonly title: string;
  /** Show it and put the caret at an offset. */
  reveal(offset: number): Promise<void>;
}

/** Everything that is open. */
export interface IPages {
  /** In the order of opening; a notebook's cells in theirs. */
  readonly all: readonly IPage[];
  /** A page came, went, or its probes changed. */
  readonly changed: ISignal<IPages, IPage>;
  /** Terms of a page are marked that were not, or no more. */
  readonly highlighted: ISignal<IPages, IPage>;
  get(uri: string): IPage | undefined;
  /** The page and view with the focus (or the last one that had it), or null. */
  current(): { page: IPage; view: EditorView } | null;
}

/** The settings of `schema/plugin.json`, checked. */
export interface ISettings {
  readonly composite: Readonly<Record<string, unknown>>;
  readonly changed: ISignal<ISettings, void>;
  set(key: string, value: unknown): Promise<void>;
}

/** Ids of the commands in the palette. */
export const COMMANDS = {
  attribute: 'limner:attribute',
  pin: 'limner:pin',
  unpin: 'limner:unpin',
  rerun: 'limner:rerun',
  configure: 'limner:configure',
  compare: 'limner:compare-baselines',
  faithfulness: 'limner:faithfulness',
  chart: 'limner:open-chart',
  explain: 'limner:explain',
  next: 'limner:next-mark',
  previous: 'limner:previous-mark',
  describe: 'limner:describe',
  hsic: 'limner:check-independence',
  refresh: 'limner:refresh',
  panel: 'limner:show-panel',
  stop: 'limner:stop',
  reconnect: 'limner:reconnect',
  highlight: 'limner:toggle-highlight',
  terms: 'limner:show-terms',
  mine: 'limner:mine-terms',
  accept: 'limner:accept-term',
  reject: 'limner:reject-term',
  forget: 'limner:forget-term',
  seed: 'limner:seed-term',
  merge: 'limner:merge-term',
  find: 'limner:find-term',
  undoTerms: 'limner:undo-terms',
  exportTerms: 'limner:export-terms',
  newTask: 'limner:new-labelling-task',
  label: 'limner:label-as-predicted',
  labelAs: 'limner:label-as',
  labelAll: 'limner:label-all-sure',
  nextRow: 'limner:next-row',
  train: 'limner:train-labels',
  earlier: 'limner:earlier-head',
  patterns: 'limner:compare-patterns',
  predict: 'limner:predict-again'
} as const;
