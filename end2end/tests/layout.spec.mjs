// Every screen in every size and theme, with nothing, little, much and the longest texts on it: no text is cut,
// nothing sticks out, no two texts lie over each other. Measured as boxes, so that a font's rendering does not matter.
//
// Each board is looked at in two languages, of which one has the longest words, so that every language is looked at once, and each in
// one theme, since both are laid out alike. The longest texts are looked at in both themes, in the largest window too, and in bokmål and
// English: in Dutch and German they have not all their place at 1024 x 768.
import { findFaults } from '../faults.mjs';
import { AT, Hall, LANGUAGES, SCENES, SCREENS, THEMES } from '../hall.mjs';
import { findBroken } from '../judge.mjs';
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
const ANNOUNCEMENT = 'Maten er servert i foajeen.';

/** What is on the board; each builds on the one before. */
const BOARDS = [
  { name: 'no deals', fill: async () => {} },
  { name: '1 deal', fill: (hall) => hall.openFloor() },
  { name: '400 deals', fill: (hall) => hall.postMany(400) },
  { name: 'the longest texts', fill: (hall) => hall.makeLongest(20), announcement: LONGEST.announcement },
];

/** The languages of a board: the last has the longest texts. */
function languagesOf(nth) {
  return nth === BOARDS.length - 1 ? ['nb', 'en'] : [LONG[nth % LONG.length], SHORTER[nth % SHORTER.length]];
}

/** What is laid out alike in both themes is looked at in one of them a language. */
function looksOf(nth) {
  return languagesOf(nth).map((lang, at) => ({ lang, theme: THEMES[at % THEMES.length] }));
}

/** How a wall is looked at with a board: the longest texts stand beside the longest words too. */
function wallsOf(nth) {
  if (nth < BOARDS.length - 1) return looksOf(nth);
  const each = languagesOf(nth).flatMap((lang) => THEMES.map((theme) => ({ lang, theme })));
  return [...each, ...LONG.map((lang, at) => ({ lang, theme: THEMES[at % THEMES.length] }))];
}

const MEASURED = {
  ignored: '[data-testid="tape"], .hidden-text',
  overlays: '[data-testid="milestone"], [data-testid="bell"], [data-testid="start-overlay"], .wall-identified',
  wrapsOut: '.rows, .row-when > span, .welcome .programme',
  covers: AT.covers,
};

/** Faults by what they are, each with where it was seen. */
let found = new Map();

async function look(page, where, scrolls) {
  const measure = async (frames) => [
    ...(await page.evaluate(findFaults, { ...MEASURED, ...page.viewportSize(), frames, scrolls })),
    ...(await page.evaluate(findBroken)),
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
  const isLongest = announcement === LONGEST.announcement;
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
        await lookAtScenes(hall, page, `${board}, wall ${lang} ${theme}`, announcement, isLongest ? [...WALLS, LARGEST] : WALLS);
      }
      for (const { lang, theme } of isLongest ? looksOf(nth) : []) {
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
