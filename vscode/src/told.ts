/** What commands on terms have done, as the status bar says it. */

import type { TermsAnswer } from '@limner/protocol';
import * as vscode from 'vscode';

import { sentenceOf } from './titles';

/** Milliseconds that it is said. */
export const SAID = 5000;

/** Show what a command has done; the answers of other commands say nothing. */
export function tell(answer: unknown): void {
  const words = (answer as Partial<TermsAnswer> | null | undefined)?.said;
  if (typeof words === 'string' && words) {
    vscode.window.setStatusBarMessage(`Limner: ${sentenceOf(words)}`, SAID);
  }
}
