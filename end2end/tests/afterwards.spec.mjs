// The morning after: one page says what is left, and does it.
import { Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

test('the morning after one page says what is left, and each of it can be done there', async ({ browser }) => {
  const hall = await Hall.start();
  try {
    await hall.openFloor();
    await hall.postInOrder(2);
    const page = await hall.window(browser, { width: 1280, height: 900 }, { reducedMotion: 'reduce' });
    await hall.show(page, 'organiser');
    await page.getByTestId('rail-afterwards').click();
    const by = (id) => page.getByTestId(id);
    const errand = (name) => page.locator(`[data-testid="errand"][data-errand="${name}"]`);
    const left = by('afterwards-left');
    await expect(left).toHaveAttribute('data-left', '4');
    await expect(errand('papers'), 'no mail goes from here').toContainText('på papir');

    await test.step('without mail it says why nothing was sent', async () => {
      await by('agreements-send').click();
      await expect(by('afterwards-told')).toContainText('Ingenting ble lagt i kø');
    });

    await test.step('with mail the agreements are queued', async () => {
      const set = await fetch(hall.server.url('/api/v1/exchanges/drammen/mails/settings'), {
        method: 'PUT',
        headers: { authorization: `Bearer ${hall.token('organiser')}`, 'content-type': 'application/json' },
        body: JSON.stringify({ sending: 'held' }),
      });
      expect(set.status).toBe(200);
      await expect(errand('papers'), 'everybody in the demo has an address').toHaveAttribute('data-done', 'true');
      await by('agreements-send').click();
      await expect(by('afterwards-told')).toContainText('4 e-poster er lagt i kø');
      await expect(errand('agreements')).toContainText('4 venter');
    });

    await test.step('what is ticked off stays so', async () => {
      await errand('newspaper').getByTestId('errand-done').check();
      await expect(left).toHaveAttribute('data-left', '3');
      await page.reload();
      await expect(errand('newspaper')).toHaveAttribute('data-done', 'true');
      const [list] = await Promise.all([page.waitForEvent('download'), by('newspaper').click()]);
      expect(list.suggestedFilename()).toBe('til-avisa-drammen.txt');
    });

    await test.step('a prize that is awarded is seen', async () => {
      await hall.awardPrizes();
      await page.reload();
      await expect(errand('prizes')).toHaveAttribute('data-done', 'true');
      expect(await violations(page)).toEqual([]);
    });
  } finally {
    await hall.end();
  }
});

test('of an evening without a deal nothing is called done', async ({ browser }) => {
  const hall = await Hall.start();
  try {
    const page = await hall.window(browser, { width: 1280, height: 900 }, { role: 'organiser', reducedMotion: 'reduce' });
    await hall.show(page, 'organiser');
    await page.getByTestId('rail-afterwards').click();
    await expect(page.getByTestId('afterwards-left')).toContainText('ingenting å gjøre');
    const errand = (name) => page.locator(`[data-testid="errand"][data-errand="${name}"]`);
    for (const name of ['agreements', 'papers', 'newspaper', 'prizes', 'report']) {
      await expect(errand(name)).toHaveAttribute('data-done', 'nothing');
      await expect(errand(name).getByTestId('errand-done')).toBeHidden();
    }
  } finally {
    await hall.end();
  }
});
