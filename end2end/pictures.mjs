// Makes the pictures that README and docs show, and the page that shows them all: `cargo xtask pictures`, or only some of
// them: `cargo xtask pictures wall-1920 phone`. The evening is under way: EVENING, the first argument, is the program that
// writes it (server/examples/evening.rs).
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { register } from './form.mjs';
import { AT, choose, Hall, SCENES, THEMES } from './hall.mjs';
import { Server } from './server.mjs';

const [evening, ...wanted] = process.argv.slice(2);
const DEALS = 37;
/** When people meet, whenever the pictures are taken: the hour of the newest deal. */
const EVENING_HOUR = 19;
/** Deals that are struck while the count is frozen. */
const CONCEALED = 3;
const RATIOS = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
];
const TABLET = { width: 1180, height: 820 };
const PHONE = { width: 390, height: 844 };
const UPRIGHT = { width: 820, height: 1180 };
const [GIVER, RECEIVER] = ['SYKE', 'REST'];
const OFFERED = 'Storkjøkken, én';
const RETURNED = 'Gryterett';
const SIGNS = 'Lillian Paulsrud';
/** Who registers by the form while a picture is taken of it. */
const REGISTERED = [
  { name: 'Åskollen Musikkorps', person: 'Nina Berg', email: 'nina@korps.example', offer: 'Fire timer konsert', wish: 'Øvingslokale tirsdager' },
  { name: 'Bragernes Trykkeri', sector: 'business', person: 'Jon Dahl', email: 'jon@trykk.example', offer: 'Hundre plakater i farger', wish: 'Hjelp til ryddedag' },
  { name: 'Drammen bibliotek', sector: 'public', person: 'Eva Lund', email: 'eva@bibliotek.example', offer: 'Møterom for tjue, kveldstid' },
];
const ANNOUNCEMENT = 'Maten er servert i foajeen. Ta med en avtale bort til bordet!';
/** How long it takes until the tape has pieces, in milliseconds. */
const TAPE_MS = 4_500;

/** Where a phone would reach the server: of an address that is this machine's alone, no code is shown to a hall. */
const REACHED = ['--public-url', 'http://frivilligbors.example'];

const TOWN = fileURLToPath(new URL('../spreadsheets/tests/files/elvestad.xlsx', import.meta.url));
const docs = fileURLToPath(new URL('../docs/', import.meta.url));
const shown = [];

