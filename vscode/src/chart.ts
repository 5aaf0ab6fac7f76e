/** A probe's chart beside the editor, with its words; it follows the probe while it is open. */

import { randomBytes } from 'node:crypto';

import type { OverlayPanel } from '@limner/protocol';
import * as vscode from 'vscode';

import type { Overlays } from './overlays';
import type { Meant } from './places';

/** What the page draws, and keeps over a reload of the window. */
export interface Sheet {
  readonly uri: string;
  readonly method: string;
  /** Which of the document's probes it is, as long as ids do not say. */
  readonly at: number;
  readonly panel: OverlayPanel;
}

interface Open {
  readonly view: vscode.WebviewPanel;
  sheet: Sheet;
  /** Id of the probe; empty until it is found again. */
  probe: string;
}

const TYPE = 'limner.chart';

export class Charts implements vscode.Disposable {
  constructor(
    private readonly _root: vscode.Uri,
    private readonly _overlays: Overlays
  ) {
    this._parts = vscode.Disposable.from(
      _overlays.changed(() => this._open.forEach(open => this._follow(open))),
      vscode.window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (view, sheet: Sheet | undefined) =>
          sheet?.panel ? this._show(view, sheet, '') : view.dispose()
      })
    );
  }

  /** Show a probe's chart, the one that is open already if there is one. */
  open({ document, probe }: Meant): void {
    const { id, panel, method } = probe.said;
    if (!panel) {
      throw new Error(vscode.l10n.t('This probe has no chart yet: wait until it has its result.'));
    }
    const shown = [...this._open].find(open => open.probe === id);
    if (shown) {
      shown.view.reveal();
      return;
    }
    const view = vscode.window.createWebviewPanel(
      TYPE,
      panel.title,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      {}
    );
    this._show(view, { uri: document.uri.toString(), method, at: probe.start, panel }, id);
  }

  dispose(): void {
    this._parts.dispose();
  }

  private _show(view: vscode.WebviewPanel, sheet: Sheet, probe: string): void {
    const open: Open = { view, sheet, probe };
    const dist = vscode.Uri.joinPath(this._root, 'dist');
    this._open.add(open);
    view.onDidDispose(() => this._open.delete(open));
    view.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    view.webview.onDidReceiveMessage(() => this._follow(open, true)); // it says only: ready
    view.webview.html = page(view.webview, vscode.Uri.joinPath(dist, 'chart.js'));
  }

  /** Send what the probe says now; a chart whose probe is gone stays, and says so. */
  private _follow(open: Open, always = false): void {
    const { uri, method, at } = open.sheet;
    const probes = this._overlays.pages.find(({ document }) => document.uri.toString() === uri);
    const found = probes?.probes.find(({ said, start }) =>
      open.probe ? said.id === open.probe : said.method === method && start === at
    );
    const panel = found?.said.panel;
    if (found && panel) {
      open.probe = found.said.id;
      open.sheet = { ...open.sheet, at: found.start, panel };
    }
    if (!found) {
      open.probe = ''; // after a reconnection it has another id
    }
    const gone = found
      ? ''
      : vscode.l10n.t('This is no longer in the text; shown is its last state.');
    const said = JSON.stringify([open.sheet, gone]);
    if (always || this._said.get(open) !== said) {
      this._said.set(open, said);
      open.view.title = open.sheet.panel.title;
      const words = vscode.l10n.t('In words');
      void open.view.webview.postMessage({ sheet: open.sheet, gone, words });
    }
  }

  private readonly _open = new Set<Open>();
  private readonly _said = new WeakMap<Open, string>();
  private readonly _parts: vscode.Disposable;
}

/** A page that runs one script and loads nothing else. */
function page(webview: vscode.Webview, script: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'"
  ].join('; ');
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="${nonce}">
body { padding: 1em; } .title { font-weight: 600; } .host svg { max-width: 100%; }
pre { font-family: var(--vscode-editor-font-family); white-space: pre-wrap; }
.gone:empty { display: none; } summary { cursor: pointer; }
</style></head>
<body><p class="title"></p><p class="gone" role="status"></p><div class="host" role="img"></div>
<details open><summary></summary><pre tabindex="0"></pre></details>
<script type="module" nonce="${nonce}" src="${String(webview.asWebviewUri(script))}"></script>
</body></html>`;
}
