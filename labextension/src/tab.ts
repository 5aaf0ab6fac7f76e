/** Tab in cells of prose: JupyterLab's own asks for completions in code cells alone. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICompletionProviderManager } from '@jupyterlab/completer';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Commands for the keys of `schema/plugin.json`. */
export function completeInProse(
  { commands }: JupyterFrontEnd,
  completers: ICompletionProviderManager,
  notebooks: INotebookTracker,
  trans: TranslationBundle
): void {
  const add = (id: string, label: string, act: (panel: string) => void) =>
    commands.addCommand(id, {
      label,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        const panel = notebooks.currentWidget?.id;
        if (panel !== undefined) {
          act(panel);
        }
      }
    });
  add('limner:complete', trans.__('Complete in a Cell of Prose'), id => completers.invoke(id));
  add('limner:take', trans.__('Take the Completion'), id => completers.select(id));
}
