/** One probe in the list. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, refreshIcon, vegaIcon, type LabIcon } from '@jupyterlab/ui-components';

import { h } from './dom';
import { excerpt, isOfLabels, type Row } from './rows';

/** An option of the list box; its buttons repeat, for the pointer, what keys and forms do. */
export function drawRow(row: Row, chosen: boolean, trans: TranslationBundle): HTMLElement {
  const { page, probe } = row;
  const { id, state, title, error, panel } = probe.said;
  const labels = isOfLabels(probe);
  const actions = h('span', { class: 'limner-actions', 'aria-hidden': 'true' });
  actions.append(action('rerun', refreshIcon, trans.__('Run again')));
  if (panel) {
    actions.append(action('chart', vegaIcon, trans.__('Open chart')));
  }
  if (!labels) {
    actions.append(action('unpin', closeIcon, trans.__('Unpin')));
  }
  return h(
    'div',
    {
      class: 'limner-row',
      role: 'option',
      tabindex: chosen ? 0 : -1,
      'aria-selected': String(chosen),
      'data-probe': id,
      'data-state': state,
      title:
        error ??
        `${page.title} · ${labels ? trans.__('Enter: go there') : trans.__('Enter: go there; Delete: unpin')}`
    },
    h('span', { class: 'limner-state', 'data-state': state }, stateName(state, trans)),
    h('span', { class: 'limner-row-title' }, error ?? (title || stateName(state, trans))),
    actions,
    h('span', { class: 'limner-row-text' }, labels ? page.title : excerpt(row)),
    h('span', { class: 'limner-row-origin' }, originOf(row, trans))
  );
}

function action(name: string, icon: LabIcon, title: string): HTMLElement {
  const made = h('button', { type: 'button', tabindex: -1, title, 'data-action': name });
  icon.element({ container: made, stylesheet: 'menuItem' });
  return made;
}

/** A probe's state in words; the icon before it is drawn by the style sheet. */
export function stateName(state: string, trans: TranslationBundle): string {
  const names: Record<string, string> = {
    idle: trans.__('waits'),
    queued: trans.__('queued'),
    loading: trans.__('loading the model'),
    computing: trans.__('computing'),
    preliminary: trans.__('preliminary'),
    done: trans.__('done'),
    failed: trans.__('failed')
  };
  return names[state] ?? state;
}

function originOf({ probe }: Row, trans: TranslationBundle): string {
  const { origin, options } = probe.said;
  if (isOfLabels(probe)) {
    return options['task'] ?? '';
  }
  return origin === 'directive' ? trans.__('comment') : trans.__('command');
}
