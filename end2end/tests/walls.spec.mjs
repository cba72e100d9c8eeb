// Walls that sleep, hide or lose their sound say so, and mend what they can by themselves; and the way back to a desk.
import { randomUUID } from 'node:crypto';
import { AT, Hall, startWall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const WALL = { width: 1280, height: 720 };
const DESK = { width: 1280, height: 860 };
const TABLET = { width: 1180, height: 820 };

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

/** What a test takes into its hand: whether the page is seen, its sound, and the screen's lock. Runs in the page before the app. */
function holdInHand() {
  window.isHidden = false;
  Object.defineProperty(document, 'hidden', { get: () => window.isHidden });
  Object.defineProperty(document, 'visibilityState', { get: () => (window.isHidden ? 'hidden' : 'visible') });
  window.hide = (isHidden) => {
    window.isHidden = isHidden;
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  };

  window.contexts = [];
  window.mayResume = true;
  const Context = window.AudioContext;
  window.AudioContext = class extends Context {
    constructor() {
      super();
      window.contexts.push(this);
      if (!window.mayResume) super.suspend();
    }

    resume() {
      return window.mayResume ? super.resume() : new Promise(() => {});
    }
  };
  window.struck = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    window.struck.push({ hz: this.frequency.value });
    return start.call(this, when);
  };

  window.locks = [];
  window.refuses = false;
  const request = async () => {
    const lock = new EventTarget();
    window.locks.push(lock);
    if (window.refuses) throw new DOMException('to save the battery', 'NotAllowedError');
    return lock;
  };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
}

async function openWall(browser, query = '') {
  // A browser of another language than the exchange's: the wall is made twice, and what belongs to the page only once.
  const page = await hall.window(browser, WALL, { locale: 'en-US' });
  await page.addInitScript(holdInHand);
  await page.goto(hall.server.url(`/drammen/wall${query}`));
  await page.waitForFunction(() => Number(document.documentElement.dataset.seq) > 0);
  return page;
}

async function openDesk(browser) {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'moderator');
  return page;
}

const rowOf = (desk) => desk.getByTestId('screen-row').filter({ has: desk.getByTestId('identify') });

test('a wall that is hidden says so at once, and shows later that the bell rang @patient', async ({ browser }) => {
  const [wall, desk] = [await openWall(browser), await openDesk(browser)];
  await startWall(wall, AT.start);
  const row = rowOf(desk);
  await expect(row).toHaveAttribute('data-mark', 'right');
  await expect(row).toContainText('bilder/s');
  await wall.evaluate(() => window.hide(true));
  await expect(row).toHaveAttribute('data-mark', 'wrong');
  await expect(row).toContainText('skjult');
  await expect(row).not.toContainText('bilder/s');

  const expected = { phase: 'preparing', round: null };
  await hall.ask('moderator', { type: 'open_floor', expected, start_round: 1 });
  // It is heard on time, since its connection is kept; and over before anybody looks.
  await expect(wall.getByTestId('bell')).toBeVisible();
  await expect(wall.getByTestId('bell')).toBeHidden();
  const strokes = await wall.evaluate(() => window.struck.length);
  expect(strokes).toBeGreaterThan(0);
  await wall.evaluate(() => window.hide(false));
  await expect(wall.getByTestId('bell')).toContainText('Det ringte kl.');
  await expect(wall.getByTestId('bell')).toBeHidden();
  expect(await wall.evaluate(() => window.struck.length), 'not heard again').toBe(strokes);
  await expect(row).toHaveAttribute('data-mark', 'right');
});

test('sound that the system takes away is asked for anew, and is red on the desk meanwhile @patient', async ({ browser }) => {
  const [wall, desk] = [await openWall(browser), await openDesk(browser)];
  await startWall(wall, AT.start);
  const row = rowOf(desk);
  await expect(row).toContainText('lyd på');
  await wall.evaluate(() => {
    window.mayResume = false;
    return window.contexts.at(-1).close();
  });
  await expect(row).toHaveAttribute('data-mark', 'wrong');
  await expect(row).toContainText('lyden er borte');
  await row.getByTestId('test-sound').click();
  await expect(row).toContainText('prøvelyden kom ikke');
  // A touch is enough where the system lets sound out only then; before it, trying again by itself must not take the button away.
  await wall.evaluate(() => addEventListener('pointerdown', () => (window.mayResume = true), { capture: true }));
  await wall.getByTestId('sound').click();
  await expect(row).toContainText('lyd på');
  await expect(wall.getByTestId('sound')).toBeHidden();
  const before = await wall.evaluate(() => window.struck.length);
  await row.getByTestId('test-sound').click();
  await expect(row).toContainText('prøvelyden kom');
  await expect(row).not.toContainText('prøvelyden kom ikke');
  expect(await wall.evaluate(() => window.struck.length)).toBe(before + 1);
  // And where it may without one, it comes back by itself.
  await wall.evaluate(() => window.contexts.at(-1).close());
  await wall.waitForFunction(() => window.contexts.at(-1).state === 'running');
  await expect(row).toHaveAttribute('data-mark', 'right');
});

