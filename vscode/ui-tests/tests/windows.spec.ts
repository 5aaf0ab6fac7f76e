/** Windows that are not like the others: loaded again, of many folders, not trusted, in Chinese. */

import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test, type Code } from '../code';
import { NEGATIVE, editorOf, expectDrawn, expectNote, wordsOf } from '../drawn';
import { caretAfter, paletteRow, ready, status, view } from '../keys';
import { writeMachineSettings, writeSettings } from '../server';

const TEXT = '早餐不错，服务热情。';

test('a window that is loaded again finds the models resident, and the pinned text', async ({
  code
}) => {
  await code.write('again.py', `review = "${TEXT}"\n`);
  const page = await code.load({ file: 'again.py' });
  await ready(page);
  await caretAfter(page, '早餐');
  await page.keyboard.press('Control+Alt+a');
  const words = await wordsOf(code, TEXT);
  await expectDrawn(editorOf(page), [TEXT, words]);
  const loads = await loadsOf(code);
  await page.waitForTimeout(2000); // VS Code writes what is remembered a little later
  const began = Date.now();
  await page.reload();
  await expectDrawn(editorOf(page), [TEXT, words]);
  console.log(`      from reload to colours: ${Date.now() - began} ms`);
  expect(loads).toBe(1);
  expect(await loadsOf(code)).toBe(1);
});

async function loadsOf(code: Code): Promise<number> {
  const said = await code.run('limner', 'daemon', 'status', '--json');
  interface Said {
    engine: { models: { name: string; loads: number }[] };
  }
  const { engine } = JSON.parse(said) as Said;
  return engine.models.find(({ name }) => name === 'mini-sentiment')?.loads ?? 0;
}

test('a workspace of several folders has one server, and probes of each folder', async ({
  code
}) => {
  await code.write('one/a.py', `${NEGATIVE}review = "${TEXT}"\n`);
  await code.write('two/b.md', `<!-- ${NEGATIVE.slice(2).trim()} -->\n${TEXT}\n`);
  const folders = { folders: [{ path: 'one' }, { path: 'two' }], settings: {} };
  await code.write('both.code-workspace', JSON.stringify(folders));
  const page = await code.load({ folder: 'both.code-workspace', file: 'one/a.py' });
  const words = await wordsOf(code, TEXT, '--target', 'negative');
  await expectDrawn(editorOf(page), [TEXT, words]);
  await code.show('two/b.md');
  await expectDrawn(editorOf(page), [TEXT, words]);
  const probes = await view(page, 'Probes');
  for (const name of ['a.py', 'b.md']) {
    await expect(probes.locator('.monaco-list-row', { hasText: name })).toBeVisible();
  }
});

test('a folder that is not trusted cannot name a program, and its texts are coloured', async ({
  code
}) => {
  const trap = join(code.folder, 'python');
  await code.write('python', `#!/bin/sh\ntouch '${trap}.ran'\n`);
  await chmod(trap, 0o755);
  await code.write('.venv/bin/python', `#!/bin/sh\ntouch '${trap}.ran'\n`);
  await chmod(join(code.folder, '.venv/bin/python'), 0o755);
  await code.write('limner/__init__.py', `open(${JSON.stringify(`${trap}.ran`)}, 'w')\n`);
  await code.write('.vscode/settings.json', JSON.stringify({ 'limner.interpreter': trap }));
  await code.write('foreign.py', `${NEGATIVE}review = "${TEXT}"\n`);
  await writeSettings(code.home, {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.untrustedFiles': 'open'
  });
  const page = await code.load({ file: 'foreign.py' });
  await expect(page.locator('.statusbar-item', { hasText: 'Restricted Mode' })).toBeVisible();
  await expectDrawn(editorOf(page), [TEXT, await wordsOf(code, TEXT, '--target', 'negative')]);
  await expect(stat(`${trap}.ran`)).rejects.toThrow('ENOENT');
  await writeSettings(code.home, {});
});

test('where the interpreter has no Limner, it is said, with an offer to install it', async ({
  code
}) => {
  await writeMachineSettings(code.home, { 'limner.interpreter': '/nowhere/python' });
  await code.write('missing.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.load({ file: 'missing.py' });
  await expect(status(page)).toHaveText('Limner: not installed');
  const toast = page.locator('.notification-toast', { hasText: 'Limner is not installed' });
  await expect(toast.getByRole('button', { name: /Install/ })).toBeVisible();
  await writeMachineSettings(code.home, {});
});

test('in a Chinese VS Code, commands, views and links are Chinese', async ({ code }) => {
  const data = join(code.home, 'data');
  const pack = { hash: 'test', extensions: [{ extensionIdentifier: { id: 'test.chinese' }, version: '1.0.0' }], label: '中文', translations: { vscode: join(data, 'zh.json') } };
  await writeFile(join(data, 'zh.json'), '{"contents": {}}'); // VS Code's own words stay English
  await writeFile(join(data, 'languagepacks.json'), JSON.stringify({ 'zh-cn': pack }));
  await mkdir(join(data, 'User'), { recursive: true });
  await writeFile(join(data, 'User', 'argv.json'), '{"locale": "zh-cn"}');
  await code.write('chinese.py', `${NEGATIVE}review = "${TEXT}"\n`);
  const page = await code.load({ file: 'chinese.py' });
  await expectNote(editorOf(page), /negative 0/);
  await expect(await paletteRow(page, 'Limner: 归因')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(await view(page, '探针')).toContainText(TEXT);
  await expect(await view(page, '术语')).toContainText('挖掘此文件夹的术语');
  await rm(join(data, 'User', 'argv.json'));
});
