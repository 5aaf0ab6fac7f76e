/** A notebook: its cells are pages, kept in step by notebook document sync. */

import type { ICellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { Client } from './client';
import { Page, sendable, type Changed, type Host } from './page';
import type { Pages, Source } from './pages';
import { revealCell } from './reveal';
import { stretch } from './stretch';
import { uriOf } from './uris';

const CODE_CELL = 2;
const MARKUP_CELL = 1;

/** What the server was told of a cell. */
interface Told {
  model: ICellModel;
  page: Page;
}

export class NotebookSource implements Source {
  /** The views of the notebook; the newest is asked to show a place. */
  readonly panels = new Set<NotebookPanel>();

  constructor(
    private readonly _context: DocumentRegistry.IContext<INotebookModel>,
    private readonly _client: Client,
    private readonly _pages: Pages,
    private readonly _activate: (panel: NotebookPanel) => void
  ) {
    this._language = languageOf(_context.model);
    _context.model.cells.changed.connect(this._sync, this);
    _context.model.metadataChanged.connect(this._metadata, this);
    _context.pathChanged.connect(this._renamed, this);
  }

  get pages(): readonly Page[] {
    return this._told.map(({ page }) => page);
  }

  open(): void {
    this._forget();
    this._uri = uriOf(this._client.root, this._context.path);
    this._version = 1;
    this._told = [...this._context.model.cells].map(model => this._tell(model));
    this._told.forEach(({ page }) => this._pages.enter(page));
    this._client.notify('notebookDocument/didOpen', {
      notebookDocument: {
        uri: this._uri,
        notebookType: 'jupyter-notebook',
        version: this._version,
        cells: this._told.map(cellOf)
      },
      cellTextDocuments: this._told.map(itemOf)
    });
  }

  close(): void {
    this._client.notify('notebookDocument/didClose', {
      notebookDocument: { uri: this._uri },
      cellTextDocuments: this._told.map(idOf)
    });
    this._forget();
  }

  dispose(): void {
    Signal.clearData(this); // the model may be gone already, and its cells with it
    this._pages.remove(this);
  }

  private _forget(): void {
    this._told.forEach(({ page }) => this._pages.leave(page));
    this._told = [];
  }

  /** Cells came, went or moved: tell the one stretch that differs. */
  private _sync(): void {
    if (!this._uri) {
      return;
    }
    const now = [...this._context.model.cells];
    const { start, before, after } = stretch(
      this._told.map(({ model }) => model),
      now
    );
    if (!before && !after) {
      return;
    }
    const old = this._told.slice(start, start + before);
    const kept = new Map(old.map(told => [told.model, told]));
    const fresh = now
      .slice(start, start + after)
      .map(model => kept.get(model) ?? this._tell(model, old));
    const gone = old.filter(told => !fresh.includes(told));
    const come = fresh.filter(told => !old.includes(told));
    const moved = come.flatMap(told => {
      const before = gone.find(other => isSame(other.page, told.page));
      if (!before) {
        return [];
      }
      const { probes, highlights } = before.page;
      return [{ before, told, probes, highlights }];
    });
    this._told.splice(start, before, ...fresh);
    gone.forEach(({ page }) => this._pages.leave(page));
    come.forEach(({ page }) => this._pages.enter(page));
    moved.forEach(({ told, probes, highlights }) => told.page.adopt(probes, highlights));
    this._change({
      structure: {
        array: { start, deleteCount: before, cells: fresh.map(cellOf) },
        didOpen: come.filter(it => !moved.some(({ told }) => told === it)).map(itemOf),
        didClose: gone.filter(it => !moved.some(({ before }) => before === it)).map(idOf)
      }
    });
  }

  private _change(cells: object): void {
    this._version += 1;
    this._client.notify('notebookDocument/didChange', {
      notebookDocument: { uri: this._uri, version: this._version },
      change: { cells }
    });
  }

  private _metadata(): void {
    const language = languageOf(this._context.model);
    if (language !== this._language) {
      this._language = language;
      this._anew();
    }
  }

  private _renamed(): void {
    this._anew();
  }

  private _anew(): void {
    if (this._uri) {
      this._pages.again(this, () => {
        this.close();
        this.open();
      });
    }
  }

  /** A cell as it will be told; JupyterLab makes a new model of a cell that moves or is retyped. */
  private _tell(model: ICellModel, old: readonly Told[] = []): Told {
    const uri = `${this._uri}#${encodeURIComponent(model.id)}`;
    const before = old.find(({ page }) => page.uri === uri)?.page;
    const language =
      model.type === 'code' ? this._language : model.type === 'markdown' ? 'markdown' : 'plaintext';
    const changed: Changed = (page, changes) =>
      this._change({ textContent: [{ document: { uri, version: page.version }, changes }] });
    const page = new Page(uri, language, model.sharedModel, this._host(model), changed);
    if (before) {
      page.succeed(before);
    }
    return { model, page };
  }

  private _host(model: ICellModel): Host {
    const index = () => this._told.findIndex(told => told.model === model);
    return {
      title: () => `${this._context.localPath.split('/').pop() ?? ''} [${index() + 1}]`,
      reveal: async offset => {
        const panel = [...this.panels].pop();
        if (panel) {
          this._activate(panel);
          await revealCell(panel, index(), offset);
        }
      }
    };
  }

  private _uri = '';
  private _version = 1;
  private _language: string;
  private _told: Told[] = [];
}

function languageOf(model: INotebookModel): string {
  const info = model.getMetadata('language_info') as { name?: string } | undefined;
  const spec = model.getMetadata('kernelspec') as { language?: string } | undefined;
  return (info?.name ?? spec?.language ?? 'python').toLowerCase();
}

function cellOf({ model, page }: Told): { kind: number; document: string } {
  return { kind: model.type === 'code' ? CODE_CELL : MARKUP_CELL, document: page.uri };
}

/** Whether the server may go on with what it knows: the cell only moved. */
function isSame(one: Page, other: Page): boolean {
  return one.uri === other.uri && one.language === other.language && one.doc.eq(other.doc);
}

function idOf({ page }: Told): object {
  return { uri: page.uri };
}

function itemOf({ page }: Told): object {
  const { uri, language, version, doc } = page;
  return { uri, languageId: language, version, text: sendable(doc) };
}
