/** Vega-Lite in a page that allows no generated code and no network. */

import { safeSpec } from '@limner/protocol';
import { parse, View, type Config, type Loader, type Spec } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Pixels of a chart whose spec names no width; of axis and legend beside it; of the narrowest. */
const [WIDE, BESIDE, NARROW] = [560, 120, 120];

/** Draw a spec into an element; rejects when it cannot. The answer takes the drawing away. */
export async function drawChart(given: unknown, host: HTMLElement): Promise<() => void> {
  const safe = safeSpec(given);
  if (!safe) {
    throw new Error('This chart cannot be drawn; its words say the same.');
  }
  const spec = {
    background: 'transparent',
    ...safe,
    ...widthOf(safe, host)
  } as unknown as TopLevelSpec;
  const config = themeConfig();
  const compiled = compile(spec, { config: config as never, logger: undefined }).spec as Spec;
  const view = new View(parse(compiled, config, { ast: true }), {
    expr: expressionInterpreter,
    loader: refusing(),
    renderer: 'svg',
    container: host,
    hover: true
  } as ConstructorParameters<typeof View>[1]);
  host.replaceChildren();
  view.initialize(host);
  await view.runAsync();
  return () => view.finalize();
}

/** As wide as the spec says, or as is good to read, where there is room for it. */
function widthOf(spec: Spec, host: HTMLElement): object {
  const single = 'mark' in spec || 'layer' in spec;
  const { width } = spec as { width?: unknown };
  const wanted = typeof width === 'number' ? width : WIDE;
  return single ? { width: Math.max(Math.min(wanted, host.clientWidth - BESIDE), NARROW) } : {};
}

/** Loads nothing, follows no link. */
function refusing(): Loader {
  const refuse = () => Promise.reject(new Error('Charts load nothing.'));
  return { options: {}, load: refuse, sanitize: refuse, http: refuse, file: refuse } as never;
}

/** The colours and the font of the host's theme. */
function themeConfig(): Config {
  const style = getComputedStyle(document.body);
  const read = (name: string, standard: string) =>
    style.getPropertyValue(`--vscode-${name}`).trim() || standard;
  const ink = read('editor-foreground', 'black');
  const rule = read('widget-border', read('editorWidget-border', 'gray'));
  const font = read('font-family', 'sans-serif');
  const axis = {
    domainColor: rule,
    gridColor: rule,
    gridOpacity: 0.4,
    tickColor: rule,
    labelColor: ink,
    titleColor: ink
  };
  return {
    font,
    axis,
    title: { color: ink },
    legend: { labelColor: ink, titleColor: ink },
    text: { color: ink },
    view: { stroke: 'transparent' }
  } as unknown as Config;
}

/** Call back when the theme changes, which VS Code writes onto the body. */
export function onTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
}
