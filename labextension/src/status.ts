/** The item in the status bar: what Limner does now, and a click to stop it or to see more. */

import type { IStatusBar } from '@jupyterlab/statusbar';
import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableSet, type IDisposable } from '@lumino/disposable';
import { Widget } from '@lumino/widgets';

import { addAnnouncer } from './announce';
import { allRows, type Front } from './front';
import { isBusy } from './panel/rows';
import { COMMANDS, type IClient } from './tokens';

/** What the item says. */
export interface Shown {
  readonly kind: 'idle' | 'connecting' | 'busy' | 'unavailable';
  readonly text: string;
  readonly tooltip: string;
}

/** Add the item and what is read out with it. */
export function addStatus(front: Front, bar: IStatusBar | null): IDisposable {
  const added = new DisposableSet();
  added.add(addAnnouncer(front));
  if (bar) {
    const item = new StatusItem(front);
    added.add(item);
    added.add(bar.registerStatusItem('limner:status', { item, align: 'left', rank: 500 }));
  }
  return added;
}

/** The words for what a client does, given the states of all probes. */
export function shownOf(
  { state, trouble, busy }: Pick<IClient, 'state' | 'trouble' | 'busy'>,
  states: readonly string[],
  trans: TranslationBundle
): Shown {
  if (state === 'unavailable' || state === 'closed') {
    const why = trouble || trans.__('Limner is switched off in the settings.');
    return { kind: 'unavailable', text: trans.__('Limner: off'), tooltip: why };
  }
  if (state !== 'ready') {
    const tooltip = trouble || trans.__('Connecting to Limner');
    return { kind: 'connecting', text: trans.__('Limner: connecting …'), tooltip };
  }
  const running = states.filter(isBusy).length;
  if (running || busy) {
    const tooltip = trans.__('%1 Click to stop.', busy?.message || trans.__('Limner computes.'));
    return { kind: 'busy', text: doing(states, busy?.message ?? '', running, trans), tooltip };
  }
  const failed = states.filter(name => name === 'failed').length;
  return {
    kind: 'idle',
    text: failed ? trans.__('● Limner (%1 failed)', failed) : trans.__('● Limner'),
    tooltip: trans.__('Limner is ready. Click to see its probes.')
  };
}

function doing(
  states: readonly string[],
  message: string,
  running: number,
  trans: TranslationBundle
): string {
  if (states.includes('loading')) {
    return trans.__('Limner: %1', message || trans.__('loading the model …'));
  }
  return running ? trans.__('Limner: computing (%1)', running) : trans.__('Limner: %1', message);
}

class StatusItem extends Widget {
  constructor(private readonly _front: Front) {
    super({ node: document.createElement('div') });
    this.addClass('limner-status');
    this._button.type = 'button';
    this._button.addEventListener('click', () => this._click());
    this.node.append(this._button);
    const { client, pages, said } = _front;
    const update = () => this.update();
    client.stateChanged.connect(update, this);
    client.busyChanged.connect(update, this);
    pages.changed.connect(update, this);
    said.changed.connect(update, this);
    this.update();
  }

  protected override onUpdateRequest(): void {
    const { client, pages, trans } = this._front;
    const states = allRows(pages).map(({ probe }) => probe.said.state);
    this._shown = shownOf(client, states, trans);
    this.node.dataset['kind'] = this._shown.kind;
    const { text } = this._front.said;
    this._button.textContent = text ? trans.__('● Limner: %1', text) : this._shown.text;
    this._button.title = this._shown.tooltip;
    this._button.setAttribute('aria-label', `${this._shown.text}. ${this._shown.tooltip}`);
  }

  private _click(): void {
    const { app } = this._front;
    const stop = this._shown?.kind === 'busy';
    void app.commands.execute(stop ? COMMANDS.stop : COMMANDS.panel);
  }

  private _shown: Shown | null = null;
  private readonly _button = document.createElement('button');
}
