// What the organiser has typed and not sent: it stays with what it is of, is sent over nothing that she has not seen, and is told of when
// others take away what it is of.
import { randomUUID } from 'node:crypto';
import { atDesks, DESK } from '../desks.mjs';
import { Hall } from '../hall.mjs';
import { fallBehind } from '../requests.mjs';
import { expect, test } from '../test.mjs';

/** @type {Hall} */
let hall;
test.beforeAll(async () => {
  hall = await Hall.start();
});
test.afterAll(() => hall.end());

const { board, addressOf, two } = atDesks(() => hall);

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

  await test.step('a contact that another wrote stays, and so does the field until she leaves it, though she empties it', async () => {
    const vaffel = rows.filter({ hasText: 'Vestre Vaffel' });
    await expect(line).toHaveAttribute('placeholder', 'navn, telefon, e-post');
    await line.fill('Per Olsen');
    await other.goto(addressOf(`participants/${kept}`));
    await expect(other.locator('.page-title')).toHaveText('Vestre Vaffel');
    await other.getByTestId('contact-person').fill('Kari Vaffel');
    await other.getByTestId('contact-save').click();
    await expect(other.getByTestId('contact-form').getByRole('status').last()).toHaveText('Lagret.');
    await line.press('Enter');
    await expect(vaffel).toContainText('«Kari Vaffel»');
    await line.fill('');
    await expect(line).toHaveAttribute('placeholder', 'Kari Vaffel blir stående');
    await expect(line).toBeFocused();
    await line.press('Tab');
    await expect(line).toHaveCount(0);
    await expect(vaffel).toContainText('Kari Vaffel');
    await other.reload();
    await expect(other.getByTestId('contact-person')).toHaveValue('Kari Vaffel');
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
    const isTold = async () => {
      for (const told of ['«Vestre Vaffel»', '«bord 14»']) await expect(by('participant-gone')).toContainText(told);
    };
    await isTold();
    page.once('dialog', (dialog) => dialog.accept());
    await page.reload();
    await isTold();
    await by('participant-gone-read').click();
    await expect(by('participant-gone')).toBeHidden();
    await page.reload();
    await expect(rows.first()).toBeVisible();
    await expect(by('participant-gone')).toBeHidden();
  });
});

test('of two who write in the table or among the categories in the same moment the later one is told, and has her way by one Enter more', async ({ browser }) => {
  const id = randomUUID();
  const amend = (name, place) => hall.ask('organiser', { type: 'amend_participant', participant: { id, name, sector: 'business', place } });
  await hall.ask('organiser', { type: 'register_participant', participant: { id, name: 'Østre Kafé', sector: 'business' } });
  const page = await hall.window(browser, DESK);
  // What others do comes late: they were a moment quicker.
  const link = await fallBehind(page);
  await hall.show(page, 'organiser');
  await page.goto(addressOf('participants'));
  const by = (id) => page.getByTestId(id);
  const [row, place] = [by('participant-row'), by('place-cell')];
  const placeOf = async () => (await board()).participants.find((one) => one.id === id)?.place;
  await by('participant-search').fill('østre kafé');
  await expect(row).toHaveCount(1);

  await test.step('the same place', async () => {
    link.hold();
    await amend('Østre Kafé', 'bord 3');
    await place.fill('bord 9');
    await place.press('Enter');
    link.release();
    await expect(row).toContainText('«bord 3»');
    await expect(place).toHaveValue('bord 9');
    expect(await placeOf()).toBe('bord 3');
    await place.press('Enter');
    await expect.poll(placeOf).toBe('bord 9');
    await expect(place).toHaveAttribute('aria-invalid', 'false');
  });

  await test.step('another of the participant, which is written on top of without a word', async () => {
    await amend('Østre Kafé og Kake', 'bord 9');
    await expect(row).toContainText('Østre Kafé og Kake');
    link.hold();
    await amend('Østre Kafé og Is', 'bord 9');
    await place.fill('bord 12');
    await place.press('Enter');
    link.release();
    await expect.poll(placeOf).toBe('bord 12');
    await expect(row).toContainText('Østre Kafé og Is');
    await expect(row).not.toContainText('endret');
    await expect(place).toHaveValue('bord 12');
  });

  const { settings } = await board();
  const configure = (name, more = {}) => hall.ask('organiser', { type: 'configure', settings: { ...settings, ...more, categories: [...settings.categories, { id: 'lent', name }] } });
  const name = by('category-name').last();
  const named = async () => (await board()).settings.categories.at(-1).name;

  await test.step('the same name of a category', async () => {
    await configure('Utlån');
    await page.goto(addressOf('categories'));
    await expect(name).toHaveValue('Utlån');
    link.hold();
    await configure('Til låns');
    await name.fill('Utlån av telt');
    await name.press('Enter');
    link.release();
    await expect(by('category').last()).toContainText('«Til låns»');
    await expect(name).toHaveValue('Utlån av telt');
    expect(await named()).toBe('Til låns');
    await name.press('Enter');
    await expect.poll(named).toBe('Utlån av telt');
    await expect(name).toHaveAttribute('aria-invalid', 'false');
  });

  await test.step('another setting, which is written on top of without a word', async () => {
    await expect(page.getByRole('button', { name: /Utlån av telt$/ }).first()).toBeAttached();
    link.hold();
    await configure('Utlån av telt', { place: 'Grendehuset' });
    await name.fill('Utlån av stoler');
    await name.press('Enter');
    link.release();
    await expect.poll(named).toBe('Utlån av stoler');
    expect((await board()).settings.place).toBe('Grendehuset');
    await expect(by('organiser-page')).not.toContainText('endret');
  });

  await hall.ask('organiser', { type: 'configure', settings });
  await page.context().close();
});

