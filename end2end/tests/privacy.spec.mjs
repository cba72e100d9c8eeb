// Data protection: somebody is erased on the organiser's page, and a tablet that was sent out holds nothing of others any more.
import { AT, choose, dealOfDemo, Hall } from '../hall.mjs';
import { keeps } from '../disk.mjs';
import { holdBack, WATCHED } from '../requests.mjs';
import { expect, test } from '../test.mjs';

const OFFICE = { width: 1280, height: 900 };
const TABLET = { width: 1180, height: 820 };
const HER = 'Bakkerud Bygg AS';
const HERS = 'Nytt tak over gapahuken';

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
});

test.afterEach(async () => {
  await hall.end();
});

/** Everything in the drawers of the page's disk but the outbox. Runs in the page. */
async function held() {
  const opening = indexedDB.open('borsklokka/drammen');
  const database = await new Promise((done) => {
    opening.onsuccess = () => done(opening.result);
  });
  const texts = [];
  for (const drawer of ['board', 'draft']) {
    const asked = database.transaction(drawer).objectStore(drawer).getAll();
    await new Promise((done) => {
      asked.onsuccess = done;
    });
    texts.push(...asked.result.filter((value) => typeof value === 'string'));
  }
  database.close();
  return texts.join('\n');
}

test('a participant is erased, and every screen and the disk of a tablet forget the name', async ({ browser }) => {
  const tablet = await hall.window(browser, TABLET, { role: 'broker' });
  await hall.show(tablet, 'broker');
  await tablet.evaluate(keeps, ['board', 'last', HER]);
  const wall = await hall.window(browser, OFFICE);
  await hall.show(wall, 'wall');
  const { participants } = (await hall.welcome()).board;
  const her = participants.find(({ name }) => name === HER);
  const service = dealOfDemo(1);
  await hall.post({ ...service, givers: [her.id], bargain: { kind: 'one_way', service: { text: HERS } } });
  const tape = wall.getByTestId('tape');
  await expect(tape).toContainText(HERS);
  await expect(tape).toContainText(her.symbol);

  const office = await hall.window(browser, OFFICE, { role: 'organiser', ...WATCHED });
  await hall.show(office, 'organiser');
  await office.getByTestId('rail-privacy').click();
  await expect(office.getByTestId('privacy-held')).toBeVisible();
  await office.getByTestId('privacy-search').fill(HER);
  await expect(office.getByTestId('privacy-person')).toHaveCount(1);
  await office.getByTestId('privacy-erase').click();
  await expect(office.getByTestId('privacy-goes')).not.toBeEmpty();
  await expect(office.getByTestId('privacy-stays'), 'her deals stay whole').toBeHidden();
  // What goes with the other choice is asked for: until it is there, she would erase what she has not seen.
  const { release } = await holdBack(office, '**/privacy/*extent=whole');
  await office.getByTestId('privacy-whole').check();
  await expect(office.getByTestId('privacy-confirm')).toBeDisabled();
  await release();
  await expect(office.getByTestId('privacy-confirm')).toBeEnabled();
  await expect(office.getByTestId('privacy-stays')).toContainText('at 1 avtale ble inngått');
  await office.getByTestId('privacy-name').fill('en annen');
  await office.getByTestId('privacy-confirm').click();
  await expect(office.getByTestId('privacy-erasing').getByRole('alert')).toContainText(HER);
  await office.getByTestId('privacy-name').fill(HER);
  await office.getByTestId('privacy-confirm').click();
  await expect(office.getByTestId('privacy-erasures')).toBeVisible();

  // Neither what she said nor what she is called, and nobody is asked for what she offered or wished.
  await expect(tape).not.toContainText(HERS);
  await expect(tape.locator('.tape-piece').first()).toBeVisible();
  await expect(tape).not.toContainText(her.symbol);
  await expect(wall.locator('body')).not.toContainText(HERS);
  await expect.poll(() => tablet.evaluate(held), { timeout: 30_000 }).toContain('Slettet deltaker');
  expect(await tablet.evaluate(held)).not.toContain(HER);
  const { board } = await hall.welcome();
  expect(JSON.stringify(board)).not.toContain(HER);
  const { listings } = await (await office.request.get(hall.server.url('/api/v1/exchanges/drammen/catalogue'))).json();
  expect(listings.length).toBeGreaterThan(0);
  expect(listings.filter(({ participant }) => participant === her.id)).toEqual([]);
});

test('a tablet that is sent out holds no board and no draft, and keeps what waits', async ({ browser }) => {
  const tablet = await hall.window(browser, TABLET, { role: 'broker' });
  await hall.show(tablet, 'broker');
  await tablet.evaluate(keeps, ['board', 'last', HER]);
  await tablet.context().setOffline(true);
  await choose(tablet, 'giver', 'BAKK');
  await choose(tablet, 'receiver', 'ELVE');
  await tablet.locator(AT.field('service')).fill('Ligger i utboksen');
  await tablet.locator(AT.post).click();
  await tablet.locator(AT.field('service')).fill('Under arbeid');
  await tablet.evaluate(keeps, ['draft', 'deal', 'Under arbeid']);

  const token = hall.token('organiser');
  const devices = await fetch(hall.server.url('/api/v1/exchanges/drammen/devices'), { headers: { authorization: `Bearer ${token}` } });
  const brokers = (await devices.json()).devices.filter(({ role }) => role === 'broker');
  for (const { id } of brokers) {
    await fetch(hall.server.url(`/api/v1/exchanges/drammen/devices/${id}`), {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
  }
  await tablet.context().setOffline(false);
  await expect(tablet.getByTestId('session-ended')).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => tablet.evaluate(held)).toBe('');
  // It stays so: nothing is kept there from now on.
  await tablet.locator(AT.field('service')).fill('Etterpå');
  await expect(tablet.getByTestId('session-ended')).toContainText('1');
  const waiting = await tablet.evaluate(async () => {
    const opening = indexedDB.open('borsklokka/drammen');
    const database = await new Promise((done) => {
      opening.onsuccess = () => done(opening.result);
    });
    const asked = database.transaction('outbox').objectStore('outbox').getAll();
    await new Promise((done) => {
      asked.onsuccess = done;
    });
    database.close();
    return asked.result.join('\n');
  });
  expect(waiting).toContain('Ligger i utboksen');
  expect(await tablet.evaluate(held)).toBe('');
});
