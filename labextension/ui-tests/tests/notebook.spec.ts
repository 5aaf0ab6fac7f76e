/** What a person does to a notebook, and probes that stay with their cells. */

import { expect, test } from '../lab';
import {
  NEGATIVE,
  caretAfter,
  cellAt,
  command,
  expectAll,
  expectDrawn,
  expectNote,
  readDrawn,
  rename,
  wordsOf
} from '../drawn';

const BAD = '房间很差，隔音不好。';
const GOOD = '早餐不错，服务热情。';
/** JupyterLab undoes what happens within half a second as one step, here a move and a deletion. */
const UNDO_STEP = 1000;

test('colours stay with their cells through move, delete, undo, copy, split, merge and type', async ({
  lab,
  open
}) => {
  await lab.notebook('cells.ipynb', [
    `${NEGATIVE}bad = "${BAD}"`,
    `${NEGATIVE}good = "${GOOD}"`,
    'x = 1'
  ]);
  const page = await open('cells.ipynb');
  const bad = await wordsOf(lab, BAD, '--target', 'negative');
  const good = await wordsOf(lab, GOOD, '--target', 'negative');
  const notes = page.locator('.limner-note');
  const both = async (first: number, second: number) => {
    await expectDrawn(cellAt(page, first), BAD, bad);
    await expectDrawn(cellAt(page, second), GOOD, good);
    await expect(notes).toHaveCount(2);
  };
  await both(0, 1);

  await cellAt(page, 0).locator('.jp-InputPrompt').click();
  await command(page, 'notebook:move-cell-down');
  await both(1, 0);

  await page.waitForTimeout(UNDO_STEP);
  await command(page, 'notebook:delete-cell');
  await expect(notes).toHaveCount(1);
  await expectDrawn(cellAt(page, 0), GOOD, good);
  await command(page, 'notebook:undo-cell-action');
  await both(1, 0);

  await cellAt(page, 1).locator('.jp-InputPrompt').click();
  await command(page, 'notebook:copy-cell');
  await command(page, 'notebook:paste-cell-below');
  await expect(notes).toHaveCount(3);
  await expectDrawn(cellAt(page, 2), BAD, bad);
  await command(page, 'notebook:delete-cell');
  await both(1, 0);

  await cellAt(page, 0).locator('.jp-InputPrompt').click();
  await command(page, 'notebook:extend-marked-cells-below');
  await command(page, 'notebook:merge-cells');
  await expectAll(cellAt(page, 0), [
    [GOOD, good],
    [BAD, bad]
  ]);
  await caretAfter(cellAt(page, 0), `good = "${GOOD}"`);
  await command(page, 'notebook:split-cell-at-cursor');
  await both(1, 0);

  await cellAt(page, 1).locator('.jp-InputPrompt').click();
  await command(page, 'notebook:change-cell-to-raw');
  await expect(page.locator('.jp-RawCell')).toHaveCount(1);
  await command(page, 'notebook:change-cell-to-code');
  await both(1, 0);
});

test('the side panel jumps to a cell far below, which is coloured then', async ({ lab, open }) => {
  const filling = Array.from({ length: 50 }, (_, at) => `# line\nx${at} = ${at}\n# line`);
  await lab.notebook('long.ipynb', [...filling, `${NEGATIVE}last = "${BAD}"`, 'y = 1']);
  const page = await open('long.ipynb');
  await expect(cellAt(page, 0).locator('.cm-content')).toBeVisible();
  const last = page.locator('.jp-Cell', { hasText: 'last = ' });
  await command(page, 'limner:show-panel');
  await page.locator('#limner-panel .limner-row').click();
  await expect(last.locator('.cm-content')).toBeFocused();
  await expectDrawn(last, BAD, await wordsOf(lab, BAD, '--target', 'negative'));
});

