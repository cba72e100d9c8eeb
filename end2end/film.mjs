// The whole evening in fast-forward, filmed: every scene and change on two walls and the moderator's desk. What is wrong is
// found by measuring boxes, and printed with the time in the evening and a picture. `cargo xtask film`, or by hand:
// `node film.mjs [--to DIR] [--accent #RRGGBB] [--town] [--resize]`.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launch } from './chromium.mjs';
import { findFaults } from './faults.mjs';
import { AT, dealOfDemo, Hall } from './hall.mjs';
import { findBroken, findMeanings, findMoved, findSmall, findSqueezed, READING, takeHeadlines, watchHeadlines } from './judge.mjs';
import { filmed, watchTape } from './tape.mjs';
import { LONGEST } from './texts.mjs';

const WALLS = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
];
const DESK = { width: 1180, height: 820 };
/** What a window is resized to in the middle of the evening. */
const RESIZED = [
  { width: 1280, height: 720 },
  { width: 1600, height: 900 },
];
const ONE_LINE = 'Maten er servert i foajeen.';
const TOWN = 'Elvestad';
/** What the town's participants are called after its name. */
const CLUBS =
  'idrettslag|musikkorps|historielag|bibliotek|legevakt|rideklubb|taxi|røde kors|sanitetsforening|speidergruppe|bakeri|bilverksted|barnehage|sparebank|kirkelige råd|skolekor|turlag|jeger og fisk|svømmehall|rørlegger|blomster|regnskap|kunstforening|volleyball|helselag|pensjonistlag|frivilligsentral|ungdomsråd|trykkeri|hotell|apotek|dyreklinikk|teaterlag|sjakklubb|husflid|elektriker|kommune|videregående|håndball|seilforening'.split(
    '|',
  );
const MEASURED = {
  frames: 2,
  ignored: '[data-testid="tape"], .hidden-text, [data-testid="bell"] svg, [data-testid="milestone"] svg',
  overlays: '[data-testid="milestone"], [data-testid="bell"], [data-testid="hammer"], [data-testid="start-overlay"], .wall-identified',
  wrapsOut: '.rows, .row-when > span, .welcome .programme',
};
/** What ends within so long is waited for, in milliseconds; the result climbs for longer. */
const [MOMENT_MS, CLIMB_MS] = [3_000, 5_500];
/** The moments that a burst of deals leaves are over after so long, in milliseconds. */
const BURST_MS = 60_000;
const SECTORS = ['voluntary', 'public', 'business'];

class Film {
  constructor(hall, to) {
    this.hall = hall;
    this.to = to;
    this.views = [];
    /** Faults by what they are, each with where it was seen. */
    this.faults = new Map();
    this.pictures = 0;
    this.seen = 0;
    /** The evening's own settings, which steps change and bring back. */
    this.settings = undefined;
  }

  async open(browser) {
    for (const size of WALLS) {
      const page = await this.hall.window(browser, size);
      await this.hall.show(page, 'wall');
      await page.evaluate(watchHeadlines);
      await watchTape(page);
      this.views.push({ page, isWall: true });
    }
    const page = await this.hall.window(browser, DESK, { role: 'moderator' });
    await this.hall.show(page, 'moderator');
    this.views.push({ page, isWall: false });
  }

