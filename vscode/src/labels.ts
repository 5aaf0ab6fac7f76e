/** Commands on the labels of the data file in front: of the row at the caret, and of all rows. */

import type { ClozeAnswer, ClozeArgument } from '@limner/protocol';
import * as vscode from 'vscode';

import { said } from './commands';
import { ofLabels } from './methods';
import type { Overlays } from './overlays';
import type { Server } from './server';
import { isData, probabilityOf } from './sheets';
import { tell } from './told';

/** What the commands work on. */
export interface Labels {
  readonly server: Server;
  readonly overlays: Overlays;
  readonly memory: vscode.Memento;
}

/** What a row of the view of probes gives a command; keys and menus give an address, or nothing. */
interface Given {
  readonly probe?: string;
}

type Run = (given?: Given) => Promise<unknown>;

/** The least probability that was accepted last. */
const ABOVE = 'limner.acceptAbove';

/** Register them; what they throw is shown as a sentence. */
export function addLabels(labels: Labels): vscode.Disposable {
  const { server, overlays } = labels;
  const send =
    (name: string): Run =>
    async given =>
      execute(server, name, { uri: sheetOf(overlays, given).uri.toString() });
  const commands: Record<string, Run> = {
    new: send('new'),
    accept: async () => execute(server, 'accept', row()),
    choose: () => choose(labels),
    acceptAll: () => acceptAll(labels),
    leastCertain: async () => execute(server, 'next', row()),
    train: send('train'),
    rollback: send('rollback'),
    report: send('report'),
    predict: send('predict')
  };
  const made = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`limner.labels.${name}`, (given?: Given) => said(run(given)))
  );
  return vscode.Disposable.from(...made, addReports());
}

/** Say what one of the server's commands has done, and show what it has found. */
export async function heard(command: string, answer: unknown): Promise<void> {
  tell(answer);
  const { text } = (answer ?? {}) as Partial<ClozeAnswer>;
  if (command === 'limner.cloze.report' && text) {
    await showReport(text);
  }
}

async function execute(
  server: Server,
  name: string,
  argument: ClozeArgument
): Promise<ClozeAnswer> {
  const command = `limner.cloze.${name}`;
  const answer = await server.execute<ClozeAnswer>(command, argument);
  await heard(command, answer);
  return answer;
}

/** The data file that a row of the view names, or the one in front. */
function sheetOf(overlays: Overlays, given: Given | undefined): vscode.TextDocument {
  const named = given?.probe ? overlays.find(given.probe)?.document : undefined;
  return named ?? inFront().document;
}

function inFront(): vscode.TextEditor {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !isData(editor.document.uri.path)) {
    throw new Error(vscode.l10n.t('Open a data file first: .tsv, .csv or .jsonl.'));
  }
  return editor;
}

/** The row at the caret. */
function row(): ClozeArgument {
  const { document, selection } = inFront();
  const { line, character } = selection.active;
  return { uri: document.uri.toString(), line, character };
}

async function choose({ server, overlays }: Labels): Promise<void> {
  const { t } = vscode.l10n;
  const here = row();
  const probe = overlays.of(inFront().document).find(({ said }) => ofLabels(said.method));
  const labels = probe?.said.labels ?? [];
  if (!labels.length) {
    throw new Error(t('No task names this file: New Labelling Task writes one.'));
  }
  const title = t('Label of line {0}', (here.line ?? 0) + 1);
  const label = await vscode.window.showQuickPick([...labels], { title });
  if (label) {
    await execute(server, 'accept', { ...here, label });
  }
}

async function acceptAll({ server, memory }: Labels): Promise<void> {
  const { t } = vscode.l10n;
  const uri = inFront().document.uri.toString();
  const written = await vscode.window.showInputBox({
    title: t('Accept all predictions from which probability on?'),
    prompt: t('From 0 to 1; rows that have a label keep it'),
    value: String(memory.get<number>(ABOVE, 0.9)),
    validateInput: value =>
      probabilityOf(value) === null ? t('Write a number from 0 to 1.') : undefined
  });
  const above = written === undefined ? null : probabilityOf(written);
  if (above !== null) {
    await execute(server, 'acceptAll', { uri, above });
    await memory.update(ABOVE, above);
  }
}

const SCHEME = 'limner-report';

/** The one report there is; its tab is taken for the next one. */
const REPORT = vscode.Uri.from({ scheme: SCHEME, path: '/Limner patterns' });

let shown = '';
const renewed = new vscode.EventEmitter<vscode.Uri>();

function addReports(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: renewed.event,
    provideTextDocumentContent: () => shown
  });
}

async function showReport(text: string): Promise<void> {
  shown = text;
  renewed.fire(REPORT);
  const document = await vscode.workspace.openTextDocument(REPORT);
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside, true);
}
