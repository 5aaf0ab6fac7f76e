import { drawCard, type CardHooks } from '../src';

const PNG = `data:image/png;base64,iVBORw0KGgo${'A'.repeat(8)}==`;

/** A card with everything; parts are replaced by what a test is about. */
function card(parts: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    version: 1,
    method: 'integrated_gradients',
    title: 'negative 0.93 · δ 0.4 %',
    spoken: 'negative, probability 0.93. Strongest words: 吵 +0.80.',
    texts: [
      {
        label: '',
        text: '房间😀很吵',
        marks: [
          { start: 0, end: 2, value: -0.3, step: -2, hover: '房间 −0.24' },
          { start: 5, end: 6, value: 1, step: 4, hover: '吵 +0.80' }
        ],
        unread: null
      }
    ],
    facts: [['model', 'mini-sentiment on cpu']],
    notes: ['Truncated: the model read the first 510 characters.'],
    tables: [
      {
        caption: 'All words',
        columns: ['word', 'score'],
        align: 'lr',
        rows: [
          ['房间', '−0.24'],
          ['吵', '+0.80'],
          ['很', '+0.02']
        ]
      }
    ],
    charts: [],
    pictures: [],
    result: {},
    ...parts
  };
}

function draw(parts: Record<string, unknown> = {}, hooks: CardHooks = {}): HTMLElement {
  const drawn = drawCard(card(parts), hooks);
  document.body.replaceChildren(drawn);
  return drawn;
}

function marks(drawn: HTMLElement): HTMLElement[] {
  return [...drawn.querySelectorAll<HTMLElement>('.limner-text .limner-mark')];
}

function troubles(drawn: HTMLElement): string[] {
  return [...drawn.querySelectorAll('.limner-card-trouble')].map(item => item.textContent ?? '');
}

