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

test('what is typed on the operator’s pages stays in another language, and is asked about until it is sent or given up', async ({ browser }) => {
  const desk = await operator(browser);
  const by = (id) => desk.getByTestId(id);
  const stands = async (fields) => {
    for (const [id, text] of Object.entries(fields)) await expect(by(id), id).toHaveValue(text);
  };
  const write = async (fields) => {
    for (const [id, text] of Object.entries(fields)) {
      // A browser asks nobody who has touched nothing.
      await by(id).click();
      await by(id).fill(text);
    }
  };
  const speak = async (language) => {
    await by('own-language').selectOption(language);
    await expect(desk.locator('html')).toHaveAttribute('lang', language);
  };
  const asked = [];
  desk.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  const isAsked = async () => {
    await desk.evaluate(() => location.reload());
    await expect.poll(() => asked.splice(0)).toEqual(['beforeunload']);
  };

  await test.step('an exchange that is made, and one like another', async () => {
    const made = { 'new-name': 'Elvestad', 'new-place': 'Biblioteket', 'new-date': '2031-03-06' };
    await write(made);
    await speak('de');
    await stands({ ...made, 'new-slug': 'elvestad' });
    await isAsked();
    await stands(made);
    await by('copy-exchange').click();
    const like = { 'copy-date': '2031-11-20', 'copy-name': 'Nok en børs' };
    await write(like);
    await speak('nl');
    await stands({ ...like, 'copy-slug': 'nok-en-bors' });
    // It is given up, and the other stands there still.
    await by('copy-form').getByRole('button').last().click();
    await stands(made);
    await write({ 'new-name': '', 'new-place': '', 'new-date': '' });
  });

  await test.step('somebody who is invited, and the link that is shown once', async () => {
    await by('organisers').click();
    const invited = { 'invite-name': 'Kari', 'invite-email': 'kari@example.org' };
    const hers = desk.locator('[data-testid="account-exchange"][data-slug="drammen"]');
    await write(invited);
    await hers.check();
    await speak('en');
    await stands(invited);
    await expect(hers).toBeChecked();
    await isAsked();
    await by('invite-submit').click();
    const link = await by('account-link-text').inputValue();
    await speak('nb');
    await expect(by('account-link-text')).toHaveValue(link);
    await stands({ 'invite-name': '', 'invite-email': '' });
    await expect(hers).not.toBeChecked();
  });

  await by('to-exchanges').click();
  await by('new-name').waitFor();
  expect(asked, 'nothing is asked where nothing is lost').toEqual([]);
});

test('whoever is logged out elsewhere goes on where they were once they log in, and finds nothing that another typed', async ({ browser }) => {
  const desk = await operator(browser);
  await desk.goto(operators('/drammen/organiser#devices'));
  await desk.getByTestId('pairing-make').waitFor();
  const other = await desk.context().newPage();
  await other.goto(operators('/'));
  await other.getByTestId('new-name').fill('Halvskrevet');
  await other.getByTestId('logout').click();
  const logIn = async (page) => {
    await page.getByTestId('login-passphrase').fill(OPERATORS);
    await page.getByTestId('login-submit').click();
  };

  await expect(desk.getByTestId('needs-organiser')).toBeVisible();
  await expect(desk.getByTestId('organiser-page')).toHaveCount(0);
  await desk.getByTestId('to-log-in').click();
  await logIn(desk);
  await desk.getByTestId('pairing-make').waitFor();
  expect(desk.url()).toBe(operators('/drammen/organiser#devices'));

  await logIn(other);
  await expect(other.getByTestId('new-name')).toHaveValue('');
  await other.getByTestId('logout').click();
  await expect(other.getByTestId('login-passphrase')).toHaveValue('');
  await other.goto(operators('/accounts'));
  await logIn(other);
  await other.getByTestId('account-form').waitFor();
  expect(other.url()).toBe(operators('/accounts'));
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
