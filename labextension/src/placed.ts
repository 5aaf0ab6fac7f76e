/** Commands on a text, a probe or the editor that has the caret. */

import { editIcon, infoIcon, refreshIcon, vegaIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { Asking } from './asking';
import { readsVariables } from './describe';
import { positionOf } from './follow';
import { allRows, rowAtCaret, type Front } from './front';
import { explainAt } from './hover';
import { limnerIcon } from './icon';
import { moveToMark } from './overlays';
import { canDrop, documentOf, isOfLabels, type Row } from './panel/rows';
import { COMMANDS } from './tokens';
import { offerDrop } from './variables';

/** Where and what: `{uri, position? | range?, probe?, options?}`, or nothing for the caret. */
export type Arguments = ReadonlyPartialJSONObject;

/** A command, before it is registered. */
export interface Spec {
  readonly label: string | ((given: Arguments) => string);
  readonly caption: string;
  readonly icon?: LabIcon;
  readonly run: (given: Arguments) => unknown;
  readonly enabled?: (given: Arguments) => boolean;
  readonly toggled?: () => boolean;
  /** Whether menus and the palette list it; left out: always. */
  readonly visible?: (given: Arguments) => boolean;
}

/** The commands by id. */
export function atPlaces(front: Front): Record<string, Spec> {
  const { client, pages, charts, trans } = front;
  const asking = new Asking(front);
  const enabled = (given: Arguments) => given['uri'] !== undefined || pages.current() !== null;
  const configured = (row: Row | null, given: Arguments, options: object) =>
    row
      ? client.execute('limner.configure', { uri: row.page.uri, probe: row.probe.said.id, options })
      : client.execute('limner.attribute', { ...place(front, given), options });
  return {
    [COMMANDS.attribute]: {
      label: trans.__('Attribute: What Moved the Model?'),
      caption: trans.__('Colour the words of the text at the caret by their part in the decision'),
      icon: limnerIcon,
      enabled,
      run: given => client.execute('limner.attribute', place(front, given))
    },
    [COMMANDS.configure]: {
      label: trans.__('Attribute With Options…'),
      caption: trans.__('Choose model, label, baseline, method and tolerance of the probe here'),
      icon: editIcon,
      enabled: given => enabled(given) || given['probe'] !== undefined,
      run: async given => {
        const row = rowOf(front, given);
        const options = (given['options'] as object) ?? (await asking.configure(row));
        return options ? configured(row, given, options) : undefined;
      }
    },
    [COMMANDS.compare]: {
      label: trans.__('Compare Baselines…'),
      caption: trans.__('Show the scores against a second baseline beside the first'),
      enabled: given => enabled(given) || given['probe'] !== undefined,
      run: async given => {
        const row = rowOf(front, given);
        const options = await asking.compare(row);
        return options ? configured(row, given, options) : undefined;
      }
    },
    [COMMANDS.faithfulness]: {
      label: trans.__('Check Faithfulness'),
      caption: trans.__('Remove the strongest words and see whether the decision follows'),
      enabled: given => enabled(given) || given['probe'] !== undefined,
      toggled: () => rowAtCaret(pages)?.probe.said.options['faithfulness'] === 'yes',
      run: given => {
        const row = rowOf(front, given);
        const on = row?.probe.said.options['faithfulness'] === 'yes';
        return configured(row, given, { faithfulness: on ? '' : 'yes' });
      }
    },
    [COMMANDS.pin]: {
      label: trans.__('Pin as a Comment'),
      caption: trans.__('Write the attribution into the document, so that it comes back'),
      enabled,
      run: given => client.execute('limner.pin', place(front, given))
    },
    [COMMANDS.unpin]: {
      label: trans.__('Unpin'),
      caption: trans.__('Let go of the probe here; its comment goes too'),
      enabled,
      run: given => {
        const row = rowOf(front, given);
        if (row && isOfLabels(row.probe)) {
          const task = row.probe.said.options['task'] ?? '.cloze.toml';
          throw new Error(trans.__('Labels are predicted as long as %1 names this file.', task));
        }
        return client.execute('limner.unpin', place(front, given));
      }
    },
    [COMMANDS.rerun]: {
      label: trans.__('Run Again'),
      caption: trans.__('Compute the probe here again'),
      icon: refreshIcon,
      enabled,
      run: given => {
        const row = rowOf(front, given);
        if (row && isOfLabels(row.probe)) {
          return front.app.commands.execute(COMMANDS.predict, { uri: row.page.uri });
        }
        return row && readsVariables(row.probe.said.method)
          ? front.variables.again(row)
          : client.execute('limner.rerun', place(front, given));
      }
    },
    [COMMANDS.refresh]: {
      label: trans.__('Run Stale Results Again'),
      caption: trans.__('Look at variables again where a cell has run since; or at the caret'),
      icon: refreshIcon,
      enabled,
      run: async () => {
        const here = pages.current();
        const document = here ? documentOf(here.page.uri) : '';
        const old = allRows(pages).filter(
          ({ page, probe }) => documentOf(page.uri) === document && front.stale.of(probe)
        );
        const rows = old.length ? old : [rowAtCaret(pages)].flatMap(row => row ?? []);
        if (!rows.length) {
          throw new Error(trans.__('No result of this notebook is stale.'));
        }
        for (const row of rows) {
          await front.app.commands.execute(COMMANDS.rerun, rowArguments(row));
        }
      }
    },
    [COMMANDS.chart]: {
      label: trans.__('Open Chart'),
      caption: trans.__('Show the chart of the probe here, with its table'),
      icon: vegaIcon,
      enabled: given => given['probe'] !== undefined || pages.current() !== null,
      run: given => {
        const row = rowOf(front, given) ?? rowOfLabels(front, given);
        const said = row?.probe.said;
        if (row && canDrop(row)) {
          offerDrop(client, row, trans);
          return;
        }
        if (!said?.panel) {
          throw new Error(
            said?.error
              ? said.error
              : said
                ? trans.__('This probe has no chart yet: wait until it has its result.')
                : trans.__('Nothing is pinned here: attribute the text first.')
          );
        }
        charts.open(said.id, said.panel);
      }
    },
    [COMMANDS.explain]: {
      label: trans.__('Explain the Word at the Caret'),
      caption: trans.__('Show score, share and baseline of the word at the caret'),
      icon: infoIcon,
      enabled: () => pages.current() !== null,
      run: async () => {
        const here = pages.current();
        if (here && !(await explainAt(here.view))) {
          throw new Error(
            trans.__(
              'There is no explanation here: put the caret into coloured text or a marked term.'
            )
          );
        }
      }
    },
    [COMMANDS.next]: move(front, 1),
    [COMMANDS.previous]: move(front, -1),
    [COMMANDS.describe]: {
      label: trans.__('Describe Variable'),
      caption: trans.__('What is in the selected array of the kernel? Shape, gaps, distribution'),
      enabled: () => pages.current() !== null,
      run: async () => {
        const here = pages.current();
        return here ? front.variables.describe(here.page, here.view) : undefined;
      }
    },
    [COMMANDS.hsic]: {
      label: trans.__('Check Independence'),
      caption: trans.__('Are the selected arrays, or the columns of a table, independent? (HSIC)'),
      enabled: () => pages.current() !== null,
      run: async () => {
        const here = pages.current();
        return here ? front.variables.check(here.page, here.view) : undefined;
      }
    }
  };
}

function move(front: Front, direction: 1 | -1): Spec {
  const { pages, trans } = front;
  return {
    label: direction > 0 ? trans.__('Next Coloured Word') : trans.__('Previous Coloured Word'),
    caption: trans.__('Move the caret to the next or previous word that moved the model'),
    enabled: () => pages.current() !== null,
    run: () => {
      const here = pages.current();
      if (here && !moveToMark(here.view, direction)) {
        throw new Error(trans.__('No word is coloured in this text: attribute it first.'));
      }
    }
  };
}

function rowArguments({ page, probe }: Row): Arguments {
  return { uri: page.uri, probe: probe.said.id };
}

/** The given probe, or the one at the caret. */
function rowOf({ pages }: Front, given: Arguments): Row | null {
  const id = given['probe'];
  return id === undefined
    ? given['uri'] === undefined
      ? rowAtCaret(pages)
      : null
    : (allRows(pages).find(({ probe }) => probe.said.id === id) ?? null);
}

/** What stands for the labels of the file that has the caret, where no probe is given. */
function rowOfLabels({ pages }: Front, given: Arguments): Row | null {
  const page = given['probe'] === undefined ? pages.current()?.page : undefined;
  const probe = page?.probes.find(isOfLabels);
  return page && probe ? { page, probe } : null;
}

/** What is given, or the caret or selection of the editor that has it. */
function place({ pages, trans }: Front, given: Arguments): object {
  if (given['uri'] !== undefined) {
    return given;
  }
  const here = pages.current();
  if (!here) {
    throw new Error(trans.__('Put the caret into a cell or a text file first.'));
  }
  const { page, view } = here;
  const { from, to, empty, head } = view.state.selection.main;
  const at = (offset: number) => positionOf(page.doc, offset);
  const where = empty ? { position: at(head) } : { range: { start: at(from), end: at(to) } };
  return { uri: page.uri, ...where, ...given };
}
