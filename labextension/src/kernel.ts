/**
 * Variables of a kernel on their way to the daemon: the browser asks, the kernel sends.
 *
 * A silent request evaluates one call of `limner.notebook.bridge`; the arrays go from the kernel
 * straight to the daemon, and what comes back here are their ids and shapes.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CancellationToken } from 'vscode-jsonrpc';

export const ARRAYS = 'application/vnd.limner.arrays.v1+json';
const DIGESTS = 'application/vnd.limner.digests.v1+json';
export const PARTNERS = 'application/vnd.limner.partners.v1+json';

/** An array that the daemon now has. */
export interface SentArray {
  readonly name: string;
  /** The daemon's token for it. */
  readonly id: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** How many rows were sent, and of how many. */
  readonly rows: number;
  readonly of: number;
  readonly kind: 'numeric' | 'categories';
  readonly note: string;
  /** Of what was sent; another one says that the variable has changed. */
  readonly digest: string;
}

/** How variables are sent. */
export interface Sending {
  /** A single table as its columns, each an array of its own. */
  readonly columns?: boolean;
  readonly token?: CancellationToken;
}

/** What could stand beside an array. */
export interface Partners extends Failing {
  /** It is a table: its columns can be compared with each other. */
  readonly table: boolean;
  /** Names of arrays and columns with as many rows. */
  readonly names: readonly string[];
}

interface Failing {
  readonly error: { kind: string; message: string } | null;
}

interface Digests extends Failing {
  readonly digests: readonly string[];
}

/** What the kernel answered. */
interface Answer extends Failing {
  arrays: SentArray[];
}

/** Have the kernel send variables to the daemon; fails with a sentence for the person. */
export async function sendArrays(
  session: ISessionContext,
  names: readonly string[],
  daemon: string,
  trans: TranslationBundle,
  how: Sending = {}
): Promise<readonly SentArray[]> {
  const code = expression(names, daemon, how.columns);
  return readAnswer(await asked(session, code, trans, how.token), trans);
}

/** Which arrays have as many rows as the one of this name; fails with a sentence. */
export async function partnersOf(
  session: ISessionContext,
  name: string,
  trans: TranslationBundle
): Promise<Partners> {
  const code = call('partners', JSON.stringify(name));
  return readData<Partners>(await asked(session, code, trans), PARTNERS, trans);
}

/** What `sendArrays` would send of these names now, as digests; fails with a sentence. */
export async function digestsOf(
  session: ISessionContext,
  names: readonly string[],
  trans: TranslationBundle,
  { columns = false }: Sending = {}
): Promise<readonly string[]> {
  const code = call('digests', JSON.stringify(names), ...apart(columns));
  return readData<Digests>(await asked(session, code, trans), DIGESTS, trans).digests;
}

/** Evaluate one call of the bridge in the session's kernel. */
async function asked(
  session: ISessionContext,
  code: string,
  trans: TranslationBundle,
  token?: CancellationToken
): Promise<KernelMessage.IExecuteReplyMsg['content']> {
  const kernel = session.session?.kernel;
  if (!kernel || kernel.status === 'dead' || kernel.status === 'terminating') {
    throw new Error(trans.__('No kernel is running: start one and run the cell.'));
  }
  if (!(await isPython(kernel))) {
    throw new Error(trans.__('Only a Python kernel can send its variables to Limner.'));
  }
  const { id } = kernel;
  const restarted = () => kernel.isDisposed || session.session?.kernel?.id !== id;
  const content = await ask(kernel, code, trans, token).catch((reason: Error) => {
    throw restarted() || isRestart(kernel, reason) ? new Error(wasRestarted(trans)) : reason;
  });
  if (restarted()) {
    throw new Error(wasRestarted(trans));
  }
  return content;
}

/** The one call that is evaluated; names and daemon are JSON, which Python reads as its own. */
export function expression(names: readonly string[], daemon: string, columns = false): string {
  return call('send', JSON.stringify(names), `daemon=${JSON.stringify(daemon)}`, ...apart(columns));
}

function apart(columns: boolean): string[] {
  return columns ? ['columns=True'] : [];
}

/** One call of the bridge, with arguments as Python reads them. */
function call(name: string, ...given: string[]): string {
  const bridge = `__import__('limner.notebook.bridge', fromlist=['${name}'])`;
  return `${bridge}.${name}(${given.join(', ')})`;
}

