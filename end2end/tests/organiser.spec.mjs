// The organiser's pages: an exchange is prepared by hand, from an empty programme to a participant with a contact and an offer, and
// every page is looked at.
import { randomUUID } from 'node:crypto';
import { findFaults } from '../faults.mjs';
import { dealOfDemo, Hall } from '../hall.mjs';
import { fallBehind, holdBack, WATCHED } from '../requests.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const DESK = { width: 1280, height: 900 };
const UPRIGHT = { width: 820, height: 1180 };
const PAGES = ['overview', 'exchange', 'categories', 'registrations', 'participants', 'participants/new', 'participants/import', 'listings', 'programme', 'look', 'prints', 'mail', 'devices', 'rehearsal', 'agreements', 'follow-up', 'report'];
const MEASURED = {
  ignored: '.hidden-text',
  overlays: '.none',
  wrapsOut: '.none',
  covers: '.none',
};

/** @type {Hall} */
let hall;
test.beforeAll(async () => {
  hall = await Hall.start();
});
test.afterAll(() => hall.end());

const TOWN = new URL('../../spreadsheets/tests/files/elvestad.xlsx', import.meta.url).pathname;
const board = async () => (await hall.welcome()).board;
const addressOf = (name) => hall.server.url(`/drammen/organiser#${name}`);

test('an evening is prepared on the pages, and the rail and the overview say what is left', async ({ browser }) => {
  await hall.ask('organiser', { type: 'set_programme', items: [] });
  const page = await hall.window(browser, DESK, WATCHED);
  const { release } = await holdBack(page, '**/catalogue');
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);
  const tasks = page.getByTestId('task');

  await test.step('nothing is said to be left before all that it is told by is there', async () => {
    await expect(by('rail-programme')).toHaveAttribute('data-standing', 'empty');
    await expect(by('rail-registrations')).toBeVisible();
    await expect(by('done-count')).toHaveText('');
    await expect(tasks).toHaveCount(0);
    await release();
    await expect(by('done-count')).not.toHaveText('');
    const matters = await tasks.evaluateAll((lines) => lines.map((line) => line.getAttribute('data-matter')));
    expect(matters).not.toContain('listings');
  });

  await test.step('the programme, from the overview, and back', async () => {
    const task = page.locator('[data-testid="task"][data-matter="programme"]');
    // The line that is about to be pressed is not made anew by another one that comes or goes.
    const line = await task.elementHandle();
    const { settings } = await board();
    for (const [date, days] of /** @type {const} */ ([['2020-01-01', 1], ['2099-01-01', 0]])) {
      await hall.ask('organiser', { type: 'configure', settings: { ...settings, date } });
      await expect(page.locator('[data-testid="task"][data-matter="day"]')).toHaveCount(days);
      expect(await line?.evaluate((line) => line.isConnected)).toBe(true);
    }
    await task.getByRole('link').click();
    await expect(by('organiser-page')).toHaveAttribute('data-page', 'programme');
    await hall.ask('organiser', { type: 'configure', settings });
    await expect(page.locator('.page-title')).toBeFocused();
    await expect(by('rail-programme')).toHaveAttribute('data-standing', 'empty');
    await by('plan-usual').click();
    await expect(by('plan-line')).toHaveCount(6);
    const starts = () => by('plan-start').evaluateAll((controls) => controls.map((control) => /** @type {HTMLInputElement} */ (control).value));
    expect(await starts()).toEqual(['17:30', '18:00', '18:15', '18:35', '18:45', '19:05']);
    await by('plan-start').nth(1).fill('1810');
    await by('plan-start').nth(1).press('Tab');
    await expect.poll(starts).toEqual(['17:30', '18:10', '18:25', '18:45', '18:55', '19:15']);
    await by('plan-length').nth(2).fill('ti');
    await by('plan-length').nth(2).press('Enter');
    await expect(by('plan-length').nth(2)).toHaveAttribute('aria-invalid', 'true');
    await by('plan-length').nth(2).fill('30');
    await by('plan-length').nth(2).press('Enter');
    await expect.poll(starts).toEqual(['17:30', '18:10', '18:25', '18:55', '19:05', '19:25']);
    await by('plan-remove').nth(3).click();
    await expect(by('plan-line')).toHaveCount(5);
    await by('plan-undo').click();
    await expect(by('plan-line')).toHaveCount(6);
    expect((await board()).programme[4]).toMatchObject({ time: '19:05', slot: { kind: 'round', round: 2, minutes: 20 } });
    await expect(by('rail-programme')).toHaveAttribute('data-standing', 'full');
    await page.goBack();
    await expect(by('organiser-page')).toHaveAttribute('data-page', 'overview');
    await expect(task).toHaveCount(0);
  });

  await test.step('what is promised of personal data stands on everybody’s phone', async () => {
    await by('rail-exchange').click();
    // Months without what is kept promise nothing.
    await expect(by('settings-keep')).toHaveValue('');
    await by('settings-keep').fill('6');
    await by('settings-keep').press('Enter');
    await expect(by('privacy-form')).toContainText('Uten det loves ingenting');
    await by('settings-privacy').fill('Vi lagrer navn og telefonnummer.\nSpør Kari.');
    await by('settings-keep').fill('0');
    await by('settings-keep').press('Enter');
    await expect(by('privacy-form').getByRole('alert')).toBeVisible();
    await by('settings-keep').fill('6');
    await by('settings-keep').press('Enter');
    await expect.poll(async () => (await board()).settings.privacy).toEqual({ text: 'Vi lagrer navn og telefonnummer.\nSpør Kari.', keep_months: 6 });
    const phone = await hall.window(browser, { width: 390, height: 844 });
    await hall.show(phone, 'phone');
    await phone.getByTestId('privacy').click();
    await expect(phone.getByTestId('privacy')).toContainText('Lagres i 6 måneder etter kvelden.');
    await phone.context().close();
  });

  await test.step('a participant with a contact and an offer', async () => {
    await by('rail-participants').click();
    await by('participant-add').click();
    await by('participant-save').click();
    await expect(by('participant-name')).toHaveAttribute('aria-invalid', 'true');
    await by('participant-name').fill('Elvestad sanitetsforening');
    // What the server knows already comes late: until then nothing can be typed that it would be written over.
    let answer = () => {};
    const isAsked = new Promise((asked) => {
      const late = async (route) => {
        await new Promise((release) => {
          answer = () => release(undefined);
          asked(undefined);
        });
        await route.continue();
      };
      void page.route(/\/contacts\/[0-9a-f-]+$/, late, { times: 1 });
    });
    await by('participant-save').click();
    await isAsked;
    await expect(by('contact-person')).toBeDisabled();
    await expect(by('contact-save')).toBeDisabled();
    answer();
    await by('contact-person').fill('Kari Nordmann');
    await by('contact-phone').fill('12');
    await by('contact-save').click();
    await expect(by('contact-phone')).toHaveAttribute('aria-invalid', 'true');
    await by('contact-phone').fill('912 34 567');
    await by('contact-save').click();
    await expect(by('contact-form').getByRole('status').filter({ hasText: 'Lagret' })).toBeVisible();
    await by('listing-new').click();
    await by('listing-text').fill('Førstehjelpskurs');
    await by('listing-save').click();
    await expect(by('listing')).toContainText('Førstehjelpskurs');
  });

  await test.step('the table: search, a place, a double, a contact on one line', async () => {
    await hall.ask('organiser', {
      type: 'register_participant',
      participant: { id: crypto.randomUUID(), name: 'ELVESTAD SANITETSFORENING', sector: 'voluntary' },
    });
    await by('rail-participants').click();
    await by('participant-search').fill('elvestad');
    await expect(by('participant-row')).toHaveCount(2);
    await by('place-cell').first().fill('bord 7');
    await by('place-cell').first().press('Enter');
    await expect(by('place-cell').nth(1)).toBeFocused();
    await expect.poll(async () => Object.values((await board()).participants).some(({ place }) => place === 'bord 7')).toBe(true);
    await by('guests-doubles').click();
    await expect(by('participant-row')).toHaveCount(2);
    // Another choice of whom to see keeps what is searched for, and the place of whoever goes by keys.
    await by('guests-without-contact').click();
    await expect(by('participant-row')).toHaveCount(1);
    await expect(by('participant-search')).toHaveValue('elvestad');
    await expect(by('guests-without-contact')).toBeFocused();
    await by('contact-line').fill('Ola Nordmann 987 65 432');
    await by('contact-line').press('Enter');
    await expect(by('participant-row')).toHaveCount(0);
  });

  await test.step('the two are compared, and become one', async () => {
    await by('rail-overview').click();
    const task = page.locator('[data-testid="task"][data-matter="doubles"]');
    await task.getByRole('link').click();
    await expect(by('side')).toHaveCount(2);
    await expect(by('side').filter({ hasText: 'Førstehjelpskurs' })).toContainText('Kari Nordmann');
    const kept = by('side').filter({ hasText: 'Førstehjelpskurs' }).getByTestId('keep');
    await kept.click();
    await kept.click();
    await expect(page.locator('.page-title')).toHaveText('Elvestad sanitetsforening');
    await by('rail-overview').click();
    await expect(task).toHaveCount(0);
  });

  await test.step('a category is renamed, and one is laid into another, by one press that waits for its answer', async () => {
    await by('rail-categories').click();
    const before = (await board()).settings.categories;
    await by('category-name').first().fill('Gode råd');
    await by('category-name').first().press('Enter');
    await expect.poll(async () => (await board()).settings.categories[0].name).toBe('Gode råd');
    const { isAsked, release } = await holdBack(page, /\/categories\/merge$/, 'POST');
    await by('category-merge').nth(1).selectOption(before[0].id);
    await by('category-do-merge').click();
    await isAsked;
    await expect(by('category-do-merge')).toBeDisabled();
    await expect(by('category')).toHaveCount(before.length);
    await release();
    await expect(by('category')).toHaveCount(before.length - 1);
    expect((await board()).settings.categories.map(({ id }) => id)).not.toContain(before[1].id);
  });

  await test.step('the exchange: an error at its field, and what is kept', async () => {
    await by('rail-exchange').click();
    const form = by('goals-form');
    await by('settings-goal').fill('mange');
    await form.getByTestId('settings-save').click();
    await expect(by('settings-goal')).toHaveAttribute('aria-invalid', 'true');
    await by('settings-goal').fill('75');
    await form.getByTestId('settings-save').click();
    await expect.poll(async () => (await board()).settings.goal).toBe(75);
  });

  await test.step('a contact that could not be read is read when the server is back', async () => {
    const guests = Object.values((await board()).participants);
    const { id } = guests.find(({ name }) => name === 'Elvestad sanitetsforening');
    await page.route(/\/contacts\/[0-9a-f-]+$/, (route) => route.abort(), { times: 1 });
    await page.goto(addressOf(`participants/${id}`));
    await expect(by('contact-form').getByRole('alert').filter({ visible: true })).toHaveCount(1);
    await expect(by('contact-save')).toBeDisabled();
    await hall.server.kill();
    await hall.server.start('--commands-per-minute', '100000');
    await expect(by('contact-person')).toHaveValue('Kari Nordmann');
    await expect(by('contact-save')).toBeEnabled();
    await expect(by('contact-form').getByRole('alert').filter({ visible: true })).toHaveCount(0);
  });
});

