/** Commands on terms: of the row that is given, or the one at the caret. */

import type {
  LexiconAnswer,
  LexiconParams,
  TermAnswer,
  TermPlace,
  TermsAnswer,
  TermsArgument
} from '@limner/protocol';
import * as vscode from 'vscode';

import { said } from './commands';
import type { Highlights } from './highlights';
import type { Server } from './server';
import { folders, inFront, termOf, type GivenTerm, type MeantTerm } from './termAt';
import {
  askQuery,
  chooseFolder,
  chooseFormat,
  chooseSort,
  chooseStatus,
  chooseTerm
} from './termPicks';
import { SAID, tell } from './told';
import type { Node, TermsView } from './termsView';

/** What the commands work on. */
export interface Terms {
  readonly server: Server;
  readonly highlights: Highlights;
  readonly view: TermsView;
}

type Run = (given?: GivenTerm) => Promise<unknown>;

/** Register them; what they throw is shown as a sentence. */
export function addTerms(front: Terms): vscode.Disposable {
  const { server, highlights, view } = front;
  const decide =
    (name: string): Run =>
    async given =>
      execute(server, name, await termOf(highlights, given));
  const choose = (asked: typeof chooseSort) => async () => {
    const choice = await asked(view.choice);
    return choice && view.choose(choice);
  };
  const commands: Record<string, Run> = {
    mine: () => mine(server),
    accept: decide('accept'),
    reject: decide('reject'),
    forget: decide('forget'),
    seed: decide('seed'),
    merge: async given => merge(server, await termOf(highlights, given)),
    find: given => find(front, given),
    show: async () => vscode.commands.executeCommand('limner.lexicon.focus'),
    undo: () => execute(server, 'undo', { uri: whose(view) }),
    export: () => save(server, whose(view)),
    filter: () => askQuery(view.choice.query, query => view.choose({ query })),
    sort: choose(chooseSort),
    status: choose(chooseStatus),
    more: () => view.more(),
    reveal: async given => reveal(server, await termOf(highlights, given)),
    place: async given => goTo((given as Node & { kind: 'place' }).place)
  };
  const made = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`limner.lexicon.${name}`, (given?: GivenTerm) =>
      said(run(given))
    )
  );
  return vscode.Disposable.from(...made);
}

async function execute(
  server: Server,
  name: string,
  argument: TermsArgument
): Promise<TermsAnswer> {
  const answer = await server.execute<TermsAnswer>(`limner.terms.${name}`, argument);
  tell(answer);
  return answer;
}

/** The lexicon that is meant where no term is. */
function whose(view: TermsView): string {
  const uri = inFront() ?? view.uri ?? folders()[0]?.uri.toString();
  if (!uri) {
    throw new Error(vscode.l10n.t('Open a folder, or a document of it, first.'));
  }
  return uri;
}

async function mine(server: Server): Promise<void> {
  const uri = inFront() ?? (await chooseFolder(folders()));
  if (uri) {
    await execute(server, 'mine', { uri });
  }
}

async function merge(server: Server, { uri, term }: MeantTerm): Promise<void> {
  const find = async (query: string) => {
    const asked: LexiconParams = { uri, query, limit: 20 };
    const { terms } = await server.request<LexiconAnswer>('limner/lexicon', asked);
    return terms.map(found => found.term);
  };
  const fold = (text: string) => text.toLowerCase();
  const found = await find(term);
  const known = found.some(one => fold(one) === fold(term)); // a spelling may be in no lexicon
  const asked = { uri, term };
  const similar = known ? (await server.request<TermAnswer>('limner/term', asked)).similar : [];
  const into = await chooseTerm(term, similar, find);
  if (into) {
    await execute(server, 'merge', { uri, term, into });
  }
}

async function save(server: Server, uri: string): Promise<void> {
  const { t } = vscode.l10n;
  const format = await chooseFormat();
  const answer = format && (await execute(server, 'export', { uri, format }));
  if (!answer || answer.text === null) {
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri)) ?? folders()[0];
  const name = answer.name ?? 'terms';
  const defaultUri = folder && vscode.Uri.joinPath(folder.uri, name);
  const file = await vscode.window.showSaveDialog({ defaultUri, title: t('Export terms') });
  if (file) {
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(answer.text));
    vscode.window.setStatusBarMessage(t('Limner: written to {0}', file.fsPath), SAID);
  }
}

/** All places, as the editor shows references; a row's term has its own first. */
async function find({ server, highlights }: Terms, given: GivenTerm | undefined): Promise<void> {
  if (given?.term) {
    await reveal(server, await termOf(highlights, given), false);
  }
  await vscode.commands.executeCommand('editor.action.goToReferences');
}

/** Go to the first place of a term: in the document that was asked, else in any. */
async function reveal(
  server: Server,
  { uri, term }: MeantTerm,
  preserveFocus = true
): Promise<void> {
  const { places } = await server.request<TermAnswer>('limner/term', { uri, term });
  const asked = vscode.Uri.parse(uri).toString();
  const here = places.find(found => vscode.Uri.parse(found.uri).toString() === asked);
  const place = here ?? places[0];
  if (place) {
    await goTo(place, preserveFocus);
    return;
  }
  // one that was added by hand has no places yet
  const open = vscode.workspace.textDocuments.find(document => document.uri.toString() === asked);
  const at = open?.getText().indexOf(term) ?? -1;
  if (!open || at < 0) {
    throw new Error(vscode.l10n.t('“{0}” stands in no document that was read.', term));
  }
  const selection = new vscode.Range(open.positionAt(at), open.positionAt(at + term.length));
  await vscode.window.showTextDocument(open, { selection, preserveFocus });
}

/** Select the term in its line; what has no lines is opened as VS Code opens it. */
async function goTo(
  { uri, line, text, start, end }: TermPlace,
  preserveFocus = true
): Promise<void> {
  const at = vscode.Uri.parse(uri);
  if (line < 0) {
    await vscode.commands.executeCommand('vscode.open', at);
    return;
  }
  const document = await vscode.workspace.openTextDocument(at);
  const there = document.lineAt(Math.min(line, document.lineCount - 1)).text;
  const sentence = there.indexOf(text);
  const term = text.slice(start, end);
  const column = sentence < 0 ? there.indexOf(term) : sentence + start;
  const length = column < 0 ? 0 : term.length; // the text has changed meanwhile
  const from = new vscode.Position(line, Math.max(0, column));
  const selection = new vscode.Range(from, from.translate(0, length));
  await vscode.window.showTextDocument(document, { selection, preserveFocus });
}
