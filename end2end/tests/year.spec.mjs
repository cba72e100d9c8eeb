// The whole year of an exchange, as its people live it: they register by a form and are let in, forty deals are struck, mails go to a
// mail server, the parties answer by their links, the report is counted again by SQL, and at last one of them is erased.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { everythingKept, keeps } from '../disk.mjs';
import { fill, phoneWithForm, register, send, withdraw } from '../form.mjs';
import { AT, choose, dealOfDemo, Hall } from '../hall.mjs';
import { place, sign } from '../pad.mjs';
import { PostOffice } from '../post.mjs';
import { recount, reported, strokesOf } from '../recount.mjs';
import { expect, test } from '../test.mjs';
import { filesOf, found, told, unzipped } from '../traces.mjs';

const DESK = { width: 1280, height: 900 };
const TABLET = { width: 1180, height: 820 };
const PHONE = { width: 390, height: 844 };
/** How many deals count in the end. */
const DEALS = 40;
/** Up to here they are written by hand; the rest is simulated. */
const BY_HAND = 16;

/** Who is erased. Nothing of hers stands anywhere in the demo. */
const HER = {
  name: 'Qvenhild Tangvald',
  sector: 'individual',
  inFull: true,
  person: 'Qvenhild Tangvald',
  email: 'qvenhild@tangvald.example',
  phone: '481 23 765',
  offer: 'Tovede julenisser av egen ull',
};
const CLUB = { name: 'Elvestad Kajakklag', email: 'post@kajakklag.example', offer: 'Padlekveld for ti' };
const LEAVING = { name: 'Elvestad Rideklubb', email: 'post@rideklubb.example' };
/** What she gave, got, and said of it. */
const TEXTS = { gives: 'Tovekveld i hagestua', gets: 'Et lass bjørkeved kjørt rett hjem', said: 'Sauene ble klippet for sent' };
/** What is hers alone, wherever it stands; her name alone finds her sign, her address and what others call her. */
const TRACES = ['Qvenhild', 'Tangvald', 'QVEN', '48123765', HER.phone, HER.offer, ...Object.values(TEXTS)];

/** @type {Hall} */
let hall;
/** @type {PostOffice} */
let office;

test.beforeEach(async () => {
  office = await PostOffice.open();
  hall = await Hall.start('--smtp', office.url, '--mail-from', 'Frivilligbørs Drammen <post@example.org>');
  // Deals of the demo have days that would lie before this one.
  hall.dealOf = (nth) => ({ ...dealOfDemo(nth), first_step: undefined, deadline: undefined });
  await hall.ask('organiser', { type: 'configure', settings: { ...(await board()).settings, date: '2099-11-26', estimates: 'both' } });
});

test.afterEach(async () => {
  await hall?.end();
  office?.close();
});

const board = async () => (await hall.welcome()).board;
const byName = async (name) => Object.values((await board()).participants).find((one) => one.name === name).id;
const bySign = async (symbol) => Object.values((await board()).participants).find((one) => one.symbol === symbol).id;

