/**
 * Typing in a file of 5,000 lines with 200 marks, and the same without a connection to Limner; and
 * how long a window that is loaded again takes until its text is coloured.
 *
 * Writes milliseconds to the file that LIMNER_BENCH names; LIMNER_KEYS is how many keys a side.
 */

import { writeFile } from 'node:fs/promises';

import type { Page } from '@playwright/test';

import { expect, test } from '../code';
import { NEGATIVE, editorOf, expectNote, notesOf, readDrawn } from '../drawn';
import { caretAt, ready, status } from '../keys';
import { writeMachineSettings } from '../server';

const LINES = 5000;
const PROBES = 20;
const EVERY = LINES / PROBES;
const KEYS = Number(process.env['LIMNER_KEYS'] ?? 100);
const ROUND = Math.min(KEYS, 20);
const RELOADS = 3;

/** Milliseconds between two keys of somebody who types fast. */
const PACE = 120;
const TEXT = '位置虽然偏了一点，但是性价比很高，房间隔音太差，服务不错。';

test('typing in a long file', async ({ code }) => {
  const lines = Array.from({ length: LINES }, (_, at) => `value_${at} = sum(values[${at}:])`);
  for (let at = 0; at < LINES; at += EVERY) {
    lines.splice(at, 2, NEGATIVE.trim(), `review_${at} = "${TEXT}"`);
  }
  await code.write('long.py', `${lines.join('\n')}\n`);
  const times: Record<string, number[]> = {};
  let marks = 0;
  for (let typed = 0; typed < KEYS; typed += ROUND) {
    for (const side of ['on', 'off'] as const) {
      const nowhere = { 'limner.interpreter': '/nowhere/python' };
      await writeMachineSettings(code.home, side === 'on' ? {} : nowhere);
      const page = await code.load({ file: 'long.py' });
      if (side === 'on') {
        await expectNote(editorOf(page), /negative 0\.\d\d · δ/);
        await ready(page);
        const { steps } = await readDrawn(editorOf(page));
        marks = PROBES * steps.filter((step, at) => step && step !== steps[at - 1]).length;
      } else {
        await expect(status(page)).toHaveText('Limner: not installed');
        expect(await notesOf(editorOf(page))).toEqual([]);
      }
      await watch(page);
      for (const [place, line] of [
        ['pinned', 2],
        ['plain', LINES / 2 + 10]
      ] as const) {
        (times[`${place} ${side}`] ??= []).push(...(await typeKeys(page, line)));
      }
    }
  }
  await writeMachineSettings(code.home, {});
  const page = await code.load({ file: 'long.py' });
  const reloads: number[] = [];
  for (let at = 0; at < RELOADS; at += 1) {
    await expectNote(editorOf(page), /negative 0\.\d\d · δ/);
    const began = Date.now();
    await page.reload();
    await expect
      .poll(async () => (await notesOf(editorOf(page))).length, { intervals: [50] })
      .toBeGreaterThan(0);
    reloads.push(Date.now() - began);
  }
  const said = JSON.parse(await code.run('limner', 'daemon', 'status', '--json')) as {
    engine: { models: { loads: number }[] };
  };
  const loads = said.engine.models.reduce((sum, model) => sum + model.loads, 0);
  const report = { lines: LINES, probes: PROBES, marks, times, reloads, loads };
  const out = process.env['LIMNER_BENCH'];
  await (out ? writeFile(out, JSON.stringify(report)) : console.log(report));
});

/** From each keydown to the frame that shows its letter; the letters are taken back. */
async function typeKeys(page: Page, line: number): Promise<number[]> {
  await caretAt(page, line, 15);
  await page.evaluate(() => ((window as unknown as { keys: number[] }).keys.length = 0));
  for (let at = 0; at < ROUND; at += 1) {
    await page.keyboard.press(at < ROUND / 2 ? ('abcdefghij'[at % 10] ?? 'a') : 'Backspace');
    await page.waitForTimeout(PACE);
  }
  return page.evaluate(() => [...(window as unknown as { keys: number[] }).keys]);
}

/** A key's clock is stopped after the next frame was painted. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const keys: number[] = [];
    (window as unknown as { keys: number[] }).keys = keys;
    const heard = ({ timeStamp }: Event) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => keys.push(performance.now() - timeStamp);
        channel.port2.postMessage(null);
      });
    window.addEventListener('keydown', heard, { capture: true });
  });
}
