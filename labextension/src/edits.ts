/** Edits that the server asks for: applied to the shared model, so that undo takes them back. */

import type {
  ApplyWorkspaceEditParams,
  ApplyWorkspaceEditResult,
  TextDocumentEdit,
  TextEdit
} from 'vscode-languageserver-protocol';

import { offsetOf } from './follow';
import type { IPage, IPages } from './tokens';

/** Apply all of it, or nothing with the reason. */
export function applyEdit(
  pages: IPages,
  params: ApplyWorkspaceEditParams
): ApplyWorkspaceEditResult {
  const wanted = params.edit.documentChanges ?? [];
  const found: { page: IPage; edits: TextEdit[] }[] = [];
  for (const change of wanted) {
    if (!('textDocument' in change)) {
      return { applied: false, failureReason: 'Files are not made or removed here.' };
    }
    const page = pageOf(pages, change);
    if (!page) {
      return { applied: false, failureReason: 'The text has changed meanwhile: try again.' };
    }
    found.push({ page, edits: change.edits as TextEdit[] });
  }
  found.forEach(({ page, edits }) => change(page, edits));
  return { applied: true };
}

function pageOf(pages: IPages, { textDocument }: TextDocumentEdit): IPage | undefined {
  const page = pages.get(textDocument.uri);
  const fresh = textDocument.version === null || textDocument.version === page?.version;
  return fresh ? page : undefined;
}

function change(page: IPage, edits: readonly TextEdit[]): void {
  const doc = page.doc;
  const placed = edits
    .map(({ range, newText }) => ({
      from: offsetOf(doc, range.start),
      to: offsetOf(doc, range.end),
      newText
    }))
    .sort((one, other) => other.from - one.from); // last first: the earlier places stay right
  const undo = (page.model as { undoManager?: { stopCapturing(): void } | null }).undoManager;
  undo?.stopCapturing(); // one step of its own, apart from what was typed just before and after
  page.model.transact(() => {
    placed.forEach(({ from, to, newText }) => page.model.updateSource(from, to, newText));
  });
  undo?.stopCapturing();
}
