// A language is the exchange's, and a device's own where somebody chose one on it: what is written, what waits and what other
// screens show stay as they are.
import { keeps } from '../disk.mjs';
import { AT, choose, dealOfDemo, Hall, LANGUAGES } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { LONGEST } from '../texts.mjs';

const TABLET = { width: 1180, height: 820 };
const DESK = { width: 1280, height: 900 };

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
});

test.afterEach(async () => {
  await hall.end();
});

const spoken = (page, tag) => expect(page.locator('html')).toHaveAttribute('lang', tag);

test('a tablet speaks its own language, and keeps what was written on it', async ({ browser }) => {
  const tablet = await hall.window(browser, TABLET, { role: 'broker' });
  await hall.show(tablet, 'broker', '?lang=en');
  await spoken(tablet, 'en');
  await choose(tablet, 'giver', 'BAKK');
  await tablet.evaluate(keeps, ['board', 'last', '"clock":{']);
  await tablet.context().setOffline(true);
  await tablet.getByTestId('name').click();
  await tablet.getByTestId('new-name').fill('Kari');
  await tablet.getByTestId('own-language').selectOption('de');
  await spoken(tablet, 'de');
  await tablet.getByTestId('name').click();
  await expect(tablet.getByTestId('new-name')).toHaveValue('Kari');
  await tablet.keyboard.press('Escape');
  await expect(tablet.getByTestId('giver-picked')).toContainText('Bakkerud');
  // What the address asked for is over, and the choice stays.
  expect(new URL(tablet.url()).search).toBe('');
  await tablet.context().setOffline(false);
  await tablet.reload();
  await spoken(tablet, 'de');
  await expect(tablet.getByTestId('connection')).toHaveAttribute('data-state', 'connected');

  // A wall on the same machine speaks for the hall, and so does whatever nobody here speaks.
  const wall = await tablet.context().newPage();
  await hall.show(wall, 'wall');
  await spoken(wall, 'nb');
  await hall.show(wall, 'wall', '?lang=fr');
  await spoken(wall, 'nb');
  await hall.show(wall, 'wall', '?lang=nn');
  await spoken(wall, 'nn');

  await tablet.getByTestId('name').click();
  await tablet.getByTestId('own-language').selectOption('');
  await spoken(tablet, 'nb');
});

test('a server answers in the language of the device', async ({ browser }) => {
  const phone = await hall.window(browser, { width: 390, height: 844 });
  await hall.show(phone, 'phone');
  await phone.getByTestId('search').fill('bakkerud');
  await phone.getByTestId('own-language').selectOption('nl');
  await spoken(phone, 'nl');
  await expect(phone.getByTestId('search')).toHaveValue('bakkerud');
  await expect(phone.getByTestId('found').first()).toBeVisible();
  const pairing = await phone.context().newPage();
  await hall.show(pairing, 'pair');
  await spoken(pairing, 'nl');
  await pairing.locator(AT.field('pair-code')).fill('ZZZZZZ');
  await pairing.locator(AT.field('pair-name')).fill('Ingrid');
  for (const language of ['de', 'nl']) {
    await pairing.getByTestId('own-language').selectOption(language);
    await spoken(pairing, language);
  }
  await expect(pairing.locator(AT.field('pair-code'))).toHaveValue('ZZZZZZ');
  await expect(pairing.locator(AT.field('pair-name'))).toHaveValue('Ingrid');
  await pairing.locator(AT.field('pair-submit')).click();
  const refused = pairing.getByTestId('pair-error');
  await expect(refused).toContainText('code');
  await expect(refused).not.toContainText('koden');
});

/** From now on the exchange speaks another language, as an organiser saves it, and a page of it does. */
async function speak(page, language) {
  const { settings } = (await hall.welcome()).board;
  await hall.ask('organiser', { type: 'configure', settings: { ...settings, language } });
  await spoken(page, language);
}

test('what is half written on the organiser\'s pages stays when another language is saved', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);
  await by('rail-mail').click();
  await by('mail-kind').selectOption('agreement');
  await by('mail-body-text').fill('Halvskrevet {link}');
  await by('rail-registrations').click();
  await by('registration-welcome').fill('Velkommen til bors');
  // Fields of forms that send at once, and keep nothing of their own.
  const sent = { categories: ['category-new', 'Utlån'], devices: ['pairing-name', 'Nettbrett 4'], programs: ['webhook-url', 'https://example.org/halv'] };
  for (const [name, [field, text]] of Object.entries(sent)) {
    await by(`rail-${name}`).click();
    await by(field).fill(text);
  }
  await by('rail-exchange').click();
  await by('evening-form').locator('summary').click();
  await by('title-broker').fill('Megler i salen');
  await by('settings-language').selectOption('nn');
  await by('settings-form').getByTestId('settings-save').click();
  await spoken(page, 'nn');
  await expect(by('title-broker')).toHaveValue('Megler i salen');
  await expect(by('settings-language')).toHaveValue('nn');
  await by('rail-registrations').click();
  await expect(by('registration-welcome')).toHaveValue('Velkommen til bors');
  for (const [name, [field, text]] of Object.entries(sent)) {
    await by(`rail-${name}`).click();
    await expect(by(field)).toHaveValue(text);
  }
  await by('rail-categories').click();
  await by('category-add').click();
  await expect(by('category-new')).toHaveValue('');
  await by('rail-mail').click();
  await expect(by('mail-kind')).toHaveValue('agreement');
  await expect(by('mail-body-text')).toHaveValue('Halvskrevet {link}');
  // Nor where the field is on the page when the words change.
  await speak(page, 'de');
  await expect(by('mail-body-text')).toHaveValue('Halvskrevet {link}');
});