test('forty participants come from a spreadsheet, once, and are given places @patient', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);
  const before = Object.keys((await board()).participants).length;
  const addresses = page.getByLabel('E E-post');
  const problems = page.locator('[data-testid="import-row"][data-state="problem"]');

  await test.step('the file is read, a column is mended, and what is wrong is seen at its cell', async () => {
    await by('rail-participants').click();
    await by('participant-import').click();
    await by('import-paste').fill('Navn');
    for (const offline of [true, false]) {
      await page.context().setOffline(offline);
      for (const way of ['import-file', 'import-read']) await expect(by(way)).toBeEnabled({ enabled: !offline, timeout: 20_000 });
    }
    await by('import-file').setInputFiles(TOWN);
    await expect(by('import-counts')).toContainText('40 nye deltakere');
    await expect(by('import-columns').getByRole('heading')).toBeFocused();
    await addresses.selectOption('phone');
    await expect(problems).toHaveCount(40);
    await expect(problems.first()).toContainText('E4');
    await expect(by('import-write')).toBeDisabled();
    await addresses.selectOption('email');
    await expect(problems).toHaveCount(0);
  });

  await test.step('somebody writes meanwhile: it is looked at again, and then all of it is written', async () => {
    await expect(by('import-counts')).toContainText('40 nye deltakere');
    await hall.ask('organiser', {
      type: 'register_participant',
      participant: { id: crypto.randomUUID(), name: 'Sol Taxi', sector: 'business' },
    });
    await by('import-write').press('Enter');
    await expect(by('import-said')).toContainText('imens');
    await expect(by('import-counts')).toContainText('39 nye deltakere');
    await by('import-write').press('Enter');
    await expect(by('import-done')).toContainText('39 nye deltakere');
    expect(Object.keys((await board()).participants)).toHaveLength(before + 40);
  });

  await test.step('the same file again changes nothing', async () => {
    await by('import-more').click();
    await by('import-file').setInputFiles(TOWN);
    await expect(by('import-show-same')).toHaveText('som før 40');
    await expect(by('import-write')).toBeHidden();
    await page.getByRole('link', { name: 'Alle deltakere' }).click();
  });

  await test.step('several are chosen, given places that are counted on, and marked as arrived', async () => {
    await by('participant-search').fill('Elvestad m');
    await expect(by('participant-row')).toHaveCount(2);
    await by('choose-all').check();
    await expect(by('several-print').first()).toHaveAttribute('href', /badges\.pdf\?symbols=[A-ZÆØÅ]+,[A-ZÆØÅ]+$/);
    await by('several-place').click();
    await by('several-text').fill('stand');
    await by('several-number').fill('9');
    await by('several-number').press('Enter');
    await expect(by('several-said')).toHaveText('2 deltakere har fått plass.');
    const places = await by('place-cell').evaluateAll((cells) => cells.map((cell) => /** @type {HTMLInputElement} */ (cell).value));
    expect(places).toEqual(['stand 9', 'stand 10']);
    await by('several-arrived').click();
    await expect(by('several-said')).toHaveText('2 deltakere er merket som kommet.');
    await by('guests-arrived').click();
    await expect(by('participant-row')).toHaveCount(2);
    await by('guests-not-arrived').click();
    await expect(by('participant-row')).toHaveCount(0);
    await by('participant-search').fill('');
    await expect(by('participant-row')).toHaveCount(before + 38);
  });
});

test('no page has anything cut, laid over, or in the way of those who hear, tab or need contrast @looks', async ({ browser }) => {
  const found = [];
  const page = await hall.window(browser, DESK, { reducedMotion: 'reduce' });
  await hall.show(page, 'organiser');
  const open = async (name) => {
    await page.goto(addressOf(name));
    await expect(page.getByTestId('organiser-page')).toHaveAttribute('data-page', name.split('/')[0]);
  };
  const measure = async (where) => {
    for (const size of [DESK, UPRIGHT]) {
      await page.setViewportSize(size);
      const faults = await page.evaluate(findFaults, { ...MEASURED, ...size, frames: 2, scrolls: true });
      found.push(...faults.map(({ kind, at, text, px }) => `${where} ${size.width}: ${at} ${kind}, ${px} px of "${text}"`));
    }
  };
  for (const name of PAGES) {
    await open(name);
    await measure(name);
    found.push(...(await violations(page)).map((words) => `${name}: ${words}`));
  }
  // The languages with the longest words.
  for (const lang of ['de', 'nl']) {
    await page.evaluate((own) => localStorage.setItem('borsklokka.language', own), lang);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    for (const name of PAGES) {
      await open(name);
      await measure(`${name} ${lang}`);
    }
  }
  await open('categories');
  await page.getByTestId('category-icon').first().click();
  await page.getByTestId('category-icons').waitFor();
  await measure('icons');
  found.push(...(await violations(page)).map((words) => `icons: ${words}`));
  await page.evaluate(() => localStorage.removeItem('borsklokka.language'));
  await page.reload();
  await page.goto(addressOf('participants/import'));
  await page.getByTestId('import-paste').fill('Navn\tSektor\tE-post\tTilbud\nKor\tromfart\tkor\tSang\nElvestad Taxi\tbedrift\t\tKjøring');
  await page.getByTestId('import-read').press('Enter');
  await page.locator('[data-testid="import-row"][data-state="problem"]').waitFor();
  await measure('preview');
  found.push(...(await violations(page)).map((words) => `preview: ${words}`));
  expect(found).toEqual([]);
});