/** Takes one picture of a window as it is. */
async function take(page, name, title) {
  shown.push({ name, title });
  // Nothing is under the pointer.
  await page.mouse.move(0, 0);
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
    if (scene === 'prizes') await hall.awardPrizes();
    if (scene === 'photos') await hall.photograph(page, 1);
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

/** A broker's tablet with a deal that is ready to be sent. */
async function openForm(browser, hall, size) {
  const page = await hall.window(browser, size);
  await hall.show(page, 'broker');
  await choose(page, 'giver', GIVER);
  await choose(page, 'receiver', RECEIVER);
  for (const text of [OFFERED, RETURNED]) await page.getByTestId('tap').filter({ hasText: text }).last().click();
  return page;
}

/** The tablet: a deal that is written, who fits whom, and the sheet that both parties sign. */
async function takeTablet(browser, hall) {
  const upright = await openForm(browser, hall, UPRIGHT);
  await take(upright, 'broker-portrait', 'A broker’s tablet, upright');
  await upright.context().close();

  const page = await openForm(browser, hall, TABLET);
  await take(page, 'broker', 'A broker’s tablet');
  await page.locator(AT.post).click();
  await page.locator('.sign-last').getByTestId('agreement-open').click();
  await page.getByTestId('sign').first().click();
  await page.getByTestId('signs').fill(SIGNS);
  await sign(page);
  await take(page, 'agreement', 'Both parties sign');
  await page.getByTestId('pad-done').click();
  await page.getByTestId('show-qr').click();
  await page.getByTestId('qr').waitFor();
  await take(page, 'agreement-copy', 'A copy to take home');
  await page.context().close();
}

/** Writes something like a name with the mouse. */
async function sign(page) {
  const box = await page.getByTestId('pad').boundingBox();
  await page.mouse.move(box.x + 0.15 * box.width, box.y + 0.6 * box.height);
  await page.mouse.down();
  for (let step = 0; step <= 60; step += 1) {
    const along = step / 60;
    const across = 0.15 + 0.6 * along + 0.04 * Math.sin(step * 0.9);
    const down = 0.55 - 0.22 * Math.cos(step * 0.9) * (1 - 0.7 * along);
    await page.mouse.move(box.x + across * box.width, box.y + down * box.height);
  }
  await page.mouse.up();
}

/** The organiser's pages and the door, as the guide shows them. */
async function takeOffice(browser, hall) {
  const page = await hall.window(browser, { width: 1280, height: 900 });
  await hall.show(page, 'organiser');
  for (const name of ['overview', 'programme', 'prints', 'devices', 'participants']) {
    await page.getByTestId(`rail-${name}`).click();
    await page.locator(`[data-testid="organiser-page"][data-page="${name}"]`).waitFor();
    await settled(page);
    await take(page, `organiser-${name}`, `The organiser’s pages: ${name}`);
  }
  await page.getByTestId('participant-import').click();
  await page.getByTestId('import-file').setInputFiles(TOWN);
  await page.getByTestId('import-write').scrollIntoViewIfNeeded();
  await settled(page);
  await take(page, 'organiser-import', 'The organiser’s pages: participants from a spreadsheet');
  await page.context().close();

  const door = await hall.window(browser, UPRIGHT);
  await hall.show(door, 'door');
  await take(door, 'door', 'The tablet at the door');
  await door.context().close();
}

/** The organiser's page of a name. */
async function turnTo(page, name) {
  await page.getByTestId(`rail-${name}`).click();
  await page.locator(`[data-testid="organiser-page"][data-page="${name}"]`).waitFor();
  await settled(page);
}

/** Before and after: who registers by the form, what is left the morning after, the report, and what became of the deals. */
async function takeYear(browser, hall) {
  const page = await hall.window(browser, { width: 1280, height: 900 });
  const shoot = async (name, title) => {
    await settled(page);
    await take(page, `organiser-${name}`, title);
  };
  await hall.show(page, 'organiser');
  await turnTo(page, 'registrations');
  await page.getByTestId('registration-on').check();
  await page.getByTestId('registration-save').click();
  await page.locator('[data-testid="registration-form"][data-state="open"]').waitFor();
  const phone = await browser.newPage({ viewport: PHONE, locale: 'nb-NO', isMobile: true, hasTouch: true });
  await phone.goto(hall.server.url('/drammen/register?lang=nb'));
  await phone.evaluate(() => document.fonts.ready);
  await take(phone, 'register', 'The form by which participants register');
  await phone.context().close();
  for (const entry of REGISTERED) await (await register(browser, hall, entry)).context().close();
  await page.getByTestId('registration').nth(REGISTERED.length - 1).waitFor();
  await page.getByTestId('registration').first().evaluate((row) => row.scrollIntoView());
  await shoot('registrations', 'Who registered, and waits for the organiser’s yes');

  for (const [name, title] of [
    ['afterwards', 'The morning after: what is left'],
    ['report', 'The report'],
    ['mail', 'Mails: what went, and what would go'],
    ['programs', 'For other programs'],
    ['privacy', 'What is kept about whom'],
  ]) {
    await turnTo(page, name);
    await shoot(name, title);
  }

  await turnTo(page, 'follow-up');
  const parties = page.getByTestId('follow-up').first().getByTestId('follow-up-party');
  await parties.first().getByTestId('follow-up-link').click();
  const url = await parties.first().getByTestId('follow-up-url').getAttribute('href');
  await parties.nth(1).getByTestId('follow-up-under_way').click();
  for (const [nth, said] of ['done', 'under_way', 'done'].entries()) {
    const deal = page.getByTestId('follow-up').nth(nth + 1);
    await deal.getByTestId(`follow-up-${said}`).first().click();
    await deal.and(page.locator(`[data-stand="${said}"]`)).waitFor();
  }
  await shoot('follow-up', 'A year after: what became of each deal');
  const answers = await browser.newPage({ viewport: PHONE, locale: 'nb-NO', isMobile: true, hasTouch: true });
  await answers.goto(url.replace(/^https?:\/\/[^/]+/, hall.server.url('')));
  await answers.evaluate(() => document.fonts.ready);
  await take(answers, 'answer', 'A party says what became of its deal');
  await answers.context().close();
  await page.context().close();
}

/** The notary's desk with deals that wait for the hammer. */
async function takeNotary(browser, hall) {
  await hall.ratifyFirst();
  await hall.postInOrder(DEALS + 4);
  const page = await hall.window(browser, TABLET);
  await hall.show(page, 'notary');
  for (const check of ['parties', 'service']) await page.getByTestId(`check-${check}`).first().check();
  await take(page, 'notary', 'The notary’s desk');
  await page.context().close();
}

/** The page that teaches a tablet to trust a server's own authority. */
async function takeTrust(browser) {
  const server = new Server();
  await server.start('--tls', 'local');
  try {
    const page = await browser.newPage({ viewport: UPRIGHT, locale: 'nb-NO' });
    await page.goto(server.url('/trust'));
    await page.evaluate(() => document.fonts.ready);
    await take(page, 'trust', 'How a tablet learns to trust the server');
    await page.close();
  } finally {
    await server.remove();
  }
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
      .filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity && !/** @type {KeyframeEffect} */ (effect).target.closest('.tape'));
    return Promise.allSettled(ending.map(({ finished }) => finished));
  });
}

