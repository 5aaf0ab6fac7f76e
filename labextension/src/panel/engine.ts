/** The engine: whether there is one, what it holds, what it does. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { EngineStatus, ModelStatus, StatusAnswer } from '@limner/protocol';

import type { Front } from '../front';
import { COMMANDS, type LinkState } from '../tokens';
import { button, h } from './dom';
import { bytes } from './rows';
import { View } from './view';

export class EngineView extends View {
  constructor(private readonly _front: Front) {
    super();
    this.addClass('limner-engine');
    const update = () => this.update();
    _front.engine.changed.connect(update, this);
    _front.client.stateChanged.connect(update, this);
  }

  protected override draw(): void {
    const { app, client, engine, trans } = this._front;
    const focused = this.node.contains(document.activeElement);
    const parts: HTMLElement[] = [
      h('p', { role: 'status' }, linkName(client.state, trans), ' ', client.trouble)
    ];
    if (client.state !== 'ready') {
      const retry = () => void app.commands.execute(COMMANDS.reconnect);
      parts.push(button(trans.__('Connect now'), retry, { class: 'jp-mod-styled' }));
    } else if (engine.status) {
      parts.push(...drawStatus(engine.status, trans));
    }
    this.node.replaceChildren(...parts);
    if (focused) {
      this.node.querySelector<HTMLElement>('button, table')?.focus();
    }
  }
}

/** The state of the connection in a few words. */
export function linkName(state: LinkState, trans: TranslationBundle): string {
  const names: Record<LinkState, string> = {
    connecting: trans.__('Connecting to Limner …'),
    ready: trans.__('Connected.'),
    waiting: trans.__('Not connected.'),
    unavailable: trans.__('Limner is not available.'),
    closed: trans.__('Limner is switched off in the settings.')
  };
  return names[state];
}

function drawStatus(
  { version, engine, models }: StatusAnswer,
  trans: TranslationBundle
): HTMLElement[] {
  const facts = named(engine, version, trans).map(([name, value]) => [
    h('dt', {}, name),
    h('dd', {}, value)
  ]);
  const meter = engine.budget_bytes ? [memory(engine, trans)] : [];
  return [
    h('dl', { class: 'limner-facts' }, ...facts.flat()),
    ...meter,
    table(engine, models, trans)
  ];
}

function named(
  engine: EngineStatus,
  version: string,
  trans: TranslationBundle
): [string, string][] {
  const worker = engine.pid
    ? trans.__('process %1, %2 restarts', engine.pid, engine.restarts)
    : trans.__('not running');
  return [
    [trans.__('Device'), engine.device],
    [trans.__('Jobs'), trans.__('%1 running, %2 queued', engine.running, engine.queued)],
    [trans.__('Completed'), String(engine.completed)],
    [trans.__('Worker'), `${engine.state}, ${worker}`],
    [trans.__('Version'), version]
  ];
}

function memory(engine: EngineStatus, trans: TranslationBundle): HTMLElement {
  const [held, most] = [engine.resident_bytes, engine.budget_bytes];
  const text = trans.__('%1 of %2 held by models', bytes(held), bytes(most));
  const meter = h('meter', { min: 0, max: most, value: held, 'aria-label': text });
  return h('p', { class: 'limner-memory' }, meter, ' ', text);
}

/** Models that may be chosen, where the engine has them. */
function table(
  engine: EngineStatus,
  models: readonly ModelStatus[],
  trans: TranslationBundle
): HTMLElement {
  const heads = [trans.__('Model'), trans.__('State'), trans.__('Size'), trans.__('Hits')];
  const rows = models.map(listed => {
    const model = engine.models.find(({ name }) => name === listed.name) ?? listed;
    const error = model.error || listed.error;
    return h(
      'tr',
      { title: error || null },
      h('th', { scope: 'row' }, model.name),
      h('td', {}, error || stateOf(model, trans)),
      h('td', {}, bytes(model.bytes)),
      h('td', {}, String(model.hits))
    );
  });
  return h(
    'table',
    { class: 'limner-models', tabindex: -1 },
    h('thead', {}, h('tr', {}, ...heads.map(head => h('th', { scope: 'col' }, head)))),
    h('tbody', {}, ...rows)
  );
}

function stateOf({ state }: ModelStatus, trans: TranslationBundle): string {
  const names: Record<ModelStatus['state'], string> = {
    'on-disk': trans.__('on disk'),
    loading: trans.__('loading'),
    'on-cpu': trans.__('in memory'),
    'on-device': trans.__('ready')
  };
  return names[state];
}
