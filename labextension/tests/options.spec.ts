import { nullTranslator } from '@jupyterlab/translation';
import type { MethodOption, ModelStatus } from '@limner/protocol';

import { difference, OptionForm, type Values } from '../src/options';

const trans = nullTranslator.load('limner');

function model(name: string, labels: string[], error = ''): ModelStatus {
  return { name, labels, error } as ModelStatus;
}

const models = [
  model('mini-sentiment', ['negative', 'positive']),
  model('topics', ['sport', 'power']),
  model('broken', [], 'It has no weights.')
];

const options: MethodOption[] = [
  { name: 'model', help: 'Which model.', values: [] },
  { name: 'target', help: 'Label to explain.', values: [] },
  { name: 'baseline', help: 'Compared with.', values: ['pad', 'mask'] },
  { name: 'faithfulness', help: 'Check it.', values: ['yes', 'no'] }
];

function form(given: Values, changed?: (name: string, value: string) => void) {
  const made = new OptionForm({ options, given, models, labels: [], trans }, changed);
  document.body.replaceChildren(made.node); // what is in no document tells of no change
  const field = <T extends HTMLElement>(index: number) =>
    made.node.querySelectorAll('select, input')[index] as unknown as T;
  return { made, field };
}

function choices(select: HTMLSelectElement): string[] {
  return [...select.options].map(option => option.value);
}

function choose(select: HTMLSelectElement, value: string): void {
  select.value = value;
  select.dispatchEvent(new Event('change'));
}

test('a model that cannot be loaded is not offered', () => {
  const { field } = form({ model: 'topics' });
  expect(choices(field(0))).toEqual(['', 'mini-sentiment', 'topics']);
  expect(field<HTMLSelectElement>(0).value).toBe('topics');
});

test('the labels are those of the chosen model', () => {
  const { made, field } = form({ model: 'mini-sentiment', target: 'negative' });
  expect(choices(field(1))).toEqual(['', 'negative', 'positive']);
  choose(field(0), 'topics');
  expect(choices(field(1))).toEqual(['', 'sport', 'power']);
  expect(made.read()).toEqual({ model: 'topics' });
});

test('a value that nobody offers is kept', () => {
  const { made } = form({ baseline: 'room' });
  expect(made.read()).toEqual({ baseline: 'room' });
});

test('an option of yes and no is a check box', () => {
  const heard: string[][] = [];
  const { made, field } = form({}, (...change) => heard.push(change));
  const box = field<HTMLInputElement>(3);
  box.click();
  expect(made.read()).toEqual({ faithfulness: 'yes' });
  box.click();
  expect(made.read()).toEqual({});
  expect(heard).toEqual([['faithfulness', 'yes'], ['faithfulness', '']]);
});

test('only what differs is sent, and what is gone as empty', () => {
  expect(difference({ model: 'a', target: 'x' }, { model: 'a', baseline: 'pad' })).toEqual({
    target: '',
    baseline: 'pad'
  });
});