test('the focus goes back to what opened a form, and on from what is removed', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);

  await test.step('an offer, on both pages', async () => {
    const [{ id }] = (await board()).participants;
    const own = by('listing').filter({ hasText: 'Aking i bakken' });
    await page.goto(addressOf(`participants/${id}`));
    for (const text of ['Aking i bakken', 'Aking i bakken om kvelden']) {
      await by('listing-new').press('Enter');
      await by('listing-text').fill(text);
      await by('listing-text').press('Enter');
      await expect(by('listing-new')).toBeFocused();
    }
    for (const name of [`participants/${id}`, 'listings']) {
      await page.goto(addressOf(name));
      if (name === 'listings') await by('listing-search').fill('aking i bakken');
      await expect(own).toHaveCount(2);
      for (const opener of [by('listing-new'), own.first().getByTestId('listing-edit')]) {
        await opener.press('Enter');
        await expect(by('listing-text')).toBeFocused();
        await by('listing-cancel').press('Enter');
        await expect(opener).toBeFocused();
      }
      await own.first().getByTestId('listing-edit').press('Enter');
      await by('listing-text').fill(`Aking i bakken, ${name.slice(0, 4)}`);
      await by('listing-save').press('Enter');
      await expect(own.filter({ hasText: name.slice(0, 4) }).getByTestId('listing-edit')).toBeFocused();
    }
    const remove = own.getByTestId('listing-remove');
    await remove.first().press('Enter');
    await remove.first().press('Enter');
    await expect(own).toHaveCount(1);
    await expect(remove).toBeFocused();
    await remove.press('Enter');
    await remove.press('Enter');
    await expect(own).toHaveCount(0);
    await expect(page.locator('.page-title')).toBeFocused();
  });

  await test.step('a category', async () => {
    await page.goto(addressOf('categories'));
    for (const name of ['Tau', 'Telt']) {
      await by('category-new').fill(name);
      await by('category-new').press('Enter');
      await expect(by('category-new')).toHaveValue('');
    }
    const remove = by('category-remove').filter({ visible: true });
    const count = await remove.count();
    await remove.last().press('Enter');
    await expect(remove).toHaveCount(count - 1);
    await expect(remove.last()).toBeFocused();
    const merge = by('category-merge').filter({ visible: true }).first();
    await merge.selectOption({ index: 1 });
    await page.locator('.category-sure').getByRole('button').last().press('Enter');
    await expect(merge).toBeFocused();
  });

  await test.step('a line of the programme', async () => {
    await page.goto(addressOf('programme'));
    const lines = await by('plan-line').count();
    await by('plan-remove').last().press('Enter');
    await expect(by('plan-line')).toHaveCount(lines - 1);
    await expect(by('plan-remove').last()).toBeFocused();
    await by('plan-undo').press('Enter');
    await expect(by('plan-line')).toHaveCount(lines);
  });
  await page.context().close();
});

test('a category is given an icon by keys, and the wall shows it; one that deals are in stays', async ({ browser }) => {
  const page = await hall.window(browser, DESK, WATCHED);
  await hall.show(page, 'organiser');
  await page.goto(addressOf('categories'));
  const row = page.getByTestId('category').last();
  const opener = row.getByTestId('category-icon');
  const food = row.locator('[data-icon="food"]');
  const last = async () => (await board()).settings.categories.at(-1);

  await opener.press('Enter');
  await expect(row.locator('[aria-pressed="true"]')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(food).toHaveCount(0);
  await expect(opener).toBeFocused();
  await opener.press('Enter');
  const lines = await food.locator('path').getAttribute('d');
  await food.press('Enter');
  await expect(opener).toBeFocused();
  await expect(opener).toHaveAccessibleName(/: Mat og kaffe$/);
  await expect.poll(async () => (await last()).icon).toBe('food');

  const { id, name } = await last();
  await hall.openFloor();
  const terms = dealOfDemo(0);
  terms.bargain.service.category = id;
  await hall.post(terms);
  const wall = await hall.window(browser, { width: 1920, height: 1080 });
  await hall.show(wall, 'wall');
  await hall.setScene('closing');
  await expect(wall.locator('.share-category', { hasText: name }).locator('path')).toHaveAttribute('d', lines);
  await expect(row.getByTestId('category-stays')).toContainText('blir stående');
  for (const way of ['category-remove', 'category-merge']) await expect(row.getByTestId(way)).toBeHidden();

  await test.step('so does one in which a deal is written while it is laid into another, whole, and it is said why', async () => {
    const nth = await page.getByTestId('category-merge').evaluateAll((all) => all.findIndex((one) => !(/** @type {HTMLElement} */ (one).hidden)));
    const { id: dealt } = (await board()).settings.categories[nth];
    const other = page.getByTestId('category').nth(nth);
    const offers = await other.locator('small').first().innerText();
    const { isAsked, release } = await holdBack(page, /\/categories\/merge$/, 'POST');
    await other.getByTestId('category-merge').selectOption(id);
    await other.getByTestId('category-do-merge').click();
    await isAsked;
    await hall.post({ ...dealOfDemo(1), bargain: { kind: 'one_way', service: { text: 'Bokettersyn', category: dealt, listings: [] } } });
    await release();
    await expect(other.getByTestId('category-refused')).toContainText('Ingenting er endret.');
    await expect(other.getByTestId('category-stays')).toBeVisible();
    await expect(other.locator('small').first()).toHaveText(offers);
  });
});

test('the report says what the server counts, and follows what is taken back', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  await page.goto(addressOf('report'));
  const by = (id) => page.getByTestId(id);
  // What was laid together or renamed before is no category of the demo's any more.
  const known = (await board()).settings.categories.map(({ id }) => id);
  hall.dealOf = (nth) => {
    const terms = dealOfDemo(nth);
    const { service, return_service: returned } = terms.bargain;
    for (const [place, one] of [service, returned].entries()) if (one) one.category = known[(nth + place) % known.length];
    return terms;
  };
  if ((await board()).floor.length === 0) await hall.openFloor();
  const worth = { ...dealOfDemo(1), bargain: { kind: 'one_way', service: { text: 'Revisjon', category: known[0], effort_minutes: 90, worth: 12_500, listings: [] } } };
  await hall.post(worth);
  await hall.postMany(hall.posted + 12);
  const told = () => page.evaluate(() => fetch('/api/v1/exchanges/drammen/report').then((answer) => answer.json()));
  const numbers = (texts) => texts.map((text) => Number(text.replace(/\s/g, '').replace(',', '.')));
  /** The numbers of a table, row by row. */
  const rows = async (name) => {
    const all = await by(`report-${name}`).locator('tbody tr').all();
    return Promise.all(all.map(async (row) => numbers(await row.locator('.report-number').allTextContents())));
  };

  await expect.poll(async () => numbers([await by('report-deals').innerText()])).toEqual([(await told()).evening.deals]);
  const report = await told();
  expect(report.evening.deals).toBe((await board()).totals.deals);
  const inRail = by('rail-agreements').locator('small');
  await expect(inRail).toHaveText(`${report.evening.deals}`);
  const { sums } = report.evening;
  expect(numbers([await by('report-effort').innerText()])).toEqual([Math.round(sums.effort_minutes / 30) / 2]);
  expect(numbers([await by('report-worth').innerText()])).toEqual([sums.worth]);
  expect(sums.worth).toBe(12_500);
  // Who has come is told where it was noted of anybody.
  const isNoted = report.sectors.some(({ arrived }) => arrived > 0);
  const ofSector = ({ participants, arrived, traded, deals }) => [participants, ...(isNoted ? [arrived] : []), traded, deals];
  expect(await rows('sectors')).toEqual(report.sectors.map(ofSector));
  const sectors = report.sectors.map(({ sector }) => sector);
  const between = (giver, receiver) => report.pairs.find((pair) => pair.giver === giver && pair.receiver === receiver)?.deals ?? 0;
  expect(await rows('pairs')).toEqual(sectors.map((giver) => sectors.map((receiver) => between(giver, receiver))));
  const hours = (minutes) => Math.round(minutes / 30) / 2;
  const ofCategory = (one) => [one.deals, hours(one.effort_minutes), one.worth, one.unmet];
  expect(await rows('categories')).toEqual(report.categories.map(ofCategory));
  expect(await rows('times')).toEqual(report.times.map((one) => [one.deals, one.by_then]));
  expect(await rows('active')).toEqual(report.most_active.map((one) => [one.deals]));
  const wishes = by('report-unmet').locator('tbody tr');
  await expect(wishes).toHaveCount(report.unmet.length);
  expect(await wishes.locator('th').allTextContents()).toEqual(report.unmet.map(({ text }) => text));
  await expect(by('report-evenings').locator('tbody tr')).toHaveCount(1 + report.earlier.length);

  // What is taken back is in no figure any more, without a reload.
  const { deals } = await board();
  await hall.ask('moderator', { type: 'withdraw_deal', deal: deals.find((deal) => deal.terms.bargain.service.text === 'Revisjon').id });
  await expect.poll(async () => numbers([await by('report-deals').innerText()])).toEqual([report.evening.deals - 1]);
  await expect(inRail).toHaveText(`${report.evening.deals - 1}`);
  await expect(by('report-worth')).toHaveCount(0);
  for (const [name, begins] of /** @type {const} */ ([['report.pdf', '%PDF-'], ['report.xlsx', 'PK']])) {
    const address = await by(name).getAttribute('href');
    const file = await page.evaluate((url) => fetch(url).then((answer) => answer.text()), address);
    expect(file.slice(0, begins.length), name).toBe(begins);
  }
});

/** Two organisers on the same page, each at a desk of her own. */
async function two(browser, name, more = {}) {
  const pages = [await hall.window(browser, DESK, more), await hall.window(browser, DESK, more)];
  for (const page of pages) {
    await hall.show(page, 'organiser');
    await page.goto(addressOf(name));
  }
  return pages;
}

