/** Variables of a kernel on their way to the daemon, through the Jupyter extension's public API. */

import type { Jupyter, Kernel } from '@vscode/jupyter-extension';
import * as vscode from 'vscode';

export const JUPYTER = 'ms-toolsai.jupyter';
const ARRAYS = 'application/vnd.limner.arrays.v1+json';
const ERROR = 'application/vnd.code.notebook.error';

/** An array that the daemon now has. */
export interface SentArray {
  readonly name: string;
  /** The daemon's token for it. */
  readonly id: string;
}

/** What the kernel is asked for. */
export interface Wanted {
  readonly names: readonly string[];
  /** The columns of a single table as arrays of their own. */
  readonly columns: boolean;
  /** Whom the kernel must reach; of `limner/status`. */
  readonly daemon: string;
}

interface Answer {
  readonly arrays: readonly SentArray[];
  readonly error: { readonly message: string } | null;
}

/** There is no Jupyter extension, or it may not run here. */
export class NoJupyter extends Error {}

/** Have the kernel of a document send variables to the daemon; fails with a sentence. */
export async function sendArrays(
  document: vscode.TextDocument,
  wanted: Wanted,
  token: vscode.CancellationToken
): Promise<readonly SentArray[]> {
  const kernel = await kernelOf(document);
  const { t } = vscode.l10n;
  if (kernel.language.toLowerCase() !== 'python') {
    throw new Error(t('Only a Python kernel can send its variables to Limner.'));
  }
  if (kernel.status === 'busy') {
    throw new Error(t('The kernel is busy: wait until the cell has run, or interrupt the kernel.'));
  }
  for await (const { items } of kernel.executeCode(expression(wanted), token)) {
    const found = items.find(({ mime }) => mime === ARRAYS || mime === ERROR);
    if (found) {
      return readAnswer(found.mime, found.data);
    }
  }
  throw new Error(
    token.isCancellationRequested
      ? t('Stopped.')
      : t('The kernel has another version of Limner: install the same one and restart it.')
  );
}

/** The one call that is evaluated; JSON's strings and lists are Python's, too. */
export function expression({ names, columns, daemon }: Wanted): string {
  const bridge = "__import__('limner.notebook.bridge', fromlist=['send'])";
  const apart = columns ? ', columns=True' : '';
  return `${bridge}.send(${JSON.stringify(names)}, daemon=${JSON.stringify(daemon)}${apart})`;
}

/** The arrays of an output; fails with the sentence that says why there are none. */
export function readAnswer(mime: string, data: Uint8Array): readonly SentArray[] {
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  if (mime === ERROR) {
    const { name = '', message = '' } = value as { name?: string; message?: string };
    throw new Error(failure(name, message));
  }
  const { arrays, error } = value as Answer;
  if (error) {
    throw new Error(error.message);
  }
  return arrays;
}

/** What went wrong inside the kernel, and what to do. */
function failure(name: string, message: string): string {
  const { t } = vscode.l10n;
  return name === 'ModuleNotFoundError' && /['"]limner/.test(message)
    ? t(
        "Limner is not installed in this kernel's environment: run “%pip install limner” in a cell."
      )
    : t('The kernel could not send the variables: {0}', `${name}: ${message}`);
}

/** The kernel that was started for the document's notebook, or for its interactive window. */
async function kernelOf(document: vscode.TextDocument): Promise<Kernel> {
  const { kernels } = await jupyter();
  for (const uri of homesOf(document)) {
    const kernel = await kernels.getKernel(uri);
    if (kernel && kernel.status !== 'dead' && kernel.status !== 'terminating') {
      return kernel;
    }
  }
  throw new Error(
    vscode.l10n.t(
      'No kernel was found for this text: run a cell, and allow Limner to use the kernel when asked.'
    )
  );
}

/** A cell belongs to its notebook; the cells of a file of code run in an interactive window. */
function homesOf({ uri }: vscode.TextDocument): readonly vscode.Uri[] {
  const all = vscode.workspace.notebookDocuments;
  const home = all.find(notebook =>
    notebook.getCells().some(({ document }) => document.uri.toString() === uri.toString())
  );
  const windows = all.filter(({ notebookType }) => notebookType === 'interactive');
  return home ? [home.uri] : [uri, ...windows.map(notebook => notebook.uri)];
}

async function jupyter(): Promise<Jupyter> {
  const extension = vscode.extensions.getExtension<Jupyter>(JUPYTER);
  if (!extension) {
    throw new NoJupyter(
      vscode.l10n.t(
        'Variables live in a kernel, which Limner reaches through the Jupyter extension: install it, or write “%hsic x y” into a cell.'
      )
    );
  }
  return extension.activate();
}
