/** The Pythons of the workspace's folders: none in a workspace that is not trusted. */

import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

import * as vscode from 'vscode';

import { candidates, type Interpreter, type Launcher } from './find';
import { activeInterpreter } from './python';
import { interpreterSetting } from './settings';

/** All that may start Limner, the likeliest first. */
export async function launchers(): Promise<readonly Launcher[]> {
  return candidates(interpreterSetting(), await interpreters());
}

/**
 * Of each folder the Python extension's choice, then its `.venv`; the folder of the document in
 * front goes first.
 */
export async function interpreters(): Promise<readonly Interpreter[]> {
  if (!vscode.workspace.isTrusted) {
    return [];
  }
  const folders = foldersInOrder();
  if (!folders.length) {
    return chosen(undefined);
  }
  const found = await Promise.all(
    folders.map(async folder => [...(await chosen(folder)), ...(await venv(folder))])
  );
  return found.flat();
}

function foldersInOrder(): readonly vscode.WorkspaceFolder[] {
  const front = vscode.window.activeTextEditor?.document.uri;
  const first = front && vscode.workspace.getWorkspaceFolder(front);
  const all = vscode.workspace.workspaceFolders ?? [];
  return first ? [first, ...all.filter(folder => folder !== first)] : all;
}

async function chosen(folder: vscode.WorkspaceFolder | undefined): Promise<Interpreter[]> {
  const python = await activeInterpreter(folder?.uri);
  return python ? [{ python, origin: 'python', folder: folder?.name ?? '' }] : [];
}

async function venv({ uri, name }: vscode.WorkspaceFolder): Promise<Interpreter[]> {
  if (uri.scheme !== 'file') {
    return [];
  }
  const inside = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const python = join(uri.fsPath, '.venv', ...inside);
  const there = await access(python, constants.X_OK).then(
    () => true,
    () => false // none there
  );
  return there ? [{ python, origin: 'venv', folder: name }] : [];
}

/** Where the program was found, in words. */
export function originOf({ origin, folder }: Launcher): string {
  const { t } = vscode.l10n;
  const words = {
    setting: t('from your settings'),
    python: folder ? t('the Python of {0}', folder) : t('the Python in use'),
    venv: t('.venv of {0}', folder),
    path: t('found on PATH')
  };
  return words[origin];
}
