/** The item in the status bar: what Limner does now, and a click to stop it or to see more. */

import * as vscode from 'vscode';

import type { Overlays } from './overlays';
import type { Link, Server } from './server';

const BUSY = new Set(['queued', 'loading', 'computing', 'preliminary']);

/** What the item says, and what a click does. */
export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly command: 'limner.cancel' | 'limner.menu' | 'limner.install';
  readonly warns: boolean;
}

/** The words for a connection and the states of all probes (with their models). */
export function shownOf(
  link: Link,
  about: string,
  probes: readonly { readonly state: string; readonly model: string }[]
): Shown {
  const { t } = vscode.l10n;
  const menu = 'limner.menu' as const;
  if (link === 'missing') {
    const tooltip = t('Limner is not installed. Click to install it.');
    return { text: '$(warning) Limner', tooltip, command: 'limner.install', warns: true };
  }
  if (link === 'failed') {
    return { text: '$(error) Limner', tooltip: about, command: menu, warns: true };
  }
  if (link !== 'ready') {
    const text = `$(loading~spin) ${t('Limner: connecting …')}`;
    return { text, tooltip: about, command: menu, warns: false };
  }
  const loading = probes.find(({ state }) => state === 'loading');
  const running = probes.filter(({ state }) => BUSY.has(state)).length;
  if (running) {
    const doing = loading
      ? t('Limner: loading {0} …', loading.model)
      : t('Limner: computing ({0})', running);
    const tooltip = t('Click to stop.');
    const text = `$(loading~spin) ${doing}`;
    return { text, tooltip, command: 'limner.cancel', warns: false };
  }
  const failed = probes.filter(({ state }) => state === 'failed').length;
  const text = failed ? t('Limner ({0} failed)', failed) : 'Limner';
  return { text: `$(symbol-color) ${text}`, tooltip: about, command: menu, warns: false };
}

/** Show it for as long as it lives. */
export function addStatus(server: Server, overlays: Overlays): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('limner', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Limner';
  const update = () => {
    const probes = overlays.pages.flatMap(page => page.probes.map(({ said }) => said));
    const { text, tooltip, command, warns } = shownOf(server.link, server.about, probes);
    Object.assign(item, { text, tooltip, command });
    item.backgroundColor = warns
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
  };
  update();
  item.show();
  return vscode.Disposable.from(item, server.changed(update), overlays.changed(update));
}
