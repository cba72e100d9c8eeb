// Browser tests run against the real binary, in an installed Chromium; `cargo xtask test` says where both are.
import { defineConfig } from '@playwright/test';
import { LAUNCH } from './chromium.mjs';

/** What watches clocks, frames or sound, or holds a key for a time: it has the machine to itself. */
const ALONE = ['bell', 'desk', 'motion', 'tape', 'timers', 'walls'].map((name) => `**/${name}.spec.mjs`);

/** In the titles of tests that look at every page in every language, or at what the longest texts show too: `cargo xtask test --only looks`. */
const LOOKS = /@looks/;

/** In the titles of tests that wait for long and seldom fail alone: `cargo xtask test --only patient`. */
const PATIENT = /@patient/;

export default defineConfig({
  testDir: 'tests',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  forbidOnly: true,
  reporter: 'list',
  projects: [
    { name: 'together', testIgnore: ALONE, grepInvert: [LOOKS, PATIENT] },
    { name: 'alone', testMatch: ALONE, grepInvert: PATIENT },
    { name: 'patient', grep: PATIENT },
    { name: 'looks', grep: LOOKS },
  ],
  use: {
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    launchOptions: LAUNCH,
  },
});