test('a tablet laid flat shows whole categories, dates and tables', async ({ browser }) => {
  if ((await board()).floor.length === 0) await hall.openFloor();
  const page = await hall.window(browser, { width: 1024, height: 768 });
  await hall.show(page, 'organiser');
  for (const lang of ['nb', 'de']) {
    await page.evaluate((own) => localStorage.setItem('borsklokka.language', own), lang);
    await page.goto(addressOf('categories'));
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.getByTestId('category').first()).toBeVisible();
    const out = await page.getByTestId('category').evaluateAll((rows) => rows.map((row) => row.scrollWidth - row.clientWidth));
    expect(Math.max(...out)).toBeLessThanOrEqual(0);
    await page.goto(addressOf('exchange'));
    const date = await page.getByTestId('settings-date').boundingBox();
    expect(date?.width).toBeGreaterThan(180);
    await page.goto(addressOf('report'));
    await expect(page.getByTestId('report-kinds').last()).toBeVisible();
    const wide = await page.locator('.report .page-column:first-child .wide').evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    expect(Math.max(0, ...wide)).toBe(0);
  }
  await page.context().close();
});

test('a form shows what stands there, and saves what was changed in it alone', async ({ browser }) => {
  const [one, other] = await two(browser, 'exchange');
  const settings = async () => (await board()).settings;
  const save = (page, id, value) => page.getByTestId(id).fill(value).then(() => page.getByTestId(id).press('Enter'));

  await test.step('what nobody touched follows', async () => {
    await save(other, 'settings-late', '7');
    await expect(one.getByTestId('settings-late')).toHaveValue('7');
  });
  await test.step('what is being written stays, and what another changed meanwhile is not taken back', async () => {
    await one.getByTestId('settings-milestone').fill('33');
    await save(other, 'settings-late', '9');
    await expect.poll(async () => (await settings()).late_minutes).toBe(9);
    await expect(one.getByTestId('settings-milestone')).toHaveValue('33');
    await one.getByTestId('settings-milestone').press('Enter');
    await expect.poll(async () => (await settings()).milestone_every).toBe(33);
    expect((await settings()).late_minutes).toBe(9);
    await expect(one.getByTestId('settings-late')).toHaveValue('9');
    await expect(one.getByTestId('evening-form').getByRole('status').last()).toHaveText('Lagret.');
  });
  await test.step('nor after a page was loaded anew, whatever its browser kept', async () => {
    for (const milestone of ['34', '35', '36']) {
      await save(one, 'settings-milestone', milestone);
      await expect.poll(async () => `${(await settings()).milestone_every}`).toBe(milestone);
      await one.reload();
      await expect(one.getByTestId('settings-milestone')).toHaveValue(milestone);
      await save(one, 'settings-currency', 'EUR');
      await expect(one.getByTestId('evening-form').getByRole('status').last()).toHaveText('Lagret.');
      expect(`${(await settings()).milestone_every}`).toBe(milestone);
    }
  });
  await test.step('what is typed and not saved is there again after another page', async () => {
    await one.getByTestId('settings-goal').fill('77');
    await one.getByTestId('settings-privacy').fill('Vi lagrer navn.');
    await one.getByTestId('settings-found').selectOption('yes');
    await one.getByTestId('rail-categories').click();
    await expect(one.getByTestId('organiser-page')).toHaveAttribute('data-page', 'categories');
    await one.getByTestId('rail-exchange').click();
    await expect(one.getByTestId('settings-goal')).toHaveValue('77');
    await expect(one.getByTestId('settings-privacy')).toHaveValue('Vi lagrer navn.');
    await expect(one.getByTestId('settings-found')).toHaveValue('yes');
    await one.getByTestId('settings-goal').press('Enter');
    await expect.poll(async () => (await settings()).goal).toBe(77);
    // Whoever closes the page with something typed is asked.
    const asked = one.waitForEvent('dialog');
    const closing = one.close({ runBeforeUnload: true });
    await (await asked).accept();
    await closing;
  });
  await test.step('a total to beat without a name is not thrown away', async () => {
    await other.getByTestId('settings-benchmark-name').fill('');
    await save(other, 'settings-benchmark-total', '55');
    await expect(other.locator('#settings-benchmark-name-error')).toBeVisible();
    await expect(other.getByTestId('settings-benchmark-total')).toHaveValue('55');
    await save(other, 'settings-benchmark-name', 'Fjoråret');
    await expect.poll(async () => (await settings()).benchmark?.total).toBe(55);
  });
});

test('two who change the same participant are told of each other', async ({ browser }) => {
  const { id } = (await board()).participants[0];
  const place = async () => (await board()).participants.find((one) => one.id === id).place;
  const [one, other] = await two(browser, `participants/${id}`);
  const save = (page, value) => page.getByTestId('participant-place').fill(value).then(() => page.getByTestId('participant-save').click());
  await save(other, 'bord 77');
  await expect(one.getByTestId('participant-place')).toHaveValue('bord 77');
  await one.getByTestId('participant-place').fill('bord 5');
  await save(other, 'bord 8');
  await expect.poll(place).toBe('bord 8');
  await one.getByTestId('participant-save').click();
  await expect(one.getByTestId('participant-form').getByRole('alert').last()).toContainText('bord 8');
  await expect(one.getByTestId('participant-place')).toHaveValue('bord 5');
  expect(await place()).toBe('bord 8');
  await one.getByTestId('participant-save').click();
  await expect.poll(place).toBe('bord 5');
  await expect(other.getByTestId('participant-place')).toHaveValue('bord 5');
});

test('two who change the same offer are told of each other, and what is written of one that is removed can be added anew', async ({ browser }) => {
  const { participants, settings } = await board();
  const id = randomUUID();
  const listing = { id, participant: participants[0].id, kind: 'offer', text: 'Ringeklokker til utlån', category: settings.categories[0].id, quantity: { amount: 10, unit: 'timer' } };
  await hall.ask('organiser', { type: 'add_listing', listing });
  const [one, other] = await two(browser, 'listings');
  const stands = () => one.evaluate(async (id) => {
    const answer = await fetch('/api/v1/exchanges/drammen/catalogue');
    return (await answer.json()).listings.find((listing) => listing.id === id);
  }, id);
  const field = (page, name) => page.getByTestId(`listing-${name}`);
  const form = (page) => page.getByTestId('listing-form');
  const save = (page) => field(page, 'save').click();
  const seq = async (page) => Number(await page.locator('html').getAttribute('data-seq'));
  /** What the other sees has come to the one as well. */
  const isTold = async (text) => {
    await expect(other.getByTestId('listing')).toContainText(text);
    const told = await seq(other);
    await expect.poll(() => seq(one)).toBeGreaterThanOrEqual(told);
  };
  for (const page of [one, other]) await field(page, 'search').fill('ringeklokker');

  await test.step('what each of them changed alone is laid together', async () => {
    for (const page of [one, other]) await field(page, 'edit').click();
    await field(one, 'amount').fill('12');
    await field(other, 'text').fill('Ringeklokker til leie');
    await save(other);
    await isTold('Ringeklokker til leie');
    await expect(field(one, 'amount')).toHaveValue('12');
    await save(one);
    await expect(form(one)).toHaveCount(0);
    await expect.poll(stands).toMatchObject({ text: 'Ringeklokker til leie', quantity: { amount: 12, unit: 'timer' } });
  });

  await test.step('of what both changed the second is told, stays where she writes, and has her way when she saves once more', async () => {
    for (const page of [one, other]) await field(page, 'edit').click();
    await field(one, 'text').fill('Ringeklokker og bjeller');
    await field(other, 'text').fill('Ringeklokker med kasse');
    await save(other);
    await isTold('Ringeklokker med kasse');
    await expect(field(one, 'text')).toBeFocused();
    await expect(field(one, 'text')).toHaveValue('Ringeklokker og bjeller');
    await save(one);
    await expect(form(one).getByRole('alert').last()).toContainText('Hva: Ringeklokker med kasse');
    expect(await stands()).toMatchObject({ text: 'Ringeklokker med kasse' });
    await save(one);
    await expect(form(one)).toHaveCount(0);
    await expect.poll(stands).toMatchObject({ text: 'Ringeklokker og bjeller' });
    await expect(other.getByTestId('listing')).toContainText('Ringeklokker og bjeller');
  });

  await test.step('one that is removed meanwhile is said to be, and what was written is added as another one', async () => {
    await field(one, 'edit').click();
    await field(one, 'text').fill('Ringeklokker og kubjeller');
    await hall.ask('organiser', { type: 'remove_listing', listing: id });
    await expect(field(one, 'gone')).toBeVisible();
    await expect(field(one, 'text')).toBeFocused();
    await expect(field(one, 'text')).toHaveValue('Ringeklokker og kubjeller');
    await save(one);
    await expect(form(one)).toHaveCount(0);
    await expect(other.getByTestId('listing')).toContainText('Ringeklokker og kubjeller');
    expect(await stands()).toBeUndefined();
  });

  await test.step('nor is it lost to her who looks at another page meanwhile', async () => {
    const another = { ...listing, id: randomUUID(), text: 'Ringeklokker på hjul' };
    await hall.ask('organiser', { type: 'add_listing', listing: another });
    await field(one, 'search').fill('ringeklokker på hjul');
    await field(one, 'edit').click();
    await field(one, 'text').fill('Ringeklokker på to hjul');
    await one.getByTestId('rail-categories').click();
    await one.locator('[data-testid="organiser-page"][data-page="categories"]').waitFor();
    await hall.ask('organiser', { type: 'remove_listing', listing: another.id });
    await one.getByTestId('rail-listings').click();
    await expect(field(one, 'gone')).toBeVisible();
    await expect(field(one, 'text')).toHaveValue('Ringeklokker på to hjul');
    // What saves it and what gives it up stand side by side.
    const [saves, leaves] = await Promise.all(['save', 'cancel'].map((name) => field(one, name).boundingBox()));
    expect(Math.round(leaves?.y ?? 0)).toBe(Math.round(saves?.y ?? 1));
    expect(leaves?.x).toBeGreaterThan((saves?.x ?? 0) + (saves?.width ?? 0));
    await field(one, 'cancel').click();
    await expect(form(one)).toHaveCount(0);
    // A page that asks stays open.
    const closed = one.waitForEvent('close');
    await one.close({ runBeforeUnload: true });
    await closed;
  });
});

