// The bell: every screen strikes at the same instant, whatever its own clock says; and what it sounds like, measured.
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { AT, Hall, dealOfDemo, startWall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const SIZE = { width: 1280, height: 720 };
const APART_MS_MAX = 100;
const CLOCK_WRONG_MS = 90_000;
const STRIKE_HZ = 523.25;
/** Hum, prime, tierce, quint, nominal, against the strike note, and for how many seconds each rings. */
const PARTIALS = [[0.5, 5.5], [1, 3.8], [1.2, 3], [1.5, 2.2], [2, 2.4]];
const RATE = 44_100;
/** The lowest of the hammer's knock, and the strike note of a deal's ting. */
const [KNOCK_HZ, TING_HZ] = [208, 1_567.98];
const demo = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8'));

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

/** Notes when each oscillator will be heard, on the machine's real clock. Runs in the page before the app. */
function listen(clockWrongMs) {
  const real = () => performance.timeOrigin + performance.now();
  const honest = Date.now.bind(Date);
  Date.now = () => honest() + clockWrongMs;
  window.struck = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    const { contextTime, performanceTime } = /** @type {AudioContext} */ (this.context).getOutputTimestamp();
    const heard = contextTime > 0 ? performance.timeOrigin + performanceTime + (when - contextTime) * 1_000 : real();
    window.struck.push({ heard, hz: this.frequency.value });
    return start.call(this, when);
  };
}

async function startedWall(browser, clockWrongMs) {
  const page = await hall.window(browser, SIZE);
  await page.addInitScript(listen, clockWrongMs);
  await page.goto(hall.server.url('/drammen/wall'));
  await page.waitForFunction(() => Number(document.documentElement.dataset.seq) > 0);
  await startWall(page, AT.start);
  await expect(page.getByTestId('start-overlay')).toBeHidden();
  return page;
}

test('every screen strikes within 100 ms of the others, also one whose clock is wrong', async ({ browser }) => {
  const [right, wrong] = [await startedWall(browser, 0), await startedWall(browser, CLOCK_WRONG_MS)];
  const clocks = await Promise.all([right, wrong].map((page) => page.evaluate(() => Date.now())));
  expect(clocks[1] - clocks[0], 'one clock is wrong').toBeGreaterThan(CLOCK_WRONG_MS - 5_000);
  // Both have estimated the server's clock from a few pings, and something has come out of their sound cards.
  for (const page of [right, wrong]) {
    await page.waitForFunction(() => performance.now() > 4_000);
  }
  await hall.openFloor();
  const strokes = [];
  for (const page of [right, wrong]) {
    await page.waitForFunction((hz) => window.struck.filter((each) => Math.abs(each.hz - hz) < 1).length >= 3, STRIKE_HZ);
    const struck = await page.evaluate(() => window.struck);
    strokes.push(struck.filter(({ hz }) => Math.abs(hz - STRIKE_HZ) < 1).map(({ heard }) => heard));
  }
  expect(strokes[0]).toHaveLength(3);
  strokes[0].forEach((at, nth) => {
    const apart = Math.abs(at - strokes[1][nth]);
    console.log(`stroke ${nth + 1}: ${apart.toFixed(1)} ms apart`);
    expect(apart).toBeLessThanOrEqual(APART_MS_MAX);
  });
  await expect(right.getByTestId('bell')).toBeVisible();
});

test('where a notary ratifies, a deal has the knock of the hammer and no ting', async ({ browser }) => {
  await hall.openFloor();
  const staging = { ...demo.settings.staging, deal_sound: 'ting' };
  const settings = { ...demo.settings, staging, ceremony: 'ratified_first' };
  await hall.ask('organiser', { type: 'configure', settings });
  const wall = await startedWall(browser, 0);
  const deal = randomUUID();
  await hall.ask('broker', { type: 'post_deal', deal, terms: dealOfDemo(1) });
  await hall.ask('notary', { type: 'ratify_deal', deal });
  const struck = (hz) => wall.evaluate((hz) => window.struck.filter((each) => Math.abs(each.hz - hz) < 1).length, hz);
  await expect.poll(() => struck(KNOCK_HZ)).toBe(1);
  expect(await struck(TING_HZ)).toBe(0);
});

/** Lets the app sound into a buffer instead of a sound card. Runs in the page before the app. */
function soundIntoBuffer([rate, seconds]) {
  class Buffer extends OfflineAudioContext {
    constructor() {
      super(1, rate * seconds, rate);
      window.offline = this;
    }

    /** @type {AudioContextState} */
    get state() {
      return 'running';
    }

    async resume() {}

    getOutputTimestamp() {
      return { contextTime: 0, performanceTime: 0 };
    }
  }
  // It has what the app asks of a sound card, and no more.
  Object.assign(window, { AudioContext: Buffer });
}

test('the bell has its partials, dies away, and never clips', async ({ browser }) => {
  const page = await hall.window(browser, SIZE);
  await page.addInitScript(soundIntoBuffer, [RATE, 12]);
  await page.goto(hall.server.url('/drammen/wall'));
  await page.waitForFunction(() => Number(document.documentElement.dataset.seq) > 0);
  await hall.openFloor();
  await expect(page.getByTestId('bell')).toBeVisible();
  const { peak, first, levels } = await page.evaluate(
    /** @param {[number, number, number[][]]} given */
    async ([rate, strike, partials]) => {
      const samples = (await window.offline.startRendering()).getChannelData(0);
      const first = samples.findIndex((sample) => Math.abs(sample) > 0.01);
      // How strong one frequency is in a stretch of sound (Goertzel, with a Hann window).
      const level = (hz, fromS, lastsS) => {
        const [from, length] = [first + Math.round(fromS * rate), Math.round(lastsS * rate)];
        const turn = 2 * Math.cos((2 * Math.PI * hz) / rate);
        let [one, two] = [0, 0];
        for (let nth = 0; nth < length; nth += 1) {
          const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * nth) / length);
          [one, two] = [(samples[from + nth] ?? 0) * hann + turn * one - two, one];
        }
        return Math.sqrt(one * one + two * two - turn * one * two) / (length / 4);
      };
      const levels = partials.map(([ratio]) => {
        const hz = strike * ratio;
        return {
          hz,
          // Before the second stroke, and after the third one has rung for a while.
          early: level(hz, 0.1, 0.8),
          beside: level(hz * 1.045, 0.1, 0.8),
          late: level(hz, 5.5, 0.8),
        };
      });
      return { peak: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0), first, levels };
    },
    [RATE, STRIKE_HZ, PARTIALS],
  );
  console.log(`peak ${peak.toFixed(3)}`, levels.map(({ hz, early }) => `${hz.toFixed(0)} Hz ${early.toFixed(3)}`).join(', '));
  expect(first, 'it sounds').toBeGreaterThanOrEqual(0);
  expect(peak, 'no clipping').toBeLessThan(1);
  expect(peak, 'loud enough').toBeGreaterThan(0.3);
  for (const { hz, early, beside, late } of levels) {
    expect(early, `${hz} Hz is there`).toBeGreaterThan(0.01);
    expect(early, `${hz} Hz stands out`).toBeGreaterThan(4 * beside);
    expect(late, `${hz} Hz dies away`).toBeLessThan(early / 2);
  }
  // The hum rings longest.
  const kept = levels.map(({ early, late }) => late / early);
  expect(Math.max(...kept)).toBe(kept[0]);
});
