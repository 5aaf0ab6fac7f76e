/** The terms of the current document's folder: a table to decide in. */

import type { IStateDB } from '@jupyterlab/statedb';
import type { LexiconTerm } from '@limner/protocol';
import { Debouncer } from '@lumino/polling';
import { Menu } from '@lumino/widgets';

import { report } from '../commands';
import type { Front } from '../front';
import { goTo } from '../goto';
import { readChoice, type Choice } from '../lexicon';
import { FORMATS, uriOf } from '../terms';
import { COMMANDS } from '../tokens';
import { button, h } from './dom';
import { TermGrid, type Action } from './termGrid';
import { titleOf } from './termRows';
import { View } from './view';
import { Why } from './why';

const KEY = 'limner:terms';

/** Milliseconds of rest after which what was typed is asked for. */
const REST = 200;

const COMMAND_OF: Readonly<Record<Exclude<Action, 'jump'>, string>> = {
  accept: COMMANDS.accept,
  reject: COMMANDS.reject,
  forget: COMMANDS.forget,
  seed: COMMANDS.seed,
  merge: COMMANDS.merge,
  undo: COMMANDS.undoTerms
};

export class TermsView extends View {
  constructor(
    private readonly _front: Front,
    private readonly _state: IStateDB | null
  ) {
    super();
    this.addClass('limner-terms');
    const { app, client, chosenTerm, lexicon, notebooks, pages, settings, trans } = _front;
    this._why = new Why(_front);
    this._grid = new TermGrid(lexicon, this, trans);
    this._search = h('input', {
      ...{ type: 'search', class: 'jp-mod-styled', name: 'limner-terms-filter' },
      placeholder: trans.__('Filter: part of a term, or pinyin'),
      'aria-label': trans.__('Filter terms')
    });
    this._status = h(
      'select',
      { class: 'jp-mod-styled', 'aria-label': trans.__('Which terms') },
      ...statuses(_front).map(([value, name]) => h('option', { value }, name))
    );
    this._search.addEventListener('input', () => {
      this._typed.invoke().catch(() => undefined); // a later letter took its place
    });
    this._status.addEventListener('change', () => {
      this._choose({ status: this._status.value as Choice['status'] });
    });
    const controls = h('div', { class: 'limner-terms-controls' }, this._search, this._status);
    const buttons = h('div', { class: 'limner-buttons' }, ...this._buttons());
    const parts = [this._title, this._notes, buttons, controls, this._grid.node, this._why.node];
    this.node.append(...parts);

    const look = () => this._look();
    const update = () => this.update();
    lexicon.changed.connect(update, this);
    chosenTerm.changed.connect(update, this);
    client.busyChanged.connect(update, this);
    client.stateChanged.connect(look, this);
    client.lexiconChanged.connect(() => {
      this._look();
      if (chosenTerm.shown && !chosenTerm.shown.all) {
        this.chosen(chosenTerm.term);
      }
    }, this);
    settings.changed.connect(look, this);
    notebooks.activeCellChanged.connect(look, this);
    app.shell.currentChanged?.connect(look, this);
    pages.changed.connect(() => {
      if (uriOf(_front, {}) !== lexicon.uri) {
        this._look();
      }
    }, this);
    pages.highlighted.connect((_, page) => {
      if (page.uri === lexicon.uri) {
        this._look();
      }
    }, this);
    void this._restore();
  }

  /** The list takes the focus. */
  protected override onActivateRequest(): void {
    (this._front.lexicon.total ? this._grid.node : this._mine).focus();
  }

  protected override onAfterAttach(): void {
    super.onAfterAttach();
    this._look();
  }

  protected override onAfterShow(): void {
    super.onAfterShow();
    this._look();
  }

  override dispose(): void {
    this._grid.dispose();
    super.dispose();
  }

  /** A row was chosen. */
  chosen(term: string): void {
    this._explained.invoke(term).catch(() => undefined); // a later row took its place
  }

  /** A head was pressed: the present one again turns the order round. */
  sorted(sort: Choice['sort']): void {
    const { choice } = this._front.lexicon;
    const descending = sort === choice.sort ? !choice.descending : sort !== 'term';
    this._choose({ sort, descending });
  }

  act(action: Action, term: string): void {
    const { app, lexicon } = this._front;
    if (action === 'jump') {
      this._jump(term).catch(report);
    } else {
      const given = action === 'undo' ? {} : { term };
      void app.commands.execute(COMMAND_OF[action], { uri: lexicon.uri, ...given });
    }
  }

