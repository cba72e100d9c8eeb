// Timers tell the truth to 100 ms: after a reload, after the server was killed, and on a laptop whose clock is wrong.
import { expect, test } from '@playwright/test';
import { AT, Hall } from '../hall.mjs';

const SIZE = { width: 1280, height: 720 };
const OFF_MS_MAX = 100;
/** Whole seconds that are watched as they begin. */
const SECONDS = 3;

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

/** When the round ends, on the machine's real clock: the server's clock is that one. */
async function endOfRound() {
  const { board } = await hall.welcome();
  return Date.parse(board.rounds.find(({ state }) => state.state === 'running').state.ends_at);
}

/** How far from the truth the timer is, in milliseconds, at the changes of its next few seconds. */
function errors(page, endsAt) {
  return page.evaluate(
    ([endsAt, seconds, at]) =>
      new Promise((done) => {
        const found = [];
        const observer = new MutationObserver(() => {
          const now = performance.timeOrigin + performance.now();
          const [minutes, rest] = document.querySelector(at).textContent.split(':').map(Number);
          const shown = (minutes * 60 + rest) * 1_000;
          // It reads a second as long as any of it is left: it changes when exactly that much is.
          found.push(endsAt - now - shown);
          if (found.length > seconds) {
            observer.disconnect();
            // The first change may be the first of all, in the midst of a second.
            done(found.slice(1));
          }
        });
        observer.observe(document.querySelector(at), { childList: true, characterData: true, subtree: true });
      }),
    [endsAt, SECONDS, '[data-testid="timer"]'],
  );
}

async function expectTrue(page, endsAt, when) {
  const found = await errors(page, endsAt);
  console.log(`${when}: ${found.map((each) => each.toFixed(0)).join(', ')} ms`);
  for (const each of found) expect(Math.abs(each), when).toBeLessThanOrEqual(OFF_MS_MAX);
}

test('a timer is right to 100 ms after a reload and after the server was killed', async ({ browser }) => {
  await hall.openFloor();
  const endsAt = await endOfRound();
  const page = await hall.window(browser, SIZE);
  await hall.show(page, 'wall');
  await expectTrue(page, endsAt, 'at first');
  await page.reload();
  await page.locator('[data-testid="timer"]').waitFor();
  await expectTrue(page, endsAt, 'after a reload');
  await hall.server.kill();
  await expect(page.locator('[data-testid="connection"]')).toHaveAttribute('data-state', 'reconnecting');
  await expectTrue(page, endsAt, 'while the server is away');
  await hall.server.start('--commands-per-minute', '100000');
  await expect(page.locator('[data-testid="connection"]')).toHaveAttribute('data-state', 'connected');
  await expectTrue(page, endsAt, 'after the server was killed');
});

test('a timer is right to 100 ms on a laptop whose clock is wrong', async ({ browser }) => {
  await hall.openFloor();
  const endsAt = await endOfRound();
  const page = await hall.window(browser, SIZE);
  await page.addInitScript(() => {
    const honest = Date.now.bind(Date);
    Date.now = () => honest() + 90_000;
  });
  await hall.show(page, 'wall');
  await expectTrue(page, endsAt, 'with a wrong clock');
  await expect(page.locator(AT.count).first()).toHaveText('1');
});
