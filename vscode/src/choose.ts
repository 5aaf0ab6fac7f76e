/** Quick picks for a probe's options, made from what the server says of them. */

import type { MethodOption, OverlayProbe, StatusAnswer } from '@limner/protocol';
import * as vscode from 'vscode';

/** These name labels of the model. */
const LABELS = new Set(['target', 'contrast']);

/** Ask for the name of an option; undefined: cancelled. */
export async function chooseOption(
  options: readonly MethodOption[],
  given: Readonly<Record<string, string>>
): Promise<MethodOption | undefined> {
  const items = options.map(option => ({
    label: option.name,
    description: given[option.name] ?? vscode.l10n.t('default'),
    detail: option.help,
    option
  }));
  const placeHolder = vscode.l10n.t('Which option?');
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.option;
}

/** Ask for a value; '' is the default, undefined: cancelled. */
export async function chooseValue(
  option: MethodOption,
  status: StatusAnswer,
  said: Pick<OverlayProbe, 'options' | 'model' | 'labels'> | undefined
): Promise<string | undefined> {
  const present = said?.options[option.name] ?? '';
  const choices = choicesOf(option, status, said);
  const title = `Limner: ${option.name}`;
  if (!choices.length) {
    return vscode.window.showInputBox({ title, prompt: option.help, value: present });
  }
  const items = ['', ...choices].map(value => ({
    label: value || vscode.l10n.t('default'),
    description: value === present ? '✓' : '',
    value
  }));
  const placeHolder = option.help;
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.value;
}

/** What may be chosen; empty where anything may be written. */
export function choicesOf(
  { name, values }: MethodOption,
  { models }: Pick<StatusAnswer, 'models'>,
  said: Pick<OverlayProbe, 'model' | 'labels'> | undefined
): readonly string[] {
  if (name === 'model') {
    return models.filter(model => !model.error).map(model => model.name);
  }
  if (LABELS.has(name)) {
    const known = models.find(model => model.name === said?.model)?.labels ?? [];
    return known.length ? known : (said?.labels ?? []);
  }
  return values;
}
