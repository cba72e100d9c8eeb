// Every screen in every size and theme, with nothing, little, much and the longest texts on it: no text is cut,
// nothing sticks out, no two texts lie over each other. Measured as boxes, so that a font's rendering does not matter.
//
// Each board is looked at in two languages, of which one has the longest words, so that every language is looked at once, and each in
// one theme, since both are laid out alike. The longest texts are looked at in both themes, in the largest window too, and in bokmål and
// English: in Dutch and German they have not all their place at 1024 x 768.
import { readFileSync } from 'node:fs';
import { findFaults } from '../faults.mjs';
import { AT, Hall, LANGUAGES, SCENES, SCREENS, THEMES } from '../hall.mjs';
import { findBroken, findCoveredFocus, findMeanings, findPastDisc, findSqueezed } from '../judge.mjs';
import { expect, test } from '../test.mjs';
import { LONGEST } from '../texts.mjs';

const WALLS = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
  { width: 1280, height: 720 },
];
/** All of it is measured by the window: nothing is another in one twice as large but how long it takes. */
const LARGEST = { width: 3840, height: 2160 };
const PHONES = [
  { width: 390, height: 844 },
  { width: 360, height: 640 },
];
const DESKS = [
  { width: 1180, height: 820 },
  { width: 820, height: 1180 },
];
/** The languages with the longest words. */
const LONG = ['de', 'nl'];
const SHORTER = LANGUAGES.filter((lang) => !LONG.includes(lang));
/** The bell is held for 0.8 seconds. */
const HOLD_MS = 1_200;
const ANNOUNCEMENT = 'Maten er servert i foajeen.';

/** What is on the board; each builds on the one before. */
const BOARDS = [
  { name: 'no deals', fill: async () => {} },
  { name: '1 deal', fill: (hall) => hall.openFloor() },
  { name: '400 deals', fill: (hall) => hall.postMany(400) },
  { name: 'sponsors and a long programme', fill: (hall) => hall.thankSponsors().then(() => hall.lengthenProgramme()) },
  { name: 'the longest texts', fill: (hall) => hall.makeLongest(20), announcement: LONGEST.announcement },
  { name: 'the longest texts and sponsors', fill: (hall) => hall.thankSponsors(LONGEST.names), announcement: LONGEST.announcement },
];

/** The languages of a board. */
function languagesOf(nth) {
  return isLongest(nth) ? ['nb', 'en'] : [LONG[nth % LONG.length], SHORTER[nth % SHORTER.length]];
}

function isLongest(nth) {
  return BOARDS[nth].announcement === LONGEST.announcement;
}

/** What is laid out alike in both themes is looked at in one of them a language. */
function looksOf(nth) {
  return languagesOf(nth).map((lang, at) => ({ lang, theme: THEMES[at % THEMES.length] }));
}

/** How a wall is looked at with a board: the longest texts stand beside the longest words too. */
function wallsOf(nth) {
  if (!isLongest(nth)) return looksOf(nth);
  const each = languagesOf(nth).flatMap((lang) => THEMES.map((theme) => ({ lang, theme })));
  return [...each, ...LONG.map((lang, at) => ({ lang, theme: THEMES[at % THEMES.length] }))];
}

const MEASURED = {
  ignored: '[data-testid="tape"], .hidden-text',
  overlays: '[data-testid="milestone"], [data-testid="bell"], [data-testid="start-overlay"], .wall-identified',
  wrapsOut: '.rows, .row-when > span',
  covers: AT.covers,
};

/** Faults by what they are, each with where it was seen. */
let found = new Map();

