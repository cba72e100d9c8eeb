// Organisers with accounts: the operator invites one, she chooses a passphrase in another browser, works in her exchange and sees no
// other, and is out at once when it is taken away.
import { findFaults } from '../faults.mjs';
import { LANGUAGES } from '../hall.mjs';
import { Server } from '../server.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const OPERATORS = 'en lang setning om børsen';
const HERS = 'hennes helt egne setning';
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const MEASURED = { ignored: '.hidden-text', overlays: '.none', wrapsOut: '.none', covers: '.none' };

test.use({ actionTimeout: 15_000 });

/** @type {Server} */
let server;
test.beforeEach(async () => {
  server = await new Server().start();
});
test.afterEach(() => server.remove());

/** A cookie is of one host: the operator came by the link that the server printed, she by the one that she was sent. */
const operators = (path) => new URL(path, server.printed(/http:\S+\/setup\S+/)).href;
const at = (path) => server.url(path);

async function window(browser, size) {
  const context = await browser.newContext({ viewport: size, locale: 'nb-NO', timezoneId: 'Europe/Oslo', reducedMotion: 'reduce' });
  return context.newPage();
}

/** Sets the server up; gives the operator's page. */
async function operator(browser) {
  const page = await window(browser, DESK);
  await page.goto(server.printed(/http:\S+\/setup\S+/));
  await page.getByTestId('passphrase').fill(OPERATORS);
  await page.getByTestId('passphrase-again').fill(OPERATORS);
  await page.getByTestId('setup-submit').click();
  await page.getByTestId('organisers').waitFor();
  return page;
}

/** Makes an exchange beside the demo's. */
async function another(page) {
  await page.getByTestId('new-name').fill('Elvestad');
  await page.getByTestId('new-place').fill('Biblioteket');
  await page.getByTestId('new-date').fill('2031-03-06');
  await page.getByTestId('new-submit').click();
  await page.getByTestId('organiser-page').waitFor();
}

/** Invites Kari to the demo's exchange; gives her link. */
async function invite(page) {
  await page.goto(operators('/accounts'));
  await page.getByTestId('invite-name').fill('Kari');
  await page.getByTestId('invite-email').fill('Kari@example.org');
  await page.locator('[data-testid="account-exchange"][data-slug="drammen"]').check();
  await page.getByTestId('invite-submit').click();
  // This server has an address that leads nobody else there.
  await expect(page.getByTestId('account-link-only-here')).toBeVisible();
  return page.getByTestId('account-link-text').inputValue();
}

/** Chooses her passphrase by a link. */
async function choose(page, link, passphrase) {
  await page.goto(link);
  await page.getByTestId('passphrase').fill(passphrase);
  await page.getByTestId('passphrase-again').fill(passphrase);
  await page.getByTestId('choose-submit').click();
}

async function logIn(page, passphrase) {
  await page.getByTestId('account-email').fill('kari@example.org');
  await page.getByTestId('account-passphrase').fill(passphrase);
  await page.getByTestId('account-submit').click();
}

const slugs = (page) => page.getByTestId('exchange-link').evaluateAll((links) => links.map((link) => link.dataset.slug));

