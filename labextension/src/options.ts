/** Fields for a method's options, made from what the server says of them. */

import type { TranslationBundle } from '@jupyterlab/translation';
import type { MethodOption, ModelStatus } from '@limner/protocol';

import { h } from './panel/dom';

/** Values by name; an empty one means the default. */
export type Values = Record<string, string>;

export interface Asked {
  readonly options: readonly MethodOption[];
  readonly given: Readonly<Values>;
  readonly models: readonly ModelStatus[];
  /** Labels of the present model, should `models` not know them. */
  readonly labels: readonly string[];
  readonly trans: TranslationBundle;
}

type Field = HTMLSelectElement | HTMLInputElement;

/** These name labels of the model. */
const LABELS = new Set(['target', 'contrast']);

/** Fields in a grid; `changed` hears of each choice as it is made. */
export class OptionForm {
  readonly node = h('div', { class: 'limner-form' });

  constructor(
    private readonly _asked: Asked,
    changed: (name: string, value: string) => void = () => undefined
  ) {
    for (const option of _asked.options) {
      const field = this._field(option);
      field.addEventListener('change', () => {
        if (option.name === 'model') {
          this._relabel();
        }
        changed(option.name, valueOf(field));
      });
      this._fields.set(option.name, field);
      const label = h('label', { title: option.help }, h('span', {}, option.name), field);
      this.node.append(label);
    }
  }

  /** What is set, options at their default left out. */
  read(): Values {
    const values = [...this._fields].map(([name, field]) => [name, valueOf(field)] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== ''));
  }

  private _field({ name, help, values }: MethodOption): Field {
    const given = this._asked.given[name] ?? '';
    const about = { name, 'aria-description': help, class: 'jp-mod-styled' };
    if (isSwitch(values)) {
      return h('input', {
        type: 'checkbox',
        name,
        checked: given === 'yes',
        'aria-description': help
      });
    }
    const choices = this._choices(name, values);
    if (!choices.length) {
      return h('input', { type: 'text', value: given, ...about });
    }
    const field = h('select', about);
    fill(field, choices, given, this._default(name));
    return field;
  }

  private _choices(name: string, values: readonly string[]): readonly string[] {
    const { models } = this._asked;
    if (name === 'model') {
      return models.filter(model => !model.error).map(model => model.name);
    }
    return LABELS.has(name) ? this._labels() : values;
  }

  /** Labels of the model that is chosen now. */
  private _labels(): readonly string[] {
    const field = this._fields.get('model');
    const model = field ? valueOf(field) : (this._asked.given['model'] ?? '');
    const known = this._asked.models.find(({ name }) => name === model)?.labels ?? [];
    const same = model === (this._asked.given['model'] ?? '');
    return known.length ? known : same ? this._asked.labels : [];
  }

  /** Another model has other labels. */
  private _relabel(): void {
    for (const name of LABELS) {
      const field = this._fields.get(name);
      if (field instanceof HTMLSelectElement) {
        const labels = this._labels();
        fill(field, labels, labels.includes(field.value) ? field.value : '', this._default(name));
      }
    }
  }

  private _default(name: string): string {
    const { trans } = this._asked;
    return name === 'target'
      ? trans.__('the predicted one')
      : name === 'contrast'
        ? trans.__('none')
        : trans.__('default');
  }

  private readonly _fields = new Map<string, Field>();
}

/** An option that is on or off. */
function isSwitch(values: readonly string[]): boolean {
  return values.includes('yes') && values.every(value => value === 'yes' || value === 'no');
}

function valueOf(field: Field): string {
  if (field instanceof HTMLInputElement && field.type === 'checkbox') {
    return field.checked ? 'yes' : '';
  }
  return field.value.trim();
}

/** The default first; a value that is not among the choices stays choosable. */
function fill(
  field: HTMLSelectElement,
  choices: readonly string[],
  value: string,
  standard: string
): void {
  const all = value && !choices.includes(value) ? [...choices, value] : choices;
  field.replaceChildren(
    h('option', { value: '' }, standard),
    ...all.map(choice => h('option', { value: choice }, choice))
  );
  field.value = value;
}

/** What differs, an option that is gone as an empty value. */
export function difference(before: Readonly<Values>, after: Readonly<Values>): Values {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter(name => (before[name] ?? '') !== (after[name] ?? ''));
  return Object.fromEntries(changed.map(name => [name, after[name] ?? '']));
}
