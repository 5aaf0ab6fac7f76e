/** A VS Code server with the packed extension, and a daemon of its own. */

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  answers,
  BIN,
  end,
  freePort,
  ROOT,
  runToEnd,
  startServer
} from '../../ui-testing/processes';

const VSCODE = join(ROOT, 'vscode', '.code-server/node_modules/code-server/lib/vscode');

/** What every window of the tests starts from; a test adds its own. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.editor.enablePreview': false,
  'workbench.hover.delay': 100,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'editor.minimap.enabled': false,
  'editor.unicodeHighlight.ambiguousCharacters': false,
  'files.autoSave': 'off',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  'chat.commandCenter.enabled': false,
  'window.commandCenter': false
};

/** Closes what a test left open, without a question. */
export const TIDY = 'Control+Alt+Shift+F9';
const KEYS = [
  {
    key: TIDY.toLowerCase().replaceAll('control', 'ctrl'),
    command: 'runCommands',
    args: {
      commands: [
        'workbench.action.closeQuickOpen',
        ...Array(4).fill('workbench.action.revertAndCloseActiveEditor'),
        'workbench.action.closeAllEditors',
        'notifications.clearAll',
        'workbench.view.explorer'
      ]
    }
  }
];

/** A running server of VS Code. */
export interface Server {
  readonly url: string;
  readonly authority: string;
  /** Temporary folder of everything. */
  readonly home: string;
  /** The environment of its processes, which a `limner` beside it needs to reach its daemon. */
  readonly env: NodeJS.ProcessEnv;
  /** Run a command of our environment to its end: what it writes to stdout. */
  run(command: string, ...args: string[]): Promise<string>;
}

/** User settings beside `SETTINGS`, for windows that open from now on. */
export async function writeSettings(home: string, values: Record<string, unknown>): Promise<void> {
  const user = join(home, 'data', 'User');
  await mkdir(user, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify({ ...SETTINGS, ...values }, null, 1));
}

/** Settings of the machine on which the extension runs, for windows that open from now on. */
export async function writeMachineSettings(
  home: string,
  values: Record<string, unknown>
): Promise<void> {
  const machine = join(home, 'data', 'Machine');
  await mkdir(machine, { recursive: true });
  await writeFile(join(machine, 'settings.json'), JSON.stringify(values));
}

/** The address of a file as VS Code in the browser names it. */
export function remote(server: Server, path: string): string {
  return `vscode-remote://${server.authority}${path}`;
}

/** Start it in an empty folder. */
export async function start(home: string): Promise<{ server: Server; stop: () => Promise<void> }> {
  const env = await environment(home);
  await writeSettings(home, {});
  await writeMachineSettings(home, {});
  await writeFile(join(home, 'data', 'User', 'keybindings.json'), JSON.stringify(KEYS));
  const main = join(VSCODE, 'out', 'server-main.js');
  const dirs = [
    '--accept-server-license-terms',
    `--server-data-dir=${home}`,
    `--user-data-dir=${join(home, 'data')}`,
    `--extensions-dir=${join(home, 'ext')}`
  ];
  const warm = runToEnd(join(BIN, 'limner'), ['attribute', '好'], env); // loads the model meanwhile
  await runToEnd('node', [main, ...dirs, '--install-extension', await packed()], env);
  const port = await freePort();
  const place = ['--host=127.0.0.1', `--port=${port}`, '--without-connection-token'];
  const started = startServer('node', [main, ...dirs, ...place], { env, cwd: home });
  const authority = `127.0.0.1:${port}`;
  const url = `http://${authority}/`;
  await answers(url, started);
  await warm;
  const run = (command: string, ...args: string[]) => runToEnd(join(BIN, command), args, env);
  const stop = async () => {
    await end(started);
    await run('limner', 'daemon', 'stop');
  };
  return { server: { url, authority, home, env, run }, stop };
}

async function environment(home: string): Promise<NodeJS.ProcessEnv> {
  const runtime = join(home, 'run');
  await mkdir(join(home, 'tmp'));
  await mkdir(runtime, { mode: 0o700 });
  const path = `${BIN}:${process.env['PATH'] ?? ''}`;
  await writeFile(join(home, '.profile'), `export PATH="${path}"\n`); // asked by the server
  return {
    ...process.env,
    HOME: home,
    PATH: path,
    TMPDIR: join(home, 'tmp'),
    XDG_RUNTIME_DIR: runtime,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
    PYTHONDONTWRITEBYTECODE: '1',
    EXTENSIONS_GALLERY: '{"serviceUrl": "http://127.0.0.1:9/gallery"}' // no gallery is asked
  };
}

/** The extension as it is handed out. */
async function packed(): Promise<string> {
  const dist = join(ROOT, 'vscode', 'dist');
  const files = await readdir(dist).catch(() => []);
  const name = files.find(file => file.endsWith('.vsix'));
  if (!name) {
    throw new Error('there is no vscode/dist/*.vsix: run make vsix');
  }
  return join(dist, name);
}
