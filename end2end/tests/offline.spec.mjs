// A tablet on bad Wi-Fi: it starts and writes with no network, is closed and opened again, and every deal is on the wall
// once, in the order in which it was written. The line is cut for real: its port is closed and the browser is offline.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LAUNCH } from '../chromium.mjs';
import { keeps } from '../disk.mjs';
import { AT, choose, Hall } from '../hall.mjs';
import { FROM_HALL, HALL_ADDRESS } from '../address.mjs';
import { Line } from '../line.mjs';
import { chromium, expect, test } from '../test.mjs';

const demo = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8'));
const TABLET = { width: 1180, height: 820 };
const PAIRS = [['BAKK', 'ELVE'], ['TRAN', 'ELVE'], ['KAFF', 'SPEI']];
/** Back-off and the wait for a lost answer are seconds long. */
const BACK_MS = 60_000;

/** @type {Hall} */
let hall;
/** @type {Line} */
let line;
let profile;
let context;
let written;

test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
  line = await Line.open(() => hall.server.listen);
  profile = mkdtempSync(join(tmpdir(), 'borsklokka-tablet-'));
  written = [];
});

test.afterEach(async () => {
  await context?.close();
  rmSync(profile, { recursive: true, force: true });
  await line.cut();
  await hall.end();
});

/** Opens the tablet's browser, with everything that it kept. */
async function openTablet({ offline = false } = {}) {
  context = await chromium.launchPersistentContext(profile, {
    ...LAUNCH,
    args: [...LAUNCH.args, ...FROM_HALL],
    viewport: TABLET,
    locale: 'nb-NO',
    timezoneId: 'Europe/Oslo',
    offline,
  });
  const tablet = context.pages()[0];
  await tablet.goto(line.url('/drammen/broker'));
  await expect(tablet.locator(AT.post)).toBeVisible();
  return tablet;
}

/** A paired tablet that has the board on it, and the app if it may keep that. */
async function pairTablet(offline = 'ready') {
  context = await chromium.launchPersistentContext(profile, { ...LAUNCH, viewport: TABLET });
  const cookie = { name: 'borsklokka_drammen', value: hall.token('broker'), url: line.url('/'), httpOnly: true };
  await context.addCookies([{ ...cookie, sameSite: 'Strict', expires: Date.now() / 1_000 + 86_400 }]);
  await context.close();
  const tablet = await openTablet();
  await expect(tablet.locator('[data-offline]')).toHaveAttribute('data-offline', offline, { timeout: 20_000 });
  await tablet.evaluate(keeps, ['board', 'last', '"clock":{']);
  return tablet;
}

async function write(tablet, text) {
  const [giver, receiver] = PAIRS[written.length % PAIRS.length];
  await choose(tablet, 'giver', giver);
  await choose(tablet, 'receiver', receiver);
  await tablet.locator(AT.field('service')).fill(text);
  await tablet.locator(AT.post).click();
  await expect(tablet.getByTestId('deal').filter({ hasText: text })).toBeVisible();
  written.push(text);
}

async function writeMany(tablet, count) {
  for (let nth = 0; nth < count; nth += 1) await write(tablet, `Uten nett, avtale ${written.length + 1}.`);
}

/** The texts of the public deals but for the hall's first, in the order of their numbers. */
async function onTheWall() {
  const { board } = await hall.welcome();
  const deals = Object.values(board.deals).filter((deal) => deal.number > 1);
  deals.sort((one, other) => one.number - other.number);
  return deals.map((deal) => ({ text: deal.terms.bargain.service.text, late: Boolean(deal.late_at) }));
}

async function expectAllOnTheWall(late = false) {
  await expect
    .poll(onTheWall, { timeout: BACK_MS })
    .toEqual(written.map((text) => ({ text, late })));
}

/** Rings the closing bell and waits for its stroke. */
async function closeFloor() {
  await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });
  const hasStruck = async () => {
    const { board, server_ms } = await hall.welcome();
    return Date.parse(board.floor[0].closed_at) <= server_ms;
  };
  await expect.poll(hasStruck).toBe(true);
}

async function loseNetwork() {
  await line.cut();
  await context.setOffline(true);
}

async function findNetwork() {
  await line.mend();
  await context.setOffline(false);
}

