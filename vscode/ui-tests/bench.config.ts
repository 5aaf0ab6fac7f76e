/** The benchmark of typing: `python -m benchmarks vscode` runs it. */

import { defineConfig } from '@playwright/test';

import base from './playwright.config';

export default defineConfig({ ...base, testDir: 'bench', timeout: 560_000, retries: 0 });