async function look(page, where, scrolls) {
  const measure = async (frames) => [
    ...(await page.evaluate(findFaults, { ...MEASURED, ...page.viewportSize(), frames, scrolls })),
    ...(await page.evaluate(findBroken)),
    ...(await page.evaluate(findSqueezed)),
  ];
  let faults = await measure(2);
  // A large window may take some frames more until the last of it has its place: a fault is what stays.
  for (let again = 0; faults.length && again < 3; again += 1) {
    const before = JSON.stringify(faults);
    faults = await measure(8);
    if (JSON.stringify(faults) === before) break;
  }
  for (const { kind, at, text, px } of faults) {
    const fault = `${at}: ${kind}`;
    if (!found.has(fault)) found.set(fault, { example: `${px} px of "${text}"`, places: [] });
    found.get(fault).places.push(where);
  }
}

function report() {
  return [...found]
    .map(([fault, { example, places }]) => `${fault}, ${example}\n    in ${places.length}: ${places.slice(0, 4).join(' | ')}`)
    .join('\n');
}

/** Looks at every scene of one open wall. */
async function lookAtScenes(hall, page, where, announcement, sizes) {
  for (const scene of [...SCENES, 'announcement']) {
    const isAnnounced = scene === 'announcement';
    if (scene === 'prizes') await hall.awardPrizes();
    if (scene === 'photos') await hall.photograph(page, 1);
    await hall.setScene(isAnnounced ? 'floor' : scene);
    if (isAnnounced) await hall.announce(announcement);
    await page.locator(`${AT.wall}[data-scene="${isAnnounced ? 'floor' : scene}"]`).waitFor();
    if (isAnnounced) await page.locator(AT.announcement).waitFor();
    for (const size of sizes) {
      await page.setViewportSize(size);
      await look(page, `${where}, ${scene}, ${size.width}x${size.height}`, false);
    }
    if (isAnnounced) await hall.endAnnouncement();
  }
}

/** Looks at the closing scene of one open wall while the count is frozen: before a deal is revealed, and with one. */
async function lookAtSuspense(hall, page, where) {
  await hall.setScene('closing');
  await hall.freeze();
  for (const reveals of [false, true]) {
    if (reveals) {
      // Two are concealed, so that the first leaves the count frozen.
      await hall.postLongest(2);
      await hall.reveal('next');
      await page.locator(AT.hero).waitFor();
    } else {
      await page.locator(AT.sealed).waitFor();
    }
    for (const announcement of [undefined, LONGEST.announcement]) {
      if (announcement) {
        await hall.announce(announcement);
        await page.locator(AT.announcement).waitFor();
      }
      for (const size of WALLS) {
        await page.setViewportSize(size);
        const what = [reveals ? 'revealed' : 'sealed', announcement && 'announcement'].filter(Boolean).join(', ');
        await look(page, `${where}, ${what}, ${size.width}x${size.height}`, false);
      }
      if (announcement) await hall.endAnnouncement();
    }
  }
  await hall.reveal('all');
}

async function lookAt(hall, page, name, sizes, looks, where) {
  for (const { lang, theme } of looks) {
    await hall.show(page, name, `?lang=${lang}&theme=${theme}`);
    for (const size of sizes) {
      await page.setViewportSize(size);
      await look(page, `${where}, ${name} ${lang} ${theme}, ${size.width}x${size.height}`, true);
    }
  }
}

// Each board is a test of its own, so that several are looked at at once.
test.describe.configure({ mode: 'parallel' });

