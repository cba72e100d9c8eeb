// What axe finds wrong with a page.
import { AxeBuilder } from '@axe-core/playwright';

/** What takes longer than this to move or fade, in milliseconds, is not on its way in: the tape, for one. */
const ARRIVAL_MS_MAX = 2_000;

/** What is seriously or critically wrong, once nothing is half faded in: the rule, where, and why. */
export async function violations(page) {
  await page.evaluate(arrivals, ARRIVAL_MS_MAX);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${impact} ${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Waits until everything that arrives is there. Runs in the page. */
function arrivals(msMax) {
  const arriving = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime <= msMax);
  return Promise.allSettled(arriving.map(({ finished }) => finished));
}
