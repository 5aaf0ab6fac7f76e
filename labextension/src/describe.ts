/** From names in a cell to arrays that the daemon has, and a command about them. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { EditorView } from '@codemirror/view';
import { nameUnder, namesIn, type Pinned } from '@limner/protocol';

import { positionOf } from './follow';
import { sendArrays } from './kernel';
import type { IClient, IPage } from './tokens';

/** The command that asks each method about variables. */
export const COMMAND_OF: Readonly<Record<string, string>> = {
  describe: 'limner.describe',
  hsic: 'limner.hsic',
  hsic_matrix: 'limner.hsic'
};

/** Whether a probe of this method looks at variables of a kernel. */
export function readsVariables(method: string): boolean {
  return method in COMMAND_OF;
}

/** What is needed to reach a kernel from a page. */
export interface Reaching {
  readonly client: IClient;
  readonly notebooks: INotebookTracker;
  readonly trans: TranslationBundle;
}

/** Variables, and where in the text they are named. */
export interface Selected {
  readonly names: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** A command of the server about variables, and what it is given. */
export interface Question extends Selected {
  readonly command: string;
  readonly options?: Readonly<Record<string, string>>;
  /** A single table is sent as its columns. */
  readonly columns?: boolean;
}

/** What a probe was computed from. */
export interface Sent {
  /** The probe's id. */
  readonly probe: string;
  readonly names: readonly string[];
  readonly columns: boolean;
  readonly digests: readonly string[];
}

/** Have the kernel send variables to the daemon, and run a command on them at their names. */
export async function ask(
  reaching: Reaching,
  page: IPage,
  { names, start, end, command, options = {}, columns = false }: Question
): Promise<Sent> {
  const { client, trans } = reaching;
  const session = reach(reaching, page);
  const range = { start: positionOf(page.doc, start), end: positionOf(page.doc, end) };
  const sent = await sendArrays(session, names, client.daemon, trans, { columns });
  const { probe } = await client.execute<Pinned>(command, {
    uri: page.uri,
    range,
    arrays: sent.map(array => array.id),
    names: sent.map(array => array.name),
    options
  });
  return { probe, names, columns, digests: sent.map(array => array.digest) };
}

/** The session whose kernel has the variables; fails with what stands in the way. */
export function reach({ client, notebooks, trans }: Reaching, page: IPage): ISessionContext {
  if (client.state !== 'ready') {
    throw new Error(client.trouble || trans.__('Limner is still connecting: try again soon.'));
  }
  const session = sessionOf(notebooks, page);
  if (!session) {
    throw new Error(trans.__('Variables live in a kernel: select them in a cell of a notebook.'));
  }
  return session;
}

/** The variables under the selection or the caret; fails with a sentence when there are none. */
export function selectedNames(view: EditorView, trans: TranslationBundle): Selected {
  const { from, to, head, empty } = view.state.selection.main;
  if (empty) {
    const line = view.state.doc.lineAt(head);
    const found = nameUnder(line.text, head - line.from);
    if (!found) {
      throw new Error(trans.__('Put the caret on the name of a variable, or select names.'));
    }
    const start = line.from + found.start;
    return { names: [found.name], start, end: start + found.name.length };
  }
  const { names, rest } = namesIn(view.state.sliceDoc(from, to));
  if (rest || !names.length) {
    throw new Error(
      trans.__(
        'Select names of variables, like “x, y”, “a.b[0]” or “df[["a", "b"]]”; not understood: %1',
        rest.slice(0, 40) || trans.__('nothing')
      )
    );
  }
  return { names, start: from, end: to };
}

/** The session of the notebook that a page is a cell of. */
export function sessionOf(notebooks: INotebookTracker, page: IPage): ISessionContext | null {
  const panel = notebooks.find(({ content }) =>
    content.widgets.some(cell => cell.model.sharedModel === page.model)
  );
  return panel?.sessionContext ?? null;
}
