// A tablet's disk and its tabs: what the tablet calls kept is kept, one tab sends, and only the server's own answer lets go.
import { LAUNCH } from '../chromium.mjs';
import { AT, choose, Hall } from '../hall.mjs';
import { Line } from '../line.mjs';
import { chromium, expect, test } from '../test.mjs';

const TABLET = { width: 1180, height: 820 };
/** Back-off and the disk's time are seconds long. */
const BACK_MS = 30_000;

/** @type {Hall} */
let hall;
/** @type {Line} */
let line;
let browser;
let context;

test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
  line = await Line.open(() => hall.server.listen);
  browser = await chromium.launch(LAUNCH);
  context = await browser.newContext({ viewport: TABLET, locale: 'nb-NO', timezoneId: 'Europe/Oslo' });
  const cookie = { name: 'borsklokka_drammen', value: hall.token('broker'), url: line.url('/'), httpOnly: true };
  await context.addCookies([{ ...cookie, sameSite: 'Strict' }]);
});

test.afterEach(async () => {
  await browser.close();
  await line.cut();
  await hall.end();
});

async function openTab() {
  const tab = await context.newPage();
  await tab.goto(line.url('/drammen/broker'));
  await expect(tab.locator(AT.post)).toBeVisible();
  return tab;
}

async function write(tab, text) {
  await choose(tab, 'giver', 'BAKK');
  await choose(tab, 'receiver', 'ELVE');
  await tab.locator(AT.field('service')).fill(text);
  await tab.locator(AT.post).click();
  await expect(deal(tab, text)).toBeVisible();
}

const deal = (tab, text) => tab.getByTestId('deal').filter({ hasText: text });

/** The texts of the public deals but for the hall's first, in the order of their numbers. */
async function onTheWall() {
  const { board } = await hall.welcome();
  const deals = Object.values(board.deals).filter(({ number }) => number > 1);
  return deals.sort((one, other) => one.number - other.number).map(({ terms }) => terms.bargain.service.text);
}

/** Waits until something lies in a drawer. Runs in the page. */
async function keeps([drawer, key]) {
  for (;;) {
    const kept = await new Promise((done) => {
      const opening = indexedDB.open('borsklokka/drammen');
      opening.onsuccess = () => {
        const asked = opening.result.transaction(drawer).objectStore(drawer).get(key);
        asked.onsuccess = () => {
          opening.result.close();
          done(asked.result);
        };
      };
    });
    if (kept) return;
    await new Promise((frame) => requestAnimationFrame(frame));
  }
}

test('a disk that is taken away, a second tab, a correction and a withdrawal without a network @patient', async () => {
  test.setTimeout(120_000);
  const tablet = await openTab();
  await expect(tablet.locator('[data-offline="ready"]')).toBeVisible({ timeout: 20_000 });
  await write(tablet, 'Står på tavla alt');
  await expect.poll(onTheWall).toEqual(['Står på tavla alt']);
  await tablet.evaluate(keeps, ['board', 'last']);
  await line.cut();
  await context.setOffline(true);
  for (const text of ['Blir slettet', 'Blir rettet', 'Blir sendt']) await write(tablet, text);

  // The browser clears its storage under the open page: everything is stored again.
  const devtools = await context.newCDPSession(tablet);
  await devtools.send('Storage.clearDataForOrigin', { origin: line.url(''), storageTypes: 'indexeddb' });
  await write(tablet, 'Skrevet etterpå');
  for (const text of ['Blir slettet', 'Blir sendt', 'Skrevet etterpå']) {
    await expect(deal(tablet, text)).toHaveAttribute('data-state', 'kept');
  }
  await expect(tablet.getByTestId('memory-only')).toBeHidden();
  await tablet.evaluate(keeps, ['board', 'last']);
  await tablet.reload();
  await expect(tablet.getByTestId('outbox')).toContainText('4');

  // A second tab shows the same; what is deleted or corrected in one is so in both.
  const other = await openTab();
  await expect(other.getByTestId('outbox')).toContainText('4');
  await deal(other, 'Blir slettet').click();
  await deal(other, 'Blir slettet').getByTestId('delete').click();
  await deal(other, 'Blir slettet').getByTestId('delete').click();
  await expect(deal(tablet, 'Blir slettet')).toHaveCount(0);
  await deal(tablet, 'Blir rettet').click();
  await deal(tablet, 'Blir rettet').getByTestId('amend').click();
  await tablet.locator(AT.field('service')).fill('Er rettet');
  await tablet.locator(AT.post).click();
  await expect(deal(other, 'Er rettet')).toBeVisible();
  await deal(tablet, 'Står på tavla alt').click();
  await deal(tablet, 'Står på tavla alt').getByTestId('withdraw').click();
  await expect(tablet.getByTestId('withdrawal')).toHaveAttribute('data-state', 'kept');
  await expect(other.getByTestId('withdrawal')).toBeVisible();

  await line.mend();
  await context.setOffline(false);
  await expect.poll(onTheWall, { timeout: BACK_MS }).toEqual([
    'Står på tavla alt', 'Er rettet', 'Blir sendt', 'Skrevet etterpå',
  ]);
  for (const tab of [tablet, other]) {
    await expect(tab.getByTestId('outbox')).toBeHidden();
    await expect(deal(tab, 'Står på tavla alt')).toHaveAttribute('data-state', 'withdrawn');
  }
  // The hall's first, and those three.
  expect(hall.server.check()).toContain('4 deals');
});