function writePage() {
  const pictures = shown.map(({ name, title }) => `## ${title}\n\n![${title}](pictures/${name}.png)\n`);
  writeFileSync(`${docs}pictures.md`, `# Pictures\n\nMade by \`cargo xtask pictures\`, this page too.\n\n${pictures.join('\n')}`);
  console.log('docs/pictures.md');
}

mkdirSync(`${docs}pictures`, { recursive: true });
const browser = await launch();
/** An evening of its own, so that what is done in one picture is in no other. */
async function inTheEvening(work) {
  const hall = await Hall.startLate(evening, DEALS, ...REACHED);
  try {
    await hall.meetAt(EVENING_HOUR);
    await work(hall);
  } finally {
    await hall.end();
  }
}

try {
  await inTheEvening(async (hall) => {
    await takeScreen(browser, hall, 'wall', 'wall-1920', 'The wall', RATIOS[0]);
    await takeScreen(browser, hall, 'wall', 'wall-1024', 'The wall on an old projector', RATIOS[1]);
    for (const theme of THEMES) {
      for (const size of RATIOS) await takeScenes(browser, hall, theme, size);
    }
    await hall.setScene('automatic');
    await takeScreen(browser, hall, 'phone', 'phone', 'A phone', PHONE);
    await takeScreen(browser, hall, 'moderator', 'moderator', 'The host’s desk', { width: 1280, height: 860 });
    await takeOffice(browser, hall);
    await hall.setScene('closing');
    await hall.freeze();
    await hall.postInOrder(DEALS + CONCEALED);
    await hall.reveal('next');
    for (const theme of THEMES) {
      for (const size of RATIOS) await takeRevealed(browser, hall, theme, size);
    }
  });
  await inTheEvening((hall) => takeYear(browser, hall));
  await inTheEvening((hall) => takeTablet(browser, hall));
  await inTheEvening((hall) => takeNotary(browser, hall));
  await takeTrust(browser);
  writePage();
} finally {
  await browser.close();
}
