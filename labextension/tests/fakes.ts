/** Pages and probes without JupyterLab, for tests of what is shown of them. */

import { Text } from '@codemirror/state';
import type { OverlayProbe } from '@limner/protocol';
import { Signal } from '@lumino/signaling';

import type { DrawnProbe, IPage, IPages } from '../src/tokens';

export function probe(id: string, start: number, end: number, said: object = {}): DrawnProbe {
  const told = { id, method: 'm', origin: 'command', state: 'done', error: null, trouble: null, title: '' };
  const rest = { panel: null, options: {}, labels: [], model: 'mini', marks: [], notes: [] };
  return {
    said: { ...told, ...rest, ...said } as unknown as OverlayProbe,
    start,
    end,
    marks: [],
    notes: []
  };
}

export function page(uri: string, text: string, probes: DrawnProbe[], facts: object = {}): IPage {
  const doc = Text.of(text.split('\n'));
  return { uri, doc, probes, title: uri, reveal: async () => undefined, ...facts } as IPage;
}

export class FakePages implements IPages {
  readonly changed = new Signal<IPages, IPage>(this);

  constructor(public all: IPage[]) {}

  get(uri: string): IPage | undefined {
    return this.all.find(page => page.uri === uri);
  }

  current(): ReturnType<IPages['current']> {
    return null;
  }

  /** Other pages are there now. */
  show(...all: IPage[]): void {
    this.all = all;
    all.slice(0, 1).forEach(page => this.changed.emit(page));
  }
}
