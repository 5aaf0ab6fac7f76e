/** What the notebook renderer is told: the palette of the settings. */

import * as vscode from 'vscode';

/** Tell each renderer once it is there, and all of them when the setting changes. */
export function addRenderer(): vscode.Disposable {
  const messaging = vscode.notebooks.createRendererMessaging('limner.card');
  const tell = (editor?: vscode.NotebookEditor) => {
    const palette = vscode.workspace.getConfiguration('limner').get<string>('palette');
    void messaging.postMessage({ palette }, editor);
  };
  return vscode.Disposable.from(
    messaging.onDidReceiveMessage(({ editor }) => tell(editor)),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('limner.palette')) {
        tell();
      }
    })
  );
}
