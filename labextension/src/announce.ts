/** Says aloud, for screen readers, what became of the probe at the caret and of a decision. */

import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import { rowAtCaret, type Front } from './front';
import { h } from './panel/dom';
import type { DrawnProbe } from './tokens';

/** One live region, politely; failures too, since they end what the person began. */
export function addAnnouncer(front: Front): IDisposable {
  const { pages, said, trans } = front;
  const region = h('div', { class: 'limner-announcer', 'aria-live': 'polite', role: 'status' });
  document.body.append(region);
  let before = '';
  const follow = () => {
    const row = rowAtCaret(pages);
    const now = row ? announcement(row.probe, trans) : '';
    if (row && now && `${row.probe.said.id} ${now}` !== before) {
      before = `${row.probe.said.id} ${now}`;
      region.textContent = now;
    }
  };
  const say = (_: unknown, text: string) => {
    if (text) {
      region.textContent = text;
    }
  };
  pages.changed.connect(follow);
  said.changed.connect(say);
  return new DisposableDelegate(() => {
    pages.changed.disconnect(follow);
    said.changed.disconnect(say);
    region.remove();
  });
}

/** What to say of a probe; empty while it is not at its end. */
export function announcement({ said }: DrawnProbe, trans: TranslationBundle): string {
  if (said.state === 'failed') {
    return trans.__('Limner: %1', said.error ?? trans.__('it failed'));
  }
  return said.state === 'done' && said.title ? spoken(said.title, trans) : '';
}

/** A title as it is read out: `negative 0.73 · δ 0.3 %` is “negative 0.73, delta 0.3 %”. */
export function spoken(title: string, trans: TranslationBundle): string {
  return title.replace(/\s*·\s*/g, ', ').replace(/δ/g, trans.__('delta'));
}
