// The policy of every page: it refuses nothing that is ours, and whatever somebody writes into a page.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Hall, SCENES, SCREENS } from '../hall.mjs';
import { expect, refused, test } from '../test.mjs';

/**
 * The organiser's pages, and those without an app. None leads on: a browser that is to close a window which is leaving for another
 * page may never do so. Those of accounts, which send a stranger to the log-in, are watched where somebody is logged in.
 */
const PAGES = [
  '/setup',
  '/drammen/organiser#mails',
  '/drammen/organiser#report',
  '/drammen/register',
  `/registration/${'0'.repeat(64)}`,
  `/follow-up/${'0'.repeat(64)}`,
  `/agreement/${'0'.repeat(64)}`,
];

/** @type {Hall} */
let hall;
/** Another site, which shows pages in frames. */
let portal;
let origin;

test.beforeAll(async () => {
  portal = createServer((request, response) => {
    const framed = decodeURIComponent(new URL(request.url, 'http://portal').searchParams.get('page') ?? '');
    response.setHeader('Content-Type', 'text/html');
    response.end(`<!doctype html><iframe src="${framed}" width="800" height="600"></iframe>`);
  }).listen(0, '127.0.0.1');
  await once(portal, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (portal.address());
  origin = `http://127.0.0.1:${port}`;
  hall = await Hall.start('--frame-ancestors', origin);
  await hall.openFloor();
  await hall.postInOrder(5);
});

test.afterAll(async () => {
  portal.close();
  await hall.end();
});

test('every screen loads, and nothing of it is refused by the page’s own policy', async ({ browser }) => {
  for (const name of Object.keys(SCREENS)) {
    const page = await hall.window(browser, { width: 1180, height: 820 });
    await hall.show(page, name);
    if (name === 'wall') {
      for (const scene of SCENES) {
        await hall.setScene(scene);
        await page.locator(`[data-testid="wall"][data-scene="${scene}"]`).waitFor();
      }
    }
    expect.soft(refused, name).toEqual([]);
    await page.context().close();
  }
  for (const path of PAGES) {
    const page = await hall.window(browser, { width: 1180, height: 820 }, { role: 'organiser' });
    await page.goto(hall.server.url(path));
    await page.locator('main').first().waitFor();
    // What is written in a sheet holds: a page without its own has the browser's serif.
    await expect.soft(page.locator('body'), path).not.toHaveCSS('font-family', /Times/);
    expect.soft(refused, path).toEqual([]);
    await page.context().close();
  }
});

test('what somebody writes into a page is neither run nor shown, and is told', async ({ browser }) => {
  const page = await hall.window(browser, { width: 1180, height: 820 });
  await hall.show(page, 'phone');
  const got = await page.evaluate(async () => {
    const told = new Set();
    const all = new Promise((done) => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        told.add(effectiveDirective);
        if (told.size === 4) done(told);
      });
    });
    const place = document.createElement('div');
    document.body.append(place);
    place.innerHTML = '<p id="brought" style="color: rgb(1, 2, 3)">x</p><img src="data:," onerror="window.ran = true">';
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    await fetch('https://elsewhere.example.org/').catch(() => {});
    await all;
    const { color } = getComputedStyle(document.getElementById('brought'));
    return { told: [...told].sort(), color, ran: 'ran' in window };
  });
  expect(got.told).toEqual(['connect-src', 'script-src-attr', 'script-src-elem', 'style-src-attr']);
  expect(got.ran).toBe(false);
  expect(got.color).not.toBe('rgb(1, 2, 3)');
  // They were meant, and seen by what watches every test.
  expect(refused.splice(0).length).toBeGreaterThanOrEqual(4);
});

test('a site that is named shows the wall in a frame, and no page where somebody works', async ({ browser }) => {
  const page = await hall.window(browser, { width: 900, height: 700 });
  await page.goto(`${origin}/?page=${encodeURIComponent(hall.server.url('/drammen/wall'))}`);
  await page.frameLocator('iframe').locator('[data-testid="wall"]').waitFor();
  expect(refused).toEqual([]);
  await page.goto(`${origin}/?page=${encodeURIComponent(hall.server.url('/drammen/broker'))}`);
  await expect.poll(() => refused.length).toBeGreaterThan(0);
  expect(refused.splice(0).join()).toContain('frame-ancestors');
});
