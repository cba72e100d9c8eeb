// Browsers and eyes that differ: too old ones are told so, contrast themes keep every mark, and twice as large nothing covers
// anything.
import { findFaults } from '../faults.mjs';
import { AT, Hall, LANGUAGES, SCREENS, THEMES, choose } from '../hall.mjs';
import { expect, test } from '../test.mjs';

/**
 * Half of what a tablet, a phone and a desk have: a page at 200 %.
 *
 * @type {[string, { width: number, height: number }][]}
 */
const ZOOMED = [
  ['broker', { width: 590, height: 410 }],
  ['broker', { width: 410, height: 590 }],
  ['notary', { width: 590, height: 410 }],
  ['phone', { width: 195, height: 422 }],
  ['pair', { width: 590, height: 410 }],
  ['pair', { width: 195, height: 422 }],
  ['home', { width: 640, height: 450 }],
  ['organiser', { width: 640, height: 450 }],
];

/** @type {Hall} */
let hall;

test.beforeAll(async () => {
  hall = await Hall.start();
  await hall.openFloor();
  await hall.postInOrder(6);
});

test.afterAll(async () => {
  await hall.end();
});

test('a browser that is too old is told so, in every language', async ({ browser }) => {
  const lacks = {
    WebAssembly: () => delete window.WebAssembly,
    dialogs: () => delete HTMLDialogElement.prototype.showModal,
    'newer style sheets': () => (CSS.supports = () => false),
  };
  for (const [what, lack] of Object.entries(lacks)) {
    const page = await hall.window(browser, { width: 1024, height: 768 });
    await page.addInitScript(lack);
    await page.goto(hall.server.url('/drammen/broker'));
    const sentence = page.locator('#too-old');
    await expect(sentence, what).toContainText('Denne nettleseren er for gammel for Børsklokka');
    await expect(sentence, what).toContainText('This browser is too old for Børsklokka');
    await expect(sentence.locator('p[lang]'), what).toHaveCount(LANGUAGES.length);
    await page.context().close();
  }
  // Chromium does not lay `noscript` out where only its tools have switched scripts off: the page itself is read.
  for (const path of ['/drammen', '/drammen/broker']) {
    const page = await (await fetch(hall.server.url(path))).text();
    expect(page).toMatch(/<noscript>.*Børsklokka trenger JavaScript.*Børsklokka needs JavaScript.*<\/noscript>/s);
  }
  const current = await hall.window(browser, { width: 1024, height: 768 });
  await hall.show(current, 'phone');
  await expect(current.locator('#too-old')).toHaveCount(0);
});

/** Marks that are not seen in a contrast theme. Runs in the page. */
function unmarked() {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.forcedColorAdjust = 'none';
  const system = (name) => {
    probe.style.color = name;
    return getComputedStyle(probe).color;
  };
  const [canvas, text, chosen, grey] = ['Canvas', 'CanvasText', 'Highlight', 'GrayText'].map(system);
  probe.remove();
  const faults = [];
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  const say = (element, what) => faults.push(`${what}: ${element.outerHTML.slice(0, 90)}`);
  const edge = (element, pseudo) => {
    const style = getComputedStyle(element, pseudo);
    const width = parseFloat(style.borderBottomWidth) || parseFloat(style.borderInlineStartWidth);
    return style.borderBottomStyle !== 'none' && width > 0 && style.borderBottomColor !== 'rgba(0, 0, 0, 0)';
  };
  const ground = (element, pseudo) => getComputedStyle(element, pseudo).backgroundColor;
  let marks = 0;
  const each = (selector, what, holds) => {
    for (const element of shown(selector)) {
      marks += 1;
      if (!holds(element)) say(element, what);
    }
  };
  each('.button, .post, .held-bell, .hammer-hold, .start-button, .deal-act, .tap, .field-input:not(.amount *, .stepper *), .bar', 'no edge', (element) => edge(element));
  each(':is(.button-primary, .post, .held-bell, .start-button, [aria-pressed="true"]):not(:disabled)', 'not marked', (element) => ground(element) === chosen);
  each('[aria-pressed="false"]', 'marked', (element) => ground(element) !== chosen);
  each('button:disabled', 'looks as if it could be pressed', (element) => getComputedStyle(element).color === grey && ground(element) === canvas);
  each('.bar-fill', 'a bar that is not seen', (element) => ![canvas, 'rgba(0, 0, 0, 0)'].includes(ground(element)));
  each('.chip', 'a sector without its shape', (element) => edge(element) && ground(element) === canvas && ground(element, '::before') === text);
  each('svg.bell', 'a bell that is not seen', (element) => getComputedStyle(element).fill !== ground(element.parentElement));
  const target = shown('button:not(:disabled), a[href], input')[0];
  target?.focus({ focusVisible: true });
  if (target) {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(target);
    if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2 || outlineColor === canvas) say(target, 'no focus');
  }
  return { faults, marks };
}

test('in a contrast theme every mark is seen @looks', async ({ browser }) => {
  await hall.ask('organiser', { type: 'configure', settings: { ...(await hall.welcome()).board.settings, ceremony: 'posted_at_once' } });
  let marks = 0;
  for (const name of Object.keys(SCREENS)) {
    for (const colorScheme of THEMES) {
      const page = await hall.window(browser, { width: 1280, height: 860 }, { forcedColors: 'active', colorScheme });
      await hall.show(page, name);
      if (name === 'broker') await choose(page, 'giver', 'BAKK');
      const seen = await page.evaluate(unmarked);
      marks += seen.marks;
      expect.soft(seen.faults, `${name}, ${colorScheme}`).toEqual([]);
      await page.context().close();
    }
  }
  expect(marks, 'there is something to mark').toBeGreaterThan(100);
});

/** What cannot be reached: covered wherever it is scrolled to. Runs in the page. */
function unreachable() {
  const targets = [...document.querySelectorAll('button, a[href], input, select, textarea')].filter(
    (each) => each.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && each.getClientRects().length && !each.closest('.hidden-text'),
  );
  const isCovered = (element) => {
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !(top && (element.contains(top) || top.contains(element) || top.closest('label')?.contains(element)));
  };
  return targets.filter(isCovered).map((each) => `covered: ${each.outerHTML.slice(0, 90)}`);
}

test('at 200 % nothing is cut, covers anything, or is out of reach @looks', async ({ browser }) => {
  for (const [name, size] of ZOOMED) {
    const page = await hall.window(browser, size, { reducedMotion: 'reduce' });
    await hall.show(page, name);
    const where = `${name} ${size.width}x${size.height}`;
    const faults = await page.evaluate(findFaults, { ...size, frames: 4, scrolls: true, ignored: '.hidden-text', overlays: AT.announcement });
    expect.soft(faults.map(({ kind, at, text, px }) => `${at}: ${kind}, ${px} px of "${text}"`), where).toEqual([]);
    expect.soft(await page.evaluate(unreachable), where).toEqual([]);
    await page.context().close();
  }
});
