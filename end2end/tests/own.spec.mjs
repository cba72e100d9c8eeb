// An evening of her own: an organiser goes from the server's first link to the first deal, by the screens alone. Every tap and keystroke
// is counted, and docs/organiser.md says how many.
import { readFileSync } from 'node:fs';
import { AT, startWall } from '../hall.mjs';
import { Server } from '../server.mjs';
import { expect, test } from '../test.mjs';

const PASSPHRASE = 'en lang setning om børsen';
const TOWN = new URL('../../spreadsheets/tests/files/elvestad.xlsx', import.meta.url).pathname;
const DESK = { width: 1280, height: 900 };
const TABLET = { width: 1180, height: 820 };
const PHONE = { width: 390, height: 844 };
/** How long a person holds the bell, in milliseconds. */
const HOLD_MS = 1_200;

/** Hands that count: a tap each on what is pressed or chosen, a keystroke a letter. */
class Hands {
  constructor() {
    this.taps = 0;
    this.keys = 0;
  }

  async tap(target) {
    this.taps += 1;
    await target.click();
  }

  async type(target, text) {
    this.taps += 1;
    this.keys += text.length;
    await target.fill(text);
  }

  async press(target, key) {
    this.keys += 1;
    await target.press(key);
  }

  async choose(target, value) {
    this.taps += 2;
    await target.selectOption(value);
  }

  async hold(page, target) {
    this.taps += 1;
    await expect(target).toBeEnabled();
    const box = await target.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.waitForTimeout(HOLD_MS);
    await page.mouse.up();
  }
}

/** @type {Server} */
let server;

test.beforeEach(async () => {
  server = await new Server().startEmpty();
});

test.afterEach(() => server.remove());

async function window(browser, size) {
  const context = await browser.newContext({ viewport: size, locale: 'nb-NO', timezoneId: 'Europe/Oslo' });
  return context.newPage();
}

/** What the guide says of this test. */
function documented() {
  const text = readFileSync(new URL('../../docs/organiser.md', import.meta.url), 'utf8');
  const [, taps, keys] = text.match(/(\d+) taps and (\d+) keystrokes/) ?? [];
  return { taps: Number(taps), keys: Number(keys) };
}

