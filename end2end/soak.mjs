// Soak: does the wall run as smoothly, and stay as small, as a page that only moves, while deals come in fast-forward?
// `cargo xtask soak --minutes N` runs it for long; the browser tests watch the wall's memory for half a minute.
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { AT, Hall } from './hall.mjs';
import { held, keepMemory, latePercent, seen, showEmpty, together, watch } from './motion.mjs';

const SIZE = { width: 1920, height: 1080 };
const DEALS_MIN = 600;
/** A burst is so many deals in a second: 600 in a minute, all the time; more minutes leave pauses between the bursts. */
const BURST_DEALS = 10;
const DEALS_A_MINUTE_MIN = 60;
/** The empty page is watched for this share of the time before the wall, and again after it. */
const EMPTY_SHARE = 0.15;

/** How many percent more of the wall's frames may be late than of the empty page's. */
const LATE_POINTS_MAX = 5;
/** What the board may keep of one deal, in bytes: its texts and ids are some 900, and memory grows by more than it holds. */
const BYTES_A_DEAL_MAX = 3_072;
/** What may grow once, however many deals: code that is compiled late, caches that fill, in bytes. */
const GROWTH_BYTES_MAX = 2 * 1024 * 1024;
/** The wall shows a fixed number of things: so many more nodes than at its start, empty, it may hold. Full it has some 760, and a few pieces
    of the tape more or less; one node left behind by each deal would be 300 in the shortest run. */
const NODES_MAX = 950;

/** Posts deals for so long: bursts of ten in a second, spread evenly. */
async function postBursts(hall, page, deals, seconds) {
  const bursts = Math.ceil(deals / BURST_DEALS);
  const began = performance.now();
  for (let burst = 0; burst < bursts; burst += 1) {
    const due = began + (burst / bursts) * seconds * 1_000;
    for (let nth = 0; nth < BURST_DEALS; nth += 1) {
      await page.waitForTimeout(Math.max(0, due + (nth * 1_000) / BURST_DEALS - performance.now()));
      await hall.postMany(hall.posted + 1);
    }
  }
  await page.waitForTimeout(Math.max(0, began + seconds * 1_000 - performance.now()));
}

/** The empty page, with as many deals on the server as the wall will see. */
async function runEmpty(hall, page, seconds) {
  await showEmpty(page);
  await page.bringToFront();
  await watch(page);
  await postBursts(hall, page, Math.round(seconds * BURST_DEALS), seconds);
  return seen(page);
}

/** Shows the wall, and tells what it holds before and after so many deals, and how it ran meanwhile. */
async function runWall(hall, page, deals, seconds) {
  await hall.show(page, 'wall');
  await page.locator(AT.count).filter({ hasText: `${hall.posted}` }).waitFor();
  const start = await held(page);
  const postedBefore = hall.posted;
  await watch(page);
  await postBursts(hall, page, deals, seconds);
  const wall = await seen(page);
  await page.locator(AT.count).filter({ hasText: `${hall.posted}` }).waitFor();
  return { wall, start, end: await held(page), deals: hall.posted - postedBefore };
}

/** Deals in a hall whose floor is open, ten a second for so long: what the wall holds before and after. */
export async function fill(browser, hall, seconds) {
  const page = await hall.window(browser, SIZE);
  await keepMemory(page);
  const held = await runWall(hall, page, seconds * BURST_DEALS, seconds);
  await page.context().close();
  return held;
}

/** Runs a soak on a hall whose floor is open, and gives what was measured. */
async function soak(browser, hall, minutes) {
  const seconds = minutes * 60;
  const deals = Math.max(DEALS_MIN, Math.round(minutes * DEALS_A_MINUTE_MIN));
  const emptySeconds = Math.min(60, seconds * EMPTY_SHARE);
  const page = await hall.window(browser, SIZE);
  await keepMemory(page);
  const before = await runEmpty(hall, page, emptySeconds);
  const wall = await runWall(hall, page, deals, seconds);
  const after = await runEmpty(hall, page, emptySeconds);
  await page.context().close();
  return { ...wall, empty: together([before, after]) };
}

const count = (value) => value.toFixed(1);

/** A bound, as a row: what, measured, allowed, and whether it holds. */
function row(what, value, most, say) {
  return { what, measured: say(value), allowed: `<= ${say(most)}`, holds: value <= most };
}

/** The bounds of what the wall holds, which do not hang on how busy the machine is. */
export function sizes({ start, end, deals }) {
  const kib = (value) => `${(value / 1024).toFixed(0)} KiB`;
  const growth = end.heapBytes + end.wasmBytes - start.heapBytes - start.wasmBytes;
  return [
    row(`growth of both memories in ${deals} deals`, growth, GROWTH_BYTES_MAX + deals * BYTES_A_DEAL_MAX, kib),
    row('growth of the tree, nodes', end.nodes - start.nodes, NODES_MAX, count),
  ];
}

/** The bounds of a soak. */
function bounds(measured) {
  const { wall, empty } = measured;
  const percent = (value) => `${value.toFixed(1)} %`;
  const perMinute = ({ longTasks, seconds }) => (longTasks / seconds) * 60;
  return [
    row('frames over 20 ms, the empty page + 5 points', latePercent(wall), latePercent(empty) + LATE_POINTS_MAX, percent),
    row('tasks over 50 ms a minute, as the empty page', perMinute(wall), perMinute(empty), count),
    ...sizes(measured),
  ];
}

/** The table of a soak. */
function table(measured) {
  const { wall, empty, start, end } = measured;
  const line = (cells) => cells.map((cell, nth) => (nth ? `${cell}`.padStart(14) : `${cell}`.padEnd(46))).join('');
  const of = (name, { frames, late, seconds, longestMs, longTasks }) =>
    line([name, (frames / seconds).toFixed(1), `${latePercent({ frames, late }).toFixed(2)} %`, longestMs.toFixed(0), longTasks]);
  const held = (name, { heapBytes, wasmBytes, nodes }) =>
    line([name, (heapBytes / 1024).toFixed(0), (wasmBytes / 1024).toFixed(0), nodes]);
  return [
    line(['', 'frames a s', 'over 20 ms', 'longest ms', 'long tasks']),
    of('the empty page', empty),
    of('the wall', wall),
    '',
    line(['', 'heap KiB', 'wasm KiB', 'nodes']),
    held('the wall at its start', start),
    held('the wall at its end', end),
    '',
    line(['', 'measured', 'allowed', '']),
    ...bounds(measured).map(({ what, measured, allowed, holds }) => line([what, measured, allowed, holds ? '' : 'TOO MUCH'])),
  ].join('\n');
}

async function main() {
  const at = process.argv.indexOf('--minutes');
  const minutes = at < 0 ? 60 : Number(process.argv[at + 1]);
  if (!(minutes > 0)) throw new Error('--minutes takes a number above 0');
  const hall = await Hall.start();
  const browser = await launch();
  try {
    await hall.openFloor();
    console.log(`${minutes} min of the wall, and the empty page before and after it`);
    const measured = await soak(browser, hall, minutes);
    console.log(table(measured));
    if (bounds(measured).some(({ holds }) => !holds)) process.exitCode = 1;
  } finally {
    await browser.close();
    await hall.end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
