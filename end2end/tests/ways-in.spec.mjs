// How organisers come in beside the passphrase: by a link in a mail, and by a passkey; what they find there; and what a screen says whose
// exchange is gone.
import { readFileSync } from 'node:fs';
import { SCREENS } from '../hall.mjs';
import { PostOffice } from '../post.mjs';
import { Server } from '../server.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const OPERATORS = 'en lang setning om børsen';
const HERS = 'hennes helt egne setning';
const OTHER = 'en ganske annen setning';
const KARI = 'kari@example.org';
/** Those of the demo's exchange, for another one. */
const SETTINGS = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8')).settings;

test.use({ actionTimeout: 15_000 });

/** @type {Server} */
let server;
/** @type {PostOffice} */
let office;
test.beforeEach(async () => {
  server = new Server();
  office = await PostOffice.open();
});
test.afterEach(async () => {
  await server.remove();
  office.close();
});

async function window(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nb-NO', timezoneId: 'Europe/Oslo', reducedMotion: 'reduce' });
  return context.newPage();
}

/** Sets the server up; gives the operator's page. */
async function operator(browser) {
  const page = await window(browser);
  await page.goto(server.printed(/http:\S+\/setup\S+/));
  await page.getByTestId('passphrase').fill(OPERATORS);
  await page.getByTestId('passphrase-again').fill(OPERATORS);
  await page.getByTestId('setup-submit').click();
  await page.getByTestId('organisers').click();
  return page;
}

async function choose(page, link, passphrase) {
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByTestId('passphrase').fill(passphrase);
  await page.getByTestId('passphrase-again').fill(passphrase);
  await page.getByTestId('choose-submit').click();
  await page.getByTestId('own-account').waitFor();
}

/** The link in the newest letter to Kari in which a text stands. */
async function linkIn(text) {
  await expect.poll(() => office.lettersTo(KARI, text).length).toBeGreaterThan(0);
  const [link] = office.lettersTo(KARI, text).at(-1)?.match(/http:\S+\/account#[0-9a-f]+/) ?? [''];
  return link;
}

/** The server at an address with a name: this machine's own. */
async function startNamed() {
  await server.start();
  await server.kill();
  const [, port] = server.listen.split(':');
  const named = `http://localhost:${port}`;
  await server.start('--public-url', named);
  return (path) => `${named}${path}`;
}

test('an invitation and a forgotten passphrase go by mail', async ({ browser }) => {
  await server.start('--smtp', office.url, '--mail-from', 'Frivilligbørs Drammen <post@example.org>');
  const desk = await operator(browser);
  await desk.getByTestId('invite-name').fill('Kari');
  await desk.getByTestId('invite-email').fill(KARI);
  await expect(desk.getByTestId('invite-by-mail')).toBeChecked();
  await desk.getByTestId('invite-submit').click();
  const line = desk.getByTestId('account-mail-line').first();
  await expect(line).toContainText('Invitasjon på e-post');
  await expect(desk.getByTestId('account-link-shown')).toHaveCount(0);

  const hers = await window(browser);
  await choose(hers, await linkIn('invitert'), HERS);
  await expect(async () => {
    await desk.reload();
    await expect(line).toHaveAttribute('data-state', 'sent', { timeout: 1_000 });
  }).toPass();
  expect(await violations(desk)).toEqual([]);

  const stranger = await window(browser);
  await stranger.goto(server.url('/'));
  await stranger.getByTestId('forgotten').click();
  await expect(stranger.getByTestId('alert')).toContainText('Skriv e-postadressen din');
  for (const email of ['nobody@example.org', KARI]) {
    await stranger.getByTestId('account-email').fill(email);
    await stranger.getByTestId('forgotten').click();
    await expect(stranger.getByTestId('forgotten-sent')).toContainText('Hvis det finnes en konto');
  }
  expect(await violations(stranger)).toEqual([]);
  await choose(stranger, await linkIn('glemt'), OTHER);
  await hers.goto(server.url('/account'));
  await expect(hers.getByTestId('account-email')).toBeVisible();
  await expect.poll(() => office.lettersTo(KARI, 'nettopp byttet').length).toBe(1);
  expect(office.lettersTo('nobody@example.org')).toEqual([]);
});

test('a passkey is added, logs in, and is removed', async ({ browser }) => {
  const at = await startNamed();
  const desk = await operator(browser);
  await desk.getByTestId('invite-name').fill('Kari');
  await desk.getByTestId('invite-email').fill(KARI);
  await desk.getByTestId('invite-submit').click();
  const link = await desk.getByTestId('account-link-text').inputValue();

  const hers = await window(browser);
  const devtools = await hers.context().newCDPSession(hers);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  });
  await choose(hers, link, HERS);
  await hers.goto(at('/account'));
  const rows = hers.getByTestId('passkey-row');
  await hers.getByTestId('passkey-add').click();
  await hers.getByTestId('passkey-name').fill('Telefonen');
  await hers.getByTestId('passkey-passphrase').fill('tre ganske gale ord');
  await hers.getByTestId('passkey-make').click();
  await expect(hers.getByTestId('alert')).toBeVisible();
  await hers.getByTestId('passkey-passphrase').fill(HERS);
  await hers.getByTestId('passkey-make').click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Telefonen');
  await expect(rows).toContainText('aldri brukt');
  expect(await violations(hers)).toEqual([]);

  await hers.goto(at('/'));
  await hers.getByTestId('own-account').waitFor();
  await hers.context().clearCookies();
  await hers.reload();
  await hers.getByTestId('passkey-log-in').click();
  await expect(hers.getByTestId('own-account')).toContainText('Kari');

  await hers.goto(at('/account'));
  await expect(rows).toContainText('sist brukt');
  await hers.getByTestId('passkey-rename').click();
  await hers.getByTestId('passkey-new-name').fill('Nettbrettet');
  await hers.getByTestId('passkey-rename-now').click();
  await expect(rows).toContainText('Nettbrettet');
  await hers.getByTestId('passkey-remove').click();
  await expect(rows).toHaveCount(0);

  await hers.context().clearCookies();
  await hers.goto(at('/'));
  await hers.getByTestId('passkey-log-in').click();
  await expect(hers.getByTestId('alert')).toContainText('Ingen konto her har denne passnøkkelen');
  await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
});

