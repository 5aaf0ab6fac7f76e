/** Vega-Lite charts, drawn by JupyterLab's own renderer without a way out of the page. */

import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { safeSpec, type Spec } from '@limner/protocol';
import { PromiseDelegate, type ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';
/** A width that changed by less is not drawn anew. */
const SLACK = 4;
/** Rows from which a canvas is lighter than elements. */
const MANY = 2_000;

const registry = new PromiseDelegate<IRenderMimeRegistry>();

/**
 * Where charts get their renderer. JupyterLab gives renderers of MIME types no registry, so the
 * plugin hands over its own; both are modules of one bundle.
 */
export function provideRenderers(rendermime: IRenderMimeRegistry): void {
  registry.resolve(rendermime);
}

/** How charts are embedded. */
export interface ChartOptions {
  /** Offer the chart as PNG and SVG. */
  readonly exports?: boolean;
}

/** A chart in an element: follows its width, the theme, and whatever spec it is given. */
export class VegaChart implements IDisposable {
  /** Settles with the first drawing: rejected when the spec cannot be drawn. */
  readonly drawn: Promise<void>;

  constructor(
    private _spec: Spec,
    private readonly _host: HTMLElement,
    private readonly _options: ChartOptions = {}
  ) {
    this.drawn = this._first.promise;
    this._observer = new ResizeObserver(() => this._resized());
    this._observer.observe(_host);
    theme().connect(this._restyled, this);
  }

  get isDisposed(): boolean {
    return this._disposed;
  }

  update(spec: Spec): void {
    this._spec = spec;
    this._draw();
  }

  dispose(): void {
    this._disposed = true;
    this._observer.disconnect();
    Signal.clearData(this);
    this._renderer?.dispose();
    this._renderer = null;
  }

  /** Charts without a width are not drawn: closed, hidden and detached ones wait. */
  private _resized(): void {
    const width = this._host.clientWidth;
    if (width && (this._stale || Math.abs(width - this._width) > SLACK)) {
      this._draw();
    }
  }

  /** While JupyterLab changes its theme nothing has a width: the next frame has. */
  private _restyled(): void {
    this._stale = true;
    requestAnimationFrame(() => this._resized());
  }

  private _draw(): void {
    this._stale = true;
    if (!this._drawing) {
      void this._drawAll();
    }
  }

  /** One drawing at a time; what changed meanwhile is drawn after it. */
  private async _drawAll(): Promise<void> {
    this._drawing = true;
    try {
      while (this._stale && !this._disposed && this._host.clientWidth) {
        this._stale = false;
        this._width = this._host.clientWidth;
        await this._drawOnce();
        this._first.resolve();
      }
    } catch (reason) {
      this._first.reject(reason);
    } finally {
      this._drawing = false;
    }
  }

  private async _drawOnce(): Promise<void> {
    const rendermime = await registry.promise;
    const spec = safeSpec(this._spec);
    if (!spec || !rendermime.getFactory(VEGA_LITE)) {
      throw new Error('This chart cannot be drawn here; its words say the same.');
    }
    if (this._disposed) {
      return;
    }
    if (!this._renderer) {
      this._renderer = rendermime.createRenderer(VEGA_LITE);
      this._host.replaceChildren(this._renderer.node);
    }
    const data = { [VEGA_LITE]: fitted(spec) as ReadonlyPartialJSONObject };
    const metadata = { [VEGA_LITE]: { embed_options: embedding(spec, this._options) } };
    await this._renderer.renderModel(rendermime.createModel({ data, metadata }));
  }

  private readonly _first = new PromiseDelegate<void>();
  private readonly _observer: ResizeObserver;
  private _renderer: IRenderMime.IRenderer | null = null;
  private _drawing = false;
  private _stale = false;
  private _disposed = false;
  private _width = 0;
}

/** As wide as its place, on the page's own paper; views beside each other have their own widths. */
function fitted(spec: Spec): Spec {
  const width = 'mark' in spec || 'layer' in spec ? { width: 'container' } : {};
  return { background: 'transparent', ...width, ...spec };
}

/** The interpreter instead of generated code, no menu that posts data elsewhere, plain tooltips. */
function embedding(spec: Spec, options: ChartOptions): ReadonlyPartialJSONObject {
  const actions = options.exports
    ? { export: true, source: false, compiled: false, editor: false }
    : false;
  const font = getComputedStyle(document.body).getPropertyValue('--jp-ui-font-family').trim();
  const made = {
    ast: true,
    actions,
    renderer: rowsOf(spec) > MANY ? 'canvas' : 'svg',
    config: font ? { font } : {},
    tooltip: { formatTooltip }
  };
  return made as unknown as ReadonlyPartialJSONObject;
}

/** Names and values, escaped; the original would show pictures from the net. */
function formatTooltip(value: unknown, escape: (value: unknown) => string): string {
  if (typeof value !== 'object' || value === null) {
    return escape(value);
  }
  return Object.entries(value)
    .map(([name, item]) => `${escape(name)}: ${escape(item)}`)
    .join('<br>');
}

function rowsOf(spec: Spec): number {
  const { values } = (spec.data ?? {}) as { values?: unknown };
  return Array.isArray(values) ? values.length : 0;
}

/** Emits when the theme changes, which JupyterLab writes onto the body. */
function theme(): Signal<object, void> {
  if (!changes) {
    const signal = new Signal<object, void>({});
    const attributeFilter = ['data-jp-theme-name', 'data-jp-theme-light'];
    new MutationObserver(() => signal.emit()).observe(document.body, { attributeFilter });
    changes = signal;
  }
  return changes;
}

let changes: Signal<object, void> | null = null;
