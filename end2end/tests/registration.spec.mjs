// Participants register themselves: the organiser opens the form, they fill it in on their phones, and she says yes or no to each.
import { createHash } from 'node:crypto';
import { findFaults } from '../faults.mjs';
import { fill, letTimePass, phoneWithForm, register, send, sendInVain, takeLanguage, withdraw } from '../form.mjs';
import { Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const DESK = { width: 1280, height: 900 };
const UPRIGHT = { width: 820, height: 1180 };
const PHONE = { width: 390, height: 844 };
const SMALL = { width: 360, height: 640 };
const MEASURED = {
  ignored: '.hidden-text, .trap, .said',
  overlays: '.none',
  wrapsOut: '.none',
  covers: '.none',
};

/** @type {Hall} */
let hall;
test.beforeEach(async () => {
  hall = await Hall.start();
  // What was sent may be changed until the evening is over.
  const { settings } = await board();
  await hall.ask('organiser', { type: 'configure', settings: { ...settings, date: '2099-11-26' } });
});
test.afterEach(() => hall.end());

const board = async () => (await hall.welcome()).board;
const participants = async () => Object.values((await board()).participants);
const addressOf = (name) => hall.server.url(`/drammen/organiser#${name}`);

/** The organiser's page of registrations. */
async function openPage(browser, size = DESK) {
  const page = await hall.window(browser, size, { reducedMotion: 'reduce' });
  await hall.show(page, 'organiser');
  await page.getByTestId('rail-registrations').click();
  await expect(page.getByTestId('organiser-page')).toHaveAttribute('data-page', 'registrations');
  return page;
}

/** Opens the form for registration. */
async function openForm(page) {
  await page.getByTestId('registration-on').check();
  await page.getByTestId('registration-save').click();
  await expect(page.getByTestId('registration-form')).toHaveAttribute('data-state', 'open');
}

/** The organiser's row of somebody. */
const rowOf = (page, name) => page.getByTestId('registration').filter({ has: page.getByRole('heading', { name, exact: true }) });

test('three register, one mends and one withdraws, and the organiser takes two of them in', async ({ browser }) => {
  const known = (await participants())[0];
  const page = await openPage(browser);
  const by = (id) => page.getByTestId(id);

  await test.step('the form is off until she opens it', async () => {
    await expect(by('registration-form')).toHaveAttribute('data-state', 'off');
    await expect(by('registrations-none')).toContainText('Åpne skjemaet');
    const response = await page.request.get(hall.server.url('/drammen/register'));
    expect(await response.text()).toContain('Påmeldingen er ikke åpen');
    await by('registration-places').fill('mange');
    await by('registration-save').click();
    await expect(by('registration-places')).toHaveAttribute('aria-invalid', 'true');
    await by('registration-places').fill('40');
    await by('registration-opens').fill('2026-01-02');
    await by('registration-closes').fill('2026-01-01');
    await by('registration-save').click();
    await expect(by('registration-closes')).toHaveAttribute('aria-invalid', 'true');
    await by('registration-opens').fill('');
    await by('registration-closes').fill('');
    await by('registration-welcome').fill('Velkommen til børsen i Drammen.');
    await openForm(page);
    await expect(by('registrations-none')).toContainText('Del adressen');
    await expect(by('registration-address')).toHaveText(/\/drammen\/register$/);
  });

  const offers = await test.step('the first has a mistake, and nothing that was typed is lost', async () => {
    const phone = await phoneWithForm(browser, hall);
    await expect(phone.getByText('Velkommen til børsen i Drammen.')).toBeVisible();
    await fill(phone, { name: 'Elvestad Kor', offer: 'Sang på jubileet' });
    await phone.locator('[name="phone"]').fill('12');
    await send(phone);
    await expect(phone.locator('[name="phone"]')).toHaveAttribute('aria-invalid', 'true');
    await expect(phone.locator('[name="phone"]')).toHaveValue('12');
    await expect(phone.locator('[name="name"]')).toHaveValue('Elvestad Kor');
    await expect(phone.locator('[name="offer_1"]')).toHaveValue('Sang på jubileet');
    await phone.locator('[name="phone"]').fill('912 34 567');
    await letTimePass(phone);
    await send(phone);
    await expect(phone).toHaveURL(/\/registration\//);
    return phone;
  });
  await register(browser, hall, { name: known.name, sector: known.sector, wish: 'Hjelp til å male' });
  const leaving = await register(browser, hall, { name: 'Elvestad Rideklubb' });

  await test.step('one changes what was sent, by the link, and another withdraws', async () => {
    await offers.locator('[name="offer_1"]').fill('Sang på sommerfesten');
    await send(offers);
    await expect(offers.locator('[name="offer_1"]')).toHaveValue('Sang på sommerfesten');
    await withdraw(leaving);
  });

  await test.step('two who have the link undo nothing of each other, and of what both changed the second sees both', async () => {
    const other = await offers.context().newPage();
    await other.goto(offers.url());
    const save = async (phone) => {
      const answered = phone.waitForResponse((answer) => answer.url().includes('/registration/') && answer.status() !== 303);
      await send(phone);
      await answered;
    };
    await other.locator('[name="people"]').fill('4');
    await save(other);
    await offers.locator('[name="phone"]').fill('22 33 44 55');
    await save(offers);
    await expect(offers.locator('[name="people"]')).toHaveValue('4');
    await expect(offers.locator('[name="phone"]')).toHaveValue('22 33 44 55');
    await other.locator('[name="offer_1"]').fill('Dans');
    await save(other);
    await expect(other.locator('[name="phone"]')).toHaveValue('22 33 44 55');
    await offers.locator('[name="offer_1"]').fill('Sang og dans');
    await save(offers);
    await expect(offers.getByRole('alert')).toContainText('Noen andre har endret påmeldingen');
    await expect(offers.locator('[name="offer_1"]')).toHaveValue('Sang og dans');
    await expect(offers.getByText('Nå står det: Dans')).toBeVisible();
    await offers.locator('[name="offer_1"]').fill('Sang på sommerfesten');
    await save(offers);
    await expect(offers.getByRole('alert')).toHaveCount(0);
    await expect(offers.locator('[name="offer_1"]')).toHaveValue('Sang på sommerfesten');
    await other.close();
  });

  await test.step('the rail and the overview count those that wait', async () => {
    await by('rail-overview').click();
    await expect(page.locator('[data-testid="task"][data-matter="registrations"]')).toContainText('2 påmeldinger venter');
    await expect(by('rail-registrations').locator('small')).toHaveText('2');
    await by('rail-registrations').click();
    await expect(by('registrations-waiting').getByTestId('registration')).toHaveCount(2);
    await expect(by('registrations-withdrawn').getByTestId('registration')).toHaveCount(1);
    const voluntary = by('registration-progress').locator('[data-sector="voluntary"]');
    await expect(voluntary).toContainText('venter');
  });

  await test.step('she takes one in, and the keys go on at the next', async () => {
    const row = rowOf(page, 'Elvestad Kor');
    await expect(row).toContainText('Sang på sommerfesten');
    await expect(row).toContainText('Kari Nordmann');
    await row.getByTestId('registration-approve').press('Enter');
    await expect(rowOf(page, known.name)).toBeFocused();
    await expect(by('registrations-approved').getByTestId('registration')).toHaveCount(1);
  });

  await test.step('the other is somebody who is there already', async () => {
    const before = (await participants()).length;
    await rowOf(page, known.name).getByTestId('registration-same').press('Enter');
    await expect(by('registrations-waiting').getByRole('heading', { level: 2 })).toBeFocused();
    await expect(by('registrations-waiting').getByTestId('registration')).toHaveCount(0);
    expect(await participants()).toHaveLength(before);
    await expect(by('rail-registrations')).toHaveAttribute('data-standing', 'full');
  });

  await test.step('catalogue and participants have both', async () => {
    const { listings } = await (await fetch(hall.server.url('/api/v1/exchanges/drammen/catalogue'))).json();
    const of = (text) => Object.values(listings).find((listing) => listing.text === text);
    expect(of('Hjelp til å male')).toMatchObject({ participant: known.id, kind: 'wish' });
    expect(of('Sang på sommerfesten')).toMatchObject({ kind: 'offer' });
    await by('rail-participants').click();
    await by('participant-search').fill('Elvestad Kor');
    await expect(by('participant-row')).toHaveCount(1);
    await expect(by('participant-row')).toContainText('Kari Nordmann');
  });
});

test('what was changed while she looked is not judged unseen, and who withdraws is taken out', async ({ browser }) => {
  const page = await openPage(browser);
  await openForm(page);
  const phone = await register(browser, hall, { name: 'Elvestad Kor', offer: 'Sang' });
  await page.reload();
  const row = rowOf(page, 'Elvestad Kor');
  const names = async () => (await participants()).map(({ name }) => name);
  await expect(row).toHaveAttribute('data-state', 'new');

  // What is being typed in the form's settings outlives that the list is read anew.
  await page.getByText('Innstillinger for skjemaet').click();
  await page.getByTestId('registration-welcome').fill('Halvferdig');
  await phone.locator('[name="offer_1"]').fill('Sang og dans');
  await send(phone);
  await row.getByTestId('registration-approve').click();
  await expect(row.getByRole('alert')).toContainText('endret imens');
  await expect(row).toContainText('Sang og dans');
  await expect(page.getByTestId('registration-welcome')).toHaveValue('Halvferdig');
  expect(await names()).not.toContain('Elvestad Kor');
  await row.getByTestId('registration-approve').click();
  await expect(row).toHaveAttribute('data-state', 'approved');
  expect(await names()).toContain('Elvestad Kor');

  await phone.reload();
  await withdraw(phone);
  await page.getByTestId('rail-overview').click();
  await expect(page.locator('[data-testid="task"][data-matter="registrations"]')).toContainText('1 påmelding venter');
  await page.getByTestId('rail-registrations').click();
  const out = row.getByTestId('registration-take-out');
  await out.click();
  await out.click();
  await expect.poll(names).not.toContain('Elvestad Kor');
  await expect(out).toHaveCount(0);

  const other = await register(browser, hall, { name: 'Elvestad Taxi', sector: 'business' });
  await page.getByTestId('rail-overview').click();
  await page.getByTestId('rail-registrations').click();
  const decline = rowOf(page, 'Elvestad Taxi').getByTestId('registration-decline');
  await decline.click();
  await decline.click();
  await expect(rowOf(page, 'Elvestad Taxi')).toHaveAttribute('data-state', 'declined');
  await other.reload();
  await expect(other.getByText('Arrangøren kunne ikke ta med påmeldingen.')).toBeVisible();
  expect(await names()).not.toContain('Elvestad Taxi');
});

test('whoever takes another language half-way keeps what is typed, with scripts and without', async ({ browser }) => {
  await openForm(await openPage(browser));
  for (const javaScriptEnabled of [true, false]) {
    const phone = await phoneWithForm(browser, hall, 'nb', { javaScriptEnabled });
    const holds = async (values) => {
      for (const [name, value] of Object.entries(values)) await expect(phone.locator(`[name="${name}"]`)).toHaveValue(value);
      await expect(phone.locator('[name="sector"][value="voluntary"]')).toBeChecked();
    };
    const name = `Elvestad Kor ${javaScriptEnabled ? 'I' : 'II'}`;
    await phone.locator('[name="name"]').fill(name);
    await phone.locator('[name="sector"][value="voluntary"]').check();
    await phone.locator('[name="email"]').fill('kari');
    await phone.locator('[name="offer_1"]').fill('Sang på jubileet');
    for (const language of await phone.locator('.languages > *').all()) {
      const { width, height } = await language.boundingBox();
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
    }
    await takeLanguage(phone, 'Deutsch', 'de');
    await holds({ name, email: 'kari', offer_1: 'Sang på jubileet' });
    await expect(phone.getByRole('alert')).toHaveCount(0);
    await expect(phone).toHaveURL(/\/drammen\/register\?lang=de&page=/);

    // Enter presses the button that sends, and not the first language.
    await fill(phone, { name, email: 'kari@example.org', offer: 'Sang på jubileet' });
    await phone.locator('[name="phone"]').fill('12');
    await phone.locator('[name="name"]').press('Enter');
    await expect(phone.locator('[name="phone"]')).toHaveAttribute('aria-invalid', 'true');
    await takeLanguage(phone, 'English', 'en');
    await holds({ name, phone: '12', offer_1: 'Sang på jubileet' });
    await expect(phone.locator('[name="phone"]')).not.toHaveAttribute('aria-invalid');
    await expect(phone.locator('[name="consent"]')).toBeChecked();
    // Whoever goes back has the page that they sent.
    await phone.goBack();
    await expect(phone.locator('html')).toHaveAttribute('lang', 'de');
    await holds({ name, phone: '12', offer_1: 'Sang på jubileet' });
    await phone.locator('[name="phone"]').fill('912 34 567');
    await letTimePass(phone);
    await send(phone);
    await expect(phone).toHaveURL(/\/registration\/.*lang=de/);

    // The same on one's own page, which says when something is saved.
    await phone.locator('[name="people"]').fill('5');
    await takeLanguage(phone, 'English', 'en');
    await holds({ name, people: '5' });
    await send(phone);
    await expect(phone.getByRole('status')).toContainText('The changes are saved');
    await expect(phone.getByRole('status')).toContainText('The organiser has not read it yet');
    await holds({ name, people: '5' });
    await phone.context().close();
  }
});

test('a send without a network and a reload leave what is typed, and whoever comes next sees nothing of it', async ({ browser }) => {
  await openForm(await openPage(browser));
  const phone = await phoneWithForm(browser, hall);
  const field = (name) => phone.locator(`[name="${name}"]`);
  const holds = async (values) => {
    for (const [name, value] of Object.entries(values)) await expect(field(name)).toHaveValue(value);
    await expect(phone.locator('[name="sector"][value="voluntary"]')).toBeChecked();
    await expect(field('consent')).toBeChecked();
  };
  const typed = { name: 'جوقة إلفستاد', offer_1: 'Sang på jubileet', phone: '912 34 567' };
  const outlives = async (values) => {
    await sendInVain(phone);
    await holds(values);
    await phone.reload();
    await holds(values);
  };

  await fill(phone, { name: typed.name, offer: typed.offer_1 });
  await expect(field('name')).toHaveCSS('direction', 'rtl');
  await expect(field('offer_1')).toHaveCSS('direction', 'ltr');
  const chosen = await field('offer_1_category').inputValue();
  await phone.locator('.more').first().locator('summary').click();
  await field('offer_2').fill('Kaker');
  await outlives({ ...typed, offer_2: 'Kaker', offer_1_category: chosen });
  await expect(field('offer_2')).toBeVisible();
  await field('offer_2').fill('');

  // What is typed on a page that answered what was sent: in another language, and with something to mend.
  await takeLanguage(phone, 'Deutsch', 'de');
  await field('phone').fill('12');
  await outlives({ ...typed, phone: '12' });
  await letTimePass(phone);
  await send(phone);
  await expect(field('phone')).toHaveAttribute('aria-invalid', 'true');
  await field('phone').fill(typed.phone);
  await outlives(typed);
  await letTimePass(phone);
  await send(phone);
  await expect(phone).toHaveURL(/\/registration\//);

  // On one's own page; nothing hidden is put back: the page knows by itself what it was made from.
  const own = phone.url();
  await field('people').fill('5');
  await outlives({ ...typed, people: '5' });
  // What was saved before is not said over what is not saved.
  await send(phone);
  await expect(phone.locator('[data-saved]')).toBeVisible();
  await field('people').fill('6');
  await phone.reload();
  await expect(field('people')).toHaveValue('6');
  await expect(phone.locator('[data-saved]')).toHaveCount(0);

  await phone.goto(hall.server.url('/drammen/register?lang=de'));
  for (const name of ['name', 'offer_1', 'phone']) await expect(field(name)).toHaveValue('');
  await phone.goto(own);
  await expect(field('people')).toHaveValue('5');
});

test('what somebody else has saved meanwhile stands beside what is typed when the page is loaded anew, and the guest chooses', async ({ browser }) => {
  await openForm(await openPage(browser));
  const phone = await register(browser, hall, { name: 'Elvestad Kor', offer: 'Sang' });
  const other = await phone.context().newPage();
  await other.goto(phone.url());
  const field = (name, page = phone) => page.locator(`[name="${name}"]`);
  const sector = (name, page = phone) => page.locator(`[name="sector"][value="${name}"]`);
  await field('phone').fill('22 33 44 55');
  await field('people').fill('7');
  await sector('public').check();
  await field('offer_1').fill('Sang på jubileet');
  await field('phone', other).fill('22 33 44 66');
  await field('person', other).fill('Ola Nordmann');
  await sector('business', other).check();
  await field('offer_1', other).fill('Dans');
  await send(other);
  await expect(other.locator('[data-saved]')).toBeVisible();
  // So it is told until it is saved, however often the page is loaded.
  for (let nth = 0; nth < 2; nth++) {
    await phone.reload();
    await expect(phone.getByRole('alert')).toContainText('Noen andre har endret påmeldingen');
    await expect(field('phone')).toHaveValue('22 33 44 55');
    await expect(field('phone')).toHaveAttribute('aria-invalid', 'true');
    await expect(sector('public')).toBeChecked();
    await expect(field('offer_1')).toHaveValue('Sang på jubileet');
    for (const stands of ['22 33 44 66', 'Næringsliv', 'Dans']) await expect(phone.getByText(`Nå står det: ${stands}`)).toBeVisible();
    // What one of them alone has changed is as it is wanted.
    await expect(field('people')).toHaveValue('7');
    await expect(field('person')).toHaveValue('Ola Nordmann');
    await expect(phone.getByText('Nå står det:')).toHaveCount(3);
  }
  expect(await violations(phone)).toEqual([]);
  expect(await phone.evaluate(findFaults, { ...MEASURED, ...SMALL, frames: 0, scrolls: true })).toEqual([]);
  await field('phone').fill('22 33 44 66');
  await send(phone);
  await expect(phone.locator('[data-saved]')).toBeVisible();
  await expect(field('phone')).toHaveValue('22 33 44 66');
  await expect(sector('public')).toBeChecked();
  await expect(field('offer_1')).toHaveValue('Sang på jubileet');

  // Where nothing can be changed any more, it is shown to be copied.
  await field('offer_1').fill('Kaker');
  await withdraw(other);
  await phone.reload();
  await expect(phone.getByText('Påmeldingen er trukket.')).toBeVisible();
  await expect(phone.getByRole('alert')).toContainText('er ikke lagret');
  await expect(phone.locator('.typed dd')).toHaveText(['Kaker']);
});

test('whoever loads a form anew half-way and sends it at once is not too quick', async ({ browser }) => {
  await openForm(await openPage(browser));
  const phone = await phoneWithForm(browser, hall);
  await fill(phone, { name: 'Elvestad Kor' });
  await phone.reload();
  await expect(phone.locator('[name="name"]')).toHaveValue('Elvestad Kor');
  await send(phone);
  await expect(phone).toHaveURL(/\/registration\//);
});

test('whoever saves after another tab has withdrawn takes what was typed along to the form', async ({ browser }) => {
  await openForm(await openPage(browser));
  const phone = await register(browser, hall, { name: 'Elvestad Kor' });
  const other = await phone.context().newPage();
  await other.goto(phone.url());
  await withdraw(other);
  await phone.locator('[name="offer_1"]').fill('Sang på jubileet');
  await phone.locator('[name="offer_1_category"]').selectOption({ index: 1 });
  await send(phone);
  await expect(phone.getByText('Påmeldingen er trukket.')).toBeVisible();
  await expect(phone.getByRole('alert')).toContainText('er ikke lagret');
  await expect(phone.locator('.typed')).toContainText('Sang på jubileet');
  await expect(phone.locator('.typed')).toContainText('Elvestad Kor');
  expect(await violations(phone)).toEqual([]);
  expect(await phone.evaluate(findFaults, { ...MEASURED, ...SMALL, frames: 0, scrolls: true })).toEqual([]);
  await takeLanguage(phone, 'English', 'en');
  await expect(phone.locator('.typed')).toContainText('Sang på jubileet');
  await phone.getByRole('button', { name: 'Register anew' }).click();
  await expect(phone.locator('[name="offer_1"]')).toHaveValue('Sang på jubileet');
  await expect(phone.locator('[name="consent"]')).not.toBeChecked();
  await phone.locator('[name="consent"]').check();
  await letTimePass(phone);
  await send(phone);
  await expect(phone).toHaveURL(/\/registration\/.*lang=en/);
  await other.reload();
  await expect(other.getByRole('link', { name: 'Ny påmelding' })).toBeVisible();
});

/** Sends what only robots send, until the form has had enough of it. */
async function runOver() {
  const sent = { website: 'https://spam.example' };
  for (let nth = 0; nth <= 30; nth++) {
    const answer = await fetch(hall.server.url('/drammen/register'), { method: 'POST', body: new URLSearchParams(sent) });
    expect(answer.status).toBe(200);
  }
}

test('in a rush each phone finds a proof by itself, and one without scripts is told what to do @patient', async ({ browser }) => {
  const page = await openPage(browser);
  await openForm(page);

  const early = await test.step('whoever had the form before presses once, and it goes', async () => {
    const phone = await phoneWithForm(browser, hall);
    await expect(phone.locator('.proof')).toHaveCount(0);
    await fill(phone, { name: 'Elvestad Kor', offer: 'Sang på jubileet' });
    await runOver();
    await send(phone);
    await expect(phone).toHaveURL(/\/registration\//);
    return phone;
  });
  await expect(early.getByText('Elvestad Kor er meldt på')).toBeVisible();

  await test.step('whoever opens it now does not see that anything is asked', async () => {
    const phone = await phoneWithForm(browser, hall);
    await expect(phone.locator('.without')).toBeHidden();
    await expect(phone.locator('.working')).toBeHidden();
    await fill(phone, { name: 'Elvestad Rideklubb' });
    await expect(phone.locator('[name="altcha"]')).not.toHaveValue('');
    await send(phone);
    await expect(phone).toHaveURL(/\/registration\//);
  });

  await test.step('who presses before it is found is told to wait, and it goes by itself', async () => {
    const phone = await phoneWithForm(browser, hall);
    await fill(phone, { name: 'Elvestad Taxi', sector: 'business' });
    // As a phone that has not found it yet.
    await expect(phone.locator('[name="altcha"]')).not.toHaveValue('');
    await phone.locator('[name="altcha"]').evaluate((/** @type {HTMLInputElement} */ proof) => {
      proof.dataset.found = proof.value;
      proof.value = '';
    });
    await send(phone);
    await expect(phone.locator('.working')).toBeVisible();
    await phone.locator('[name="altcha"]').evaluate((/** @type {HTMLInputElement} */ proof) => {
      proof.value = proof.dataset.found;
      proof.form.submit();
    });
    await expect(phone).toHaveURL(/\/registration\//);
  });

  await test.step('another language is taken while it is not found yet, and asks for none', async () => {
    const phone = await phoneWithForm(browser, hall);
    const proof = phone.locator('[name="altcha"]');
    await phone.locator('[name="name"]').fill('Elvestad Misjon');
    await expect(proof).not.toHaveValue('');
    await proof.evaluate((/** @type {HTMLInputElement} */ input) => {
      input.value = '';
    });
    await takeLanguage(phone, 'Deutsch', 'de');
    await expect(phone.locator('[name="name"]')).toHaveValue('Elvestad Misjon');
    await expect(phone.locator('.working')).toBeHidden();
    await expect(proof).not.toHaveValue('');
    await phone.context().close();
  });

  await test.step('one that is found at once goes with everything that was typed', async () => {
    const phone = await phoneWithForm(browser, hall);
    await fill(phone, { name: 'Elvestad Bakeri', sector: 'business' });
    const proof = phone.locator('[name="altcha"]');
    await expect(proof).not.toHaveValue('');
    const sent = [];
    await phone.route('**/drammen/register*', async (route) => {
      sent.push(new URLSearchParams(route.request().postData()));
      if (sent.length > 1) return route.abort();
      const answer = await route.fetch();
      const text = await answer.text();
      const [, escaped] = /data-challenge="([^"]*)"/.exec(text);
      const asked = JSON.parse(escaped.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
      asked.challenge = createHash('sha256').update(`${asked.salt}0`).digest('hex');
      const easy = JSON.stringify(asked).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
      return route.fulfill({ response: answer, body: text.replace(escaped, easy) });
    });
    await proof.evaluate((/** @type {HTMLInputElement} */ input) => {
      input.value = '';
      input.form.submit();
    });
    await expect.poll(() => sent.length).toBe(2);
    expect(sent[1].get('name')).toBe('Elvestad Bakeri');
    expect(sent[1].get('consent')).toBe('yes');
  });

  const found = [];
  for (const lang of ['nb', 'nn', 'en', 'nl', 'de']) {
    const phone = await phoneWithForm(browser, hall, lang, { javaScriptEnabled: false });
    await expect(phone.locator('.without')).toBeVisible();
    await fill(phone, { name: 'Elvestad Leirskole', wish: 'Hjelp til å male' });
    await send(phone);
    await expect(phone.locator('.without')).toBeVisible();
    await expect(phone.locator('[name="name"]')).toHaveValue('Elvestad Leirskole');
    await expect(phone.locator('[name="wish_1"]')).toHaveValue('Hjelp til å male');
    const faults = await phone.evaluate(findFaults, { ...MEASURED, ...SMALL, frames: 0, scrolls: true });
    found.push(...faults.map(({ kind, at, text, px }) => `${lang}: ${at} ${kind}, ${px} px of "${text}"`));
  }
  expect(found).toEqual([]);
  await page.reload();
  await expect(page.getByTestId('registration')).toHaveCount(3);
});

test('neither the form nor her page has anything cut, or in the way of those who hear, tab or need contrast @looks', async ({ browser }) => {
  const found = [];
  const measure = async (page, where, sizes) => {
    for (const size of sizes) {
      await page.setViewportSize(size);
      const faults = await page.evaluate(findFaults, { ...MEASURED, ...size, frames: 2, scrolls: true });
      found.push(...faults.map(({ kind, at, text, px }) => `${where} ${size.width}: ${at} ${kind}, ${px} px of "${text}"`));
    }
    found.push(...(await violations(page)).map((words) => `${where}: ${words}`));
  };
  const known = (await participants())[0];
  const page = await openPage(browser);
  await page.getByTestId('registration-missing').check();
  await openForm(page);
  const long = 'Elvestad og omegns interkommunale folkehøgskoleforening';
  await register(browser, hall, { name: long, offer: 'Vi holder et kurs i førstehjelp for opptil tjue deltakere', wish: 'Male klubbhuset' });
  await register(browser, hall, { name: long });
  const leaving = await register(browser, hall, { name: known.name, sector: known.sector });
  for (const lang of ['nb', 'nn', 'en', 'nl', 'de']) {
    const phone = await phoneWithForm(browser, hall, lang);
    await measure(phone, `form ${lang}`, [SMALL, DESK]);
    await fill(phone, { name: long });
    await phone.locator('[name="phone"]').fill('12');
    await send(phone);
    await expect(phone.locator('[name="phone"]')).toHaveAttribute('aria-invalid', 'true');
    await measure(phone, `form ${lang} with a mistake`, [SMALL]);
    await leaving.goto(`${leaving.url().split('?')[0]}?lang=${lang}`);
    await measure(leaving, `own ${lang}`, [SMALL, DESK]);
    await page.evaluate((own) => localStorage.setItem('borsklokka.language', own), lang);
    await page.goto(addressOf('registrations'));
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.getByTestId('registration')).toHaveCount(3);
    await page.getByTestId('registration-form').locator('summary').click();
    await measure(page, `her page ${lang}`, [DESK, UPRIGHT, PHONE]);
  }
  expect(found).toEqual([]);
});
