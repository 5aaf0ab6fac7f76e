/** The documents that the server is shown, which are those that start the extension. */

import type { DocumentFilter } from 'vscode-languageclient/node';

/**
 * Languages by VS Code's ids. The server reads Python's strings, Markdown's paragraphs, and
 * everything else as plain text; package.json names the same in `activationEvents` and menus.
 */
export const LANGUAGES: readonly string[] = [
  'python',
  'markdown',
  'plaintext',
  'latex',
  'tex',
  'restructuredtext',
  'quarto',
  'rmd',
  'csv',
  'tsv',
  'jsonl',
  'toml'
];

/** Of a notebook's cells only. */
const RAW = 'raw';

const SCHEMES = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-notebook-cell'];

export const SELECTOR: DocumentFilter[] = SCHEMES.flatMap(scheme =>
  [...LANGUAGES, ...(scheme === 'vscode-notebook-cell' ? [RAW] : [])].map(language => ({
    scheme,
    language
  }))
);
