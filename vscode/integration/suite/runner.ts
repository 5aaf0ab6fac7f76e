/** Runs tests one after the other and writes what became of them beside this file. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What became of a suite. */
export interface Report {
  readonly tests: { name: string; milliseconds: number; error: string }[];
}

type Test = readonly [name: string, run: () => Promise<void>];

/** Milliseconds that a test may take, with what it waits for. */
const PATIENCE = 20_000;

/** Run them all; rejects when one failed. */
export async function runAll(suite: string, tests: readonly Test[]): Promise<void> {
  const report: Report = { tests: [] };
  for (const [name, run] of tests) {
    const began = Date.now();
    const error = await run().then(
      () => '',
      (reason: Error) => String(reason.stack ?? reason)
    );
    report.tests.push({ name, milliseconds: Date.now() - began, error });
  }
  await writeFile(join(__dirname, `${suite}.json`), JSON.stringify(report));
  const failed = report.tests.filter(({ error }) => error).length;
  if (failed) {
    throw new Error(`${failed} of ${tests.length} tests failed`);
  }
}

/** Wait until something is there that is asked for again and again. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>
): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await ask();
    if (found) {
      return found;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited in vain: ${what}`);
    }
    await new Promise(next => setTimeout(next, 50));
  }
}