  /**
   * One step of the evening: does something, waits until all screens have it, and looks at each. What moves over the rest
   * for seconds is not waited for: it is looked at as it is. Of what `moves` for less only a picture is taken: its headlines
   * are watched in every frame anyway.
   *
   * @param {string} time
   * @param {string} what
   * @param {(() => unknown) | undefined} act
   * @param {{ ready?: (page: import('@playwright/test').Page) => Promise<void>, moves?: boolean, endsMs?: number }} how
   */
  async step(time, what, act, { ready, moves = false, endsMs = MOMENT_MS } = {}) {
    await act?.();
    const { seq: now } = await this.hall.welcome();
    for (const { page, isWall } of this.views) {
      if (isWall) await page.waitForFunction((seq) => Number(document.documentElement.dataset.seq) >= seq, now);
      if (isWall) await ready?.(page);
      if (!moves) await settled(page, endsMs);
    }
    let said = 'nothing';
    for (const view of this.views) {
      const faults = moves ? [] : await this.#judge(view);
      const { width, height } = view.page.viewportSize();
      const where = `${view.isWall ? 'wall' : 'desk'} ${width}x${height}`;
      const picture = await this.#picture(view.page, `${time.replace(':', '-')}-${what.replaceAll(/[^a-z0-9]+/g, '-')}-${width}`);
      for (const { kind, at, text } of faults) {
        const fault = `${at}: ${kind}`;
        if (!this.faults.has(fault)) this.faults.set(fault, { text, places: [] });
        this.faults.get(fault).places.push(`${time} ${what}, ${where}${picture ? `, ${picture}` : ''}`);
      }
      if (faults.length) said = said === 'nothing' ? `${faults.length} on the ${where}` : `${said}, ${faults.length} on the ${where}`;
    }
    if (this.to) console.log(`${time}  ${what.padEnd(44)} ${said}`);
  }

  async #judge({ page, isWall }) {
    this.seen += 1;
    const size = page.viewportSize();
    const faults = await page.evaluate(findFaults, { ...MEASURED, ...size, scrolls: !isWall, covers: isWall ? AT.covers : undefined });
    if (!isWall) return [...faults, ...(await page.evaluate(findMoved))];
    faults.push(...(await page.evaluate(findBroken)), ...(await page.evaluate(findSmall, READING)));
    faults.push(...(await page.evaluate(findSqueezed)), ...(await page.evaluate(findMeanings)), ...(await page.evaluate(takeHeadlines)));
    const { overlaps, holes, jumps, notes } = await filmed(page);
    if (overlaps + holes + jumps) {
      faults.push({ kind: `${overlaps} overlaps, ${holes} holes, ${jumps} jumps`, at: 'the tape', text: notes.join('; ') });
      await watchTape(page);
    }
    return faults;
  }

  async #picture(page, name) {
    if (!this.to) return undefined;
    this.pictures += 1;
    const path = join(this.to, `${name}.png`);
    await page.screenshot({ path, animations: 'allow' });
    return path;
  }

  report() {
    return [...this.faults]
      .map(([fault, { text, places }]) => `${fault} "${text}"\n    in ${places.length}: ${places.slice(0, 3).join(' | ')}`)
      .join('\n');
  }
}

/** Waits for everything that moves for a moment to have ended; the tape goes on, and what lies over the wall for seconds. */
function settled(page, endsMs) {
  return page.evaluate(async (endsMs) => {
    // What was just put into the page begins to move with its first frame.
    for (let nth = 0; nth < 2; nth += 1) await new Promise((done) => requestAnimationFrame(done));
    const ending = document.getAnimations().filter(({ effect }) => {
      const { endTime } = effect.getComputedTiming();
      return endTime < endsMs && !/** @type {KeyframeEffect} */ (effect).target.closest('.tape');
    });
    await Promise.allSettled(ending.map(({ finished }) => finished));
  }, endsMs);
}

/** Lets an evening of a town of its own take the demo's place: its participants' names begin alike. */
async function settleTown(hall) {
  const { board } = await hall.welcome();
  const settings = { ...board.settings, name: `Frivilligbørs ${TOWN}`, place: `${TOWN} samfunnshus` };
  await hall.ask('organiser', { type: 'configure', settings });
  const parties = CLUBS.map((club, nth) => ({
    id: randomUUID(),
    name: `${TOWN} ${club}`,
    sector: SECTORS[nth % SECTORS.length],
    name_shown: 'full',
    place: `bord ${nth + 1}`,
  }));
  for (const participant of parties) await hall.ask('organiser', { type: 'register_participant', participant });
  const deal = (nth) => {
    const { bargain } = dealOfDemo(nth);
    const plain = (service) => service && { ...service, listings: [] };
    return {
      givers: [parties[(nth * 7) % parties.length].id],
      receivers: [parties[(nth * 7 + 3) % parties.length].id],
      bargain: { ...bargain, service: plain(bargain.service), return_service: plain(bargain.return_service) },
    };
  };
  hall.dealOf = deal;
}

