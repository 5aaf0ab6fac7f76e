/** Data files with labels: what can be told of them without JupyterLab. */

import { isOfLabels } from './panel/rows';
import type { IPage } from './tokens';

/** Whether a text can have labels. */
export function isData({ uri }: Pick<IPage, 'uri'>): boolean {
  return /\.(tsv|csv|jsonl)$/i.test(uri);
}

/** The labels of a text's task; none where no task names the text. */
export function labelsOf({ probes }: Pick<IPage, 'probes'>): readonly string[] {
  return probes.find(isOfLabels)?.said.labels ?? [];
}

/** What a person writes for a probability: `0.9`, `0,9` or `90 %`; null: none. */
export function probabilityOf(written: string): number | null {
  const [, digits, percent] = /^\s*(\d*[.,]?\d+)\s*(%?)\s*$/.exec(written) ?? [];
  const value = Number((digits ?? 'NaN').replace(',', '.')) / (percent ? 100 : 1);
  return value >= 0 && value <= 1 ? value : null;
}
