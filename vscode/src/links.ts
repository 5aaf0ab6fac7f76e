/** The links beneath an explanation. */

import type { OverlayProbe } from '@limner/protocol';
import { l10n } from 'vscode';

import { ofArrays } from './methods';

/** All that a link may run. */
export const LINKED: readonly string[] = [
  'limner.here.rerun',
  'limner.here.pin',
  'limner.here.unpin',
  'limner.here.target',
  'limner.here.compare',
  'limner.here.copy',
  'limner.here.chart'
];

export interface Link {
  readonly label: string;
  /** Of one of `LINKED`, with the probe as its argument. */
  readonly uri: string;
}

/** What can be done with a probe in this state. */
export function linksOf({ id, method, origin, panel, state }: OverlayProbe): readonly Link[] {
  const link = (label: string, name: string, more: object = {}): Link => {
    const argument = encodeURIComponent(JSON.stringify([{ probe: id, ...more }]));
    return { label, uri: `command:limner.here.${name}?${argument}` };
  };
  const text = !ofArrays(method);
  const done = state === 'done';
  const busy = !done && state !== 'failed' && state !== 'idle';
  return [
    ...(done || busy ? [] : [link(l10n.t('Run again'), 'rerun')]),
    ...(panel ? [link(l10n.t('Open chart'), 'chart')] : []),
    ...(text && origin === 'command' ? [link(l10n.t('Pin as a comment'), 'pin')] : []),
    ...(text
      ? [link(l10n.t('Change target'), 'target'), link(l10n.t('Compare baselines'), 'compare')]
      : []),
    ...(done
      ? ['HTML', 'SVG', 'JSON'].map(name =>
          link(l10n.t('Copy {0}', name), 'copy', { format: name.toLowerCase() })
        )
      : []),
    link(l10n.t('Unpin'), 'unpin')
  ];
}
