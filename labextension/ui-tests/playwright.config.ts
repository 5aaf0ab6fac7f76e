/** Chromium of the system where there is one (CHROMIUM names another), else Playwright's own. */

import { existsSync } from 'node:fs';

import { defineConfig } from '@playwright/test';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env['CHROMIUM'] ?? SYSTEM.find(path => existsSync(path));

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 1, // one JupyterLab; two would wait for each other's cores
  timeout: 120_000,
  expect: { timeout: 30_000 },
  retries: 1, // a browser on two busy cores; the report names those that needed it
  forbidOnly: !!process.env['CI'],
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1' // nothing outside is needed
      ]
    }
  }
});