test('what is half typed as the name of a category is told of when another takes it away, and writes over nobody’s', async ({ browser }) => {
  const { settings } = await board();
  const configure = (...more) => hall.ask('organiser', { type: 'configure', settings: { ...settings, categories: [...settings.categories, ...more] } });
  const lent = { id: 'lent', name: 'Utlån' };
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  await page.goto(addressOf('categories'));
  const by = (id) => page.getByTestId(id);
  const name = by('category-name').last();
  const named = async () => (await board()).settings.categories.at(-1).name;

  await test.step('one that another renames meanwhile', async () => {
    await configure(lent);
    await expect(name).toHaveValue('Utlån');
    await name.fill('Utlån av telt');
    await configure({ ...lent, name: 'Til låns' });
    await expect(page.getByRole('button', { name: /Til låns$/ }).first()).toBeAttached();
    await expect(name).toHaveValue('Utlån av telt');
    await name.press('Enter');
    await expect(by('category').last()).toContainText('«Til låns»');
    // To leave the field is no answer.
    await by('category-new').click();
    expect(await named()).toBe('Til låns');
    await name.press('Enter');
    await expect.poll(named).toBe('Utlån av telt');
    await expect(name).toHaveAttribute('aria-invalid', 'false');
  });

  await test.step('one that another takes away, also when the page is loaded anew', async () => {
    await name.fill('Utlån av telt og stoler');
    await configure();
    await expect(by('category')).toHaveCount(settings.categories.length);
    await expect(by('category-gone')).toContainText('«Utlån av telt og stoler»');
    page.once('dialog', (dialog) => dialog.accept());
    await page.reload();
    await expect(by('category-gone')).toContainText('«Utlån av telt og stoler»');
    await by('category-gone-read').click();
    await expect(by('category-gone')).toBeHidden();
    await page.reload();
    await expect(by('category')).toHaveCount(settings.categories.length);
    await expect(by('category-gone')).toBeHidden();
  });
});

test('what is half typed in the table stays with its participant, and writes over nothing unseen', async ({ browser }) => {
  const [gone, kept] = [randomUUID(), randomUUID()];
  const amend = (name, place) => hall.ask('organiser', { type: 'amend_participant', participant: { id: gone, name, sector: 'business', place } });
  for (const [id, name] of [[gone, 'Vestre Kafé'], [kept, 'Vestre Vaffel']])
    await hall.ask('organiser', { type: 'register_participant', participant: { id, name, sector: 'business' } });
  const [page, other] = await two(browser, 'participants');
  const by = (id) => page.getByTestId(id);
  const [rows, place, line] = [by('participant-row'), by('place-cell').first(), by('contact-line').first()];
  const placeOf = async (id) => (await board()).participants.find((one) => one.id === id)?.place;
  await by('participant-search').fill('vestre');
  await expect(rows).toHaveCount(2);

  await test.step('a place that another gives meanwhile', async () => {
    await place.fill('bord 9');
    await amend('Vestre Kafé og Is', 'bord 3');
    await expect(rows.first()).toContainText('Vestre Kafé og Is');
    await expect(place).toHaveValue('bord 9');
    await place.press('Enter');
    await expect(rows.first()).toContainText('«bord 3»');
    await expect(place).toBeFocused();
    // To leave the field is no answer.
    await by('participant-search').click();
    expect(await placeOf(gone)).toBe('bord 3');
    await place.press('Enter');
    await expect.poll(() => placeOf(gone)).toBe('bord 9');
    await expect(place).toHaveAttribute('aria-invalid', 'false');
  });

  await test.step('a contact that another writes meanwhile, also where those without one are shown', async () => {
    await by('guests-without-contact').click();
    await expect(rows).toHaveCount(2);
    await line.fill('Ola Nordmann 987 65 432');
    await other.goto(addressOf(`participants/${gone}`));
    await other.getByTestId('contact-person').fill('Kari Nordmann');
    await other.getByTestId('contact-phone').fill('912 34 567');
    await other.getByTestId('contact-save').click();
    await expect(other.getByTestId('contact-form').getByRole('status').last()).toHaveText('Lagret.');
    await line.press('Enter');
    await expect(rows.first()).toContainText('«Kari Nordmann, 912 34 567»');
    await expect(line).toHaveValue('Ola Nordmann 987 65 432');
    await line.press('Enter');
    await expect(rows).toHaveCount(1);
    await by('guests-all').click();
    await expect(rows.first()).toContainText('Ola Nordmann');
    await other.reload();
    await expect(other.getByTestId('contact-person')).toHaveValue('Ola Nordmann');
    await expect(other.getByTestId('contact-phone')).toHaveValue('987 65 432');
  });

  await test.step('of one that another merges', async () => {
    await place.fill('bord 12');
    await hall.ask('organiser', { type: 'merge_participants', kept, gone });
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('Vestre Vaffel');
    await expect(place).toHaveValue('bord 12');
    expect(await placeOf(kept)).toBe('bord 9');
    // It is there after another page too.
    await by('rail-categories').click();
    await expect(by('category').first()).toBeVisible();
    await by('rail-participants').click();
    await expect(rows.filter({ hasText: 'Vestre Vaffel' }).getByTestId('place-cell')).toHaveValue('bord 12');
    await by('participant-search').fill('vestre');
    await place.press('Enter');
    await expect.poll(() => placeOf(kept)).toBe('bord 12');
  });

  await test.step('of one that another takes out, also when the page is loaded anew', async () => {
    await place.fill('bord 14');
    await hall.ask('organiser', { type: 'remove_participant', participant: kept });
    await expect(by('participant-gone')).toContainText('«bord 14»');
    page.once('dialog', (dialog) => dialog.accept());
    await page.reload();
    await expect(by('participant-gone')).toContainText('«bord 14»');
    await by('participant-gone-read').click();
    await expect(by('participant-gone')).toBeHidden();
    await page.reload();
    await expect(rows.first()).toBeVisible();
    await expect(by('participant-gone')).toBeHidden();
  });
});

