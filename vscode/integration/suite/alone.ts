/** The extension by itself: what it offers, and what its probes live through. */

import assert from 'node:assert/strict';
import { join } from 'node:path';

import * as vscode from 'vscode';

import * as host from './host';
import { runAll, until } from './runner';

const { NEGATIVE, TEXT, executeCommand } = host;

export const run = () => runAll('alone', TESTS);

const TESTS = [
  ['it is activated', activates],
  ['each command of the manifest is registered', commands],
  ['a comment pins; its hover has the table and the links', pinned],
  ['lenses and actions are offered where a text is', offers],
  ['after “model=” models are offered', completes],
  ['the note comes as an inlay hint as soon as the setting says so', notes],
  ['a command pins for the session, unpinned it is gone', session],
  ['a document that is closed and opened again has its probe again', reopened],
  ['a file that is renamed keeps its probe', renamed],
  ['a document of another language keeps its probe', respoken],
  ['an untitled document that is saved keeps its probe', saved],
  ['the cells of a notebook have probes, and follow edits', cells]
] as const;

async function activates(): Promise<void> {
  assert.ok((await host.limner()).isActive);
}

async function commands(): Promise<void> {
  const { packageJSON } = await host.limner();
  const all = await vscode.commands.getCommands(true);
  for (const { command } of packageJSON.contributes.commands as { command: string }[]) {
    assert.ok(all.includes(command), command);
  }
}

async function pinned(): Promise<void> {
  const { document } = await host.show('pinned.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const text = await host.untilHover(document, '不错', /command:limner\.here\.copy/); // as it is final
  assert.match(text, /negative 0\.\d/);
  assert.match(text, /\|/);
}

async function offers(): Promise<void> {
  const editor = await host.show('offers.py', `${NEGATIVE}review = "${TEXT}"\nother = "${TEXT}"\n`);
  const { document } = editor;
  await until('lenses', async () => (await host.lenses(document.uri)).length > 0);
  const at = document.positionAt(document.getText().lastIndexOf('早餐') + 1);
  const actions = await until('actions', async () => {
    const found = await executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(at, at)
    );
    return found.length ? found : undefined;
  });
  assert.ok(actions.some(({ title }) => title.startsWith('Limner: ')));
}

async function completes(): Promise<void> {
  const { document } = await host.show('completes.py', '# limner: attribute model=\nx = "好"\n');
  const at = document.positionAt(document.getText().indexOf('\n'));
  const labels = await until('completions', async () => {
    const list = await executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      at
    );
    const said = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    return said.includes('mini-sentiment') ? said : undefined;
  });
  assert.ok(labels.includes('mini-sentiment'));
}

async function notes(): Promise<void> {
  const { document } = await host.show('notes.py', `${NEGATIVE}review = "${TEXT}"\n`);
  await host.untilHover(document, '不错', /negative/);
  assert.deepEqual(await host.hints(document), []);
  await host.setting('notes', 'inlayHint');
  await until('a hint', async () => /negative/.test((await host.hints(document)).join()));
  await host.setting('notes', undefined);
  await until('no hint', async () => !(await host.hints(document)).length);
}

async function session(): Promise<void> {
  const editor = await host.show('session.py', `review = "${TEXT}"\n`);
  const { document } = editor;
  host.caret(editor, '早餐');
  await executeCommand('limner.here.attribute');
  await host.untilHover(document, '不错', /limner\.here\.unpin/);
  await executeCommand('limner.here.unpin');
  await until('no hover', async () => {
    const at = document.positionAt(document.getText().indexOf('不错') + 1);
    return !/limner\.here/.test(await host.hoverText(document.uri, at));
  });
}

/** A text that was attributed by a command; nothing in the file says so. */
async function attributed(editor: vscode.TextEditor): Promise<vscode.TextDocument> {
  host.caret(editor, '早餐');
  await executeCommand('limner.here.attribute');
  await host.untilHover(editor.document, '不错', /limner\.here\.unpin/);
  return editor.document;
}

async function reopened(): Promise<void> {
  const document = await attributed(await host.show('reopened.py', `review = "${TEXT}"\n`));
  await executeCommand('workbench.action.closeAllEditors');
  const again = await vscode.workspace.openTextDocument(document.uri);
  await vscode.window.showTextDocument(again);
  await host.untilHover(again, '不错', /limner\.here\.unpin/);
}

async function renamed(): Promise<void> {
  const { uri } = await attributed(await host.show('before.py', `review = "${TEXT}"\n`));
  const now = vscode.Uri.joinPath(uri, '..', 'after.py');
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(uri, now);
  assert.ok(await vscode.workspace.applyEdit(edit));
  const moved = await vscode.workspace.openTextDocument(now);
  await vscode.window.showTextDocument(moved);
  await host.untilHover(moved, '不错', /limner\.here\.unpin/);
}

async function respoken(): Promise<void> {
  const document = await attributed(await host.show('spoken.txt', `${TEXT}\n`));
  const other = await vscode.languages.setTextDocumentLanguage(document, 'markdown');
  await host.untilHover(other, '不错', /limner\.here\.unpin/);
}

async function saved(): Promise<void> {
  const untitled = vscode.Uri.file(join(host.folder(), 'kept.md')).with({ scheme: 'untitled' });
  const editor = await vscode.window.showTextDocument(untitled);
  await editor.edit(edit => edit.insert(new vscode.Position(0, 0), `${TEXT}\n`));
  const document = await attributed(editor);
  assert.ok(await document.save());
  const file = await until('the file', () => {
    const { activeTextEditor } = vscode.window;
    return activeTextEditor?.document.uri.scheme === 'file' ? activeTextEditor.document : undefined;
  });
  await host.untilHover(file, '不错', /limner\.here\.unpin/);
}

async function cells(): Promise<void> {
  const uri = vscode.Uri.file(join(host.folder(), 'tour.ipynb'));
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  await vscode.window.showNotebookDocument(notebook);
  const cell = notebook.getCells().find(({ document }) => /^# limner:/.test(document.getText()));
  assert.ok(cell);
  await host.untilHover(cell.document, '早餐', /command:limner\.here/);
  const edit = new vscode.WorkspaceEdit();
  const at = cell.document.positionAt(cell.document.getText().indexOf('早餐'));
  edit.insert(cell.document.uri, at, '真的');
  await vscode.workspace.applyEdit(edit);
  await host.untilHover(cell.document, '真的', /真的/);
}
