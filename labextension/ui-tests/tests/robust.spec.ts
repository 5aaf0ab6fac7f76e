/** What ends and comes back: kernels, the daemon. */

import { chmod, chown, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test, type Lab } from '../lab';
import { NEGATIVE, caretAfter, cellAt, command, expectDrawn, expectNote, wordsOf } from '../drawn';

const BAD = '房间很差，隔音不好。';
const GOOD = '早餐不错，服务热情。';

test('a kernel that restarts disturbs nothing', async ({ lab, open }) => {
  await lab.notebook('kernel.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  const page = await open('kernel.ipynb');
  await expectNote(cellAt(page, 0), 'negative');
  await cellAt(page, 0).locator('.jp-InputPrompt').click();
  await command(page, 'notebook:run-cell');
  await expect(cellAt(page, 0).locator('.jp-InputPrompt').first()).toHaveText('[1]:');
  const restarting = command(page, 'notebook:restart-kernel');
  await page.locator('.jp-Dialog button', { hasText: 'Restart' }).click();
  await restarting;
  await expectDrawn(cellAt(page, 0), BAD, await wordsOf(lab, BAD, '--target', 'negative'));
  await caretAfter(cellAt(page, 0), '隔音');
  await page.keyboard.insertText('真');
  const text = BAD.replace('隔音', '隔音真');
  await expectDrawn(cellAt(page, 0), text, await wordsOf(lab, text, '--target', 'negative'));
});

test('a daemon that is killed is said to be gone, comes back, and everything is drawn again', async ({
  lab,
  open
}) => {
  await lab.notebook('killed.ipynb', [`${NEGATIVE}bad = "${BAD}"`, `good = "${GOOD}"`]);
  const page = await open('killed.ipynb');
  await expectNote(cellAt(page, 0), 'negative');
  await caretAfter(cellAt(page, 1), '早餐');
  await page.keyboard.press('Control+Alt+a');
  await expectNote(cellAt(page, 1), /δ/);
  const status = page.locator('.limner-status button');
  await expect(status).toHaveText('● Limner');
  await status.evaluate(button => {
    const said: string[] = [];
    new MutationObserver(() => said.push(button.textContent ?? '')).observe(button, {
      childList: true
    });
    (button as unknown as { said: string[] }).said = said;
  });
  const before = await daemonOf(lab);
  process.kill(before, 'SIGKILL');
  await expect
    .poll(() => status.evaluate(button => (button as unknown as { said: string[] }).said))
    .toContainEqual('Limner: connecting …');
  await expect(cellAt(page, 0).locator('.limner-mark').first()).toBeVisible(); // old ones stay
  await expect(status).toHaveText('● Limner', { timeout: 60_000 });
  expect(await daemonOf(lab)).not.toBe(before);
  for (const [index, options] of [['--target', 'negative'], []].entries()) {
    const old = [BAD, GOOD][index] as string;
    const text = old.replace('，', '，真');
    await caretAfter(cellAt(page, index), '，');
    await page.keyboard.insertText('真');
    await expectDrawn(cellAt(page, index), text, await wordsOf(lab, text, ...options));
  }
  await expect(page.locator('.limner-note')).toHaveCount(2);
});

test('when the daemon cannot start, the status bar says why, and it heals by itself', async ({
  lab,
  open
}) => {
  await lab.notebook('refused.ipynb', [`${NEGATIVE}bad = "${BAD}"`]);
  const runtime = lab.env['XDG_RUNTIME_DIR'] as string;
  const folder = join(runtime, 'limner');
  await lab.run('limner', 'daemon', 'stop');
  const { uid, gid } = await stat(folder);
  test.skip(uid !== 0, 'only root can give a folder to somebody else');
  await chown(folder, 65534, gid);
  try {
    const page = await open('refused.ipynb');
    const status = page.locator('.limner-status button');
    await expect(status).toHaveText('Limner: off');
    await expect(status).toHaveAttribute('title', /is not a folder of yours/);
    await status.click();
    const engine = page.locator('.limner-engine');
    await expect(engine).toContainText('is not a folder of yours');
    await page.screenshot({ path: test.info().outputPath('refused.png') });
    await chown(folder, uid, gid);
    await chmod(folder, 0o700);
    await engine.getByRole('button', { name: 'Connect now' }).click();
    await expectNote(cellAt(page, 0), 'negative');
    await expect(status).toHaveText('● Limner');
  } finally {
    await chown(folder, uid, gid);
  }
});

async function daemonOf(lab: Lab): Promise<number> {
  const { pid } = JSON.parse(await lab.run('limner', 'daemon', 'status', '--json')) as {
    pid: number;
  };
  return pid;
}