test('an organiser goes from the first link to the first deal alone', async ({ browser }) => {
  test.setTimeout(240_000);
  const hands = new Hands();
  const page = await window(browser, DESK);
  const by = (id) => page.getByTestId(id);
  const address = (name) => new URL(`/elvestad/organiser#${name}`, page.url()).href;

  await test.step('the passphrase, and an exchange', async () => {
    await page.goto(server.printed(/http:\S+\/setup\S+/));
    await hands.type(by('passphrase'), PASSPHRASE);
    await hands.type(by('passphrase-again'), PASSPHRASE);
    await hands.tap(by('setup-submit'));
    await hands.type(by('new-name'), 'Elvestad');
    await expect(by('new-slug')).toHaveValue('elvestad');
    await hands.type(by('new-place'), 'Biblioteket');
    await by('new-date').fill('2031-03-06');
    hands.keys += '06032031'.length;
    await hands.tap(by('new-submit'));
    await expect(by('organiser-page')).toHaveAttribute('data-page', 'overview');
  });

  await test.step('categories of its own', async () => {
    await hands.tap(by('rail-categories'));
    await hands.type(by('category-name').first(), 'Gode råd');
    await hands.press(by('category-name').first(), 'Enter');
    await expect(by('rail-categories')).toHaveAttribute('data-standing', 'full');
  });

  await test.step('a programme with two rounds and a break', async () => {
    await hands.tap(by('rail-programme'));
    await hands.tap(by('plan-usual'));
    await expect(by('plan-line')).toHaveCount(6);
  });

  await test.step('forty participants from a spreadsheet', async () => {
    await hands.tap(by('rail-participants'));
    await hands.tap(by('participant-import'));
    await by('import-file').setInputFiles(TOWN);
    hands.taps += 2;
    await expect(by('import-counts')).toContainText('40 nye deltakere');
    await hands.tap(by('import-write'));
    await expect(by('import-done')).toContainText('40 nye deltakere');
  });

  await test.step('one who stands twice becomes one', async () => {
    await page.goto(address('participants/new'));
    hands.taps += 2;
    await hands.type(by('participant-name'), 'ELVESTAD BAKERI');
    await hands.tap(by('participant-save'));
    await hands.tap(by('rail-overview'));
    await hands.tap(page.locator('[data-testid="task"][data-matter="doubles"]').getByRole('link'));
    await expect(by('side')).toHaveCount(2);
    const kept = by('side').filter({ hasText: 'Kaffe og kaker' }).getByTestId('keep');
    await hands.tap(kept);
    await hands.tap(kept);
    await expect(page.locator('.page-title')).toHaveText('Elvestad Bakeri AS');
  });

  await test.step('catalogue and badges on paper', async () => {
    await hands.tap(by('rail-prints'));
    for (const file of ['catalogue.pdf', 'badges.pdf']) {
      const href = await by('print').and(page.locator(`[href*="${file}"]`)).first().getAttribute('href');
      hands.taps += 1;
      const printed = await page.request.get(new URL(href, page.url()).href);
      expect(printed.headers()['content-type'], file).toBe('application/pdf');
    }
  });

  const devices = {};
  await test.step('three tablets', async () => {
    for (const [role, name, ready] of [
      ['broker', 'Ingrid', 'post'],
      ['moderator', 'Berit', 'bell'],
      ['notary', 'Solveig', 'queue'],
    ]) {
      await hands.tap(by('rail-devices'));
      await hands.choose(by('pairing-role'), role);
      await hands.type(by('pairing-name'), name);
      const before = await by('pairing-code').allInnerTexts();
      await hands.tap(by('pairing-make'));
      await expect.poll(() => by('pairing-code').allInnerTexts()).not.toEqual(before);
      await expect(by('pairing-code')).toHaveCount(1);
      const code = await by('pairing-code').innerText();
      const tablet = await window(browser, TABLET);
      await tablet.goto(server.url('/elvestad/pair'));
      await hands.type(tablet.getByTestId('pair-code'), code);
      await hands.tap(tablet.getByTestId('pair-submit'));
      await expect(tablet.getByTestId(ready)).toBeVisible();
      await expect(by('pairing-used'), 'a code is for one device').toBeVisible();
      devices[role] = tablet;
    }
  });
  const { broker, moderator } = devices;

  /** The first deal: two who are registered, and an offer that came with the spreadsheet. */
  const strike = async () => {
    for (const [side, name] of [
      ['giver', 'Elvestad Bakeri'],
      ['receiver', 'Brua Regnskap'],
    ]) {
      await hands.type(broker.getByTestId(side), name);
      await hands.tap(broker.locator('[data-testid="option"]').filter({ hasText: name }).first());
    }
    await hands.tap(broker.getByTestId('tap').filter({ hasText: 'Kaffe og kaker' }).first());
    await hands.tap(broker.getByTestId('post'));
    await expect(broker.getByTestId('just-written')).toHaveAttribute('data-state', 'posted');
  };

  const wall = await window(browser, { width: 1920, height: 1080 });
  await wall.goto(server.url('/elvestad/wall'));
  // Its address, and how it starts.
  hands.taps += 2;
  await startWall(wall, AT.silent);

  await test.step('a rehearsal, and back to nought', async () => {
    await hands.hold(moderator, moderator.getByTestId('bell'));
    await expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', 'open');
    await strike();
    await expect(wall.getByTestId('count')).toHaveText('1');
    await expect(wall.getByTestId('tape')).toContainText('Kaffe og kaker');
    await hands.tap(by('rail-rehearsal'));
    await hands.tap(by('begin-anew'));
    await hands.tap(by('begin-anew'));
    await expect(by('archive')).toHaveCount(1);
    await expect(by('archive').locator('b')).toHaveText(/^\d{1,2}\. [a-z]+ kl\. \d{1,2}[.:]\d{2}$/);
    await expect(wall.getByTestId('tape')).not.toContainText('Kaffe og kaker');
    await expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', 'preparing');
  });

  await test.step('the doors are open, and the first deal is on the wall', async () => {
    await hands.hold(moderator, moderator.getByTestId('bell'));
    await expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', 'open');
    await strike();
    await expect(wall.getByTestId('hero')).toContainText('Kaffe og kaker');
  });

  expect({ taps: hands.taps, keys: hands.keys }).toEqual(documented());
});

test('the passphrase is changed, and the devices page tells that it was', async ({ browser }) => {
  const page = await window(browser, DESK);
  const by = (id) => page.getByTestId(id);
  const change = async (old, fresh) => {
    await by('passphrase-old').fill(old);
    await by('passphrase-new').fill(fresh);
    await by('passphrase-again').fill(fresh);
    await by('passphrase-submit').click();
  };
  await page.goto(server.printed(/http:\S+\/setup\S+/));
  await by('passphrase').fill(PASSPHRASE);
  await by('passphrase-again').fill(PASSPHRASE);
  await by('setup-submit').click();
  // Where the button and the news lie far apart.
  await page.setViewportSize(PHONE);
  await by('change-passphrase').click();
  await expect(by('change-passphrase')).toBeHidden();
  await expect(by('passphrase-old')).toBeFocused();
  await by('passphrase-form').getByRole('button', { name: 'Avbryt' }).press('Enter');
  await expect(by('change-passphrase')).toBeFocused();
  await page.keyboard.press('Enter');
  await change('en helt annen setning', 'den nye setningen om børsen');
  await expect(by('alert')).toContainText('Feil passordfrase');
  await expect(by('passphrase-new')).toHaveValue('den nye setningen om børsen');
  await change(PASSPHRASE, 'den nye setningen om børsen');
  await expect(by('home-news')).not.toBeEmpty();
  await expect(by('change-passphrase')).toBeFocused();
  // But for a part of a pixel.
  await expect(by('home-news')).toBeInViewport({ ratio: 0.95 });
  await expect(by('alert')).toHaveCount(0);

  await page.setViewportSize(DESK);
  await by('new-name').fill('Elvestad');
  await by('new-place').fill('Biblioteket');
  await by('new-date').fill('2031-03-06');
  await by('new-submit').click();
  await by('rail-devices').click();
  const noted = () => by('security-row').evaluateAll((rows) => rows.map((row) => row.dataset.event));
  await expect.poll(noted).toEqual(expect.arrayContaining(['passphrase_changed', 'login_failed', 'set_up']));
});
