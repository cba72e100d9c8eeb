// An evening in short: the first set-up, pairing, the bell, deals from a tablet to the wall and a phone, a server that is
// killed in the middle, and the closing bell. Each person has a browser of their own.
import { choose } from '../hall.mjs';
import { Server } from '../server.mjs';
import { expect, test } from '../test.mjs';

const PASSPHRASE = 'en lang setning om børsen';

/** @type {Server} */
let server;

test.beforeEach(async () => {
  server = await new Server().start();
});

test.afterEach(async () => {
  await server.remove();
});

async function screen(browser, path, viewport) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.loads = 0;
  page.on('load', () => (page.loads += 1));
  await page.goto(path.startsWith('http') ? path : server.url(path));
  return page;
}

async function pairBroker(browser, name) {
  const page = await screen(browser, server.printed(/http:\S+\/pair\S+/), { width: 1180, height: 820 });
  await page.getByTestId('pair-name').fill(name);
  const pages = await page.evaluate(() => history.length);
  await page.getByTestId('pair-submit').click();
  await expect(page.getByTestId('post')).toBeVisible();
  // Going back from the desk does not lead to the question for a code.
  expect(await page.evaluate(() => history.length)).toBe(pages);
  return page;
}

/** The organiser sets the server up and makes a code; the moderator's device is paired with it. */
async function pairModerator(browser) {
  const organiser = await screen(browser, server.printed(/http:\S+\/setup\S+/), { width: 1280, height: 860 });
  await organiser.getByTestId('passphrase').fill(PASSPHRASE);
  await organiser.getByTestId('passphrase-again').fill(PASSPHRASE);
  await organiser.getByTestId('setup-submit').click();
  await expect(organiser.getByTestId('exchange-link').first()).toBeVisible();
  // The set-up link is of localhost; cookies are per host, so the organiser stays there.
  await organiser.goto(new URL('/drammen/organiser#devices', organiser.url()).href);
  await organiser.getByTestId('pairing-role').selectOption('moderator');
  await organiser.getByTestId('pairing-make').click();
  const code = await organiser.getByTestId('pairing-code').innerText();
  const moderator = await screen(browser, '/drammen/pair', { width: 1180, height: 820 });
  await moderator.getByTestId('pair-code').fill(code);
  await moderator.getByTestId('pair-name').fill('Berit');
  await moderator.getByTestId('pair-submit').click();
  await expect(moderator.getByTestId('bell')).toBeVisible();
  return moderator;
}

/** Holds the bell until what comes of it is seen. */
async function hold(moderator, seen) {
  await expect(moderator.getByTestId('bell')).toBeEnabled();
  const box = await moderator.getByTestId('bell').boundingBox();
  await moderator.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await moderator.mouse.down();
  await seen();
  await moderator.mouse.up();
}

async function post(broker, giver, receiver, service) {
  const clear = broker.getByTestId('clear');
  if (await clear.isVisible()) await clear.click();
  await choose(broker, 'giver', giver);
  await choose(broker, 'receiver', receiver);
  await broker.getByTestId('service').fill(service);
  await broker.getByTestId('post').click();
}

test('a deal goes from a tablet to the wall and the phone, through a kill, until the closing bell', async ({
  browser,
}) => {
  const wall = await screen(browser, '/drammen/wall', { width: 1920, height: 1080 });
  const phone = await screen(browser, '/drammen', { width: 390, height: 844 });
  const moderator = await pairModerator(browser);
  const broker = await pairBroker(browser, 'Ingrid');
  const screens = [wall, phone, moderator, broker];

  // Before the bell the tablet says at once what the server would refuse.
  await post(broker, 'BAKK', 'ELVE', 'For tidlig ute');
  await expect(broker.getByText('ikke åpnet ennå').first()).toBeVisible();

  await hold(moderator, () => expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', 'open'));

  // What it refused then is no longer true, and is sent with one press.
  const early = broker.getByTestId('deal').filter({ hasText: 'For tidlig ute' });
  await expect(early).toHaveAttribute('data-state', 'due');
  await expect(broker.getByText('ikke åpnet ennå')).toHaveCount(0);
  await expect(early.getByTestId('send-again')).toBeVisible();
  await broker.getByTestId('send-again-last').click();
  await expect(early).toHaveAttribute('data-state', 'posted');

  await post(broker, 'BAKK', 'ELVE', '20 timer snekkerhjelp til ny brygge');
  await expect(wall.getByTestId('count')).toHaveText('2');
  await expect(wall.getByTestId('hero')).toContainText('20 timer snekkerhjelp til ny brygge');
  await expect(phone.getByTestId('count')).toHaveText('2');
  await post(broker, 'TRAN', 'ELVE', 'Varebil med sjåfør, én lørdag');
  for (const page of screens) await expect(page.getByTestId('count')).toHaveText('3');

  // The server is killed; a deal that is written meanwhile waits on the tablet.
  await server.kill();
  await expect(wall.getByTestId('connection')).not.toHaveAttribute('data-state', 'connected');
  await expect(wall.getByTestId('hero')).toContainText('Varebil');
  await post(broker, 'ELVE', 'BAKK', 'Padlekurs for femten ansatte');
  const kept = broker.getByTestId('deal').filter({ hasText: 'Padlekurs for femten ansatte' });
  await expect(kept).not.toHaveAttribute('data-state', 'posted');
  await server.start();
  for (const page of screens) await expect(page.getByTestId('count')).toHaveText('4', { timeout: 45_000 });
  await expect(kept).toHaveAttribute('data-state', 'posted');
  for (const page of screens) expect(page.loads, 'nobody loaded anew').toBeLessThanOrEqual(page === wall || page === phone ? 1 : 3);

  // The closing bell; what is written after it does not count until the moderator lets it in, and says so.
  await hold(moderator, () => expect(moderator.getByTestId('bell')).toHaveAttribute('data-armed', 'true'));
  await hold(moderator, () => expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', 'closed'));
  await expect(broker.getByTestId('post')).toContainText('konferansieren');
  await post(broker, 'BAKK', 'TRAN', 'For sent ute');
  const late = broker.getByTestId('deal').filter({ hasText: 'For sent ute' });
  await expect(late).toHaveAttribute('data-state', 'held');
  for (const page of screens) await expect(page.getByTestId('count')).toHaveText('4');
  expect(server.check()).toContain('4 deals');
});

test('a rehearsal fills the wall by itself', async ({ browser }) => {
  await server.kill();
  await server.start('--rehearse', '--pace', '10');
  const wall = await screen(browser, '/drammen/wall', { width: 1024, height: 768 });
  // The second deal or any later one: ten times as fast as people strike them.
  await expect(wall.getByTestId('hero-number')).toContainText(/[2-9]|\d\d/, { timeout: 30_000 });
  await expect(wall.getByTestId('row').first()).toBeVisible();
});
