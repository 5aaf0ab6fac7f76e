/** The server's completions among JupyterLab's own, in the list and as ghost text. */

import type {
  CompletionHandler,
  ICompletionContext,
  ICompletionProvider,
  IInlineCompletionContext,
  IInlineCompletionProvider
} from '@jupyterlab/completer';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { Text } from '@jupyterlab/coreutils';
import type { Position } from '@limner/protocol';
import type { CompletionItem, CompletionList, TextEdit } from 'vscode-languageserver-protocol';

import { offsetOf, positionOf } from './follow';
import type { Page } from './page';
import type { Pages } from './pages';
import type { IClient, IPage, ISettings } from './tokens';

type Reply = CompletionHandler.ICompletionItemsReply;

/** What both providers need. */
export interface Completing {
  client: IClient;
  pages: Pages;
  settings: ISettings;
}

export class Completions implements ICompletionProvider {
  readonly identifier = 'limner';
  readonly renderer = null;

  constructor(private readonly _with: Completing) {}

  async isApplicable(context: ICompletionContext): Promise<boolean> {
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
    const answer = await this._with.client.request<CompletionItem[] | CompletionList | null>(
      'textDocument/completion',
      { textDocument: { uri: page.uri }, position: placeOf(page, request) }
    );
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    return version === page.version && items.length ? reply(page, items, request) : nothing;
  }
}

export class InlineCompletions implements IInlineCompletionProvider {
  readonly identifier = 'limner';
  readonly name = 'Limner';

  constructor(private readonly _with: Completing) {}

  async fetch(
    request: CompletionHandler.IRequest,
    context: IInlineCompletionContext
  ): Promise<{ items: { insertText: string }[] }> {
    const { client, pages, settings } = this._with;
    const editor = (context as { editor?: CodeEditor.IEditor }).editor;
    const page = editor ? pageOf(pages, editor) : pages.current()?.page;
    const able = client.state === 'ready' && 'inlineCompletionProvider' in client.capabilities;
    if (!page || !able || settings.composite['completion'] === false) {
      return { items: [] };
    }
    const answer = await client.request<{ items: { insertText: string }[] } | null>(
      'textDocument/inlineCompletion',
      {
        textDocument: { uri: page.uri },
        position: placeOf(page, request),
        context: { triggerKind: context.triggerKind === 0 ? 1 : 2 }
      }
    );
    return { items: answer?.items ?? [] };
  }
}

function pageOf(pages: Pages, editor: CodeEditor.IEditor | null | undefined): Page | undefined {
  return editor ? pages.of(editor.model.sharedModel) : undefined;
}

/** JupyterLab's completers count in code points. */
function placeOf(page: IPage, { offset, text }: CompletionHandler.IRequest): Position {
  return positionOf(page.doc, Text.charIndexToJsIndex(offset, text));
}

/** All items of one reply replace the same stretch: that of the first. */
function reply(
  page: Page,
  items: readonly CompletionItem[],
  { offset, text }: CompletionHandler.IRequest
): Reply {
  const edit = items[0]?.textEdit as TextEdit | undefined;
  const place = (position: Position | undefined) =>
    position ? Text.jsIndexToCharIndex(offsetOf(page.doc, position), text) : offset;
  return {
    start: place(edit?.range?.start),
    end: place(edit?.range?.end),
    items: items.map(item => ({
      label: item.label,
      insertText: item.textEdit?.newText ?? item.insertText ?? item.label,
      type: 'limner',
      sortText: item.sortText,
      documentation:
        typeof item.documentation === 'string' ? item.documentation : item.documentation?.value
    }))
  };
}
