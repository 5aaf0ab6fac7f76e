import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { Charts } from '../src/chart';
import extension, { MIME_TYPE, RenderedCard } from '../src/mime';
import { VegaChart, provideRenderers } from '../src/vega';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';
const SPEC = { mark: 'bar', data: { values: [{ name: '吵', score: 1 }] } };

/** What JupyterLab's Vega renderer was asked to draw. */
interface Asked {
  data: Record<string, Record<string, unknown>>;
  metadata: Record<string, { embed_options: Record<string, unknown> }>;
}

const asked: Asked[] = [];
let broken = false;
let disposed = 0;

const rendermime = {
  getFactory: () => ({}),
  createModel: (options: Asked) => options,
  createRenderer: () => ({
    node: document.createElement('div'),
    renderModel: async (model: unknown) => {
      if (broken) {
        throw new Error('no such mark');
      }
      asked.push(model as Asked);
    },
    dispose: () => (disposed += 1)
  })
} as unknown as IRenderMimeRegistry;

/** The observers of widths, to be told by the tests. */
const observers: (() => void)[] = [];
let width = 400;

beforeAll(() => {
  window.ResizeObserver = class {
    constructor(told: () => void) {
      observers.push(told);
    }
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { get: () => width });
  provideRenderers(rendermime);
});

beforeEach(() => {
  asked.length = observers.length = disposed = 0;
  broken = false;
  width = 400;
});

function card(parts: object = {}): object {
  return { version: 1, title: 'negative 0.93', texts: [], charts: [], ...parts };
}

function model(value: unknown, others: object = {}): IRenderMime.IMimeModel {
  const data = { [MIME_TYPE]: value, ...others } as IRenderMime.IMimeModel['data'];
  return { trusted: false, data, metadata: {}, setData: () => undefined };
}

const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
const noticed = (): Promise<void> => new Promise(queueMicrotask);
const settled = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

test('a card is drawn before its HTML, and in files that nobody trusted', () => {
  expect(extension.rank).toBe(0);
  expect(extension.rendererFactory.safe).toBe(true);
  expect(extension.rendererFactory.mimeTypes).toEqual([MIME_TYPE]);
});

test('an output that changed is drawn anew, and its old charts are let go', async () => {
  const output = new RenderedCard();
  await output.renderModel(model(card({ charts: [{ title: 'Bars', spec: SPEC, text: '' }] })));
  observers.forEach(told => told());
  await settled();
  expect(output.node.querySelectorAll('.limner-card').length).toBe(1);
  await output.renderModel(model(card({ title: 'positive 0.61' })));
  expect(output.node.querySelectorAll('.limner-card').length).toBe(1);
  expect(output.node.textContent).toContain('positive 0.61');
  expect(disposed).toBe(1);
  output.dispose();
  output.dispose();
});

test('what is no card shows the text that lies beside it', async () => {
  const output = new RenderedCard();
  await output.renderModel(model({ old: true }, { 'text/plain': 'negative 0.93' }));
  expect(output.node.querySelector('pre')?.textContent).toBe('negative 0.93');
});

test('the notebook does not take the arrow keys of marked words, and keeps its other ones', async () => {
  const output = new RenderedCard();
  const marks = [{ start: 0, end: 1, value: 1, step: 4, hover: '' }];
  await output.renderModel(model(card({ texts: [{ label: '', text: '吵', marks }] })));
  document.body.append(output.node);
  const taken: string[] = [];
  const shortcuts = (event: KeyboardEvent): void => void taken.push(event.key);
  document.addEventListener('keydown', shortcuts, true);
  const press = (key: string, ctrlKey = false): unknown =>
    document.activeElement?.dispatchEvent(
      new KeyboardEvent('keydown', { key, ctrlKey, bubbles: true, cancelable: true })
    );
  output.node.querySelector<HTMLElement>('.limner-mark')?.focus();
  press('ArrowDown');
  press('s', true);
  output.node.remove();
  press('ArrowUp');
  document.removeEventListener('keydown', shortcuts, true);
  expect(taken).toEqual(['s', 'ArrowUp']);
});