test('a form for an offer has the categories that there are, and marks which of an amount and its unit is missing', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  await page.goto(addressOf('listings'));
  const field = (name) => page.getByTestId(`listing-${name}`);
  const { participants, settings } = await board();
  const configure = (...more) => hall.ask('organiser', { type: 'configure', settings: { ...settings, categories: [...settings.categories, ...more] } });
  const [lent, given] = [{ id: 'lent', name: 'Utlån' }, { id: 'given', name: 'Gaver' }];
  const gone = page.locator('#listing-category-error');

  await test.step('one that is chosen and goes is not chosen any more, and is not saved', async () => {
    await field('new').click();
    await field('text').fill('Partytelt til dugnaden');
    await field('party').fill(participants[0].name);
    await configure(lent);
    await field('category').selectOption(lent.id);
    await configure();
    await expect(field('category')).toHaveValue('');
    await expect(gone).toContainText('finnes ikke lenger');
    await field('save').click();
    await expect(field('text')).toHaveValue('Partytelt til dugnaden');
    await field('category').selectOption(settings.categories[0].id);
    await expect(gone).toHaveCount(0);
  });

  await test.step('of an amount and its unit the one that is missing is marked, and the fields keep their line', async () => {
    const wrong = async () => Promise.all(['amount', 'unit'].map((name) => field(name).getAttribute('aria-invalid')));
    const lines = async () => Promise.all(['category', 'amount', 'unit'].map(async (name) => Math.round((await field(name).boundingBox())?.y ?? 0)));
    await field('amount').fill('2');
    await field('save').click();
    await expect(page.locator('#listing-unit-error')).toBeVisible();
    expect(await wrong()).toEqual(['false', 'true']);
    expect(new Set(await lines()).size).toBe(1);
    await field('amount').fill('');
    await field('unit').fill('telt');
    await field('save').click();
    await expect(page.locator('#listing-amount-error')).toContainText('Hvor mange?');
    expect(await wrong()).toEqual(['true', 'false']);
    await field('amount').fill('0');
    await field('save').click();
    await expect(page.locator('#listing-amount-error')).toContainText('fra 1 til');
    await field('amount').fill('2');
    await field('save').click();
    await expect(page.getByTestId('listing-form')).toHaveCount(0);
  });

  await test.step('one that is being changed goes along into another category', async () => {
    await configure(lent, given);
    const listing = { id: randomUUID(), participant: participants[0].id, kind: 'offer', text: 'Telt til utlån', category: lent.id };
    await hall.ask('organiser', { type: 'add_listing', listing });
    await field('search').fill('telt til utlån');
    await field('edit').click();
    await field('text').fill('Store telt til utlån');
    await expect(field('category')).toHaveValue(lent.id);
    const merged = await page.evaluate(async () => {
      const body = JSON.stringify({ kept: 'given', gone: 'lent' });
      const answer = await fetch('/api/v1/exchanges/drammen/categories/merge', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return answer.status;
    });
    expect(merged).toBe(204);
    await expect(field('category')).toHaveValue(given.id);
    await expect(gone).toHaveCount(0);
    await expect(field('text')).toHaveValue('Store telt til utlån');
    await field('save').click();
    await expect(page.getByTestId('listing-form')).toHaveCount(0);
    await expect(page.getByTestId('listing')).toContainText('Store telt til utlån');
  });

  await test.step('a search that finds nothing says so', async () => {
    await field('search').fill('finnes ikke');
    await expect(page.getByTestId('listings-nothing')).toHaveText('Ingenting passer til søket.');
  });
});

test('two who change the same field of the exchange are told of each other', async ({ browser }) => {
  const place = async () => (await board()).settings.place;
  const [one, other] = await two(browser, 'exchange');
  const field = (page) => page.getByTestId('settings-place');
  const save = (page) => page.getByTestId('settings-form').getByTestId('settings-save').click();
  const standing = (page) => page.getByTestId('settings-form').getByRole('status').last();
  await field(one).fill('Folkets Hus');
  await field(other).fill('Biblioteket');
  await save(other);
  await expect(standing(other)).toHaveText('Lagret.');
  await expect.poll(place).toBe('Biblioteket');
  await save(one);
  await expect(one.getByTestId('settings-form').getByRole('alert').last()).toContainText('Sted: Biblioteket');
  await expect(field(one)).toHaveValue('Folkets Hus');
  await expect(standing(one)).toHaveText('Ikke lagret ennå.');
  expect(await place()).toBe('Biblioteket');
  await save(one);
  await expect.poll(place).toBe('Folkets Hus');
  // A page that says that it is saved shows what stands there.
  await expect(field(other)).toHaveValue('Folkets Hus');
  await expect(standing(other)).toHaveText('Lagret.');

  await test.step('nor is it taken back unseen by what was typed before a look at another page', async () => {
    await field(one).fill('Rådhuset');
    await one.getByTestId('rail-categories').click();
    await one.locator('[data-testid="organiser-page"][data-page="categories"]').waitFor();
    await field(other).fill('Samfunnshuset');
    await save(other);
    await expect.poll(place).toBe('Samfunnshuset');
    await one.getByTestId('rail-exchange').click();
    await expect(field(one)).toHaveValue('Rådhuset');
    await save(one);
    await expect(one.getByTestId('settings-form').getByRole('alert').last()).toContainText('Sted: Samfunnshuset');
    expect(await place()).toBe('Samfunnshuset');
    await save(one);
    await expect.poll(place).toBe('Rådhuset');
  });
});

test('two who each add a sponsor lose none', async ({ browser }) => {
  const [one, other] = await two(browser, 'look');
  for (const [page, name] of /** @type {const} */ ([[one, 'Kraftlaget'], [other, 'Sparebanken']])) {
    await page.getByTestId('sponsor-add').click();
    await page.getByTestId('sponsor-name').last().fill(name);
  }
  for (const page of [one, other]) {
    await page.getByTestId('look-form').getByTestId('settings-save').click();
    await expect(page.getByTestId('look-form').getByRole('status').last()).toHaveText('Lagret.');
  }
  const names = async () => (await board()).settings.staging.sponsors.map(({ name }) => name);
  await expect.poll(names).toEqual(expect.arrayContaining(['Kraftlaget', 'Sparebanken']));
});

test('two who change the same of a contact are told of each other, and what is typed while it is saved stays', async ({ browser }) => {
  const { id } = (await board()).participants[2];
  const [one, other] = await two(browser, `participants/${id}`, WATCHED);
  const field = (page, name) => page.getByTestId(`contact-${name}`);
  const save = (page) => page.getByTestId('contact-save').click();
  const standing = (page) => page.getByTestId('contact-form').getByRole('status').last();
  const known = () => one.evaluate((url) => fetch(url).then((answer) => answer.json()), hall.server.url(`/api/v1/exchanges/drammen/contacts/${id}`));

  await test.step('the same field', async () => {
    await field(one, 'phone').fill('911 11 111');
    await field(other, 'phone').fill('922 22 222');
    await save(one);
    await expect(standing(one)).toHaveText('Lagret.');
    await save(other);
    await expect(other.getByTestId('contact-form').getByRole('alert').last()).toContainText('911 11 111');
    await expect(field(other, 'phone')).toHaveValue('922 22 222');
    expect(await known()).toMatchObject({ phone: '911 11 111' });
    await save(other);
    await expect(standing(other)).toHaveText('Lagret.');
    expect(await known()).toMatchObject({ phone: '922 22 222' });
    // Whoever comes back to the page sees what stands there.
    await one.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect(field(one, 'phone')).toHaveValue('922 22 222');
  });

  await test.step('typed before the answer', async () => {
    const { isAsked, release } = await holdBack(one, /\/contacts\/[0-9a-f-]+$/, 'PUT');
    await field(one, 'person').fill('Kari Nordmann');
    await save(one);
    await isAsked;
    await field(one, 'email').fill('ny@example.org');
    await release();
    await expect.poll(known).toMatchObject({ person: 'Kari Nordmann' });
    await expect(standing(one)).toHaveText('Ikke lagret ennå.');
    await expect(field(one, 'email')).toHaveValue('ny@example.org');
    await save(one);
    await expect(standing(one)).toHaveText('Lagret.');
    expect(await known()).toMatchObject({ person: 'Kari Nordmann', email: 'ny@example.org' });
  });
});

test('what is typed into the form for registrations while it is saved is not said to be saved', async ({ browser }) => {
  const page = await hall.window(browser, DESK, WATCHED);
  await hall.show(page, 'organiser');
  await page.goto(addressOf('registrations'));
  const welcome = page.getByTestId('registration-welcome');
  const standing = page.getByTestId('registration-settings').getByRole('status').last();
  const { isAsked, release } = await holdBack(page, /\/registrations\/form$/, 'PUT');
  await welcome.fill('Bli med');
  await page.getByTestId('registration-save').click();
  await isAsked;
  await welcome.fill('Bli med, du også');
  await release();
  await expect(standing).toHaveText('Ikke lagret ennå.');
  await expect(welcome).toHaveValue('Bli med, du også');
  await page.getByTestId('registration-save').click();
  await expect(standing).toHaveText('Lagret.');
  await page.reload();
  await expect(welcome).toHaveValue('Bli med, du også');
});

test('what is typed of somebody who is gone is asked about no more', async ({ browser }) => {
  const id = randomUUID();
  await hall.ask('organiser', { type: 'register_participant', participant: { id, name: 'Ryfylke Ringeklubb', sector: 'voluntary' } });
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  await page.goto(addressOf(`participants/${id}`));
  await page.getByTestId('contact-person').fill('Kari Nordmann');
  await page.getByTestId('rail-categories').click();
  await page.locator('[data-testid="organiser-page"][data-page="categories"]').waitFor();
  await hall.ask('organiser', { type: 'remove_participant', participant: id });
  await expect(page.getByTestId('rail-participants')).toContainText(`${Object.keys((await board()).participants).length}`);
  // A page that asks stays open.
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
});

