/** Two folders, the Python extension's choice, and kernels of the Jupyter extension. */

import assert from 'node:assert/strict';
import { join } from 'node:path';

import * as vscode from 'vscode';

import type { FakeJupyter } from '../fakes/jupyter';
import type { FakePython } from '../fakes/python';
import * as host from './host';
import { runAll, until } from './runner';

const { NEGATIVE, TEXT, executeCommand } = host;

export const run = () => runAll('company', TESTS);

const TESTS = [
  ['each folder is asked for its interpreter, and Limner runs from it', interpreter],
  ['names in a cell are sent by its kernel, and the independence is pinned beside them', cell],
  ['a pinned question is asked anew with what the variables are now', again],
  ['a name is described; a table is compared column by column', table],
  ['a file of code uses the kernel that was begun for it', code],
  ['a busy kernel is left alone', busy]
] as const;

async function fake<T>(id: string): Promise<T> {
  const found = vscode.extensions.getExtension<T>(id);
  assert.ok(found, id);
  return found.activate();
}

async function interpreter(): Promise<void> {
  await host.limner();
  const python = await fake<FakePython>('ms-python.python');
  const { document } = await host.show('first.py', `${NEGATIVE}review = "${TEXT}"\n`);
  await host.untilHover(document, '不错', /negative 0\.\d/);
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  assert.equal(folders.length, 2);
  folders.forEach(folder => assert.ok(python.asked.includes(folder), folder));
}

const CELL = 'x, y';

/** A notebook with one cell that names two variables, and its kernel. */
async function notebook() {
  const jupyter = await fake<FakeJupyter>('ms-toolsai.jupyter');
  const uri = vscode.Uri.file(join(host.folder(), 'kernel.ipynb'));
  const text = (source: string) => ({
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source
  });
  const content = {
    cells: [text(CELL), text('df')],
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5
  };
  await vscode.workspace.fs.writeFile(uri, Buffer.from(JSON.stringify(content)));
  const opened = await vscode.workspace.openNotebookDocument(uri);
  await vscode.window.showNotebookDocument(opened);
  return { jupyter, opened, run: jupyter.begin(uri) };
}

const begun: { run?: (code: string) => Promise<Record<string, string>> } = {};

/** The editor of a cell, with the whole cell selected. */
async function editorOf(index: number): Promise<vscode.TextEditor> {
  const document = vscode.window.activeNotebookEditor?.notebook.cellAt(index).document;
  assert.ok(document);
  const editor = await until('the editor of the cell', async () => {
    await executeCommand('notebook.focusTop');
    for (let at = 0; at < index; at += 1) {
      await executeCommand('notebook.focusNextEditor');
    }
    await executeCommand('notebook.cell.edit');
    const { activeTextEditor } = vscode.window;
    return activeTextEditor?.document === document ? activeTextEditor : undefined;
  });
  const end = document.positionAt(document.getText().length);
  editor.selection = new vscode.Selection(new vscode.Position(0, 0), end);
  return editor;
}

async function cell(): Promise<void> {
  const { run } = await notebook();
  begun.run = run;
  await run('import numpy as np; rng = np.random.default_rng(0)');
  await run('x = rng.normal(size=300); y = x**2 + .1 * rng.normal(size=300)');
  const { document } = await editorOf(0);
  await executeCommand('limner.here.independence');
  const text = await host.untilHover(document, CELL, /HSIC/);
  assert.match(text, /n = 300/);
}

async function again(): Promise<void> {
  await begun.run?.('x = rng.normal(size=200); y = rng.normal(size=200)');
  const { document } = await editorOf(0);
  await executeCommand('limner.here.rerun');
  await host.untilHover(document, CELL, /n = 200/);
}

async function table(): Promise<void> {
  await begun.run?.('import pandas as pd; df = pd.DataFrame({"a": x, "b": x + y, "c": y})');
  const { document } = await editorOf(1);
  await executeCommand('limner.here.describe');
  await host.untilHover(document, 'df', /200/);
  await executeCommand('limner.here.unpin');
  await executeCommand('limner.here.independence');
  await host.untilHover(document, 'df', /pairs|q\b/);
}

async function code(): Promise<void> {
  const jupyter = await fake<FakeJupyter>('ms-toolsai.jupyter');
  const editor = await host.show('cells.py', '# %%\nvalues\n');
  const run = jupyter.begin(editor.document.uri);
  await run('values = list(range(50))');
  host.caret(editor, 'values', true);
  await executeCommand('limner.here.describe');
  await host.untilHover(editor.document, 'values', /50/);
}

async function busy(): Promise<void> {
  const jupyter = await fake<FakeJupyter>('ms-toolsai.jupyter');
  jupyter.status = 'busy';
  const editor = await host.show('busy.py', 'values\n');
  jupyter.begin(editor.document.uri);
  host.caret(editor, 'values', true);
  await executeCommand('limner.here.describe');
  const text = await host.hoverText(editor.document.uri, new vscode.Position(0, 1));
  assert.doesNotMatch(text, /limner\.here/);
}
