/** The server's titles and sentences in the editor's language; others stay as they are. */

import { l10n } from 'vscode';

/** A title or sentence, and what stands in it. */
type Pattern = readonly [RegExp, (...parts: string[]) => string];

/** The same title of a lens or an action, translated. */
export function titleOf(title: string): string {
  const { t } = l10n;
  const known = new Map(
    Object.entries({
      Attribute: t('Attribute'),
      'Re-run': t('Run again'),
      Unpin: t('Unpin'),
      'Limner: attribute this text': t('Limner: attribute this text'),
      'Limner: compare baseline mask': t('Limner: compare baseline mask'),
      'Limner: pin (insert comment)': t('Limner: pin (insert comment)'),
      'Limner: re-run': t('Limner: run again'),
      'Limner: unpin (remove comment)': t('Limner: unpin (remove comment)'),
      'Limner: unpin (this session)': t('Limner: unpin (this session)'),
      'Least certain': t('Least certain'),
      Train: t('Train'),
      'Limner: go to the least certain row': t('Limner: go to the least certain row'),
      'Limner: compare the patterns': t('Limner: compare the patterns'),
      'Limner: why the likeliest word?': t('Limner: why the likeliest word?')
    })
  );
  return known.get(title) ?? matched(TITLES, title) ?? title;
}

/** The same sentence about what was done with terms or labels, translated. */
export function sentenceOf(words: string): string {
  const { t } = l10n;
  const [, undone] = /^Undone: (.+)$/.exec(words) ?? [];
  return undone ? t('Undone: {0}', sentenceOf(undone)) : (matched(SENTENCES, words) ?? words);
}

const TITLES: readonly Pattern[] = [
  [/^Limner: label (.+)$/, label => l10n.t('Limner: label {0}', label)],
  [
    /^Limner: accept all ([\d,]+) predictions from (\d+%) on$/,
    (rows, above) => l10n.t('Limner: accept all {0} predictions from {1} on', rows, above)
  ],
  [
    /^Limner: train on the ([\d,]+) labelled rows$/,
    rows => l10n.t('Limner: train on the {0} labelled rows', rows)
  ],
  [/^Limner: go back from head (\d+)$/, head => l10n.t('Limner: go back from head {0}', head)],
  [/^Limner: why (.+)\? \((\d+%)\)$/, (word, p) => l10n.t('Limner: why {0}? ({1})', word, p)],
  [
    /^([\d,]+) labelled · ([\d,]+) predicted of ([\d,]+)$/,
    (labelled, predicted, rows) =>
      l10n.t('{0} labelled · {1} predicted of {2}', labelled, predicted, rows)
  ],
  [/^Limner: attribute towards (.+)$/, label => l10n.t('Limner: attribute towards {0}', label)],
  [/^Limner: accept “(.+)”$/, term => l10n.t('Limner: accept “{0}”', term)],
  [/^Limner: “(.+)” is not a term$/, term => l10n.t('Limner: “{0}” is not a term', term)],
  [/^Limner: use “(.+)” as seed$/, term => l10n.t('Limner: use “{0}” as seed', term)],
  [/^Limner: leave “(.+)” open again$/, term => l10n.t('Limner: leave “{0}” open again', term)],
  [
    /^Limner: “(.+)” is a spelling of “(.+)”$/,
    (term, into) => l10n.t('Limner: “{0}” is a spelling of “{1}”', term, into)
  ],
  [/^Limner: add “(.+)” to the terms$/, term => l10n.t('Limner: add “{0}” to the terms', term)],
  [/^Limner: undo “(.+)”$/, words => l10n.t('Limner: undo “{0}”', sentenceOf(words))]
];

const SENTENCES: readonly Pattern[] = [
  [/^Labelled (.+)\.$/, label => l10n.t('Labelled {0}.', label)],
  [
    /^([\d,]+) rows? labelled; undo takes all back\.$/,
    rows => l10n.t('{0} rows labelled; undo takes all back.', rows)
  ],
  [/^Line (\d+): (.+)\.$/, (line, label) => l10n.t('Line {0}: {1}.', line, label)],
  [/^Labelling ([\d,]+) rows …$/, rows => l10n.t('Labelling {0} rows …', rows)],
  [
    /^Training on ([\d,]+) labelled rows …$/,
    rows => l10n.t('Training on {0} labelled rows …', rows)
  ],
  [/^Head (\d+)\.$/, head => l10n.t('Head {0}.', head)],
  [
    /^(.+) is written: mend its patterns and words\.$/,
    file => l10n.t('{0} is written: mend its patterns and words.', file)
  ],
  [/^(.+) is a term\.?$/, term => l10n.t('{0} is a term', term)],
  [/^(.+) is not a term\.?$/, term => l10n.t('{0} is not a term', term)],
  [/^(.+) is open again\.?$/, term => l10n.t('{0} is open again', term)],
  [/^(.+) is a seed\.?$/, term => l10n.t('{0} is a seed', term)],
  [
    /^(.+) is a spelling of (.+?)\.?$/,
    (term, into) => l10n.t('{0} is a spelling of {1}', term, into)
  ],
  [/^Mining the terms of (.+) …$/, folder => l10n.t('Mining the terms of {0} …', folder)],
  [/^(.+) is being mined already\.?$/, folder => l10n.t('{0} is being mined already', folder)]
];

function matched(patterns: readonly Pattern[], words: string): string | undefined {
  for (const [pattern, translated] of patterns) {
    const found = pattern.exec(words);
    if (found) {
      return translated(...found.slice(1));
    }
  }
  return undefined;
}