test('whoever looks at a participant that another merges goes on at the one that was kept', async ({ browser }) => {
  const [gone, kept] = [randomUUID(), randomUUID()];
  for (const [id, name] of [[gone, 'Nordre Bakeri'], [kept, 'Nordre Bakeri AS']])
    await hall.ask('organiser', { type: 'register_participant', participant: { id, name, sector: 'business' } });
  const { settings } = await board();
  const listing = { id: randomUUID(), participant: gone, kind: 'offer', text: 'Boller til dugnaden', category: settings.categories[0].id };
  await hall.ask('organiser', { type: 'add_listing', listing });
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);
  const isAtKept = async () => {
    await expect(page).toHaveURL(addressOf(`participants/${kept}`));
    await expect(page.locator('.page-title')).toHaveText('Nordre Bakeri AS');
    await expect(by('participant-name')).toHaveValue('Nordre Bakeri AS');
  };

  await test.step('with what she had typed and not saved, and with all that is theirs', async () => {
    await page.goto(addressOf(`participants/${gone}`));
    await by('participant-place').fill('bord 9');
    await by('contact-person').fill('Kari Nordmann');
    await hall.ask('organiser', { type: 'merge_participants', kept, gone });
    await isAtKept();
    const isTold = async () => {
      for (const told of ['«Nordre Bakeri» er slått sammen', '«bord 9»', '«Kari Nordmann»']) await expect(by('participant-merged')).toContainText(told);
    };
    await isTold();
    // It is asked about before the page is left, and there once it was loaded anew.
    await by('participant-place').click();
    const asked = page.waitForEvent('dialog');
    const reloaded = page.reload();
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await reloaded;
    await isAtKept();
    await isTold();
    await expect(by('participant-place')).toHaveValue('');
    await expect(by('listing')).toContainText('Boller til dugnaden');
    await by('participant-merged-read').click();
    await expect(by('participant-merged')).toBeHidden();
    // What has been read is told no more.
    await page.reload();
    await isAtKept();
    await expect(by('participant-merged')).toBeHidden();
  });

  await test.step('by an address of before, and where the two are compared', async () => {
    await page.goto(addressOf(`participants/${gone}`));
    await isAtKept();
    await expect(by('participant-merged')).toContainText('Adressen var til en deltaker');
    await by('participant-merged-read').click();
    await page.goto(addressOf(`participants/${gone}/${kept}`));
    await isAtKept();
    await expect(by('participant-merged')).toBeHidden();
  });

  await test.step('nothing is written of whom somebody takes out, and nobody is asked about it', async () => {
    await by('participant-place').fill('bord 9');
    await hall.ask('organiser', { type: 'remove_participant', participant: kept });
    await expect(by('participant-form')).toHaveCount(0);
    await expect(by('organiser-page')).toContainText('finnes ikke lenger');
    // A page that asks stays open.
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
  });
});

test('what lies beside the board is saved on top of what another has saved too', async ({ browser }) => {
  await test.step('the form for those who register themselves', async () => {
    const [one, other] = await two(browser, 'registrations');
    await one.getByTestId('registration-places').fill('40');
    await other.getByTestId('registration-welcome').fill('Velkommen skal du være');
    await other.getByTestId('registration-save').click();
    await expect(other.getByTestId('registration-settings').getByRole('status').last()).toHaveText('Lagret.');
    await one.getByTestId('registration-save').click();
    await expect(one.getByTestId('registration-settings').getByRole('status').last()).toHaveText('Lagret.');
    await expect(one.getByTestId('registration-welcome')).toHaveValue('Velkommen skal du være');
    await other.reload();
    await expect(other.getByTestId('registration-places')).toHaveValue('40');
    await expect(other.getByTestId('registration-welcome')).toHaveValue('Velkommen skal du være');
  });
  await test.step('how to reach somebody', async () => {
    const { id } = (await board()).participants[1];
    const [one, other] = await two(browser, `participants/${id}`);
    await one.getByTestId('contact-phone').fill('912 34 567');
    await other.getByTestId('contact-person').fill('Kari Nordmann');
    await other.getByTestId('contact-save').click();
    await expect(other.getByTestId('contact-form').getByRole('status').last()).toHaveText('Lagret.');
    await one.getByTestId('contact-save').click();
    await expect(one.getByTestId('contact-person')).toHaveValue('Kari Nordmann');
    await other.reload();
    await expect(other.getByTestId('contact-person')).toHaveValue('Kari Nordmann');
    await expect(other.getByTestId('contact-phone')).toHaveValue('912 34 567');
  });
});

test('what the wall calls somebody goes with the name that it was made of', async ({ browser }) => {
  const id = randomUUID();
  await hall.ask('organiser', { type: 'register_participant', participant: { id, name: 'Kari Nordmann', sector: 'individual' } });
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  await page.goto(addressOf(`participants/${id}`));
  const [name, shown] = [page.getByTestId('participant-name'), page.getByTestId('participant-shown')];
  await expect(shown).toHaveValue('Kari');
  await name.fill('Per Olsen');
  await expect(shown).toHaveValue('Per');
  await name.fill('Kari');
  await expect(shown).toHaveValue('Kari');
  await shown.fill('Pelle');
  await name.fill('Per Olsen');
  await expect(shown).toHaveValue('Pelle');
});

