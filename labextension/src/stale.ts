/**
 * Which results are of variables as they were before a cell ran.
 *
 * While a cell runs, all of them are held for old; when the kernel is idle again it is asked for
 * digests of the variables, and those that are as they were are so again.
 */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { readsVariables, sessionOf, type Sent } from './describe';
import { digestsOf } from './kernel';
import type { DrawnProbe, IPage, IPages } from './tokens';

/** Follows what the kernels of all notebooks run. */
export class Stale {
  /** Probes of this page became old. */
  readonly changed = new Signal<this, IPage>(this);

  constructor(
    private readonly _notebooks: INotebookTracker,
    private readonly _pages: IPages,
    private readonly _trans: TranslationBundle
  ) {
    _notebooks.forEach(panel => this._follow(panel));
    _notebooks.widgetAdded.connect((_, panel) => this._follow(panel));
  }

  /** Why a probe's result is old; empty while it is not. */
  of(probe: DrawnProbe): string {
    return this._marked.get(probe.said.id) ?? '';
  }

  /** The probes as they are to be drawn: what is old says so. */
  drawn(probes: readonly DrawnProbe[]): readonly DrawnProbe[] {
    return probes.map(probe => {
      const why = this.of(probe);
      if (!why) {
        return probe;
      }
      const notes = probe.notes.map(note => ({ ...note, text: `${note.text} · ${why}` }));
      return { ...probe, notes, stale: true };
    });
  }

  /** The variables of a probe were sent just now. */
  renewed(page: IPage, sent: Sent): void {
    this._sent.set(sent.probe, sent);
    this._marked.delete(sent.probe);
    this.changed.emit(page);
  }

  /** Another session with the server: its ids mean other probes. */
  forget(): void {
    this._sent.clear();
    this._marked.clear();
  }

  private _follow(panel: NotebookPanel): void {
    const { sessionContext } = panel;
    const cell = this._trans.__('stale: a cell has run since');
    const restart = this._trans.__('stale: the kernel was restarted');
    let ran = false;
    const heard = (_: unknown, message: KernelMessage.IMessage) => {
      if (message.header.msg_type === 'execute_input') {
        ran = true;
        this._mark(panel, cell); // silent requests, as ours are, announce none
      }
    };
    const status = (_: unknown, now: Kernel.Status) => {
      if (now === 'restarting' || now === 'autorestarting' || now === 'dead') {
        ran = false;
        this._mark(panel, restart);
      } else if (now === 'idle' && ran) {
        ran = false;
        void this._look(panel);
      }
    };
    sessionContext.iopubMessage.connect(heard);
    sessionContext.statusChanged.connect(status);
    sessionContext.kernelChanged.connect((_, { oldValue }) => {
      if (oldValue) {
        this._mark(panel, restart);
      }
    });
  }

  /** Ask the kernel which variables are as they were when they were sent. */
  private async _look(panel: NotebookPanel): Promise<void> {
    const changed = this._trans.__('stale: the variables have changed');
    for (const { page, said } of this._of(panel)) {
      const sent = this._sent.get(said.id);
      const why = this._marked.get(said.id);
      if (!sent || !why) {
        continue;
      }
      const { names, columns } = sent;
      const now = await digestsOf(panel.sessionContext, names, this._trans, { columns }).catch(
        () => null // no such variable any more, or no answer: it stays marked
      );
      if (!now || this._sent.get(said.id) !== sent || this._marked.get(said.id) !== why) {
        continue; // meanwhile it was sent anew, or the kernel was restarted
      }
      if (String(now) === String(sent.digests)) {
        this._marked.delete(said.id);
      } else {
        this._marked.set(said.id, changed);
      }
      this.changed.emit(page);
    }
  }

  private _mark(panel: NotebookPanel, why: string): void {
    const mine = this._of(panel);
    mine.forEach(({ said }) => this._marked.set(said.id, why));
    new Set(mine.map(({ page }) => page)).forEach(page => this.changed.emit(page));
  }

  /** The probes in a notebook that look at its kernel's variables. */
  private _of(panel: NotebookPanel): readonly { page: IPage; said: DrawnProbe['said'] }[] {
    return this._pages.all.flatMap(page => {
      const mine = page.probes.filter(({ said }) => readsVariables(said.method));
      const here =
        mine.length && sessionOf(this._notebooks, page) === panel.sessionContext ? mine : [];
      return here.map(({ said }) => ({ page, said }));
    });
  }

  /** By the ids of probes, what they were computed from. */
  private readonly _sent = new Map<string, Sent>();
  private readonly _marked = new Map<string, string>();
}