test('the screen is kept awake whenever it may be, with sound or without, and the desk knows', async ({ browser }) => {
  const [wall, desk] = [await openWall(browser, '?sound=off'), await openDesk(browser)];
  const row = rowOf(desk);
  const asked = () => wall.evaluate(() => window.locks.length);
  // Nobody touched it.
  expect(await asked()).toBe(1);
  await expect(row).toContainText('uten lyd');
  await expect(row).not.toContainText('kan sovne');
  await wall.evaluate(() => window.locks.at(-1).dispatchEvent(new Event('release')));
  await expect.poll(asked).toBe(2);
  await wall.evaluate(() => {
    window.hide(true);
    window.locks.at(-1).dispatchEvent(new Event('release'));
  });
  expect(await asked(), 'a hidden page may not').toBe(2);
  await wall.evaluate(() => {
    window.refuses = true;
    window.hide(false);
  });
  await expect.poll(asked).toBe(3);
  await expect(row).toContainText('kan sovne: nettleseren sa nei');
  await wall.evaluate(() => (window.refuses = false));
  await wall.mouse.click(5, 5);
  await expect.poll(asked).toBe(4);
  await expect(row).not.toContainText('kan sovne');
});

test('a wall keeps the scene that was chosen for it, and every desk knows which', async ({ browser }) => {
  const [wall, desk] = [await openWall(browser), await openDesk(browser)];
  const scene = wall.locator(AT.wall);
  await rowOf(desk).getByTestId('screen-scene').selectOption('pause');
  await expect(scene).toHaveAttribute('data-scene', 'pause');
  await desk.reload();
  await expect(rowOf(desk).getByTestId('screen-scene')).toHaveValue('pause');
  // A screen that comes anew has another number.
  const name = await rowOf(desk).locator('b').innerText();
  await wall.reload();
  await expect(scene).toHaveAttribute('data-scene', 'pause');
  await expect(rowOf(desk).locator('b')).not.toHaveText(name);
  await expect(rowOf(desk).getByTestId('screen-scene')).toHaveValue('pause');
  await rowOf(desk).getByTestId('screen-scene').selectOption('');
  await expect(scene).toHaveAttribute('data-scene', 'welcome');
  await rowOf(desk).getByTestId('identify').click();
  await expect(wall.locator(AT.identified)).toBeVisible();
});

test('back to nought every wall follows the others again, also one that was away, and the check names one that does not', async ({ browser }) => {
  const [wall, desk] = [await openWall(browser), await openDesk(browser)];
  const scene = wall.locator(AT.wall);
  const chosen = rowOf(desk).getByTestId('screen-scene');
  const own = desk.getByTestId('check-own_scenes');
  const { name } = (await hall.welcome()).board.settings;
  const beginAnew = () => hall.ask('organiser', { type: 'begin_anew', epoch: randomUUID(), name });
  await hall.openFloor();
  await chosen.selectOption('pause');
  await expect(scene).toHaveAttribute('data-scene', 'pause');
  await expect(chosen).toHaveValue('pause');
  await desk.getByTestId('open-doors').click();
  await expect(own).toContainText(await rowOf(desk).locator('b').innerText());
  await beginAnew();
  await expect(scene).toHaveAttribute('data-scene', 'welcome');
  await expect(own).toHaveCount(0);
  await desk.getByTestId('sheet-close').click();
  await expect(chosen).toHaveValue('');

  await hall.openFloor();
  await chosen.selectOption('pause');
  await expect(scene).toHaveAttribute('data-scene', 'pause');
  await wall.goto('about:blank');
  await beginAnew();
  await hall.openFloor();
  await wall.goto(hall.server.url('/drammen/wall'));
  await expect(scene).toHaveAttribute('data-scene', 'floor');
});

/** Whether the board is on the tablet's disk. Runs in the page. */
function hasBoard() {
  return new Promise((done) => {
    const opening = indexedDB.open('borsklokka/drammen');
    opening.onsuccess = () => {
      const asked = opening.result.transaction('board').objectStore('board').count();
      asked.onsuccess = () => {
        opening.result.close();
        done(asked.result > 0);
      };
    };
  });
}

