// The wall's scenes as the desk changes them, and what is taken back: a bell rung by mistake, a break, a round after it.
import { readFileSync } from 'node:fs';
import { AT, Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const demo = JSON.parse(readFileSync(new URL('../../demo/drammen.json', import.meta.url), 'utf8'));
const SPONSORS = ['Elvestad Sparebank', 'Elvekraft', 'Rørlegger Olsen & Sønn'].map((name) => ({ name }));

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

const scene = (wall, name) => expect(wall.locator(`${AT.wall}[data-scene="${name}"]`)).toBeVisible();

test('what was rung by mistake is taken back in silence, and a round after the break brings the floor back', async ({ browser }) => {
  const wall = await hall.window(browser, { width: 1024, height: 768 });
  await hall.show(wall, 'wall', '?sound=off');
  const desk = await hall.window(browser, { width: 1180, height: 820 }, { role: 'moderator' });
  await hall.show(desk, 'moderator');
  await hall.ask('organiser', { type: 'configure', settings: { ...demo.settings, staging: { sponsors: SPONSORS } } });

  await test.step('where there is nothing to undo, button and key say so', async () => {
    await expect(desk.getByTestId('step-back')).toBeDisabled();
    await desk.keyboard.press('z');
    await expect(desk.getByTestId('steps')).toContainText('ingenting å angre');
    await desk.getByTestId('sheet-close').click();
  });

  await test.step('the address of this machine alone has no QR code', async () => {
    await scene(wall, 'welcome');
    await expect(wall.getByTestId('only-here')).toContainText('127.0.0.1');
    await expect(wall.locator('.qr')).toHaveCount(0);
    await expect(wall.getByTestId('sponsors').locator('li')).toHaveCount(3);
  });

  await test.step('the bell too early: the welcome again, and the same round can be had', async () => {
    await hall.ask('moderator', {
      type: 'open_floor', expected: { phase: 'preparing', round: null }, start_round: 1,
    });
    await scene(wall, 'floor');
    await desk.getByTestId('undo').click();
    await scene(wall, 'welcome');
    await expect(wall.getByTestId('bell')).toHaveCount(0);
  });

  await hall.openFloor();
  const left = wall.getByTestId('timer');
  await expect(left).toHaveText(/^2[45]:/);

  await test.step('an empty floor shows what is wished for', async () => {
    await expect(wall.getByTestId('wanted')).toBeVisible();
  });

  await test.step('closed by mistake: the floor, and the round with its time', async () => {
    await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });
    await scene(wall, 'closing');
    await expect(desk.getByTestId('step-back')).toContainText('Avslutningsklokka');
    await desk.keyboard.press('z');
    await scene(wall, 'floor');
    await expect(left).toHaveText(/^2[45]:/);
    await expect(wall.getByTestId('bell')).toHaveCount(0);
    await expect(desk.getByTestId('round-pause')).toBeEnabled();
  });

  await test.step('the break counts down, and the next round brings the floor back', async () => {
    await desk.getByTestId('scene-pause').click();
    await desk.getByTestId('break-minutes').first().click();
    await scene(wall, 'pause');
    await expect(wall.getByTestId('pause-large')).toHaveText(/^(5:00|4:\d\d)$/);
    await expect(wall.getByTestId('pause-so-far')).toHaveText('Pause · 1 av 60 avtaler');
    await expect(wall.getByTestId('pause')).not.toContainText('Neste: ');
    const phone = await hall.window(browser, { width: 390, height: 844 });
    await hall.show(phone, 'phone');
    // The clock of the round stands meanwhile: what is counted down to comes.
    await expect(phone.getByTestId('break')).toContainText(/Runde 1 fortsetter om.*(5:00|4:\d\d)/);
    await expect(phone.getByTestId('timer')).toHaveCount(0);
    await desk.getByTestId('round-resume').click();
    await scene(wall, 'floor');
    await expect(wall.locator('.wall-bell.swings')).toBeVisible();
    await expect(left).toHaveText(/^2[34]:/);
    await hall.ask('moderator', { type: 'end_round', expected: { phase: 'open', round: 1 } });
    await desk.getByTestId('scene-pause').click();
    await desk.getByTestId('break-minutes').first().click();
    await scene(wall, 'pause');
    await expect(phone.getByTestId('break')).toContainText(/Runde 2 begynner om.*(5:00|4:\d\d)/);
    await phone.context().close();
    await hall.ask('moderator', { type: 'start_round', round: 2, expected: { phase: 'open', round: null } });
    await scene(wall, 'floor');
    await expect(wall.locator('.wall-bell.swings')).toBeVisible();
  });

  await test.step('after the closing bell nobody is called on, and there are thanks', async () => {
    await hall.postInOrder(2);
    await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 2 } });
    await scene(wall, 'closing');
    await expect(wall.getByTestId('closing')).toContainText('Takk for i kveld!');
    await expect(wall.getByTestId('closing').getByTestId('sponsors')).toBeVisible();
    // Four had one deal each, and three are named.
    await expect(wall.locator('.closing-active')).toContainText('4 har 1 hver');
    await expect(wall.locator('.closing-active li')).toHaveCount(3);
    await hall.setScene('floor');
    await expect(wall.getByTestId('hero')).toBeVisible();
    await expect(wall.getByTestId('wanted')).not.toContainText('Ønskes');
  });
});

