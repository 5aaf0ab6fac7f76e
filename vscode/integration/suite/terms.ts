/** Terms in every kind of document, through what VS Code itself asks for. */

import assert from 'node:assert/strict';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { DOCUMENTS, writeDocuments } from '../../ui-tests/documents';
import * as host from './host';
import { runAll, until } from './runner';

const { executeCommand } = host;

export const run = () => runAll('terms', TESTS);

const TESTS = [
  ['a folder is mined by a command', mines],
  ['the outline of each kind of document has its terms', outlines],
  ['hover, links to headings, and all places of a term', places],
  ['completion by the beginning and by pinyin', completes],
  ['actions decide, and take it back', decides],
  ['without the setting there are no terms, and with it they are back', switched]
] as const;

const CODE = '"""操作系统用页表。"""\n\nvalue = 1  # 每个进程有自己的页表\n';

async function open(name: string): Promise<vscode.TextDocument> {
  const uri = vscode.Uri.file(join(host.folder(), name));
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

async function mines(): Promise<void> {
  await host.limner();
  await writeDocuments(host.folder());
  const document = await open('notes/内存.md');
  await until('the command', async () => {
    const all = await vscode.commands.getCommands(true);
    return all.includes('limner.terms.mine');
  });
  await executeCommand('limner.lexicon.mine');
  await host.untilHover(document, '页表', /command:limner\.lexicon\.accept/);
}

/** The terms of the outline. */
function outline(document: vscode.TextDocument): Promise<string[]> {
  return until(`symbols of ${document.fileName}`, async () => {
    const found = await executeCommand<vscode.DocumentSymbol[] | undefined>(
      'vscode.executeDocumentSymbolProvider',
      document.uri
    );
    const names = (found ?? []).map(({ name }) => name);
    return names.includes('页表') || names.includes('内核') ? names : undefined;
  });
}

async function outlines(): Promise<void> {
  await host.show('code.py', CODE);
  const names = [...Object.keys(DOCUMENTS).filter(name => /[内手调]|manual|guide/.test(name))];
  for (const name of [...names, 'code.py']) {
    assert.ok((await outline(await open(name))).length > 0, name);
  }
}

async function places(): Promise<void> {
  const guide = await open('notes/guide.rst');
  const links = await until('links', async () => {
    const found = await executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      guide.uri
    );
    return found.length ? found : undefined;
  });
  const linked = links.map(({ range }) => guide.getText(range));
  assert.ok(linked.includes('文件系统'), linked.join());
  const document = await open('notes/内存.md');
  const at = document.positionAt(document.getText().indexOf('页表') + 1);
  const found = await executeCommand<vscode.Location[]>(
    'vscode.executeReferenceProvider',
    document.uri,
    at
  );
  assert.ok(found.length >= 4, String(found.length));
  for (const { uri, range } of found) {
    const text = (await vscode.workspace.openTextDocument(uri)).getText(range);
    assert.equal(text, '页表');
  }
}

async function completes(): Promise<void> {
  const { document } = await host.show('writing.md', '我们的czxt\n\n缺页\n');
  for (const [typed, term] of [
    ['czxt', '操作系统'],
    ['缺页', '缺页中断']
  ] as const) {
    const at = document.positionAt(document.getText().indexOf(typed) + typed.length);
    await until(`the offer of ${term}`, async () => {
      const { items } = await executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        at
      );
      const offer = items.find(({ label }) => label === term);
      const range = offer?.range;
      return range instanceof vscode.Range && document.getText(range) === typed;
    });
  }
}

/** Run the action whose title fits. */
async function act(document: vscode.TextDocument, word: string, title: RegExp): Promise<void> {
  const at = document.positionAt(document.getText().indexOf(word) + 1);
  const { command } = await until(`the action ${title}`, async () => {
    const found = await executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(at, at)
    );
    return found.find(action => title.test(action.title));
  });
  assert.ok(command);
  await executeCommand(command.command, ...(command.arguments ?? []));
}

async function decides(): Promise<void> {
  const document = await open('notes/内存.md');
  await act(document, '页表', /^Limner: accept “页表”$/);
  await host.untilHover(document, '页表', /页表\*\* · accepted/);
  await act(document, '页表', /^Limner: undo “页表 is a term”$/);
  await host.untilHover(document, '页表', /页表\*\* · number/);
}

async function switched(): Promise<void> {
  const document = await open('notes/内存.md');
  const at = document.positionAt(document.getText().indexOf('页表') + 1);
  await host.setting('terms', false);
  await until('no hover', async () => !/页表/.test(await host.hoverText(document.uri, at)));
  await host.setting('terms', undefined);
  await host.untilHover(document, '页表', /command:limner\.lexicon\.accept/);
}