for (const [nth, { name: board, announcement = ANNOUNCEMENT }] of BOARDS.entries()) {
  const sizes = isLongest(nth) ? [...WALLS, LARGEST] : WALLS;
  test(`nothing is cut, sticks out or lies over anything else: ${board} @looks`, async ({ browser }) => {
    test.setTimeout(900_000);
    found = new Map();
    const hall = await Hall.start();
    // Before it is made for anybody: the hero says who brokered a deal.
    hall.tokens.broker = hall.server.token('broker', LONGEST.broker);
    try {
      for (const { fill } of BOARDS.slice(0, nth + 1)) await fill(hall);
      // With less motion everything has its place at once; only the tape is another.
      const page = await hall.window(browser, WALLS[0], { reducedMotion: 'reduce' });
      for (const { lang, theme } of wallsOf(nth)) {
        await hall.show(page, 'wall', `?lang=${lang}&theme=${theme}`);
        await lookAtScenes(hall, page, `${board}, wall ${lang} ${theme}`, announcement, sizes);
      }
      for (const { lang, theme } of isLongest(nth) ? looksOf(nth) : []) {
        await hall.show(page, 'wall', `?lang=${lang}&theme=${theme}`);
        await lookAtSuspense(hall, page, `${board}, wall ${lang} ${theme}, frozen`);
      }
      await hall.setScene('automatic');
      await lookAt(hall, page, 'phone', PHONES, looksOf(nth), board);
      for (const desk of Object.keys(SCREENS).filter((name) => name !== 'wall' && name !== 'phone')) {
        await lookAt(hall, page, desk, DESKS, looksOf(nth), board);
      }
    } finally {
      await hall.end();
    }
    expect(report()).toBe('');
  });
}

const demo = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8'));
/** Above a count of three figures. */
const MANY = 1_001;
/** A wide wall of a laptop, too. */
const WIDE = [...WALLS, { width: 1366, height: 768 }];
/** Names that are longer than a line of a small wall has room for, and one with a hyphen that has. */
const NAMED = ['Marktplatz Gute Geschäfte Ibbenbüren', 'Beursvloer ’s-Hertogenbosch'];
/** Accents that were taken for a sector's colour, each in the theme in which they were. */
const ACCENTS = [
  { accent: '#1e90ff', theme: 'light' },
  { accent: '#ff4d4d', theme: 'light' },
  { accent: '#ff8c00', theme: 'dark' },
];

/** An evening of its own, and a wall of it; what is wrong on it then fails the test. */
async function onAWall(browser, watch) {
  found = new Map();
  const hall = await Hall.start();
  try {
    await watch(hall, await hall.window(browser, WALLS[0], { reducedMotion: 'reduce' }));
  } finally {
    await hall.end();
  }
  expect(report()).toBe('');
}

/** Looks at a wall in every language, or some, and in every size. */
async function lookAround(hall, page, where, { query = '', langs = LANGUAGES, sizes = WALLS, ready = AT.wall } = {}) {
  for (const lang of langs) {
    await hall.show(page, 'wall', `?lang=${lang}${query}`);
    await page.locator(ready).first().waitFor();
    for (const size of sizes) {
      await page.setViewportSize(size);
      await look(page, `${where}, ${lang}, ${size.width}x${size.height}`, false);
    }
  }
}

/** Rings the closing bell, and waits until it has struck and a wall shows what follows. */
async function close(hall, page) {
  await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open' } });
  await hall.show(page, 'wall');
  await page.locator(`${AT.wall}[data-scene="closing"]`).waitFor();
  await page.getByTestId('bell').waitFor({ state: 'hidden', timeout: 60_000 });
}

test('a clock past its end leaves the line of the evening its room @looks', async ({ browser }) => {
  test.setTimeout(180_000);
  await onAWall(browser, async (hall, page) => {
    await hall.openFloor();
    await hall.postMany(20);
    await hall.ask('moderator', { type: 'adjust_round', by_seconds: -28_800, expected: { phase: 'open' } });
    await lookAround(hall, page, 'overtime', { query: '&timer=clock', sizes: WIDE, ready: '[data-testid="timer-over"]:not(:empty)' });
    await lookAround(hall, page, 'overtime, counting up', { query: '&timer=up', langs: LONG, ready: '[data-testid="timer-over"]:not(:empty)' });
    await lookAround(hall, page, 'overtime, counting down', { query: '&timer=down', langs: LONG, ready: '[data-testid="timer"][data-state="overtime"]' });
    await hall.makeLongest(2);
    await lookAround(hall, page, 'overtime, counting down, the longest texts', { query: '&timer=down', langs: ['en'], ready: '[data-testid="timer"][data-state="overtime"]' });
    await lookAround(hall, page, 'overtime, the longest texts', { query: '&timer=clock', sizes: WIDE, ready: '[data-testid="timer-over"]:not(:empty)' });
  });
});

