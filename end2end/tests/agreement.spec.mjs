// The agreement: both parties sign on the tablet, with a network or without, and take a copy home. The notary's hammer: held,
// not tapped; the wall shows the deal only then, and it can be taken back.
import { AT, choose, dealOfDemo, Hall } from '../hall.mjs';
import { draw, place, sign } from '../pad.mjs';
import { tooSmall } from '../targets.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const TABLET = { width: 1180, height: 820 };
const UPRIGHT = { width: 820, height: 1180 };
const WALL = { width: 1280, height: 720 };
const SERVICE = 'Låner bort stillaset i to uker.';
const HELD_MS = 1_000;

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

async function write(tablet) {
  await choose(tablet, 'giver', 'BAKK');
  await choose(tablet, 'receiver', 'ELVE');
  await tablet.locator(AT.field('service')).fill(SERVICE);
  await tablet.locator(AT.post).click();
}

/** Draws one stroke with a finger. */
async function drawByFinger(tablet) {
  const box = await tablet.getByTestId('pad').boundingBox();
  const session = await tablet.context().newCDPSession(tablet);
  const touch = (type, ...points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  const at = (step) => ({ x: box.x + box.width * (0.2 + step * 0.05), y: box.y + box.height * (0.5 + 0.3 * Math.cos(step)) });
  await touch('touchStart', at(0));
  for (let step = 1; step <= 12; step += 1) await touch('touchMove', at(step));
  await touch('touchEnd');
  await session.detach();
}

function ask(path, { role = 'broker', ...init } = {}) {
  const headers = { authorization: `Bearer ${hall.token(role)}` };
  return fetch(hall.server.url(`/api/v1/exchanges/drammen${path}`), { headers, ...init });
}

test('both parties sign, one of them without a network, and their copy is on a phone', async ({ browser }) => {
  await hall.openFloor();
  const tablet = await hall.window(browser, TABLET, { hasTouch: true });
  await hall.show(tablet, 'broker');
  await write(tablet);
  await tablet.locator('.sign-last').getByTestId('agreement-open').click();
  const sheet = tablet.getByTestId('agreement');
  await expect(sheet.getByTestId('agreement-service')).toHaveText(SERVICE);
  await expect(place(tablet, 'BAKK')).toHaveAttribute('data-mark', 'missing');

  // Without a name or a line nobody has signed.
  await place(tablet, 'BAKK').getByTestId('sign').click();
  await tablet.getByTestId('pad-done').click();
  await expect(sheet.locator('.field-error')).toHaveCount(2);
  expect(await violations(tablet)).toEqual([]);
  await draw(tablet);
  await tablet.getByTestId('pad-clear').click();
  await expect(sheet.locator('.pad-says')).toBeVisible();
  await tablet.getByTestId('signs').fill('Kari Bakke');
  await drawByFinger(tablet);
  await tablet.getByTestId('pad-done').tap();
  await expect(place(tablet, 'BAKK')).toHaveAttribute('data-mark', 'there');

  await tablet.context().setOffline(true);
  await expect(sheet.getByTestId('agreement-offline')).toBeVisible();
  await expect(sheet.getByTestId('show-qr')).toBeDisabled();
  await sign(tablet, 'ELVE', 'Ola Elv');
  await expect(place(tablet, 'ELVE')).toHaveAttribute('data-mark', 'here');
  await tablet.context().setOffline(false);
  await expect(place(tablet, 'ELVE')).toHaveAttribute('data-mark', 'there', { timeout: 30_000 });

  const { board } = await hall.welcome();
  const [deal] = Object.values(board.deals).filter((each) => each.terms.bargain.service.text === SERVICE);
  const { signatures } = await (await ask(`/deals/${deal.id}/signatures`)).json();
  expect(signatures.map(({ name, stale }) => [name, stale])).toEqual([['Kari Bakke', false], ['Ola Elv', false]]);

  await sheet.getByTestId('show-qr').click();
  await tablet.getByTestId('qr').waitFor();
  expect(await violations(tablet)).toEqual([]);
  // This server's address leads phones to themselves: that is said, no code is drawn, and the file itself is handed over.
  await expect(tablet.getByTestId('qr-until')).toContainText('Telefonene når ikke tjeneren');
  await expect(tablet.locator('.copy-qr')).toHaveCount(0);
  await expect(tablet.getByTestId('qr-pdf')).toHaveAttribute('href', /agreement\.pdf$/);
  const url = await tablet.getByTestId('qr').getAttribute('data-url');
  const copy = await fetch(url);
  expect(copy.headers.get('content-type')).toContain('application/pdf');
  await tablet.getByTestId('revoke').click();
  await expect(tablet.getByTestId('copies-said')).toBeVisible();
  expect((await fetch(url)).status).toBe(410);

  // The printed one opens beside the tablet's page.
  const print = await sheet.getByTestId('print').getAttribute('href');
  expect((await tablet.context().request.get(hall.server.url(print))).headers()['content-type']).toContain('pdf');

  // What was signed before an amendment no longer counts.
  await sheet.getByTestId('agreement-close').click();
  await expect(sheet).toBeHidden();
  const terms = { ...deal.terms, bargain: { kind: 'one_way', service: { text: 'Låner bort stillaset i fire uker.' } } };
  await hall.ask('moderator', { type: 'amend_deal', deal: deal.id, terms });
  await tablet.locator('.sign-last').getByTestId('agreement-open').click();
  await expect(place(tablet, 'BAKK')).toHaveAttribute('data-mark', 'stale');
  await sign(tablet, 'BAKK', 'Kari Bakke');
  await expect(place(tablet, 'BAKK')).toHaveAttribute('data-mark', 'there');
});

test('a remark that is being written is its own deal\'s until it is sent', async ({ browser }) => {
  await hall.openFloor();
  await hall.ratifyFirst();
  for (const nth of [1, 2]) await hall.post(dealOfDemo(nth));
  const desk = await hall.window(browser, TABLET);
  await hall.show(desk, 'notary');
  const at = (nth, testid) => desk.getByTestId('written').nth(nth).getByTestId(testid);
  await at(0, 'send-back').click();
  await at(0, 'remark').fill('Hvem tar første steg?');
  await at(1, 'send-back').click();
  await expect(at(1, 'remark')).toHaveValue('');
  await at(1, 'remark').fill('Hvor mange?');
  await at(0, 'send-back').click();
  await expect(at(0, 'remark')).toHaveValue('Hvem tar første steg?');
  await at(0, 'send-back-now').click();
  await expect(desk.getByTestId('written')).toHaveCount(1);
  await at(0, 'send-back').click();
  await expect(at(0, 'remark')).toHaveValue('Hvor mange?');
});

test('the hammer falls when it is held, and the wall shows the deal only then', async ({ browser }) => {
  await hall.openFloor();
  await hall.ratifyFirst();
  const [tablet, desk, wall] = [
    await hall.window(browser, TABLET),
    await hall.window(browser, TABLET),
    await hall.window(browser, WALL),
  ];
  await hall.show(wall, 'wall');
  await hall.show(desk, 'notary');
  await hall.show(tablet, 'broker');
  await write(tablet);
  await expect(tablet.getByTestId('deal').first()).toHaveAttribute('data-state', 'written');

  // Back to the broker, who mends it.
  await desk.getByTestId('send-back').click();
  await desk.getByTestId('remark').fill('Hvem tar første steg?');
  await desk.getByTestId('send-back-now').click();
  await expect(tablet.getByTestId('deal').first()).toHaveAttribute('data-state', 'sent_back');
  await expect(tablet.getByTestId('refusal')).toHaveText('Hvem tar første steg?');
  await tablet.getByTestId('amend').click();
  await tablet.getByTestId('first-by').first().click();
  await tablet.locator(AT.post).click();
  await expect(tablet.getByTestId('deal').first()).toHaveAttribute('data-state', 'written');

  await desk.getByTestId('check-parties').check();
  expect(await violations(desk)).toEqual([]);
  const hammer = desk.getByTestId('ratify');
  await expect(hammer, 'not before everything is ticked off').toBeDisabled();
  await tickAll(desk);
  await hammer.click();
  await expect(desk.getByTestId('written')).toBeVisible();
  await expect(wall.locator(AT.count)).toHaveText('1');
  await hammer.click({ delay: HELD_MS });
  await expect(wall.getByTestId('hammer')).toBeVisible();
  await expect(wall.locator(AT.hero)).toContainText(SERVICE);
  await expect(wall.locator(AT.count)).toHaveText('2');
  await expect(wall.getByTestId('hammer')).toHaveCount(0);
  await expect(tablet.getByTestId('deal').first()).toHaveAttribute('data-state', 'posted');

  await desk.getByTestId('undo').click();
  await expect(desk.getByTestId('written')).toBeVisible();
  await expect(desk.getByTestId('check-parties')).not.toBeChecked();
  await expect(wall.locator(AT.count)).toHaveText('1');
  await expect(wall.locator(AT.hero)).not.toContainText(SERVICE);

  // A key holds it as well as a hand.
  await tickAll(desk);
  await hammer.focus();
  await desk.keyboard.down('Enter');
  await expect(desk.getByTestId('undo')).toBeVisible();
  await desk.keyboard.up('Enter');
  await expect(wall.locator(AT.hero)).toContainText(SERVICE);

  // What the hammer fell on changes by another blow: until then the wall keeps it.
  const { board } = await hall.welcome();
  const { id, terms } = board.deals.find(({ terms }) => terms.bargain.service.text === SERVICE);
  const changed = structuredClone(terms);
  changed.bargain.service.text = 'Noe helt annet';
  await hall.ask('broker', { type: 'amend_deal', deal: id, terms: changed });
  const waiting = desk.getByTestId('written');
  await expect(waiting).toHaveAttribute('data-matter', 'change');
  await expect(waiting.getByTestId('changes').locator('del')).toHaveText(SERVICE);
  await expect(waiting.getByTestId('changes').locator('ins')).toHaveText('Noe helt annet');
  await expect(wall.locator(AT.hero)).toContainText(SERVICE);
  // What the desk corrects meanwhile is no wish of the broker's, and the hammer leaves it as it is.
  const deadline = '2030-06-30';
  await hall.ask('moderator', { type: 'amend_deal', deal: id, terms: { ...terms, deadline } });
  await expect(waiting).toContainText('2030');
  await expect(waiting.getByTestId('changes').locator('ins')).toHaveText('Noe helt annet');
  await hammer.click({ delay: HELD_MS });
  await expect(wall.locator(AT.hero)).toContainText('Noe helt annet');
  await expect(wall.locator(AT.count)).toHaveText('2');
  const hammered = (await hall.welcome()).board.deals.find((deal) => deal.id === id);
  expect(hammered.terms.deadline).toBe(deadline);

  // Every deal is found, and taken back after a second press. What is taken back in the list is not offered once more.
  await desk.getByTestId('others-query').fill('helt annet');
  await expect(desk.getByTestId('ratified')).toHaveCount(1);
  await desk.getByTestId('recall').click();
  await expect(wall.locator(AT.count)).toHaveText('2');
  await desk.getByTestId('recall').click();
  await expect(desk.getByTestId('written')).toBeVisible();
  await expect(desk.getByTestId('undo-bar')).toHaveCount(0);
});

/** Ticks off what the hammer waits for. */
async function tickAll(desk) {
  for (const check of ['parties', 'service', 'first_step', 'deadline']) await desk.getByTestId(`check-${check}`).check();
}

/** Nothing is serious for axe, and every target is large enough, held either way. */
async function expectUsable(page) {
  for (const size of [UPRIGHT, TABLET]) {
    await page.setViewportSize(size);
    expect(await tooSmall(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  }
}

test('a screen reader meets the agreement in its order, and keys come back to where they were @patient', async ({ browser }) => {
  await hall.openFloor();
  const tablet = await hall.window(browser, TABLET, { reducedMotion: 'reduce' });
  await hall.show(tablet, 'broker');
  await write(tablet);
  await expect(tablet.getByTestId('deal').first()).toHaveAttribute('data-state', 'posted');
  const open = tablet.locator('.sign-last').getByTestId('agreement-open');
  await open.press('Enter');
  const sheet = tablet.getByTestId('agreement');
  await expect(sheet).toMatchAriaSnapshot(`
    - dialog "Avtale 2":
      - heading "Avtale 2" [level=2]
      - button "Lukk"
      - paragraph: "Bakkerud Bygg AS gir dette til Elvelangs padleklubb, uten motytelse:"
      - paragraph: ${SERVICE}
      - term: Første steg
      - definition: /Bakkerud Bygg AS tar kontakt, innen/
      - term: Frist
      - definition
      - region "Kopi til partene":
        - heading "Kopi til partene" [level=3]
        - button "Vis QR-kode"
        - link "Skriv ut (PDF)"
      - region "Underskrifter":
        - heading "Underskrifter" [level=3]
        - list:
          - listitem:
            - text: BAKK Bakkerud Bygg AS
            - status: ikke underskrevet
            - button "Underskriv for Bakkerud Bygg AS"
          - listitem:
            - text: ELVE Elvelangs padleklubb
            - status: ikke underskrevet
            - button "Underskriv for Elvelangs padleklubb"
        - paragraph: Dere kan også skrive under på papir senere.
  `);
  await expectUsable(tablet);

  const signs = place(tablet, 'ELVE').getByTestId('sign');
  await signs.press('Enter');
  await expect(tablet.getByTestId('signs')).toBeFocused();
  await expect(place(tablet, 'ELVE')).toMatchAriaSnapshot(`
    - listitem:
      - status: ikke underskrevet
      - textbox "Hvem skriver under?"
      - img "Skriv under med fingeren for Elvelangs padleklubb"
      - button "Visk ut"
      - button "Avbryt"
      - button "Ferdig"
  `);
  await expectUsable(tablet);
  await tablet.getByTestId('signs').fill('Ola Elv');
  await draw(tablet);
  await tablet.getByTestId('pad-done').press('Enter');
  await expect(signs).toBeFocused();

  await sheet.getByTestId('show-qr').press('Enter');
  await expect(tablet.getByTestId('qr')).toMatchAriaSnapshot(`
    - dialog /Telefonene når ikke tjeneren/:
      - paragraph: /Telefonene når ikke tjeneren/
      - link "Last ned PDF"
      - button "Trekk tilbake alle lenker"
      - button "Tilbake"
  `);
  await expect(tablet.getByTestId('qr-back')).toBeFocused();
  await expectUsable(tablet);
  // Escape puts away what lies on top, and only that.
  await tablet.keyboard.press('Escape');
  await expect(tablet.getByTestId('qr')).toHaveCount(0);
  await expect(sheet.getByTestId('show-qr')).toBeFocused();
  await tablet.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(open).toBeFocused();
});

test('a screen reader meets each deal of the notary by its parties, what it is about before what to do @patient', async ({ browser }) => {
  await hall.openFloor();
  await hall.ratifyFirst();
  const [tablet, desk] = [
    await hall.window(browser, TABLET),
    await hall.window(browser, TABLET, { reducedMotion: 'reduce' }),
  ];
  await hall.show(desk, 'notary');
  for (const size of [UPRIGHT, TABLET]) {
    await desk.setViewportSize(size);
    expect((await desk.getByTestId('queue').locator('h2').boundingBox()).y, 'an empty list hangs at the top').toBeLessThan(200);
  }
  await hall.show(tablet, 'broker');
  await write(tablet);
  const deal = desk.getByTestId('written');
  const parties = 'Bakkerud Bygg AS → Elvelangs padleklubb';
  await expect(deal).toMatchAriaSnapshot(`
    - article "${parties}":
      - text: /har ventet/
      - heading "${parties}" [level=3]
      - paragraph: ${SERVICE}
      - term: Første steg
      - definition: /BAKK tar kontakt, innen/
      - term: Frist
      - definition
      - paragraph: megler Ingrid
      - group "Kontroller":
        - checkbox "Partene er riktige"
        - checkbox "Ytelsen er tydelig"
        - checkbox "Noen tar første steg"
        - checkbox "Fristen er satt"
      - button "Hak av 4 punkter først"
      - button "Send tilbake"
  `);
  await expectUsable(desk);

  await desk.getByTestId('send-back').press('Enter');
  await expect(desk.getByTestId('remark')).toBeFocused();
  await expectUsable(desk);
  await desk.getByRole('button', { name: 'Avbryt' }).press('Enter');
  await expect(desk.getByTestId('send-back')).toBeFocused();

  await tickAll(desk);
  await desk.getByTestId('ratify').click({ delay: HELD_MS });
  // What can be taken back lies over no deal that waits.
  for (const size of [TABLET, UPRIGHT]) {
    await desk.setViewportSize(size);
    const isBeside = async () => {
      const [bar, queue] = await Promise.all(['undo-bar', 'queue'].map((name) => desk.getByTestId(name).boundingBox()));
      return bar.x >= queue.x + queue.width - 1 || bar.y + bar.height <= queue.y + 1;
    };
    await expect.poll(isBeside).toBe(true);
  }
  await expect(desk.getByTestId('ratified').first()).toMatchAriaSnapshot(`
    - article "${parties}":
      - paragraph: ${SERVICE}
      - button "Rett"
      - button "Ta tilbake"
  `);
  await expectUsable(desk);
});
