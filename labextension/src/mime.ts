/** Results in notebooks: drawn from the file alone, also where nothing was ever run. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { drawCard, installPalette, readCard } from '@limner/protocol';
import { Widget } from '@lumino/widgets';

import { VegaChart } from './vega';

export const MIME_TYPE = 'application/vnd.limner.v1+json';

/** An output's card. */
export class RenderedCard extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.addClass('limner-output');
    installPalette();
  }

  /** Draw, or draw anew: a notebook calls it whenever the output changes. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._clear();
    const value = model.data[MIME_TYPE];
    this.node.append(drawCard(value, { chart: (spec, host) => this._chart(spec, host) }));
    const plain = model.data['text/plain'];
    if (!readCard(value).card && typeof plain === 'string') {
      const words = document.createElement('pre');
      words.textContent = plain;
      this.node.append(words);
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this._clear();
    }
    super.dispose();
  }

  private _chart(spec: Record<string, unknown>, host: HTMLElement): Promise<void> {
    const chart = new VegaChart(spec, host);
    this._charts.push(chart);
    return chart.drawn;
  }

  private _clear(): void {
    this._charts.splice(0).forEach(chart => chart.dispose());
    this.node.replaceChildren();
  }

  private readonly _charts: VegaChart[] = [];
}

const extension: IRenderMime.IExtension = {
  id: '@limner/labextension:card',
  description: 'Draws the results of Limner in notebooks.',
  rendererFactory: {
    safe: true,
    mimeTypes: [MIME_TYPE],
    createRenderer: () => new RenderedCard()
  },
  // Before text/html, which lies beside it for those who do not know us.
  rank: 0,
  dataType: 'json'
};

export default extension;