test('the stage of a frozen result says its sentence to the end, and a break without wishes what was agreed @looks', async ({ browser }) => {
  test.setTimeout(240_000);
  await onAWall(browser, async (hall, page) => {
    await hall.openFloor();
    await hall.postMany(20);
    await hall.freeze();
    await close(hall, page);
    await lookAround(hall, page, 'sealed', { ready: AT.sealed });
    await hall.reveal('all');
    await hall.setScene('pause');
    await lookAround(hall, page, 'break', { ready: '[data-testid="latest"]' });
  });
});

test('a count of four figures has its room @looks', async ({ browser }) => {
  test.setTimeout(600_000);
  await onAWall(browser, async (hall, page) => {
    await hall.openFloor();
    await hall.postMany(MANY);
    for (const scene of ['floor', 'pause', 'closing']) {
      await hall.setScene(scene);
      await lookAround(hall, page, `${MANY} deals, ${scene}`, { ready: `${AT.wall}[data-scene="${scene}"]` });
    }
    await hall.freeze();
    await lookAround(hall, page, `${MANY} deals, frozen`, { langs: LONG, ready: AT.sealed });
  });
});

test('a name is said whole, and not broken at its hyphen @looks', async ({ browser }) => {
  test.setTimeout(180_000);
  await onAWall(browser, async (hall, page) => {
    for (const name of NAMED) {
      await hall.ask('organiser', { type: 'configure', settings: { ...demo.settings, name } });
      for (const scene of ['welcome', 'pause']) {
        await hall.setScene(scene);
        await lookAround(hall, page, `${name}, ${scene}`, { langs: LONG, ready: `${AT.wall}[data-scene="${scene}"]` });
        // Each word is on one line, and none of the name is left out.
        const broken = () =>
          page.evaluate(() =>
            [...document.querySelectorAll('.wall-name h1, .welcome-lead')].flatMap((headline) => {
              const text = [...headline.childNodes].find((node) => node instanceof Text && node.data.trim());
              if (!(text instanceof Text)) return ['no name'];
              const words = [...text.data.matchAll(/\S+/g)].filter(({ index, 0: word }) => {
                const range = document.createRange();
                range.setStart(text, index);
                range.setEnd(text, index + word.length);
                return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
              });
              const isCut = headline.scrollWidth > headline.clientWidth + 1 || headline.scrollHeight > headline.clientHeight + 1;
              return [...words.map(([word]) => word), ...(isCut ? ['cut'] : [])];
            }),
          );
        for (const size of WALLS) {
          await page.setViewportSize(size);
          await expect.poll(broken, `${name}, ${scene}, ${size.width}x${size.height}`).toEqual([]);
        }
      }
    }
  });
});

test('the widest symbols are whole, below a short deal and on a desk as narrow as a phone @looks', async ({ browser }) => {
  test.setTimeout(180_000);
  await onAWall(browser, async (hall, page) => {
    await hall.openFloor();
    await hall.makeLongest(8);
    await hall.post(hall.dealOf(1));
    const sizes = [...WIDE, { width: 2560, height: 1080 }, { width: 1080, height: 1920 }];
    await lookAround(hall, page, 'the widest symbols', { sizes, ready: '[data-testid="row"]' });
    await lookAt(hall, page, 'moderator', PHONES, LANGUAGES.map((lang) => ({ lang, theme: 'dark' })), 'the widest symbols');
  });
});

for (const parties of [1, 2]) {
  test(`beside its photo the longest deal has its place above six sponsors, ${parties} on either side @looks`, async ({ browser }) => {
    test.setTimeout(180_000);
    await onAWall(browser, async (hall, page) => {
      await hall.openFloor();
      await hall.makeLongest(2);
      await hall.thankSponsors(LONGEST.names);
      await hall.show(page, 'wall');
      const [longest] = hall.longest;
      await hall.photograph(page, 1, ({ givers }) => givers.includes(longest) && givers.length === parties);
      await hall.setScene('photos');
      await lookAround(hall, page, 'photos', { langs: ['nb', ...LONG], sizes: WIDE, ready: '.photo' });
    });
  });
}

