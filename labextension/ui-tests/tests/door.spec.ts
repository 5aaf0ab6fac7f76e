/** Who may speak to the daemon through Jupyter, and to whom a page speaks. */

import { get, type OutgoingHttpHeaders } from 'node:http';

import { expect, test, type Lab } from '../lab';
import { NEGATIVE, cellAt, expectNote } from '../drawn';

test('the websocket is refused without a login', async ({ lab }) => {
  expect(await knock(lab, 'limner/ws', {})).toBe(403);
  expect(await knock(lab, 'limner/ws?token=wrong', {})).toBe(403);
  expect(await knock(lab, `limner/ws?token=${lab.token}`, {})).toBe(101);
});

test('the websocket is refused to pages of other origins, also with the cookie', async ({
  lab,
  open,
  context
}) => {
  await open('');
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const own = lab.url.replace(/\/$/, '');
  expect(await knock(lab, 'limner/ws', { cookie, origin: own })).toBe(101);
  expect(await knock(lab, 'limner/ws', { cookie, origin: 'http://evil.example' })).toBe(403);
  expect(await knock(lab, 'limner/ws', { cookie, origin: 'null' })).toBe(403);
});

test('nothing is asked of any other machine', async ({ lab, open, page }) => {
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  page.on('websocket', socket => asked.push(socket.url()));
  await lab.notebook('quiet.ipynb', [`${NEGATIVE}review = "房间很差，早餐不错"`]);
  await open('quiet.ipynb');
  await expectNote(cellAt(page, 0), 'negative');
  await cellAt(page, 0).locator('.limner-note').click();
  await expect(page.locator('.limner-chart-view svg.marks')).toBeVisible();
  const hosts = asked.filter(url => /^(http|ws)/.test(url)).map(url => new URL(url).hostname);
  expect([...new Set(hosts)]).toEqual(['127.0.0.1']);
});

/** The status of an upgrade to a websocket. */
function knock(lab: Lab, path: string, headers: OutgoingHttpHeaders): Promise<number> {
  return new Promise((answered, failed) => {
    const asked = get(lab.url + path, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers
      }
    });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      answered(response.statusCode ?? 0);
    });
    asked.on('response', response => {
      response.resume();
      answered(response.statusCode ?? 0);
    });
    asked.on('error', failed);
  });
}