test('nobody is called on while the floor takes no deals, and all that the evening has planned is seen', async ({ browser }) => {
  const wall = await hall.window(browser, { width: 1024, height: 768 });
  await hall.show(wall, 'wall', '?sound=off');
  const desk = await hall.window(browser, { width: 1180, height: 820 }, { role: 'moderator' });
  await hall.show(desk, 'moderator');
  const invitation = wall.locator('.hero-empty');

  await test.step('every line of the programme has room, whoever is thanked below it', async () => {
    await hall.thankSponsors();
    await hall.lengthenProgramme();
    await expect(wall.getByTestId('sponsors').locator('li')).toHaveCount(6);
    for (const size of [{ width: 1024, height: 768 }, { width: 1920, height: 1080 }]) {
      await wall.setViewportSize(size);
      const hidden = () =>
        wall.getByTestId('programme').evaluate((list) => {
          const room = list.getBoundingClientRect();
          const boxes = [...list.children].map((line) => line.getBoundingClientRect());
          return boxes.filter(({ bottom, right }) => bottom > room.bottom + 1 || right > room.right + 1).length;
        });
      await expect(wall.getByTestId('programme').locator('li')).toHaveCount(8);
      await expect.poll(hidden, `${size.width}x${size.height}`).toBe(0);
    }
  });

  await test.step('no round starts before the bell, and the floor says that it is not open', async () => {
    await expect(desk.getByTestId('round-start')).toBeDisabled();
    await hall.setScene('floor');
    await expect(invitation).toContainText('Børsen åpner snart');
    await expect(invitation).not.toContainText('Hvem blir først?');
    const opening = { type: 'open_floor', expected: { phase: 'preparing', round: null }, start_round: 1 };
    await hall.ask('moderator', opening);
    await expect(invitation).toContainText('Hvem blir først?');
  });

  await test.step('of an evening without a deal no heading stands over nothing', async () => {
    await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });
    await scene(wall, 'closing');
    await expect(wall.getByTestId('closing')).toContainText('Takk for i kveld!');
    await expect(wall.getByTestId('closing').locator('h3')).toHaveCount(0);
    await hall.setScene('floor');
    await expect(invitation).toContainText('Børsen er stengt');
  });
});

test('bells and the result are seen whatever scene was chosen by hand, and an undo brings that back', async ({ browser }) => {
  const wall = await hall.window(browser, { width: 1024, height: 768 });
  await hall.show(wall, 'wall', '?sound=off');
  const takeBack = async (expected) => {
    const { steps } = (await hall.welcome()).board;
    await hall.ask('moderator', { type: 'take_back', step: steps.at(-1).number, expected });
  };
  const close = () => hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });

  await hall.setScene('welcome');
  await hall.openFloor();
  await scene(wall, 'floor');

  await hall.awardPrizes();
  await scene(wall, 'prizes');
  await close();
  await scene(wall, 'closing');
  await takeBack({ phase: 'closed', round: null });
  await scene(wall, 'prizes');
  await close();
  await scene(wall, 'closing');

  await hall.setScene('pause');
  await scene(wall, 'pause');
  await hall.ask('moderator', { type: 'announce_result' });
  await scene(wall, 'closing');
  await takeBack({ phase: 'closed', round: null });
  await scene(wall, 'pause');
  await hall.ask('moderator', { type: 'announce_result' });
  await scene(wall, 'closing');
  // What is to be seen after it is chosen again.
  await hall.setScene('prizes');
  await scene(wall, 'prizes');
});