test('an organiser is invited, works in her exchange alone, and is out at once', async ({ browser }) => {
  const hers = await window(browser, DESK);
  await hers.goto(at('/'));
  await expect(hers.getByTestId('login-passphrase')).toBeFocused();
  await expect(hers.getByTestId('account-email')).toHaveCount(0);

  const desk = await operator(browser);
  await another(desk);
  const link = await invite(desk);
  const row = desk.locator('[data-testid="account-row"][data-email="kari@example.org"]');
  await expect(row).toContainText('Invitert');

  await test.step('she chooses a passphrase, and sees one exchange', async () => {
    await choose(hers, link, 'for kort');
    await expect(hers.getByTestId('alert')).toContainText('Minst 12 tegn');
    await choose(hers, link, HERS);
    await expect(hers.getByTestId('own-account')).toContainText('Kari');
    expect(await slugs(hers)).toEqual(['drammen']);
    await expect(hers.getByTestId('new-name')).toHaveCount(0);
    await expect(hers.getByTestId('copy-exchange')).toHaveCount(0);
    const stranger = await window(browser, DESK);
    await stranger.goto(link);
    await expect(stranger.getByTestId('alert')).toContainText('Lenken er brukt');
    await stranger.context().close();
  });

  await test.step('she works in it, under her name, and has nothing of the other', async () => {
    await hers.getByTestId('exchange-link').click();
    await hers.getByTestId('rail-devices').click();
    await expect(hers.getByTestId('device-row').filter({ hasText: 'Kari' })).toHaveCount(1);
    await hers.goto(at('/elvestad/organiser'));
    await expect(hers.getByTestId('organiser-page')).toHaveCount(0);
    await hers.goto(at('/drammen/organiser'));
    await hers.getByTestId('organiser-page').waitFor();
  });

  await test.step('her exchange is taken away while she sits there', async () => {
    await desk.reload();
    await expect(row).toContainText('Har valgt passordfrase');
    await row.getByTestId('account-change').click();
    await desk.locator('[data-testid="account-exchange"][data-slug="drammen"]').uncheck();
    await desk.getByTestId('invite-submit').click();
    await expect(hers.getByTestId('needs-organiser')).toBeVisible();
    await expect(hers.getByTestId('organiser-page')).toHaveCount(0);
    await hers.goto(at('/'));
    await expect(hers.getByTestId('own-account')).toBeVisible();
    expect(await slugs(hers)).toEqual([]);
  });

  await test.step('her account is closed, and opened again with another link', async () => {
    await row.getByTestId('account-disable').click();
    await expect(row).toContainText('Stengt');
    await hers.reload();
    await logIn(hers, HERS);
    await expect(hers.getByTestId('alert')).toContainText('E-postadressen eller passordfrasen er feil');
    await row.getByTestId('account-disable').click();
    await expect(row.getByTestId('account-link')).toBeVisible();
    await row.getByTestId('account-link').click();
    const fresh = desk.getByTestId('account-link-text');
    await expect(fresh).not.toHaveValue(link);
    await choose(hers, await fresh.inputValue(), 'en ganske annen setning');
    await expect(hers.getByTestId('own-account')).toBeVisible();
  });

  await test.step('the operator comes in beside her', async () => {
    const stranger = await window(browser, DESK);
    await stranger.goto(at('/'));
    await expect(stranger.getByTestId('account-email')).toBeFocused();
    await stranger.getByTestId('operator-door').click();
    await stranger.getByTestId('login-passphrase').fill(OPERATORS);
    await stranger.getByTestId('login-submit').click();
    await expect(stranger.getByTestId('organisers')).toBeVisible();
    await row.getByTestId('account-delete').click();
    await desk.getByTestId('account-delete-now').click();
    await expect(row).toHaveCount(0);
    await hers.reload();
    await expect(hers.getByTestId('own-account')).toHaveCount(0);
  });
});

test('an organiser’s own page: her name, her passphrase, and where she is logged in', async ({ browser }) => {
  const desk = await operator(browser);
  const [first, second] = [await window(browser, DESK), await window(browser, PHONE)];
  await choose(first, await invite(desk), HERS);
  await first.getByTestId('own-account').waitFor();
  await second.goto(at('/'));
  await logIn(second, HERS);
  await second.getByTestId('own-account').click();
  const sessions = second.getByTestId('session-row');
  await expect(sessions).toHaveCount(2);
  await second.getByTestId('end-session').click();
  await expect(sessions).toHaveCount(1);
  await first.reload();
  await expect(first.getByTestId('account-email')).toBeVisible();
  await second.getByTestId('own-name').fill('Kari Nordmann');
  await second.getByTestId('own-rename').click();
  await expect(second.getByTestId('account-news')).toContainText('Navnet er lagret');
  await second.getByTestId('own-passphrase').click();
  await second.getByTestId('passphrase-old').fill(HERS);
  await second.getByTestId('passphrase-new').fill('en ganske annen setning');
  await second.getByTestId('passphrase-again').fill('en ganske annen setning');
  await second.getByTestId('passphrase-submit').click();
  await expect(second.getByTestId('account-news')).toContainText('Passordfrasen er byttet');
  await logIn(first, 'en ganske annen setning');
  await expect(first.getByTestId('own-account')).toContainText('Kari Nordmann');
});

test('the pages of accounts in every language, wide and narrow @looks', async ({ browser }) => {
  const desk = await operator(browser);
  const link = await invite(desk);
  const hers = await window(browser, DESK);
  const stranger = await window(browser, DESK);
  const look = async (page, path, ready) => {
    for (const size of [DESK, PHONE]) {
      await page.setViewportSize(size);
      for (const language of LANGUAGES) {
        const [address, fragment] = path.split('#');
        await page.goto('about:blank');
        await page.goto(`${address}?lang=${language}${fragment ? `#${fragment}` : ''}`);
        await page.getByTestId(ready).first().waitFor();
        const what = `${path} ${language} ${size.width}`;
        expect.soft(await page.evaluate(findFaults, { ...MEASURED, ...size, frames: 2, scrolls: true }), what).toEqual([]);
        if (language === 'nb') expect.soft(await violations(page), what).toEqual([]);
      }
    }
  };
  await look(desk, operators('/accounts'), 'account-row');
  await look(stranger, link, 'choose-submit');
  await choose(hers, link, HERS);
  await hers.getByTestId('own-account').waitFor();
  await look(hers, at('/account'), 'session-row');
  await look(hers, at('/'), 'own-account');
  await look(stranger, at('/'), 'account-submit');
});
