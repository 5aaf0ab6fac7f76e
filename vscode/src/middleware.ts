/** Between VS Code and the server: what we do ourselves, and what the server need not hear. */

import * as vscode from 'vscode';
import type { DocumentFilter, Middleware } from 'vscode-languageclient/node';

import { hoverAt } from './hover';
import type { Overlays } from './overlays';
import { serverSettings } from './settings';

const LANGUAGES = [
  'python',
  'markdown',
  'plaintext',
  'latex',
  'tex',
  'restructuredtext',
  'csv',
  'tsv',
  'jsonl',
  'toml'
];
const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'];

/** The documents that the server is shown. */
export const SELECTOR: DocumentFilter[] = SCHEMES.flatMap(scheme =>
  LANGUAGES.map(language => ({ scheme, language }))
);

/** Hovers come from the overlays, which have followed the edits since. */
export function middleware(overlays: Overlays): Middleware {
  return {
    provideHover: (document, position, token, next) =>
      hoverAt(overlays, document, position) ?? next(document, position, token),
    provideInlayHints: async (document, range, token, next) => {
      const hints = await next(document, range, token); // asked always: it tells what is seen
      const notes = vscode.workspace.getConfiguration('limner').get('notes');
      return notes === 'inlayHint' ? hints : [];
    },
    executeCommand: async (command, given, next) => {
      try {
        return await next(command, given);
      } catch (error) {
        void vscode.window.showErrorMessage(`Limner: ${(error as Error).message}`);
        return undefined;
      }
    },
    workspace: {
      configuration: params => params.items.map(() => serverSettings())
    }
  };
}
