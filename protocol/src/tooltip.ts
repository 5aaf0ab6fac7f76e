/** One tooltip for all marks and cells of a card: for pointers and keyboards alike. */

import { element, freshId } from './dom';

/** Long enough to move the pointer from a word onto its tooltip. */
const GRACE_MS = 200;
const GAP = 4;

/** Text beside whatever is pointed at or focused; Escape, leaving and scrolling hide it. */
export class Tooltip {
  readonly node = element('div', 'limner-tooltip');

  constructor() {
    this.node.id = freshId('tooltip');
    this.node.setAttribute('role', 'tooltip');
    this.node.setAttribute('popover', 'manual');
    this.node.hidden = true;
    this.node.addEventListener('pointerenter', () => this._stay());
    this.node.addEventListener('pointerleave', () => this.leave());
  }

  get shown(): boolean {
    return this._anchor !== null;
  }

  /** Show the text below an element, or above where there is no room. */
  show(anchor: Element, text: string): void {
    this._stay();
    if (!text) {
      this.hide();
      return;
    }
    if (this._anchor !== anchor) {
      this._anchor?.removeAttribute('aria-describedby');
      anchor.setAttribute('aria-describedby', this.node.id);
      this._anchor = anchor;
    }
    this.node.textContent = text;
    this.node.hidden = false;
    this._pop(true);
    this._place(anchor.getClientRects()[0] ?? anchor.getBoundingClientRect());
    window.addEventListener('scroll', this._hide, { capture: true, passive: true, once: true });
  }

  /** Hide soon, unless the pointer reaches the tooltip. */
  leave(): void {
    this._stay();
    this._timer = window.setTimeout(this._hide, GRACE_MS);
  }

  hide(): void {
    this._stay();
    window.removeEventListener('scroll', this._hide, { capture: true });
    this._anchor?.removeAttribute('aria-describedby');
    this._anchor = null;
    this._pop(false);
    this.node.hidden = true;
  }

  private readonly _hide = (): void => this.hide();

  private _stay(): void {
    window.clearTimeout(this._timer);
  }

  /** The top layer, where there is one, is clipped by no output area. */
  private _pop(show: boolean): void {
    if (!this.node.isConnected || !('showPopover' in this.node)) {
      return;
    }
    if (this.node.matches(':popover-open') !== show) {
      this.node.togglePopover(show);
    }
  }

  private _place(at: DOMRect): void {
    const { offsetWidth: width, offsetHeight: height, style } = this.node;
    const below = at.bottom + GAP;
    const top = below + height > window.innerHeight ? at.top - height - GAP : below;
    const left = Math.min(at.left, window.innerWidth - width - GAP);
    style.top = `${Math.max(top, 0)}px`;
    style.left = `${Math.max(left, 0)}px`;
  }

  private _anchor: Element | null = null;
  private _timer = 0;
}
