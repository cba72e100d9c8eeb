// The year after: the organiser gives a party its link, the party answers with a button, and what both say is on her list.
import { findFaults } from '../faults.mjs';
import { sendInVain, takeLanguage } from '../form.mjs';
import { Hall, LANGUAGES } from '../hall.mjs';
import { WATCHED } from '../requests.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const DESK = { width: 1280, height: 900 };
const SIZES = [{ width: 390, height: 844 }, { width: 360, height: 640 }];
const MEASURED = { ignored: '.hidden-text', overlays: '.none', wrapsOut: '.none', covers: '.none' };
const DEALS = 12;

/** @type {Hall} */
let hall;
test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
  await hall.postInOrder(DEALS);
});
test.afterEach(() => hall.end());

/** The organiser's page of it. */
async function openPage(browser) {
  const page = await hall.window(browser, DESK, { reducedMotion: 'reduce', ...WATCHED });
  await hall.show(page, 'organiser');
  await page.getByTestId('rail-follow-up').click();
  await expect(page.getByTestId('follow-up')).toHaveCount(DEALS);
  return page;
}

/** A phone at an address. */
async function phoneAt(browser, url, viewport = SIZES[1]) {
  const context = await browser.newContext({ viewport, hasTouch: true, isMobile: true });
  const phone = await context.newPage();
  await phone.goto(url);
  return phone;
}

test('a party answers in two taps, the other says something else, and the office decides', async ({ browser }) => {
  const page = await openPage(browser);
  const first = page.getByTestId('follow-up').first();
  const [one, other] = [first.getByTestId('follow-up-party').nth(0), first.getByTestId('follow-up-party').nth(1)];
  const rail = page.getByTestId('rail-follow-up');
  await expect(rail).toHaveAttribute('data-standing', 'empty');
  await one.getByTestId('follow-up-link').click();
  const url = await one.getByTestId('follow-up-url').getAttribute('href');
  await expect(rail).toHaveAttribute('data-standing', 'begun');

  const phone = await phoneAt(browser, url);
  await phone.locator('button[value="infeasible"]').click();
  await expect(phone.getByRole('status')).toContainText('Det lar seg ikke gjøre');
  await phone.locator('input[value="no_contact"]').check();
  await phone.locator('textarea').fill('Ingen tar telefonen');
  // What is half written stays in another language, and is not said yet.
  await takeLanguage(phone, 'Deutsch', 'de');
  await expect(phone.locator('input[value="no_contact"]')).toBeChecked();
  await expect(phone.locator('textarea')).toHaveValue('Ingen tar telefonen');
  await expect(phone.getByRole('alert')).toHaveCount(0);
  await takeLanguage(phone, 'Norsk bokmål', 'nb');
  // It outlives a send without a network, and a reload.
  await phone.locator('textarea').fill('Ingen tar telefonen, ennå');
  await sendInVain(phone, () => phone.locator('.why button').click());
  await phone.reload();
  await expect(phone.locator('textarea')).toHaveValue('Ingen tar telefonen, ennå');
  await phone.locator('textarea').fill('Ingen tar telefonen');
  // A tab that was open before turns nothing back that whoever has it has not seen.
  const tab = await phone.context().newPage();
  await tab.goto(url);
  await tab.locator('button[value="done"]').click();
  await expect(tab.getByRole('status')).toContainText('Gjennomført');
  await tab.close();
  await phone.locator('.why button').click();
  await expect(phone.getByRole('alert')).toContainText('Svaret er endret');
  await expect(phone.getByRole('status')).toContainText('Dere svarte: Gjennomført');
  await expect(phone.locator('textarea')).toHaveValue('Ingen tar telefonen');
  await phone.locator('.why button').click();
  await expect(phone.locator('.why')).toHaveCount(0);
  // The organiser's page, which nobody touches, tells.
  await expect(first).toHaveAttribute('data-stand', 'infeasible');

  await other.getByTestId('follow-up-under_way').click();
  await expect(first).toHaveAttribute('data-stand', 'differs');
  await expect(one).toContainText('«Ingen tar telefonen»');
  await expect(other.getByTestId('follow-up-under_way')).toHaveAttribute('aria-pressed', 'true');
  // What is chosen is seen, and what is written in looks like it.
  const look = (testid) => other.getByTestId(testid).evaluate((button) => getComputedStyle(button).backgroundColor);
  expect(await look('follow-up-under_way')).not.toBe(await look('follow-up-done'));
  await first.locator('.follow-up-written summary').click();
  for (const field of ['follow-up-reason', 'follow-up-note', 'follow-up-again']) {
    expect((await first.getByTestId(field).first().boundingBox()).height, field).toBeGreaterThanOrEqual(44);
  }
  const office = first.locator('.follow-up-office');
  await office.getByTestId('follow-up-under_way').click();
  await expect(first).toHaveAttribute('data-stand', 'under_way');

  await first.getByTestId('follow-up-note').fill('Ringer igjen til våren');
  await first.getByTestId('follow-up-again').fill('2999-03-01');
  // A note that does not come through stays to be saved again.
  await page.route('**/calls', (route) => route.abort(), { times: 1 });
  await first.getByTestId('follow-up-save-note').click();
  await expect(page.getByRole('alert').filter({ hasText: /\S/ })).toBeVisible();
  await expect(first.getByTestId('follow-up-note')).toHaveValue('Ringer igjen til våren');
  await first.getByTestId('follow-up-save-note').click();
  await expect(first.getByTestId('follow-up-note')).toHaveValue('');
  await expect(first.locator('.follow-up-calls')).toContainText('Ringer igjen til våren');
  await expect(first.locator('.follow-up-why')).toHaveText('Ring senere');
  expect(await violations(page)).toEqual([]);

  // What she says of another is in the figures, and on phones if she wants it.
  const second = page.getByTestId('follow-up').nth(1);
  await second.getByTestId('follow-up-done').first().click();
  await expect(page.getByTestId('follow-up-rate')).toContainText('1 av 12');
  await page.getByTestId('follow-up-settings-open').click();
  await page.getByTestId('follow-up-shows-rate').check();
  await page.getByTestId('follow-up-settings-save').click();
  const shown = () => page.request.get(hall.server.url('/api/v1/exchanges/drammen/follow-up')).then((answer) => answer.json());
  await expect.poll(shown).toEqual({ deals: DEALS, done: 1, under_way: 1 });
});

