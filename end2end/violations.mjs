// What axe finds wrong with a page.
import { AxeBuilder } from '@axe-core/playwright';

/** What is seriously or critically wrong: the rule, where, and why. */
export async function violations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${impact} ${id} at ${target.join(' ')}: ${failureSummary}`),
    );
}