test('twenty deals without a network, through a reload and a closed browser, come late and once', async () => {
  test.setTimeout(180_000);
  let tablet = await pairTablet();
  await loseNetwork();
  await writeMany(tablet, 8);
  await tablet.locator(AT.field('service')).fill('En kladd som ikke er sendt');
  await expect(tablet.getByTestId('outbox')).toContainText('8');
  await tablet.evaluate(keeps, ['draft', 'deal', 'En kladd som ikke er sendt']);

  await tablet.reload();
  await expect(tablet.locator(AT.field('service'))).toHaveValue('En kladd som ikke er sendt');
  await expect(tablet.getByTestId('outbox')).toContainText('8');
  await writeMany(tablet, 6);
  // A deal is in the list before it is on the disk.
  await expect(tablet.getByTestId('deal').and(tablet.locator('[data-state="kept"]'))).toHaveCount(14);

  await context.close();
  tablet = await openTablet({ offline: true });
  await expect(tablet.getByTestId('outbox')).toContainText('14');
  await writeMany(tablet, 6);
  expect(await onTheWall()).toEqual([]);

  // The floor closes while the tablet is away.
  await closeFloor();
  await findNetwork();
  await expectAllOnTheWall(true);
  await expect(tablet.getByTestId('outbox')).toBeHidden();
  // The hall's first deal was this device's too.
  await expect(tablet.getByTestId('deal').and(tablet.locator('[data-state="posted"]'))).toHaveCount(21);
  expect(hall.server.check()).toContain('21 deals');
});

test('every answer is lost on the way: what was committed is not sent into a second deal @patient', async () => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  line.deafen();
  await writeMany(tablet, 3);
  await expect.poll(onTheWall, { timeout: BACK_MS }).toHaveLength(1);
  await line.cut();
  await line.mend();
  await expectAllOnTheWall();
  expect(hall.server.check()).toContain('4 deals');
});

test('the server is killed after the commit and before its answer', async () => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  for (const nth of [1, 2, 3]) {
    // Nothing that the server says from here on arrives: the deal is committed and its answer is not.
    line.deafen();
    await write(tablet, `Drept etter lagring, avtale ${nth}.`);
    await expect.poll(onTheWall, { timeout: BACK_MS }).toHaveLength(nth);
    await hall.server.kill();
    await line.cut();
    await hall.server.start('--commands-per-minute', '100000');
    await line.mend();
    await expect(tablet.getByTestId('outbox')).toBeHidden({ timeout: BACK_MS });
    await expectAllOnTheWall();
  }
  expect(hall.server.check()).toContain('4 deals');
});

test('a deal that is refused stays until it is mended or deleted; one from paper is the moderator\'s to decide @patient', async () => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  const held = (date) => hall.ask('organiser', { type: 'configure', settings: { ...demo.settings, date } });
  await loseNetwork();
  // The organiser moves the day meanwhile: what the tablet's deals promise lies before it.
  await held('2036-01-01');
  await writeMany(tablet, 2);
  await findNetwork();
  const refused = tablet.getByTestId('deal').and(tablet.locator('[data-state="refused"]'));
  await expect(refused).toHaveCount(2, { timeout: BACK_MS });
  await expect(refused.first().getByTestId('refusal')).not.toBeEmpty();
  await tablet.reload();
  await expect(refused).toHaveCount(2);

  await refused.first().getByTestId('delete').click();
  await refused.first().getByTestId('delete').click();
  await expect(refused).toHaveCount(1);
  await held(demo.settings.date);
  await refused.getByTestId('mend').click();
  await tablet.locator(AT.field('service')).fill('Rettet og sendt på nytt.');
  await tablet.locator(AT.post).click();
  await expect.poll(onTheWall).toEqual([{ text: 'Rettet og sendt på nytt.', late: false }]);
  await expect(refused).toHaveCount(0);

  await closeFloor();
  await tablet.getByTestId('from-paper').check();
  await write(tablet, 'Sto på papir.');
  await expect(tablet.getByTestId('deal').filter({ hasText: 'Sto på papir.' })).toHaveAttribute('data-state', 'held');
  // It was said of that deal alone.
  await expect(tablet.getByTestId('from-paper')).not.toBeChecked();
});

