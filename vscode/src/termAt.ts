/** Which term, and whose lexicon, a command means. */

import * as vscode from 'vscode';

import type { Highlights } from './highlights';
import { LANGUAGES } from './languages';

/** What a row of the tree or a link gives a command. */
export interface GivenTerm {
  readonly uri?: string;
  readonly term?: string;
}

/** A term of the lexicon that a document or a folder has. */
export type MeantTerm = Required<GivenTerm>;

/** The address of the document in front, if it is one that the server is shown. */
export function inFront(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && LANGUAGES.includes(document.languageId) ? document.uri.toString() : undefined;
}

export function folders(): readonly vscode.WorkspaceFolder[] {
  return vscode.workspace.workspaceFolders ?? [];
}

/** The term that is named or selected, or the marked one at the caret. */
export async function termOf(
  highlights: Highlights,
  given: GivenTerm | undefined
): Promise<MeantTerm> {
  const uri = given?.uri ?? inFront();
  if (uri && given?.term) {
    return { uri, term: given.term };
  }
  const editor = vscode.window.activeTextEditor;
  const term = editor && uri ? await textAt(highlights, editor) : '';
  if (!uri || !term) {
    throw new Error(vscode.l10n.t('Put the caret on a term that is marked, or select one.'));
  }
  return { uri, term };
}

async function textAt(highlights: Highlights, editor: vscode.TextEditor): Promise<string> {
  const { document, selection } = editor;
  if (!selection.isEmpty) {
    return selection.isSingleLine ? document.getText(selection).trim() : '';
  }
  const found = await highlights.settled(document, selection.active);
  return found ? document.getText(found.range) : '';
}
