/** As much of the Jupyter extension's API as Limner uses, by its published typings; IPython is real. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Jupyter, Kernel, KernelStatus } from '@vscode/jupyter-extension';
import * as vscode from 'vscode';

/** What tests steer. */
export interface FakeJupyter extends Jupyter {
  /** Give a document a kernel; the answer runs a cell in it. */
  begin(uri: vscode.Uri): (code: string) => Promise<Record<string, string>>;
  /** What the kernels of all documents say of themselves. */
  status: KernelStatus;
}

export function activate(context: vscode.ExtensionContext): FakeJupyter {
  const running = new Map<string, (code: string) => Promise<Record<string, string>>>();
  const fake: FakeJupyter = {
    status: 'idle',
    begin: uri => {
      const run = startKernel(context);
      running.set(uri.toString(), run);
      return run;
    },
    kernels: {
      getKernel: async uri => {
        const run = running.get(uri.toString());
        return run && kernelOf(run, fake);
      }
    },
    createJupyterServerCollection: () => {
      throw new Error('Limner has no servers of its own.');
    }
  };
  return fake;
}

function kernelOf(run: (code: string) => Promise<Record<string, string>>, fake: FakeJupyter) {
  const kernel: Kernel = {
    get status() {
      return fake.status;
    },
    onDidChangeStatus: new vscode.EventEmitter<KernelStatus>().event,
    language: 'python',
    executeCode: async function* (code) {
      const outputs = await run(code);
      const items = Object.entries(outputs).map(([mime, data]) => ({
        mime,
        data: new Uint8Array(Buffer.from(data, 'base64'))
      }));
      yield { items };
    }
  };
  return kernel;
}

/** IPython's own shell, one cell after the other. */
function startKernel(context: vscode.ExtensionContext) {
  const child = spawn('python', [join(context.extensionPath, 'kernel.py')]);
  context.subscriptions.push({ dispose: () => child.kill() });
  let said = '';
  child.stderr.on('data', chunk => (said += String(chunk)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return async (code: string) => {
    child.stdin.write(`${JSON.stringify(code)}\n`);
    const { value, done } = await lines.next();
    if (done) {
      throw new Error(said);
    }
    return JSON.parse(value) as Record<string, string>;
  };
}
