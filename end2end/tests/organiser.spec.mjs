// The organiser's pages: an exchange is prepared by hand, from an empty programme to a participant with a contact and an offer, and
// every page is looked at.
import { randomUUID } from 'node:crypto';
import { atDesks, DESK } from '../desks.mjs';
import { findFaults } from '../faults.mjs';
import { dealOfDemo, Hall } from '../hall.mjs';
import { fallBehind, holdBack, WATCHED } from '../requests.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const UPRIGHT = { width: 820, height: 1180 };
const PAGES = ['overview', 'exchange', 'categories', 'registrations', 'participants', 'participants/new', 'participants/import', 'listings', 'programme', 'look', 'prints', 'mail', 'devices', 'rehearsal', 'agreements', 'follow-up', 'report'];
const MEASURED = {
  ignored: '.hidden-text',
  overlays: '.none',
  wrapsOut: '.none',
  covers: '.none',
};

const TOWN = new URL('../../spreadsheets/tests/files/elvestad.xlsx', import.meta.url).pathname;

/** @type {Hall} */
let hall;
test.beforeAll(async () => {
  hall = await Hall.start();
});
test.afterAll(() => hall.end());

const { board, addressOf } = atDesks(() => hall);

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
    // The line that comes back has it, as its button is gone.
    await by('plan-undo').press('Enter');
    await expect(by('plan-line')).toHaveCount(lines);
    await expect(by('plan-undo')).toBeHidden();
    await expect(by('plan-remove').last()).toBeFocused();
    // Where none comes back it is at the page's title.
    const title = by('plan-title').last();
    const called = await title.inputValue();
    await title.fill('Takk for i kveld');
    await title.press('Enter');
    await expect(by('plan-said')).toHaveText('Lagret.');
    await by('plan-undo').press('Enter');
    await expect(title).toHaveValue(called);
    await expect(page.locator('.page-title')).toBeFocused();
  });
  await page.context().close();
});

test('whoever goes on before she is answered is not taken away from where she is', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  const link = await fallBehind(page, 'accepted');
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);
  const isThere = async () => (await board()).participants.some(({ name }) => name === 'Solsiden Kor');
  const goesOn = async (category) => {
    await by('rail-categories').click();
    await by('category-new').fill(category);
    link.release();
    // What is asked now is answered after what was asked before.
    await by('category-new').press('Enter');
    await expect(by('category-new')).toHaveValue('');
    await expect(by('organiser-page')).toHaveAttribute('data-page', 'categories');
  };
  await page.goto(addressOf('participants/new'));
  await by('participant-name').fill('Solsiden Kor');
  link.hold();
  await by('participant-save').click();
  await expect.poll(isThere).toBe(true);
  await goesOn('Båt');

  const { id } = (await board()).participants.find(({ name }) => name === 'Solsiden Kor');
  await page.goto(addressOf(`participants/${id}`));
  link.hold();
  await by('participant-remove').press('Enter');
  await by('participant-remove').press('Enter');
  await expect.poll(isThere).toBe(false);
  await goesOn('Bil');
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
