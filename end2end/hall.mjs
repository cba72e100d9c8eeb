// A hall full of people for tests and pictures: Drammen's evening on a server of its own, its desks as functions, and the
// only place that knows where things are on the screens.
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { refuseToWatch, WATCHED } from './requests.mjs';
import { Server } from './server.mjs';
import { LONGEST } from './texts.mjs';

/** The closed sets, as `shared` has them; `cargo xtask lists` writes them. */
const LISTS = JSON.parse(readFileSync(new URL('lists.json', import.meta.url), 'utf8'));
const demo = JSON.parse(readFileSync(new URL('../demo/drammen.json', import.meta.url), 'utf8'));
const idOf = Object.fromEntries(demo.participants.map(({ symbol, id }) => [symbol, id]));
/** Deals that are under way at once: the server commits what waits in one batch. */
const AT_ONCE = 16;

/** Where things are. */
export const AT = {
  wall: '[data-testid="wall"]',
  count: '[data-testid="count"]',
  /** A piece of the tape that is on its way. */
  moving: '.tape-piece',
  hero: '[data-testid="hero"]',
  /** The stage of a frozen result, before the first deal is revealed. */
  sealed: '[data-testid="sealed"]',
  announcement: '[data-testid="announcement"]',
  /** What nothing of a scene may reach into. */
  covers: '.wall-header, [data-testid="announcement"], [data-testid="tape"]',
  /** The number of a wall that was asked for it. */
  identified: '.wall-identified',
  /** Leaves a wall that asks to be started as it is, without sound. */
  silent: '[data-testid="start-silent"]',
  /** Starts such a wall with its sound. */
  start: '[data-testid="start"]',
  post: '[data-testid="post"]',
  option: '[data-testid="option"]',
  field: (name) => `[data-testid="${name}"]`,
};

/** What is there once a screen is ready. */
const READY = {
  // Until the board is there nothing on it can be seen or reached.
  phone: '[data-testid="phone"]:not(.waiting)',
  wall: AT.wall,
  broker: AT.post,
  notary: '[data-testid="queue"]',
  moderator: '[data-testid="bell"]',
  organiser: '[data-testid="participant-row"]',
  door: '[data-testid="door-row"]',
  paper: '[data-testid="paper-number"]',
  pair: '[data-testid="pair-submit"]',
};

/** Who sits in the tests at a screen that more than one role may use. */
const SITS = { paper: 'moderator' };

/** A listed screen: its path, who sits there, and what is there once it is ready. */
function screen({ name, role }) {
  const ready = READY[name];
  if (!ready) throw new Error(`hall.mjs: say in READY what is on the screen ${name} once it is ready`);
  return [name, { path: name === 'phone' ? '/drammen' : `/drammen/${name}`, role: role ?? SITS[name], ready }];
}

/**
 * Every screen, and the door to them all.
 *
 * @type {Record<string, { path: string, ready: string, role?: string }>}
 */
export const SCREENS = { home: { path: '/', ready: 'main' }, ...Object.fromEntries(LISTS.screens.map(screen)) };

/** What the wall can show: neither what follows the floor's phase, nor the dark. */
export const SCENES = LISTS.scenes.filter((scene) => scene !== 'automatic' && scene !== 'blackout');

export const LANGUAGES = LISTS.languages;
export const THEMES = LISTS.themes;

/** Puts somebody in a field of the broker's form. */
export async function choose(tablet, field, symbol) {
  await tablet.locator(AT.field(field)).fill(symbol);
  await tablet.locator(AT.option).filter({ hasText: symbol }).first().click();
}

/** A deal of the demo, as terms. */
export function dealOfDemo(nth) {
  const deal = demo.deals[nth % demo.deals.length];
  const bargain = { kind: deal.kind, service: service(deal.service) };
  if (deal.kind === 'two_way') bargain.return_service = service(deal.return_service);
  const { by, ...step } = deal.first_step ?? {};
  return {
    givers: [idOf[deal.giver]],
    receivers: [idOf[deal.receiver]],
    bargain,
    first_step: by ? { by: idOf[by], ...step } : undefined,
    deadline: deal.deadline ?? undefined,
  };
}

