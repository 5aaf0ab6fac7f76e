/** What was pinned by a command lived in the lost session: it is pinned again in the new one. */

import * as vscode from 'vscode';

import type { Page } from './overlays';
import type { Overlays } from './overlays';
import type { Server } from './server';

/** Restore after each reconnection; see “After a reconnect” in docs/reference/protocol.md. */
export function restoring(server: Server, overlays: Overlays): vscode.Disposable {
  let known: readonly Page[] = [];
  return vscode.Disposable.from(
    server.changed(() => {
      if (server.link === 'ready') {
        known = overlays.pages; // as they were before the new session says anything
      }
    }),
    server.opened(() => {
      known.forEach(page => void pinAgain(server, page));
      known = [];
    })
  );
}

async function pinAgain(server: Server, { document, probes }: Page): Promise<void> {
  for (const { said, start, end } of probes) {
    if (said.origin === 'command' && said.method !== 'describe' && start < end) {
      const range = { start: document.positionAt(start), end: document.positionAt(end) };
      const argument = { uri: document.uri.toString(), range, options: said.options, beside: true };
      await server.execute('limner.attribute', argument).catch((reason: Error) => {
        server.log.warn(`a probe could not be pinned again: ${reason.message}`);
      });
    }
  }
}
