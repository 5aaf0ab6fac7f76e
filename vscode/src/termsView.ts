/** The tree of terms: the lexicon that the document in front has, and where each term stands. */

import type { LexiconTerm, TermAnswer, TermPlace } from '@limner/protocol';
import * as vscode from 'vscode';

import { CHOICE, Lexicon, type Choice } from './lexicon';
import type { Server } from './server';
import { folders, inFront } from './termAt';
import { around, messageOf, rowOf, summaryOf, welcomeOf } from './termRows';

/** A term, a sentence that it stands in, or the rest; commands read `uri` and `term`. */
export type Node =
  | {
      readonly kind: 'term';
      readonly uri: string;
      readonly term: string;
      readonly row: LexiconTerm;
    }
  | { readonly kind: 'place'; readonly uri: string; readonly place: TermPlace }
  | { readonly kind: 'more' };

const KEY = 'limner.lexicon';
/** Milliseconds that all that changes at once is waited for. */
const CALM = 50;
/** Milliseconds between two looks while there is mining. */
const PERIOD = 2000;

export class TermsView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(
    private readonly _server: Server,
    private readonly _memory: vscode.Memento
  ) {
    this.onDidChangeTreeData = this._changed.event;
    const choice = { ...CHOICE, ..._memory.get<Partial<Choice>>(KEY) };
    this._lexicon = new Lexicon(asked => _server.request('limner/lexicon', asked), choice);
    this._view = vscode.window.createTreeView('limner.lexicon', { treeDataProvider: this });
    const look = () => this._look();
    this._parts = vscode.Disposable.from(
      this._changed,
      this._view,
      this._view.onDidChangeVisibility(look),
      vscode.window.onDidChangeActiveTextEditor(look),
      vscode.workspace.onDidChangeWorkspaceFolders(look),
      _server.changed(look),
      _server.lexicon(look)
    );
    look();
  }

  /** The document, or folder, whose lexicon is shown. */
  get uri(): string | undefined {
    return this._last;
  }

  get choice(): Choice {
    return this._lexicon.choice;
  }

  /** Show other rows, now and in the next window. */
  async choose(choice: Partial<Choice>): Promise<void> {
    this._lexicon.choose(choice);
    await this._memory.update(KEY, this._lexicon.choice);
    this._look();
  }

  async more(): Promise<void> {
    if (await this._lexicon.more()) {
      this._tell();
    }
  }

  getChildren(node?: Node): Node[] | Promise<Node[]> {
    if (!node) {
      return this._rows();
    }
    return node.kind === 'term' ? this._places(node) : [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const { t } = vscode.l10n;
    if (node.kind === 'more') {
      const item = new vscode.TreeItem(t('… {0} more', this._lexicon.left));
      item.command = { command: 'limner.lexicon.more', title: '' };
      return item;
    }
    if (node.kind === 'place') {
      const item = new vscode.TreeItem(around(node.place));
      item.description = node.place.where;
      item.tooltip = `${node.place.text}\n${node.place.where}`;
      item.command = { command: 'limner.lexicon.place', title: t('Go there'), arguments: [node] };
      return item;
    }
    const { label, description, spoken, icon, context } = rowOf(node.row);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = label;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.contextValue = context;
    item.accessibilityInformation = { label: spoken };
    item.command = { command: 'limner.lexicon.reveal', title: t('Go there'), arguments: [node] };
    return item;
  }

  /** What is known of a term is asked when it is pointed at. */
  async resolveTreeItem(
    item: vscode.TreeItem,
    node: Node,
    token: vscode.CancellationToken
  ): Promise<vscode.TreeItem> {
    if (node.kind === 'term') {
      const { markdown } = await this._term(node);
      item.tooltip = token.isCancellationRequested ? '' : new vscode.MarkdownString(markdown);
    }
    return item;
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._parts.dispose();
  }

  private _rows(): Node[] {
    const { state, rows, left } = this._lexicon;
    if (state.kind !== 'known') {
      return [];
    }
    const { uri } = state;
    const nodes = rows.map((row): Node => ({ kind: 'term', uri, term: row.term, row }));
    return left ? [...nodes, { kind: 'more' }] : nodes;
  }

  private async _places(node: Node & { kind: 'term' }): Promise<Node[]> {
    const { places } = await this._term(node);
    return places.map(place => ({ kind: 'place', uri: place.uri, place }));
  }

  private _term({ uri, term }: { uri: string; term: string }): Promise<TermAnswer> {
    return this._server.request('limner/term', { uri, term });
  }

  /** Something may be another: look once all of it has happened, and only while it is seen. */
  private _look(after = CALM): void {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      if (this._view.visible) {
        void this._read();
      }
    }, after);
  }

  private async _read(): Promise<void> {
    const uri = (this._last = inFront() ?? this._last ?? folders()[0]?.uri.toString());
    if (this._server.link !== 'ready' || !uri) {
      this._lexicon.forget();
      this._tell();
    } else if (await this._lexicon.read(uri)) {
      this._tell();
    }
  }

  /** Say it above the rows, to the menus, and to who draws the rows. */
  private _tell(): void {
    const { state, choice } = this._lexicon;
    const answer = state.kind === 'known' ? state.answer : undefined;
    const known = answer?.folder ? answer : undefined;
    this._view.message = messageOf(state, choice);
    this._view.description = known && summaryOf(known, choice);
    const context = (name: string, value: boolean) =>
      void vscode.commands.executeCommand('setContext', `limner.lexicon.${name}`, value);
    context('none', welcomeOf(state));
    context('nowhere', state.kind === 'unknown' && !this._last);
    context('known', !!known);
    context('undo', !!known?.undo);
    this._changed.fire();
    if (answer?.mining) {
      this._look(PERIOD); // its end may be told to another window alone
    }
  }

  /** Of the document that was in front last, or of a folder. */
  private _last: string | undefined;
  private _timer: NodeJS.Timeout | undefined;
  private readonly _lexicon: Lexicon;
  private readonly _view: vscode.TreeView<Node>;
  private readonly _changed = new vscode.EventEmitter<void>();
  private readonly _parts: vscode.Disposable;
}