test('two views of one notebook show the same, and one goes on when the other closes', async ({
  lab,
  open
}) => {
  await lab.notebook('views.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  const page = await open('views.ipynb');
  const bad = await wordsOf(lab, BAD, '--target', 'negative');
  await expectDrawn(cellAt(page, 0), BAD, bad);
  await command(page, 'docmanager:clone');
  const views = page.locator('.jp-NotebookPanel');
  await expect(views).toHaveCount(2);
  await expectDrawn(views.nth(0), BAD, bad);
  await expectDrawn(views.nth(1), BAD, bad);
  await caretAfter(views.nth(1), '房间很');
  await page.keyboard.insertText('太');
  const text = BAD.replace('很差', '很太差');
  const words = await wordsOf(lab, text, '--target', 'negative');
  await expectDrawn(views.nth(0), text, words);
  await expectDrawn(views.nth(1), text, words);
  await command(page, 'application:close');
  await expect(views).toHaveCount(1);
  await caretAfter(views.first(), '房间很太');
  await page.keyboard.press('Backspace');
  await expectDrawn(views.first(), BAD, bad);
});

test('a notebook that is renamed keeps its probes, those without a comment too', async ({
  lab,
  open
}) => {
  await lab.notebook('old name.ipynb', [`${NEGATIVE}bad = "${BAD}"`, `good = "${GOOD}"`]);
  const page = await open('old name.ipynb');
  await expectNote(cellAt(page, 0), 'negative');
  await caretAfter(cellAt(page, 1), GOOD);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+Alt+a');
  await expectNote(cellAt(page, 1), /δ/);
  await rename(page, 'old name.ipynb', '新 name.ipynb');
  await expect(page.locator('.lm-TabBar-tabLabel', { hasText: '新 name.ipynb' })).toBeVisible();
  for (const [index, from] of [BAD, GOOD].entries()) {
    await caretAfter(cellAt(page, index), from);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.insertText('真的');
    const text = (await readDrawn(cellAt(page, index))).text.split('"')[1] as string;
    const options = index ? [] : ['--target', 'negative'];
    await expectDrawn(cellAt(page, index), text, await wordsOf(lab, text, ...options));
  }
});

test('what was pinned as a comment is there again after save, close and reopen', async ({
  lab,
  open
}) => {
  await lab.notebook('again.ipynb', [`good = "${GOOD}"`]);
  const page = await open('again.ipynb');
  await caretAfter(cellAt(page, 0), '早餐');
  await page.keyboard.press('Control+Alt+a');
  await expectNote(cellAt(page, 0), /δ/);
  await command(page, 'limner:pin');
  await expect(cellAt(page, 0)).toContainText('# limner: attribute');
  await command(page, 'docmanager:save');
  await command(page, 'application:close');
  await expect(page.locator('.jp-NotebookPanel')).toHaveCount(0);
  await command(page, 'docmanager:open', { path: 'again.ipynb' });
  await expectDrawn(cellAt(page, 0), GOOD, await wordsOf(lab, GOOD));
  await expect(page.locator('.limner-note')).toHaveCount(1);
});

test('two browser tabs get their own answers', async ({ lab, open, context }) => {
  await lab.notebook('one.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  await lab.notebook('two.ipynb', [`${NEGATIVE}good = "${GOOD}"`]);
  const one = await open('one.ipynb');
  const two = await context.newPage();
  await two.goto(`${lab.url}lab/workspaces/two/tree/two.ipynb?token=${lab.token}&reset`);
  await expectNote(cellAt(one, 0), 'negative');
  await expectNote(cellAt(two, 0), 'negative');
  const changed = { bad: BAD.replace('很差', '很脏'), good: GOOD.replace('不错', '难吃') };
  for (const [page, from] of [
    [one, '很差'],
    [two, '不错']
  ] as const) {
    await caretAfter(cellAt(page, 0), from);
    await page.keyboard.press('Backspace');
    if (from === '不错') {
      await page.keyboard.press('Backspace');
    }
    await page.keyboard.insertText(from === '不错' ? '难吃' : '脏');
  }
  const target = ['--target', 'negative'];
  await expectDrawn(cellAt(one, 0), changed.bad, await wordsOf(lab, changed.bad, ...target));
  await expectDrawn(cellAt(two, 0), changed.good, await wordsOf(lab, changed.good, ...target));
});
