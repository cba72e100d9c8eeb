// Makes the pictures that README and docs show, and the page that shows them all: `cargo xtask pictures`, or only some of
// them: `cargo xtask pictures wall-1920 phone`. The evening is under way: EVENING, the first argument, is the program that
// writes it (server/examples/evening.rs).
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { AT, Hall, SCENES } from './hall.mjs';

const [evening, ...wanted] = process.argv.slice(2);
const DEALS = 37;
/** Deals that are struck while the count is frozen. */
const CONCEALED = 3;
const THEMES = ['dark', 'light'];
const RATIOS = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
];
const ANNOUNCEMENT = 'Maten er servert i foajeen. Ta med en avtale bort til bordet!';
/** How long it takes until the tape has pieces, in milliseconds. */
const TAPE_MS = 4_500;

const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const shown = [];

/** Takes one picture of a window as it is. */
async function take(page, name, title) {
  shown.push({ name, title });
  if (wanted.length && !wanted.includes(name)) return;
  await page.screenshot({ path: `${docs}pictures/${name}.png`, animations: 'allow' });
  const { width, height } = page.viewportSize();
  console.log(`docs/pictures/${name}.png  ${width} x ${height}`);
}

async function takeScreen(browser, hall, screen, name, title, size) {
  const page = await hall.window(browser, size);
  await hall.show(page, screen);
  await page.locator(AT.count).filter({ hasText: `${DEALS}` }).waitFor();
  await page.waitForTimeout(TAPE_MS);
  await take(page, name, title);
  await page.context().close();
}

/** Every scene of the wall in one theme and ratio; the first stays until the tape has filled. */
async function takeScenes(browser, hall, theme, size) {
  const page = await hall.window(browser, size);
  await hall.setScene('floor');
  await hall.show(page, 'wall', `?theme=${theme}`);
  await page.locator(AT.count).filter({ hasText: `${DEALS}` }).waitFor();
  await page.waitForTimeout(TAPE_MS);
  const name = (scene) => `wall-${scene}-${theme}-${size.width}`;
  for (const scene of ['floor', ...SCENES.filter((scene) => scene !== 'floor')]) {
    await hall.setScene(scene);
    await page.locator(`${AT.wall}[data-scene="${scene}"]`).waitFor();
    await settled(page);
    await take(page, name(scene), `The wall, ${scene}, ${theme}`);
  }
  await hall.setScene('floor');
  await hall.announce(ANNOUNCEMENT);
  await page.locator(AT.announcement).waitFor();
  await settled(page);
  await take(page, name('announcement'), `The wall, an announcement over the floor, ${theme}`);
  await hall.endAnnouncement();
  await page.context().close();
}

/** The closing scene while deal after deal is revealed, in one theme and ratio. */
async function takeRevealed(browser, hall, theme, size) {
  const page = await hall.window(browser, size);
  await hall.show(page, 'wall', `?theme=${theme}`);
  await page.locator(AT.hero).waitFor();
  await page.waitForTimeout(TAPE_MS);
  await take(page, `wall-revealed-${theme}-${size.width}`, `The wall, a frozen result and a deal that was revealed, ${theme}`);
  await page.context().close();
}

/** Waits for everything that moves and ends to have ended; the tape and the bell's glyph go on. */
async function settled(page) {
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity && !effect.target.closest('.tape'));
    return Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

function writePage() {
  const pictures = shown.map(({ name, title }) => `## ${title}\n\n![${title}](pictures/${name}.png)\n`);
  writeFileSync(`${docs}pictures.md`, `# Pictures\n\nMade by \`cargo xtask pictures\`, this page too.\n\n${pictures.join('\n')}`);
  console.log('docs/pictures.md');
}

mkdirSync(`${docs}pictures`, { recursive: true });
const hall = await Hall.startLate(evening, DEALS);
const browser = await launch();
try {
  await takeScreen(browser, hall, 'wall', 'wall-1920', 'The wall', RATIOS[0]);
  await takeScreen(browser, hall, 'wall', 'wall-1024', 'The wall on an old projector', RATIOS[1]);
  for (const theme of THEMES) {
    for (const size of RATIOS) await takeScenes(browser, hall, theme, size);
  }
  await hall.setScene('automatic');
  await takeScreen(browser, hall, 'phone', 'phone', 'A phone', { width: 390, height: 844 });
  await takeScreen(browser, hall, 'broker', 'broker', 'A broker’s tablet', { width: 1180, height: 820 });
  await takeScreen(browser, hall, 'broker', 'broker-portrait', 'A broker’s tablet, upright', { width: 820, height: 1180 });
  await takeScreen(browser, hall, 'moderator', 'moderator', 'The host’s desk', { width: 1280, height: 860 });
  await hall.setScene('closing');
  await hall.freeze();
  await hall.postInOrder(DEALS + CONCEALED);
  await hall.reveal('next');
  for (const theme of THEMES) {
    for (const size of RATIOS) await takeRevealed(browser, hall, theme, size);
  }
  writePage();
} finally {
  await browser.close();
  await hall.end();
}