/** The arrays of a reply; fails with the sentence that says why there are none. */
export function readAnswer(
  content: KernelMessage.IExecuteReplyMsg['content'],
  trans: TranslationBundle
): readonly SentArray[] {
  return readData<Answer>(content, ARRAYS, trans).arrays;
}

/** What the bridge answered in a MIME type of ours; fails with the sentence in it. */
function readData<T extends Failing>(
  content: KernelMessage.IExecuteReplyMsg['content'],
  mime: string,
  trans: TranslationBundle
): T {
  const value = (content.status === 'ok' ? content.user_expressions['limner'] : content) as
    | { status?: string; data?: Record<string, unknown>; ename?: string; evalue?: string }
    | undefined;
  if (value?.status === 'aborted') {
    throw new Error(trans.__('The kernel stopped at an error in a cell: try again.'));
  }
  if (value?.status === 'error') {
    throw new Error(failure(value.ename ?? '', value.evalue ?? '', trans));
  }
  const answer = value?.data?.[mime] as T | undefined;
  if (!answer) {
    throw new Error(
      trans.__('The kernel has another version of Limner: install the same one and restart it.')
    );
  }
  if (answer.error) {
    throw new Error(answer.error.message);
  }
  return answer;
}

/** What went wrong inside the kernel, and what to do. */
function failure(ename: string, evalue: string, trans: TranslationBundle): string {
  if (ename === 'ModuleNotFoundError' && /['"]limner/.test(evalue)) {
    return trans.__(
      "Limner is not installed in this kernel's environment: run “%pip install limner” in a cell."
    );
  }
  return trans.__('The kernel could not send the variables: %1', `${ename}: ${evalue}`);
}

function wasRestarted(trans: TranslationBundle): string {
  return trans.__('The kernel was restarted: run the cell again.');
}

/** From the kernel's specification: a busy kernel would not answer. */
async function isPython(kernel: Kernel.IKernelConnection): Promise<boolean> {
  const spec = await kernel.spec;
  return (spec?.language ?? 'python').toLowerCase() === 'python';
}

/** Futures of a kernel that restarts are cancelled; of one that dies, too. */
function isRestart(kernel: Kernel.IKernelConnection, reason: Error): boolean {
  return (
    /restarting|dead|terminating/.test(kernel.status) || /^Canceled future/.test(reason.message)
  );
}

/** Ask through the main shell, or beside a running cell through a subshell of our own. */
async function ask(
  kernel: Kernel.IKernelConnection,
  code: string,
  trans: TranslationBundle,
  token?: CancellationToken
): Promise<KernelMessage.IExecuteReplyMsg['content']> {
  if (kernel.status !== 'busy') {
    return request(kernel, code, null, trans, token);
  }
  if (!kernel.supportsSubshells) {
    throw new Error(
      trans.__('The kernel is busy: wait until the cell has run, or interrupt the kernel.')
    );
  }
  const { subshell_id } = (await kernel.requestCreateSubshell({}).done).content;
  if (!subshell_id) {
    throw new Error(trans.__('The kernel is busy and cannot answer beside a running cell: wait.'));
  }
  try {
    return await request(kernel, code, subshell_id, trans, token);
  } finally {
    if (kernel.connectionStatus === 'connected') {
      kernel.requestDeleteSubshell({ subshell_id });
    }
  }
}

/** One silent request: no prompt number, nothing in the history, no output. */
async function request(
  kernel: Kernel.IKernelConnection,
  code: string,
  subshellId: string | null,
  trans: TranslationBundle,
  token?: CancellationToken
): Promise<KernelMessage.IExecuteReplyMsg['content']> {
  const message = KernelMessage.createMessage<KernelMessage.IExecuteRequestMsg>({
    msgType: 'execute_request',
    channel: 'shell',
    username: kernel.username,
    session: kernel.clientId,
    subshellId,
    content: {
      code: '',
      silent: true,
      store_history: false,
      allow_stdin: false,
      stop_on_error: false,
      user_expressions: { limner: code }
    }
  });
  const future = kernel.sendShellMessage(message, true);
  const cancelled = token?.onCancellationRequested(() => future.dispose());
  try {
    return (await future.done).content as KernelMessage.IExecuteReplyMsg['content'];
  } catch (reason) {
    if (token?.isCancellationRequested) {
      throw new Error(trans.__('Stopped.'), { cause: reason });
    }
    throw reason;
  } finally {
    cancelled?.dispose();
  }
}