test('an empty floor with nothing to list is filled by its invitation @looks', async ({ browser }) => {
  test.setTimeout(180_000);
  await onAWall(browser, async (hall, page) => {
    for (const { id } of demo.participants.flatMap(({ offers = [], wishes = [] }) => [...offers, ...wishes])) {
      await hall.ask('organiser', { type: 'remove_listing', listing: id });
    }
    await hall.ask('organiser', { type: 'set_programme', items: [] });
    await hall.setScene('floor');
    for (const announcement of [undefined, LONGEST.announcement]) {
      if (announcement) await hall.announce(announcement);
      await lookAround(hall, page, announcement ? 'an empty floor, announcement' : 'an empty floor', { langs: LONG, ready: '.hero-empty' });
      for (const size of WALLS) {
        await page.setViewportSize(size);
        const filled = () => page.evaluate(() => document.querySelector('.hero-empty').clientHeight / document.querySelector('.floor-deals').clientHeight);
        await expect.poll(filled, `${size.width}x${size.height}`).toBeGreaterThan(0.8);
      }
    }
  });
});

test('no accent has the colour of a sector @looks', async ({ browser }) => {
  await onAWall(browser, async (hall, page) => {
    const { board } = await hall.welcome();
    for (const { accent, theme } of ACCENTS) {
      const staging = { ...board.settings.staging, accent };
      await hall.ask('organiser', { type: 'configure', settings: { ...board.settings, staging } });
      await hall.show(page, 'wall', `?theme=${theme}`);
      await expect.poll(() => page.evaluate(() => document.documentElement.style.getPropertyValue('--brass')), 'the accent is worn').not.toBe('');
      expect(await page.evaluate(findMeanings), `${accent}, ${theme}`).toEqual([]);
    }
  });
});

test('what has the focus on the sheet of a correction is seen, and the bell’s words stay on its disc @looks', async ({ browser }) => {
  test.setTimeout(180_000);
  const hall = await Hall.start();
  try {
    await hall.openFloor();
    const page = await hall.window(browser, DESKS[0], { role: 'moderator' });
    for (const lang of LANGUAGES) {
      await hall.show(page, 'moderator', `?lang=${lang}`);
      for (const size of DESKS) {
        await page.setViewportSize(size);
        expect(await page.evaluate(findPastDisc), `${lang}, ${size.width}x${size.height}`).toEqual([]);
      }
    }
    for (const size of [...DESKS, { width: 1280, height: 900 }]) {
      await page.setViewportSize(size);
      await page.getByTestId('deal-row').first().getByTestId('amend-open').click();
      await page.getByTestId('amend').waitFor();
      for (const key of ['Tab', 'Shift+Tab']) {
        for (let nth = 0; nth < 36; nth += 1) {
          await page.keyboard.press(key);
          const where = `${key} ${nth + 1}, ${size.width}x${size.height}`;
          expect(await page.evaluate(findCoveredFocus), where).toEqual([]);
        }
      }
      await page.keyboard.press('Escape');
      await page.getByTestId('amend').waitFor({ state: 'hidden' });
    }
    // Once more after the closing bell: the most that it says.
    await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open' } });
    for (const lang of LANGUAGES) {
      await hall.show(page, 'moderator', `?lang=${lang}`);
      await page.getByTestId('bell').click({ delay: HOLD_MS });
      await expect(page.getByTestId('bell')).toHaveAttribute('data-armed', 'true');
      for (const size of DESKS) {
        await page.setViewportSize(size);
        expect(await page.evaluate(findPastDisc), `asks, ${lang}, ${size.width}x${size.height}`).toEqual([]);
      }
    }
  } finally {
    await hall.end();
  }
});
