/** The explanation of a word: under the pointer, or at the caret by key. */

import {
  Facet,
  StateEffect,
  StateField,
  type EditorState,
  type Extension
} from '@codemirror/state';
import {
  EditorView,
  closeHoverTooltips,
  hoverTooltip,
  keymap,
  showTooltip,
  type Tooltip
} from '@codemirror/view';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { highlightAt } from './highlights';
import { marksAt, probesOf } from './overlays';
import { isOfLabels } from './panel/rows';

/** Markdown that the server wrote, drawn; it is escaped there and sanitised here. */
export type DrawMarkdown = (source: string) => HTMLElement;

/** What the server says of a place, as Markdown; empty where it says nothing. */
export type AskServer = (view: EditorView, offset: number) => Promise<string>;

/** From where to where. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** As the server reads them; it has the last word. */
const GAPS = /\[MASK\]|<mask>|\{mask\}|_{4,}/g;

const drawer = Facet.define<DrawMarkdown>();

const asker = Facet.define<AskServer>();

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
export function explanations(draw: DrawMarkdown, ask: AskServer): Extension {
  return [
    shownTooltip,
    drawer.of(draw),
    asker.of(ask),
    hoverTooltip((view, position) => {
      if (view.state.field(shownTooltip, false)) {
        return null; // one at a time
      }
      const found = tooltipAt(view, position);
      // a pointer that passes by asks for no sentence about what failed
      return found instanceof Promise ? found.catch(() => null) : found;
    }),
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

/** Show the explanation at the caret, or at an offset; false when there is none. */
export async function explainAt(view: EditorView, at?: number): Promise<boolean> {
  const { doc, selection } = view.state;
  const tooltip = await tooltipAt(view, at ?? selection.main.head);
  if (tooltip && view.state.doc === doc && view.state.selection.eq(selection)) {
    view.dispatch({ effects: [closeHoverTooltips, setTooltip.of(tooltip)] });
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

function tooltipAt(view: EditorView, position: number): Tooltip | null | Promise<Tooltip | null> {
  const source = explanation(view, position);
  if (source) {
    const word = marksAt(view.state, position)[0]?.mark;
    return tooltip(view, source, word?.start ?? position, word?.end ?? position);
  }
  const { state } = view;
  const asked = highlightAt(state, position) ?? rowAt(state, position) ?? gapAt(state, position);
  return asked ? askedTooltip(view, position, asked) : null;
}

/** The line of a file whose labels are predicted. */
function rowAt(state: EditorState, at: number): Stretch | null {
  return probesOf(state).some(isOfLabels) ? state.doc.lineAt(at) : null;
}

/** A gap for which a word can be asked, its ends included. */
export function gapAt(state: EditorState, at: number): Stretch | null {
  const line = state.doc.lineAt(at);
  for (const { 0: gap, index } of line.text.matchAll(GAPS)) {
    const from = line.from + index;
    if (from <= at && at <= from + gap.length) {
      return { from, to: from + gap.length };
    }
  }
  return null;
}

/** What only the server knows is asked when somebody looks. */
async function askedTooltip(
  view: EditorView,
  position: number,
  { from, to }: Stretch
): Promise<Tooltip | null> {
  const source = await view.state.facet(asker)[0]?.(view, position);
  return source ? tooltip(view, source, from, to) : null;
}

function tooltip(view: EditorView, source: string, pos: number, end: number): Tooltip {
  const draw = view.state.facet(drawer)[0];
  return {
    ...{ pos, end, above: true },
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
    .filter(probe => !isOfLabels(probe) && probe.start <= position && position <= probe.end)
    .flatMap(probe => probe.notes.map(note => note.tooltip || note.text));
  return [...words, ...notes].join('\n\n');
}