test('what was answered meanwhile stands beside what a party was typing, which can be sent all the same', async ({ browser }) => {
  const page = await openPage(browser);
  const party = page.getByTestId('follow-up').first().getByTestId('follow-up-party').first();
  await party.getByTestId('follow-up-link').click();
  const phone = await phoneAt(browser, await party.getByTestId('follow-up-url').getAttribute('href'));
  const text = phone.locator('textarea');
  await phone.locator('button[value="infeasible"]').click();
  await phone.locator('input[value="no_contact"]').check();
  await text.fill('Ingen tar telefonen');
  // The office says something else for them.
  await party.getByTestId('follow-up-done').click();
  await expect(party.getByTestId('follow-up-done')).toHaveAttribute('aria-pressed', 'true');
  for (let nth = 0; nth < 2; nth++) {
    await phone.reload();
    await expect(phone.getByRole('alert')).toContainText('Svaret er endret');
    await expect(phone.getByRole('status')).toHaveText('Dere svarte: Gjennomført');
    await expect(text).toHaveValue('Ingen tar telefonen');
    await expect(phone.locator('input[value="no_contact"]')).toBeChecked();
  }
  expect(await violations(phone)).toEqual([]);
  await takeLanguage(phone, 'Deutsch', 'de');
  await expect(text).toHaveValue('Ingen tar telefonen');
  await phone.locator('.why button').click();
  await expect(phone.locator('.why')).toHaveCount(0);
  await expect(party).toContainText('«Ingen tar telefonen»');
});

test('the party\'s page is one column in every language, and accessible @looks', async ({ browser }) => {
  const page = await openPage(browser);
  const party = page.getByTestId('follow-up-party').first();
  await party.getByTestId('follow-up-link').click();
  const url = await party.getByTestId('follow-up-url').getAttribute('href');
  for (const size of SIZES) {
    for (const lang of LANGUAGES) {
      const phone = await phoneAt(browser, `${url}?lang=${lang}`, size);
      await expect(phone.locator('.answers button')).toHaveCount(5);
      expect(await violations(phone), lang).toEqual([]);
      expect(await phone.evaluate(findFaults, { ...size, frames: 2, scrolls: true, ...MEASURED }), lang).toEqual([]);
      await phone.locator('button[value="infeasible"]').click();
      await expect(phone.locator('.why')).toBeVisible();
      expect(await violations(phone), lang).toEqual([]);
      await phone.locator('button[value="under_way"]').click();
      await phone.context().close();
    }
  }
});