test('a remark and ticks of the notary stay when another language is saved, and the remark when the page is loaded anew', async ({ browser }) => {
  await hall.ratifyFirst();
  for (const nth of [1, 2]) await hall.post(dealOfDemo(nth));
  const desk = await hall.window(browser, TABLET);
  await hall.show(desk, 'notary');
  const at = (nth, testid) => desk.getByTestId('written').nth(nth).getByTestId(testid);
  await at(0, 'check-parties').check();
  await at(1, 'send-back').click();
  await at(1, 'remark').fill('Hvem tar første steg?');
  await speak(desk, 'de');
  await expect(at(1, 'remark')).toHaveValue('Hvem tar første steg?');
  await expect(at(0, 'check-parties')).toBeChecked();
  await expect(at(0, 'check-service')).not.toBeChecked();
  await desk.reload();
  await expect(at(1, 'remark')).toHaveValue('Hvem tar første steg?');
  await at(1, 'send-back-now').click();
  await expect(desk.getByTestId('written')).toHaveCount(1);
  await at(0, 'send-back').click();
  await expect(at(0, 'remark')).toHaveValue('');
});

test('a newcomer at the door stays when another language is saved', async ({ browser }) => {
  const door = await hall.window(browser, TABLET);
  await hall.show(door, 'door');
  const at = (id) => door.getByTestId(id);
  await at('door-walk-in').click();
  await at('walk-in-name').fill('Strandveien vel');
  await at('walk-in-contact').fill('Ida Lie, 22 33 44 55');
  await speak(door, 'de');
  await expect(at('walk-in-name')).toHaveCount(1);
  await expect(at('walk-in-name')).toHaveValue('Strandveien vel');
  await expect(at('walk-in-contact')).toHaveValue('Ida Lie, 22 33 44 55');
  await at('walk-in-submit').click();
  await expect(at('door-done')).toContainText('Strandveien vel');
  // Of whoever was written before, nothing is left.
  await at('door-walk-in').click();
  await expect(at('walk-in-name')).toHaveValue('');
  await expect(at('walk-in-contact')).toHaveValue('');
});

test('a sheet that is half typed in stays when another language is saved, and when the page is loaded anew', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'paper');
  const at = (id) => page.getByTestId(id);
  await expect(at('paper-number')).toHaveValue('1');
  await at('paper-number').fill('12');
  await at('paper-giver').fill('bakk');
  await at('paper-giver').press('Enter');
  await at('paper-what').fill('Maler klubbhuset');
  await at('paper-receiver').fill('elv');
  const stands = async () => {
    await expect(at('paper-number')).toHaveValue('12');
    await expect(at('paper-giver')).toHaveValue('BAKK Bakkerud Bygg AS');
    await expect(at('paper-receiver')).toHaveValue('elv');
    await expect(at('paper-what')).toHaveValue('Maler klubbhuset');
  };
  await speak(page, 'de');
  await stands();
  await page.reload();
  await stands();
  await at('paper-receiver').press('Enter');
  await at('paper-save').click();
  await expect(at('sheet').first()).toContainText('Maler klubbhuset');
  await expect(at('paper-number')).toHaveValue('13');
  await expect(at('paper-giver')).toHaveValue('');
  // What was sent is not typed again.
  await page.reload();
  await expect(at('paper-number')).toHaveValue('13');
  await expect(at('paper-what')).toHaveValue('');
});

test('somebody who is written of on paper stays when another language is saved', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'paper');
  const at = (id) => page.getByTestId(id);
  await at('paper-receiver').fill('Strandveien vel');
  await at('register').click();
  await at('walk-in-contact').fill('Ida Lie, 22 33 44 55');
  await speak(page, 'nn');
  await expect(at('walk-in-name')).toHaveValue('Strandveien vel');
  await expect(at('walk-in-contact')).toHaveValue('Ida Lie, 22 33 44 55');
  await at('walk-in-submit').click();
  await expect(at('paper-receiver')).toHaveValue(/Strandveien vel$/);
});

/** Whether all of a text that may be cut is seen. */
const isWhole = (part) => part.evaluate((cut) => cut.scrollWidth <= cut.clientWidth && cut.scrollHeight <= cut.clientHeight);

test('in every language the smallest wall has room for a whole name of a broker @looks', async ({ browser }) => {
  hall.tokens.broker = hall.server.token('broker', LONGEST.broker);
  await hall.post(dealOfDemo(1));
  const wall = await hall.window(browser, { width: 1024, height: 768 });
  for (const language of LANGUAGES) {
    await hall.show(wall, 'wall', `?lang=${language}`);
    const when = wall.locator(AT.hero).locator('.hero-when');
    await expect(when).toContainText(LONGEST.broker);
    expect(await isWhole(when), `${language}: ${await when.textContent()}`).toBe(true);
  }
});

test('in every language the desk has room for how long it has been offline @looks', async ({ browser }) => {
  const desks = LANGUAGES.map(async (language) => {
    const desk = await hall.window(browser, TABLET);
    await hall.show(desk, 'moderator', `?lang=${language}`);
    await desk.context().setOffline(true);
    await expect(desk.getByTestId('connection')).toContainText(/\d\d s/, { timeout: 40_000 });
    const link = desk.locator('.desk-link');
    expect(await isWhole(link), await link.textContent()).toBe(true);
  });
  await Promise.all(desks);
});
