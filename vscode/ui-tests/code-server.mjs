/**
 * Installs a real VS Code that runs in a browser, once, into vscode/.code-server.
 *
 * npm's code-server has VS Code's own server in it. Its native modules are not built (they need
 * kerberos' headers and a compiler, and nothing here uses them): hence --ignore-scripts and two
 * steps. It is no dependency of a workspace, because yarn would build them.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '4.100.3'; // VS Code 1.100.3; the last that runs on node 20
const HOME = join(dirname(fileURLToPath(import.meta.url)), '..', '.code-server');
const STAMP = join(HOME, 'installed');
const VSCODE = join(HOME, 'node_modules', 'code-server', 'lib', 'vscode');

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== VERSION) {
  console.log(`installing code-server ${VERSION} (300 MB; once) …`);
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  writeFileSync(join(HOME, 'package.json'), '{"private": true}\n');
  npm(HOME, `code-server@${VERSION}`);
  npm(VSCODE, '--omit=dev');
  linkSearch();
  writeFileSync(STAMP, VERSION);
}

function npm(cwd, ...args) {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', ['install', ...quiet, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit']
  });
  if (status !== 0) {
    throw error ?? new Error(`npm install ${args.join(' ')} ended with ${status}`);
  }
}

/** The search of VS Code, whose own download is a script: the system's, where there is one. */
function linkSearch() {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'rg'))
    .find(path => existsSync(path));
  if (found) {
    const bin = join(VSCODE, 'node_modules', '@vscode', 'ripgrep', 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(found, join(bin, 'rg'));
  }
}
