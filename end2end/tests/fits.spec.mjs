// What people wrote, on the wall: it wraps as far as there is room, and where there is less it ends with an ellipsis.
import { readFileSync } from 'node:fs';
import { AT, dealOfDemo, Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { LONGEST } from '../texts.mjs';

const demo = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8'));
const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1024, height: 768 },
];
/** Three lines on the one wall, four on the other. */
const RETURNED =
  'Lån av kulturhuset i to helger utenom sesongen, med lyd, lys, garderober og kiosk, og hjelp til opprydding etterpå, med vaktmester og servering';
const ENDLESS = 'vedlikeholdsavtaleforhandling'.repeat(5).slice(0, 120);
const MEDIUM = LONGEST.service.slice(0, 110);
/** Two lines in the result. */
const LAST = 'Kjøretime etter stengetid nr. 2';
const ONE_LINE = 'Maten er servert i foajeen.';

const WHOLE = { isWhole: true, halves: 0 };
const CUT = { isWhole: false, halves: 0, hasEllipsis: true };

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

/** A deal without hours: its text, and what is given back. */
function deal(text, returned) {
  const { givers, receivers } = dealOfDemo(0);
  const service = (text) => ({ text, category: 'care', effort_minutes: undefined, listings: [] });
  const bargain = returned
    ? { kind: 'two_way', service: service(text), return_service: service(returned) }
    : { kind: 'one_way', service: service(text) };
  return { givers, receivers, bargain, first_step: undefined, deadline: undefined };
}

/** How the text in an element is seen: whether to its end, on how many lines, and what is seen of it in part. Runs in the page. */
async function seenOf({ selector, width }) {
  const SLACK = 1;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  while (innerWidth !== width) await frame();
  for (let nth = 0; nth < 2; nth += 1) await frame();
  /** What of an element's text is not clipped. */
  const roomOf = (element) => {
    const room = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    for (let at = element; at; at = at.parentElement) {
      const { display, overflowX } = getComputedStyle(at);
      if (display === 'inline' || overflowX === 'visible') continue;
      const box = at.getBoundingClientRect();
      room.left = Math.max(room.left, box.left);
      room.top = Math.max(room.top, box.top);
      room.right = Math.min(room.right, box.right);
      room.bottom = Math.min(room.bottom, box.bottom);
    }
    return room;
  };
  /** Whether an ellipsis is drawn where an element's text ends too early: a clamp draws none in a plain block. */
  const endsWithEllipsis = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { display, overflowX, textOverflow, webkitLineClamp, whiteSpace } = getComputedStyle(at);
      if (webkitLineClamp !== 'none' && /box|flow-root/.test(display)) return true;
      if (textOverflow === 'ellipsis' && overflowX !== 'visible' && whiteSpace === 'nowrap') return true;
      if (at.matches(selector)) return false;
    }
    return false;
  };
  const root = document.querySelector(selector);
  if (!root) return undefined;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const lines = new Set();
  let [isWhole, hasEllipsis, halves] = [false, false, 0];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element.checkVisibility({ checkVisibilityCSS: true })) continue;
    const room = roomOf(element);
    [...node.textContent].forEach((letter, nth) => {
      if (!letter.trim()) return;
      const range = document.createRange();
      range.setStart(node, nth);
      range.setEnd(node, nth + 1);
      const box = range.getBoundingClientRect();
      const isBeside = box.left < room.left - SLACK || box.right > room.right + SLACK;
      const seen = isBeside ? 0 : Math.min(box.bottom, room.bottom) - Math.max(box.top, room.top);
      isWhole = box.height > 0 && seen >= box.height - SLACK;
      if (isWhole) lines.add(Math.round(box.top));
      else if (seen > 2 * SLACK) halves += 1;
    });
    hasEllipsis = endsWithEllipsis(element);
  }
  return { isWhole, halves, lines: lines.size, hasEllipsis: hasEllipsis && lines.size > 0 };
}

test('what people wrote has the lines that there is room for, and an ellipsis where they are fewer', async ({ browser }) => {
  hall.dealOf = () => deal(LAST);
  await hall.openFloor();
  const wall = await hall.window(browser, SIZES[0], { reducedMotion: 'reduce' });
  await hall.show(wall, 'wall', '?sound=off');
  const isSeen = async (what, selector, expected) => {
    for (const size of SIZES) {
      await wall.setViewportSize(size);
      const seen = () => wall.evaluate(seenOf, { selector, width: size.width });
      await expect.poll(seen, `${what}, ${size.width}x${size.height}`).toMatchObject(expected);
    }
  };
  const large = async (terms) => {
    await hall.post(terms);
    await wall.locator(`${AT.hero}[data-number="${hall.posted}"]`).waitFor();
  };

  await test.step('what is given back, in words and in one word', async () => {
    await large(deal('Dugnad på scenen', RETURNED));
    await isSeen('a return', '.hero-return', WHOLE);
    await large(deal(MEDIUM, ENDLESS));
    await isSeen('a word without an end', '.hero-return', WHOLE);
  });

  await test.step('and where an announcement leaves less', async () => {
    await large(deal(LONGEST.service, LONGEST.returned));
    await hall.announce(LONGEST.announcement);
    await wall.locator(AT.announcement).waitFor();
    await isSeen('the longest return', '.hero-return', CUT);
    await hall.endAnnouncement();
  });

  await test.step('the name of a round, beside an empty column', async () => {
    await hall.announce(ONE_LINE);
    await wall.locator(AT.announcement).waitFor();
    for (const title of ['Første børstime', LONGEST.title]) {
      await hall.ask('organiser', { type: 'set_programme', items: demo.programme.map((item) => ({ ...item, title })) });
      await wall.locator('.timer-label').filter({ hasText: title }).waitFor();
      await isSeen(title, '.timer-label b', WHOLE);
    }
    await hall.endAnnouncement();
  });

  await test.step('the first deal in the result', async () => {
    await hall.setScene('closing');
    await wall.getByTestId('closing').waitFor();
    await isSeen('a deal without hours', '.closing-ends .row-text', WHOLE);
  });
});
