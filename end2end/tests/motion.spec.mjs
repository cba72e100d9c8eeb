// The wall in motion: what half a minute of deals leaves in its memory, and what the tape costs the page when nothing else happens.
import { AT, Hall } from '../hall.mjs';
import { restless, trace } from '../motion.mjs';
import { fill, sizes } from '../soak.mjs';
import { expect, test } from '../test.mjs';

const SIZE = { width: 1920, height: 1080 };
/** Ten deals a second for so long. */
const FILLED_SECONDS = 30;
const DEALS_BEHIND = 1_000;
const TRACED_SECONDS = 3;
/** The clock ticks 4 times a second, and a piece of the tape comes in about as often as one leaves. */
const WORK_A_SECOND_MAX = 15;
/** What else moves on the wall, at its other end, has all of it drawn so many times a second at most. */
const PICTURES_A_SECOND_MAX = 10;

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
});

test.afterEach(async () => {
  await hall.end();
});

test('deals in fast-forward leave the wall small @patient', async ({ browser }) => {
  const held = await fill(browser, hall, FILLED_SECONDS);
  console.log(sizes(held).map(({ what, measured, allowed }) => `${what}: ${measured}, ${allowed}`).join('\n'));
  expect(held.deals).toBeGreaterThanOrEqual(FILLED_SECONDS * 10);
  // How smooth it was is judged by `cargo xtask soak`, on a machine that does nothing else.
  expect(sizes(held).filter(({ holds }) => !holds)).toEqual([]);
});

test('the tape moves without the page', async ({ browser }) => {
  await hall.postMany(DEALS_BEHIND);
  const page = await hall.window(browser, SIZE);
  await hall.show(page, 'wall');
  await page.locator(AT.count).filter({ hasText: `${DEALS_BEHIND}` }).waitFor();
  // The bell has swung and the tape is full from edge to edge.
  await expect(page.getByTestId('bell')).toBeHidden();
  await expect(page.locator(AT.moving).first()).toBeVisible();
  const done = await trace(browser, page, TRACED_SECONDS);
  const { frames, styles, layouts, paints } = done;
  console.log(`a second: ${Object.entries(done).map(([what, each]) => `${each.toFixed(1)} ${what}`).join(', ')}`);
  const most = Math.min(WORK_A_SECOND_MAX, frames / 2);
  expect(frames, 'the tape moves').toBeGreaterThan(10);
  expect(styles, 'styles a second').toBeLessThanOrEqual(most);
  expect(layouts, 'layouts a second').toBeLessThanOrEqual(most);
  expect(paints, 'paints a second').toBeLessThanOrEqual(most);
  const others = await restless(page, '[data-testid="tape"]');
  expect(others, 'the floor is open, and a dot says so').not.toEqual([]);
  // A margin for what is divided.
  expect(others.filter(({ picturesASecond }) => picturesASecond > PICTURES_A_SECOND_MAX + 0.01)).toEqual([]);
});
