/** What of the settings the server hears: nothing that decides which program runs. */

import * as vscode from 'vscode';

/** Those of `limner/lsp/settings.py`; the others are ours. */
const SERVERS = [
  'model',
  'maskModel',
  'target',
  'baseline',
  'tolerance',
  'hints',
  'highlight',
  'lenses',
  'automatic',
  'debounceMs',
  'terms',
  'termsTop',
  'termsSegmentation'
];

/** The section `limner` as the server gets it. */
export function serverSettings(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration('limner');
  return Object.fromEntries(SERVERS.map(name => [name, settings.get(name)]));
}

/** Machine-scoped, and restricted where the workspace is not trusted. */
export function interpreterSetting(): string {
  return vscode.workspace.getConfiguration('limner').get<string>('interpreter', '').trim();
}
