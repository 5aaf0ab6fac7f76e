/** Tests inside the extension host of a real VS Code; the browser only opens it. */

import { defineConfig } from '@playwright/test';

import { shared } from '../../ui-testing/browser';

export default defineConfig({
  ...shared,
  testDir: '.',
  testMatch: 'hosts.spec.ts',
  timeout: 120_000
});
