// How every script and test here starts its browser: the installed Chromium, nothing that calls home.
import { chromium } from '@playwright/test';

export const LAUNCH = {
  executablePath: process.env.CHROMIUM,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

export function launch() {
  return chromium.launch(LAUNCH);
}
