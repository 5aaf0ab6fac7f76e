/** Limner in VS Code: what a model sees in your text. This file only wires. */

import * as vscode from 'vscode';

import { addAfresh } from './afresh';
import { addCare } from './care';
import { Charts } from './chart';
import { addCommands } from './commands';
import { Decorations } from './decorations';
import { EngineView } from './engineView';
import { Highlights } from './highlights';
import { addLabels } from './labels';
import { Overlays } from './overlays';
import { ProbesView } from './probesView';
import { onInterpreter } from './python';
import { addRenderer } from './renderer';
import { Keeper } from './restore';
import { Server } from './server';
import { addStatus } from './status';
import { addTerms } from './terms';
import { TermsView } from './termsView';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Limner', { log: true });
  const overlays = new Overlays();
  const highlights = new Highlights();
  const made = (server = new Server(log, overlays, highlights));
  const charts = new Charts(context.extensionUri, overlays);
  const terms = new TermsView(made, context.workspaceState);
  const look = () => void made.look();
  context.subscriptions.push(
    log,
    overlays,
    charts,
    highlights,
    terms,
    new Decorations(overlays),
    new ProbesView(overlays),
    new EngineView(made),
    addStatus(made, overlays),
    addCommands({ server: made, overlays, charts }),
    addLabels({ server: made, overlays, memory: context.workspaceState }),
    addTerms({ server: made, highlights, view: terms }),
    addAfresh(made),
    addCare(made),
    addRenderer(),
    new Keeper(made, overlays, context.workspaceState),
    made.overlay(params => overlays.take(params)),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
    vscode.workspace.onDidChangeWorkspaceFolders(look),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('limner.interpreter')) {
        void made.start();
      }
    })
  );
  void made.start();
  context.subscriptions.push(await onInterpreter(look));
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}
