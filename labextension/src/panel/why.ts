/** Why the chosen term is one, and the places where it stands. */

import { report } from '../commands';
import type { Place, Shown } from '../chosenTerm';
import type { Front } from '../front';
import { goTo } from '../goto';
import { button, h } from './dom';

/** Places that are listed. */
const MOST = 500;

export class Why {
  readonly node: HTMLElement;

  constructor(private readonly _front: Front) {
    const label = _front.trans.__('Why it is a term');
    this.node = h('div', {
      class: 'limner-terms-why',
      role: 'region',
      'aria-label': label,
      hidden: true
    });
  }

  draw(): void {
    const { shown } = this._front.chosenTerm;
    if (shown === this._drawn) {
      return;
    }
    this._drawn = shown;
    this.node.hidden = !shown;
    this.node.replaceChildren(...(shown ? this._draw(shown) : []));
    this.node.scrollTop = 0;
  }

  private _draw({ term, markdown, places, all }: Shown): HTMLElement[] {
    const { trans, drawMarkdown } = this._front;
    const files = new Set(places.map(({ uri }) => uri.split('#')[0])).size;
    const head = all
      ? h(
          'p',
          {},
          h('strong', {}, term),
          ' · ',
          trans.__('%1 places in %2 files', places.length, files)
        )
      : drawMarkdown(markdown);
    const links = places.slice(0, MOST).map(place => h('li', {}, this._link(place)));
    const more = places.length - links.length;
    return [
      head,
      ...(links.length ? [h('ul', { 'aria-label': trans.__('Places') }, ...links)] : []),
      ...(more > 0 ? [h('p', {}, trans.__('… and %1 more', more))] : [])
    ];
  }

  private _link(place: Place): HTMLElement {
    const { text, start, end, where } = place;
    const made = button('', () => void goTo(this._front, place).catch(report), {
      class: 'limner-place'
    });
    if (text) {
      made.append(
        h('span', {}, text.slice(0, start), h('mark', {}, text.slice(start, end)), text.slice(end))
      );
    }
    made.append(h('span', { class: 'limner-place-where' }, where));
    return made;
  }

  private _drawn: Shown | null = null;
}
