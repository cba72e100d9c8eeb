// The tests' own `test`: what one opened in the browser is closed after it, or the walls of ended evenings would go on
// reconnecting and moving in the time of the next; and what the policy of a page refused fails the test.
import { test as base, expect } from '@playwright/test';
import { watchPolicy } from './policy.mjs';

export { chromium, expect } from '@playwright/test';

/** What the policies of pages refused, each with its page. A test that means it takes it out. */
export const refused = [];

/** Watches every context that a browser makes, once a browser. */
function watch(browser) {
  if (watched.has(browser)) return;
  watched.add(browser);
  const make = browser.newContext.bind(browser);
  browser.newContext = async (...options) => {
    const context = await make(...options);
    watchPolicy(context, refused);
    return context;
  };
}

const watched = new WeakSet();

/** @type {import('@playwright/test').TestType<import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions & { closing: void }, import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions>} */
export const test = base.extend({
  closing: [
    async ({ browser }, use) => {
      watch(browser);
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
      expect(refused.splice(0), 'what the policy of a page refused').toEqual([]);
    },
    { auto: true },
  ],
});
