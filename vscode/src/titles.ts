/** The server's titles of lenses and actions in the editor's language; others stay as they are. */

import { l10n } from 'vscode';

/** The same title, translated. */
export function titleOf(title: string): string {
  const { t } = l10n;
  const [, label] = /^Limner: attribute towards (.+)$/.exec(title) ?? [];
  if (label !== undefined) {
    return t('Limner: attribute towards {0}', label);
  }
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
      'Limner: unpin (this session)': t('Limner: unpin (this session)')
    })
  );
  return known.get(title) ?? title;
}