/** Twenty minutes of an evening. */
async function evening(film, { resize }) {
  const { hall } = film;
  const moderator = (type, more = {}) => hall.ask('moderator', { type, ...more });
  const open = { phase: 'open' };
  /** Lets so many seconds be left of the round that runs. */
  const leave = async (seconds) => {
    const { board, server_ms } = await hall.welcome();
    const { state } = board.rounds.findLast(({ state }) => state.state === 'running');
    const left = (Date.parse(state.ends_at) - server_ms) / 1_000;
    await moderator('adjust_round', { by_seconds: Math.round(seconds - left), expected: open });
  };
  const timerIs = (state) => (page) => page.locator(`[data-testid="timer"][data-state="${state}"]`).waitFor();
  const sceneIs = (scene) => (page) => page.locator(`${AT.wall}[data-scene="${scene}"]`).waitFor();
  const over = (testid) => (page) => page.getByTestId(testid).waitFor();
  const gone = (testid) => (page) => page.getByTestId(testid).waitFor({ state: 'hidden', timeout: BURST_MS });
  /** Waits until each deal has had its moment, and what they brought. */
  const caughtUp = async (page) => {
    const { board } = await hall.welcome();
    const newest = Math.max(...board.deals.filter(({ standing }) => standing.state === 'posted').map(({ number }) => number));
    await page.locator(`${AT.hero}[data-number="${newest}"]`).waitFor({ timeout: BURST_MS });
    await gone('milestone')(page);
  };
  const postTo = (count) => hall.postMany(count);
  const announced = async (time, where) => {
    await film.step(time, `announcement of one line, ${where}`, () => hall.announce(ONE_LINE));
    await film.step(time, `announcement of two lines, ${where}`, () => hall.announce(LONGEST.announcement));
    await film.step(time, `announcement taken down, ${where}`, () => hall.endAnnouncement());
  };

  await film.step('0:00', 'welcome', undefined, { ready: sceneIs('welcome') });
  const opens = moderator('open_floor', { expected: { phase: 'preparing', round: null }, start_round: 1 });
  await film.step('1:00', 'opening bell', () => opens, { ready: over('bell') });
  await film.step('1:10', 'the empty floor', undefined, { ready: gone('bell') });
  await film.step('2:00', 'first deal', () => hall.postFirst(), { ready: over('milestone') });
  await film.step('3:00', 'nine deals', () => postTo(9), { ready: caughtUp });
  await film.step('4:00', 'the tenth deal', () => postTo(10), { ready: over('milestone') });
  await film.step('4:10', 'ten deals', undefined, { ready: gone('milestone') });
  await announced('5:00', 'floor');
  if (resize) {
    const before = film.views.map(({ page }) => page.viewportSize());
    for (const size of RESIZED) {
      await film.step('5:30', `resized to ${size.width}`, async () => {
        for (const { page, isWall } of film.views) if (isWall) await page.setViewportSize(size);
      });
    }
    await film.step('5:40', 'resized back', async () => {
      for (const [nth, { page }] of film.views.entries()) await page.setViewportSize(before[nth]);
    });
  }
  const ceremony = (ceremony) => hall.ask('organiser', { type: 'configure', settings: { ...film.settings, ceremony } });
  await ceremony('ratified_first');
  const hammered = randomUUID();
  await film.step(
    '6:00',
    'hammer',
    async () => {
      await hall.ask('broker', { type: 'post_deal', deal: hammered, terms: hall.dealOf(hall.posted) });
      await hall.ask('notary', { type: 'ratify_deal', deal: hammered });
    },
    { moves: true },
  );
  await film.step('6:10', 'after the hammer', undefined, { ready: gone('hammer') });
  await film.step('6:20', 'hammer undone', () => hall.ask('notary', { type: 'recall_deal', deal: hammered }));
  await film.step('6:30', 'posted at once again', () => ceremony('posted_at_once'));
  const taken = randomUUID();
  await film.step('7:00', 'a deal is withdrawn', async () => {
    await hall.ask('broker', { type: 'post_deal', deal: taken, terms: hall.dealOf(hall.posted) });
    await moderator('withdraw_deal', { deal: taken });
  });
  await film.step('7:10', 'withdrawal undone', () => moderator('reinstate_deal', { deal: taken }));
  hall.posted += 1;
  await film.step('8:00', 'a burst of deals', () => postTo(28), { moves: true });
  await film.step('8:30', 'the burst is over', undefined, { ready: caughtUp });
  await film.step('9:00', 'five minutes left', () => leave(4 * 60 + 30), { ready: timerIs('warning') });
  await film.step('10:00', 'a minute left', () => leave(50), { ready: timerIs('danger') });
  await film.step('10:30', 'round paused', () => moderator('pause_round', { expected: open }), { ready: timerIs('paused') });
  await film.step('10:32', 'pause in a round', () => hall.setScene('pause'), { ready: sceneIs('pause') });
  await announced('10:34', 'pause in a round');
  await film.step('10:38', 'the floor again', () => hall.setScene('automatic'), { ready: sceneIs('floor') });
  await film.step('10:40', 'round resumed', () => moderator('resume_round', { expected: open }), { ready: timerIs('danger') });
  await film.step('11:00', 'overtime', () => leave(-12), { ready: timerIs('overtime') });
  await film.step('11:30', 'round ended', () => moderator('end_round', { expected: open }));
  await film.step('12:00', 'pause', () => hall.setScene('pause'), { ready: sceneIs('pause') });
  await announced('12:30', 'pause');
  await film.step('14:00', 'next round', async () => {
    await hall.setScene('automatic');
    await moderator('start_round', { round: 2, expected: open });
  }, { ready: sceneIs('floor') });
  await film.step('15:00', 'the goal is reached', () => postTo(61), { moves: true });
  await film.step('15:30', 'past the goal', undefined, { ready: caughtUp });
  await film.step('16:00', 'count frozen', () => hall.freeze());
  await postTo(64);
  await film.step('17:00', 'closing bell', () => moderator('close_floor', { expected: open }), { ready: over('bell') });
  await film.step('17:10', 'the count as it stood', undefined, { ready: async (page) => {
    await gone('bell')(page);
    await sceneIs('closing')(page);
  } });
  await announced('17:20', 'frozen');
  await film.step('17:30', 'a deal is revealed', () => hall.reveal('next'), { ready: (page) => page.locator(AT.hero).waitFor() });
  await film.step('18:00', 'all are revealed', () => hall.reveal('all'));
  await film.step('18:30', 'the result', () => moderator('announce_result'), { endsMs: CLIMB_MS });
  await announced('19:00', 'result');
  await film.step('19:30', 'blackout', () => hall.setScene('blackout'), { ready: sceneIs('blackout') });
  await film.step('20:00', 'the result again', () => hall.setScene('automatic'), { ready: sceneIs('closing') });
}

