// What TLS is for: at an address of the hall, a page over https is a secure context, so that a tablet can start without the
// network and a screen can keep itself awake; over plain http it is none.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { LAUNCH } from '../chromium.mjs';
import { AT, SCREENS } from '../hall.mjs';
import { FROM_HALL, HALL_ADDRESS } from '../address.mjs';
import { Server } from '../server.mjs';
import { chromium, expect, test } from '../test.mjs';

/** @type {Server} */
let server;

test.skip(!HALL_ADDRESS, 'this machine has no address but loopback');

test.afterEach(async () => {
  await server.remove();
});

async function start(...more) {
  server = new Server();
  server.listen = '0.0.0.0:0';
  await server.start(...more);
  return `${HALL_ADDRESS}:${server.listen.split(':').pop()}`;
}

/** The authority's certificate, as the server keeps it. */
function authority() {
  const pem = readFileSync(join(server.folder, 'tls', 'authority.pem'), 'utf8');
  return new X509Certificate(pem.slice(pem.indexOf('-----BEGIN CERTIFICATE')));
}

/** A browser that takes certificates of this authority, as if it had been taught to. */
function trusting(certificate) {
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const pin = createHash('sha256').update(key).digest('base64');
  return chromium.launch({ ...LAUNCH, args: [...LAUNCH.args, ...FROM_HALL, `--ignore-certificate-errors-spki-list=${pin}`] });
}

function whatThePageMayDo() {
  const { isSecureContext } = window;
  return { isSecureContext, serviceWorker: 'serviceWorker' in navigator, wakeLock: 'wakeLock' in navigator };
}

const EVERYTHING = { isSecureContext: true, serviceWorker: true, wakeLock: true };
const NOTHING = { isSecureContext: false, serviceWorker: false, wakeLock: false };

async function openBroker(page, origin) {
  const secure = origin.startsWith('https:');
  const name = `${secure ? '__Host-' : ''}borsklokka_drammen`;
  const cookie = { name, secure, value: server.token('broker', 'Ingrid'), url: origin };
  await page.context().addCookies([{ ...cookie, httpOnly: true, sameSite: 'Strict' }]);
  await page.goto(`${origin}${SCREENS.broker.path}`);
  await page.locator(SCREENS.broker.ready).first().waitFor();
}

test('a tablet that trusts the local authority has a secure context, and its socket works', async () => {
  const host = await start('--tls', 'local');
  const browser = await trusting(authority());
  try {
    const page = await browser.newPage();
    await openBroker(page, `https://${host}`);
    expect(await page.evaluate(whatThePageMayDo)).toEqual(EVERYTHING);
    // Plain http leads there too, the page with it.
    await page.goto(`http://${host}/drammen/broker?x=1`);
    expect(page.url()).toBe(`https://${host}/drammen/broker?x=1`);
    await page.locator(SCREENS.broker.ready).first().waitFor();
    await page.waitForFunction(() => Number(document.documentElement.dataset.seq) > 0);
  } finally {
    await browser.close();
  }
});

test('a tablet that does not trust it is stopped, and shown the way', async ({ browser }) => {
  const host = await start('--tls', 'local');
  const context = await browser.newContext();
  const stopped = await context.newPage();
  await expect(stopped.goto(`https://${host}/drammen/broker`)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);

  // A tab of its own: the browser may still be on its way to its page of warning.
  const page = await context.newPage();
  const trust = server.printed(/http:\/\/\S+\/trust/).replace(/\/\/[^/]+/, `//${host}`);
  await page.goto(trust);
  expect(await page.evaluate(whatThePageMayDo)).toEqual(NOTHING);
  const shown = (await page.locator('.fingerprint').innerText()).replace(/[^0-9A-F]/g, '');
  expect(shown).toBe(authority().fingerprint256.replaceAll(':', ''));
  const printed = server.greeting.match(/[0-9A-F]{2}(:[0-9A-F]{2}){7}/g).join('').replaceAll(':', '');
  expect(printed).toBe(shown);
  await page.evaluate(() => {
    for (const each of document.querySelectorAll('details')) each.open = true;
  });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);

  const download = page.waitForEvent('download');
  await page.locator('a[href="/authority.crt"]').first().click();
  const der = readFileSync(await (await download).path());
  expect(new X509Certificate(der).fingerprint256).toBe(authority().fingerprint256);
});

test('a guest, whom nobody taught to trust it, sees the public board without a warning', async ({ browser }) => {
  const host = await start('--tls', 'local');
  const context = await browser.newContext();
  const phone = await context.newPage();
  await phone.goto(`http://${host}/drammen`);
  expect(phone.url()).toBe(`http://${host}/drammen`);
  await phone.locator(SCREENS.phone.ready).first().waitFor();
  const wall = await context.newPage();
  await wall.goto(`http://${host}/drammen/wall`);
  await wall.locator(AT.wall).waitFor();
  for (const page of [phone, wall]) await page.waitForFunction(() => Number(document.documentElement.dataset.seq) > 0);
  // What is not the guests' leads to https, and there to the warning.
  await expect(phone.goto(`http://${host}/drammen/organiser`)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
});

test('over plain http there is no secure context', async ({ browser }) => {
  const host = await start();
  const page = await browser.newPage();
  await openBroker(page, `http://${host}`);
  expect(await page.evaluate(whatThePageMayDo)).toEqual(NOTHING);
});