test('the icon on the home screen leads to the last desk, without a network too', async ({ browser }) => {
  const tablet = await hall.window(browser, TABLET);
  const start = hall.server.url('/start');
  // Whoever has been nowhere is led to the first page.
  await tablet.goto(start);
  await tablet.getByTestId('front-page').click();
  await expect(tablet.getByTestId('login-passphrase')).toBeVisible();
  await hall.show(tablet, 'broker');
  const ready = () => navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated');
  await expect.poll(() => tablet.evaluate(ready)).toBe(true);
  await expect.poll(() => tablet.evaluate(hasBoard), 'the board is on its disk').toBe(true);

  const icon = await tablet.context().newPage();
  await icon.goto(start);
  await expect(icon.locator(AT.post)).toBeVisible();
  expect(new URL(icon.url()).pathname).toBe('/drammen/broker');
  // There is a way out.
  await icon.goBack();
  await expect(icon.getByTestId('known-desk')).toHaveCount(1);
  await icon.getByTestId('front-page').click();
  await expect(icon.getByTestId('login-passphrase')).toBeVisible();
  await expect(icon.getByTestId('known-desk')).toContainText('Megler');

  await hall.server.kill();
  await tablet.context().setOffline(true);
  const offline = await tablet.context().newPage();
  await offline.goto(start);
  await expect(offline.locator(AT.post)).toBeVisible();
});

/** The addresses of the apps' pages that lie on the device. */
async function keptPages() {
  const kept = await Promise.all((await caches.keys()).map((name) => caches.open(name).then((files) => files.keys())));
  return kept
    .flat()
    .map(({ url }) => new URL(url).pathname)
    .filter((path) => !path.startsWith('/assets/'))
    .sort();
}

test('a device keeps the app of every desk that it has been, and no other', async ({ browser }) => {
  const tablet = await hall.window(browser, TABLET);
  await hall.show(tablet, 'broker');
  await expect.poll(() => tablet.evaluate(keptPages)).toEqual(['/start']);
  await hall.show(tablet, 'moderator');
  await expect.poll(() => tablet.evaluate(keptPages)).toEqual(['/', '/start']);
  await expect.poll(() => tablet.evaluate(hasBoard), 'the board is on its disk').toBe(true);

  await hall.server.kill();
  await tablet.context().setOffline(true);
  const offline = await tablet.context().newPage();
  await offline.goto(hall.server.url('/drammen/moderator'));
  await expect(offline.getByTestId('moderator')).toBeVisible();
});

test('a wall that shows something for itself while the hall should see the evening is told of, with the button that mends it', async ({ browser }) => {
  const [wall, desk] = [await openWall(browser, '?sound=off'), await openDesk(browser)];
  const scene = wall.locator(AT.wall);
  const row = rowOf(desk).first();
  const chosen = row.getByTestId('screen-scene');
  const place = desk.getByTestId('faults');
  const line = desk.getByTestId('fault').filter({ has: desk.getByTestId('follow-evening') });
  await chosen.selectOption('welcome');
  await expect(scene).toHaveAttribute('data-scene', 'welcome');
  await expect(chosen).toHaveValue('welcome');
  // Until the bell it hides nothing.
  await expect(row).not.toContainText('for seg selv');

  await hall.openFloor();
  await expect(row).toHaveAttribute('data-mark', 'wrong');
  await expect(place).toHaveAttribute('data-mark', 'wrong');
  await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });
  await expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', 'closed');
  await hall.ask('moderator', { type: 'announce_result' });
  await expect(scene).toHaveAttribute('data-scene', 'welcome');
  await place.click();
  await expect(line).toHaveAttribute('data-mark', 'wrong');
  await expect(line).toContainText('viser «Velkommen» for seg selv');
  await line.getByTestId('follow-evening').click();
  await expect(scene).toHaveAttribute('data-scene', 'closing');
  await expect(line).toHaveCount(0);
  await desk.getByTestId('sheet-close').click();

  // A wall that is meant to show something else is no news while another one shows the evening.
  await openWall(browser, '?sound=off&scene=pause');
  await expect(rowOf(desk)).toHaveCount(2);
  const sponsors = rowOf(desk).nth(1);
  await expect(sponsors).not.toHaveAttribute('data-mark', 'wrong');
  await expect(sponsors).not.toContainText('som adressen ber om');
  await chosen.selectOption('photos');
  await expect(row).toHaveAttribute('data-mark', 'wrong');
  await expect(sponsors).toContainText('viser «Pause», som adressen ber om');
});

test('the words beside the clock of the last minutes are on its plate, whatever the accent', async ({ browser }) => {
  const { settings } = (await hall.welcome()).board;
  const alarm = (warning_s, danger_s) => {
    const staging = { ...settings.staging, accent: '#00e676', warning_s, danger_s };
    return hall.ask('organiser', { type: 'configure', settings: { ...settings, staging } });
  };
  const wall = await openWall(browser, '?sound=off');
  await hall.openFloor();
  const timer = wall.getByTestId('timer');
  const plateOf = (at) => at.evaluate((element) => getComputedStyle(element).backgroundColor);
  for (const [state, danger_s] of /** @type {const} */ ([['danger', 7_200], ['warning', 0]])) {
    await alarm(7_200, danger_s);
    await expect(timer).toHaveAttribute('data-state', state);
    const words = wall.locator('.timer-label em');
    await expect(words).not.toBeEmpty();
    await expect.poll(() => plateOf(words)).toBe(await plateOf(timer));
  }
});