  protected override draw(): void {
    const { lexicon, trans } = this._front;
    const { known, total } = lexicon;
    const undo = known?.undo ?? null;
    this._title.textContent = titleOf(this._front);
    this._notes.replaceChildren(...(known?.notes ?? []).map(note => h('li', {}, note)));
    this._notes.hidden = !known?.notes.length;
    this._undo.disabled = undo === null;
    this._undo.title = undo === null ? trans.__('Nothing to undo') : trans.__('Undo: %1', undo);
    this._export.disabled = !known?.folder;
    this._mine.disabled = known?.mining === true || this._front.client.state !== 'ready';
    this._status.value = lexicon.choice.status;
    this._grid.node.hidden = !total;
    this._grid.draw();
    this._why.draw();
  }

  private _buttons(): HTMLElement[] {
    const { app, trans } = this._front;
    const run = (command: string) => () =>
      void app.commands.execute(command, { uri: uriOf(this._front, {}) });
    const look = { class: 'jp-mod-styled' };
    this._mine = button(trans.__('Mine terms'), run(COMMANDS.mine), look);
    this._undo = button(trans.__('Undo'), run(COMMANDS.undoTerms), look);
    this._export = button(trans.__('Export'), () => this._openMenu(), {
      ...look,
      'aria-haspopup': 'menu'
    });
    return [this._mine, this._undo, this._export];
  }

  private _openMenu(): void {
    const { app, lexicon } = this._front;
    const menu = new Menu({ commands: app.commands });
    for (const format of Object.keys(FORMATS)) {
      menu.addItem({ command: COMMANDS.exportTerms, args: { uri: lexicon.uri, format } });
    }
    const { left, bottom } = this._export.getBoundingClientRect();
    menu.aboutToClose.connect(() => window.setTimeout(() => menu.dispose()));
    menu.open(left, bottom);
  }

  private _choose(choice: Partial<Choice>): void {
    const { lexicon } = this._front;
    this._grid.rewind();
    void lexicon.choose(choice);
    const { status, sort, descending } = lexicon.choice;
    void this._state?.save(KEY, { status, sort, descending });
  }

  /** What was chosen in the last window. */
  private async _restore(): Promise<void> {
    const kept = await this._state?.fetch(KEY).catch(() => undefined);
    if (kept) {
      await this._front.lexicon.choose(readChoice(kept));
    }
  }

  /** Something may be another: ask once it has come to rest, and only while somebody looks. */
  private _look(): void {
    this._looked.invoke().catch(() => undefined); // a later call took its place
  }

  private async _read(): Promise<void> {
    const { client, lexicon } = this._front;
    if (!this.isVisible) {
      return;
    }
    const uri = client.state === 'ready' ? uriOf(this._front, {}) : '';
    await lexicon.read(uri, this._grid.first);
  }

  /** Its first place in this document, else in any. */
  private async _jump(term: string): Promise<void> {
    const { chosenTerm, lexicon, pages, trans } = this._front;
    const page = pages.get(lexicon.uri);
    const row = this._front.lexicon.row(lexicon.indexOf(term));
    const here = row?.here && page ? firstPlace(page.doc.toString(), row) : -1;
    if (page && here >= 0) {
      await page.reveal(here);
      return;
    }
    await chosenTerm.choose(lexicon.uri, term);
    const place = chosenTerm.shown?.places[0];
    if (!place) {
      throw new Error(trans.__('“%1” stands in no document that was read.', term));
    }
    await goTo(this._front, place);
  }

  private readonly _typed = new Debouncer(() => {
    this._choose({ query: this._search.value.trim() });
  }, REST);
  private readonly _looked = new Debouncer(() => this._read(), REST);
  private readonly _explained = new Debouncer((term: string) => {
    void this._front.chosenTerm.choose(this._front.lexicon.uri, term);
  }, 100);
  private readonly _title = h('p', { class: 'limner-terms-title', role: 'status' });
  private readonly _notes = h('ul', { class: 'limner-terms-notes' });
  private readonly _search: HTMLInputElement;
  private readonly _status: HTMLSelectElement;
  private readonly _grid: TermGrid;
  private readonly _why: Why;
  private _mine!: HTMLButtonElement;
  private _undo!: HTMLButtonElement;
  private _export!: HTMLButtonElement;
}

function statuses({ trans }: Front): readonly [Choice['status'], string][] {
  return [
    ['all', trans.__('all')],
    ['accepted', trans.__('accepted')],
    ['candidate', trans.__('candidates')],
    ['rejected', trans.__('rejected')],
    ['page', trans.__('on this page')]
  ];
}

/** Where a term or one of its spellings stands first; −1: written otherwise. */
export function firstPlace(text: string, { term, variants }: LexiconTerm): number {
  const lower = text.toLowerCase();
  const places = [term, ...variants].map(one => lower.indexOf(one.toLowerCase()));
  const found = places.filter(at => at >= 0);
  return found.length ? Math.min(...found) : -1;
}
