/** Commands on the text at the caret, or on the probe that a link or a row names. */

import { stepOf, type ExportAnswer } from '@limner/protocol';
import * as vscode from 'vscode';

import { ask, questionOf } from './arrays';
import type { Charts } from './chart';
import { chooseOption, chooseValue } from './choose';
import { ofArrays } from './methods';
import type { Overlays } from './overlays';
import { argumentOf, needProbe, probeOf, type Given } from './places';
import type { Server } from './server';

/** What the commands work on. */
export interface Front {
  readonly server: Server;
  readonly overlays: Overlays;
  readonly charts: Charts;
}

type Run = (given?: Given) => Promise<unknown>;

/** Register them; what they throw is shown as a sentence. */
export function addCommands(front: Front): vscode.Disposable {
  const { server, overlays, charts } = front;
  const send =
    (name: string): Run =>
    async given =>
      server.execute(`limner.${name}`, argumentOf(overlays, given));
  const change =
    (name: string): Run =>
    given =>
      changeOption(front, given, name);
  const commands: Record<string, Run> = {
    attribute: send('attribute'),
    pin: async given => {
      const { document, probe } = needProbe(overlays, given);
      const { options } = probe.said;
      const position = document.positionAt(probe.start);
      await server.execute('limner.pin', { uri: document.uri.toString(), position, options });
    },
    unpin: send('unpin'),
    rerun: async given => {
      const meant = probeOf(overlays, given);
      return meant && ofArrays(meant.probe.said.method)
        ? ask(server, overlays, questionOf(meant), given) // as the variables are now
        : send('rerun')(given);
    },
    describe: given => ask(server, overlays, 'describe', given),
    independence: given => ask(server, overlays, 'hsic', given),
    configure: given => changeOption(front, given),
    model: change('model'),
    target: change('target'),
    baseline: change('baseline'),
    compare: change('compare'),
    chart: async given => charts.open(needProbe(overlays, given)),
    copy: given => copy(front, given),
    next: () => moveToMark(overlays, 1),
    previous: () => moveToMark(overlays, -1),
    reveal: given => reveal(overlays, given)
  };
  const made = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`limner.here.${name}`, (given?: Given) => said(run(given)))
  );
  return vscode.Disposable.from(...made);
}

/** Show why it failed. */
export async function said(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    void vscode.window.showErrorMessage(`Limner: ${(error as Error).message}`);
  }
}

/** Change an option of the probe, or attribute the text at the caret with it. */
async function changeOption(
  { server, overlays }: Front,
  given: Given | undefined,
  name?: string
): Promise<void> {
  const meant = probeOf(overlays, given);
  const argument = meant
    ? { uri: meant.document.uri.toString(), probe: meant.probe.said.id }
    : argumentOf(overlays, given);
  const status = await server.status();
  const all = status?.options[meant?.probe.said.method ?? 'attribute'] ?? [];
  if (!status || !all.length) {
    throw new Error(vscode.l10n.t('There is nothing to choose for this kind of probe.'));
  }
  const said = meant?.probe.said;
  const option = name
    ? all.find(offered => offered.name === name)
    : await chooseOption(all, said?.options ?? {});
  const value = option && (await chooseValue(option, status, said));
  if (option && value !== undefined) {
    const command = meant ? 'limner.configure' : 'limner.attribute';
    await server.execute(command, { ...argument, options: { [option.name]: value } });
  }
}

async function copy({ server, overlays }: Front, given: Given | undefined): Promise<void> {
  const { document, probe } = needProbe(overlays, given);
  const formats = ['html', 'svg', 'json', 'text'];
  const format = given?.format ?? (await vscode.window.showQuickPick(formats));
  if (format && formats.includes(format)) {
    const asked = { uri: document.uri.toString(), probe: probe.said.id, format };
    const { text } = await server.request<ExportAnswer>('limner/export', asked);
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Limner: copied as {0}', format), 3000);
  }
}

/** The caret goes to the next (1) or previous (−1) coloured word, around the end if need be. */
async function moveToMark(overlays: Overlays, direction: 1 | -1): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const starts = (editor ? overlays.of(editor.document) : [])
    .flatMap(({ marks }) => marks.filter(({ value }) => stepOf(value)))
    .map(({ start }) => start)
    .sort((one, other) => direction * (one - other));
  if (!editor || !starts.length) {
    throw new Error(vscode.l10n.t('No word is coloured in this text: attribute it first.'));
  }
  const caret = editor.document.offsetAt(editor.selection.active);
  const found = starts.find(start => direction * (start - caret) > 0) ?? starts[0];
  const position = editor.document.positionAt(found);
  editor.selection = new vscode.Selection(position, position);
  editor.revealRange(new vscode.Range(position, position));
}

async function reveal(overlays: Overlays, given: Given | undefined): Promise<void> {
  const { document, probe } = needProbe(overlays, given);
  const at = document.positionAt(probe.start);
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at) });
}
