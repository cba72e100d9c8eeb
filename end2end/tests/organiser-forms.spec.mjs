// The organiser's forms, which are saved as a whole: what two save at once, and what is written while it is saved.
import { randomUUID } from 'node:crypto';
import { atDesks, DESK } from '../desks.mjs';
import { Hall } from '../hall.mjs';
import { holdBack, WATCHED } from '../requests.mjs';
import { expect, test } from '../test.mjs';

/** @type {Hall} */
let hall;
test.beforeAll(async () => {
  hall = await Hall.start();
});
test.afterAll(() => hall.end());

const { board, addressOf, two } = atDesks(() => hall);

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
