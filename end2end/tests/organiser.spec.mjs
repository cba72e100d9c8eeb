// The organiser's pages: an exchange is prepared by hand, from an empty programme to a participant with a contact and an offer, and
// every page is looked at.
import { findFaults } from '../faults.mjs';
import { Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const DESK = { width: 1280, height: 900 };
const UPRIGHT = { width: 820, height: 1180 };
const PAGES = ['overview', 'exchange', 'categories', 'participants', 'participants/new', 'listings', 'programme', 'look', 'prints', 'devices', 'rehearsal', 'agreements'];
const MEASURED = {
  ignored: '.hidden-text',
  overlays: '.none',
  wrapsOut: '.none',
  covers: '.none',
};

/** @type {Hall} */
let hall;
test.beforeAll(async () => {
  hall = await Hall.start();
});
test.afterAll(() => hall.end());

const board = async () => (await hall.welcome()).board;
const addressOf = (name) => hall.server.url(`/drammen/organiser#${name}`);

test('an evening is prepared on the pages, and the rail and the overview say what is left', async ({ browser }) => {
  await hall.ask('organiser', { type: 'set_programme', items: [] });
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);

  await test.step('the programme, from the overview, and back', async () => {
    const task = page.locator('[data-testid="task"][data-matter="programme"]');
    await task.getByRole('link').click();
    await expect(by('organiser-page')).toHaveAttribute('data-page', 'programme');
    await expect(page.locator('.page-title')).toBeFocused();
    await expect(by('rail-programme')).toHaveAttribute('data-standing', 'empty');
    await by('plan-usual').click();
    await expect(by('plan-line')).toHaveCount(6);
    const starts = () => by('plan-start').evaluateAll((controls) => controls.map((control) => /** @type {HTMLInputElement} */ (control).value));
    expect(await starts()).toEqual(['17:30', '18:00', '18:15', '18:35', '18:45', '19:05']);
    await by('plan-start').nth(1).fill('1810');
    await by('plan-start').nth(1).press('Tab');
    await expect.poll(starts).toEqual(['17:30', '18:10', '18:25', '18:45', '18:55', '19:15']);
    await by('plan-length').nth(2).fill('ti');
    await by('plan-length').nth(2).press('Enter');
    await expect(by('plan-length').nth(2)).toHaveAttribute('aria-invalid', 'true');
    await by('plan-length').nth(2).fill('30');
    await by('plan-length').nth(2).press('Enter');
    await expect.poll(starts).toEqual(['17:30', '18:10', '18:25', '18:55', '19:05', '19:25']);
    await by('plan-remove').nth(3).click();
    await expect(by('plan-line')).toHaveCount(5);
    await by('plan-undo').click();
    await expect(by('plan-line')).toHaveCount(6);
    expect((await board()).programme[4]).toMatchObject({ time: '19:05', slot: { kind: 'round', round: 2, minutes: 20 } });
    await expect(by('rail-programme')).toHaveAttribute('data-standing', 'full');
    await page.goBack();
    await expect(by('organiser-page')).toHaveAttribute('data-page', 'overview');
    await expect(task).toHaveCount(0);
  });

  await test.step('a participant with a contact and an offer', async () => {
    await by('rail-participants').click();
    await by('participant-add').click();
    await by('participant-save').click();
    await expect(by('participant-name')).toHaveAttribute('aria-invalid', 'true');
    await by('participant-name').fill('Elvestad sanitetsforening');
    await by('participant-save').click();
    await by('contact-person').fill('Kari Nordmann');
    await by('contact-phone').fill('12');
    await by('contact-save').click();
    await expect(by('contact-phone')).toHaveAttribute('aria-invalid', 'true');
    await by('contact-phone').fill('912 34 567');
    await by('contact-save').click();
    await expect(by('contact-form').getByRole('status').filter({ hasText: 'Lagret' })).toBeVisible();
    await by('listing-new').click();
    await by('listing-text').fill('Førstehjelpskurs');
    await by('listing-save').click();
    await expect(by('listing')).toContainText('Førstehjelpskurs');
  });

  await test.step('the table: search, a place, a double, a contact on one line', async () => {
    await hall.ask('organiser', {
      type: 'register_participant',
      participant: { id: crypto.randomUUID(), name: 'ELVESTAD SANITETSFORENING', sector: 'voluntary' },
    });
    await by('rail-participants').click();
    await by('participant-search').fill('elvestad');
    await expect(by('participant-row')).toHaveCount(2);
    await by('place-cell').first().fill('bord 7');
    await by('place-cell').first().press('Enter');
    await expect(by('place-cell').nth(1)).toBeFocused();
    await expect.poll(async () => Object.values((await board()).participants).some(({ place }) => place === 'bord 7')).toBe(true);
    await by('guests-doubles').click();
    await expect(by('participant-row')).toHaveCount(2);
    await by('guests-without-contact').click();
    await by('participant-search').fill('elvestad');
    await expect(by('participant-row')).toHaveCount(1);
    await by('contact-line').fill('Ola Nordmann 987 65 432');
    await by('contact-line').press('Enter');
    await expect(by('participant-row')).toHaveCount(0);
  });

  await test.step('the two are compared, and become one', async () => {
    await by('rail-overview').click();
    const task = page.locator('[data-testid="task"][data-matter="doubles"]');
    await task.getByRole('link').click();
    await expect(by('side')).toHaveCount(2);
    await expect(by('side').filter({ hasText: 'Førstehjelpskurs' })).toContainText('Kari Nordmann');
    const kept = by('side').filter({ hasText: 'Førstehjelpskurs' }).getByTestId('keep');
    await kept.click();
    await kept.click();
    await expect(page.locator('.page-title')).toHaveText('Elvestad sanitetsforening');
    await by('rail-overview').click();
    await expect(task).toHaveCount(0);
  });

  await test.step('a category is renamed, and one is laid into another', async () => {
    await by('rail-categories').click();
    const before = (await board()).settings.categories;
    await by('category-name').first().fill('Gode råd');
    await by('category-name').first().press('Enter');
    await expect.poll(async () => (await board()).settings.categories[0].name).toBe('Gode råd');
    await by('category-merge').nth(1).selectOption(before[0].id);
    await by('category-do-merge').click();
    await expect(by('category')).toHaveCount(before.length - 1);
    expect((await board()).settings.categories.map(({ id }) => id)).not.toContain(before[1].id);
  });

  await test.step('the exchange: an error at its field, and what is kept', async () => {
    await by('rail-exchange').click();
    const form = by('goals-form');
    await by('settings-goal').fill('mange');
    await form.getByTestId('settings-save').click();
    await expect(by('settings-goal')).toHaveAttribute('aria-invalid', 'true');
    await by('settings-goal').fill('75');
    await form.getByTestId('settings-save').click();
    await expect.poll(async () => (await board()).settings.goal).toBe(75);
  });
});

test('no page has anything cut, laid over, or in the way of those who hear, tab or need contrast', async ({ browser }) => {
  const found = [];
  const page = await hall.window(browser, DESK, { reducedMotion: 'reduce' });
  await hall.show(page, 'organiser');
  for (const name of PAGES) {
    await page.goto(addressOf(name));
    await expect(page.getByTestId('organiser-page')).toHaveAttribute('data-page', name.split('/')[0]);
    for (const size of [DESK, UPRIGHT]) {
      await page.setViewportSize(size);
      const faults = await page.evaluate(findFaults, { ...MEASURED, ...size, frames: 2, scrolls: true });
      found.push(...faults.map(({ kind, at, text, px }) => `${name} ${size.width}: ${at} ${kind}, ${px} px of "${text}"`));
    }
    found.push(...(await violations(page)).map((words) => `${name}: ${words}`));
  }
  expect(found).toEqual([]);
});
