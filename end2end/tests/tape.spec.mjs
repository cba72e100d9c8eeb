// The tape, filmed: whatever happens on it and whatever the browser does meanwhile, no piece lies over another, none jumps,
// and there is no hole. The timeline goes faster than time, so that minutes of it pass in seconds.
import { AT, Hall } from '../hall.mjs';
import { filmed, hasten, told, watchTape } from '../tape.mjs';
import { expect, test } from '../test.mjs';

/** How much faster the page's timeline goes. */
const RATE = 4;
/** How many deals come in a crowd, of those who watch for minutes and of those who look each time. */
const DEALS = 400;
const DEALS_EACH_TIME = 100;
const BURST = 30;
/** The least of the tape that one wall is to show with few deals, and with many, in seconds of its timeline. */
const FEW_S = 40;
const MANY_S = 25;
const ASLEEP_MS = 4_000;
/** For how long the tape is watched after the closing bell, in seconds of its timeline: for longer than a wish was on its way. */
const CLOSED_S = 60;
/** When other pieces have come at the latest: a tape that stands is changed every twelve seconds. */
const CHANGED_MS = 30_000;

const WALLS = [
  { name: 'large', size: { width: 1920, height: 1080 } },
  { name: 'alone, and asleep', size: { width: 1920, height: 108 }, query: '?only=tape' },
  { name: 'a slow machine', size: { width: 1280, height: 720 }, slower: 6 },
  { name: 'resized', size: { width: 1024, height: 768 }, sizes: [{ width: 1600, height: 700 }, { width: 800, height: 900 }] },
];
/** Those that are watched each time. */
const EACH_TIME = ['large', 'resized'];

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

async function openWall(browser, { name, size, query = '', slower = 1 }) {
  const page = await hall.window(browser, size);
  await hall.show(page, 'wall', query);
  const cdp = await hasten(page, RATE);
  if (slower > 1) await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await watchTape(page);
  return { name, page, cdp };
}

/** Waits until a wall's tape was watched for so many seconds more of its timeline. */
async function passed(page, seconds) {
  const { seconds: before } = await filmed(page);
  await page.waitForFunction((until) => Number(document.timeline.currentTime) - window.tapeFilm.from >= until, (before + seconds) * 1_000);
}

/** Films walls through an evening: few deals, a burst in which they sleep or change their sizes, and a crowd of deals. */
async function film(browser, chosen, deals) {
  // The bell has rung and one deal is struck: short and long pieces mixed, wishes for the most part.
  await hall.openFloor();
  const walls = await Promise.all(chosen.map((wall) => openWall(browser, wall)));
  const watchAll = (seconds) => Promise.all(walls.map(({ page }) => passed(page, seconds)));
  const sleepers = walls.filter(({ name }) => name === 'alone, and asleep');
  const setAll = (state) => Promise.all(sleepers.map(({ cdp }) => cdp.send('Page.setWebLifecycleState', { state })));

  await watchAll(FEW_S / 2);
  await setAll('frozen');
  await hall.postInOrder(4);
  await hall.postMany(4 + BURST);
  for (const { name, sizes = [] } of chosen) {
    const { page } = walls.find((wall) => wall.name === name);
    for (const size of sizes) {
      await page.setViewportSize(size);
      await passed(page, FEW_S / 4);
    }
  }
  if (sleepers.length > 0) await walls[0].page.waitForTimeout(ASLEEP_MS);
  await setAll('active');
  await hall.postMany(deals);
  await watchAll(MANY_S);

  const films = await Promise.all(walls.map(async ({ name, page }) => [name, await filmed(page)]));
  for (const [name, film] of films) console.log(told(name, film));
  for (const [name, film] of films) {
    expect(film, name).toMatchObject({ overlaps: 0, holes: 0, jumps: 0 });
    expect(film.fullSamples / film.samples, `${name} is full from edge to edge`).toBeGreaterThan(0.9);
  }
}

test('no piece of the tape lies over another, jumps, or leaves a hole', async ({ browser }) => {
  await film(browser, WALLS.filter(({ name }) => EACH_TIME.includes(name)), DEALS_EACH_TIME);
});

test('no wish is on the tape once the closing bell has struck, until it is taken back @patient', async ({ browser }) => {
  await hall.openFloor();
  const { page: runs } = await openWall(browser, { name: 'runs', size: { width: 1920, height: 1080 } });
  const stands = await hall.window(browser, { width: 1024, height: 768 }, { reducedMotion: 'reduce' });
  await hall.show(stands, 'wall');
  const tapes = [runs, stands];
  const wishes = (page) => page.locator('.tape-wish:visible');
  const haveWishes = async () => {
    for (const page of tapes) await expect.poll(() => wishes(page).count(), { timeout: CHANGED_MS }).toBeGreaterThan(0);
  };
  await haveWishes();

  await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });
  for (const page of tapes) {
    await page.locator(`${AT.wall}[data-scene="closing"]`).waitFor();
    await expect(wishes(page)).toHaveCount(0);
  }
  await passed(runs, CLOSED_S);
  for (const page of tapes) expect(await wishes(page).count(), 'nor does one follow').toBe(0);

  const { board } = await hall.welcome();
  await hall.ask('moderator', { type: 'take_back', step: board.steps.at(-1).number, expected: { phase: 'closed', round: null } });
  await haveWishes();
});

test('nor for minutes, on a machine that is slow, and on a wall that slept @patient', async ({ browser }) => {
  test.setTimeout(240_000);
  await film(browser, WALLS, DEALS);
});