test('the dark ends no break, and neither does a deal that the hall is shown in it', async ({ browser }) => {
  const wall = await hall.window(browser, { width: 1024, height: 768 });
  await hall.show(wall, 'wall', '?sound=off');
  const desk = await hall.window(browser, { width: 1180, height: 820 }, { role: 'moderator' });
  await hall.show(desk, 'moderator');
  await hall.openFloor();
  await hall.postInOrder(3);
  const countsDown = async () => {
    await scene(wall, 'pause');
    await expect(wall.getByTestId('pause-large')).toHaveText(/^(10:00|9:\d\d)$/);
  };
  await desk.getByTestId('break-minutes').nth(1).click();
  await countsDown();

  const dark = desk.getByTestId('scene-blackout');
  await dark.click();
  await expect(wall.locator(AT.wall)).toHaveAttribute('data-scene', 'blackout');
  await expect(dark).toHaveAttribute('aria-pressed', 'true');
  await dark.click();
  await countsDown();

  const deal = (await hall.welcome()).board.deals.find(({ number }) => number === 1).id;
  await hall.ask('moderator', { type: 'spotlight_deal', deal });
  await scene(wall, 'floor');
  await expect(wall.getByTestId('hero')).toHaveAttribute('data-number', '1');
  await desk.getByTestId('scene-pause').click();
  await countsDown();
});

test('a wall on the server\'s own machine, opened by that machine\'s own name, leads phones to where they reach it', async ({ browser }) => {
  const elsewhere = await Hall.start('--public-url', 'http://bors.test:8080');
  try {
    const wall = await elsewhere.window(browser, { width: 1920, height: 1080 });
    await elsewhere.show(wall, 'wall');
    await scene(wall, 'welcome');
    await expect(wall.locator('.welcome-address')).toHaveText('bors.test:8080/drammen');
    await expect(wall.locator('.qr')).toBeVisible();
    const office = await elsewhere.window(browser, { width: 1280, height: 900 }, { role: 'organiser' });
    await elsewhere.show(office, 'organiser');
    await office.getByTestId('rail-devices').click();
    await expect(office.locator('.screen-links')).toContainText('bors.test:8080/drammen/broker');
    await expect(office.locator('.screen-links')).not.toContainText('127.0.0.1');
  } finally {
    await elsewhere.end();
  }
});

test('the jury marks deals, the moderator awards the prizes, and the hall sees each @patient', async ({ browser }) => {
  const wall = await hall.window(browser, { width: 1920, height: 1080 });
  await hall.show(wall, 'wall', '?sound=off');
  const desk = await hall.window(browser, { width: 1180, height: 820 }, { role: 'moderator' });
  await hall.show(desk, 'moderator');
  await hall.openFloor();
  await hall.postInOrder(3);
  await desk.getByTestId('deals-fresh').click();
  await hall.setScene('prizes');
  await expect(wall.getByTestId('prizes-soon')).toBeVisible();

  const second = desk.locator('[data-testid="deal-row"][data-number="2"]');
  const star = second.getByTestId('shortlist');
  await expect(star).toHaveAttribute('aria-pressed', 'false');
  await star.click();
  await expect(star).toHaveAttribute('aria-pressed', 'true');

  await desk.getByTestId('prizes-open').click();
  const best = desk.locator('[data-testid="prize"][data-prize="best"]');
  await expect(best.getByTestId('prize-award')).toBeDisabled();
  const listed = best.locator('option').nth(1);
  await expect(listed, 'what the jury marked is on top').toHaveText(/^★ 2 · /);
  await best.getByTestId('prize-choice').selectOption({ index: 1 });
  await best.getByTestId('prize-award').click();
  await expect(best.getByTestId('prize-award'), 'what the wall shows it need not be asked to show').toBeDisabled();
  await expect(best.getByTestId('prize-award')).not.toHaveClass(/button-primary/);
  const shown = wall.locator('[data-testid="prize"]');
  await expect(shown).toHaveAttribute('data-prize', 'best');
  await expect(shown.getByTestId('hero')).toHaveAttribute('data-number', '2');

  const most = desk.locator('[data-testid="prize"][data-prize="most_deals"]');
  await most.getByTestId('prize-choice').selectOption({ index: 1 });
  await most.getByTestId('prize-award').click();
  await expect(shown).toHaveAttribute('data-prize', 'most_deals');
  await expect(wall.locator('[data-testid="prize-other"]')).toHaveAttribute('data-prize', 'best');
  await expect(best.getByTestId('prize-award'), 'it may be shown large again').toBeEnabled();

  await best.getByTestId('prize-take-back').click();
  await expect(wall.locator('[data-testid="prize-other"]')).toHaveCount(0);
  await desk.getByTestId('sheet-close').click();
  await second.getByTestId('withdraw').click();
  await expect(second.getByTestId('shortlist'), 'a deal that is withdrawn has no star').toHaveCount(0);
});