function service({ text, category, minutes, listings }) {
  return { text, category, effort_minutes: minutes ?? undefined, listings: listings ?? [] };
}

/**
 * A photo as a camera writes it: two people before a wall, and in the file the place where it was taken.
 *
 * @param {import('@playwright/test').Page} page draws it
 * @param {number} width
 * @param {number} height
 */
export async function cameraPhoto(page, width, height) {
  const drawn = await page.evaluate(
    ([width, height]) => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      const on = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
      const wall = on.createLinearGradient(0, 0, 0, height);
      wall.addColorStop(0, '#d8c7a8');
      wall.addColorStop(1, '#8a6f4e');
      on.fillStyle = wall;
      on.fillRect(0, 0, width, height);
      for (const [x, coat] of /** @type {[number, string][]} */ ([[0.34, '#2f5d73'], [0.66, '#7a3b3b']])) {
        on.fillStyle = coat;
        on.beginPath();
        on.ellipse(x * width, height, 0.16 * width, 0.45 * height, 0, 0, 7);
        on.fill();
        on.fillStyle = '#e3b994';
        on.beginPath();
        on.ellipse(x * width, 0.42 * height, 0.075 * width, 0.13 * height, 0, 0, 7);
        on.fill();
      }
      return canvas.toDataURL('image/jpeg', 0.8).split(',')[1];
    },
    [width, height],
  );
  const file = Buffer.from(drawn, 'base64');
  const words = Buffer.from('Exif\0\0GPS 59.7441 N 10.2045 E');
  const place = Buffer.concat([Buffer.from([0xff, 0xe1, 0, words.length + 2]), words]);
  return Buffer.concat([file.subarray(0, 2), place, file.subarray(2)]);
}

/**
 * Answers a wall that asks how to start, as whoever stands before it does. For the browser each look of a test at a page is a touch: a
 * page that was looked at before its app stood up may sound at once, and does not ask.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string} how one of `AT.start` and `AT.silent`
 */
export async function startWall(page, how) {
  await page.locator(AT.wall).waitFor();
  const answer = page.locator(how);
  if (await answer.isVisible()) await answer.click();
  else await page.evaluate((how) => sessionStorage.setItem('started', sessionStorage.getItem('started') ?? how), how === AT.silent ? 'silent' : '1');
}

export class Hall {
  constructor() {
    this.server = new Server();
    this.tokens = {};
    this.posted = 0;
    /** The terms of the next deals. */
    this.dealOf = dealOfDemo;
    this.settings = demo.settings;
  }

  /** Starts a server with the demo exchange; no desk is slowed down. */
  static async start(...more) {
    const hall = new Hall();
    await hall.server.start('--commands-per-minute', '100000', ...more);
    return hall;
  }

  /** Starts a server in the middle of an evening, which the program `evening` writes: so many deals, one by one. */
  static async startLate(evening, deals, ...more) {
    const hall = new Hall();
    const tokens = execFileSync(evening, [hall.server.database, `${deals}`], { encoding: 'utf8' });
    [hall.tokens.broker, hall.tokens.moderator] = tokens.trim().split('\n');
    hall.posted = deals;
    await hall.server.start('--commands-per-minute', '100000', ...more);
    return hall;
  }

  async end() {
    await this.server.remove();
  }

  token(role) {
    this.tokens[role] ??= this.server.token(role, { broker: 'Ingrid', moderator: 'Berit', notary: 'Solveig' }[role] ?? role);
    return this.tokens[role];
  }

  /** Asks for a command as somebody of a role; throws if it is refused. */
  async ask(role, command) {
    const answer = await this.server.command(this.token(role), command);
    if (answer.type !== 'accepted') throw new Error(`${command.type}: ${answer.message}`);
  }

  /** Changes some of the exchange's settings. */
  configure(changes) {
    this.settings = { ...this.settings, ...changes };
    return this.ask('organiser', { type: 'configure', settings: this.settings });
  }

  /** From now on the notary's hammer comes before the wall. */
  ratifyFirst() {
    return this.configure({ ceremony: 'ratified_first' });
  }

  /** Lets the exchange lie where it is this hour of the day by now. */
  meetAt(hour) {
    const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
    // What lies east of Greenwich has a minus in these names.
    return this.configure({ time_zone: `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}` });
  }

