// From the broker's tap to the wall's frame that shows the deal: `cargo xtask bench painted`. A real tablet page and a real
// wall in one browser, and a crowd that watches; both pages' clocks are the machine's.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { AT, Hall } from './hall.mjs';

const DEALS = 200;
const VIEWERS = 500;
const WALL = { width: 1920, height: 1080 };
const TABLET = { width: 1180, height: 820 };
/** Deals before those that count: both pages have compiled their code then. */
const WARM_UP = 5;

/** Between a deal on the wall and the next tap, in milliseconds: still twenty times as quick as a busy hall. */
const PAUSE_MS = 500;

/** 500 viewers in a process of their own. */
async function crowd(url) {
  const script = fileURLToPath(new URL('./crowd.mjs', import.meta.url));
  const process_ = spawn(process.execPath, [script, url, `${VIEWERS}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: process_.stdout })) {
    if (line === 'all there') return process_;
  }
  throw new Error('the crowd did not come in: its own message is above');
}

/** Notes when the finger left the submit button, on the machine's clock. */
function noteTaps(page) {
  return page.evaluate((button) => {
    const note = (event) => {
      if (event.target.closest(button)) window.tappedAt = performance.timeOrigin + event.timeStamp;
    };
    addEventListener('pointerup', note, true);
  }, AT.post);
}

/** Notes when a deal goes out on the page's socket, and when one comes in; to be told before the page is loaded. */
function noteDeals(page) {
  return page.addInitScript(() => {
    const now = () => performance.timeOrigin + performance.now();
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      if (`${data}`.includes('"post_deal"')) window.sentAt = now();
      send.call(this, data);
    };
    window.WebSocket = class extends WebSocket {
      constructor(url, protocols) {
        super(url, protocols);
        this.addEventListener('message', ({ data }) => {
          if (`${data}`.includes('"deal_posted"')) window.receivedAt = now();
        });
      }
    };
  });
}

/**
 * Notes when a frame with a text in the large deal was painted: a task that is posted as the frame begins runs once its
 * picture is made.
 */
function notePaint(page, text) {
  return page.evaluate(
    ({ wall, hero, text }) => {
      window.painted = new Promise((done) => {
        const looks = new MutationObserver(() => {
          if (!document.querySelector(hero)?.textContent.includes(text)) return;
          looks.disconnect();
          requestAnimationFrame(() => {
            const past = new MessageChannel();
            past.port1.onmessage = () => done(performance.timeOrigin + performance.now());
            past.port2.postMessage(null);
          });
        });
        looks.observe(document.querySelector(wall), { childList: true, subtree: true, characterData: true });
      });
    },
    { wall: AT.wall, hero: AT.hero, text },
  );
}

async function choose(tablet, field, symbol) {
  await tablet.locator(AT.field(field)).fill(symbol);
  await tablet.locator(AT.option).filter({ hasText: symbol }).first().click();
}

/**
 * How long the browser takes to put as much as a deal on the disk, in milliseconds: a tablet sends nothing before that. It is the
 * reference, taken between the deals.
 */
function writeToDisk(page) {
  return page.evaluate(async () => {
    const opening = indexedDB.open('reference');
    opening.onupgradeneeded = () => opening.result.createObjectStore('drawer');
    await new Promise((done) => (opening.onsuccess = done));
    const from = performance.now();
    const writing = opening.result.transaction('drawer', 'readwrite', { durability: 'strict' });
    writing.objectStore('drawer').put('x'.repeat(1_000), 'record');
    await new Promise((done) => (writing.oncomplete = done));
    const took = performance.now() - from;
    opening.result.close();
    return took;
  });
}

/** One deal from the tap to the frame: each part of the way, in milliseconds. */
async function postToPainted(tablet, wall, text) {
  await choose(tablet, 'giver', 'BAKK');
  await choose(tablet, 'receiver', 'ELVE');
  await tablet.locator(AT.field('service')).fill(text);
  await notePaint(wall, text);
  await tablet.locator(AT.post).tap();
  const paintedAt = await wall.evaluate(() => window.painted);
  const receivedAt = await wall.evaluate(() => window.receivedAt);
  const { tappedAt, sentAt } = await tablet.evaluate(() => ({ tappedAt: window.tappedAt, sentAt: window.sentAt }));
  // One at a time, as they come in a hall: in a burst deals wait for their turn as the large one.
  await delay(PAUSE_MS);
  const disk = await writeToDisk(tablet);
  return {
    all: paintedAt - tappedAt,
    sent: sentAt - tappedAt,
    received: receivedAt - sentAt,
    painted: paintedAt - receivedAt,
    disk,
  };
}

function quantile(values, part) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}

/** Prints as the other benches do: a line of JSON a figure, or a table. */
function report(figures) {
  if (process.argv.includes('--json')) {
    for (const { figure, value } of figures) {
      console.log(JSON.stringify({ bench: 'painted', figure, viewers: VIEWERS, value, unit: 'ms' }));
    }
    return;
  }
  const names = figures.map(({ figure }) => `painted: ${figure}, ${VIEWERS} viewers`);
  const width = Math.max(...names.map((name) => name.length));
  console.log();
  figures.forEach(({ value, goal }, nth) => {
    console.log(`${names[nth].padEnd(width)}  ${`${value}`.padStart(12)} ms${goal ? `   to reach: ${goal}` : ''}`);
  });
}

const hall = await Hall.start();
const browser = await launch();
let viewers;
try {
  await hall.openFloor();
  viewers = await crowd(hall.server.url('/api/v1/exchanges/drammen/live'));
  const wall = await hall.window(browser, WALL);
  await noteDeals(wall);
  await hall.show(wall, 'wall');
  const tablet = await hall.window(browser, TABLET, { hasTouch: true });
  await noteDeals(tablet);
  await hall.show(tablet, 'broker');
  await noteTaps(tablet);
  const took = [];
  for (let nth = 0; nth < WARM_UP + DEALS; nth += 1) {
    const parts = await postToPainted(tablet, wall, `Avtale til måling ${nth}.`);
    if (nth >= WARM_UP) took.push(parts);
  }
  if (viewers.exitCode !== null) throw new Error('the crowd was lost: its own message is above');
  const figure = (name, part, share, goal) => {
    const value = quantile(took.map((parts) => parts[part]), share);
    return { figure: name, value: Math.round(value * 1_000) / 1_000, goal };
  };
  report([
    figure('reference_disk_p50_ms', 'disk', 0.5),
    figure('tap_to_sent_p50_ms', 'sent', 0.5),
    figure('sent_to_received_p50_ms', 'received', 0.5),
    figure('received_to_painted_p50_ms', 'painted', 0.5),
    figure('post_to_painted_p50_ms', 'all', 0.5),
    figure('post_to_painted_p99_ms', 'all', 0.99, '<= 50'),
    figure('post_to_painted_max_ms', 'all', 1),
  ]);
} finally {
  await browser.close();
  if (viewers?.exitCode === null) {
    viewers.kill();
    await once(viewers, 'exit');
  }
  await hall.end();
}
