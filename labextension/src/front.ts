/** What the commands, the side panel and the status bar share. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { OverlayPanel } from '@limner/protocol';

import type { ChosenTerm } from './chosenTerm';
import type { Engine } from './engine';
import type { DrawMarkdown } from './hover';
import type { Lexicon } from './lexicon';
import { isOfLabels, type Row } from './panel/rows';
import type { Selection } from './panel/selection';
import type { Said } from './said';
import type { Stale } from './stale';
import type { IClient, IPages, ISettings } from './tokens';
import type { Variables } from './variables';

/** Charts in the main area. */
export interface ICharts {
  /** Show a probe's chart, a new one or the one that is open. */
  open(probe: string, panel: OverlayPanel): unknown;
  /** The probe's result changed, or (null) it is gone. */
  update(probe: string, panel: OverlayPanel | null): unknown;
}

export interface Front {
  readonly app: JupyterFrontEnd;
  readonly client: IClient;
  readonly pages: IPages;
  readonly settings: ISettings;
  readonly notebooks: INotebookTracker;
  readonly charts: ICharts;
  /** Asks about variables of kernels. */
  readonly variables: Variables;
  /** Which of their results are old. */
  readonly stale: Stale;
  readonly engine: Engine;
  /** The probe that the side panel shows in full. */
  readonly selection: Selection;
  /** The terms of the current document's folder. */
  readonly lexicon: Lexicon;
  /** The term that the side panel explains. */
  readonly chosenTerm: ChosenTerm;
  readonly drawMarkdown: DrawMarkdown;
  /** What was done, said quietly. */
  readonly said: Said;
  readonly trans: TranslationBundle;
}

/** All probes, in the order of the documents. */
export function allRows(pages: IPages): Row[] {
  return pages.all.flatMap(page => page.probes.map(probe => ({ page, probe })));
}

/** The probe at the caret, the smallest if they are nested; or null. */
export function rowAtCaret(pages: IPages): Row | null {
  const here = pages.current();
  if (!here) {
    return null;
  }
  const { page, view } = here;
  const { head } = view.state.selection.main;
  const around = page.probes.filter(
    probe => !isOfLabels(probe) && probe.start <= head && head <= probe.end
  );
  const probe = around.sort((one, other) => one.end - one.start - (other.end - other.start))[0];
  return probe ? { page, probe } : null;
}
