/** The Python extension's choice of interpreter, where that extension is. */

import { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

/** The path of the active interpreter of a folder, or nothing. */
export async function activeInterpreter(folder?: vscode.Uri): Promise<string | undefined> {
  const api = await pythonApi();
  if (!api) {
    return undefined;
  }
  const active = api.environments.getActiveEnvironmentPath(folder);
  const resolved = await api.environments.resolveEnvironment(active);
  return resolved?.executable.uri?.fsPath ?? active.path;
}

/** Call back when another interpreter is chosen. */
export async function onInterpreter(changed: () => void): Promise<vscode.Disposable> {
  const api = await pythonApi();
  return (
    api?.environments.onDidChangeActiveEnvironmentPath(changed) ?? { dispose: () => undefined }
  );
}

async function pythonApi(): Promise<PythonExtension | undefined> {
  const there = vscode.extensions.getExtension('ms-python.python');
  return there && vscode.workspace.isTrusted ? PythonExtension.api() : undefined;
}