  /** Rings the opening bell, waits for its stroke, and posts the first deal. */
  async openFloor(startRound = 1) {
    const expected = { phase: 'preparing', round: null };
    await this.ask('moderator', { type: 'open_floor', expected, start_round: startRound });
    await this.postFirst();
  }

  /** Posts the first deal once the bell has struck: it strikes a moment after it was rung, and until then the floor is not open. */
  async postFirst() {
    const probe = { type: 'post_deal', deal: randomUUID(), terms: this.dealOf(0) };
    let answer;
    do answer = await this.server.command(this.token('broker'), probe);
    while (answer.code === 'floor_not_open');
    if (answer.type !== 'accepted') throw new Error(`post_deal: ${answer.message}`);
    this.posted = 1;
  }

  async post(terms) {
    await this.ask('broker', { type: 'post_deal', deal: randomUUID(), terms });
    this.posted += 1;
  }

  /** Posts deals of the demo, one after the other, until there are so many. */
  async postInOrder(count) {
    while (this.posted < count) await this.post(this.dealOf(this.posted));
  }

  /** Posts deals of the demo, many at once, until there are so many. */
  async postMany(count) {
    while (this.posted < count) {
      const some = Math.min(AT_ONCE, count - this.posted);
      const first = this.posted;
      await Promise.all(Array.from({ length: some }, (_, nth) => this.post(this.dealOf(first + nth))));
    }
  }

  /**
   * Thanks six sponsors, by name.
   *
   * @param {string[]} first
   */
  thankSponsors(first = []) {
    const names = ['Elvestad Sparebank', 'Elvekraft', 'Rørlegger Olsen & Sønn', 'Sparebanken Øst', 'Bane NOR', 'Rotary'];
    const sponsors = [...first, ...names].slice(0, names.length).map((name) => ({ name }));
    return this.configure({ staging: { sponsors } });
  }

  /** Plans an evening of eight lines. */
  lengthenProgramme() {
    const items = [...demo.programme.slice(0, 1), ...demo.programme.slice(0, 1), ...demo.programme];
    return this.ask('organiser', { type: 'set_programme', items });
  }

  /** Makes every text as long as it may be, and posts deals between participants with the longest names. */
  async makeLongest(deals) {
    this.settings = demo.settings;
    await this.configure({
      name: LONGEST.event,
      place: LONGEST.venue,
      benchmark: { ...demo.settings.benchmark, name: LONGEST.names[0] },
      categories: demo.settings.categories.map((category) => ({ ...category, name: LONGEST.category })),
    });
    const items = demo.programme.map((item) => ({ ...item, title: LONGEST.title }));
    await this.ask('organiser', { type: 'set_programme', items });
    const parties = LISTS.sectors.map((sector, nth) => ({
      id: randomUUID(),
      name: LONGEST.names[nth % 2],
      sector,
      name_shown: 'full',
      symbol: ['WWWW', 'MWMW', 'ÅÆØW', 'WMWM'][nth],
      place: LONGEST.place,
    }));
    for (const participant of parties) {
      await this.ask('organiser', { type: 'register_participant', participant });
      for (const kind of ['offer', 'wish']) {
        const listing = { id: randomUUID(), participant: participant.id, kind, text: LONGEST.listing, category: 'care' };
        await this.ask('organiser', { type: 'add_listing', listing });
      }
    }
    this.longest = parties.map(({ id }) => id);
    await this.postLongest(deals);
  }

  /** Posts deals with the longest texts; the first is between two parties on either side. */
  async postLongest(deals) {
    const [one, two, three, four] = this.longest;
    const long = (text) => ({ text, category: 'care', effort_minutes: 600_000 });
    for (let nth = 0; nth < deals; nth += 1) {
      await this.post({
        givers: nth % 2 ? [one] : [one, two],
        receivers: nth % 2 ? [four] : [three, four],
        bargain: { kind: 'two_way', service: long(LONGEST.service), return_service: long(LONGEST.returned) },
      });
    }
  }

