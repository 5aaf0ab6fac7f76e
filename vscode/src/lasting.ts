/** What lasts: the server's indicators, more than one of which may run. */

import type {
  ProgressToken,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport
} from 'vscode-languageclient/node';

type Said = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

export class Lasting {
  /** Take what is said of an indicator. */
  take(token: ProgressToken, said: Said): void {
    if (said.kind === 'end') {
      this._running.delete(token);
      return;
    }
    const before = this._running.get(token) ?? '';
    const message = said.message ?? (said.kind === 'begin' ? said.title : undefined);
    const words = message ?? before.replace(/ \d+ %$/, '');
    const { percentage } = said;
    this._running.set(token, percentage === undefined ? words : `${words} ${percentage} %`);
  }

  /** All that runs, in the order of its beginning; empty when nothing does. */
  get words(): string {
    return [...this._running.values()].filter(words => words).join(' · ');
  }

  /** By which the server knows what shall stop. */
  get tokens(): readonly ProgressToken[] {
    return [...this._running.keys()];
  }

  private readonly _running = new Map<ProgressToken, string>();
}
