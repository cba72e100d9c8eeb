// The evening in other engines: `node engines.mjs SECONDS ENGINE...` pairs a tablet by its code, posts a deal that the wall and a
// phone show, writes one while the server is away, sees it come when it is back, and films the wall's tape for so many seconds.
import { randomUUID } from 'node:crypto';
import { ENGINES } from './drivers.mjs';
import { AT, Hall, dealOfDemo } from './hall.mjs';
import { filmed, told, watchTape } from './tape.mjs';

const WALL = { width: 1280, height: 800 };
const TABLET = { width: 1180, height: 820 };
const PHONE = { width: 390, height: 844 };
/** How often the tape is looked at, in milliseconds. */
const LOOK_EVERY_MS = 100;
/** Looks a second that count as a film. */
const LOOKS_PER_S_MIN = 4;

const count = (page, words) => page.until(`a count of ${words}`, (count, words) =>
  [...document.querySelectorAll(count)].some((element) => element.textContent.trim() === words), '[data-testid="count"]', words);

async function write(tablet, service) {
  await tablet.call(() => /** @type {HTMLElement} */ (document.querySelector('[data-testid="clear"]'))?.click());
  for (const [field, symbol] of [['giver', 'BAKK'], ['receiver', 'TRAN']]) {
    await tablet.write(AT.field(field), symbol);
    await tablet.press(AT.option, symbol);
  }
  await tablet.write(AT.field('service'), service);
  await tablet.press(AT.post);
}

async function evening(open, seconds) {
  const hall = await Hall.start();
  const windows = [];
  const show = async (size, path) => {
    const page = await open(size);
    windows.push(page);
    await page.goto(path.startsWith('http') ? path : hall.server.url(path));
    return page;
  };
  try {
    const [wall, phone, tablet] = await Promise.all([
      show(WALL, '/drammen/wall'),
      show(PHONE, '/drammen'),
      show(TABLET, hall.server.printed(/http:\S+\/pair\S+/)),
    ]);
    // A tablet is paired by the code of its link.
    await tablet.write(AT.field('pair-name'), 'Ingrid');
    await tablet.press(AT.field('pair-submit'));
    await tablet.seen(AT.post);

    // The wall is started by a touch, and shows the bell.
    await wall.press('[data-testid="start"]');
    await wall.until('the start to go', () => !document.querySelector('[data-testid="start-overlay"]'));
    const rung = hall.openFloor();
    await wall.seen('[data-testid="bell"]');
    await rung;
    await wall.until('the bell to go', () => !document.querySelector('[data-testid="bell"]'));

    await watchTape(wall, LOOK_EVERY_MS);
    const filmedFrom = performance.now();
    await write(tablet, 'Snekkerhjelp til ny brygge');
    for (const page of [wall, phone]) await count(page, '2');
    await wall.seen(AT.hero, 'Snekkerhjelp til ny brygge');

    // The server is away, as a network is.
    await hall.server.kill();
    await tablet.until('the network to be missed', () => document.querySelector('[data-testid="connection"]')?.getAttribute('data-state') !== 'connected');
    await write(tablet, 'Padlekurs for femten ansatte');
    await tablet.seen('[data-testid="deal"]', 'Padlekurs for femten ansatte');
    await hall.server.start('--commands-per-minute', '100000');
    for (const page of [wall, phone]) await count(page, '3');
    await tablet.until('the deal to be on the wall', () =>
      [...document.querySelectorAll('[data-testid="deal"]')].some((deal) => deal.getAttribute('data-state') === 'posted' && deal.textContent.includes('Padlekurs')));

    // Deals come while the tape is filmed, one and many at once.
    let nth = 3;
    const post = () => {
      nth += 1;
      return hall.ask('broker', { type: 'post_deal', deal: randomUUID(), terms: dealOfDemo(nth) });
    };
    while (performance.now() - filmedFrom < seconds * 1_000) {
      await post();
      if (nth % 4 === 0) await Promise.all([post(), post()]);
      await new Promise((done) => setTimeout(done, 1_500));
    }
    const seen = await filmed(wall);
    const passed = (performance.now() - filmedFrom) / 1_000;
    console.log(`  ${told('the tape', seen)}`);
    if (seen.overlaps || seen.holes) throw new Error('pieces of the tape lie over each other, or leave holes');
    if (seen.samples < LOOKS_PER_S_MIN * passed || seen.pieces < 2) throw new Error('the tape was not filmed: the page stood still, or had none');
    if (!hall.server.check().includes('deals')) throw new Error('the database does not hold what was seen');
  } finally {
    await Promise.all(windows.map((page) => page.close()));
    await hall.end();
  }
}

const [seconds, ...names] = process.argv.slice(2);
for (const name of names) {
  const from = performance.now();
  console.log(`${name}:`);
  try {
    await evening(ENGINES[name], Number(seconds));
    console.log(`  the evening held, in ${((performance.now() - from) / 1_000).toFixed(0)} s`);
  } catch (error) {
    console.error(`  it did not hold: ${error.stack}`);
    process.exitCode = 1;
  }
}
