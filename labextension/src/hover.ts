/** The explanation of a word: under the pointer, or at the caret by key. */

import { Facet, StateEffect, StateField, type Extension } from '@codemirror/state';
import { EditorView, hoverTooltip, keymap, showTooltip, type Tooltip } from '@codemirror/view';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { marksAt, probesOf } from './overlays';

/** Markdown that the server wrote, drawn; it is escaped there and sanitised here. */
export type DrawMarkdown = (source: string) => HTMLElement;

const drawer = Facet.define<DrawMarkdown>();

const setTooltip = StateEffect.define<Tooltip | null>();

/** Set while an explanation asked for by key is shown; any edit or move of the caret ends it. */
const shownTooltip = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setTooltip)) {
        return effect.value;
      }
    }
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: field => showTooltip.from(field)
});

/** Hover tooltips, and Escape to close the one that a key opened. */
export function explanations(draw: DrawMarkdown): Extension {
  return [
    shownTooltip,
    drawer.of(draw),
    hoverTooltip((view, position) => tooltipAt(view, position)),
    keymap.of([
      {
        key: 'Escape',
        run: view => {
          const shown = view.state.field(shownTooltip, false);
          if (shown) {
            view.dispatch({ effects: setTooltip.of(null) });
          }
          return !!shown;
        }
      }
    ])
  ];
}

/** Show the explanation at the caret; false when there is none. */
export function explainAt(view: EditorView): boolean {
  const tooltip = tooltipAt(view, view.state.selection.main.head);
  if (tooltip) {
    view.dispatch({ effects: setTooltip.of(tooltip) });
  }
  return !!tooltip;
}

/** Draws with JupyterLab's own Markdown renderer. */
export function markdownDrawer(rendermime: IRenderMimeRegistry): DrawMarkdown {
  return source => {
    const mimeType = 'text/markdown';
    const renderer = rendermime.createRenderer(mimeType);
    void renderer.renderModel(rendermime.createModel({ data: { [mimeType]: source } }));
    return renderer.node;
  };
}

function tooltipAt(view: EditorView, position: number): Tooltip | null {
  const source = explanation(view, position);
  if (!source) {
    return null;
  }
  const words = marksAt(view.state, position);
  const draw = view.state.facet(drawer)[0];
  return {
    pos: words[0]?.mark.start ?? position,
    end: words[0]?.mark.end ?? position,
    above: true,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'limner-hover';
      dom.setAttribute('role', 'tooltip');
      dom.append(draw ? draw(source) : source);
      return { dom };
    }
  };
}

/** The word first, then the whole of its probe; as Markdown. */
function explanation(view: EditorView, position: number): string {
  const words = marksAt(view.state, position).map(({ mark }) => mark.hover);
  const notes = probesOf(view.state)
    .filter(probe => probe.start <= position && position <= probe.end)
    .flatMap(probe => probe.notes.map(note => note.tooltip || note.text));
  return [...words, ...notes].join('\n\n');
}
