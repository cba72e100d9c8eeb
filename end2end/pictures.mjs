// Makes the pictures that README and docs show: `cargo xtask pictures`.
import { readFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { randomUUID } from 'node:crypto';
import { Server } from './server.mjs';

const DEALS = 37;
const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const demo = JSON.parse(readFileSync(new URL('../demo/drammen.json', import.meta.url), 'utf8'));
const idOf = Object.fromEntries(demo.participants.map(({ symbol, id }) => [symbol, id]));

function service({ text, category, minutes, listings }) {
  return { text, category, effort_minutes: minutes ?? undefined, listings: listings ?? [] };
}

function terms(deal) {
  const bargain = { kind: deal.kind, service: service(deal.service) };
  if (deal.kind === 'two_way') bargain.return_service = service(deal.return_service);
  const { by, ...step } = deal.first_step ?? {};
  return {
    givers: [idOf[deal.giver]],
    receivers: [idOf[deal.receiver]],
    bargain,
    first_step: by ? { by: idOf[by], ...step } : undefined,
    deadline: deal.deadline ?? undefined,
  };
}

async function accepted(token, command) {
  const answer = await server.command(token, command);
  if (answer.type !== 'accepted') throw new Error(`${command.type}: ${answer.message}`);
}

async function picture(browser, name, path, width, height, token) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'nb-NO' });
  if (token) {
    const cookie = { name: 'borsklokka_drammen', value: token, url: server.url('/'), httpOnly: true, sameSite: 'Strict' };
    await context.addCookies([cookie]);
  }
  const page = await context.newPage();
  await page.goto(server.url(path));
  await page.getByTestId('count').filter({ hasText: `${DEALS}` }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  // A milestone's banner and the bell leave by themselves.
  await page.waitForTimeout(7_000);
  await page.screenshot({ path: `${folder}${name}.png` });
  await context.close();
  console.log(`docs/pictures/${name}.png  ${width} x ${height}`);
}

mkdirSync(folder, { recursive: true });
const server = await new Server().start('--commands-per-minute', '6000');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const moderator = server.token('moderator', 'Berit');
  const broker = server.token('broker', 'Ingrid');
  const expected = { phase: 'preparing', round: null };
  await accepted(moderator, { type: 'open_floor', expected, start_round: 1 });
  const posted = { type: 'post_deal', deal: randomUUID(), terms: terms(demo.deals[DEALS - 1]) };
  // The bell strikes a moment after it was rung; until then the floor is not open.
  while ((await server.command(broker, posted)).code === 'floor_not_open') {}
  for (const deal of demo.deals.slice(1, DEALS).reverse()) {
    await accepted(broker, { type: 'post_deal', deal: randomUUID(), terms: terms(deal) });
  }
  await picture(browser, 'wall-1920', '/drammen/wall', 1920, 1080);
  await picture(browser, 'wall-1024', '/drammen/wall', 1024, 768);
  await picture(browser, 'phone', '/drammen', 390, 844);
  await picture(browser, 'broker', '/drammen/broker', 1180, 820, broker);
  await picture(browser, 'broker-portrait', '/drammen/broker', 820, 1180, broker);
  await picture(browser, 'moderator', '/drammen/moderator', 1280, 860, moderator);
} finally {
  await browser.close();
  await server.remove();
}
