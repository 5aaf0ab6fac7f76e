/** Showing a place in a notebook to the person. */

import type { NotebookPanel } from '@jupyterlab/notebook';

/** Scroll to a cell and put the caret into it; a rendered one is opened for that. */
export async function revealCell(
  panel: NotebookPanel,
  index: number,
  offset: number
): Promise<void> {
  const notebook = panel.content;
  const cell = notebook.widgets[index];
  if (!cell) {
    return;
  }
  notebook.activeCellIndex = index;
  await notebook.scrollToItem(index, 'smart');
  await cell.ready;
  if (cell.model.type === 'markdown') {
    (cell as unknown as { rendered: boolean }).rendered = false;
  }
  notebook.mode = 'edit';
  const editor = cell.editor;
  const position = editor?.getPositionAt(offset);
  if (editor && position) {
    editor.setCursorPosition(position);
    editor.focus();
  }
}
