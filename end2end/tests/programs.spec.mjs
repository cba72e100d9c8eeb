// Other programs: the organiser lets one be told what happens, which checks the signature by the very example of the guide; she makes a token and a
// link to the calendar, each shown once.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { findFaults } from '../faults.mjs';
import { Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const MEASURED = {
  ignored: '.hidden-text',
  overlays: '.none',
  wrapsOut: '.none',
  covers: '.none',
};

/** @type {Hall} */
let hall;
/** @type {Program} */
let program;

test.afterEach(async () => {
  await hall?.end();
  program?.close();
});

/** Another program: it keeps what it is told, and answers what it is told to. */
class Program {
  /** @type {import('node:http').Server} */
  server;
  told = [];
  answers = [];

  static async open() {
    const program = new Program();
    program.server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      program.told.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(program.answers.shift() ?? 204).end();
    });
    await once(program.server.listen(0, '127.0.0.1'), 'listening');
    return program;
  }

  get url() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    return `http://127.0.0.1:${port}/hook`;
  }

  close() {
    this.server.close();
  }
}

/** The example of the guide. */
async function example() {
  const page = await readFile(new URL('../../docs/programs.md', import.meta.url), 'utf8');
  const [, code] = page.split('```js\n');
  return import(`data:text/javascript,${encodeURIComponent(code.split('```')[0])}`);
}

async function openPage(browser) {
  const page = await hall.window(browser, DESK, { reducedMotion: 'reduce' });
  await hall.show(page, 'organiser');
  await page.getByTestId('rail-programs').click();
  await expect(page.getByTestId('organiser-page')).toHaveAttribute('data-page', 'programs');
  await expect(page.getByTestId('webhooks')).toBeVisible();
  return page;
}

test('a program is told what happens, and knows by the secret whose it is', async ({ browser }) => {
  const { isGenuine } = await example();
  program = await Program.open();
  hall = await Hall.start('--webhooks-to-private-networks');
  const page = await openPage(browser);
  await page.getByTestId('webhook-url').fill('ftp://nowhere');
  await page.getByTestId('webhook-add').click();
  await expect(page.getByTestId('webhook-form').locator('.field-error').first()).toContainText('https://');

  await page.getByTestId('webhook-url').fill(program.url);
  await page.getByTestId('webhook-add').click();
  await expect(page.getByTestId('webhook')).toContainText(program.url);
  await expect(page.getByTestId('webhook-secret')).toHaveText(/^whsec_/);
  const secret = await page.getByTestId('webhook-secret').textContent();
  await page.getByTestId('webhooks').getByTestId('once-seen').click();
  await expect(page.getByTestId('webhook-secret')).toBeHidden();

  await page.getByTestId('webhook-test').click();
  await expect(page.getByTestId('delivery').first()).toHaveAttribute('data-state', 'delivered');
  // What the first deal is told with is not taken.
  program.answers.push(500);
  await hall.openFloor();
  const deal = page.getByTestId('delivery').filter({ hasText: 'deal_posted' });
  await expect(deal).toHaveCount(1);
  await expect(deal).toHaveAttribute('data-state', 'delivered', { timeout: 30_000 });
  const types = program.told.map(({ body }) => JSON.parse(body).type);
  expect(types).toEqual(['test', 'deal_posted', 'deal_posted']);
  const [, first, again] = program.told;
  expect(again.headers['webhook-id']).toBe(first.headers['webhook-id']);
  expect(again.body).toBe(first.body);
  expect(program.told.every(({ headers, body }) => isGenuine(secret, headers, body))).toBe(true);
  expect(isGenuine(secret, first.headers, first.body.replace('deal', 'dela'))).toBe(false);
  expect(isGenuine(secret, first.headers, first.body, Date.now() + 600_000)).toBe(false);

  await page.getByTestId('webhook-stop').click();
  await expect(page.getByTestId('webhook')).toHaveAttribute('data-stopped', 'true');
});

test('a token and a calendar are shown once, and what is shown fits the page', async ({ browser }) => {
  hall = await Hall.start();
  const page = await openPage(browser);
  await page.getByTestId('token-name').fill('Kommunens nettsted');
  await page.getByTestId('token-make').click();
  await expect(page.getByTestId('program-token')).toContainText('Kommunens nettsted');
  await expect(page.getByTestId('token-made')).toHaveText(/^[0-9a-f]{64}$/);
  const token = await page.getByTestId('token-made').textContent();
  const board = hall.server.url('/api/v1/exchanges/drammen/board');
  const read = () => fetch(board, { headers: { authorization: `Bearer ${token}` } });
  expect((await read()).status).toBe(200);

  await page.getByTestId('calendar-make').click();
  await expect(page.getByTestId('calendar-made')).toHaveText(/\/calendar\//);
  const link = await page.getByTestId('calendar-made').textContent();
  expect(await (await fetch(link)).text()).toContain('BEGIN:VEVENT');

  for (const size of [DESK, PHONE]) {
    await page.setViewportSize(size);
    expect(await page.evaluate(findFaults, { ...MEASURED, ...size, frames: 2, scrolls: true })).toEqual([]);
    expect(await violations(page)).toEqual([]);
  }
  await page.setViewportSize(DESK);
  await page.getByTestId('token-revoke').click();
  await page.getByTestId('token-revoke').click();
  await expect(page.getByTestId('program-token')).toHaveCount(0);
  expect((await read()).status).toBe(403);
  await page.getByTestId('calendar-revoke').click();
  await page.getByTestId('calendar-revoke').click();
  await expect(page.getByTestId('calendar-link')).toHaveCount(0);
  expect((await fetch(link)).status).toBe(410);
});