/** Asks a route of the exchange as its organiser. */
async function ask(path, init = {}) {
  const headers = { authorization: `Bearer ${hall.token('organiser')}`, 'content-type': 'application/json' };
  const answer = await fetch(hall.server.url(`/api/v1/exchanges/drammen/${path}`), { headers, ...init });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

async function json(path, init = {}) {
  const { status, bytes } = await ask(path, init);
  expect(status, path).toBeLessThan(300);
  return JSON.parse(bytes.toString());
}

/** The path of a link of a kind in the newest letter to somebody that has one. */
async function linkTo(address, kind, text = '') {
  const link = new RegExp(`http://[^/\\s]+(/${kind}/[0-9a-f]{64})`);
  const newest = () => office.lettersTo(address, text).findLast((letter) => link.test(letter)) ?? '';
  await expect.poll(newest, { message: `a letter to ${address} with a link to ${kind}`, timeout: 60_000 }).toMatch(link);
  return link.exec(newest())[1];
}

/** A backup of the database as it is now; gives its file. */
function backUp(name) {
  const file = join(hall.server.folder, name);
  hall.server.run('backup', file);
  return file;
}

/** Every answer that the organiser can get of the exchange, by its path. */
async function answers(her) {
  const { archives } = await json('archives');
  const { mails } = await json('mails');
  const deals = Object.values((await board()).deals).map(({ id }) => id);
  const paths = [
    'contacts', 'registrations', 'mails', 'mails/texts', 'follow-up', 'follow-ups', 'privacy', 'roster.csv?part=participants', 'roster.csv?part=listings',
    'roster.xlsx', 'audit?limit=200', 'security?limit=200', 'arrivals', 'archives', 'report', 'report.xlsx', 'newspaper.txt', 'afterwards', 'check',
    'devices', 'pairing-codes', 'catalogue', 'session', `contacts/${her}`, `privacy/${her}`, `privacy/${her}/data.json`, `privacy/${her}/data.txt`,
    ...archives.map(({ epoch }) => `archives/${epoch}`),
    ...mails.map(({ id }) => `mails/${id}`),
    ...deals.map((id) => `deals/${id}/signatures`),
  ];
  const all = [];
  for (const path of paths) {
    const { bytes } = await ask(path);
    if (path.endsWith('.xlsx')) all.push(...unzipped(bytes).map(([name, inside]) => [`${path}: ${name}`, inside]));
    else all.push([path, bytes]);
  }
  return all;
}

/** Where anything of hers is found, and what. */
const whereFound = (needles, places) =>
  Object.fromEntries(places.map(([name, bytes]) => [name, found(needles, bytes)]).filter(([, traces]) => traces.length));

/** What people who come anew, and who come back, are told: guests and staff. */
async function heard(positions) {
  const all = [];
  for (const [audience, token] of [['public', ''], ['staff', hall.token('broker')]]) {
    for (const [how, position] of [['fresh', null], ['resumed', positions[audience]]]) {
      const { frames } = await told(hall, { token, position });
      all.push([`${how} ${audience}`, frames.join('\n')]);
    }
  }
  return all;
}

test('a year: registered, traded, mailed, answered, counted again, and one of them forgotten @patient', async ({ browser }) => {
  test.setTimeout(420_000);
  const desk = await hall.window(browser, DESK, { reducedMotion: 'reduce' });
  const by = (id) => desk.getByTestId(id);
  const phones = {};

  await test.step('the organiser turns mail on and opens the form', async () => {
    await hall.show(desk, 'organiser');
    await by('rail-mail').click();
    await desk.locator('input[name="mail-sending"][value="on"]').check();
    await by('mail-save').click();
    await expect(by('mail-form').getByRole('status')).toHaveText('Lagret.');
    await by('rail-registrations').click();
    await by('registration-on').check();
    await by('registration-save').click();
    await expect(by('registration-form')).toHaveAttribute('data-state', 'open');
  });

  await test.step('three register by the form; one edits by the link in the mail, one withdraws', async () => {
    phones.her = await phoneWithForm(browser, hall);
    await fill(phones.her, HER);
    await send(phones.her);
    await phones.her.waitForURL(/\/registration\//);
    phones.club = await register(browser, hall, CLUB);
    phones.leaving = await register(browser, hall, LEAVING);

    await phones.club.goto(hall.server.url(await linkTo(CLUB.email, 'registration')));
    await phones.club.locator('[name="offer_1"]').fill('Padlekveld for tjue');
    await send(phones.club);
    await expect(phones.club.locator('[name="offer_1"]')).toHaveValue('Padlekveld for tjue');
    await phones.leaving.goto(hall.server.url(await linkTo(LEAVING.email, 'registration')));
    await withdraw(phones.leaving);
  });

  await test.step('she takes two of them in, and they are told', async () => {
    await desk.reload();
    for (const { name } of [HER, CLUB]) {
      const row = by('registration').filter({ has: desk.getByRole('heading', { name, exact: true }) });
      await row.getByTestId('registration-approve').click();
      await expect(row).toHaveAttribute('data-state', 'approved');
    }
    await expect(by('registrations-withdrawn').getByTestId('registration')).toHaveCount(1);
    for (const { email } of [HER, CLUB]) await linkTo(email, 'registration', 'Velkommen til');
  });
  const [her, club, firm] = [await byName(HER.name), await byName(CLUB.name), await bySign('BAKK')];
  const { symbol } = Object.values((await board()).participants).find(({ id }) => id === her);
  const hers = (text) => ({ givers: [her], receivers: [club], bargain: { kind: 'one_way', service: { text, effort_minutes: 90 } } });

  await test.step('a rehearsal with her in it goes to the archive', async () => {
    await hall.openFloor();
    const deal = randomUUID();
    await hall.ask('broker', { type: 'post_deal', deal, terms: hers(TEXTS.gives) });
    const strokes = [[[311, 127], [422, 238], [533, 349], [644, 451]]];
    const signed = await ask(`deals/${deal}/signatures/${her}`, { method: 'PUT', body: JSON.stringify({ name: HER.name, strokes }) });
    expect(signed.status).toBe(204);
    await hall.ask('organiser', { type: 'begin_anew', epoch: randomUUID(), name: (await board()).settings.name });
    expect((await board()).totals.deals).toBe(0);
  });

  const tablet = await hall.window(browser, TABLET, { hasTouch: true });
  const signed = await test.step('the evening: her deal is written and signed on a tablet', async () => {
    await hall.openFloor();
    await hall.show(tablet, 'broker');
    await choose(tablet, 'giver', symbol);
    await choose(tablet, 'receiver', 'ELVE');
    await tablet.locator(AT.field('service')).fill(TEXTS.gives);
    await tablet.locator(AT.post).click();
    await tablet.locator('.sign-last').getByTestId('agreement-open').click();
    await sign(tablet, symbol, HER.name);
    await expect(place(tablet, symbol)).toHaveAttribute('data-mark', 'there');
    await tablet.getByTestId('agreement-close').click();
    const deal = Object.values((await board()).deals).find(({ terms }) => terms.bargain.service.text === TEXTS.gives);
    const [other] = deal.terms.receivers;
    const strokes = [[[700, 205], [610, 290], [520, 380]]];
    const answer = await ask(`deals/${deal.id}/signatures/${other}`, { method: 'PUT', body: JSON.stringify({ name: 'Per Elv', strokes }) });
    expect(answer.status).toBe(204);
    return deal;
  });

  await test.step('forty deals: with a return and without, with worth, a meeting, one withdrawn, one that speaks of her', async () => {
    const service = (text, more = {}) => ({ text, category: 'hands', ...more });
    await hall.post({
      givers: [firm],
      receivers: [her],
      bargain: { kind: 'two_way', service: service(TEXTS.gets, { worth: 1_800, effort_minutes: 45 }), return_service: service(TEXTS.gives, { effort_minutes: 120 }) },
    });
    await hall.post({ givers: [firm], receivers: [club], bargain: { kind: 'two_way', service: service('Ny brygge', { worth: 25_000 }), return_service: service('Padlekveld') } });
    await hall.post({ givers: [club], receivers: [firm], bargain: { kind: 'intention', service: service('Lån av henger') } });
    await hall.post({ givers: [firm], receivers: [club], bargain: { kind: 'one_way', service: service(`Regnskap; spør ${HER.name} på ${HER.phone}`, { worth: 4_000 }) } });
    const withdrawn = randomUUID();
    await hall.ask('broker', { type: 'post_deal', deal: withdrawn, terms: { ...hers('Angret; ring 48123765'), givers: [firm] } });
    await hall.ask('broker', { type: 'withdraw_deal', deal: withdrawn });
    while ((await board()).totals.deals < BY_HAND) await hall.post(hall.dealOf(hall.posted));
    const left = DEALS - (await board()).totals.deals;
    const more = ['--server', hall.server.url(''), '--brokers', '4', '--viewers', '20', '--rate', '0', '--deals', `${left}`, '--json'];
    const { accepted, lost, holes, seen_by_every_viewer } = JSON.parse(hall.server.run('simulate', ...more));
    expect({ accepted, lost, holes, seen_by_every_viewer }).toEqual({ accepted: left, lost: 0, holes: 0, seen_by_every_viewer: left });
    const expected = { phase: 'open', round: (await board()).rounds.find(({ state }) => state.state === 'running')?.id ?? null };
    await hall.ask('moderator', { type: 'close_floor', expected });
    expect((await board()).totals.deals).toBe(DEALS);
  });

  await test.step('every party whose address is known gets its agreement', async () => {
    const { mails } = await json('mails', { method: 'POST', body: '{"deed":"agreements"}' });
    expect(mails).toBeGreaterThan(DEALS);
    const copy = await fetch(hall.server.url(await linkTo(HER.email, 'agreement', 'Avtalen med')));
    expect(copy.headers.get('content-type')).toContain('pdf');
  });

  const links = await test.step('the year after everybody is asked, and answers by the link in the mail', async () => {
    await by('rail-follow-up').click();
    await by('follow-up-ask').click();
    await by('follow-up-ask').click();
    const links = { her: await linkTo(HER.email, 'follow-up'), club: await linkTo(CLUB.email, 'follow-up') };
    const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
    const phone = await context.newPage();
    await phone.goto(hall.server.url(links.her));
    await phone.locator('button[value="infeasible"]').tap();
    await phone.locator('input[value="no_time"]').check();
    await phone.locator('textarea').fill(TEXTS.said);
    await phone.locator('.why button').tap();
    await expect(phone.locator('.why')).toHaveCount(0);
    await phone.goto(hall.server.url(links.club));
    await phone.locator('button[value="done"]').tap();
    await expect(phone.getByRole('status')).toContainText('Gjennomført');
    return links;
  });

  await test.step('more answer: alike, unlike, and the office has the last word', async () => {
    const { deals } = await json('follow-ups');
    const quiet = deals.filter(({ stand, parties }) => stand === 'unknown' && parties.every(({ participant }) => participant !== her));
    const say = (deal, teller, state) => ask(`follow-ups/${deal}/answers/${teller}`, { method: 'PUT', body: JSON.stringify({ state }) });
    const answer = async ({ deal, parties }, ...states) => {
      for (const [nth, state] of states.entries()) {
        const { url } = await json(`follow-ups/${deal}/links/${parties[nth].participant}`, { method: 'POST' });
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const said = await fetch(url, { method: 'POST', headers, body: `state=${state}`, redirect: 'manual' });
        expect(said.status).toBe(303);
      }
    };
    await answer(quiet[0], 'done', 'done');
    await answer(quiet[1], 'under_way', 'under_way');
    await answer(quiet[2], 'done', 'never_in_touch');
    await answer(quiet[3], 'not_started');
    await answer(quiet[4], 'under_way', 'infeasible');
    expect((await say(quiet[4].deal, 'office', 'done')).status).toBe(204);
  });

  const before = await test.step('the report says what SQL counts in a backup', async () => {
    const report = await json('report');
    const counted = recount(backUp('counted.db'));
    expect(reported(report)).toEqual(counted);
    expect(counted.figures).toMatchObject({ deals: DEALS, withdrawn: 1, worth: 30_800 });
    expect(counted.figures.two_way).toBeGreaterThan(2);
    expect(Object.keys(counted.stands).sort()).toEqual(['differs', 'done', 'infeasible', 'not_started', 'under_way', 'unknown']);
    await desk.reload();
    await expect(by('follow-up-rate')).toContainText(`${counted.stands.done} av ${DEALS}`);
    await by('rail-report').click();
    await expect(by('report-deals')).toHaveText(`${DEALS}`);
    return { report, totals: (await board()).totals };
  });

  const [positions, needles] = await test.step('until now she stands everywhere', async () => {
    const positions = { public: (await told(hall)).position, staff: (await told(hall, { token: hall.token('broker') })).position };
    const [strokes] = strokesOf(join(hall.server.folder, 'counted.db'), her);
    const points = JSON.parse(strokes)[0];
    // Four points in a row, as they stand wherever strokes are written down.
    const runs = [0, 4, 8].map((from) => JSON.stringify(points.slice(from, from + 4)).slice(1, -1));
    const needles = [...TRACES, ...runs, '[[311,127],[422,238]'];
    const everywhere = new Set(filesOf(hall.server.folder).flatMap(([, bytes]) => found(needles, bytes)));
    expect([...everywhere].sort()).toEqual([...needles].sort());
    for (const [what, text] of await heard({ public: null, staff: null })) expect(found(needles, text), what).toContain('Qvenhild');
    await tablet.evaluate(keeps, ['board', 'last', HER.name]);
    expect(found(needles, await tablet.evaluate(everythingKept))).toEqual(expect.arrayContaining(['Qvenhild', 'Tangvald', TEXTS.gives]));
    const answered = whereFound(needles, await answers(her));
    expect(Object.keys(answered)).toEqual(expect.arrayContaining(['contacts', 'registrations', 'mails', 'follow-ups', 'privacy', 'catalogue']));
    return [positions, needles];
  });

  await test.step('she is erased on the organiser’s page, while the tablet is away', async () => {
    await tablet.context().setOffline(true);
    await by('rail-privacy').click();
    await by('privacy-search').fill(HER.name);
    await expect(by('privacy-person')).toHaveCount(1);
    await by('privacy-erase').click();
    await expect(by('privacy-goes')).not.toBeEmpty();
    await expect(by('privacy-mentions')).toContainText('Regnskap; spør');
    await by('privacy-name').fill(HER.name);
    await by('privacy-confirm').click();
    await expect(by('privacy-erasures').getByRole('listitem')).toHaveCount(1);
  });

  await test.step('nothing of hers is in the database, in what lies beside it, in a backup or in an export', async () => {
    // What was made before holds what it held: it is the organiser's to delete, as she is told.
    const places = filesOf(hall.server.folder).filter(([name]) => name !== 'counted.db');
    expect(places.map(([name]) => name)).toEqual(expect.arrayContaining(['borsklokka.db', 'borsklokka.db-wal']));
    backUp('after.db');
    const file = join(hall.server.folder, 'after.zip');
    hall.server.run('export', '--exchange', 'drammen', '--with-personal-data', file);
    const later = filesOf(hall.server.folder).filter(([name]) => name !== 'counted.db');
    const [, zip] = later.find(([name]) => name === 'after.zip');
    const exported = unzipped(Buffer.from(zip));
    expect(exported.map(([name]) => name)).toEqual(expect.arrayContaining(['events.jsonl', 'archived_signatures.jsonl', 'signatures.jsonl', 'contacts.jsonl']));
    expect(whereFound(needles, [...places, ...later, ...exported])).toEqual({});
  });

  await test.step('nothing of hers is in what the server says, by the socket or by its routes and links', async () => {
    expect(whereFound(needles, await heard(positions))).toEqual({});
    // Whoever comes back to the new history is told what followed, and no more.
    const now = { public: (await told(hall)).position, staff: (await told(hall, { token: hall.token('broker') })).position };
    await hall.announce('Takk for i år');
    const after = await heard(now);
    expect(whereFound(needles, after)).toEqual({});
    for (const [how, text] of after) {
      expect(text, how).toContain('Takk for i år');
      expect(found(['"type":"resumed"'], text), how).toHaveLength(how.startsWith('resumed') ? 1 : 0);
    }
    expect(whereFound(needles, await answers(her))).toEqual({});
    for (const path of [links.her, links.club, new URL(phones.her.url()).pathname, '/drammen/register']) {
      const page = await fetch(hall.server.url(path));
      expect(found(needles, await page.text()), path).toEqual([]);
    }
    expect((await fetch(hall.server.url(links.her))).status).toBeGreaterThanOrEqual(400);
  });

  await test.step('the tablet comes back, and its disk forgets her too', async () => {
    await tablet.context().setOffline(false);
    await tablet.evaluate(keeps, ['board', 'last', 'Slettet deltaker']);
    await expect.poll(async () => found(needles, await tablet.evaluate(everythingKept)), { timeout: 30_000 }).toEqual([]);
  });

  await test.step('the log is whole, and every figure is what it was', async () => {
    hall.server.check();
    expect((await board()).totals).toEqual(before.totals);
    const { signatures } = await json(`deals/${signed.id}/signatures`);
    expect(signatures.map(({ name }) => name)).toEqual(['Per Elv']);
    const report = await json('report');
    expect(reported(report)).toEqual(reported(before.report));
    expect(reported(report)).toEqual(recount(join(hall.server.folder, 'after.db')));
  });
});
