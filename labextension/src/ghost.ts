/** Ghost text for gaps: JupyterLab only adds at the caret, so the gap goes with the same edit. */

import { EditorState, Transaction, type Extension } from '@codemirror/state';

/** A word that is offered behind a gap. */
export interface Offered {
  readonly from: number;
  readonly to: number;
  /** The gap as it is written. */
  readonly gap: string;
  readonly word: string;
}

/** What is offered just now; whoever offers sets it. */
export const ghost: { offered: Offered | null } = { offered: null };

/** Where the offered word comes in behind its gap, and nobody has typed it, the gap goes. */
export function gaps(): Extension {
  return EditorState.transactionFilter.of(transaction => {
    const { offered } = ghost;
    if (!offered || !transaction.docChanged || transaction.annotation(Transaction.userEvent)) {
      return transaction;
    }
    const { from, to, gap, word } = offered;
    if (transaction.startState.sliceDoc(from, to) !== gap || !isTaken(transaction, to, word)) {
      return transaction;
    }
    ghost.offered = null;
    return [transaction, { changes: { from, to }, sequential: true }];
  });
}

function isTaken({ changes }: Transaction, at: number, word: string): boolean {
  const found: boolean[] = [];
  changes.iterChanges((from, to, _from, _to, inserted) => {
    found.push(from === at && to === at && inserted.toString() === word);
  });
  return found.length === 1 && found[0] === true;
}