  /** What a viewer gets first: the board as it is now. */
  welcome() {
    const url = this.server.url('/api/v1/exchanges/drammen/live').replace(/^http/, 'ws');
    const socket = new WebSocket(url, 'borsklokka.v1');
    return new Promise((done, fail) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', position: null })));
      socket.once('message', (text) => {
        socket.close();
        done(JSON.parse(text.toString()));
      });
      socket.on('error', fail);
    });
  }

  setScene(scene) {
    return this.ask('moderator', { type: 'set_scene', scene });
  }

  /** Freezes the public's count. Deals that are posted from now on are concealed, and count as posted here. */
  freeze() {
    return this.ask('moderator', { type: 'freeze_totals' });
  }

  /** Reveals the next concealed deal, or all. */
  reveal(reveal) {
    return this.ask('moderator', { type: 'reveal_deals', reveal });
  }

  /** Awards every prize, the best deal last; none where no deal was struck. */
  async awardPrizes() {
    const { deals } = (await this.welcome()).board;
    const posted = Object.values(deals).filter(({ standing }) => standing.state === 'posted');
    if (!posted.length) return;
    const [deal, other = deal] = posted;
    for (const prize of [
      { kind: 'most_deals', winner: deal.terms.givers[0] },
      { kind: 'most_original', winner: other.id },
      { kind: 'best', winner: deal.id },
    ]) await this.ask('moderator', { type: 'award_prize', prize });
  }

  /** Something of a deal over HTTP, as the notary. */
  ofDeal(deal, method, path, type, body) {
    return fetch(this.server.url(`/api/v1/exchanges/drammen/deals/${deal}/${path}`), {
      method,
      headers: { authorization: `Bearer ${this.token('notary')}`, 'content-type': type },
      body,
    });
  }

  /**
   * Photographs so many deals of the terms that count, and every party wants it shown.
   *
   * @param {import('@playwright/test').Page} page draws the photos
   * @param {number} count
   */
  async photograph(page, count, counts = (_terms) => true) {
    const { deals } = (await this.welcome()).board;
    const posted = Object.values(deals).filter(({ standing, terms }) => standing.state === 'posted' && counts(terms));
    for (const [nth, { id, terms }] of posted.slice(0, count).entries()) {
      const file = await cameraPhoto(page, 1600, nth % 2 ? 1200 : 900);
      const taken = await this.ofDeal(id, 'PUT', 'photo', 'image/jpeg', file);
      if (!taken.ok) throw new Error(await taken.text());
      const { photo } = await taken.json();
      for (const party of [...terms.givers, ...terms.receivers])
        await this.ofDeal(id, 'PUT', `photo/consents/${party}`, 'application/json', JSON.stringify({ photo }));
    }
  }

  async announce(text, seconds = 600) {
    this.announcement = randomUUID();
    await this.ask('moderator', { type: 'announce', announcement: this.announcement, text, seconds });
  }

  endAnnouncement() {
    return this.ask('moderator', { type: 'end_announcement', announcement: this.announcement });
  }

  /**
   * A window of its own, with what a paired device has.
   *
   * @param {import('@playwright/test').Browser} browser
   * @param {{ width: number, height: number }} size
   * @param {import('@playwright/test').BrowserContextOptions & { role?: string }} more
   */
  async window(browser, size, { role, ...more } = {}) {
    const context = await browser.newContext({ viewport: size, locale: 'nb-NO', timezoneId: 'Europe/Oslo', ...more });
    if (role) await this.pair(context, role);
    const page = await context.newPage();
    if (more.serviceWorkers !== WATCHED.serviceWorkers) refuseToWatch(page);
    return page;
  }

  pair(context, role) {
    const cookie = {
      name: 'borsklokka_drammen',
      value: this.token(role),
      url: this.server.url('/'),
      httpOnly: true,
      sameSite: 'Strict',
    };
    return context.addCookies([cookie]);
  }

  /** Opens one of the screens in a window, and waits until it shows what there is. */
  async show(page, name, query = '') {
    const screen = SCREENS[name];
    if (screen.role) await this.pair(page.context(), screen.role);
    await page.goto(this.server.url(`${screen.path}${query}`));
    await page.locator(screen.ready).first().waitFor();
    await page.evaluate(() => document.fonts.ready);
    if (name === 'wall') await startWall(page, AT.silent);
  }
}