test('two who write in the programme keep what each has written', async ({ browser }) => {
  const own = await Hall.start();
  try {
    const gathering = (time, title) => ({ time, title, slot: { kind: 'gathering' } });
    const items = [
      gathering('17:30', 'Ankomst'),
      gathering('18:00', 'Velkommen'),
      { time: '18:15', title: 'Første runde', slot: { kind: 'round', round: 1, minutes: 20 } },
      gathering('18:35', 'Pause'),
      { time: '18:45', title: 'Takk', slot: { kind: 'closing' } },
    ];
    await own.ask('organiser', { type: 'set_programme', items });
    const pages = [await own.window(browser, DESK), await own.window(browser, DESK)];
    for (const page of pages) {
      await own.show(page, 'organiser');
      await page.goto(own.server.url('/drammen/organiser#programme'));
    }
    const [one, other] = pages;
    const titles = async () => (await own.welcome()).board.programme.map(({ title }) => title);
    const title = (page, nth) => page.getByTestId('plan-title').nth(nth);
    const rename = async (page, nth, text) => {
      await title(page, nth).fill(text);
      await title(page, nth).press('Tab');
      for (const seen of pages) await expect(title(seen, nth)).toHaveValue(text);
      await expect.poll(async () => (await titles())[nth]).toBe(text);
    };

    await test.step('an undo takes back what she changed, and nothing of the other', async () => {
      await rename(one, 1, 'Taler');
      await rename(other, 3, 'Kaffe');
      await one.getByTestId('plan-undo').click();
      await expect.poll(titles).toEqual(['Ankomst', 'Velkommen', 'Første runde', 'Kaffe', 'Takk']);
      await expect(one.getByTestId('plan-undo')).toBeHidden();
    });

    await test.step('or says that it cannot any more', async () => {
      await rename(one, 1, 'Taler');
      await rename(other, 1, 'Ordføreren');
      await one.getByTestId('plan-undo').click();
      await expect(one.getByTestId('plan-refused')).toContainText('noen har endret det siden');
      expect((await titles())[1]).toBe('Ordføreren');
    });

    await test.step('what is half typed stays with its line', async () => {
      await title(one, 3).fill('Kaffe og kake');
      await other.getByTestId('plan-remove').nth(1).click();
      await expect(one.getByTestId('plan-line')).toHaveCount(4);
      await expect(title(one, 2)).toHaveValue('Kaffe og kake');
      await expect(title(one, 2)).toBeFocused();
      await title(one, 2).press('Tab');
      await expect.poll(titles).toEqual(['Ankomst', 'Første runde', 'Kaffe og kake', 'Takk']);
      await expect(title(other, 2)).toHaveValue('Kaffe og kake');
    });

    await test.step('and is shown to her if another removes the line', async () => {
      await title(one, 2).fill('Vafler med rømme');
      await other.getByTestId('plan-remove').nth(2).click();
      const gone = one.getByTestId('plan-gone');
      await expect(gone).toContainText('Vafler med rømme');
      // It is asked about before the page is left, and there once it was loaded anew.
      const asked = one.waitForEvent('dialog');
      const reloaded = one.reload();
      await (await asked).accept();
      await reloaded;
      await expect(gone).toContainText('Vafler med rømme');
      await one.getByTestId('plan-gone-read').click();
      await expect(gone).toBeHidden();
      expect(await titles()).toEqual(['Ankomst', 'Første runde', 'Takk']);
    });

    await test.step('of two in the same field the later one is told what the other wrote, and has her way once she has seen it', async () => {
      const told = one.getByTestId('plan-error').nth(1);
      await title(one, 1).fill('Minibørs');
      await title(other, 1).fill('Runde én');
      await title(other, 1).press('Tab');
      await expect(one.getByTestId('plan-remove').nth(1)).toHaveAccessibleName(/Runde én/);
      await title(one, 1).press('Enter');
      await expect(told).toContainText('«Runde én»');
      await expect(title(one, 1)).toHaveValue('Minibørs');
      await expect(one.getByTestId('plan-said')).toHaveText('');
      expect((await titles())[1]).toBe('Runde én');
      await title(one, 1).press('Enter');
      await expect.poll(async () => (await titles())[1]).toBe('Minibørs');
      await expect(told).toBeHidden();
      await expect(title(other, 1)).toHaveValue('Minibørs');

      const length = (page) => page.getByTestId('plan-length').nth(1);
      const minutes = async () => (await own.welcome()).board.programme[1].slot.minutes;
      await length(one).fill('25');
      await length(other).fill('30');
      await length(other).press('Tab');
      await expect(one.getByTestId('plan-start').nth(2)).toHaveValue('18:30');
      await length(one).press('Tab');
      await expect(told).toContainText('«30»');
      await expect(length(one)).toHaveValue('25');
      expect(await minutes()).toBe(30);
      // To leave it is no answer, and Enter is one.
      await length(one).focus();
      await length(one).press('Tab');
      await expect(told).toContainText('«30»');
      expect(await minutes()).toBe(30);
      await length(one).press('Enter');
      await expect.poll(minutes).toBe(25);
    });

    await test.step('of two who change it in the same moment neither undoes the other', async () => {
      const late = await own.window(browser, DESK);
      const link = await fallBehind(late);
      await own.show(late, 'organiser');
      await late.goto(own.server.url('/drammen/organiser#programme'));
      await expect(title(late, 1)).toHaveValue('Minibørs');
      link.hold();
      await rename(other, 2, 'Takk for i kveld');
      await title(late, 0).fill('Dørene er åpne');
      await title(late, 0).press('Tab');
      await late.getByTestId('break').click();
      await expect(late.getByTestId('plan-said')).toHaveText('');
      link.release();
      await expect.poll(titles).toEqual(['Dørene er åpne', 'Minibørs', 'Pause', 'Takk for i kveld']);
      await expect(late.getByTestId('plan-said')).toHaveText('Lagret.');
      await expect(title(late, 3)).toHaveValue('Takk for i kveld');

      link.hold();
      await rename(other, 0, 'Ankomst');
      await title(late, 0).fill('Mingling');
      await title(late, 0).press('Enter');
      await title(late, 3).fill('Takk');
      await title(late, 3).press('Enter');
      link.release();
      await expect(late.getByTestId('plan-error').nth(0)).toContainText('«Ankomst»');
      await expect.poll(titles).toEqual(['Ankomst', 'Minibørs', 'Pause', 'Takk']);
      await expect(title(late, 0)).toHaveValue('Mingling');

      link.hold();
      await rename(other, 3, 'Takk for nå');
      await late.getByTestId('plan-remove').nth(2).click();
      link.release();
      await expect.poll(titles).toEqual(['Ankomst', 'Minibørs', 'Takk for nå']);
      await late.context().close();
    });

    await test.step('what is typed while the link is down is unsaved, and sent when it is back', async () => {
      await title(one, 0).fill('Dørene åpner');
      await one.context().setOffline(true);
      await expect(one.getByTestId('plan-said')).toContainText('Ikke lagret ennå');
      await title(one, 0).press('Tab');
      await expect(title(one, 0)).toHaveValue('Dørene åpner');
      expect((await titles())[0]).toBe('Ankomst');
      // What others change meanwhile stays: it comes before what waits here is sent.
      await title(other, 2).fill('Ha det');
      await title(other, 2).press('Tab');
      await expect.poll(async () => (await titles())[2]).toBe('Ha det');
      await one.context().setOffline(false);
      await expect.poll(titles, { timeout: 20_000 }).toEqual(['Dørene åpner', 'Minibørs', 'Ha det']);
      await expect(one.getByTestId('plan-said')).toHaveText('Lagret.');
      await expect(title(one, 2)).toHaveValue('Ha det');
      await expect(title(other, 0)).toHaveValue('Dørene åpner');
    });
  } finally {
    await own.end();
  }
});

test('what is half typed or chosen is there again after another page, and in another language', async ({ browser }) => {
  const own = await Hall.start();
  try {
    const page = await own.window(browser, DESK);
    await own.show(page, 'organiser');
    const by = (id) => page.getByTestId(id);
    const isOn = (name) => page.locator(`[data-testid="organiser-page"][data-page="${name}"]`).waitFor();
    const ownBoard = async () => (await own.welcome()).board;
    const length = page.locator('[data-testid="plan-line"][data-round="true"]').first().getByTestId('plan-length');
    const year = page.locator('[name="token-lasts"][value="year"]');
    /** Shows the form that gives places to whoever is chosen. */
    const giveAPlace = async () => {
      await by('rail-participants').click();
      await by('participant-choose').first().check();
      await by('several-place').click();
    };

    await test.step('a field that saves by itself when it is left is left by going back', async () => {
      await by('rail-categories').click();
      await by('category-name').first().fill('Kunnskap og råd');
      await by('rail-programme').click();
      await isOn('programme');
      await expect.poll(async () => (await ownBoard()).settings.categories[0].name).toBe('Kunnskap og råd');
      await by('plan-title').first().fill('Dørene åpner');
      await page.goBack();
      await isOn('categories');
      await expect.poll(async () => (await ownBoard()).programme[0].title).toBe('Dørene åpner');
      await by('category-name').first().fill('Gode råd');
      await page.goForward();
      await isOn('programme');
      await expect.poll(async () => (await ownBoard()).settings.categories[0].name).toBe('Gode råd');
      await expect(by('plan-title').first()).toHaveValue('Dørene åpner');
    });

    await test.step('what cannot be taken of the programme waits for her', async () => {
      await length.fill('ti');
      await page.goBack();
      await isOn('categories');
      await page.goForward();
      await expect(length).toHaveValue('ti');
      await expect(length).toHaveAttribute('aria-invalid', 'true');
    });

    await test.step('and so does what is chosen beside what is typed', async () => {
      await by('rail-devices').click();
      await by('pairing-role').selectOption('moderator');
      await by('rail-programs').click();
      await year.check();
      await by('token-report').check();
      await by('rail-mail').click();
      await by('mail-kind').selectOption('agreement');
      await by('mail-language').selectOption('de');
      await giveAPlace();
      await by('several-number').fill('9');
    });

    await test.step('in whichever words', async () => {
      const { settings } = await ownBoard();
      await own.ask('organiser', { type: 'configure', settings: { ...settings, language: 'nn' } });
      await expect(page.locator('html')).toHaveAttribute('lang', 'nn');
      await by('rail-programme').click();
      await expect(length).toHaveValue('ti');
      await expect(length).toHaveAttribute('aria-invalid', 'true');
      await length.fill('seks');
      await own.ask('organiser', { type: 'configure', settings });
      await expect(page.locator('html')).toHaveAttribute('lang', 'nb');
      await expect(length).toHaveValue('seks');
      await by('rail-devices').click();
      await expect(by('pairing-role')).toHaveValue('moderator');
      await by('rail-programs').click();
      await expect(year).toBeChecked();
      await expect(by('token-report')).toBeChecked();
      await by('rail-mail').click();
      await expect(by('mail-kind')).toHaveValue('agreement');
      await expect(by('mail-language')).toHaveValue('de');
      await giveAPlace();
      await expect(by('several-number')).toHaveValue('9');
    });

    await test.step('whoever closes the page with a half typed line is asked', async () => {
      const asked = page.waitForEvent('dialog');
      const closing = page.close({ runBeforeUnload: true });
      await (await asked).accept();
      await closing;
    });
  } finally {
    await own.end();
  }
});

test('the rail says nothing of a catalogue that has not come, and a rehearsal that another took back is done', async ({ browser }) => {
  const own = await Hall.start();
  try {
    const page = await own.window(browser, DESK, WATCHED);
    const { release } = await holdBack(page, '**/catalogue');
    await own.show(page, 'organiser');
    const rail = page.getByTestId('rail-listings');
    await expect(page.getByTestId('rail-programme')).toHaveAttribute('data-standing', /./);
    await expect(rail.locator('small')).toHaveText('');
    await expect(rail).not.toHaveAttribute('data-standing', /./);
    await release();
    await expect(rail.locator('small')).toHaveText(/^[1-9]\d*$/);

    const rehearsal = page.locator('[data-testid="task"][data-matter="rehearsal"]');
    await expect(rehearsal).toHaveCount(1);
    await own.openFloor();
    const { name } = (await own.welcome()).board.settings;
    await own.ask('organiser', { type: 'begin_anew', epoch: randomUUID(), name });
    await expect(page.getByTestId('rail-rehearsal')).toHaveAttribute('data-standing', 'full');
    await expect(rehearsal).toHaveCount(0);
  } finally {
    await own.end();
  }
});
