// Texts of every script and of no end, on every screen; and the phone: nothing jumps as it loads, every deal is found.
import { randomUUID } from 'node:crypto';
import { findFaults } from '../faults.mjs';
import { AT, Hall, SCREENS, choose } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const ARABIC = 'مقهى السلام';
const ENDLESS = 'Transportkameratene'.repeat(5).slice(0, 78);
const ADDRESS = `https://example.org/${'elvestad-og-omegn-'.repeat(4)}`.slice(0, 90);

let hall;
test.beforeAll(async () => {
  hall = await Hall.start();
  await hall.openFloor();
  const parties = [ARABIC, ENDLESS].map((name, nth) => ({
    id: randomUUID(), name, sector: ['voluntary', 'business'][nth], place: [ARABIC, 'bord 91'][nth],
  }));
  for (const participant of parties) await hall.ask('organiser', { type: 'register_participant', participant });
  const [giver, receiver] = parties.map(({ id }) => id);
  for (const text of [ADDRESS, ARABIC, ENDLESS]) {
    await hall.ask('organiser', { type: 'add_listing', listing: { id: randomUUID(), participant: giver, kind: 'wish', text, category: 'care' } });
    await hall.post({ givers: [giver], receivers: [receiver], bargain: { kind: 'one_way', service: { text } } });
  }
  await hall.postInOrder(20);
  for (const text of [ADDRESS, ARABIC, ENDLESS]) {
    await hall.post({ givers: [giver], receivers: [receiver], bargain: { kind: 'one_way', service: { text } } });
  }
});
test.afterAll(() => hall.end());

/** What sticks out of the page, and Arabic texts that stand in the direction of the words around them. */
function faults(arabic) {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide of ${root.clientWidth}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent;
    const element = walker.currentNode.parentElement;
    if (text.includes(arabic) && element.checkVisibility() && !element.closest('[dir="auto"], bdi')) {
      found.push(`${element.tagName} ${element.className}: ${text}`);
    }
  }
  return found;
}

