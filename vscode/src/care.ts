/** Commands for the server itself: install, restart, log, doctor. */

import * as vscode from 'vscode';

import { said } from './commands';
import { activeInterpreter } from './python';
import { interpreterSetting } from './settings';
import type { Server } from './server';

/** Register them, and offer to install what is missing. */
export function addCare(server: Server): vscode.Disposable {
  let offered = false;
  const register = (name: string, run: () => Promise<unknown>) =>
    vscode.commands.registerCommand(`limner.${name}`, () => said(run()));
  return vscode.Disposable.from(
    register('restart', () => server.start()),
    register('cancel', () =>
      server.request('workspace/executeCommand', { command: 'limner.stop' })
    ),
    register('log', async () => server.log.show()),
    register('install', () => install(server)),
    register('doctor', () => inTerminal(['-m', 'limner', 'doctor'])),
    register('interpreter', async () =>
      vscode.commands.executeCommand('workbench.action.openSettings', 'limner.interpreter')
    ),
    register('menu', menu),
    server.changed(() => {
      if (server.link === 'missing' && !offered) {
        offered = true;
        void offer();
      }
    })
  );
}

async function offer(): Promise<void> {
  const { t } = vscode.l10n;
  const [now, choose] = [t('Install …'), t('Choose another Python')];
  const sentence = t('Limner is not installed in the Python in use.');
  const answer = await vscode.window.showWarningMessage(sentence, now, choose);
  if (answer) {
    const command = answer === now ? 'limner.install' : 'limner.interpreter';
    await vscode.commands.executeCommand(command);
  }
}

/** Write the command into a terminal; whoever reads it presses Enter. Then look again. */
async function install(server: Server): Promise<void> {
  const terminal = await inTerminal(['-m', 'pip', 'install', 'limner'], false);
  const { t } = vscode.l10n;
  const again = t('Look again');
  const sentence = t('Run the command in the terminal; when it is done, Limner can start.');
  const answer = await vscode.window.showInformationMessage(sentence, again);
  if (answer === again) {
    terminal.dispose();
    await server.start();
  }
}

async function inTerminal(args: readonly string[], run = true): Promise<vscode.Terminal> {
  const python = interpreterSetting() || (await activeInterpreter()) || 'python3';
  const terminal = vscode.window.createTerminal('Limner');
  terminal.show();
  terminal.sendText([quoted(python), ...args].join(' '), run);
  return terminal;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path.replace(/(["$`\\])/g, '\\$1')}"`;
}

async function menu(): Promise<void> {
  const { t } = vscode.l10n;
  const items = [
    { label: `$(output) ${t('Show log')}`, command: 'limner.log' },
    { label: `$(debug-restart) ${t('Restart')}`, command: 'limner.restart' },
    { label: `$(pulse) ${t('Run the doctor')}`, command: 'limner.doctor' },
    { label: `$(list-tree) ${t('Show the probes')}`, command: 'limner.probes.focus' }
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'Limner' });
  if (chosen) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
