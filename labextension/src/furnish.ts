/** Everything around the editors: commands, side panel, status bar, charts that follow. */

import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IStateDB } from '@jupyterlab/statedb';
import type { IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';

import { addCommands } from './commands';
import { ChosenTerm } from './chosenTerm';
import { Engine } from './engine';
import { allRows, type Front, type ICharts } from './front';
import type { DrawMarkdown } from './hover';
import { Lexicon } from './lexicon';
import { addPanel, panelShown } from './panel';
import { Selection } from './panel/selection';
import { Said } from './said';
import { addStatus } from './status';
import type { Stale } from './stale';
import { COMMANDS, type IClient, type IPages, type ISettings } from './tokens';
import { canDrop } from './panel/rows';
import { offerDrop, type Variables } from './variables';

export interface Furnishing {
  readonly app: JupyterFrontEnd;
  readonly client: IClient;
  readonly pages: IPages;
  readonly settings: ISettings;
  readonly notebooks: INotebookTracker;
  readonly charts: ICharts;
  readonly variables: Variables;
  readonly stale: Stale;
  readonly drawMarkdown: DrawMarkdown;
  readonly trans: TranslationBundle;
  readonly palette: ICommandPalette | null;
  readonly restorer: ILayoutRestorer | null;
  readonly state: IStateDB | null;
  readonly statusBar: IStatusBar | null;
}

/** Add all of it; it lives as long as the application. */
export function furnish(given: Furnishing): void {
  const { app, client, pages, settings, notebooks, charts, variables, stale, trans } = given;
  const front: Front = {
    ...{ app, client, pages, settings, notebooks, charts, variables, stale, trans },
    engine: new Engine(client, () => panelShown({ app })),
    selection: new Selection(pages),
    lexicon: new Lexicon(asked => client.request('limner/lexicon', asked)),
    chosenTerm: new ChosenTerm(client),
    drawMarkdown: given.drawMarkdown,
    said: new Said()
  };
  addCommands(front, given.palette);
  addPanel(front, given.restorer, given.state);
  for (const command of [COMMANDS.panel, COMMANDS.terms]) {
    given.palette?.addItem({ command, category: front.trans.__('Limner') });
  }
  addStatus(front, given.statusBar);
  followCharts(front);
  offerDrops(front);
}

/** Once for each failure that leaving out rows would mend. */
function offerDrops({ client, pages, trans }: Front): void {
  let before = new Set<string>();
  pages.changed.connect(() => {
    const rows = allRows(pages).filter(canDrop);
    rows
      .filter(row => !before.has(row.probe.said.id))
      .forEach(row => offerDrop(client, row, trans));
    before = new Set(rows.map(row => row.probe.said.id));
  });
}

/** Open charts follow their probes; those whose probe is gone say so. */
function followCharts({ pages, charts }: Front): void {
  let before = new Set<string>();
  pages.changed.connect(() => {
    const said = allRows(pages).map(({ probe }) => probe.said);
    said.forEach(({ id, panel }) => charts.update(id, panel));
    const now = new Set(said.map(({ id }) => id));
    before.forEach(id => {
      if (!now.has(id)) {
        charts.update(id, null);
      }
    });
    before = now;
  });
}
