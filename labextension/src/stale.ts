/** Which results are of variables as they were before a cell ran. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { readsVariables, sessionOf } from './describe';
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

  /** The variables of this probe are sent anew. */
  renewed(page: IPage, start: number, end: number): void {
    const here = page.probes.filter(probe => probe.start === start && probe.end === end);
    here.forEach(({ said }) => this._marked.delete(said.id));
    this.changed.emit(page);
  }

  private _follow(panel: NotebookPanel): void {
    const { sessionContext } = panel;
    const cell = this._trans.__('stale: a cell has run since');
    const restart = this._trans.__('stale: the kernel was restarted');
    const heard = (_: unknown, message: KernelMessage.IMessage) => {
      if (message.header.msg_type === 'execute_input') {
        this._mark(panel, cell); // silent requests, as ours are, announce none
      }
    };
    const status = (_: unknown, now: Kernel.Status) => {
      if (now === 'restarting' || now === 'autorestarting' || now === 'dead') {
        this._mark(panel, restart);
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

  private _mark(panel: NotebookPanel, why: string): void {
    for (const page of this._pages.all) {
      const mine = page.probes.filter(({ said }) => readsVariables(said.method));
      if (mine.length && sessionOf(this._notebooks, page) === panel.sessionContext) {
        mine.forEach(({ said }) => this._marked.set(said.id, why));
        this.changed.emit(page);
      }
    }
  }

  private readonly _marked = new Map<string, string>();
}
