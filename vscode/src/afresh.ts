/** Outlines and links of texts that are as they were, but have other terms. */

import * as vscode from 'vscode';

import { SELECTOR } from './languages';
import type { Server } from './server';

/** Milliseconds that the server may take to look at the texts again. */
const CALM = 500;

/**
 * VS Code asks for outlines and links again when the text or its providers are others, and cannot be
 * told that the answers are: a provider of nothing is put in the place of the one before.
 */
export function addAfresh(server: Server): vscode.Disposable {
  let nothing = provide();
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      nothing.dispose();
      nothing = provide();
    }, CALM);
  };
  return vscode.Disposable.from(
    server.lexicon(later),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('limner.terms')) {
        later();
      }
    }),
    { dispose: () => (clearTimeout(timer), nothing.dispose()) }
  );
}

function provide(): vscode.Disposable {
  const selector = SELECTOR as vscode.DocumentSelector;
  return vscode.Disposable.from(
    vscode.languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: () => [] }),
    vscode.languages.registerDocumentLinkProvider(selector, { provideDocumentLinks: () => [] })
  );
}
