/** The side panel: probes, the chosen one with its table, terms, the engine. */

import type { ILayoutRestorer } from '@jupyterlab/application';
import { PanelWithToolbar, SidePanel, ToolbarButton } from '@jupyterlab/ui-components';
import type { IStateDB } from '@jupyterlab/statedb';
import { clearIcon, filterIcon, refreshIcon, stopIcon } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Panel, type AccordionPanel, type Widget } from '@lumino/widgets';

import type { Front } from '../front';
import { limnerIcon } from '../icon';
import { COMMANDS } from '../tokens';
import { ProbeDetail } from './detail';
import { EngineView } from './engine';
import { ProbeList } from './list';
import { TableView } from './table';
import { TermsView } from './terms';

const ID = 'limner-panel';

/** Shares of the height: the list, the chosen probe, terms, the engine. */
const HEIGHTS = [0.15, 0.3, 0.25, 0.3];

/** The same for who decides about terms. */
const TERMS_HEIGHTS = [0.06, 0.06, 0.82, 0.06];

/** Of the section of terms. */
const TERMS = 2;

/** Put the panel into the right area; `limner:show-panel` shows it. */
export function addPanel(
  front: Front,
  restorer: ILayoutRestorer | null,
  state: IStateDB | null
): IDisposable {
  const { app, client, pages, engine, trans } = front;
  const panel = new SidePanel();
  panel.id = ID;
  panel.addClass('limner-panel');
  panel.title.icon = limnerIcon;
  panel.title.caption = trans.__('Limner');
  panel.node.setAttribute('role', 'region');
  panel.node.setAttribute('aria-label', trans.__('Limner'));

  const list = new ProbeList(front, () => hint(front));
  list.id = `${ID}-list`;
  panel.addWidget(section(trans.__('Probes'), list, listTools(front, list)));
  const chosen = new Panel();
  chosen.addWidget(new ProbeDetail(front));
  chosen.addWidget(new TableView(front));
  panel.addWidget(section(trans.__('Chosen probe'), chosen, []));
  const terms = new TermsView(front, state);
  panel.addWidget(section(trans.__('Terms'), terms, []));
  panel.addWidget(section(trans.__('Engine'), new EngineView(front), []));
  const sections = panel.content as AccordionPanel;
  sections.setRelativeSizes(HEIGHTS);

  app.shell.add(panel, 'right', { rank: 700, type: 'Limner' });
  restorer?.add(panel, ID);
  app.shell.currentChanged?.connect(() => list.update());
  client.stateChanged.connect(() => list.update());
  const command = app.commands.addCommand(COMMANDS.panel, {
    label: trans.__('Show Limner'),
    caption: trans.__('List the pinned probes and what the engine does'),
    icon: limnerIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => {
      app.shell.activateById(ID);
      list.activate();
      void engine.refresh().catch(() => undefined); // the panel says whether there is a connection
    }
  });
  const showTerms = app.commands.addCommand(COMMANDS.terms, {
    label: trans.__('Show Terms'),
    caption: trans.__('List the terms of this folder, to decide about them'),
    icon: limnerIcon,
    describedBy: { args: { type: 'object', properties: {} } },
    execute: () => {
      app.shell.activateById(ID);
      sections.expand(TERMS);
      if ((sections.relativeSizes()[TERMS] ?? 0) < 0.5) {
        sections.setRelativeSizes(TERMS_HEIGHTS);
      }
      terms.activate();
    }
  });
  pages.changed.connect(() => followFirst(front));
  return new DisposableDelegate(() => {
    command.dispose();
    showTerms.dispose();
    panel.dispose();
  });
}

/** Whether somebody looks at the panel. */
export function panelShown({ app }: Pick<Front, 'app'>): boolean {
  for (const area of ['left', 'right']) {
    for (const widget of app.shell.widgets(area)) {
      if (widget.id === ID) {
        return widget.isVisible;
      }
    }
  }
  return false;
}

function section(
  title: string,
  content: Widget,
  tools: readonly ToolbarButton[]
): PanelWithToolbar {
  const made = new PanelWithToolbar();
  made.title.label = title;
  made.addWidget(content);
  tools.forEach((tool, index) => made.toolbar.addItem(`limner-${index}`, tool));
  return made;
}

/** What to do in order to have a probe. */
function hint({ app, client, pages, trans }: Front): string {
  if (client.state === 'closed') {
    return trans.__('Limner is switched off: switch it on in the settings.');
  }
  if (!pages.all.length) {
    return trans.__('Open a notebook or a text file to attribute its texts.');
  }
  const keys = keysOf(app.commands, COMMANDS.attribute);
  return keys
    ? trans.__('Put the caret into a string and press %1 to see which words move the model.', keys)
    : trans.__('Put the caret into a string and run “Attribute” from the command palette.');
}

/** The keys of a command as people read them; empty without any. */
export function keysOf(commands: CommandRegistry, id: string): string {
  const binding = commands.keyBindings.find(({ command }) => command === id);
  return binding ? binding.keys.map(CommandRegistry.formatKeystroke).join(' ') : '';
}

function listTools({ app, trans }: Front, list: ProbeList): ToolbarButton[] {
  const forEach = (command: string, chosen: (origin: string) => boolean) => () => {
    for (const { page, probe } of list.rows.filter(row => chosen(row.probe.said.origin))) {
      void app.commands.execute(command, { uri: page.uri, probe: probe.said.id });
    }
  };
  const filter = new ToolbarButton({
    icon: filterIcon,
    tooltip: trans.__('This document only'),
    pressedTooltip: trans.__('This document only'),
    onClick: () => {
      list.onlyHere = filter.pressed = !list.onlyHere;
    }
  });
  return [
    new ToolbarButton({
      icon: refreshIcon,
      tooltip: trans.__('Run all again'),
      onClick: forEach(COMMANDS.rerun, () => true)
    }),
    new ToolbarButton({
      icon: stopIcon,
      tooltip: trans.__('Stop all that runs'),
      onClick: () => void app.commands.execute(COMMANDS.stop)
    }),
    new ToolbarButton({
      icon: clearIcon,
      tooltip: trans.__('Unpin all that no comment pins'),
      onClick: forEach(COMMANDS.unpin, origin => origin === 'command')
    }),
    filter
  ];
}

/** With nothing chosen, a new probe is. */
function followFirst({ pages, selection }: Front): void {
  if (!selection.row) {
    const first = pages.all.flatMap(page => page.probes)[0];
    if (first) {
      selection.choose(first.said.id);
    }
  }
}