/**
 * Films an evening on a hall of its own. `to` is the folder of the pictures; without it there are none.
 *
 * @param {import('@playwright/test').Browser} browser
 * @param {{ to?: string, accent?: string, town?: boolean, resize?: boolean }} how
 */
export async function filmEvening(browser, { to, accent, town, resize } = {}) {
  const hall = await Hall.start();
  const film = new Film(hall, to);
  try {
    if (town) await settleTown(hall);
    const { board } = await hall.welcome();
    const staging = { ...board.settings.staging, ...(accent && { accent }) };
    film.settings = { ...board.settings, staging };
    if (accent) await hall.ask('organiser', { type: 'configure', settings: film.settings });
    await film.open(browser);
    await evening(film, { resize });
  } finally {
    if (to) console.log(`${film.report()}\n${film.seen} looks, ${film.pictures} pictures in ${to}, ${film.faults.size} faults`);
    await hall.end();
  }
  return film;
}

async function main() {
  const { values } = parseArgs({
    options: { to: { type: 'string' }, accent: { type: 'string' }, town: { type: 'boolean' }, resize: { type: 'boolean' } },
  });
  const to = values.to ?? fileURLToPath(new URL('../target/film', import.meta.url));
  mkdirSync(to, { recursive: true });
  const browser = await launch();
  try {
    const film = await filmEvening(browser, { ...values, to });
    if (film.faults.size) process.exitCode = 1;
  } finally {
    await browser.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
