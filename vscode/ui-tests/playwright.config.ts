/** Tests in a real VS Code. */

import { defineConfig } from '@playwright/test';

import { shared } from '../../ui-testing/browser';

export default defineConfig({ ...shared, timeout: 120_000, expect: { timeout: 30_000 } });