test('a tablet that was paired away keeps its outbox, and the organiser reads it in from a file @patient', async ({ browser }) => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  await loseNetwork();
  await writeMany(tablet, 2);
  const devices = hall.server.url('/api/v1/exchanges/drammen/devices');
  const headers = { authorization: `Bearer ${hall.token('organiser')}` };
  const { devices: paired } = await (await fetch(devices, { headers })).json();
  const lost = paired.find(({ name }) => name === 'Ingrid');
  await fetch(`${devices}/${lost.id}`, { method: 'DELETE', headers });
  await findNetwork();
  await expect(tablet.getByTestId('session-ended')).toContainText('2 meldinger ligger trygt', { timeout: BACK_MS });
  const downloading = tablet.waitForEvent('download');
  await tablet.getByTestId('session-ended').getByTestId('save-outbox').click();
  const file = await (await downloading).path();
  await expect(tablet.getByTestId('session-ended')).toContainText('2 meldinger');
  // Also to whoever takes it up later.
  await tablet.reload();
  await expect(tablet.getByTestId('kept')).toContainText('2 meldinger');
  await expect(tablet.getByTestId('save-outbox')).toBeVisible();

  const organiser = await hall.window(browser, { width: 1280, height: 860 });
  await hall.show(organiser, 'organiser');
  await organiser.getByTestId('rail-devices').click();
  const buffer = Buffer.from('{"noe":"annet"}');
  await organiser.getByTestId('read-outbox').setInputFiles({ name: 'annet.json', mimeType: 'application/json', buffer });
  await expect(organiser.getByTestId('alert')).toContainText('ikke en utboks');
  await organiser.getByTestId('read-outbox').setInputFiles(file);
  await expect(organiser.getByTestId('outbox-read')).toHaveText('2 av 2 er sendt inn.');
  await expectAllOnTheWall();
  // They are the tablet's all the same, whoever brought them.
  const { board } = await hall.welcome();
  const brokers = Object.values(board.deals).map(({ broker }) => broker.name);
  expect([...new Set(brokers)]).toEqual(['Ingrid']);
  await organiser.getByTestId('read-outbox').setInputFiles(file);
  await expect(organiser.getByTestId('outbox-read')).toContainText('2 av dem var alt her');
  // What is not taken is not counted as sent, and is called by what was agreed.
  const broken = JSON.parse(readFileSync(file, 'utf8'));
  broken.records[0].message.command.type = 'poast_deal';
  await organiser.getByTestId('read-outbox').setInputFiles({ name: 'feil.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(broken)) });
  await expect(organiser.getByTestId('outbox-refused')).toContainText(broken.records[0].message.command.terms.bargain.service.text);
  await expect(organiser.getByTestId('outbox-read')).toHaveText('1 av 2 er sendt inn, 1 av dem var alt her.');
  await expectAllOnTheWall();
});

test('an old outbox that is read in again rolls nothing back @patient', async ({ browser }) => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  await write(tablet, 'Kaker til basaren.');
  await expectAllOnTheWall();
  const own = tablet.getByTestId('deal').filter({ hasText: 'Kaker til basaren.' });
  await expect(own).toHaveAttribute('data-state', 'posted');
  await expect(tablet.getByTestId('outbox')).toBeHidden();
  await loseNetwork();
  await own.click();
  await own.getByTestId('amend').click();
  await tablet.locator(AT.field('service')).fill('Kaker og kaffe til basaren.');
  await tablet.locator(AT.post).click();
  await expect(tablet.getByTestId('outbox')).toContainText('1');
  const downloading = tablet.waitForEvent('download');
  await tablet.getByTestId('save-outbox').click();
  const file = await (await downloading).path();

  const organiser = await hall.window(browser, { width: 1280, height: 860 });
  await hall.show(organiser, 'organiser');
  await organiser.getByTestId('rail-devices').click();
  const readIn = () => organiser.getByTestId('read-outbox').setInputFiles(file);
  const texts = async () => (await onTheWall()).map(({ text }) => text);
  // The server never saw the amendment: it goes in.
  await readIn();
  await expect(organiser.getByTestId('outbox-read')).toHaveText('1 av 1 er sendt inn.');
  await expect.poll(texts).toEqual(['Kaker og kaffe til basaren.']);

  const { board } = await hall.welcome();
  const deal = Object.values(board.deals).find(({ number }) => number === 2);
  const { terms } = deal;
  terms.bargain.service.text = 'Kaker og saft til basaren.';
  await hall.ask('moderator', { type: 'amend_deal', deal: deal.id, terms });
  await expect.poll(texts).toEqual(['Kaker og saft til basaren.']);
  await readIn();
  await expect(organiser.getByTestId('outbox-read')).toHaveText('1 av 1 er sendt inn, 1 av dem var alt her.');
  expect(await texts()).toEqual(['Kaker og saft til basaren.']);
  // Nor does the tablet, which sends it itself when it is back.
  await findNetwork();
  await expect(tablet.getByTestId('outbox')).toBeHidden({ timeout: BACK_MS });
  expect(await texts()).toEqual(['Kaker og saft til basaren.']);
});

