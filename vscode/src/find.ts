/** Which command starts Limner: a setting, an interpreter of the workspace, or PATH. */

import { execFile } from 'node:child_process';
import { homedir } from 'node:os';

/** Where a command comes from. */
export type Origin = 'setting' | 'python' | 'venv' | 'path';

/** A Python that a folder of the workspace uses. */
export interface Interpreter {
  readonly python: string;
  /** Of the Python extension's choice, or of the folder's `.venv`. */
  readonly origin: 'python' | 'venv';
  /** Name of the folder; empty without one. */
  readonly folder: string;
}

/** A program and its first arguments. */
export interface Launcher {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: Origin;
  readonly folder: string;
}

export interface Found {
  readonly launcher: Launcher;
  readonly version: string;
}

/** Milliseconds that a Python may take to say which Limner it has. */
const PATIENCE = 20_000;

/**
 * Where every program of ours is started: a folder that no workspace fills, so that none of its
 * files is taken for a module or a program.
 */
export const SAFE_FOLDER = homedir();

/** What to try, in this order; a setting stands alone: who names a Python means that one. */
export function candidates(
  setting: string,
  interpreters: readonly Interpreter[]
): readonly Launcher[] {
  if (setting) {
    return [{ command: setting, args: module('limner'), origin: 'setting', folder: '' }];
  }
  const pythons = new Map<string, Launcher>();
  for (const { python, origin, folder } of interpreters) {
    if (!pythons.has(python)) {
      pythons.set(python, { command: python, args: module('limner'), origin, folder });
    }
  }
  return [...pythons.values(), { command: 'limner', args: [], origin: 'path', folder: '' }];
}

/** Arguments that run a module; -P: a file of the current folder is never taken for one. */
export function module(name: string): readonly string[] {
  return ['-P', '-m', name];
}

/** Whether two are the same program. */
export function same(one: Launcher, other: Launcher): boolean {
  return one.command === other.command && one.args.join() === other.args.join();
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
    const options = { cwd: SAFE_FOLDER, timeout: PATIENCE, windowsHide: true };
    execFile(command, [...args, '--version'], options, (error, stdout, stderr) => {
      if (error) {
        fail(new Error(stderr.trim().split('\n').pop() || error.message));
      } else {
        done(stdout.trim());
      }
    });
  });
}
