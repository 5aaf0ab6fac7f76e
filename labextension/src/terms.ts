/** Commands on the terms of a folder: of the term that is given, or the one at the caret. */

import { InputDialog } from '@jupyterlab/apputils';
import { searchIcon } from '@jupyterlab/ui-components';
import type { TermAnswer, TermsAnswer, TermsArgument } from '@limner/protocol';
import type { Location } from 'vscode-languageserver-protocol';

import { positionOf } from './follow';
import type { Front } from './front';
import { highlightAt } from './highlights';
import { limnerIcon } from './icon';
import type { Arguments, Spec } from './placed';
import { COMMANDS } from './tokens';

type Format = NonNullable<TermsArgument['format']>;

/** Ways to write a lexicon down, as they are called. */
export const FORMATS: Readonly<Record<Format, string>> = {
  tsv: 'TSV',
  jieba: 'jieba',
  tbx: 'TBX',
  json: 'JSON'
};

/** The commands by id; `limner:show-terms` is the side panel's. */
export function ofTerms(front: Front): Record<string, Spec> {
  const { client, lexicon, trans } = front;
  const ready = () => client.state === 'ready';
  const decide = (command: string, label: string, caption: string): Spec => ({
    label,
    caption,
    enabled: given => given['term'] !== undefined || front.pages.current() !== null,
    run: given => run(front, command, termOf(front, given))
  });
  return {
    [COMMANDS.mine]: {
      label: trans.__('Mine Terms of This Folder'),
      caption: trans.__('Find the terms of the domain in the documents around this one'),
      icon: limnerIcon,
      enabled: ready,
      run: given => run(front, 'mine', { uri: uriOf(front, given) })
    },
    [COMMANDS.accept]: decide(
      'accept',
      trans.__('Accept Term at the Caret'),
      trans.__('The marked or selected words are a term')
    ),
    [COMMANDS.reject]: decide(
      'reject',
      trans.__('Not a Term'),
      trans.__('The marked words are marked and offered no more')
    ),
    [COMMANDS.forget]: decide(
      'forget',
      trans.__('Leave Term Open Again'),
      trans.__('Take back what was decided about the term at the caret')
    ),
    [COMMANDS.seed]: decide(
      'seed',
      trans.__('Use Term as Seed'),
      trans.__('The next mining keeps what leads to the seeds')
    ),
    [COMMANDS.merge]: {
      label: trans.__('Merge Term Into…'),
      caption: trans.__('The term at the caret is a spelling of another one'),
      enabled: given => given['term'] !== undefined || front.pages.current() !== null,
      run: given => merge(front, termOf(front, given))
    },
    [COMMANDS.find]: {
      label: trans.__('Find Term in the Folder'),
      caption: trans.__('List all places of the term at the caret in the side panel'),
      icon: searchIcon,
      enabled: () => front.pages.current() !== null,
      run: () => find(front)
    },
    [COMMANDS.undoTerms]: {
      label: trans.__('Undo the Last Decision About Terms'),
      caption: trans.__('Put the file of terms back as it was before'),
      enabled: ready,
      run: given => run(front, 'undo', { uri: uriOf(front, given) })
    },
    [COMMANDS.exportTerms]: {
      label: given =>
        given['format'] === undefined
          ? trans.__('Export Terms…')
          : FORMATS[given['format'] as Format],
      caption: trans.__('Download the terms as TSV, as a dictionary of jieba, as TBX or as JSON'),
      enabled: () => ready() && lexicon.known?.folder !== null,
      run: given => save(front, given)
    }
  };
}

/** Run one of the server's commands and say quietly what was done. */
async function run(front: Front, command: string, argument: TermsArgument): Promise<TermsAnswer> {
  const answer = await front.client.execute<TermsAnswer>(`limner.terms.${command}`, argument);
  front.said.say(answer.said);
  return answer;
}

/** Whose lexicon is meant where no term is: that of the document in front. */
export function uriOf(
  { pages, client }: Pick<Front, 'pages' | 'client'>,
  given: Arguments
): string {
  return String(given['uri'] ?? pages.current()?.page.uri ?? client.root);
}

/** The term that is given, selected, or marked at the caret; fails with what to do. */
function termOf(front: Front, given: Arguments): { uri: string; term: string } {
  if (given['term'] !== undefined) {
    return { uri: uriOf(front, given), term: String(given['term']) };
  }
  const here = front.pages.current();
  const term = here ? termAt(here.view.state) : '';
  if (!here || !term) {
    throw new Error(front.trans.__('Put the caret on a term that is marked, or select one.'));
  }
  return { uri: here.page.uri, term };
}

type State = Parameters<typeof highlightAt>[0];

function termAt(state: State): string {
  const { from, to, head, empty } = state.selection.main;
  const place = empty ? highlightAt(state, head) : { from, to };
  return place ? state.sliceDoc(place.from, place.to).trim() : '';
}

async function merge(front: Front, { uri, term }: { uri: string; term: string }): Promise<void> {
  const { client, trans } = front;
  const { similar } = await client.request<TermAnswer>('limner/term', { uri, term });
  const { button, value } = await InputDialog.getItem({
    title: trans.__('“%1” is a spelling of …', term),
    label: trans.__('Choose a similar term, or write another one'),
    items: [...similar],
    editable: true,
    okLabel: trans.__('Merge')
  });
  const into = button.accept ? (value ?? '').trim() : '';
  if (into) {
    await run(front, 'merge', { uri, term, into });
  }
}

async function find(front: Front): Promise<void> {
  const here = front.pages.current();
  if (!here) {
    return;
  }
  const { uri, term } = termOf(front, {});
  const found = await front.client.request<Location[] | null>('textDocument/references', {
    textDocument: { uri },
    position: positionOf(here.page.doc, here.view.state.selection.main.head),
    context: { includeDeclaration: true }
  });
  await front.app.commands.execute(COMMANDS.terms);
  front.chosenTerm.show(term, found ?? []);
}

async function save(front: Front, given: Arguments): Promise<void> {
  const { trans } = front;
  const formats = Object.keys(FORMATS) as Format[];
  let format = formats.find(name => name === given['format']);
  if (!format) {
    const { button, value } = await InputDialog.getItem({
      title: trans.__('Export terms as …'),
      items: formats.map(name => FORMATS[name]),
      okLabel: trans.__('Export')
    });
    format = button.accept ? formats.find(name => FORMATS[name] === value) : undefined;
  }
  if (format) {
    const { text, name } = await run(front, 'export', { uri: uriOf(front, given), format });
    download(text ?? '', name ?? `terms.${format}`);
  }
}

function download(text: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
