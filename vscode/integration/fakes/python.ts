/** As much of the Python extension's API as Limner uses, by its published typings. */

import type { PythonExtension } from '@vscode/python-extension';
import * as vscode from 'vscode';

type Environments = PythonExtension['environments'];
type Change = Parameters<Parameters<Environments['onDidChangeActiveEnvironmentPath']>[0]>[0];

/** What tests steer. */
export interface FakePython extends PythonExtension {
  /** Choose an interpreter; null: nothing was chosen. */
  choose(path: string | null): void;
  /** The folders that were asked for. */
  readonly asked: string[];
}

/** Each folder's own `python`, until another is chosen. */
export function activate(): FakePython {
  const changed = new vscode.EventEmitter<Change>();
  const asked: string[] = [];
  let chosen: string | null = null;
  const pathOf = (resource?: vscode.Uri | vscode.WorkspaceFolder) => {
    const uri = resource && 'uri' in resource ? resource.uri : resource;
    asked.push(uri?.fsPath ?? '');
    return chosen ?? (uri ? `${uri.fsPath}/python` : '/nowhere/python');
  };
  const environments = {
    getActiveEnvironmentPath: resource => {
      const path = pathOf(resource);
      return { id: path, path };
    },
    resolveEnvironment: async environment => {
      const path = typeof environment === 'string' ? environment : environment.path;
      return { executable: { uri: vscode.Uri.file(path) } } as never;
    },
    onDidChangeActiveEnvironmentPath: changed.event
  } as Partial<Environments> as Environments;
  return {
    environments,
    asked,
    choose: path => {
      chosen = path;
      changed.fire({ id: path ?? '', path: path ?? '', resource: undefined });
    }
  } as Partial<FakePython> as FakePython;
}
