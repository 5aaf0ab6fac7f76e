/**
 * Typing in a notebook of 300 cells with 20 pinned probes, and the same with Limner switched off.
 *
 * Writes milliseconds to the file that LIMNER_BENCH names; LIMNER_KEYS is how many keys a side.
 */

import { writeFile } from 'node:fs/promises';

import type { Locator, Page } from '@playwright/test';

import { expect, test } from '../lab';
import { NEGATIVE, caretAfter, cellAt, command, setting } from '../drawn';

const CELLS = 300;
const PROBES = 20;
const KEYS = Number(process.env['LIMNER_KEYS'] ?? 100);
const ROUND = 20;

/** Milliseconds between two keys of somebody who types fast. */
const PACE = 120;
const LETTERS = '真很挺太最更超特极略稍怪够坏多少快慢新旧高低长短冷热干湿轻重';

interface Clock {
  keys: number[];
  /** From an edit to the first and to the last change of the note. */
  first: number;
  last: number;
}

test('typing in a long notebook', async ({ lab, open }) => {
  const every = CELLS / PROBES;
  await lab.notebook(
    'bench.ipynb',
    Array.from({ length: CELLS }, (_, at) =>
      at % every
        ? `def function_${at}(values):\n    """Sum of the values."""\n    return sum(values) + ${at}`
        : `${NEGATIVE}review_${at} = "第${at}间房间很差，隔音也不好，但是早餐不错。"`
    )
  );
  const page = await open('bench.ipynb');
  const pinned = cellAt(page, every);
  const plain = cellAt(page, every + 1);
  await expect(pinned.locator('.limner-note')).toContainText(/0\.\d\d · δ/, { timeout: 60_000 });
  await expect(page.locator('.limner-status button')).toHaveText('● Limner', { timeout: 60_000 });
  await command(page, 'limner:show-panel');
  await expect(page.locator('#limner-panel .limner-row')).toHaveCount(PROBES);
  await watch(page);
  const times: Record<string, number[]> = {};
  for (let typed = 0; typed < KEYS; typed += ROUND) {
    for (const side of ['on', 'off'] as const) {
      await turn(page, side);
      for (const [place, cell, behind] of [
        ['pinned', pinned, '早餐'],
        ['plain', plain, 'Sum of the ']
      ] as const) {
        (times[`${place} ${side}`] ??= []).push(...(await typeKeys(page, cell, behind)));
      }
    }
  }
  await turn(page, 'on');
  const edits = await edit(page, pinned, Math.ceil(KEYS / 5));
  const out = process.env['LIMNER_BENCH'];
  const report = { cells: CELLS, probes: PROBES, times, ...edits };
  await (out ? writeFile(out, JSON.stringify(report)) : console.log(report));
});

async function turn(page: Page, side: 'on' | 'off'): Promise<void> {
  await setting(page, 'enabled', side === 'on' ? null : false);
  const note = cellAt(page, CELLS / PROBES).locator('.limner-note');
  if (side === 'on') {
    await expect(page.locator('#limner-panel .limner-row')).toHaveCount(PROBES);
    await expect(note).toContainText(/0\.\d\d · δ/);
    await expect(page.locator('.limner-status button')).toHaveText('● Limner');
  } else {
    await expect(note).toHaveCount(0);
  }
}

/** From each keydown to the frame that shows its letter; the letters are taken back. */
async function typeKeys(page: Page, cell: Locator, behind: string): Promise<number[]> {
  await caretAfter(cell, behind);
  await page.evaluate(() => ((window as unknown as { clock: Clock }).clock.keys = []));
  for (let at = 0; at < ROUND; at += 1) {
    await page.keyboard.press(at < ROUND / 2 ? ('abcdefghij'[at % 10] ?? 'a') : 'Backspace');
    await page.waitForTimeout(PACE);
  }
  return page.evaluate(() => (window as unknown as { clock: Clock }).clock.keys);
}

/** From edits to the first and to the converged result; each makes a text that was never seen. */
async function edit(
  page: Page,
  cell: Locator,
  count: number
): Promise<{ first: number[]; converged: number[] }> {
  const first: number[] = [];
  const converged: number[] = [];
  for (let at = 0; at < count; at += 1) {
    await caretAfter(cell, '早餐');
    await page.keyboard.insertText(LETTERS[at % LETTERS.length] as string);
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { clock: Clock }).clock.first))
      .toBeGreaterThan(0);
    await expect(cell.locator('.limner-note')).toContainText('δ');
    await expect(cell.locator('.limner-note-busy, .limner-stale')).toHaveCount(0);
    await expect(page.locator('.limner-status button')).toHaveText('● Limner');
    const clock = await page.evaluate(() => (window as unknown as { clock: Clock }).clock);
    first.push(clock.first);
    converged.push(clock.last);
  }
  return { first, converged };
}

/** Clocks in the page: a key's is stopped after the next frame was painted. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const clock: Clock = { keys: [], first: 0, last: 0 };
    (window as unknown as { clock: Clock }).clock = clock;
    const painted = (then: () => void) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = then;
        channel.port2.postMessage(null);
      });
    const on = (type: string, heard: (event: Event) => void) =>
      window.addEventListener(type, heard, { capture: true });
    on('keydown', ({ timeStamp }) => {
      painted(() => clock.keys.push(performance.now() - timeStamp));
    });
    let began = 0;
    let note = '';
    let before = '';
    const look = () => {
      const cell = document.querySelector('.jp-Notebook .jp-mod-active');
      const shown = cell?.querySelector('.limner-note');
      const marks = [...(cell?.querySelectorAll('.limner-mark') ?? [])];
      const text = shown?.textContent ?? '';
      return {
        text,
        all: [text, shown, ...marks]
          .map(it => (it instanceof Element ? it.className + it.textContent : it))
          .join()
      };
    };
    on('beforeinput', ({ timeStamp }) => {
      began = timeStamp;
      note = look().text;
      clock.first = clock.last = 0;
    });
    new MutationObserver(() => {
      const { text, all } = look();
      if (began && all !== before) {
        before = all;
        clock.last = performance.now() - began;
        clock.first ||= text !== note && /\d\.\d\d/.test(text) ? clock.last : 0;
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
}
