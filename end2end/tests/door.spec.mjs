// At the door: who comes is noted by the code on the badge, walk-ins are registered, a network that goes loses nothing, and the
// brokers and the desk see who is here. And paper that was written without power, typed in by the keyboard alone.
import { randomUUID } from 'node:crypto';
import { AT, Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const TABLET = { width: 1180, height: 820 };
const DESK = { width: 1280, height: 900 };

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

/** What a keyboard, or a scanner that stands for one, types wherever the page is. */
async function scan(page, code) {
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
}

test('at the door a badge is scanned, a slip is taken back, and a walk-in is registered without a network', async ({ browser }) => {
  const door = await hall.window(browser, TABLET);
  await hall.show(door, 'door');
  const at = (id) => door.getByTestId(id);
  const row = (symbol) => at('door-row').filter({ has: door.locator('.chip', { hasText: new RegExp(`^${symbol}$`) }) });
  const all = Number((await at('door-count').innerText()).match(/0 av (\d+)/)[1]);

  await scan(door, 'BAKK');
  await expect(row('BAKK')).toHaveAttribute('data-here', 'true');
  await expect(at('door-count')).toContainText(`1 av ${all}`);
  await at('door-undo').click();
  await expect(row('BAKK')).toHaveAttribute('data-here', 'false');
  await scan(door, 'bakk');
  // Once more at the same badge sends nobody away.
  await scan(door, 'BAKK');
  await expect(row('BAKK')).toHaveAttribute('data-here', 'true');
  const badge = await door.request.get(hall.server.url(await at('door-badge').getAttribute('href')));
  expect(badge.headers()['content-type']).toBe('application/pdf');

  // A helper at another door noted it first: nothing is left that asks for anybody.
  await door.context().setOffline(true);
  await expect(at('connection')).not.toHaveAttribute('data-state', 'connected', { timeout: 30_000 });
  await row('ELVE').getByTestId('door-mark').click();
  const elve = await hall.welcome().then(({ board }) => board.participants.find(({ symbol }) => symbol === 'ELVE'));
  await hall.ask('door', { type: 'mark_arrived', participant: elve.id });
  await scan(door, 'Strandveien vel');
  await expect(at('walk-in-name')).toHaveValue('Strandveien vel');
  await expect(at('walk-in-symbol')).not.toHaveValue('');
  await at('walk-in-symbol').fill('BAKK');
  await at('walk-in-contact').fill('Ida Lie, 22 33 44 5');
  await at('walk-in-submit').click();
  await expect(door.locator('#walk-in-symbol-error')).not.toBeEmpty();
  await at('walk-in-symbol').fill('VEL');
  await at('walk-in-submit').click();
  await expect(at('door-done')).toContainText('Strandveien vel');
  await expect(at('outbox')).toBeVisible();
  await expect(at('door-badge')).toHaveCount(0);

  await door.context().setOffline(false);
  await expect(at('door-badge')).toBeVisible({ timeout: 60_000 });
  await expect(at('door-count')).toContainText(`3 av ${all + 1}`);
  await expect(at('door-refused')).toHaveCount(0);
  await expect(at('outbox')).toHaveCount(0);

  // A number that no country has is asked about while the guest is there.
  await at('door-walk-in').click();
  await at('walk-in-contact').fill('Ida Lie, 22 33 44 5');
  await expect(at('phone-doubt')).toContainText('22 33 44 5');
  await at('walk-in-contact').fill('Ida Lie, 0047 22 33 44 55');
  await expect(at('reached')).toContainText('+47 22 33 44 55');
  await expect(at('phone-doubt')).toHaveCount(0);

  const broker = await hall.window(browser, TABLET);
  await hall.show(broker, 'broker');
  await broker.getByTestId('giver').click();
  const first = broker.locator(AT.option).first();
  await expect(first.getByTestId('here')).toBeVisible();
  await broker.getByTestId('giver').fill('elve');
  await expect(first).toContainText('ELVE');
  await expect(first.getByTestId('here')).toBeVisible();
  const desk = await hall.window(browser, DESK);
  await hall.show(desk, 'moderator');
  await expect(desk.getByTestId('arrived')).toContainText(`3 av ${all + 1}`);
});

test('a door that speaks another language goes on, without the network too', async ({ browser }) => {
  const door = await hall.window(browser, TABLET);
  await hall.show(door, 'door');
  const faults = [];
  door.on('pageerror', (fault) => faults.push(String(fault)));
  await door.context().setOffline(true);
  await door.getByTestId('own-language').selectOption('de');
  await expect(door.locator('html')).toHaveAttribute('lang', 'de');
  await door.getByTestId('door-query').fill('Elve');
  // Twice as long as it takes the page to look for a new version.
  await door.waitForTimeout(5_000);
  expect(faults).toEqual([]);
  await expect(door.getByTestId('door-query')).toHaveValue('Elve');
});

test('a symbol of the widest letters stays in its chip', async ({ browser }) => {
  const participant = { id: randomUUID(), name: 'Strandveien vel', sector: 'voluntary', symbol: 'WMWM', place: 'bord 92' };
  await hall.ask('organiser', { type: 'register_participant', participant });
  /** Whether the letters end before their chip does. */
  const isWithin = (chip) => {
    const letters = document.createRange();
    letters.selectNodeContents(chip);
    return letters.getBoundingClientRect().right <= chip.getBoundingClientRect().right;
  };
  for (const [screen, field, list] of [['door', 'door-query', 'door-row'], ['broker', 'giver', 'option'], ['paper', 'paper-giver', 'option']]) {
    const page = await hall.window(browser, TABLET);
    await hall.show(page, screen);
    await page.getByTestId(field).fill('WMWM');
    const chip = page.getByTestId(list).locator('.chip', { hasText: /^WMWM$/ }).first();
    await expect(chip).toBeVisible();
    expect(await chip.evaluate(isWithin), screen).toBe(true);
    await page.context().close();
  }
});

test('each head over the fields of paper is whole, and the fields stand in line, where words are longest', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  for (const language of ['de', 'nl', 'nb']) {
    await hall.show(page, 'paper', `?lang=${language}`);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    const cut = await page
      .locator('.typing-form .field-label')
      .evaluateAll((heads) =>
        heads.filter((head) => head.scrollWidth > head.clientWidth || head.scrollHeight > head.clientHeight + 1).map((head) => head.textContent),
      );
    expect(cut, language).toEqual([]);
    const tops = await page
      .locator('.typing-form :is(.field-input, [type="submit"])')
      .evaluateAll((controls) => controls.map((control) => Math.round(control.getBoundingClientRect().top)));
    expect(Math.max(...tops) - Math.min(...tops), language).toBeLessThanOrEqual(2);
  }
});

