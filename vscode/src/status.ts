/** The item in the status bar: what Limner does now, and a click to stop it or to see more. */

import type { OverlayProbe } from '@limner/protocol';
import * as vscode from 'vscode';

import type { Overlays } from './overlays';
import type { Link, Server } from './server';

const BUSY = new Set(['queued', 'loading', 'computing', 'preliminary']);

/** What the item says, and what a click does. */
export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly command: 'limner.cancel' | 'limner.menu' | 'limner.install';
  readonly alarm?: 'warning' | 'error';
}

/** The words for a connection, the states of all probes (with their models) and what lasts. */
export function shownOf(
  link: Link,
  about: string,
  probes: readonly Pick<OverlayProbe, 'state' | 'model' | 'error'>[],
  work = ''
): Shown {
  const { t } = vscode.l10n;
  const menu = 'limner.menu' as const;
  if (link === 'missing') {
    const tooltip = t('Click to install it.');
    const text = `$(warning) ${t('Limner: not installed')}`;
    return { text, tooltip, command: 'limner.install', alarm: 'warning' };
  }
  if (link === 'failed') {
    const text = `$(error) ${t('Limner: failed')}`;
    return { text, tooltip: about, command: menu, alarm: 'error' };
  }
  if (link !== 'ready') {
    const text = `$(loading~spin) ${t('Limner: connecting …')}`;
    return { text, tooltip: about, command: menu };
  }
  const loading = probes.find(({ state }) => state === 'loading');
  const running = probes.filter(({ state }) => BUSY.has(state)).length;
  if (running) {
    const doing = loading
      ? t('Limner: loading {0} …', loading.model)
      : t('Limner: computing ({0})', running);
    const tooltip = [work, t('Click to stop.')].filter(words => words).join('\n');
    const text = `$(loading~spin) ${doing}`;
    return { text, tooltip, command: 'limner.cancel' };
  }
  if (work) {
    const text = `$(loading~spin) ${t('Limner: {0}', short(work))}`;
    return { text, tooltip: `${work}\n${t('Click to stop.')}`, command: 'limner.cancel' };
  }
  const failed = probes.filter(({ state }) => state === 'failed');
  const text = failed.length ? t('Limner ({0} failed)', failed.length) : 'Limner';
  const tooltip = [about, ...new Set(failed.map(({ error }) => error ?? ''))].join('\n');
  return { text: `$(symbol-color) ${text}`, tooltip, command: menu };
}

/** Letters of what lasts that the status bar has room for. */
const LONGEST = 40;

function short(words: string): string {
  const letters = [...words];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : words;
}

/** Show it for as long as it lives. */
export function addStatus(server: Server, overlays: Overlays): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('limner', vscode.StatusBarAlignment.Left, 0);
  item.name = 'Limner';
  let last = '';
  const update = () => {
    const probes = overlays.pages.flatMap(page => page.probes.map(({ said }) => said));
    const { text, tooltip, command, alarm } = shownOf(
      server.link,
      server.about,
      probes,
      server.work
    );
    const shown = JSON.stringify([text, tooltip, command]);
    if (shown !== last) {
      last = shown;
      const label = `${text.replace(/\$\(.*?\) /, '')}, ${tooltip}`;
      const accessibilityInformation = { label, role: 'button' };
      Object.assign(item, { text, tooltip: withLinks(tooltip), command, accessibilityInformation });
      item.backgroundColor = alarm && new vscode.ThemeColor(`statusBarItem.${alarm}Background`);
    }
  };
  update();
  item.show();
  return vscode.Disposable.from(
    item,
    server.changed(update),
    server.worked(update),
    overlays.changed(update)
  );
}

/** The words as they are, and what can be done whatever they say. */
function withLinks(words: string): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const tooltip = new vscode.MarkdownString().appendText(words);
  tooltip.appendMarkdown(`\n\n[${t('Show log')}](command:limner.log)`);
  tooltip.appendMarkdown(` · [${t('Restart')}](command:limner.restart)`);
  tooltip.isTrusted = { enabledCommands: ['limner.log', 'limner.restart'] };
  return tooltip;
}
