/** Commands on the labels of a data file: those of the row at the caret, and those of all rows. */

import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { ClozeAnswer, ClozeArgument } from '@limner/protocol';
import { Widget } from '@lumino/widgets';

import { offsetOf, positionOf } from './follow';
import type { Front } from './front';
import { limnerIcon } from './icon';
import { h } from './panel/dom';
import type { Arguments, Spec } from './placed';
import { isData, labelsOf, probabilityOf } from './sheets';
import { COMMANDS, type IPage, type IPages } from './tokens';
import { besideOf, pathOf } from './uris';

/** The commands by id. */
export function ofLabels(front: Front): Record<string, Spec> {
  const { pages, trans } = front;
  const make = (
    label: string,
    caption: string,
    act: (page: IPage, given: Arguments) => Promise<unknown>
  ): Spec => ({
    label,
    caption,
    icon: limnerIcon,
    enabled: given => sheetOf(pages, given) !== null,
    visible: given => given['menu'] !== true || sheetOf(pages, given) !== null,
    run: given => {
      const page = sheetOf(pages, given);
      if (!page) {
        throw new Error(trans.__('Put the caret into a data file first: .tsv, .csv or .jsonl.'));
      }
      return act(page, given);
    }
  });
  const run = (command: string) => (page: IPage) => execute(front, command, { uri: page.uri });
  return {
    [COMMANDS.newTask]: make(
      trans.__('New Labelling Task'),
      trans.__('Write a task file beside the data file, and show it'),
      page => begin(front, page)
    ),
    [COMMANDS.label]: make(
      trans.__('Label as Predicted'),
      trans.__('Give the row at the caret the label that is predicted for it'),
      (page, given) => execute(front, 'accept', rowOf(front, page, given))
    ),
    [COMMANDS.labelAs]: make(
      trans.__('Label…'),
      trans.__('Give the row at the caret one of the labels of the task'),
      (page, given) => choose(front, page, given)
    ),
    [COMMANDS.labelAll]: make(
      trans.__('Accept All Sure Predictions…'),
      trans.__('Give the rows without a label that which is predicted, from a probability on'),
      page => acceptAll(front, page)
    ),
    [COMMANDS.nextRow]: make(
      trans.__('Next Least Certain Row'),
      trans.__('Go to the row whose label would teach the model most'),
      (page, given) => next(front, page, given)
    ),
    [COMMANDS.train]: make(
      trans.__('Train on the Labelled Rows'),
      trans.__('Learn a head from the rows that have a label, and label with it'),
      run('train')
    ),
    [COMMANDS.earlier]: make(
      trans.__('Go Back to the Earlier Head'),
      trans.__('Label with the head before the present one, or with none'),
      run('rollback')
    ),
    [COMMANDS.patterns]: make(
      trans.__('Compare the Patterns'),
      trans.__('How good the task is on the rows that have a label, pattern by pattern'),
      page => compare(front, page)
    ),
    [COMMANDS.predict]: make(
      trans.__('Predict Again'),
      trans.__('Ask the model about all rows anew'),
      run('predict')
    )
  };
}

/** The data file that is given, or has the caret; null: none. */
function sheetOf(pages: IPages, given: Arguments): IPage | null {
  const uri = given['uri'];
  const page = uri === undefined ? pages.current()?.page : pages.get(String(uri));
  return page && isData(page) ? page : null;
}

/** Run one of the server's commands and say quietly what was done. */
async function execute(
  front: Front,
  command: string,
  argument: ClozeArgument
): Promise<ClozeAnswer> {
  const answer = await front.client.execute<ClozeAnswer>(`limner.cloze.${command}`, argument);
  front.said.say(answer.said);
  return answer;
}

/** The row that is given, or at the caret. */
function rowOf({ pages }: Front, page: IPage, given: Arguments): ClozeArgument {
  if (given['line'] !== undefined) {
    return { uri: page.uri, line: Number(given['line']) };
  }
  const here = pages.current();
  const head = here?.page === page ? here.view.state.selection.main.head : 0;
  return { uri: page.uri, ...positionOf(page.doc, head) };
}

async function choose(front: Front, page: IPage, given: Arguments): Promise<void> {
  const { trans } = front;
  const row = rowOf(front, page, given); // the dialog takes the focus
  const labels = labelsOf(page);
  if (!labels.length) {
    throw new Error(trans.__('No task names this file: “New Labelling Task” writes one.'));
  }
  const { button, value } = await InputDialog.getItem({
    title: trans.__('Label of line %1', (row.line ?? 0) + 1),
    items: [...labels],
    okLabel: trans.__('Label')
  });
  if (button.accept && value) {
    await execute(front, 'accept', { ...row, label: value });
  }
}

async function acceptAll(front: Front, page: IPage): Promise<void> {
  const { settings, trans } = front;
  const { button, value } = await InputDialog.getText({
    title: trans.__('Accept all predictions from which probability on?'),
    label: trans.__('From 0 to 1; rows that have a label keep it'),
    text: String(settings.composite['acceptAbove'] ?? 0.9),
    okLabel: trans.__('Accept')
  });
  if (!button.accept) {
    return;
  }
  const above = probabilityOf(value ?? '');
  if (above === null) {
    throw new Error(trans.__('“%1” is no probability: write a number from 0 to 1.', value ?? ''));
  }
  await execute(front, 'acceptAll', { uri: page.uri, above });
  await settings.set('acceptAbove', above);
}

async function next(front: Front, page: IPage, given: Arguments): Promise<void> {
  const { line, character } = await execute(front, 'next', rowOf(front, page, given));
  if (line !== null) {
    await page.reveal(offsetOf(page.doc, { line, character: character ?? 0 }));
  }
}

async function begin(front: Front, page: IPage): Promise<void> {
  const { app, client } = front;
  const { text } = await execute(front, 'new', { uri: page.uri });
  const path = text && pathOf(client.root, besideOf(page.uri, text));
  if (path) {
    await app.commands.execute('docmanager:open', { path, factory: 'Editor' });
  }
}

async function compare(front: Front, page: IPage): Promise<void> {
  const { trans } = front;
  const { said, text } = await execute(front, 'report', { uri: page.uri });
  const body = new Widget({
    node: h('pre', { class: 'limner-report', tabindex: 0 }, text ?? said)
  });
  await showDialog({
    title: trans.__('Patterns of %1', page.title),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
