/** What suites do with VS Code. */

import { join } from 'node:path';

import * as vscode from 'vscode';

import { until } from './runner';

export const NEGATIVE = '# limner: attribute model=mini-sentiment target=negative\n';
export const TEXT = '早餐不错，服务热情。';

export const { executeCommand } = vscode.commands;

/** The folder of the window that is shown. */
export function folder(): string {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (!first) {
    throw new Error('the window shows no folder');
  }
  return first.uri.fsPath;
}

/** The installed Limner, started. */
export async function limner(): Promise<vscode.Extension<unknown>> {
  const found = vscode.extensions.getExtension('limner.limner');
  if (!found) {
    throw new Error('Limner is not installed');
  }
  await found.activate();
  return found;
}

/** Write a file and show it. */
export async function show(name: string, text: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.file(join(folder(), name));
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
}

/** Put the caret behind a word, or select it. */
export function caret(editor: vscode.TextEditor, word: string, selected = false): void {
  const at = editor.document.getText().indexOf(word);
  const start = editor.document.positionAt(at);
  const end = editor.document.positionAt(at + word.length);
  editor.selection = new vscode.Selection(selected ? start : end, end);
}

export async function hoverText(uri: vscode.Uri, position: vscode.Position): Promise<string> {
  const hovers = await executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map(content => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

/** The hover at a word, once it says this. */
export function untilHover(
  document: vscode.TextDocument,
  word: string,
  pattern: RegExp
): Promise<string> {
  return until(`a hover of ${pattern} at ${word}`, async () => {
    const at = document.positionAt(document.getText().indexOf(word) + 1);
    const text = await hoverText(document.uri, at);
    return pattern.test(text) ? text : undefined;
  });
}

export async function lenses(uri: vscode.Uri): Promise<string[]> {
  const found = await executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50);
  return found.map(({ command }) => command?.title ?? '');
}

/** The notes that are served as inlay hints. */
export async function hints(document: vscode.TextDocument): Promise<string[]> {
  const range = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    range
  );
  return found.map(({ label }) =>
    typeof label === 'string' ? label : label.map(({ value }) => value).join('')
  );
}

export async function setting(name: string, value: unknown): Promise<void> {
  const target = vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('limner').update(name, value, target);
}
