/** Data files with labels: what can be told of them without an editor. */

/** Whether a file can have labels, by its name; package.json says the same. */
export function isData(path: string): boolean {
  return /\.(tsv|csv|jsonl)$/i.test(path);
}

/** What a person writes for a probability: `0.9`, `0,9` or `90 %`; null: none. */
export function probabilityOf(written: string): number | null {
  const [, digits, percent] = /^\s*(\d*[.,]?\d+)\s*(%?)\s*$/.exec(written) ?? [];
  const value = Number((digits ?? 'NaN').replace(',', '.')) / (percent ? 100 : 1);
  return value >= 0 && value <= 1 ? value : null;
}