test('where the address has no name, it is said that there are no passkeys', async ({ browser }) => {
  await server.start();
  const desk = await operator(browser);
  await desk.getByTestId('invite-name').fill('Kari');
  await desk.getByTestId('invite-email').fill(KARI);
  await desk.getByTestId('invite-submit').click();
  const hers = await window(browser);
  await choose(hers, await desk.getByTestId('account-link-text').inputValue(), HERS);
  await hers.goto(server.url('/account'));
  await expect(hers.getByTestId('passkeys-not-here')).toContainText('Passnøkler trenger https');
  await hers.context().clearCookies();
  await hers.goto(server.url('/'));
  await hers.getByTestId('account-email').waitFor();
  await expect(hers.getByTestId('passkey-log-in')).toHaveCount(0);
  await expect(hers.getByTestId('forgotten')).toHaveCount(0);
});

test('screens of an exchange that was deleted say so, and no longer that the network is away @patient', async ({ browser }) => {
  await server.start();
  const desk = await operator(browser);
  const [wall, phone, tablet, organiser, late] = await Promise.all(Array.from({ length: 5 }, () => window(browser)));
  const token = server.token('broker', 'Ingrid');
  const cookie = { name: 'borsklokka_drammen', value: token, url: server.url('/') };
  await tablet.context().addCookies([cookie]);
  await organiser.context().addCookies(await desk.context().cookies());
  await wall.goto(server.url('/drammen/wall'));
  await phone.goto(server.url('/drammen'));
  await tablet.goto(server.url('/drammen/broker'));
  await organiser.goto(new URL('/drammen/organiser', desk.url()).href);
  for (const page of [wall, phone]) await expect(page.getByTestId('connection')).toHaveAttribute('data-state', 'connected');
  await tablet.locator(SCREENS.broker.ready).first().waitFor();
  await organiser.getByTestId('organiser-page').waitFor();

  const status = await desk.evaluate(async () => {
    const { exchanges } = await (await fetch('/api/v1/exchanges')).json();
    const [{ name }] = exchanges;
    const deleted = await fetch('/api/v1/exchanges/drammen', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    return deleted.status;
  });
  expect(status).toBe(204);
  const gone = 'Børsen finnes ikke her, eller den er slettet';
  await late.goto(server.url('/drammen'));
  for (const page of [wall, phone, late, tablet, organiser]) await expect(page.getByTestId('not-here')).toContainText(gone, { timeout: 30_000 });
  await expect(organiser.getByTestId('organiser-page')).toHaveCount(0);
  await expect(tablet.locator(SCREENS.broker.ready)).toHaveCount(0);
  const front = await tablet.context().newPage();
  await front.goto(server.url('/'));
  await front.goto(server.url('/'));
  await expect(front.locator('li', { has: front.getByTestId('known-desk') })).toContainText('Børsen er slettet');
  await front.close();
  // Nobody reads on them what was on the board, nor what is on its way over the wall.
  for (const [page, screen] of [[wall, 'wall'], [phone, 'phone']]) {
    await expect(page.getByTestId(screen)).toHaveCount(0);
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.seq)).toBe('0');
  }

  // Made anew at the same address, it is another: whoever only looks is there again by themselves, and so is who runs the server. The
  // tablet is none of its.
  const made = await desk.evaluate(async (settings) => {
    const answer = await fetch('/api/v1/exchanges', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ slug: 'drammen', settings }),
    });
    return answer.status;
  }, SETTINGS);
  expect(made).toBe(201);
  for (const [page, screen] of [[wall, 'wall'], [phone, 'phone'], [late, 'phone']]) {
    await expect(page.getByTestId(screen)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByTestId('not-here')).toHaveCount(0);
  }
  await expect(organiser.getByTestId('organiser-page')).toBeVisible({ timeout: 60_000 });
  await expect(tablet.getByTestId('not-here')).toHaveCount(0, { timeout: 60_000 });
  await expect(tablet.getByTestId('session-ended')).toBeVisible();
  await expect(tablet.locator(SCREENS.broker.ready)).toHaveCount(0);
});

