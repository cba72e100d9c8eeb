// Mail: the organiser says whether it goes, reads what would go, lets it go or not, and writes her own texts. A mail server of a few lines
// takes what is handed in.
import { findFaults } from '../faults.mjs';
import { Hall } from '../hall.mjs';
import { PostOffice } from '../post.mjs';
import { holdBack, WATCHED } from '../requests.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const DESK = { width: 1280, height: 900 };
const UPRIGHT = { width: 820, height: 1180 };
const PHONE = { width: 390, height: 844 };
const MEASURED = {
  ignored: '.hidden-text',
  overlays: '.none',
  wrapsOut: '.none',
  covers: '.none',
};
const FROM = 'Frivilligbørs Drammen <post@example.org>';

/** @type {Hall} */
let hall;
/** @type {PostOffice} */
let office;

test.afterEach(async () => {
  await hall?.end();
  office?.close();
});

async function start(...more) {
  hall = await Hall.start(...more);
  const { settings } = (await hall.welcome()).board;
  await hall.ask('organiser', { type: 'configure', settings: { ...settings, date: '2099-11-26' } });
}

/** Her page of mail. */
async function openPage(browser) {
  const page = await hall.window(browser, DESK, { reducedMotion: 'reduce', ...WATCHED });
  await hall.show(page, 'organiser');
  await page.getByTestId('rail-mail').click();
  await expect(page.getByTestId('organiser-page')).toHaveAttribute('data-page', 'mail');
  await expect(page.getByTestId('mail-settings')).toBeVisible();
  return page;
}

async function choose(page, sending) {
  await page.locator(`input[name="mail-sending"][value="${sending}"]`).check();
  await page.getByTestId('mail-save').click();
  await expect(page.getByTestId('mail-form').getByRole('status')).toHaveText('Lagret.');
}

