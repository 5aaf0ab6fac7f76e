/** What ends and comes back. */

import { expect, test } from '../code';
import { editorOf, expectDrawn, wordsOf } from '../drawn';
import { caretAfter, status } from '../keys';

const TEXT = '早餐不错，服务热情。';

test('a daemon that is killed comes back, with what was pinned by a command', async ({ code }) => {
  await code.write('killed.py', `review = "${TEXT}"\n`);
  const page = await code.open('killed.py');
  await expect(status(page)).toHaveText('Limner', { timeout: 30_000 });
  await caretAfter(page, '早餐');
  await page.keyboard.press('Control+Alt+a');
  await expectDrawn(editorOf(page), [TEXT, await wordsOf(code, TEXT)]);
  const pidOf = async () =>
    (JSON.parse(await code.run('limner', 'daemon', 'status', '--json')) as { pid: number }).pid;
  const before = await pidOf();
  process.kill(before, 'SIGKILL');
  await expect(status(page)).toContainText('connecting', { timeout: 10_000 });
  await expect(status(page)).toHaveText('Limner', { timeout: 60_000 });
  expect(await pidOf()).not.toBe(before);
  await caretAfter(page, '，');
  await page.keyboard.insertText('真');
  const text = TEXT.replace('，', '，真');
  await expectDrawn(editorOf(page), [text, await wordsOf(code, text)]);
});
