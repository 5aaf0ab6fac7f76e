/** The server's completions among JupyterLab's own, in the list and as ghost text. */

import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider,
  IInlineCompletionContext,
  IInlineCompletionProvider
} from '@jupyterlab/completer';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { SourceChange } from '@jupyter/ydoc';
import { Text } from '@jupyterlab/coreutils';
import type { Position, Range } from '@limner/protocol';
import type { CompletionItem, CompletionList, TextEdit } from 'vscode-languageserver-protocol';

import { offsetOf, positionOf } from './follow';
import { ghost, type Offered } from './ghost';
import type { Page } from './page';
import type { Pages } from './pages';
import type { IClient, IPage, ISettings } from './tokens';

type Reply = CompletionHandler.ICompletionItemsReply;
type Request = CompletionHandler.IRequest;

/** What both providers need. */
export interface Completing {
  client: IClient;
  pages: Pages;
  settings: ISettings;
}

/** In code, beside the kernel's. */
export class Completions implements ICompletionProvider {
  readonly identifier: string = 'limner';
  readonly renderer = null;

  constructor(private readonly _with: Completing) {}

  async isApplicable(context: ICompletionContext): Promise<boolean> {
    return this.isAble(context) && !isProse(context);
  }

  /** Whether the server is there to be asked about this text. */
  protected isAble(context: ICompletionContext): boolean {
    const { client, settings } = this._with;
    return (
      settings.composite['completion'] !== false &&
      client.state === 'ready' &&
      'completionProvider' in client.capabilities &&
      pageOf(this._with.pages, context.editor) !== undefined
    );
  }

  async fetch(request: CompletionHandler.IRequest, context: ICompletionContext): Promise<Reply> {
    const page = pageOf(this._with.pages, context.editor);
    const nothing = { start: request.offset, end: request.offset, items: [] };
    if (!page) {
      return nothing;
    }
    const version = page.version;
    const items = await this.ask(page, placeOf(page, request));
    return version === page.version && items.length ? this._reply(page, items, request) : nothing;
  }

  /** What an item is about is told when somebody looks at it. */
  async resolve(
    item: CompletionHandler.ICompletionItem
  ): Promise<CompletionHandler.ICompletionItem> {
    const said = this._said.get(item.label);
    if (!said?.data) {
      return item;
    }
    const full = await this._with.client.request<CompletionItem>('completionItem/resolve', said);
    return { ...item, documentation: documentationOf(full) };
  }

  protected async ask(page: IPage, position: Position): Promise<readonly CompletionItem[]> {
    const answer = await this._with.client.request<CompletionItem[] | CompletionList | null>(
      'textDocument/completion',
      { textDocument: { uri: page.uri }, position }
    );
    return Array.isArray(answer) ? answer : (answer?.items ?? []);
  }

  /** All items of one reply replace the same stretch, the longest of theirs. */
  private _reply(page: Page, items: readonly CompletionItem[], request: Request): Reply {
    const { start, end, items: offered } = reply(page, items, request);
    this._said = new Map(
      offered.map(({ label }, index) => [label, items[index] as CompletionItem])
    );
    return { start, end, items: offered };
  }

  /** The items of the last reply as the server gave them. */
  private _said = new Map<string, CompletionItem>();
}

/**
 * In prose, where JupyterLab itself offers nothing while somebody types: there it asks the first
 * of the providers whether to, so this one is before all others, and in prose alone.
 */
export class ProseCompletions extends Completions {
  override readonly identifier = 'limner-prose';
  readonly rank = 2000;

  constructor(private readonly _here: Completing) {
    super(_here);
  }

  override async isApplicable(context: ICompletionContext): Promise<boolean> {
    return this.isAble(context) && isProse(context);
  }

  /** Where the server has something to offer behind the letters that were typed. */
  shouldShowContinuousHint(
    visible: boolean,
    change: SourceChange,
    context?: ICompletionContext
  ): boolean {
    // JupyterLab waits for the answer, though its types know of none to wait for
    return (!visible && isTyping(change) && this._offers(context)) as unknown as boolean;
  }

  private async _offers(context?: ICompletionContext): Promise<boolean> {
    const page = pageOf(this._here.pages, context?.editor);
    const caret = context?.editor?.getCursorPosition();
    if (!page || !caret) {
      return false;
    }
    const position = { line: caret.line, character: caret.column };
    const items = await this.ask(page, position).catch(() => []);
    return items.length > 0;
  }
}

/** Letters that a person, or their input method, put in at once, or the end of a gap. */
function isTyping({ sourceChange }: SourceChange): boolean {
  const steps = sourceChange ?? [];
  const inserted = steps.map(({ insert }) => insert ?? '').join('');
  return !steps.some(step => step.delete) && /^([\p{L}\p{N}\p{M}]{1,8}|[\]_}>])$/u.test(inserted);
}

const PROSE = /markdown|^text\/(plain|x-ipythongfm|x-rst|latex|x-latex|x-tex)$/;

