/** Commands for the server itself: restart, stop, log, doctor, and what to do when it fails. */

import * as vscode from 'vscode';

import { said } from './commands';
import { addInstall, inTerminal } from './install';
import type { Server } from './server';

/** Register them, and say when there is something to do. */
export function addCare(server: Server): vscode.Disposable {
  const register = (name: string, run: () => Promise<unknown>) =>
    vscode.commands.registerCommand(`limner.${name}`, () => said(run()));
  let failed = false;
  return vscode.Disposable.from(
    register('restart', () => server.start()),
    register('cancel', () => server.cancel()),
    register('log', async () => server.log.show()),
    register('doctor', () => doctor(server)),
    register('interpreter', async () =>
      vscode.commands.executeCommand('workbench.action.openSettings', 'limner.interpreter')
    ),
    register('menu', menu),
    addInstall(server),
    server.changed(() => {
      if (server.link === 'failed' && !failed) {
        failed = true;
        void sayFailed(server.about);
      }
      if (server.link === 'ready') {
        failed = false;
      }
    })
  );
}

async function sayFailed(why: string): Promise<void> {
  const { t } = vscode.l10n;
  const [log, restart] = [t('Show log'), t('Restart')];
  const answer = await vscode.window.showWarningMessage(why, log, restart);
  if (answer) {
    await vscode.commands.executeCommand(answer === log ? 'limner.log' : 'limner.restart');
  }
}

/** The program that runs here says what is wrong with it. */
async function doctor({ launcher }: Server): Promise<void> {
  if (!launcher) {
    await vscode.commands.executeCommand('limner.install');
    return;
  }
  inTerminal([launcher.command, ...launcher.args, 'doctor']);
}

async function menu(): Promise<void> {
  const { t } = vscode.l10n;
  const items = [
    { label: `$(output) ${t('Show log')}`, command: 'limner.log' },
    { label: `$(debug-restart) ${t('Restart')}`, command: 'limner.restart' },
    { label: `$(pulse) ${t('Run the doctor')}`, command: 'limner.doctor' },
    { label: `$(list-tree) ${t('Show the probes')}`, command: 'limner.probes.focus' },
    { label: `$(book) ${t('Show the terms')}`, command: 'limner.lexicon.focus' }
  ];
  const chosen = await vscode.window.showQuickPick(items, { title: 'Limner' });
  if (chosen) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
