/** Results in outputs: of magics, of files, of files that mean harm. */

import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { expect, test } from '../lab';
import { cellAt, command, idle } from '../drawn';

const MIME = 'application/vnd.limner.v1+json';
const TEXT = '房间很差，早餐不错。';
const TOUR = resolve(__dirname, '../../../examples/tour.ipynb');

test('a magic draws its card, and the saved notebook draws it again', async ({ lab, open }) => {
  test.slow(); // a kernel starts
  await lab.notebook('magic.ipynb', [
    `%load_ext limner\n%attribute --target negative "${TEXT}"`,
    '%limner status'
  ]);
  const page = await open('magic.ipynb');
  await expect(cellAt(page, 1).locator('.cm-content')).toBeVisible();
  await idle(page);
  await command(page, 'notebook:run-all-cells');
  const drawn = async () => {
    const card = cellAt(page, 0).locator('.limner-output .limner-card');
    await expect(card).toHaveAttribute('aria-label', /^Limner: negative 0\.\d\d/);
    await expect(card.locator('.limner-mark', { hasText: '差' }).first()).toHaveClass(/limner-t/);
    await expect(card.locator('table').first()).toContainText('差');
    await card.locator('summary', { hasText: 'Chart' }).click();
    await expect(card.locator('.limner-chart-host svg.marks').first()).toBeVisible();
    await expect(cellAt(page, 1).locator('.limner-card')).toContainText('mini-sentiment');
  };
  await drawn();
  await page.screenshot({ path: test.info().outputPath('magic.png') });
  await command(page, 'docmanager:save');
  await command(page, 'application:close');
  await expect(page.locator('.jp-NotebookPanel')).toHaveCount(0);
  await command(page, 'docmanager:open', { path: 'magic.ipynb' });
  await drawn();
});

test('a card in a file that was never run here is drawn', async ({ lab, open }) => {
  await lab.notebook('given.ipynb', [{ code: '%attribute "好"', outputs: [output(card())] }]);
  const page = await open('given.ipynb');
  const drawn = page.locator('.limner-card');
  await expect(drawn).toContainText('a title');
  await expect(drawn.locator('[role=mark]')).toHaveText('差');
  await expect(drawn.locator('[role=mark]')).toHaveClass(/limner-t4/);
});

test('a card that means harm is drawn as the text it is, and asks nothing of anybody', async ({
  lab,
  open,
  page
}) => {
  const harm = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>';
  const afar = `url(${lab.url}harm.svg#a)`;
  const colours = [
    { mark: { type: 'bar', fill: afar } },
    { mark: { type: 'bar', fill: afar.replace('u', '\\75 ') } },
    { mark: { type: 'bar', fill: { expr: `'u' + '${afar.slice(1)}'` } } },
    { mark: 'bar', encoding: { fill: { field: 'c', scale: null } } }
  ];
  const evil = {
    ...card(),
    title: harm,
    spoken: harm,
    notes: [harm, '[a](javascript:window.harmed=1)'],
    facts: [[harm, harm]],
    tables: [{ caption: harm, columns: [harm], align: 'l', rows: [[harm]] }],
    texts: [
      {
        label: harm,
        text: harm,
        marks: [{ start: 0, end: 4, value: 1, step: 4, hover: harm }],
        unread: null
      }
    ],
    charts: [
      {
        title: 'from afar',
        spec: { data: { url: `${lab.url}harm.json` }, mark: 'bar', encoding: {} },
        text: 'the words of it'
      },
      {
        title: 'with a link',
        spec: {
          data: { values: [{ a: 1, link: 'javascript:window.harmed=1' }] },
          mark: 'bar',
          encoding: { x: { field: 'a' }, href: { field: 'link' } }
        },
        text: 'other words'
      },
      ...colours.map(({ mark, encoding }) => ({
        title: 'a colour from afar',
        spec: { data: { values: [{ c: afar }] }, mark, encoding },
        text: 'words for a colour'
      }))
    ],
    pictures: [
      {
        title: harm,
        rows: 1,
        columns: 1,
        values: [1],
        hovers: null,
        under: `${lab.url}harm.png`,
        text: harm
      }
    ]
  };
  const asked: string[] = [];
  page.on('request', request => asked.push(request.url()));
  await lab.notebook('evil.ipynb', [{ code: 'x', outputs: [output(evil)] }]);
  await open('evil.ipynb');
  const drawn = page.locator('.limner-card');
  await expect(drawn.locator('.limner-title')).toHaveText(harm);
  for (const summary of await drawn.locator('summary').all()) {
    await summary.click();
  }
  await expect(drawn).toContainText('the words of it');
  await expect(drawn.getByText('words for a colour')).toHaveCount(colours.length);
  await expect(drawn.locator('img, script, a[href]')).toHaveCount(0);
  expect(asked.filter(url => url.includes('harm'))).toEqual([]);
  expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
});

test('the tour opens with its results', async ({ lab, open }) => {
  await copyFile(TOUR, join(lab.folder, 'tour.ipynb'));
  const page = await open('tour.ipynb');
  const first = page.locator('.limner-card').first();
  await first.scrollIntoViewIfNeeded();
  await expect(first.locator('.limner-mark').first()).toBeVisible();
  await expect(page.locator('.limner-card-trouble')).toHaveCount(0);
  const review = page.locator('.jp-CodeCell', { hasText: '# limner: attribute' });
  await review.scrollIntoViewIfNeeded();
  await expect(review.locator('.limner-note')).toContainText(/0\.\d\d · δ/);
  await page.screenshot({ path: test.info().outputPath('tour.png') });
});

function card(): object {
  return {
    version: 1,
    method: 'integrated_gradients',
    title: 'a title',
    spoken: 'spoken',
    texts: [
      {
        label: '',
        text: '很差',
        marks: [{ start: 1, end: 2, value: 1, step: 4, hover: '差 +1' }],
        unread: null
      }
    ],
    facts: [],
    notes: [],
    tables: [],
    charts: [],
    pictures: [],
    result: {}
  };
}

function output(data: object): object {
  return {
    output_type: 'display_data',
    metadata: {},
    data: { [MIME]: data, 'text/plain': 'words' }
  };
}
