/** What a word says when pointed at: its score, the table of its probe, and what can be done. */

import type { DrawnProbe } from '@limner/protocol';
import * as vscode from 'vscode';

import type { Highlights } from './highlights';
import { LINKED, linksOf, termLinksOf, type Link } from './links';
import { ofLabels } from './methods';
import { markAt, type Overlays } from './overlays';

/** The explanation at a position, or nothing where nothing is pinned. */
export function hoverAt(
  overlays: Overlays,
  document: vscode.TextDocument,
  position: vscode.Position
): vscode.Hover | undefined {
  const offset = document.offsetAt(position);
  // what is said of a row of a data file, only the server knows
  const probes = overlays.at(document, offset).filter(({ said }) => !ofLabels(said.method));
  const parts = probes.flatMap(probe => partsOf(probe, offset));
  if (!parts.length) {
    return undefined;
  }
  const mark = probes.map(probe => markAt(probe, offset)).find(found => found);
  const [start, end] = mark ? [mark.start, mark.end] : [probes[0].start, probes[0].end];
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  return new vscode.Hover(parts, range);
}

/**
 * The server's words about a term, and where it is marked what can be decided about it: behind the
 * first paragraph, for the rest may be longer than the hover.
 */
export function withLinks(
  hover: vscode.Hover,
  highlights: Highlights,
  document: vscode.TextDocument,
  position: vscode.Position
): vscode.Hover {
  const marked = highlights.at(document, position);
  const [said, ...rest] = hover.contents;
  if (!marked || !(said instanceof vscode.MarkdownString)) {
    return hover;
  }
  const meant = { uri: document.uri.toString(), term: document.getText(marked.range) };
  const links = written(termLinksOf(meant, marked.accepted));
  const [head, ...body] = said.value.split('\n\n');
  const parts = [head, body.join('\n\n')].map(text => new vscode.MarkdownString(text));
  return new vscode.Hover([parts[0], links, parts[1], ...rest], hover.range);
}

/**
 * The server's words, which it has escaped and which may link nowhere; our own links stand before
 * the table, which may be longer than the hover.
 */
function partsOf(probe: DrawnProbe, offset: number): vscode.MarkdownString[] {
  const { said, notes } = probe;
  const word = markAt(probe, offset)?.hover;
  const about = notes.map(({ text, tooltip }) => tooltip || text);
  if (!word && !about.length && said.error) {
    about.push(said.error);
  }
  if (!word && !about.length) {
    return [];
  }
  const links = written(linksOf(said));
  const first = word ? [new vscode.MarkdownString(word)] : [];
  return [...first, links, ...about.map(text => new vscode.MarkdownString(text))];
}

function written(links: readonly Link[]): vscode.MarkdownString {
  const words = links.map(({ label, uri }) => `[${label}](${uri})`).join(' · ');
  const markdown = new vscode.MarkdownString(words);
  markdown.isTrusted = { enabledCommands: LINKED };
  return markdown;
}
