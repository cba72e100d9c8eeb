// A language is the exchange's, and a device's own where somebody chose one on it: what is written, what waits and what other
// screens show stay as they are.
import { keeps } from '../disk.mjs';
import { AT, choose, dealOfDemo, Hall, LANGUAGES } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { LONGEST } from '../texts.mjs';

const TABLET = { width: 1180, height: 820 };

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
  await tablet.getByTestId('own-language').selectOption('de');
  await spoken(tablet, 'de');
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
  await phone.getByTestId('own-language').selectOption('nl');
  await spoken(phone, 'nl');
  const pairing = await phone.context().newPage();
  await hall.show(pairing, 'pair');
  await spoken(pairing, 'nl');
  await pairing.locator(AT.field('pair-code')).fill('ZZZZZZ');
  await pairing.locator(AT.field('pair-name')).fill('Ingrid');
  await pairing.locator(AT.field('pair-submit')).click();
  const refused = pairing.getByTestId('pair-error');
  await expect(refused).toContainText('code');
  await expect(refused).not.toContainText('koden');
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