test('texts of every script keep their direction, and words without an end stay on the page', async ({ browser }) => {
  const all = {};
  /** @type {[string, { width: number, height: number }][]} */
  const screens = [
    ['wall', { width: 1920, height: 1080 }],
    ['wall', { width: 1024, height: 768 }],
    ['phone', { width: 360, height: 640 }],
    ['broker', { width: 820, height: 1180 }],
    ['moderator', { width: 1180, height: 820 }],
    ['organiser', { width: 1280, height: 900 }],
  ];
  for (const [name, size] of screens) {
    const page = await hall.window(browser, size);
    await hall.show(page, name);
    if (name === 'broker') {
      await choose(page, 'giver', 'bord 91');
      await page.keyboard.press('Escape');
    }
    if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${name}-${size.width}.png` });
    const found = await page.evaluate(faults, ARABIC);
    if (found.length) all[`${name} ${size.width}`] = found;
    if (name === 'wall') {
      const hero = page.locator(AT.hero).first();
      expect(await hero.evaluate((hero) => hero.scrollWidth <= hero.clientWidth + 1)).toBe(true);
    }
    await page.context().close();
  }
  expect(all).toEqual({});
});

/** What a box is that is wider than there is room for. */
const SIDEWAYS = ['out of the window', 'wider than its box', 'the page scrolls sideways'];

/** Deals of two whose every text is one word, at each stand that a desk shows: posted, waiting, waiting to be changed, sent back, on paper. */
async function fillWithoutSpaces(hall) {
  const word = (letters, length) => letters.repeat(length).slice(0, length);
  const parties = ['WMWM', 'MWMW'].map((symbol, nth) => ({
    id: randomUUID(), name: word(`Transportkameratene${nth}`, 80), sector: ['voluntary', 'business'][nth], symbol, place: word('nabobordet', 40),
  }));
  for (const participant of parties) {
    await hall.ask('organiser', { type: 'register_participant', participant });
    for (const kind of ['offer', 'wish']) {
      const listing = { id: randomUUID(), participant: participant.id, kind, text: word('Samarbeidsavtale', 160), category: 'care' };
      await hall.ask('organiser', { type: 'add_listing', listing });
    }
  }
  const [giver, receiver] = parties.map(({ id }) => id);
  const service = (letters) => ({
    text: word(letters, 120), category: 'care', quantity: { amount: 3, unit: word('arbeidsdag', 20) }, effort_minutes: 60, worth: 1_000,
  });
  const terms = (letters) => ({
    givers: [giver],
    receivers: [receiver],
    bargain: { kind: 'two_way', service: service(letters), return_service: service('motytelse') },
    first_step: { by: giver, what: word('telefonsamtale', 120), due: '2026-12-03' },
    deadline: '2027-06-01',
  });
  const write = async (role, deal, letters, more) => {
    await hall.ask(role, { type: 'post_deal', deal, terms: terms(letters), ...more });
    return deal;
  };
  const posted = await write('broker', randomUUID(), 'snekkerhjelp');
  await hall.ratifyFirst();
  await write('broker', randomUUID(), 'brygge');
  await hall.ask('broker', { type: 'amend_deal', deal: posted, terms: terms('flytebrygge') });
  const sentBack = await write('broker', randomUUID(), 'padlekurs');
  await hall.ask('notary', { type: 'send_back_deal', deal: sentBack, remark: word('uleselig', 120) });
  // A sheet's number is in its deal's id.
  await write('moderator', '70617065-7223-8000-8000-000000000009', 'papir', { written_on: 'paper' });
}

test('texts without a space make no card, no sheet and no page wider than its screen @looks', async ({ browser }) => {
  const hall = await Hall.start();
  const found = [];
  /** Looks at a desk, lying and upright. */
  const look = async (page, what) => {
    for (const size of [{ width: 1180, height: 820 }, { width: 820, height: 1180 }]) {
      await page.setViewportSize(size);
      const measured = { ...size, frames: 2, scrolls: true, ignored: '.hidden-text', overlays: '.none' };
      const faults = await page.evaluate(findFaults, measured);
      found.push(...faults.filter(({ kind }) => SIDEWAYS.includes(kind)).map(({ kind, at }) => `${what} ${size.width}: ${at}: ${kind}`));
    }
  };
  try {
    await hall.openFloor();
    await fillWithoutSpaces(hall);
    for (const screen of Object.keys(SCREENS).filter((name) => name !== 'wall' && name !== 'phone')) {
      const page = await hall.window(browser, { width: 1180, height: 820 });
      await hall.show(page, screen);
      if (screen === 'broker') {
        await choose(page, 'giver', 'WMWM');
        await page.keyboard.press('Escape');
        await expect(page.getByTestId('tap').first()).toBeVisible();
      }
      await look(page, screen);
      if (screen === 'notary') {
        await page.getByTestId('amend-open').first().click();
        await look(page, 'the correction');
        await page.getByTestId('sheet-close').click();
        const deed = page.getByTestId('written').and(page.locator('[data-matter="new"]')).first();
        for (const tick of await deed.getByRole('checkbox').all()) await tick.check();
        await deed.getByTestId('ratify').click({ delay: 1_200 });
        await expect(page.getByTestId('undo')).toBeInViewport({ ratio: 1 });
        await look(page, 'the notary that hammered');
      }
      await page.context().close();
    }
    expect([...new Set(found)]).toEqual([]);
  } finally {
    await hall.end();
  }
});

test('nothing jumps as the phone loads, and every deal is found over the keyboard', async ({ browser }) => {
  const page = await hall.window(browser, { width: 390, height: 844 }, { isMobile: true, hasTouch: true });
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const { value, sources } of list.getEntries()) {
        window.shifts.push([value, ...sources.map(({ node }) => node?.className ?? node?.parentElement?.className ?? '')]);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const line = await page.context().newCDPSession(page);
  await line.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await line.send('Network.enable');
  await line.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 });
  await page.goto(hall.server.url('/Drammen'));
  await page.getByTestId('row').first().waitFor();
  await page.getByTestId('wishes').waitFor();
  await page.evaluate(() => document.fonts.ready);
  const shifts = await page.evaluate(() => window.shifts);
  expect(shifts.reduce((sum, [value]) => sum + value, 0), JSON.stringify(shifts)).toBeLessThan(0.05);
  await line.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await line.detach();

  await page.setViewportSize({ width: 360, height: 640 });
  await expect(page.getByTestId('row')).toHaveCount(12);
  await page.getByTestId('more-deals').tap();
  await expect(page.getByTestId('row')).toHaveCount(hall.posted);
  const field = page.getByTestId('search');
  await field.tap();
  await field.fill('nr. 5');
  const result = page.locator('.finder [data-testid="row"]');
  await expect(result).toHaveCount(1);
  await expect(result).toHaveAttribute('data-number', '5');
  await expect.poll(async () => (await field.boundingBox()).y).toBeLessThan(20);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/phone-search.png` });
  await field.fill('bakerud');
  await expect(page.getByTestId('found').first()).toContainText('Bakkerud Bygg AS');
});
