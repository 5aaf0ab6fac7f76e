/** A text file in an editor: one page. */

import type { FileEditor } from '@jupyterlab/fileeditor';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';

import type { Client } from './client';
import { Page, sendable } from './page';
import type { Pages, Source } from './pages';
import { languageOf, uriOf } from './uris';

export type FileWidget = IDocumentWidget<FileEditor>;

export class FileSource implements Source {
  /** The views of the file; the newest is asked to show a place. */
  readonly widgets = new Set<FileWidget>();

  constructor(
    private readonly _context: DocumentRegistry.Context,
    private readonly _model: CodeEditor.IModel,
    private readonly _client: Client,
    private readonly _pages: Pages,
    private readonly _activate: (widget: FileWidget) => void
  ) {
    _context.pathChanged.connect(this._renamed, this);
  }

  get pages(): readonly Page[] {
    return this._page ? [this._page] : [];
  }

  open(): void {
    this._forget();
    const path = this._context.path;
    const language = languageOf(path);
    if (!language) {
      return;
    }
    const host = {
      title: () => this._context.localPath.split('/').pop() ?? '',
      reveal: (offset: number) => this._reveal(offset)
    };
    const uri = uriOf(this._client.root, path);
    const page = new Page(uri, language, this._model.sharedModel, host, (page, changes) =>
      this._client.notify('textDocument/didChange', {
        textDocument: { uri, version: page.version },
        contentChanges: changes
      })
    );
    this._page = page;
    this._pages.enter(page);
    this._client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: language, version: page.version, text: sendable(page.doc) }
    });
  }

  close(): void {
    if (this._page) {
      this._client.notify('textDocument/didClose', { textDocument: { uri: this._page.uri } });
    }
    this._forget();
  }

  dispose(): void {
    this._context.pathChanged.disconnect(this._renamed, this);
    this._pages.remove(this);
  }

  private _forget(): void {
    if (this._page) {
      this._pages.leave(this._page);
      this._page = null;
    }
  }

  private _renamed(): void {
    this._pages.again(this, () => {
      this.close();
      this.open();
    });
  }

  private async _reveal(offset: number): Promise<void> {
    const widget = [...this.widgets].pop();
    if (!widget) {
      return;
    }
    this._activate(widget);
    const editor = widget.content.editor;
    const position = editor.getPositionAt(offset);
    if (position) {
      editor.setCursorPosition(position);
      editor.revealPosition(position);
    }
    editor.focus();
  }

  private _page: Page | null = null;
}
