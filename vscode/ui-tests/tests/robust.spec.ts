/** What ends and comes back, and what cannot be computed. */

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Page } from '@playwright/test';

import { expect, test, type Code } from '../code';
import { NEGATIVE, editorOf, expectDrawn, expectNote, wordsOf } from '../drawn';
import { caretAfter, command, ready, status } from '../keys';

const TEXT = '早餐不错，服务热情。';

for (const [what, kill] of [
  ['the daemon', async (code: Code) => process.kill(await daemonOf(code), 'SIGKILL')],
  ['`limner lsp`', async (code: Code) => process.kill(await relayOf(code), 'SIGKILL')]
] as const) {
  test(`${what} is killed: it comes back, with what was pinned by a command`, async ({ code }) => {
    await code.write('killed.py', `review = "${TEXT}"\n`);
    const page = await code.open('killed.py');
    await pinned(page, code);
    const before = await Promise.all([daemonOf(code), relayOf(code)]);
    await kill(code);
    await expect(status(page)).toContainText(/connecting|failed/); // the second loss waits longer
    await ready(page);
    const after = await Promise.all([daemonOf(code), relayOf(code)]);
    expect(after[1]).not.toBe(before[1]);
    await caretAfter(page, '，');
    await page.keyboard.insertText('真');
    const text = TEXT.replace('，', '，真');
    await expectDrawn(editorOf(page), [text, await wordsOf(code, text)]);
  });
}

async function pinned(page: Page, code: Code): Promise<void> {
  await ready(page);
  await caretAfter(page, '早餐');
  await page.keyboard.press('Control+Alt+a');
  await expectDrawn(editorOf(page), [TEXT, await wordsOf(code, TEXT)]);
}

test('a model that is broken fails its own probe with a sentence, and nothing restarts', async ({
  code
}) => {
  const folder = join(code.home, 'broken');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), '{"model_type": "bert"}');
  const config = join(code.home, 'config', 'limner');
  await mkdir(config, { recursive: true });
  await writeFile(join(config, 'config.toml'), `[models.broken]\npath = "${folder}"\n`);
  await code.write(
    'broken.py',
    `# limner: attribute model=broken\nbad = "${TEXT}"\n\n${NEGATIVE}good = "${TEXT}"\n`
  );
  const page = await code.open('broken.py');
  await renew(page, code);
  const editor = editorOf(page);
  await expectDrawn(editor, [`good = "${TEXT}`, await goodWords(code)]);
  await expectNote(editor, /⚠/);
  await expect(status(page)).toHaveText('Limner (1 failed)');
  const pids = await Promise.all([daemonOf(code), relayOf(code)]);
  await caretAfter(page, 'bad = "早餐');
  for (const letter of '真很挺') {
    await page.keyboard.insertText(letter); // each edit tries the model again
    await expectNote(editor, /⚠/);
  }
  await expect(status(page)).toHaveText('Limner (1 failed)');
  expect(await Promise.all([daemonOf(code), relayOf(code)])).toEqual(pids);
  await rm(config, { recursive: true });
  await renew(page, code);
});

/** Another daemon, which reads the user's file anew. */
async function renew(page: Page, code: Code): Promise<void> {
  await code.run('limner', 'daemon', 'stop');
  const calm = /^\s*Limner( \(1 failed\))?$/;
  await expect(status(page)).not.toHaveText(calm);
  await command(page, 'Limner: Restart');
  await expect(status(page)).toHaveText(calm, { timeout: 60_000 }); // the model is loaded anew
}

/** Of the text in `good = "…"`, so that the same text in `bad` is none of it. */
async function goodWords(code: Code) {
  const words = await wordsOf(code, TEXT, '--target', 'negative');
  return [{ text: 'good = "', step: 0 }, ...words];
}

test('a model that nobody has is named in the note, with those that there are', async ({ code }) => {
  await code.write('unknown.py', `# limner: attribute model=nobody\nbad = "${TEXT}"\n`);
  const page = await code.open('unknown.py');
  await expectNote(editorOf(page), /nobody.*mini-sentiment/);
  await expect(editorOf(page).locator('.squiggly-error')).not.toHaveCount(0);
});

async function daemonOf(code: Code): Promise<number> {
  const said = await code.run('limner', 'daemon', 'status', '--json');
  return (JSON.parse(said) as { pid: number }).pid;
}

/** The process that our extension host started, by the environment that it inherited. */
async function relayOf(code: Code): Promise<number> {
  for (const name of await readdir('/proc')) {
    const about = (file: string) => readFile(join('/proc', name, file), 'utf8').catch(() => '');
    if (/^\d+$/.test(name) && /limner\0lsp\0/.test(await about('cmdline'))) {
      if ((await about('environ')).includes(`HOME=${code.home}\0`)) {
        return Number(name);
      }
    }
  }
  return 0;
}
