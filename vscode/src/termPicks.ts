/** What a person is asked about terms. */

import type { TermsArgument } from '@limner/protocol';
import * as vscode from 'vscode';

import type { Choice } from './lexicon';
import { sortName, statusName } from './termRows';

type Format = NonNullable<TermsArgument['format']>;

const STATUSES: readonly Choice['status'][] = ['all', 'candidate', 'accepted', 'rejected', 'page'];
const SORTS: readonly Choice['sort'][] = ['score', 'count', 'ratio', 'z', 'pmi', 'term', 'page'];

/** Milliseconds of rest after which what was typed is asked for. */
const REST = 200;

/** Which terms to show; undefined: cancelled. */
export async function chooseStatus(choice: Choice): Promise<Partial<Choice> | undefined> {
  const items = STATUSES.map(status => item(status, statusName(status), choice.status));
  const title = vscode.l10n.t('Which terms?');
  const chosen = await vscode.window.showQuickPick(items, { title });
  return chosen && { status: chosen.value };
}

/** In which order; the present one again turns it round. */
export async function chooseSort(choice: Choice): Promise<Partial<Choice> | undefined> {
  const items = SORTS.map(sort => item(sort, sortName(sort), choice.sort));
  const title = vscode.l10n.t('In which order? The present one again turns it round.');
  const chosen = await vscode.window.showQuickPick(items, { title });
  if (!chosen) {
    return undefined;
  }
  const sort = chosen.value;
  return { sort, descending: sort === choice.sort ? !choice.descending : sort !== 'term' };
}

function item<V extends string>(value: V, label: string, present: V) {
  return { label, description: value === present ? '✓' : '', value };
}

/** What terms shall contain; rows follow the typing, and Escape brings back what was. */
export async function askQuery(
  before: string,
  show: (query: string) => Promise<void>
): Promise<void> {
  const { t } = vscode.l10n;
  const box = vscode.window.createInputBox();
  box.title = t('Filter terms');
  box.placeholder = t('Part of a term, or the initials of its pinyin');
  box.value = before;
  let shown = before;
  let timer: NodeJS.Timeout | undefined;
  const ask = async (query: string) => {
    clearTimeout(timer);
    if (query !== shown) {
      shown = query;
      await show(query);
    }
  };
  let wanted = before;
  box.onDidChangeValue(value => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(value.trim()), REST);
  });
  box.onDidAccept(() => {
    wanted = box.value.trim();
    box.hide();
  });
  await new Promise<void>(done => {
    box.onDidHide(() => done());
    box.show();
  });
  box.dispose();
  await ask(wanted);
}

/** Into which term: a similar one, one that is found by what is typed, or just that. */
export async function chooseTerm(
  term: string,
  similar: readonly string[],
  find: (query: string) => Promise<readonly string[]>
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const pick = vscode.window.createQuickPick();
  pick.title = t('“{0}” is a spelling of …', term);
  pick.placeholder = t('Choose a term, or write one');
  const offer = async (written: string) => {
    const found = await find(written);
    if (written === pick.value.trim()) {
      const first = written ? [...found, written] : [...similar, ...found];
      const labels = new Set([...first, ...similar]);
      labels.delete(term);
      pick.items = [...labels].map(label => ({ label, alwaysShow: found.includes(label) }));
    }
  };
  await offer('');
  let chosen: string | undefined;
  pick.onDidChangeValue(value => void offer(value.trim()));
  pick.onDidAccept(() => {
    chosen = pick.activeItems[0]?.label;
    pick.hide();
  });
  await new Promise<void>(done => {
    pick.onDidHide(() => done());
    pick.show();
  });
  pick.dispose();
  return chosen;
}

export async function chooseFormat(): Promise<Format | undefined> {
  const { t } = vscode.l10n;
  const items: { label: string; detail: string; value: Format }[] = [
    { label: 'TSV', detail: t('A table with all figures'), value: 'tsv' },
    { label: 'jieba', detail: t('A dictionary for segmenting Chinese'), value: 'jieba' },
    { label: 'TBX', detail: t('A termbase for translators'), value: 'tbx' },
    { label: 'JSON', detail: t('All that is known, for programs'), value: 'json' }
  ];
  return (await vscode.window.showQuickPick(items, { title: t('Export terms as …') }))?.value;
}

/** The folder whose terms shall be mined, where no document says it. */
export async function chooseFolder(
  folders: readonly vscode.WorkspaceFolder[]
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  if (!folders.length) {
    throw new Error(t('Open a folder, or a document of it, first.'));
  }
  const items = folders.map(({ name, uri }) => ({ label: name, uri }));
  const title = t('Mine the terms of which folder?');
  const chosen = items.length > 1 ? await vscode.window.showQuickPick(items, { title }) : items[0];
  return chosen?.uri.toString();
}