/** Somebody registers by the form, which is open. */
async function register(page, name) {
  const url = hall.server.url('/drammen/register');
  const form = {
    name, sector: 'voluntary', person: 'Kari Nordmann', email: 'kari@example.org', people: '2', consent: 'yes', shown: '0',
  };
  const answer = await page.request.post(url, { form, headers: { origin: hall.server.url('') }, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

const openForm = (page) =>
  page.request.put(hall.server.url('/api/v1/exchanges/drammen/registrations/form'), {
    data: { is_on: true },
    headers: { origin: hall.server.url('') },
  });

test('what would go is shown, and goes when she lets it: the link in it opens the entry', async ({ browser }) => {
  office = await PostOffice.open();
  await start('--smtp', office.url, '--mail-from', FROM);
  const page = await openPage(browser);
  await expect(page.getByTestId('mail-server')).toContainText('post@example.org');
  await choose(page, 'held');
  expect((await openForm(page)).ok()).toBe(true);
  await register(page, 'Elvestad Kor');
  await register(page, 'Elvestad <b>Turlag</b>');
  const row = (name) => page.getByTestId('mail').filter({ hasText: name });
  await expect(row('Elvestad Kor')).toHaveAttribute('data-state', 'held');

  await test.step('she reads it as it will be, and nothing that somebody wrote is markup', async () => {
    await row('Turlag').getByTestId('mail-show').click();
    const paper = page.frameLocator('[data-testid="mail-html"]');
    await expect(paper.getByText('Vi har fått påmeldingen fra Elvestad <b>Turlag</b>')).toBeVisible();
    await expect(paper.getByRole('link', { name: 'Åpne påmeldingen' })).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('mail-shown')).toHaveCount(0);
    expect(office.letters).toEqual([]);
  });

  await test.step('she stops one and lets the other go', async () => {
    await row('Turlag').getByTestId('mail-cancel').click();
    await expect(row('Turlag')).toHaveAttribute('data-state', 'cancelled');
    await page.getByTestId('mail-send-held').click();
    await page.getByTestId('mail-send-held').click();
    await expect(row('Elvestad Kor')).toHaveAttribute('data-state', 'sent', { timeout: 20_000 });
    expect(office.letters).toHaveLength(1);
  });

  await test.step('the link in it opens the entry', async () => {
    const letter = office.letters[0].text;
    const [, path] = /http:\/\/[^/\s]+(\/registration\/[0-9a-f]{64})/.exec(letter) ?? [];
    const phone = await (await browser.newContext({ viewport: PHONE })).newPage();
    await phone.goto(hall.server.url(path));
    await expect(phone.getByText('Elvestad Kor er meldt på')).toBeVisible();
  });

  await test.step('her own text is used, and one without its link is not taken', async () => {
    await page.getByTestId('mail-kind').selectOption('registration_received');
    await page.getByTestId('mail-subject-text').fill('Takk, {name}');
    await page.getByTestId('mail-body-text').fill('Uten lenke');
    await page.getByTestId('mail-text-save').click();
    await expect(page.getByTestId('mail-text-form').getByRole('alert')).toContainText('{link}');
    await page.getByTestId('mail-body-text').fill('Her er den:\n\n{link}');
    await page.getByTestId('mail-text-save').click();
    await expect(page.getByTestId('mail-text-form').getByRole('status')).toHaveText('Lagret.');
    await register(page, 'Elvestad Skolekorps');
    await row('Skolekorps').getByTestId('mail-show').click();
    await expect(page.getByTestId('mail-shown').getByRole('heading')).toHaveText('Takk, Elvestad Skolekorps');
  });

  await test.step('what became of the agreements is said', async () => {
    await page.keyboard.press('Escape');
    await page.getByTestId('mail-agreements').click();
    await expect(page.getByTestId('mail-said')).not.toBeEmpty();
  });
});

test('a text that is not saved stays while she looks at other pages, and the page asks before it is lost', async ({ browser }) => {
  await start();
  const page = await openPage(browser);
  const body = page.getByTestId('mail-body-text');
  const unsaved = page.getByTestId('mail-unsaved');
  await page.getByTestId('mail-kind').selectOption('agreement');
  const usual = await body.inputValue();
  expect(usual, 'who can write sees what stands there already').toContain('{link}');
  await body.fill('Halvskrevet {link}');
  await expect(unsaved).toContainText('Ikke lagret ennå');
  await page.getByTestId('mail-kind').selectOption('follow_up');
  await expect(body).not.toHaveValue('Halvskrevet {link}');
  await page.getByTestId('rail-devices').click();
  await expect(body).toHaveCount(0);
  await page.getByTestId('rail-mail').click();
  await expect(page.getByTestId('mail-kind')).toHaveValue('agreement');
  await expect(body).toHaveValue('Halvskrevet {link}');
  const asked = page.waitForEvent('dialog');
  const reloaded = page.evaluate(() => location.reload());
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await reloaded;
  await expect(body).toHaveValue('Halvskrevet {link}');
  await page.getByTestId('mail-undo').click();
  await expect(body).toHaveValue(usual);
  await expect(unsaved).toHaveText('');
  await page.reload();
  await expect(body).toBeVisible();
});

test('two who write the same text are told of each other, and what is typed while it is saved stays', async ({ browser }) => {
  await start();
  const [one, other] = [await openPage(browser), await openPage(browser)];
  const body = (page) => page.getByTestId('mail-body-text');
  const save = (page) => page.getByTestId('mail-text-save').click();
  const standing = (page) => page.getByTestId('mail-text-form').getByRole('status');
  for (const page of [one, other]) {
    await page.getByTestId('mail-kind').selectOption('agreement');
    await expect(body(page)).not.toHaveValue('');
  }
  await body(one).fill('Fra den ene {link}');
  await body(other).fill('Fra den andre {link}');
  await save(one);
  await expect(standing(one)).toHaveText('Lagret.');
  await save(other);
  await expect(other.getByTestId('mail-text-form').getByRole('alert').last()).toContainText('Fra den ene {link}');
  await expect(body(other)).toHaveValue('Fra den andre {link}');
  await expect(body(one)).toHaveValue('Fra den ene {link}');
  await save(other);
  await expect(standing(other)).toHaveText('Lagret.');
  // A page that says that it is saved shows what stands there.
  await expect(body(one)).toHaveValue('Fra den andre {link}', { timeout: 20_000 });

  await test.step('typed before the answer, and still there after another page', async () => {
    const { isAsked, release } = await holdBack(one, '**/mails/settings', 'PUT');
    await body(one).fill('Først {link}');
    await save(one);
    await isAsked;
    await body(one).fill('Først {link}, og så mer');
    await release();
    await expect(standing(one)).toHaveText('Ikke lagret ennå.');
    await one.getByTestId('rail-devices').click();
    await expect(body(one)).toHaveCount(0);
    await one.getByTestId('rail-mail').click();
    await expect(body(one)).toHaveValue('Først {link}, og så mer');
    await save(one);
    await expect(standing(one)).toHaveText('Lagret.');
    await expect(body(other)).toHaveValue('Først {link}, og så mer', { timeout: 20_000 });
  });
});

test('without a mail server the page says so, and nothing on it is cut or in anybody’s way @looks', async ({ browser }) => {
  await start();
  const page = await openPage(browser);
  await expect(page.getByTestId('mail-server')).toContainText('--smtp');
  await choose(page, 'on');
  await openForm(page);
  await register(page, 'Elvestad og omegns interkommunale folkehøgskoleforening');
  await expect(page.getByTestId('mail')).toHaveAttribute('data-state', 'held');
  const found = [];
  for (const lang of ['nb', 'nn', 'en', 'nl', 'de']) {
    await page.evaluate((own) => localStorage.setItem('borsklokka.language', own), lang);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.getByTestId('mail')).toHaveCount(1);
    await expect(page.getByTestId('mail-body-text')).not.toHaveValue('');
    for (const size of [DESK, UPRIGHT, PHONE]) {
      await page.setViewportSize(size);
      const faults = await page.evaluate(findFaults, { ...MEASURED, ...size, frames: 2, scrolls: true });
      found.push(...faults.map(({ kind, at, text, px }) => `${lang} ${size.width}: ${at} ${kind}, ${px} px of "${text}"`));
    }
    found.push(...(await violations(page)).map((words) => `${lang}: ${words}`));
    await page.getByTestId('mail-show').click();
    // What runs no script cannot be looked into either.
    await page.getByTestId('mail-html').evaluate((frame) => frame.remove());
    found.push(...(await violations(page)).map((words) => `${lang}, read: ${words}`));
    await page.getByTestId('mail-close').click();
    await expect(page.getByTestId('mail-shown')).toHaveCount(0);
  }
  expect(found).toEqual([]);
});
