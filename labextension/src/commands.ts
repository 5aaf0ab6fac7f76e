/** Every action as a command: in the palette, for keys, menus, the gutter and the side panel. */

import { Notification, type ICommandPalette } from '@jupyterlab/apputils';
import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import { DisposableSet, type IDisposable } from '@lumino/disposable';

import type { Front } from './front';
import { ofLabels } from './labels';
import { explainAt } from './hover';
import { noteActions } from './overlays';
import { atPlaces, type Spec } from './placed';
import { ofTerms } from './terms';
import { COMMANDS } from './tokens';

/** Register all commands and list them in the palette. */
export function addCommands(front: Front, palette: ICommandPalette | null): IDisposable {
  const { app, client, settings, trans } = front;
  const added = new DisposableSet();
  for (const [id, spec] of Object.entries({
    ...atPlaces(front),
    ...ofTerms(front),
    ...ofLabels(front),
    ...elsewhere(front)
  })) {
    added.add(
      app.commands.addCommand(id, {
        label: spec.label,
        caption: spec.caption,
        icon: spec.icon,
        describedBy: { args: PLACE },
        isVisible: given => spec.visible?.(given) ?? true,
        isEnabled: given => spec.enabled?.(given) ?? true,
        isToggleable: spec.toggled !== undefined,
        isToggled: () => spec.toggled?.() ?? false,
        execute: async given => {
          try {
            await spec.run(given);
          } catch (reason) {
            report(reason);
          }
        }
      })
    );
    if (palette) {
      added.add(palette.addItem({ command: id, category: trans.__('Limner') }));
    }
  }
  noteActions.open = probe => void app.commands.execute(COMMANDS.chart, { probe });
  noteActions.explain = (view, at) => void explainAt(view, at).catch(report);
  client.stateChanged.connect(() => app.commands.notifyCommandChanged(COMMANDS.stop));
  settings.changed.connect(() => app.commands.notifyCommandChanged(COMMANDS.highlight));
  return added;
}

/** What failed, in its one sentence, for the person. */
export function report(reason: unknown): void {
  Notification.error(reason instanceof Error ? reason.message : String(reason), {
    autoClose: 8000
  });
}

const PLACE = {
  type: 'object',
  properties: {
    uri: { type: 'string', description: 'URI of a cell or file; without it, where the caret is.' },
    position: { type: 'object', description: '{line, character}, counted from 0.' },
    range: { type: 'object', description: '{start, end}, two positions.' },
    probe: { type: 'string', description: 'Id of a pinned probe.' },
    options: { type: 'object', description: 'Options of the method, by name.' },
    line: { type: 'number', description: 'Of a row of a data file, counted from 0.' },
    term: { type: 'string', description: 'A term; without it, the one at the caret.' },
    format: { type: 'string', description: 'Of an export: tsv, jieba, tbx or json.' }
  }
} as const;

/** Commands that need no place. */
function elsewhere({ client, settings, trans }: Front): Record<string, Spec> {
  return {
    [COMMANDS.stop]: {
      label: trans.__('Stop All That Runs'),
      caption: trans.__('Cancel what Limner computes for this window'),
      icon: stopIcon,
      enabled: () => client.state === 'ready',
      run: () => {
        client.cancel();
        return client.execute('limner.stop', {});
      }
    },
    [COMMANDS.reconnect]: {
      label: trans.__('Connect Again'),
      caption: trans.__('Connect to Limner now instead of waiting'),
      icon: runIcon,
      run: () => client.retry()
    },
    [COMMANDS.highlight]: {
      label: trans.__('Colours'),
      caption: trans.__('Show or hide the colours of words'),
      toggled: () => settings.composite['highlight'] !== false,
      run: () => settings.set('highlight', settings.composite['highlight'] === false)
    }
  };
}