test('paper is typed in by the keyboard alone, and a sheet that is there already is asked about', async ({ browser }) => {
  await hall.openFloor();
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'paper');
  const at = (id) => page.getByTestId(id);
  const sheets = at('sheet');
  const type = async (...texts) => {
    for (const text of texts) {
      if (text) await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    }
  };
  await expect(at('paper-number')).toHaveValue('1');
  await at('paper-number').focus();
  await type('', 'bakk', 'elve', 'Maler klubbhuset');
  await expect(sheets.first()).toHaveAttribute('data-state', 'posted');
  await expect(at('paper-number')).toBeFocused();
  await expect(at('paper-number')).toHaveValue('2');
  await type('', 'tran', 'kaff', 'Kjører tre turer');
  await expect(sheets).toHaveCount(2);
  await expect(at('paper-number')).toBeFocused();
  await expect(at('paper-number')).toHaveValue('3');

  // The number is used: it is asked, and Enter once more means another sheet.
  await type('1');
  await expect(page.locator('#paper-number-error')).toContainText('Maler klubbhuset');
  await type('', 'spei', 'labb', 'Går tur med hund');
  await expect(sheets).toHaveCount(3);
  await expect(sheets.first()).toContainText('1 (2.)');

  // Somebody else types in sheet 3 while this one has no network.
  await page.context().setOffline(true);
  await expect(at('connection')).not.toHaveAttribute('data-state', 'connected', { timeout: 30_000 });
  await at('paper-number').fill('3');
  await type('', 'labb', 'spei', 'Baker til turen');
  await expect(sheets).toHaveCount(4);
  const { board } = await hall.welcome();
  const id = (sign) => board.participants.find(({ symbol }) => symbol === sign).id;
  const terms = {
    givers: [id('LABB')],
    receivers: [id('SPEI')],
    bargain: { kind: 'one_way', service: { text: 'Baker til turen', category: 'care', listings: [] } },
  };
  await hall.ask('moderator', { type: 'post_deal', deal: '70617065-7223-8000-8000-000000000003', terms, written_on: 'paper' });
  await page.context().setOffline(false);
  const second = sheets.and(page.locator('[data-state="refused"]'));
  await expect(second).toHaveCount(1, { timeout: 60_000 });
  await second.getByTestId('delete').click();
  await second.getByTestId('delete').click();
  await expect(sheets).toHaveCount(4);

  await sheets.filter({ hasText: 'Kjører tre turer' }).getByTestId('sheet-undo').click();
  await expect(sheets.filter({ hasText: 'Kjører tre turer' })).toHaveAttribute('data-state', 'withdrawn');
});

test('a desk that is sent out keeps nothing of a sheet that was half typed in', async ({ browser }) => {
  await hall.openFloor();
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'paper');
  const kept = () => page.evaluate(() => sessionStorage.getItem('typed/drammen') ?? '');
  await page.getByTestId('paper-giver').fill('bakk');
  await page.getByTestId('paper-giver').press('Enter');
  await expect.poll(kept).toContain('Bakkerud Bygg AS');
  const headers = { authorization: `Bearer ${hall.token('organiser')}` };
  const listed = await fetch(hall.server.url('/api/v1/exchanges/drammen/devices'), { headers });
  for (const { id, role } of (await listed.json()).devices) {
    if (role === 'moderator') await fetch(hall.server.url(`/api/v1/exchanges/drammen/devices/${id}`), { method: 'DELETE', headers });
  }
  await expect(page.getByTestId('session-ended')).toBeVisible({ timeout: 30_000 });
  await expect.poll(kept).not.toContain('Bakkerud');
  // It stays so, though what stands on the screen stays.
  await page.getByTestId('paper-what').fill('Etterpå');
  await expect(page.getByTestId('paper-giver')).toHaveValue('BAKK Bakkerud Bygg AS');
  expect(await kept()).not.toMatch(/Bakkerud|Etterpå/);
});