test('a disk that never answers, what cannot be read, and a sign-in page in the server\'s place @patient', async () => {
  test.setTimeout(120_000);
  const tablet = await openTab();
  await tablet.evaluate(keeps, ['board', 'last']);
  // From another version, and no record at all.
  await tablet.evaluate(() => new Promise((done) => {
    const opening = indexedDB.open('borsklokka/drammen');
    opening.onsuccess = () => {
      const writing = opening.result.transaction('outbox', 'readwrite');
      writing.objectStore('outbox').put('{"order":1,"of_tomorrow":{}}', 'of-tomorrow');
      writing.oncomplete = () => done(opening.result.close());
    };
  }));
  await tablet.reload();
  await expect(tablet.getByTestId('raw')).toHaveAttribute('data-state', 'unreadable');

  // A sign-in page answers every PUT: the contact waits, and holds up no deal.
  line.pretend(true);
  await tablet.locator(AT.field('giver')).fill('Ny klubb');
  await tablet.getByTestId('register').click();
  await tablet.getByTestId('walk-in-contact').fill('Kari Nordmann 912 34 567');
  await tablet.getByTestId('walk-in-submit').click();
  await choose(tablet, 'receiver', 'ELVE');
  await tablet.locator(AT.field('service')).fill('Avtalen kommer fram');
  await tablet.locator(AT.post).click();
  await expect.poll(onTheWall, { timeout: BACK_MS }).toEqual(['Avtalen kommer fram']);
  await expect(tablet.getByTestId('outbox')).toContainText('1');
  line.pretend(false);
  await expect(tablet.getByTestId('outbox')).toBeHidden({ timeout: BACK_MS });
  const { board } = await hall.welcome();
  const walkIn = Object.values(board.participants).find(({ name }) => name === 'Ny klubb');
  const contact = await tablet.request.get(line.url(`/api/v1/exchanges/drammen/contacts/${walkIn.id}`));
  expect((await contact.json()).person).toBe('Kari Nordmann');

  // A write is begun and never ends: what is behind it goes out from memory, and the page says so.
  await tablet.evaluate(() => {
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...what) {
      const again = () => {
        this.get('x').onsuccess = again;
      };
      if (this.name === 'outbox') again();
      return put.apply(this, what);
    };
  });
  await line.cut();
  for (const nth of [1, 2, 3]) await write(tablet, `Fra minnet ${nth}`);
  for (const nth of [1, 2, 3]) await expect(deal(tablet, `Fra minnet ${nth}`)).toHaveAttribute('data-state', 'in_memory');
  await expect(tablet.getByTestId('memory-only')).toContainText('bare i minnet');
  await line.mend();
  await expect
    .poll(onTheWall, { timeout: BACK_MS })
    .toEqual(['Avtalen kommer fram', 'Fra minnet 1', 'Fra minnet 2', 'Fra minnet 3']);
  await expect(tablet.getByTestId('outbox')).toBeHidden();

  // While the server listens a deal waits for no disk, and its line does not say that the disk has it.
  const states = await tablet.evaluateHandle(() => {
    const seen = [];
    const look = () => {
      const line = document.querySelector('[data-testid="deal"]');
      if (line?.textContent.includes('Uten disk')) seen.push(line.getAttribute('data-state'));
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    return seen;
  });
  await write(tablet, 'Uten disk');
  await expect(deal(tablet, 'Uten disk')).toHaveAttribute('data-state', 'posted');
  expect(new Set(await states.evaluate((seen) => seen))).toEqual(new Set(['writing_and_sending', 'posted']));
  await expect(tablet.getByTestId('raw')).toBeVisible();
});
