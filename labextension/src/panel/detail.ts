/** The chosen probe: what can be done with it, and its options. */

import type { MethodOption } from '@limner/protocol';

import { report } from '../commands';
import type { Front } from '../front';
import { OptionForm } from '../options';
import { COMMANDS } from '../tokens';
import { drop } from '../variables';
import { button, h } from './dom';
import { stateName } from './row';
import { canDrop, excerpt, isOfLabels, type Row } from './rows';
import { View } from './view';

/** Shown at once; the others are under “more”. */
const FIRST = new Set(['model', 'target', 'baseline', 'kernel', 'bandwidth', 'test']);

export class ProbeDetail extends View {
  constructor(private readonly _front: Front) {
    super();
    this.addClass('limner-detail');
    const { pages, selection, engine, stale } = _front;
    const update = () => this.update();
    [pages.changed, selection.changed, engine.changed, stale.changed].forEach(signal =>
      (signal as typeof selection.changed).connect(update, this)
    );
  }

  protected override draw(): void {
    const { selection, trans } = this._front;
    const row = selection.row;
    const drawn = row ? this._key(row) : '';
    if (drawn === this._drawn) {
      return; // a list that is open stays so while marks come in
    }
    this._drawn = drawn;
    const focused = this._focusedName();
    this.node.replaceChildren(
      ...(row
        ? this._draw(row)
        : [h('p', { class: 'limner-empty' }, trans.__('Choose a probe in the list above.'))])
    );
    if (focused) {
      const fields = [...this.node.querySelectorAll<HTMLElement>('[name]')];
      fields.find(field => field.getAttribute('name') === focused)?.focus();
    }
  }

  private _draw(row: Row): HTMLElement[] {
    const { trans, engine, stale } = this._front;
    const { said } = row.probe;
    const all = engine.status?.options[said.method] ?? [];
    const form = (options: readonly MethodOption[]) => this._form(row, options);
    const more = all.filter(({ name }) => !FIRST.has(name));
    const result = [said.title || stateName(said.state, trans), said.model, stale.of(row.probe)];
    const parts = [
      this._aboutOf(row),
      h('p', {}, said.error ?? result.filter(Boolean).join(' · ')),
      this._buttons(row),
      form(all.filter(({ name }) => FIRST.has(name)))
    ];
    if (more.length) {
      const details = h('details', {}, h('summary', {}, trans.__('More')), form(more));
      details.open = this._more || more.some(({ name }) => said.options[name]);
      details.addEventListener('toggle', () => (this._more = details.open));
      parts.push(details);
    }
    return parts;
  }

  /** The text that is looked at; of labels, why there is nothing to choose. */
  private _aboutOf(row: Row): HTMLElement {
    const { trans } = this._front;
    const task = row.probe.said.options['task'] ?? '';
    const about = trans.__(
      'Labels of %1: model, words and patterns stand in %2.',
      row.page.title,
      task
    );
    return isOfLabels(row.probe)
      ? h('p', {}, about)
      : h('p', { class: 'limner-detail-text' }, excerpt(row, 200));
  }

  private _buttons({ page, probe }: Row): HTMLElement {
    const { app, client, trans } = this._front;
    const place = { uri: page.uri, probe: probe.said.id };
    const run = (command: string) => () => void app.commands.execute(command, place);
    const make = (name: string, label: string, action: () => void) =>
      button(label, action, { class: 'jp-mod-styled', name });
    const made = [
      make('go', trans.__('Go there'), () => void page.reveal(probe.start)),
      make('rerun', trans.__('Run again'), run(COMMANDS.rerun)),
      make('drop', trans.__('Drop them and run again'), () => {
        drop(client, { page, probe }).catch(report);
      }),
      make('chart', trans.__('Open chart'), run(COMMANDS.chart)),
      make('patterns', trans.__('Compare the patterns'), run(COMMANDS.patterns)),
      make('unpin', trans.__('Unpin'), run(COMMANDS.unpin))
    ];
    return h(
      'div',
      { class: 'limner-buttons' },
      ...made.filter(
        ({ name }) =>
          (name !== 'chart' || probe.said.panel) &&
          (name !== 'drop' || canDrop({ page, probe })) &&
          name !== (isOfLabels(probe) ? 'unpin' : 'patterns')
      )
    );
  }

  private _form({ page, probe }: Row, options: readonly MethodOption[]): HTMLElement {
    const { client, engine, trans } = this._front;
    const { id, options: given, labels } = probe.said;
    const models = engine.status?.models ?? [];
    const change = (name: string, value: string) => {
      client
        .execute('limner.configure', { uri: page.uri, probe: id, options: { [name]: value } })
        .catch(report);
    };
    return new OptionForm({ options, given, models, labels, trans }, change).node;
  }

  /** What the drawing depends on; marks are not among it. */
  private _key(row: Row): string {
    const { id, state, title, error, model, options, labels, method, panel } = row.probe.said;
    const { status } = this._front.engine;
    const offered = [
      status?.options[method],
      status?.models.map(({ name, error }) => [name, error])
    ];
    const old = this._front.stale.of(row.probe);
    const said = [id, state, title, error, model, options, labels, panel !== null, old];
    return JSON.stringify([said, offered, excerpt(row, 200)]);
  }

  private _focusedName(): string {
    const focused = document.activeElement;
    return focused && this.node.contains(focused) ? (focused.getAttribute('name') ?? '') : '';
  }

  private _drawn: string | null = null;
  private _more = false;
}