test('two exchanges of one name are told apart, and a copy is called by its own year', async ({ browser }) => {
  await server.start();
  const desk = await operator(browser);
  const at = (testid) => desk.getByTestId(testid);
  const made = await desk.evaluate(async (settings) => {
    const answer = await fetch('/api/v1/exchanges', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ slug: 'drammen-2', settings }),
    });
    return answer.status;
  }, { ...SETTINGS, date: '2027-11-25' });
  expect(made).toBe(201);
  await desk.goto(new URL('/', desk.url()).href);
  const row = (slug) => desk.locator('li', { has: desk.locator(`[data-testid="exchange-link"][data-slug="${slug}"]`) });
  await expect(row('drammen').getByTestId('exchange-told')).toHaveText('26. november 2026 · /drammen');
  await expect(row('drammen-2').getByTestId('exchange-told')).toHaveText('25. november 2027 · /drammen-2');

  await row('drammen').getByTestId('copy-exchange').click();
  await expect(at('copy-name')).toHaveValue(`${SETTINGS.name} 2027`);
  await expect(at('copy-slug')).toHaveValue('drammen-2027');
  await at('copy-date').fill('2028-11-23');
  await expect(at('copy-name')).toHaveValue(`${SETTINGS.name} 2028`);
  await expect(at('copy-slug')).toHaveValue('drammen-2028');
  // What a hand wrote stays.
  await at('copy-name').fill('Frivilligbørs på Strømsø');
  await at('copy-date').fill('2029-11-22');
  await expect(at('copy-name')).toHaveValue('Frivilligbørs på Strømsø');
  await at('copy-form').getByRole('button', { name: 'Avbryt' }).click();

  await row('drammen-2').getByTestId('delete-exchange').click();
  await expect(at('delete-told')).toHaveText('25. november 2027 · /drammen-2');
  await at('delete-name').fill(SETTINGS.name);
  await at('delete-submit').click();
  await expect(at('delete-form').locator('.field-error')).toContainText('drammen-2');
  await at('delete-name').fill('drammen-2');
  await at('delete-submit').click();
  await expect(row('drammen-2')).toHaveCount(0);
  await expect(row('drammen')).toHaveCount(1);
});

test('where nobody is registered, nothing is said of a search and nobody can be chosen', async ({ browser }) => {
  await server.start();
  const desk = await operator(browser);
  const at = (testid) => desk.getByTestId(testid);
  await desk.goto(new URL('/', desk.url()).href);
  await at('new-name').fill('Elvestad');
  await at('new-place').fill('Biblioteket');
  await at('new-date').fill('2031-03-06');
  await at('new-submit').click();
  await at('rail-participants').click();
  await expect(at('participants-said')).toContainText('Ingen er påmeldt ennå');
  await expect(at('participant-search')).toBeHidden();
  await expect(at('choose-all')).toBeHidden();
  await desk.goto(new URL('/drammen/organiser#participants', desk.url()).href);
  await at('participant-search').fill('finnes ikke');
  await expect(at('participants-said')).toContainText('Ingen passer til søket');
  await expect(at('choose-all')).toBeHidden();
});

test('the link that sets the server up is one that opens, or the start says what is missing', async () => {
  await server.start('--trusted-proxy', '127.0.0.1');
  expect(server.greeting).toContain('this link opens nothing in plain http: start with --public-url');
  await server.kill();
  await server.start('--trusted-proxy', '127.0.0.1', '--public-url', 'https://bors.example.org');
  expect(server.greeting).toContain('Set up this server, once: https://bors.example.org/setup?token=');
  expect(server.greeting).not.toContain('opens nothing');
});
