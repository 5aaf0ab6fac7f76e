import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import type { Front } from '../src/front';
import { ProbeList } from '../src/panel/list';
import { Selection } from '../src/panel/selection';
import { COMMANDS, type IPage } from '../src/tokens';
import { FakePages, page, probe } from './fakes';

jest.mock('@jupyterlab/ui-components', () => {
  const icon = { element: () => undefined }; // tests look at no picture
  return { closeIcon: icon, refreshIcon: icon, vegaIcon: icon };
});

/** A list in the document, and what it ran and where it jumped. */
function open(...all: IPage[]) {
  const ran: [string, unknown][] = [];
  const pages = new FakePages(all);
  const selection = new Selection(pages);
  const commands = { execute: async (id: string, given: unknown) => void ran.push([id, given]) };
  const trans = nullTranslator.load('limner');
  const front = { app: { commands }, pages, selection, trans } as unknown as Front;
  const list = new ProbeList(front, () => 'Press Ctrl Alt A.');
  Widget.attach(list, document.body);
  MessageLoop.flush();
  const options = () => [...list.node.querySelectorAll<HTMLElement>('[role=option]')];
  const press = (key: string) => {
    const target = options().find(option => option.tabIndex === 0);
    target?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    MessageLoop.flush();
  };
  return { list, pages, selection, ran, options, press };
}

function two(jumps: number[] = []): IPage {
  const reveal = async (offset: number) => void jumps.push(offset);
  const probes = [probe('p1', 0, 4, { title: 'negative 0.73' }), probe('p2', 5, 9)];
  return page('file:///a.txt', '房间很差 good', probes, { reveal });
}

afterEach(() => document.body.replaceChildren());

test('an empty list says what to do', () => {
  expect(open().list.node.textContent).toBe('Press Ctrl Alt A.');
});

test('a row says state, result and text', () => {
  const { options } = open(two());
  expect(options()[0]?.textContent).toMatch(/done.*negative 0\.73.*房间很差/s);
});

test('one row can be reached with Tab, and arrows move it', () => {
  const { list, options, press, selection } = open(two());
  expect(options().map(option => option.tabIndex)).toEqual([0, -1]);
  options()[0]?.focus();
  press('ArrowDown');
  expect(selection.row?.probe.said.id).toBe('p2');
  expect(options().map(option => option.tabIndex)).toEqual([-1, 0]);
  expect(document.activeElement).toBe(options()[1]);
  press('ArrowDown');
  press('Home');
  expect(document.activeElement).toBe(list.node.querySelector('[data-probe=p1]'));
});

test('Enter goes to the text and Delete unpins', () => {
  const jumps: number[] = [];
  const { press, ran } = open(two(jumps));
  press('ArrowDown');
  press('Enter');
  expect(jumps).toEqual([5]);
  press('Delete');
  expect(ran).toEqual([[COMMANDS.unpin, { uri: 'file:///a.txt', probe: 'p2' }]]);
});

test('a click goes to the text, one on a button runs it', () => {
  const jumps: number[] = [];
  const { options, ran } = open(two(jumps));
  options()[1]?.click();
  expect(jumps).toEqual([5]);
  options()[0]?.querySelector<HTMLElement>('[data-action=rerun]')?.click();
  expect(ran).toEqual([[COMMANDS.rerun, { uri: 'file:///a.txt', probe: 'p1' }]]);
  expect(jumps).toHaveLength(1);
});

test('the list follows the pages, and the focus stays in it', () => {
  const { pages, options } = open(two());
  options()[0]?.focus();
  pages.show(page('file:///a.txt', 'one', [probe('p1', 0, 3, { state: 'failed', error: 'Too long.' })]));
  MessageLoop.flush();
  expect(options()).toHaveLength(1);
  expect(document.activeElement).toBe(options()[0]);
  expect(options()[0]?.textContent).toContain('Too long.');
});
