// The broker's tablet as hands meet it: how many taps and keystrokes a deal takes, whom it finds and whom it suggests, what
// it does with newcomers, and that every target is as large as a thumb. Taps and keys are counted by the page itself.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AT, Hall, dealOfDemo } from '../hall.mjs';
import { tooSmall } from '../targets.mjs';
import { expect, test } from '../test.mjs';

const LANDSCAPE = { width: 1180, height: 820 };
const PORTRAIT = { width: 820, height: 1180 };
/** The paper form's promise: a deal of two who are registered. */
const TAPS_MAX = 6;

/** @type {Hall} */
let hall;
let tablet;
/** What broke on the page. */
let broken;

test.beforeEach(async ({ browser }) => {
  hall = await Hall.start();
  await hall.openFloor();
  tablet = await openTablet(browser, LANDSCAPE);
});

test.afterEach(async () => {
  await tablet.context().close();
  await hall.end();
  expect(broken).toEqual([]);
});

async function openTablet(browser, size) {
  const page = await hall.window(browser, size, { role: 'broker' });
  broken = [];
  page.on('pageerror', (error) => broken.push(error.message));
  await page.addInitScript(() => {
    window.taps = 0;
    window.keys = 0;
    addEventListener('pointerup', () => (window.taps += 1), true);
    addEventListener('keydown', () => (window.keys += 1), true);
  });
  await hall.show(page, 'broker');
  return page;
}

function count() {
  return tablet.evaluate(() => ({ taps: window.taps, keys: window.keys }));
}

/** What `work` takes, in taps and keystrokes. */
async function effort(work) {
  const before = await count();
  await work();
  const after = await count();
  return { taps: after.taps - before.taps, keys: after.keys - before.keys };
}

const field = (name) => tablet.locator(AT.field(name));
const tap = (name) => field(name).click();
const chip = (symbol) => tablet.locator('.chip').filter({ hasText: new RegExp(`^${symbol}$`) });
const choose = (symbol) => tablet.locator(AT.option).filter({ has: chip(symbol) }).first().click();
const tapListing = (text) => tablet.getByTestId('tap').filter({ hasText: text }).first().click();

async function send() {
  await tablet.locator(AT.post).click();
  await expect(field('just-written')).toHaveAttribute('data-state', 'posted');
}

async function pair() {
  await tap('giver');
  await choose('BAKK');
  await choose('ELVE');
}

/** The five deals of docs/broker.md, each from an empty form. */
const DEALS = {
  'one way': async () => {
    await pair();
    await tapListing('20 timer snekkerhjelp');
    await send();
  },
  'two ways': async () => {
    await pair();
    await tapListing('20 timer snekkerhjelp');
    await tapListing('Padlekurs');
    await send();
  },
  'with a walk-in': async () => {
    await tap('giver');
    await tap('register');
    await tablet.keyboard.type('Strandveien velforening');
    await tap('walk-in-contact');
    await tablet.keyboard.type('Ida Lie 000 00 123');
    await tap('walk-in-submit');
    await choose('ELVE');
    await tapListing('Snekkerhjelp');
    await send();
  },
  'an intention': async () => {
    await pair();
    await tap('intention');
    await tapListing('20 timer snekkerhjelp');
    await send();
  },
  'with a typed name': async () => {
    await tap('giver');
    await tap('giver-type');
    await tablet.keyboard.type('baker');
    await choose('BAKK');
    await choose('ELVE');
    await tapListing('20 timer snekkerhjelp');
    await send();
  },
};