function isProse({ editor }: ICompletionContext): boolean {
  return PROSE.test(editor?.model.mimeType ?? '');
}

function documentationOf({ documentation }: CompletionItem): string | undefined {
  return typeof documentation === 'string' ? documentation : documentation?.value;
}

export class InlineCompletions implements IInlineCompletionProvider {
  readonly identifier = 'limner';
  readonly name = 'Limner';

  constructor(private readonly _with: Completing) {}

  async fetch(
    request: CompletionHandler.IRequest,
    context: IInlineCompletionContext
  ): Promise<{ items: Insertable[] }> {
    const { client, pages, settings } = this._with;
    const editor = (context as { editor?: CodeEditor.IEditor }).editor;
    const page = editor ? pageOf(pages, editor) : pages.current()?.page;
    const able = client.state === 'ready' && 'inlineCompletionProvider' in client.capabilities;
    if (!page || !able || settings.composite['completion'] === false) {
      return { items: [] };
    }
    const position = placeOf(page, request);
    const answer = await client.request<{ items: Inline[] } | null>(
      'textDocument/inlineCompletion',
      {
        textDocument: { uri: page.uri },
        position,
        context: { triggerKind: context.triggerKind === 0 ? 1 : 2 }
      }
    );
    const { items, offered } = insertable(page, answer?.items ?? [], position);
    ghost.offered = offered;
    return { items };
  }
}

/** What JupyterLab puts in at the caret. */
interface Insertable {
  insertText: string;
}

/** The server's item; its range may be one that is to be replaced. */
interface Inline extends Insertable {
  range?: Range | null;
}

/**
 * JupyterLab's ghost text only adds at the caret: where an item begins with what stands there, its
 * rest is offered; behind a gap the whole word is, and the gap goes when it is taken.
 */
export function insertable(
  { doc }: Pick<IPage, 'doc'>,
  items: readonly Inline[],
  caret: Position
): { items: Insertable[]; offered: Offered | null } {
  const at = offsetOf(doc, caret);
  const made: Insertable[] = [];
  let offered: Offered | null = null;
  for (const { insertText: word, range } of items) {
    const from = range ? offsetOf(doc, range.start) : at;
    const to = range ? offsetOf(doc, range.end) : at;
    const gap = doc.sliceString(from, to);
    if (to === at && word.startsWith(gap)) {
      made.push({ insertText: word.slice(gap.length) });
    } else if (to === at && !offered) {
      offered = { from, to, gap, word };
      made.push({ insertText: word });
    }
  }
  return { items: made, offered };
}

function pageOf(pages: Pages, editor: CodeEditor.IEditor | null | undefined): Page | undefined {
  return editor ? pages.of(editor.model.sharedModel) : undefined;
}

/** JupyterLab's completers count in code points. */
function placeOf(page: IPage, { offset, text }: CompletionHandler.IRequest): Position {
  return positionOf(page.doc, Text.charIndexToJsIndex(offset, text));
}

/** JupyterLab knows one stretch for all: that of the item that reaches back farthest. */
export function reply(
  page: Pick<IPage, 'doc'>,
  items: readonly CompletionItem[],
  { offset, text }: Request
): Reply {
  const caret = Text.charIndexToJsIndex(offset, text);
  const places = items.map(({ textEdit }) => {
    const range = (textEdit as TextEdit | undefined)?.range;
    return range
      ? { start: offsetOf(page.doc, range.start), end: offsetOf(page.doc, range.end) }
      : { start: caret, end: caret };
  });
  const start = Math.min(...places.map(place => place.start));
  const end = Math.max(...places.map(place => place.end));
  const count = (at: number) => Text.jsIndexToCharIndex(at, text);
  return {
    start: count(start),
    end: count(end),
    items: items.map((item, index) => {
      const place = places[index] ?? { start, end };
      const written = item.textEdit?.newText ?? item.insertText ?? item.label;
      const typed = text.slice(place.start, caret);
      return {
        label: labelOf(item, typed),
        insertText: text.slice(start, place.start) + written + text.slice(place.end, end),
        type: 'limner',
        sortText: item.sortText,
        documentation: documentationOf(item)
      };
    })
  };
}

/**
 * JupyterLab keeps the items whose label has the letters that are typed. Where those stand for
 * others, as pinyin does, they follow the label: in full if the item's details have them. Behind a
 * gap nothing is typed on: its words have their probabilities beside them.
 */
function labelOf({ label, filterText, detail }: CompletionItem, typed: string): string {
  const begun = typed.toLowerCase();
  if (!begun || !filterText?.toLowerCase().startsWith(begun) || holds(label, begun)) {
    return label;
  }
  if (/^(\[mask\]|<mask>|\{mask\}|_+)$/.test(begun)) {
    return `${label} ${detail ?? ''}`.trim();
  }
  const reading = (detail ?? '').split(' · ').find(part => part.startsWith(begun));
  return `${label} ${reading ?? typed}`;
}

function holds(label: string, letters: string): boolean {
  return label.toLowerCase().includes(letters);
}
