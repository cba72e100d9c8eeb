// What strangers' pages are on a cheap phone: `cargo xtask bench page`. Lighthouse loads each of them with an empty cache, as its
// mobile preset slows machine and network down; a page counts as what the middle one of its runs found.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { Hall } from '../hall.mjs';

const run = promisify(execFile);
const demo = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8'));
const RUNS = Number(process.env.BORSKLOKKA_LIGHTHOUSE_RUNS ?? 3);
/** How long one run may take, in milliseconds. */
const RUN_MS = 120_000;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
/** What a page of the public must have in each category. */
const GOAL = 95;
/** The audit that a page fails by not wanting to be found. */
const CRAWLABLE = 'is-crawlable';

const lighthouse = fileURLToPath(new URL('node_modules/lighthouse/cli/index.js', import.meta.url));
const json = process.argv.includes('--json');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const keep = process.env.BORSKLOKKA_LIGHTHOUSE;

/** One run: Lighthouse's own report. */
async function once(url, name) {
  const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'));
  const path = join(keep ?? folder, `${name}.json`);
  const flags = '--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage';
  const args = [url, '--quiet', '--output=json', `--output-path=${path}`, `--chrome-flags=${flags} --user-data-dir=${join(folder, 'profile')}`];
  const env = { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? chromium.executablePath() };
  try {
    await run(process.execPath, [lighthouse, ...args, `--only-categories=${CATEGORIES.join(',')}`], { env, timeout: RUN_MS });
    return JSON.parse(readFileSync(path, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a report comes to. */
function figures({ audits, categories }) {
  const value = (audit) => audits[audit].numericValue;
  const points = Object.fromEntries(CATEGORIES.map((name) => [name, Math.round(categories[name].score * 100)]));
  return {
    ...points,
    largest_paint_s: value('largest-contentful-paint') / 1_000,
    shift: value('cumulative-layout-shift'),
    blocked_ms: value('total-blocking-time'),
    transfer_kib: value('total-byte-weight') / 1_024,
    // What is lacking without being the page's own wish.
    failed: Object.values(audits)
      .filter(({ score, scoreDisplayMode }) => scoreDisplayMode === 'binary' && score === 0)
      .map(({ id }) => id),
  };
}

/** The middle one of some runs, by its performance. */
async function measured(url, name) {
  const all = [];
  // A run that its browser lost is done again, once.
  let lost = 0;
  while (all.length < RUNS) {
    try {
      all.push(figures(await once(url, `${name}-${all.length}`)));
    } catch (fault) {
      lost += 1;
      if (lost > 1) throw fault;
    }
  }
  all.sort((a, b) => a.performance - b.performance);
  return all[Math.floor(RUNS / 2)];
}

/** Asks the API as the organiser. */
async function api(hall, method, path, body) {
  const response = await fetch(hall.server.url(`/api/v1/exchanges/drammen/${path}`), {
    method,
    headers: { authorization: `Bearer ${hall.token('organiser')}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

/** An evening that is under way, with a form that is open and wants to be found, and a party's link. */
async function pages(hall) {
  await hall.openFloor();
  await hall.postInOrder(37);
  await hall.ask('organiser', { type: 'configure', settings: { ...demo.settings, is_found: true } });
  await api(hall, 'PUT', 'registrations/form', { is_on: true, shows_missing: true });
  const { deals } = await api(hall, 'GET', 'follow-ups');
  const [{ deal, parties }] = deals;
  const { url } = await api(hall, 'POST', `follow-ups/${deal.id ?? deal}/links/${parties[0].participant}`);
  return {
    phone: { url: hall.server.url('/drammen'), goal: CATEGORIES },
    registration: { url: hall.server.url('/drammen/register'), goal: CATEGORIES },
    // By a link of its own, which nobody is to find by a search.
    'follow-up': { url: hall.server.url(new URL(url).pathname), goal: CATEGORIES.slice(0, 3) },
    // Desks are nobody's to find either.
    start: { url: hall.server.url('/'), goal: CATEGORIES.slice(0, 3) },
    broker: { url: hall.server.url('/drammen/broker'), goal: [] },
  };
}

const hall = await Hall.start();
const short = [];
try {
  if (!json) {
    console.log(`${cpus().length} cores, ${cpus()[0].model}; the middle one of ${RUNS} runs`);
    console.log('page          perf  acc  best  seo   largest paint    shift   blocked   transfer');
  }
  for (const [name, { url, goal }] of Object.entries(await pages(hall))) {
    if (only && !only.split(',').includes(name)) continue;
    const found = await measured(url, name);
    const points = CATEGORIES.map((category) => `${found[category]}`.padStart(5)).join('');
    if (json) {
      for (const [figure, value] of Object.entries(found)) {
        if (typeof value === 'number') console.log(JSON.stringify({ bench: 'page', figure: `${name}_${figure}`, value }));
      }
    } else {
      const rest = [
        `${found.largest_paint_s.toFixed(1)} s`.padStart(15),
        found.shift.toFixed(3).padStart(9),
        `${found.blocked_ms.toFixed(0)} ms`.padStart(10),
        `${found.transfer_kib.toFixed(0)} KiB`.padStart(11),
      ];
      console.log(`${name.padEnd(13)}${points}${rest.join('')}   ${found.failed.filter((id) => id !== CRAWLABLE).join(' ')}`);
    }
    short.push(...goal.filter((category) => found[category] < GOAL).map((category) => `${name}: ${category} ${found[category]}`));
  }
} finally {
  await hall.end();
}
if (short.length > 0) {
  console.error(`below ${GOAL}: ${short.join(', ')}`);
  process.exitCode = 1;
}
