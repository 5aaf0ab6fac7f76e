/** A probe's chart beside the editor, with its words; it follows the probe while it is open. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { OverlayPanel } from '@limner/protocol';
import { Widget } from '@lumino/widgets';

import { provideRenderers, VegaChart } from './vega';

/** The open charts, one for each probe. */
export class Charts {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    rendermime: IRenderMimeRegistry
  ) {
    provideRenderers(rendermime);
  }

  /** Show a probe's chart, the one that is open already if there is one. */
  open(probe: string, panel: OverlayPanel): void {
    const view = this._open.get(probe) ?? this._create(probe);
    view.present(panel);
    this._shell.activateById(view.id);
  }

  /** Follow a probe; null once it is gone or has no chart. */
  update(probe: string, panel: OverlayPanel | null): void {
    this._open.get(probe)?.present(panel);
  }

  private _create(probe: string): ChartView {
    this._last += 1;
    const view = new ChartView(`limner-chart-${this._last}`);
    view.disposed.connect(() => this._open.delete(probe));
    this._open.set(probe, view);
    this._shell.add(view, 'main', { mode: 'split-right', activate: false });
    return view;
  }

  private readonly _open = new Map<string, ChartView>();
  private _last = 0;
}

/** The chart or its words, whichever the reader wants. */
export class ChartView extends Widget {
  constructor(id: string) {
    super();
    this.id = id;
    this.addClass('limner-chart-view');
    this.title.closable = true;
    this.node.tabIndex = -1;
    this._toggle.type = 'button';
    this._toggle.className = 'jp-Button limner-toggle';
    this._toggle.textContent = 'In words';
    this._toggle.addEventListener('click', () => this._choose(!this._inWords));
    this._words.className = 'limner-twin';
    this._words.tabIndex = 0;
    this._host.className = 'limner-chart-host';
    this._host.setAttribute('role', 'img');
    this._gone.className = 'limner-card-note';
    this._gone.setAttribute('role', 'status');
    this.node.append(this._title, this._gone, this._host, this._words, this._toggle);
    this._title.className = 'limner-title';
    this._choose(false);
  }

  /** Null: what was shown stays, and is said to be old. */
  present(panel: OverlayPanel | null): void {
    this._gone.hidden = panel !== null;
    this._gone.textContent = panel ? '' : 'This is no longer in the text; shown is its last state.';
    this._host.classList.toggle('limner-gone', !panel);
    if (!panel) {
      return;
    }
    this.title.label = this.title.caption = this._title.textContent = panel.title;
    this._words.textContent = panel.text;
    this._host.setAttribute('aria-label', panel.title);
    if (this._chart) {
      this._chart.update(panel.spec);
      return;
    }
    this._chart = new VegaChart(panel.spec, this._host, { exports: true });
    this._chart.drawn.catch(() => {
      this._toggle.hidden = true;
      this._choose(true);
    });
  }

  override dispose(): void {
    this._chart?.dispose();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  protected override onCloseRequest(): void {
    this.dispose();
  }

  private _choose(inWords: boolean): void {
    this._inWords = inWords;
    this._host.hidden = inWords;
    this._words.hidden = !inWords;
    this._toggle.setAttribute('aria-pressed', String(inWords));
  }

  private readonly _title = document.createElement('p');
  private readonly _gone = document.createElement('p');
  private readonly _host = document.createElement('div');
  private readonly _words = document.createElement('pre');
  private readonly _toggle = document.createElement('button');
  private _chart: VegaChart | null = null;
  private _inWords = false;
}
