/** A part of the side panel: drawn anew when something changed, but only while it is seen. */

import { Widget } from '@lumino/widgets';

export abstract class View extends Widget {
  protected abstract draw(): void;

  protected override onAfterAttach(): void {
    this.update();
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onUpdateRequest(): void {
    if (this.isVisible) {
      this.draw();
    }
  }
}
