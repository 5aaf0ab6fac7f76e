/** Tests in a real VS Code. */

import { defineConfig } from '@playwright/test';

import { shared } from '../../ui-testing/browser';

export default defineConfig({ ...shared, timeout: 60_000, expect: { timeout: 20_000 } });
