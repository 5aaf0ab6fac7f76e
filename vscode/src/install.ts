/** Limner is missing: the offer to install it, and the look-out for when it is there. */

import * as vscode from 'vscode';

import { said } from './commands';
import { module, SAFE_FOLDER } from './find';
import { interpreters } from './interpreters';
import { interpreterSetting } from './settings';
import type { Server } from './server';

/** Milliseconds between two looks while our terminal is open. */
const PERIOD = 3000;

/** Offer it once; look again whenever it may have been installed. */
export function addInstall(server: Server): vscode.Disposable {
  const ours = new Set<vscode.Terminal>();
  let offered = false;
  let looking: Promise<void> | undefined;
  const look = () => {
    if (server.link === 'missing') {
      looking ??= server.look().finally(() => (looking = undefined));
    }
  };
  const timer = setInterval(() => ours.size && look(), PERIOD);
  return vscode.Disposable.from(
    { dispose: () => clearInterval(timer) },
    vscode.commands.registerCommand('limner.install', () =>
      said(install().then(terminal => ours.add(terminal)))
    ),
    vscode.window.onDidEndTerminalShellExecution(look),
    vscode.window.onDidCloseTerminal(terminal => {
      ours.delete(terminal);
      look();
    }),
    vscode.window.onDidChangeWindowState(({ focused }) => focused && look()),
    server.changed(() => {
      if (server.link === 'missing' && !offered) {
        offered = true;
        void offer();
      }
      if (server.link === 'ready') {
        ours.clear();
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

/** Write the command into a terminal; whoever reads it presses Enter. */
async function install(): Promise<vscode.Terminal> {
  const python = interpreterSetting() || (await interpreters())[0]?.python || 'python3';
  const terminal = inTerminal([python, ...module('pip'), 'install', 'limner'], false);
  const sentence = vscode.l10n.t(
    'Press Enter in the terminal to install Limner; it starts by itself when it is there.'
  );
  void vscode.window.showInformationMessage(sentence);
  return terminal;
}

/** Show a command in a terminal outside the workspace, and run it unless told otherwise. */
export function inTerminal(command: readonly string[], run = true): vscode.Terminal {
  const terminal = vscode.window.createTerminal({ name: 'Limner', cwd: SAFE_FOLDER });
  terminal.show();
  terminal.sendText(command.map(quoted).join(' '), run);
  return terminal;
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `"${word.replace(/(["$`\\])/g, '\\$1')}"`;
}
