/** States of probes and models in the editor's language; what is not known stays as it is. */

import { l10n } from 'vscode';

/** What the server calls `queued`, `on-disk` and so on. */
export function nameOf(state: string): string {
  const { t } = l10n;
  const known = new Map([
    ['idle', t('not computed')],
    ['queued', t('queued')],
    ['loading', t('loading')],
    ['computing', t('computing')],
    ['preliminary', t('preliminary')],
    ['done', t('done')],
    ['failed', t('failed')],
    ['on-disk', t('on disk')],
    ['on-cpu', t('in main memory')],
    ['on-device', t('on the device')]
  ]);
  return known.get(state) ?? state;
}
