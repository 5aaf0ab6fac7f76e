/** What is in these variables, are they independent? Asked of names in a cell, pinned beside them. */

import { nameUnder, namesIn } from '@limner/protocol';
import * as vscode from 'vscode';

import { JUPYTER, NoJupyter, sendArrays } from './jupyter';
import { ofArrays } from './methods';
import type { Overlays } from './overlays';
import { probeOf, type Given, type Meant } from './places';
import type { Server } from './server';

/** Commands of the server that take arrays. */
export type Question = 'describe' | 'hsic';

/** Names of variables, and where they stand. */
interface Asked {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, string>>;
}

/** Ask of the names that are selected or at the caret; what is pinned there is asked anew. */
export async function ask(
  server: Server,
  overlays: Overlays,
  question: Question,
  given?: Given
): Promise<void> {
  const meant = probeOf(overlays, given);
  const again = meant && ofArrays(meant.probe.said.method) ? meant : undefined;
  const pinned = again && questionOf(again) === question ? again.probe.said.options : {};
  const asked = { ...(again ? namesOf(again) : selectedNames()), options: pinned };
  try {
    await send(server, question, asked);
  } catch (error) {
    if (!(error instanceof NoJupyter)) {
      throw error;
    }
    await offerJupyter(error.message);
  }
}

/** What was asked where a probe of arrays is. */
export function questionOf({ probe }: Meant): Question {
  return probe.said.method === 'describe' ? 'describe' : 'hsic';
}

async function send(server: Server, question: Question, asked: Asked): Promise<void> {
  const { document, range, names, options } = asked;
  const { version } = document;
  const { t } = vscode.l10n;
  const status = await server.status();
  if (!status) {
    throw new Error(t('Limner is not connected: try again in a moment.'));
  }
  const wanted = { names, columns: question === 'hsic', daemon: status.daemon };
  const progress = {
    location: vscode.ProgressLocation.Window,
    title: t('Limner reads {0}', names.join(', '))
  };
  const sent = await vscode.window.withProgress(progress, (_, token) =>
    sendArrays(document, wanted, token)
  );
  if (document.version !== version) {
    throw new Error(t('The text was edited meanwhile: ask again.'));
  }
  await server.execute(`limner.${question}`, {
    uri: document.uri.toString(),
    range: { start: range.start, end: range.end },
    arrays: sent.map(({ id }) => id),
    names: sent.map(({ name }) => name),
    options
  });
}

/** The names that a pinned probe stands at. */
function namesOf({ document, probe }: Meant): Omit<Asked, 'options'> {
  const range = new vscode.Range(document.positionAt(probe.start), document.positionAt(probe.end));
  return { document, range, names: understood(document.getText(range)) };
}

/** The names of the selection, or the one at the caret. */
function selectedNames(): Omit<Asked, 'options'> {
  const { t } = vscode.l10n;
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    throw new Error(t('Put the caret on the name of a variable, or select names.'));
  }
  const { document, selection } = editor;
  if (!selection.isEmpty) {
    return { document, range: selection, names: understood(document.getText(selection)) };
  }
  const { line, character } = selection.active;
  const found = nameUnder(document.lineAt(line).text, character);
  if (!found) {
    throw new Error(t('Put the caret on the name of a variable, or select names.'));
  }
  const { name, start } = found;
  const range = new vscode.Range(line, start, line, start + name.length);
  return { document, range, names: [name] };
}

function understood(text: string): readonly string[] {
  const { names, rest } = namesIn(text);
  if (rest || !names.length) {
    throw new Error(
      vscode.l10n.t(
        'Select names of variables, like “x, y”, “a.b[0]” or “df[["a", "b"]]”; not understood: {0}',
        rest.slice(0, 40) || '“”'
      )
    );
  }
  return names;
}

async function offerJupyter(sentence: string): Promise<void> {
  const show = vscode.l10n.t('Show the Jupyter extension');
  if (await vscode.window.showWarningMessage(`Limner: ${sentence}`, show)) {
    await vscode.commands.executeCommand('workbench.extensions.search', `@id:${JUPYTER}`);
  }
}