/** The rows of the document's table. */
function documented() {
  const text = readFileSync(new URL('../../docs/broker.md', import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| ([^|]+) \| (\d+) \| (\d+) \|$/gm);
  return Object.fromEntries([...rows].map(([, name, taps, keys]) => [name, { taps: +taps, keys: +keys }]));
}

test('five deals take as many taps and keystrokes as the document says', async () => {
  const measured = {};
  for (const [name, write] of Object.entries(DEALS)) measured[name] = await effort(write);
  expect(measured).toEqual(documented());
  expect(measured['one way'].taps).toBeLessThanOrEqual(TAPS_MAX);
  expect(measured['one way'].keys).toBe(0);

  const { board } = await hall.welcome();
  const deal = Object.values(board.deals).find(({ number }) => number === 2);
  const { terms } = deal;
  expect(terms.bargain.service).toMatchObject({
    text: '20 timer snekkerhjelp',
    effort_minutes: 1_200,
    quantity: { amount: 20, unit: 'timer' },
  });
  expect(terms.first_step).toMatchObject({ by: terms.givers[0], what: 'tar kontakt' });
  expect(terms.deadline).toBe('2027-11-26');
});

test('a misspelt name, a person and a symbol are found, by keys alone too', async () => {
  for (const [typed, symbol] of [['padelklub elvlangs', 'ELVE'], ['fossland', 'ELVE'], ['bakk', 'BAKK']]) {
    await field('giver').fill(typed);
    await expect(tablet.locator(AT.option).first()).toContainText(symbol);
    await tablet.keyboard.press('Escape');
    await expect(tablet.locator(AT.option)).toHaveCount(0);
  }
  const giver = field('giver');
  await expect(giver).toHaveAttribute('aria-expanded', 'false');
  await giver.press('ArrowDown');
  await expect(giver).toHaveAttribute('aria-expanded', 'true');
  const active = await giver.getAttribute('aria-activedescendant');
  await expect(tablet.locator(`#${active}`)).toHaveAttribute('aria-selected', 'true');
  await giver.pressSequentially('elve');
  await giver.press('Enter');
  await expect(tablet.getByTestId('giver-picked')).toContainText('Elvelangs');
  await expect(field('receiver')).toBeFocused();
  await expect(field('receiver')).toHaveAttribute('aria-expanded', 'true');
});

test('a walk-in is reached by one line, and a known one is not registered twice', async () => {
  await tap('giver');
  await tap('register');
  await field('walk-in-name').fill('Elvelang padleklubb');
  await expect(tablet.getByTestId('duplicate')).toContainText('Elvelangs padleklubb');
  await tap('duplicate');
  await expect(tablet.getByTestId('giver-picked')).toContainText('ELVE');

  await field('receiver').fill('Kanefart for alle');
  await tap('register');
  await tap('sector-business');
  await field('walk-in-contact').fill('Marius Fo');
  await tap('known-person');
  await expect(field('walk-in-contact')).toHaveValue(/^Marius Fossland, \+47 /);
  await tap('walk-in-submit');
  await expect(tablet.getByTestId('receiver-picked')).toContainText('Kanefart for alle');
  await field('service').fill('Padling mot kanefart');
  await send();

  const { board } = await hall.welcome();
  const walkIn = Object.values(board.participants).find(({ name }) => name === 'Kanefart for alle');
  const contact = async () => {
    const response = await tablet.request.get(hall.server.url(`/api/v1/exchanges/drammen/contacts/${walkIn.id}`));
    return (await response.json()).person;
  };
  await expect.poll(contact).toBe('Marius Fossland');
  expect(JSON.stringify(board)).not.toContain('Fossland');
});

test('a contact is told apart while it is typed, and judged while the guest is there; a surname stays off the wall', async () => {
  const reached = (kind) => tablet.getByTestId('reached').locator(`[data-kind=${kind}] b`);
  await field('giver').fill('Jansen');
  await tap('register');
  await field('walk-in-name').fill('Mw. Jansen');
  await tap('sector-individual');
  await expect(field('walk-in-shown')).toHaveValue('');
  await field('walk-in-contact').fill('tlf. 123');
  await expect(reached('phone')).toHaveText('123');
  await tap('walk-in-submit');
  await expect(tablet.locator('#walk-in-shown-error')).not.toBeEmpty();
  await field('walk-in-shown').fill('Anna');
  await tap('walk-in-submit');
  await expect(tablet.locator('#walk-in-contact-error')).not.toBeEmpty();
  await field('walk-in-contact').fill('tlf. (+47)\u00a0912–34–567 <anna@example.org>.');
  await expect(reached('phone')).toHaveText('(+47) 912-34-567');
  await expect(reached('email')).toHaveText('anna@example.org');
  await tap('walk-in-submit');
  await expect(tablet.getByTestId('giver-picked')).toContainText('Anna');
  const party = async () => {
    const { board } = await hall.welcome();
    return Object.values(board.participants).find(({ name }) => name === 'Anna');
  };
  await expect.poll(party).toBeTruthy();
  const { id, symbol } = await party();
  expect(symbol).toBe('ANNA');
  const contact = async () => {
    const response = await tablet.request.get(hall.server.url(`/api/v1/exchanges/drammen/contacts/${id}`));
    return response.json();
  };
  await expect.poll(contact).toEqual({ person: 'Mw. Jansen', phone: '(+47) 912-34-567', email: 'anna@example.org' });
});

test('a suggestion is in the deal with one tap', async () => {
  await tap('giver');
  await choose('ELVE');
  await tablet.keyboard.press('Escape');
  const suggestion = tablet.getByTestId('suggestion').filter({ hasText: '20 timer snekkerhjelp' });
  await expect(suggestion).toContainText('bord 14');
  expect(await effort(() => suggestion.click())).toEqual({ taps: 1, keys: 0 });
  await expect(tablet.getByTestId('giver-picked')).toContainText('BAKK');
  await expect(tablet.getByTestId('receiver-picked')).toContainText('ELVE');
  await expect(field('service')).toHaveValue('20 timer snekkerhjelp');
  await send();
});

test('a screen reader meets the form in the order of the talk, and no two things by one name', async () => {
  await pair();
  await expect(tablet.locator('.deal-form')).toMatchAriaSnapshot(`
    - form:
      - group "Hvem gir?":
        - list:
          - listitem: /BAKK Bakkerud Bygg AS/
        - button "+ én til"
      - button "Bytt om på hvem som gir og hvem som får"
      - group "Hvem får?":
        - list:
          - listitem: /ELVE Elvelangs padleklubb/
        - button "+ én til"
      - group /Hva er dere enige om/:
        - button "20 timer snekkerhjelp, tilbud BAKK"
        - button "Snekkerhjelp til ny brygge, ønske ELVE"
        - textbox
        - combobox "Kategori"
      - group "Motytelse (valgfri)":
        - button "Padlekurs for 15 nybegynnere, tilbud ELVE"
        - textbox
        - combobox "Kategori"
      - checkbox /Bare en intensjon/
      - button "+ anslått verdi"
      - textbox "Timer"
      - group "hvem?":
        - button "BAKK" [pressed]
        - button "ELVE"
      - textbox "Hva første steg er"
      - textbox "Innen"
      - textbox "Frist"
      - button "Avtale! Send til tavla"
  `);
});

test('what one tap replaced comes back with another', async () => {
  await DEALS['one way']();
  await pair();
  await field('service').fill('Noe helt annet');
  // A suggestion brings another counterpart: the one before is not lost.
  await tablet.getByTestId('suggestion').first().click();
  await expect(field('take-back')).toBeVisible();
  await tap('take-back');
  await expect(tablet.getByTestId('giver-picked')).toContainText('BAKK');
  await expect(tablet.getByTestId('receiver-picked')).toContainText('ELVE');
  await expect(field('service')).toHaveValue('Noe helt annet');
  // So does an emptied form.
  await tap('clear');
  await expect(field('service')).toHaveValue('');
  await tap('take-back');
  await expect(field('service')).toHaveValue('Noe helt annet');
  await expect(tablet.getByTestId('giver-picked')).toContainText('BAKK');
  // And so does a deal that is opened again.
  await tablet.getByTestId('deal').first().getByRole('button').first().click();
  await tap('amend');
  await expect(field('service')).toHaveValue('20 timer snekkerhjelp');
  await tap('take-back');
  await expect(field('service')).toHaveValue('Noe helt annet');
  // That one comes back by itself too, once the other is left, or sent.
  await tap('amend');
  await tap('clear');
  await expect(field('service')).toHaveValue('Noe helt annet');
  await tap('amend');
  await field('service').fill('30 timer snekkerhjelp');
  await tablet.locator(AT.post).click();
  await expect(field('service')).toHaveValue('Noe helt annet');
  await expect(tablet.getByTestId('deal').first()).toContainText('30 timer snekkerhjelp');
});

test('a deal that cannot be sent shows why, and nothing says any more that it was sent', async () => {
  await DEALS['one way']();
  await pair();
  await expect(tablet.getByTestId('just-written')).toBeEmpty();
  await expect(tablet.locator('.sign-last')).toHaveCount(0);
  await tapListing('20 timer snekkerhjelp');
  await field('deadline').fill('2025-01-01');
  await field('service').scrollIntoViewIfNeeded();
  await tablet.locator(AT.post).click();
  await expect(tablet.locator('.field-error')).toHaveCount(1);
  await expect(tablet.locator('.field-error')).toBeInViewport({ ratio: 1 });
  await expect(tablet.getByTestId('just-written')).toBeEmpty();
  // A hand that trembles sends once, and is not told off.
  await field('deadline').fill('');
  await tablet.locator(AT.post).dblclick();
  await expect(field('just-written')).toHaveAttribute('data-state', 'posted');
  await expect(tablet.locator('.field-error')).toHaveCount(0);
  await expect(tablet.getByTestId('deal')).toHaveCount(3);
});

test('a correction of what somebody else corrects too is put on that, and goes out with another press', async () => {
  const posted = async () => Object.values((await hall.welcome()).board.deals).find(({ number }) => number === 1);
  const own = tablet.getByTestId('deal').first();
  await own.getByRole('button').first().click();
  await tap('amend');
  await field('service').fill('Det hun skrev');
  await field('deadline').fill('2027-06-01');
  const { id, terms } = await posted();
  terms.bargain.service.text = 'Det verten skrev';
  await hall.ask('moderator', { type: 'amend_deal', deal: id, terms });
  await expect(own).toContainText('Det verten skrev');
  // A hand that trembles does not decide.
  await tablet.locator(AT.post).dblclick();
  const error = tablet.locator('.field-error');
  await expect(error).toContainText('Det verten skrev');
  await expect(field('service')).toHaveValue('Det hun skrev');
  await expect(field('deadline')).toHaveValue('2027-06-01');
  expect((await posted()).terms.bargain.service.text).toBe('Det verten skrev');
  await expect(async () => {
    await tablet.locator(AT.post).click();
    await expect(error).toHaveCount(0, { timeout: 200 });
  }).toPass();
  await expect.poll(async () => (await posted()).terms.bargain.service.text).toBe('Det hun skrev');
  expect((await posted()).terms.deadline).toBe('2027-06-01');
});

test('what was sent back comes first until it is opened or let be, and nobody else is blamed for that', async () => {
  const numbered = (number) =>
    tablet.getByTestId('deal').filter({ has: tablet.getByTestId('number').filter({ hasText: new RegExp(`^${number}$`) }) });
  const first = tablet.getByTestId('deal').first();
  await hall.ratifyFirst();
  const [{ id, terms }] = Object.values((await hall.welcome()).board.deals);
  Object.assign(terms.bargain.service, { text: 'Det hun ville', effort_minutes: 2_400 });
  await hall.ask('broker', { type: 'amend_deal', deal: id, terms });
  await hall.ask('notary', { type: 'send_back_deal', deal: id, remark: 'Hvor mange?' });
  const second = randomUUID();
  await hall.ask('broker', { type: 'post_deal', deal: second, terms: dealOfDemo(1) });
  await expect(tablet.getByTestId('deal')).toHaveCount(2);
  await expect(first).toHaveAttribute('data-state', 'change_sent_back');
  await expect(first.getByTestId('refusal')).toHaveText('Hvor mange?');
  await expect(field('asks')).toBeVisible();
  await first.getByTestId('amend').click();
  await expect(field('asks')).toHaveCount(0);
  await expect(field('hours')).toHaveValue('40');
  // The form is as it was, though what it was opened on is wanted no more.
  await field('service').fill('Noe annet');
  await first.getByTestId('let-be').click();
  await expect(numbered(1)).toHaveAttribute('data-state', 'posted');
  await expect(field('hours')).toHaveValue('40');
  await tablet.locator(AT.post).click();
  await expect(numbered(1)).toHaveAttribute('data-state', 'change_waits');
  await expect(tablet.locator('.field-error')).toHaveCount(0);
  await numbered(1).getByRole('button').first().click();
  await numbered(1).getByTestId('amend').click();
  await expect(field('service')).toHaveValue('Noe annet');
  await expect(field('hours')).toHaveValue('40');
  await tap('clear');
  // One that was mended before it was on the wall is as new there as any.
  await hall.ask('notary', { type: 'send_back_deal', deal: second, remark: 'Når?' });
  await expect(first).toHaveAttribute('data-state', 'sent_back');
  await first.getByTestId('amend').click();
  await field('deadline').fill('2027-06-01');
  await tablet.locator(AT.post).click();
  await expect(field('just-written')).toHaveAttribute('data-state', 'written');
  await hall.ask('notary', { type: 'ratify_deal', deal: second });
  await expect(field('just-written')).toHaveText('Avtale 2 er på tavla!');
});

test('each change of a deal is told of, be it the same news as before', async () => {
  // News grows old when the test says so.
  await tablet.addInitScript(() => {
    const NEWS_MS = 20_000;
    const later = window.setTimeout.bind(window);
    const setTimeout = (act, ms, ...more) => {
      if (ms !== NEWS_MS) return later(act, ms, ...more);
      window.growOld = act;
      return later(() => {}, ms);
    };
    Object.assign(window, { setTimeout });
  });
  await hall.show(tablet, 'broker');
  await tablet.getByTestId('deal').first().getByRole('button').first().click();
  for (const text of ['Det ene', 'Det andre']) {
    await tap('amend');
    await field('service').fill(text);
    await tablet.locator(AT.post).click();
    await expect(field('just-written')).toHaveText('Avtale 1 er endret på tavla.');
    await tablet.evaluate(() => window.growOld?.());
    await expect(field('just-written')).toBeEmpty();
  }
});

test('a correction whose deal is gone is let go, and what lay beneath comes back', async () => {
  await field('service').fill('Noe helt annet');
  await tablet.getByTestId('deal').first().getByRole('button').first().click();
  await tap('amend');
  await field('service').fill('En rettelse');
  const { settings } = (await hall.welcome()).board;
  await hall.ask('organiser', { type: 'begin_anew', epoch: randomUUID(), name: settings.name });
  await expect(field('service')).toHaveValue('Noe helt annet');
  await expect(tablet.locator('.deal-amending')).toHaveCount(0);
  await expect(tablet.locator('.field-error')).toContainText('Avtalen finnes ikke lenger');
});

test('upright the first step has room for its words', async () => {
  await tablet.setViewportSize(PORTRAIT);
  await tap('giver');
  await choose('ELVE');
  await choose('KAFF');
  const [box, em] = await field('first-what').evaluate((what) => [what.getBoundingClientRect().width, parseFloat(getComputedStyle(what).fontSize)]);
  expect(box).toBeGreaterThanOrEqual(16 * em);
});

test('the tablet changes hands in two taps, and the next deal bears the new name', async () => {
  await tap('name');
  await field('new-name').fill('Kari');
  await tap('name-submit');
  await expect(field('name')).toHaveText('Kari');
  const { taps, keys } = await effort(async () => {
    await tap('name');
    await tablet.getByTestId('other-name').filter({ hasText: 'Ingrid' }).click();
  });
  expect({ taps, keys }).toEqual({ taps: 2, keys: 0 });
  await expect(field('name')).toHaveText('Ingrid');
  await tap('name');
  await tablet.getByTestId('other-name').filter({ hasText: 'Kari' }).click();
  await expect(field('name')).toHaveText('Kari');
  await DEALS['one way']();
  const { board } = await hall.welcome();
  const broker = Object.values(board.deals).find(({ number }) => number === 2).broker.name;
  expect(broker).toBe('Kari');

  await tablet.context().setOffline(true);
  await tap('name');
  await tap('other-name');
  await expect(tablet.getByRole('dialog')).toContainText('Dette trenger nett');
});

test('without a network an old board warns, and stops nothing', async () => {
  await tablet.context().setOffline(true);
  await expect(tablet.getByTestId('connection')).not.toHaveAttribute('data-state', 'connected');
  await pair();
  await tapListing('20 timer snekkerhjelp');
  await field('due').fill('2020-01-01');
  await tablet.locator(AT.post).click();
  await expect(tablet.getByTestId('doubt')).toBeVisible();
  await expect(tablet.getByTestId('outbox')).toContainText('1');
  await tap('giver');
  await choose('KAFF');
  await expect(tablet.getByTestId('doubt')).toHaveCount(0);
});

for (const size of [LANDSCAPE, PORTRAIT]) {
  test(`every target is as large as a thumb at ${size.width} x ${size.height}`, async () => {
    await tablet.setViewportSize(size);
    const expectLarge = async (what) => expect.soft(await tooSmall(tablet), what).toEqual([]);
    await expectLarge('empty');
    await tap('giver');
    await expectLarge('list');
    await choose('ELVE');
    await choose('KAFF');
    await tapListing('kajakker');
    await tap('add-worth');
    await expectLarge('filled');
    await send();
    await tablet.getByTestId('deal').first().getByRole('button').first().click();
    await expectLarge('sent');
    await field('giver').fill('Elvelang padleklubb');
    await tap('register');
    await expectLarge('walk-in');
    await tablet.keyboard.press('Escape');
    await tap('name');
    await expectLarge('name');
  });
}
