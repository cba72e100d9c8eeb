// Browser tests run against the real binary, in an installed Chromium; `cargo xtask test` says where both are.
import { defineConfig } from '@playwright/test';
import { LAUNCH } from './chromium.mjs';

export default defineConfig({
  testDir: 'tests',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: true,
  reporter: 'list',
  use: {
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    launchOptions: LAUNCH,
  },
});
