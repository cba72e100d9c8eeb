// Timers tell the truth to 100 ms: after a reload, after the server was killed, and on a laptop whose clock is wrong.
import { AT, Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const SIZE = { width: 1280, height: 720 };
const OFF_MS_MAX = 100;
/** Whole seconds that are watched as they begin. */
const SECONDS = 3;
/** How long a round stands, with a part of a second: what counts up from it begins its seconds elsewhere. */
const STANDS_MS = 2_350;
const AT_TIMER = '[data-testid="timer"]';

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

/** The round that runs. Its instants are on the machine's real clock: the server's clock is that one. */
async function running() {
  const { board } = await hall.welcome();
  return board.rounds.find(({ state }) => state.state === 'running').state;
}

/** What the truth is about a timer: when it reads zero, and which way it counts. */
const countsDown = ({ ends_at }) => ({ zeroAt: Date.parse(ends_at), sign: -1 });
const countsUp = ({ started_at, paused_ms }) => ({ zeroAt: Date.parse(started_at) + paused_ms, sign: 1 });

/** How far from the truth the timer is, in milliseconds, at the changes of its next few seconds. */
function errors(page, truth) {
  return page.evaluate(
    ([{ zeroAt, sign }, seconds, at]) =>
      new Promise((done) => {
        const found = [];
        const observer = new MutationObserver(() => {
          const now = performance.timeOrigin + performance.now();
          const [minutes, rest] = document.querySelector(at).textContent.split(':').map(Number);
          const shown = (minutes * 60 + rest) * 1_000;
          // It reads a second as long as any of it is left, or until the next has gone: it changes when exactly that much is.
          found.push(sign * (now - zeroAt) - shown);
          if (found.length > seconds) {
            observer.disconnect();
            // The first change may be the first of all, in the midst of a second.
            done(found.slice(1));
          }
        });
        observer.observe(document.querySelector(at), { childList: true, characterData: true, subtree: true });
      }),
    [truth, SECONDS, AT_TIMER],
  );
}

async function expectTrue(page, truth, when) {
  const found = await errors(page, truth);
  console.log(`${when}: ${found.map((each) => each.toFixed(0)).join(', ')} ms`);
  // A wrong clock is wrong each time; a busy machine makes one frame late.
  const median = found.toSorted((one, other) => one - other)[Math.floor(SECONDS / 2)];
  expect(Math.abs(median), when).toBeLessThanOrEqual(OFF_MS_MAX);
}

/** A wall is watched at first, after a reload, while the server is away, and after it was killed and started again. */
async function expectTrueThroughout(page, truth) {
  await expectTrue(page, truth, 'at first');
  await page.reload();
  await page.locator(AT_TIMER).waitFor();
  await expectTrue(page, truth, 'after a reload');
  await hall.server.kill();
  await expect(page.locator('[data-testid="connection"]')).toHaveAttribute('data-state', 'reconnecting');
  await expectTrue(page, truth, 'while the server is away');
  await hall.server.start('--commands-per-minute', '100000');
  await expect(page.locator('[data-testid="connection"]')).toHaveAttribute('data-state', 'connected');
  await expectTrue(page, truth, 'after the server was killed');
}

test('a timer is right to 100 ms after a reload and after the server was killed', async ({ browser }) => {
  await hall.openFloor();
  const page = await hall.window(browser, SIZE);
  await hall.show(page, 'wall');
  await expectTrueThroughout(page, countsDown(await running()));
});

test('one that counts up stands in a pause, leaves it out, and is right to 100 ms @patient', async ({ browser }) => {
  await hall.openFloor();
  const expected = { phase: 'open' };
  const page = await hall.window(browser, SIZE);
  await hall.show(page, 'wall', '?timer=up');
  const timer = page.locator(AT_TIMER);
  await expectTrue(page, countsUp(await running()), 'before the pause');
  await hall.ask('moderator', { type: 'pause_round', expected });
  await expect(timer).toHaveAttribute('data-state', 'paused');
  const stood = await timer.textContent();
  await page.waitForTimeout(STANDS_MS);
  await expect(timer).toHaveText(stood);
  await page.reload();
  await expect(timer).toHaveText(stood);
  await hall.ask('moderator', { type: 'resume_round', expected });
  const state = await running();
  expect(state.paused_ms).toBeGreaterThanOrEqual(STANDS_MS);
  await expectTrueThroughout(page, countsUp(state));
});

test('the exchange chooses the timer, a wall may have its own, and overtime is shown in each', async ({ browser }) => {
  await hall.openFloor();
  const { board } = await hall.welcome();
  const settings = { ...board.settings, staging: { ...board.settings.staging, timer: 'time_of_day' } };
  await hall.ask('organiser', { type: 'configure', settings });
  const wall = async (name, query = '') => {
    const page = await hall.window(browser, SIZE);
    await hall.show(page, name, query);
    return page;
  };
  const [clock, up, down, phone, desk] = [
    await wall('wall'),
    await wall('wall', '?timer=up&only=timer'),
    await wall('wall', '?timer=down'),
    await wall('phone'),
    await wall('moderator'),
  ];
  /** @type {Intl.DateTimeFormatOptions} */
  const zone = { timeZone: settings.time_zone, hour: '2-digit', minute: '2-digit' };
  const ends = (state) => new Date(state.ends_at).toLocaleTimeString('nb-NO', zone);
  const at = (page) => page.locator(AT_TIMER).first();
  for (const page of [clock, phone]) await expect(at(page)).toHaveText(ends(await running()));
  for (const page of [up, down, desk]) await expect(at(page)).toHaveText(/^\d+:\d\d$/);
  const minutes = async (page) => Number((await at(page).textContent()).split(':')[0]);
  expect(await minutes(up)).toBe(0);
  for (const page of [down, desk]) expect(await minutes(page)).toBeGreaterThan(20);
  // Shortened to nothing, it ends now: a wall counts on in red, whatever it shows.
  await hall.ask('moderator', { type: 'adjust_round', by_seconds: -28_800, expected: { phase: 'open' } });
  for (const page of [clock, up, down, phone, desk]) await expect(at(page)).toHaveAttribute('data-state', 'overtime');
  for (const page of [clock, up, phone]) {
    await expect(page.locator('[data-testid="timer-over"]')).toHaveText(/^\+0:\d\d$/);
  }
  for (const page of [clock, phone]) await expect(at(page)).toHaveText(ends(await running()));
  for (const page of [down, desk]) await expect(at(page)).toHaveText(/^\+0:\d\d$/);
});

test('a timer is right to 100 ms on a laptop whose clock is wrong', async ({ browser }) => {
  await hall.openFloor();
  const truth = countsDown(await running());
  const page = await hall.window(browser, SIZE);
  await page.addInitScript(() => {
    const honest = Date.now.bind(Date);
    Date.now = () => honest() + 90_000;
  });
  await hall.show(page, 'wall');
  await expectTrue(page, truth, 'with a wrong clock');
  await expect(page.locator(AT.count).first()).toHaveText('1');
});
