/** Bundles the extension, the chart's page and the notebook renderer; nothing is loaded at run time. */

import { rm } from 'node:fs/promises';

import { build } from 'esbuild';

const shared = {
  bundle: true,
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  target: 'es2022',
  alias: { '@limner/protocol': '../protocol/src/index.ts' }
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: ['src/extension.ts'],
    outdir: 'dist',
    platform: 'node',
    format: 'cjs',
    conditions: ['node'],
    external: ['vscode']
  }),
  build({
    ...shared,
    entryPoints: { chart: 'src/page/chart.ts', renderer: 'src/page/renderer.ts' },
    outdir: 'dist',
    platform: 'browser',
    format: 'esm',
    splitting: true, // Vega is there once, for both
    chunkNames: 'shared-[hash]',
    loader: { '.css': 'text' }
  })
]);
