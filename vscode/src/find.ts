/** Which command starts Limner: a setting, the Python extension's interpreter, or PATH. */

import { execFile } from 'node:child_process';

/** A program and its first arguments. */
export interface Launcher {
  readonly command: string;
  readonly args: readonly string[];
  /** Where it comes from, for the log. */
  readonly origin: 'setting' | 'python' | 'path';
}

export interface Found {
  readonly launcher: Launcher;
  readonly version: string;
}

/** Milliseconds that a Python may take to say which Limner it has. */
const PATIENCE = 20_000;

/** What to try, in this order; a setting stands alone: who names a Python means that one. */
export function candidates(setting: string, active: string | undefined): readonly Launcher[] {
  if (setting) {
    return [ofPython(setting, 'setting')];
  }
  const path: Launcher = { command: 'limner', args: [], origin: 'path' };
  return active ? [ofPython(active, 'python'), path] : [path];
}

function ofPython(python: string, origin: 'setting' | 'python'): Launcher {
  // -P: a folder `limner` in the workspace must not be taken for the package
  return { command: python, args: ['-P', '-m', 'limner'], origin };
}

/** Ask each for its version; the first that answers, or why none did. */
export async function find(
  launchers: readonly Launcher[],
  ask: (launcher: Launcher) => Promise<string> = version
): Promise<Found | { readonly troubles: readonly string[] }> {
  const troubles: string[] = [];
  for (const launcher of launchers) {
    try {
      return { launcher, version: await ask(launcher) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      troubles.push(`${launcher.command}: ${reason.trim()}`);
    }
  }
  return { troubles };
}

function version({ command, args }: Launcher): Promise<string> {
  return new Promise((done, fail) => {
    const options = { timeout: PATIENCE, windowsHide: true };
    execFile(command, [...args, '--version'], options, (error, stdout, stderr) => {
      if (error) {
        fail(new Error(stderr.trim().split('\n').pop() || error.message));
      } else {
        done(stdout.trim());
      }
    });
  });
}
