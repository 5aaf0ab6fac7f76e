/** Which editors show a shared text just now. */

import { ViewPlugin, type EditorView } from '@codemirror/view';
import type { Extension } from '@codemirror/state';
import type { ISharedText } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';

const views = new WeakMap<ISharedText, Set<EditorView>>();

/** An editor appeared for a text. */
export const attached = new Signal<object, { model: ISharedText; view: EditorView }>({});

/** The editors of a text; empty for a cell that was never scrolled to. */
export function viewsOf(model: ISharedText): ReadonlySet<EditorView> {
  let found = views.get(model);
  if (!found) {
    found = new Set();
    views.set(model, found);
  }
  return found;
}

/** Makes an editor known as one of `model`'s for as long as it lives. */
export function trackViews(model: ISharedText): Extension {
  return ViewPlugin.define(view => {
    const mine = viewsOf(model) as Set<EditorView>;
    mine.add(view);
    // the view is still being built: it takes no transaction before the next turn
    const timer = window.setTimeout(() => attached.emit({ model, view }));
    return {
      destroy: () => {
        window.clearTimeout(timer);
        mine.delete(view);
      }
    };
  });
}