test('corrections in a row are nobody else\'s, on a slow line and on none, and arrive in order', async () => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  await write(tablet, 'Kaker til basaren.');
  await expectAllOnTheWall();
  const own = tablet.getByTestId('deal').filter({ hasText: 'Kaker til basaren.' });
  await expect(own).toHaveAttribute('data-state', 'posted');
  await expect(tablet.getByTestId('outbox')).toBeHidden();
  await own.click();
  /** Corrects the deal once more. */
  const correct = async (text, waiting) => {
    await own.getByTestId('amend').click();
    await tablet.locator(AT.field('service')).fill(text);
    await tablet.locator(AT.post).click();
    await expect(tablet.getByTestId('outbox')).toContainText(`${waiting}`);
    await expect(tablet.locator('.field-error')).toHaveCount(0);
    await expect(tablet.getByTestId('doubt')).toHaveCount(0);
  };
  // The server hears, and nobody hears the server.
  line.deafen();
  await correct('Kaker og kaffe.', 1);
  await correct('Kaker, kaffe og saft.', 2);
  await loseNetwork();
  // Each is a correction of the one before.
  await own.getByTestId('amend').click();
  await expect(tablet.locator(AT.field('service'))).toHaveValue('Kaker, kaffe og saft.');
  await correct('Kaker, kaffe, saft og vafler.', 3);
  await findNetwork();
  await expect.poll(async () => (await onTheWall()).map(({ text }) => text), { timeout: BACK_MS }).toEqual([
    'Kaker, kaffe, saft og vafler.',
  ]);
  await expect(tablet.getByTestId('outbox')).toBeHidden({ timeout: BACK_MS });
  await expect(tablet.getByTestId('refusal')).toHaveCount(0);
});

test('over plain http it writes without a network all the same, and says what it cannot @patient', async () => {
  test.skip(!HALL_ADDRESS, 'this machine has no address but loopback');
  test.setTimeout(120_000);
  await line.cut();
  line = await Line.open(() => hall.server.listen, HALL_ADDRESS);
  // The server lets in whom it knows by that address.
  await hall.server.kill();
  await hall.server.start('--commands-per-minute', '100000', '--public-url', line.url(''));
  let tablet = await pairTablet('not_secure');
  await expect(tablet.getByTestId('offline-note')).toContainText('kan ikke åpnes igjen før nettet er tilbake');
  await loseNetwork();
  await writeMany(tablet, 3);
  await findNetwork();
  await expectAllOnTheWall();

  // Closed while it has deals, and opened where there is a network.
  await loseNetwork();
  await writeMany(tablet, 3);
  await tablet.locator(AT.field('service')).fill('En kladd som ikke er sendt');
  await tablet.evaluate(keeps, ['draft', 'deal', 'En kladd som ikke er sendt']);
  await context.close();
  await line.mend();
  tablet = await openTablet();
  await expect(tablet.locator(AT.field('service'))).toHaveValue('En kladd som ikke er sendt');
  await expectAllOnTheWall();
  expect(hall.server.check()).toContain('7 deals');
});

test('a new version of the app waits until nothing is being written, and nothing waits to be sent @patient', async () => {
  test.setTimeout(120_000);
  const tablet = await pairTablet();
  let loads = 0;
  tablet.on('load', () => (loads += 1));
  // The page looks every two seconds.
  const expectToWait = async () => {
    await tablet.waitForTimeout(5_000);
    expect(await tablet.evaluate(hasWaiting)).toBe(true);
    expect(loads).toBe(0);
  };
  await tablet.locator(AT.field('service')).fill('En avtale som skrives');
  const worker = await (await fetch(line.url('/sw.js'))).text();
  line.renewWorker(worker.replace(/borsklokka-[0-9a-f]+/, 'borsklokka-newer'));
  const hasWaiting = () => navigator.serviceWorker.getRegistration().then((registration) => Boolean(registration.waiting));
  await tablet.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()));
  await expect.poll(() => tablet.evaluate(hasWaiting)).toBe(true);
  await expectToWait();
  // The form is empty then, and the outbox is not.
  await loseNetwork();
  await write(tablet, 'En avtale som venter på nett.');
  await expectToWait();
  await findNetwork();
  await expectAllOnTheWall();
  await expect.poll(() => loads, { timeout: 20_000 }).toBe(1);
  await expect(tablet.locator(AT.post)).toBeVisible();
  expect(await tablet.evaluate(() => caches.keys())).toEqual(['borsklokka-newer']);
});
