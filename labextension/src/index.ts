/** Limner in JupyterLab: this file only wires. */

import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { ICompletionProviderManager } from '@jupyterlab/completer';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { installPalette } from '@limner/protocol';

import type { EditorView } from '@codemirror/view';
import type { Hover } from 'vscode-languageserver-protocol';

import type { Button } from './buttons';
import { Charts } from './chart';
import { Client } from './client';
import { report } from './commands';
import { Completions, InlineCompletions, ProseCompletions } from './completion';
import { clearDiagnostics, diagnostics, showAgain, showDiagnostics } from './diagnostics';
import { applyEdit } from './edits';
import { furnish } from './furnish';
import { positionOf } from './follow';
import { gaps } from './ghost';
import { buttons, Lenses } from './gutter';
import { drawHighlights, highlights } from './highlights';
import { explanations, markdownDrawer } from './hover';
import { drawProbes, overlays } from './overlays';
import { Pages } from './pages';
import { configuration, PLUGIN, Settings } from './settings';
import { Stale } from './stale';
import { completeInProse } from './tab';
import type { IPage } from './tokens';
import { track, whereabouts } from './tracking';
import { Variables } from './variables';
import { attached, trackViews } from './views';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Shows in cells and files what a model sees in the text.',
  autoStart: true,
  requires: [
    INotebookTracker,
    IEditorTracker,
    IEditorExtensionRegistry,
    IRenderMimeRegistry,
    ISettingRegistry
  ],
  optional: [
    ICompletionProviderManager,
    ITranslator,
    ICommandPalette,
    ILayoutRestorer,
    IStatusBar,
    IStateDB
  ],
  activate
};

async function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  files: IEditorTracker,
  editors: IEditorExtensionRegistry,
  rendermime: IRenderMimeRegistry,
  registry: ISettingRegistry,
  completers: ICompletionProviderManager | null,
  translator: ITranslator | null,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  statusBar: IStatusBar | null,
  state: IStateDB | null
): Promise<void> {
  installPalette();
  const settings = new Settings(await registry.load(PLUGIN));
  const trackers = { app, notebooks, files };
  const client: Client = new Client({
    configuration: () => configuration(settings.composite),
    applyEdit: async params => applyEdit(pages, params)
  });
  const pages: Pages = new Pages(client, whereabouts(trackers));

  const trans = (translator ?? nullTranslator).load('limner');
  const stale = new Stale(notebooks, pages, trans);
  client.opened.connect(() => stale.forget());
  const variables = new Variables({ client, notebooks, trans }, (page, sent) =>
    stale.renewed(page, sent)
  );

  const press = (button: Button) => {
    const { argument, probes } = button;
    const asked = probes.length
      ? probes.map(probe => client.execute('limner.unpin', { ...argument, probe }))
      : [client.execute('limner.attribute', argument)];
    Promise.all(asked).catch(report);
  };
  const drawMarkdown = markdownDrawer(rendermime);
  const ask = async (view: EditorView, offset: number): Promise<string> => {
    const page = pages.all.find(({ views }) => views.has(view));
    if (!page || client.state !== 'ready') {
      return '';
    }
    const hover = await client.request<Hover | null>('textDocument/hover', {
      textDocument: { uri: page.uri },
      position: positionOf(page.doc, offset)
    });
    const contents = hover?.contents;
    return contents && typeof contents === 'object' && 'value' in contents ? contents.value : '';
  };
  editors.addExtension({
    name: 'limner',
    factory: ({ model }) =>
      EditorExtensionRegistry.createImmutableExtension([
        trackViews(model.sharedModel),
        overlays(),
        diagnostics(),
        gaps(),
        highlights(),
        explanations(drawMarkdown, ask),
        buttons((_, button) => press(button))
      ])
  });

  const draw = (page: IPage) => {
    const effects = drawProbes.of(stale.drawn(page.probes));
    page.views.forEach(view => view.dispatch({ effects }));
  };
  pages.changed.connect((_, page) => draw(page));
  stale.changed.connect((_, page) => draw(page));
  const mark = (page: IPage, views: Iterable<EditorView>) => {
    const effects = drawHighlights.of({ marks: page.highlights, length: page.doc.length });
    [...views].forEach(view => view.dispatch({ effects }));
  };
  pages.highlighted.connect((_, page) => mark(page, page.views));
  attached.connect((_, { model, view }) => {
    const page = pages.of(model);
    if (page) {
      mark(page, [view]);
      view.dispatch({ effects: drawProbes.of(stale.drawn(page.probes)) });
      showAgain(page);
    }
  });
  client.diagnostics.connect((_, params) => {
    const page = pages.get(params.uri);
    if (page) {
      showDiagnostics(page, params);
    }
  });
  client.said.connect((_, { severity, text }) => {
    Notification.emit(text, severity === 1 ? 'error' : severity === 2 ? 'warning' : 'info', {
      autoClose: 8000
    });
  });
  new Lenses(client, pages);

  if (completers) {
    const completing = { client, pages, settings };
    completers.registerProvider(new Completions(completing));
    completers.registerProvider(new ProseCompletions(completing));
    completeInProse(app, completers, notebooks, trans);
    completers.registerInlineProvider(new InlineCompletions(completing));
  }

  const charts = new Charts(app.shell, rendermime);
  const shared = { app, client, pages, settings, notebooks, charts, variables, stale, trans };
  furnish({ ...shared, drawMarkdown, palette, restorer, statusBar, state });

  const follow = () => {
    document.body.dataset['limnerPalette'] = String(settings.composite['palette']);
    if (settings.enabled && client.state === 'closed') {
      client.connect();
    } else if (!settings.enabled && client.state !== 'closed') {
      client.disconnect();
      pages.clear();
      pages.all.forEach(clearDiagnostics);
    } else {
      client.configured();
    }
  };
  // the application waits for our activation, so we cannot wait for it here
  void app.restored.then(() => {
    settings.changed.connect(follow);
    track(trackers, client, pages);
    follow();
  });
}

export default plugin;
