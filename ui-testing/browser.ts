/** Chromium of the system where there is one (CHROMIUM names another), else Playwright's own. */

import { existsSync } from 'node:fs';

import type { PlaywrightTestConfig } from '@playwright/test';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env['CHROMIUM'] ?? SYSTEM.find(path => existsSync(path));

/** What both suites run with. */
export const shared: PlaywrightTestConfig = {
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 1, // one server of the editor; two would wait for each other's cores
  retries: 2, // a browser on two busy cores; the report names those that needed it
  forbidOnly: !!process.env['CI'],
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'on-first-retry', // recording slows every test
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
};
