/** A task of labels and its data, for the tests in browsers. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ROOT } from '../../ui-testing/processes';

/** Names `reviews.tsv`. */
export const CLOZE_TASK = `model = "mini-mlm"
patterns = ["{mask}满意。{text}", "感觉如何？{mask}满意。{text}"]

[labels]
positive = "很"
negative = "不"

[data]
files = ["reviews.tsv"]
text = "text"
label = "label"
`;

/** The first rows of the examples' reviews, of which some have a label. */
export async function reviews(rows: number): Promise<string> {
  const text = await readFile(join(ROOT, 'examples', 'reviews.tsv'), 'utf8');
  return `${text
    .split('\n')
    .slice(0, rows + 1)
    .join('\n')}\n`;
}

/** The labels of the rows, empty where there is none. */
export function labelsIn(data: string): string[] {
  return cells(data).map(([label = '']) => label);
}

export function textsIn(data: string): string[] {
  return cells(data).map(([, ...text]) => text.join('\t'));
}

function cells(data: string): string[][] {
  const [, ...rows] = data.trimEnd().split('\n');
  return rows.map(row => row.split('\t'));
}
