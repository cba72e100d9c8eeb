// The wall in motion: a minute of the soak, and what the tape costs the page when nothing else happens.
import { AT, Hall } from '../hall.mjs';
import { trace } from '../motion.mjs';
import { bounds, soak, table } from '../soak.mjs';
import { expect, test } from '../test.mjs';

const SIZE = { width: 1920, height: 1080 };
const DEALS_BEHIND = 1_000;
const TRACED_SECONDS = 3;
/** The clock ticks 4 times a second, and a piece of the tape comes in about as often as one leaves. */
const WORK_A_SECOND_MAX = 15;

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
  await hall.openFloor();
});

test.afterEach(async () => {
  await hall.end();
});

test('a minute of deals in fast-forward leaves the wall small', async ({ browser }) => {
  test.setTimeout(240_000);
  const measured = await soak(browser, hall, 1);
  console.log(table(measured));
  expect(measured.deals).toBeGreaterThanOrEqual(600);
  // How smooth it was is told above and judged by `cargo xtask soak`, on a machine that does nothing else.
  expect(bounds(measured).filter(({ holds, counts }) => counts && !holds)).toEqual([]);
});

test('the tape moves without the page', async ({ browser }) => {
  await hall.postMany(DEALS_BEHIND);
  const page = await hall.window(browser, SIZE);
  await hall.show(page, 'wall');
  await page.locator(AT.count).filter({ hasText: `${DEALS_BEHIND}` }).waitFor();
  // The bell has swung and the tape is full from edge to edge.
  await expect(page.getByTestId('bell')).toBeHidden();
  await expect(page.locator(AT.moving).first()).toBeVisible();
  const { frames, styles, layouts, paints } = await trace(browser, page, TRACED_SECONDS);
  console.log(`a second: ${[frames, styles, layouts, paints].map((each) => each.toFixed(1)).join(', ')} of frames, styles, layouts, paints`);
  const most = Math.min(WORK_A_SECOND_MAX, frames / 2);
  expect(frames, 'the tape moves').toBeGreaterThan(10);
  expect(styles, 'styles a second').toBeLessThanOrEqual(most);
  expect(layouts, 'layouts a second').toBeLessThanOrEqual(most);
  expect(paints, 'paints a second').toBeLessThanOrEqual(most);
});