test('what is typed on the page of somebody who is taken out is told, and of whoever is erased nothing is', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id);
  const gone = by('participant-gone');
  /** Whoever is registered so, with something typed in each form of their page and not saved. */
  const written = async (name) => {
    const id = randomUUID();
    await hall.ask('organiser', { type: 'register_participant', participant: { id, name, sector: 'voluntary' } });
    await page.goto(addressOf(`participants/${id}`));
    await expect(page.locator('.page-title')).toHaveText(name);
    await by('participant-place').fill('bord 9');
    await by('contact-person').fill('Kari Nordmann');
    await by('listing-new').click();
    await by('listing-text').fill('Ringetimer');
    return id;
  };
  const isTold = async (name) => {
    for (const told of [`«${name}»`, '«bord 9»', '«Kari Nordmann»', '«Ringetimer»']) await expect(gone).toContainText(told);
  };

  await test.step('where she looks at it, also when the page is loaded anew', async () => {
    const id = await written('Ryfylke Ringeklubb');
    await hall.ask('organiser', { type: 'remove_participant', participant: id });
    await expect(by('organiser-page')).toContainText('finnes ikke lenger');
    await isTold('Ryfylke Ringeklubb');
    page.once('dialog', (dialog) => dialog.accept());
    await page.reload();
    await isTold('Ryfylke Ringeklubb');
    await by('participant-gone-read').click();
    await expect(gone).toBeHidden();
  });

  await test.step('and where she comes back to, after another page', async () => {
    const id = await written('Ryfylke Sangkor');
    await by('rail-categories').click();
    await page.locator('[data-testid="organiser-page"][data-page="categories"]').waitFor();
    await hall.ask('organiser', { type: 'remove_participant', participant: id });
    await expect(by('rail-participants')).toContainText(`${Object.keys((await board()).participants).length}`);
    for (const name of ['listings', 'participants']) {
      await by(`rail-${name}`).click();
      await isTold('Ryfylke Sangkor');
    }
    await by('participant-gone-read').click();
    await expect(gone).toBeHidden();
  });

  await test.step('one who is erased', async () => {
    const id = await written('Ryfylke Korps');
    const erased = await page.evaluate(async (id) => {
      const url = `/api/v1/exchanges/drammen/privacy/${id}`;
      const { seen } = await (await fetch(`${url}?extent=whole`)).json();
      const body = JSON.stringify({ extent: 'whole', name: 'Ryfylke Korps', mentions: [], seen });
      const answer = await fetch(`${url}/erase`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return answer.status;
    }, id);
    expect(erased).toBe(204);
    await expect(by('organiser-page')).toContainText('finnes ikke lenger');
    await expect(gone).toBeHidden();
    await by('rail-participants').click();
    await expect(by('participant-row').first()).toBeVisible();
    await expect(gone).toBeHidden();
    // A page that asks stays open.
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
  });
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

  await test.step('nothing is written of whom somebody takes out, and nobody is asked about it once it has been read', async () => {
    await by('participant-place').fill('bord 9');
    await hall.ask('organiser', { type: 'remove_participant', participant: kept });
    await expect(by('participant-form')).toHaveCount(0);
    await expect(by('organiser-page')).toContainText('finnes ikke lenger');
    await expect(by('participant-gone')).toContainText('«bord 9»');
    await by('participant-gone-read').click();
    // A page that asks stays open.
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
  });
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

    await test.step('whoever writes just then goes on in her field, after what she wrote', async () => {
      for (const [name, id, language] of /** @type {const} */ ([['participants', 'place-cell', 'nn'], ['categories', 'category-name', 'nb']])) {
        await by(`rail-${name}`).click();
        await isOn(name);
        const field = by(id).nth(1);
        await field.fill('Rom 1');
        const { settings } = await ownBoard();
        await own.ask('organiser', { type: 'configure', settings: { ...settings, language } });
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await expect(field).toBeFocused();
        await page.keyboard.type('2');
        await expect(field).toHaveValue('Rom 12');
      }
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