describe('a chart', () => {
  const charts: VegaChart[] = [];
  afterEach(() => charts.splice(0).forEach(chart => chart.dispose()));

  function chart(spec: Record<string, unknown> = SPEC): VegaChart {
    charts.push(new VegaChart(spec, document.createElement('div')));
    return charts[charts.length - 1] as VegaChart;
  }

  test('runs with the interpreter and without a menu', async () => {
    const drawn = chart({ ...SPEC, usermeta: { embedOptions: { ast: false } } });
    observers[0]?.();
    await drawn.drawn;
    expect(asked[0]?.data[VEGA_LITE]).toEqual({
      ...SPEC,
      width: 'container',
      background: 'transparent'
    });
    const options = asked[0]?.metadata[VEGA_LITE]?.embed_options;
    expect(options).toMatchObject({ ast: true, actions: false, renderer: 'svg' });
  });

  test('waits until it has a width, and follows it', async () => {
    const drawn = chart();
    width = 0;
    observers[0]?.();
    await settled();
    expect(asked.length).toBe(0);
    width = 300;
    observers[0]?.();
    await drawn.drawn;
    width = 302;
    observers[0]?.();
    await settled();
    expect(asked.length).toBe(1);
    width = 0;
    drawn.update({ ...SPEC, mark: 'line' });
    await settled();
    expect(asked.length).toBe(1);
    width = 300;
    observers[0]?.();
    await settled();
    expect(asked[1]?.data[VEGA_LITE]?.mark).toBe('line');
    width = 500;
    observers[0]?.();
    await settled();
    expect(asked.length).toBe(3);
  });

  test('is drawn anew in another theme, until it is disposed', async () => {
    const drawn = chart();
    observers[0]?.();
    await drawn.drawn;
    width = 0;
    document.body.dataset['jpThemeLight'] = 'false';
    await noticed(); // before the next frame
    width = 400;
    await frame();
    await settled();
    expect(asked.length).toBe(2);
    drawn.dispose();
    document.body.dataset['jpThemeLight'] = 'true';
    await settled();
    await frame();
    await settled();
    expect(asked.length).toBe(2);
  });

  test('that changes many times at once is drawn as it is last', async () => {
    const drawn = chart();
    observers[0]?.();
    for (const mark of ['line', 'area', 'point']) {
      drawn.update({ ...SPEC, mark });
    }
    await settled();
    expect(asked.length).toBeLessThanOrEqual(2);
    expect(asked[asked.length - 1]?.data[VEGA_LITE]?.mark).toBe('point');
  });

  test('that cannot be drawn says so', async () => {
    broken = true;
    const drawn = chart();
    observers[0]?.();
    await expect(drawn.drawn).rejects.toThrow('no such mark');
    broken = false;
    const loads = chart({ data: { url: 'https://example.org' }, mark: 'bar' });
    observers[1]?.();
    await expect(loads.drawn).rejects.toThrow(/words/);
    expect(asked).toEqual([]);
  });
});

describe('a probe’s chart', () => {
  function open() {
    const added: { id: string; dispose(): void; node: HTMLElement; title: { label: string } }[] = [];
    const activated: string[] = [];
    const shell = {
      add: (widget: (typeof added)[0]) => added.push(widget),
      activateById: (id: string) => activated.push(id)
    };
    return { charts: new Charts(shell as never, rendermime), added, activated };
  }
  const panel = { title: 'negative 0.93', spec: SPEC, text: '+0.80 吵' };

  test('opens once, follows its probe, and opens again when it was closed', () => {
    const { charts, added, activated } = open();
    charts.open('p1', panel);
    charts.open('p1', panel);
    expect([added.length, activated.length]).toEqual([1, 2]);
    charts.update('p1', { ...panel, title: 'negative 0.51' });
    charts.update('p2', panel);
    expect(added[0]?.title.label).toBe('negative 0.51');
    added[0]?.dispose();
    charts.open('p1', panel);
    expect(added.length).toBe(2);
  });

  test('shows its words at the press of a button', () => {
    const { charts, added } = open();
    charts.open('p1', panel);
    const node = added[0]?.node;
    const words = node?.querySelector<HTMLElement>('.limner-twin');
    expect(words?.hidden).toBe(true);
    node?.querySelector<HTMLElement>('.limner-toggle')?.click();
    expect([words?.hidden, words?.textContent]).toEqual([false, '+0.80 吵']);
  });

  test('keeps its last state when the probe is gone, and says so', () => {
    const { charts, added } = open();
    charts.open('p1', panel);
    charts.update('p1', null);
    expect(added[0]?.node.querySelector('[role=status]')?.textContent).toMatch(/no longer/);
    expect(added[0]?.node.querySelector('.limner-twin')?.textContent).toBe('+0.80 吵');
  });
});
