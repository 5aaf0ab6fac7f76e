/** From the server's code lenses to the buttons of the gutter. */

import type { CodeLens } from 'vscode-languageserver-protocol';

/** What a click on a button asks the server for. */
export interface Button {
  line: number;
  /** Ids of the probes pinned here; none: the button pins one. */
  probes: readonly string[];
  argument: object;
}

/** One button a line: the pinned probes of that line, else the first text that can be pinned. */
export function buttonsOf(lenses: readonly CodeLens[]): Button[] {
  const byLine = new Map<number, Button>();
  for (const { range, command } of lenses) {
    const argument = command?.arguments?.[0] as { probe?: string } | undefined;
    if (!command || !argument) {
      continue;
    }
    const line = range.start.line;
    const before = byLine.get(line);
    if (command.command === 'limner.unpin' && argument.probe) {
      const probes = [...(before?.probes ?? []), argument.probe];
      byLine.set(line, {
        line,
        probes,
        argument: before?.probes.length ? before.argument : argument
      });
    } else if (command.command === 'limner.attribute' && !before) {
      byLine.set(line, { line, probes: [], argument });
    }
  }
  return [...byLine.values()];
}
