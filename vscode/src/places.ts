/** Which probe or text a command means. */

import type { DrawnProbe } from '@limner/protocol';
import * as vscode from 'vscode';

import { ofLabels } from './methods';
import type { Overlays } from './overlays';

/** What a link, a row of the tree or a key binding gives a command. */
export interface Given {
  readonly probe?: string;
  readonly format?: string;
}

export interface Meant {
  readonly document: vscode.TextDocument;
  readonly probe: DrawnProbe;
}

/** The probe that is named, or the one at the caret. */
export function probeOf(overlays: Overlays, given: Given | undefined): Meant | undefined {
  if (given?.probe) {
    return overlays.find(given.probe);
  }
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return undefined;
  }
  const { document, selection } = editor;
  const near = overlays.at(document, document.offsetAt(selection.active));
  const probe = near.find(({ said }) => !ofLabels(said.method));
  return probe && { document, probe };
}

/** The probe, or an error that says what to do. */
export function needProbe(overlays: Overlays, given: Given | undefined): Meant {
  const found = probeOf(overlays, given);
  if (!found) {
    throw new Error(vscode.l10n.t('Nothing is pinned here: attribute the text first.'));
  }
  return found;
}

/** `{uri, probe}` of what is meant, or `{uri, position | range}` of the caret or selection. */
export function argumentOf(overlays: Overlays, given: Given | undefined): object {
  const editor = vscode.window.activeTextEditor;
  if (given?.probe) {
    const { document, probe } = needProbe(overlays, given);
    return { uri: document.uri.toString(), probe: probe.said.id };
  }
  if (!editor) {
    throw new Error(vscode.l10n.t('Put the caret into a text first.'));
  }
  const { document, selection } = editor;
  const { start, end } = selection;
  const where = selection.isEmpty ? { position: selection.active } : { range: { start, end } };
  return { uri: document.uri.toString(), ...where };
}

/** The beginning of the text that a probe looks at, on one line. */
export function excerpt({ document, probe }: Meant, longest = 60): string {
  const text = document
    .getText()
    .slice(probe.start, Math.min(probe.end, probe.start + 4 * longest));
  const line = [...text.replace(/\s+/g, ' ').trim()];
  return line.length > longest ? `${line.slice(0, longest - 1).join('')}…` : line.join('');
}
