// The tests' own `test`: what one opened in the browser is closed after it, or the walls of ended evenings would go on
// reconnecting and moving in the time of the next.
import { test as base } from '@playwright/test';

export { chromium, expect } from '@playwright/test';

/** @type {import('@playwright/test').TestType<import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & { closing: void }, import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>} */
export const test = base.extend({
  closing: [
    async ({ browser }, use) => {
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
