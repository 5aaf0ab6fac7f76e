/** The links beneath an explanation. */

import type { OverlayProbe } from '@limner/protocol';
import { l10n } from 'vscode';

import { ofArrays } from './methods';
import type { MeantTerm } from './termAt';

/** All that a link may run. */
export const LINKED: readonly string[] = [
  'limner.here.rerun',
  'limner.here.pin',
  'limner.here.unpin',
  'limner.here.target',
  'limner.here.compare',
  'limner.here.copy',
  'limner.here.chart',
  'limner.lexicon.accept',
  'limner.lexicon.reject',
  'limner.lexicon.seed',
  'limner.lexicon.merge',
  'limner.lexicon.find'
];

export interface Link {
  readonly label: string;
  /** Of one of `LINKED`, with the probe or the term as its argument. */
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

/** What can be decided about a marked term. */
export function termLinksOf(meant: MeantTerm, accepted: boolean): readonly Link[] {
  const argument = encodeURIComponent(JSON.stringify([meant]))
    .replaceAll('(', '%28') // a single one would end the link in Markdown
    .replaceAll(')', '%29');
  const link = (label: string, name: string): Link => ({
    label,
    uri: `command:limner.lexicon.${name}?${argument}`
  });
  return [
    ...(accepted ? [] : [link(l10n.t('Accept'), 'accept')]),
    link(l10n.t('Not a term'), 'reject'),
    link(l10n.t('Use as seed'), 'seed'),
    link(l10n.t('Merge with …'), 'merge'),
    link(l10n.t('Find in the folder'), 'find')
  ];
}
