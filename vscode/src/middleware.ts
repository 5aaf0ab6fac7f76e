/** Between VS Code and the server: what we do ourselves, and what the server need not hear. */

import * as vscode from 'vscode';
import type { Middleware, ProgressToken } from 'vscode-languageclient/node';

import type { Highlights } from './highlights';
import { hoverAt, withLinks } from './hover';
import { heard } from './labels';
import type { Lasting } from './lasting';
import type { Overlays } from './overlays';
import { serverSettings } from './settings';
import { titleOf } from './titles';

/** After `model=` its values are offered. */
const VALUES: vscode.Command = { command: 'editor.action.triggerSuggest', title: '' };

/** Who hears of what passes by. */
export interface Ears {
  /** A document that the server was shown. */
  shown(uri: vscode.Uri): void;
  /** What is said of something that lasts. */
  lasts(token: ProgressToken, said: Parameters<Lasting['take']>[1]): void;
}

/**
 * Hovers come from the overlays, which have followed the edits since; what lasts is said by our own
 * item in the status bar, and not by another one beside it.
 */
export function middleware(
  overlays: Overlays,
  highlights: Highlights,
  { shown, lasts }: Ears
): Middleware {
  return {
    handleWorkDoneProgress: (token, params, next) => {
      lasts(token, params);
      if (params.kind === 'end') {
        next(token, params); // lets go of the token
      }
    },
    didOpen: async (document, next) => {
      await next(document);
      shown(document.uri);
    },
    notebooks: {
      didOpen: async (notebook, cells, next) => {
        await next(notebook, cells);
        cells.forEach(cell => shown(cell.document.uri));
      },
      didChange: async (event, next) => {
        await next(event);
        event.cells?.structure?.didOpen?.forEach(cell => shown(cell.document.uri));
      }
    },
    provideCompletionItem: async (document, position, context, token, next) => {
      const offers = await next(document, position, context, token);
      for (const item of Array.isArray(offers) ? offers : (offers?.items ?? [])) {
        item.command = /=$/.test(String(item.label)) ? VALUES : item.command;
      }
      return offers;
    },
    provideHover: async (document, position, token, next) => {
      const probe = hoverAt(overlays, document, position);
      const hover = probe ?? (await next(document, position, token));
      return probe || !hover ? hover : withLinks(hover, highlights, document, position);
    },
    provideInlayHints: async (document, range, token, next) => {
      const hints = await next(document, range, token); // asked always: it tells what is seen
      const notes = vscode.workspace.getConfiguration('limner').get('notes');
      return notes === 'inlayHint' ? hints : [];
    },
    provideCodeLenses: async (document, token, next) => {
      const lenses = await next(document, token);
      lenses?.forEach(({ command }) => {
        if (command) {
          command.title = titleOf(command.title);
        }
      });
      return lenses;
    },
    provideCodeActions: async (document, range, context, token, next) => {
      const actions = await next(document, range, context, token);
      actions?.forEach(action => (action.title = titleOf(action.title)));
      return actions;
    },
    executeCommand: async (command, given, next) => {
      try {
        const answer: unknown = await next(command, given);
        await heard(command, answer);
        return answer;
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
