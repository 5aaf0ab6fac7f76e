/** Notebooks and files as JupyterLab opens and closes them. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { Client } from './client';
import { FileSource, type FileWidget } from './files';
import { NotebookSource } from './notebook';
import type { Pages, Whereabouts } from './pages';

/** The parts of JupyterLab that know what is open. */
export interface Trackers {
  app: JupyterFrontEnd;
  notebooks: INotebookTracker;
  files: IEditorTracker;
}

/** Follow both trackers for as long as the application lives. */
export function track({ app, notebooks, files }: Trackers, client: Client, pages: Pages): void {
  const activate = (widget: { id: string }) => app.shell.activateById(widget.id);
  const ofContext = new Map<unknown, NotebookSource | FileSource>();

  const notebook = async (panel: NotebookPanel) => {
    await panel.context.ready;
    if (panel.isDisposed) {
      return;
    }
    let source = ofContext.get(panel.context) as NotebookSource | undefined;
    if (!source) {
      source = new NotebookSource(panel.context, client, pages, activate);
      ofContext.set(panel.context, source);
      pages.add(source);
    }
    const { panels } = source;
    panels.add(panel);
    panel.disposed.connect(() => {
      panels.delete(panel);
      if (!panels.size) {
        end(panel.context);
      }
    });
  };

  const file = async (widget: FileWidget) => {
    await widget.context.ready;
    if (widget.isDisposed) {
      return;
    }
    const { context } = widget;
    let source = ofContext.get(context) as FileSource | undefined;
    if (!source) {
      source = new FileSource(context, widget.content.model, client, pages, activate);
      ofContext.set(context, source);
      pages.add(source);
    }
    const { widgets } = source;
    widgets.add(widget);
    widget.disposed.connect(() => {
      widgets.delete(widget);
      if (!widgets.size) {
        end(context);
      }
    });
  };

  const end = (context: unknown) => {
    ofContext.get(context)?.dispose();
    ofContext.delete(context);
  };

  notebooks.forEach(panel => void notebook(panel));
  notebooks.widgetAdded.connect((_, panel) => void notebook(panel));
  files.forEach(widget => void file(widget as FileWidget));
  files.widgetAdded.connect((_, widget) => void file(widget as FileWidget));
}

/** The active cell's editor, or that of the file in front. */
export function whereabouts({ app, notebooks, files }: Trackers): Whereabouts {
  return () => {
    const front = app.shell.currentWidget;
    if (front && front === notebooks.currentWidget) {
      return viewOf(notebooks.activeCell?.editor);
    }
    if (front && front === files.currentWidget) {
      return viewOf(files.currentWidget.content.editor);
    }
    return null;
  };
}

function viewOf(editor: CodeEditor.IEditor | null | undefined): ReturnType<Whereabouts> {
  return editor instanceof CodeMirrorEditor
    ? { model: editor.model.sharedModel, view: editor.editor }
    : null;
}