function press(target: Element | null, key: string): void {
  target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

test('marks lie on their words, emoji before them or not', () => {
  const drawn = draw();
  expect(marks(drawn).map(mark => [mark.textContent, mark.className])).toEqual([
    ['房间', 'limner-mark limner-a2'],
    ['吵', 'limner-mark limner-t4']
  ]);
  expect(drawn.querySelector('.limner-text')?.textContent).toBe('房间😀很吵');
  expect(troubles(drawn)).toEqual([]);
});

test('a screen reader hears the sentence, and a note is never folded away', () => {
  const drawn = draw();
  expect(drawn.getAttribute('aria-label')).toBe('Limner: negative 0.93 · δ 0.4 %');
  expect(drawn.querySelector('.limner-spoken')?.textContent).toContain('吵 +0.80');
  expect(drawn.querySelector('.limner-card-note')?.textContent).toMatch(/^Truncated/);
});

test('arrow keys move between the marked words and the tooltip says each', () => {
  const drawn = draw();
  const [first, second] = marks(drawn);
  const tooltip = drawn.querySelector<HTMLElement>('[role=tooltip]');
  expect([first?.tabIndex, second?.tabIndex]).toEqual([0, -1]);
  first?.focus();
  expect(tooltip?.textContent).toBe('房间 −0.24');
  press(first ?? null, 'ArrowRight');
  expect(document.activeElement).toBe(second);
  expect([first?.tabIndex, second?.tabIndex]).toEqual([-1, 0]);
  expect(tooltip?.textContent).toBe('吵 +0.80');
  expect(second?.getAttribute('aria-describedby')).toBe(tooltip?.id);
  press(second ?? null, 'ArrowRight');
  expect(document.activeElement).toBe(second);
  press(second ?? null, 'Home');
  expect(document.activeElement).toBe(first);
  press(first ?? null, 'Escape');
  expect(tooltip?.hidden).toBe(true);
});

test('the pointer shows the same tooltip', () => {
  const drawn = draw();
  marks(drawn)[1]?.dispatchEvent(new Event('pointerover', { bubbles: true }));
  expect(drawn.querySelector('[role=tooltip]')?.textContent).toBe('吵 +0.80');
});

test('a head sorts its column by number, both ways, and back', () => {
  const drawn = draw();
  const words = (): (string | null)[] =>
    [...drawn.querySelectorAll('tbody th')].map(cell => cell.textContent);
  const button = drawn.querySelectorAll<HTMLElement>('thead button')[1];
  const head = button?.parentElement;
  expect(head?.getAttribute('aria-sort')).toBe('none');
  button?.click();
  expect([head?.getAttribute('aria-sort'), words()]).toEqual(['descending', ['吵', '很', '房间']]);
  button?.click();
  expect([head?.getAttribute('aria-sort'), words()]).toEqual(['ascending', ['房间', '很', '吵']]);
  button?.click();
  expect([head?.getAttribute('aria-sort'), words()]).toEqual(['none', ['房间', '吵', '很']]);
  expect(drawn.querySelector('tbody th')?.getAttribute('scope')).toBe('row');
});

const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';

test('markup in a file is text', () => {
  const drawn = draw({
    title: HOSTILE,
    spoken: HOSTILE,
    notes: [HOSTILE],
    facts: [[HOSTILE, HOSTILE]],
    texts: [{ label: HOSTILE, text: HOSTILE, marks: [{ start: 0, end: 9, value: 1, step: 4, hover: HOSTILE }] }],
    tables: [{ caption: HOSTILE, columns: [HOSTILE], align: HOSTILE, rows: [[HOSTILE]] }],
    charts: [{ title: HOSTILE, spec: {}, text: HOSTILE }],
    pictures: [{ title: HOSTILE, rows: 1, columns: 1, values: [1], hovers: [HOSTILE], under: HOSTILE, text: HOSTILE }]
  });
  marks(drawn)[0]?.focus();
  expect(drawn.querySelectorAll('img, script, iframe, a').length).toBe(0);
  expect('hacked' in window).toBe(false);
  expect(drawn.querySelector('.limner-title')?.textContent).toBe(HOSTILE);
});

test.each([
  null,
  'text',
  42,
  [],
  {},
  { version: '1' },
  { version: 1, marks: [], text: 'a bundle of an older Limner' }
])('what is no card is a sentence: %j', value => {
  expect(troubles(drawCard(value))).toEqual([
    'This is not a result of Limner that can be drawn: run the cell again.'
  ]);
});

test('damaged parts are left out and said, the rest is drawn', () => {
  const drawn = draw({
    texts: [
      7,
      { label: 3, text: 'abc', marks: [{ start: 'x' }, { start: 0, end: 1, value: 1, step: 99, hover: 'a' }] }
    ],
    facts: 'none',
    tables: [{ columns: ['a', 'b'], rows: [['1'], 5] }],
    pictures: [{ rows: 1e9, columns: 1e9, values: [] }],
    charts: [null]
  });
  expect(marks(drawn).map(mark => [mark.textContent, mark.className])).toEqual([
    ['a', 'limner-mark limner-t4']
  ]);
  expect(drawn.querySelectorAll('tbody td, tbody th').length).toBe(2);
  expect(troubles(drawn).join(' ')).toMatch(/marks.*facts.*rows.*charts.*pictures/s);
});

test('a card of a newer version is told in its words alone', () => {
  const drawn = draw({ version: 2, charts: [{ title: 'Bars', spec: { mark: 'bar' }, text: '+0.80 吵' }] });
  expect(troubles(drawn)[0]).toMatch(/newer Limner.*Update/);
  expect(marks(drawn)).toEqual([]);
  expect(drawn.querySelector('.limner-text')?.textContent).toBe('房间😀很吵');
  expect(drawn.querySelector('.limner-twin')?.textContent).toBe('+0.80 吵');
});

describe('pictures', () => {
  const heat = {
    title: 'digit 3',
    rows: 2,
    columns: 2,
    values: [1, -1, 0.01, NaN],
    hovers: null,
    under: PNG,
    text: '+1 [0, 0]'
  };

  test('cells lie over the picture and negative ones are hatched', () => {
    const drawn = draw({ pictures: [heat] });
    expect(drawn.querySelector('image')?.getAttribute('href')).toBe(PNG);
    const shapes = [...drawn.querySelectorAll('svg > path')].map(path => [
      path.getAttribute('class') ?? path.getAttribute('fill')?.replace(/\d+/, 'N'),
      path.getAttribute('d')
    ]);
    expect(shapes).toEqual([
      ['limner-cell limner-t4', 'M0 0h1v1h-1z'],
      ['limner-cell limner-a4', 'M1 0h1v1h-1z'],
      ['url(#limner-hatch-N)', 'M1 0h1v1h-1z']
    ]);
  });

  test('arrow keys go over the cells', () => {
    const drawn = draw({ pictures: [heat] });
    const picture = drawn.querySelector<SVGSVGElement>('svg');
    picture?.focus();
    const said = (): string | null => drawn.querySelector('[role=tooltip]')?.textContent ?? null;
    expect(said()).toBe('[0, 0] 1.00');
    press(picture, 'ArrowRight');
    expect(said()).toBe('[0, 1] −1.00');
    press(picture, 'ArrowRight');
    press(picture, 'ArrowDown');
    expect(said()).toBe('[1, 1] 0.00');
  });

  test.each(['https://example.org/a.png', 'data:image/svg+xml;base64,PHN2Zz4=', 'data:image/png;base64,PHN2Zz4='])(
    'nothing is fetched or parsed but a PNG: %s',
    under => {
      const drawn = draw({ pictures: [{ ...heat, under }] });
      expect(drawn.querySelector('image')).toBeNull();
      expect(troubles(drawn).join()).toMatch(/no PNG/);
    }
  );
});

describe('charts', () => {
  const bars = { title: 'Bars', spec: { mark: 'bar', data: { values: [] } }, text: '+0.80 吵' };

  test('the host draws a safe spec, and its words are one key away', () => {
    const asked: unknown[] = [];
    const chart = (spec: object): Promise<void> => Promise.resolve(void asked.push(spec));
    const drawn = draw({ texts: [], charts: [{ ...bars, spec: { ...bars.spec, usermeta: {} } }] }, { chart });
    expect(asked).toEqual([bars.spec]);
    expect(drawn.querySelector('.limner-twin')?.textContent).toBe('+0.80 吵');
  });

  test('beneath coloured words a chart waits until it is opened', async () => {
    const chart = jest.fn(() => Promise.resolve());
    const drawn = draw({ charts: [bars] }, { chart });
    expect(chart).not.toHaveBeenCalled();
    const folded = drawn.querySelector<HTMLDetailsElement>('.limner-chart > details');
    if (folded) {
      folded.open = true;
      folded.dispatchEvent(new Event('toggle'));
    }
    expect(chart).toHaveBeenCalledTimes(1);
  });

  test('a chart that loads something, or that nobody can draw, is its words', async () => {
    const chart = jest.fn(() => Promise.reject(new Error('no')));
    const loads = draw({ texts: [], charts: [{ ...bars, spec: { data: { url: 'x' } } }] }, { chart });
    expect(chart).not.toHaveBeenCalled();
    expect(loads.querySelector<HTMLDetailsElement>('.limner-chart details')?.open).toBe(true);
    const fails = draw({ texts: [], charts: [bars] }, { chart });
    await Promise.resolve();
    await Promise.resolve();
    expect(fails.querySelector('.limner-chart-host')).toBeNull();
    expect(fails.querySelector<HTMLDetailsElement>('.limner-chart details details')?.open).toBe(true);
  });
});
