// The moderator's desk without a mouse, and what it asks of one chosen screen.
import { randomUUID } from 'node:crypto';
import { AT, Hall, dealOfDemo } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const DESK = { width: 1280, height: 860 };
const WALL = { width: 1024, height: 768 };
/** The bell is held for 0.8 seconds. */
const HOLD_MS = 1_200;
/** More presses of Tab than the desk has controls. */
const TABS_MAX = 200;

/** @type {Hall} */
let hall;

test.beforeEach(async () => {
  hall = await Hall.start();
});

test.afterEach(async () => {
  await hall.end();
});

async function openDesk(browser) {
  const page = await hall.window(browser, DESK, { role: 'moderator' });
  await hall.show(page, 'moderator');
  await expect(page.getByTestId('bell')).toBeEnabled();
  return page;
}

async function holdKey(page, key) {
  await page.keyboard.down(key);
  await page.waitForTimeout(HOLD_MS);
  await page.keyboard.up(key);
}

/** What has the focus: a name, where it is, and whether one sees that it has it. */
function focused(page) {
  return page.evaluate(() => {
    const has = /** @type {HTMLElement} */ (document.activeElement);
    if (!has || has === document.body) return null;
    const { x, y, width, height } = has.getBoundingClientRect();
    const { outlineStyle, outlineWidth } = getComputedStyle(has);
    return {
      name: has.dataset.testid ?? has.textContent.trim(),
      isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0,
      isInView: x + width > 0 && x < innerWidth && y + height > 0 && y < innerHeight,
      column: [...document.querySelectorAll('.desk-header, .desk-column, .undo-place')].findIndex((part) => part.contains(has)),
    };
  });
}

/** Presses Tab until this control has the focus, as somebody without a mouse does. */
async function tabTo(page, testid) {
  for (let nth = 0; nth < TABS_MAX; nth += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page))?.name === testid) return;
  }
  throw new Error(`Tab does not reach ${testid}`);
}

async function press(page, testid) {
  await tabTo(page, testid);
  await page.keyboard.press('Enter');
}

test('Tab reaches every control in the order of the desk, and one sees where it is', async ({ browser }) => {
  await hall.openFloor();
  await hall.postInOrder(3);
  const page = await openDesk(browser);
  await expect(page.getByTestId('deal-row')).toHaveCount(3);
  await expect(page.getByTestId('screen-row').first()).toBeVisible();
  const wanted = await page.evaluate(
    () =>
      [.../** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-testid="moderator"] :is(button, input, select, textarea, a[href], summary)'))].filter(
        (control) => !control.disabled && control.checkVisibility() && control.tabIndex >= 0,
      ).length,
  );
  const seen = [];
  for (let nth = 0; nth < wanted; nth += 1) {
    await page.keyboard.press('Tab');
    seen.push(await focused(page));
  }
  expect(seen.filter((each) => !each?.isSeen || !each.isInView)).toEqual([]);
  const columns = seen.map(({ column }) => column);
  expect(columns, 'the header, then column after column').toEqual([...columns].sort((one, other) => one - other));
  await page.keyboard.press('Tab');
  expect(await focused(page), 'that was the last one').toBeNull();
  // However far the deals go, the bell, what takes it back and the round's clock are within reach.
  await page.setViewportSize({ width: 1180, height: 820 });
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  for (const name of ['bell', 'step-back', 'timer', 'round-pause']) {
    await expect(page.getByTestId(name)).toBeInViewport({ ratio: 1 });
  }
});

test('a moderator without a mouse leads the evening', async ({ browser }) => {
  const wall = await hall.window(browser, WALL);
  await hall.show(wall, 'wall');
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const scene = (name) => expect(wall.locator(AT.wall)).toHaveAttribute('data-scene', name);
  const phase = (name) => expect(wall.getByTestId('phase')).toHaveAttribute('data-phase', name);

  await test.step('? shows the keys, Escape puts them away', async () => {
    await page.keyboard.press('?');
    await expect(at('keys')).toBeVisible();
    await page.keyboard.press('b');
    await page.keyboard.press('Escape');
    await expect(at('keys')).toBeHidden();
  });

  await test.step('the bell rings if its key is held, not if it is struck', async () => {
    await page.keyboard.press('b');
    await phase('preparing');
    await holdKey(page, 'b');
    await phase('open');
    await expect(wall.getByTestId('timer')).toBeVisible();
  });

  await test.step('the round is paused, adjusted, ended, and the next one started', async () => {
    const left = async () => {
      const [minutes, seconds] = (await at('timer').innerText()).split(':').map(Number);
      return minutes * 60 + seconds;
    };
    await press(page, 'round-pause');
    await expect(at('round-resume')).toBeFocused();
    const before = await left();
    await page.keyboard.press('+');
    await expect.poll(left).toBe(before + 60);
    await page.keyboard.press('-');
    await expect.poll(left).toBe(before);
    await page.keyboard.press('Enter');
    await expect(at('round-pause')).toBeFocused();
    await page.keyboard.press('p');
    await expect(at('round-resume')).toBeVisible();
    await page.keyboard.press('p');
    await expect(at('round-pause')).toBeVisible();
    await press(page, 'round-end');
    await page.keyboard.press('Enter');
    await expect(at('round-start')).toBeEnabled();
    await page.keyboard.press('n');
    await expect(at('round-pause')).toBeVisible();
  });

  await test.step('scenes, an announcement', async () => {
    await page.keyboard.press('4');
    await scene('pause');
    await page.keyboard.press('0');
    await scene('blackout');
    // The key does what its button says, and the wall may be told a moment before the desk.
    await expect(at('scene-blackout')).toHaveAttribute('aria-pressed', 'true');
    await page.keyboard.press('0');
    await scene('pause');
    await press(page, 'scene-automatic');
    await scene('floor');
    await page.keyboard.press('a');
    await expect(at('announce-text')).toBeFocused();
    // A letter in a field is a letter.
    await page.keyboard.type('Baren stenger nå 0');
    await page.keyboard.press('Enter');
    await expect(wall.locator(AT.announcement)).toHaveText('Baren stenger nå 0');
    await scene('floor');
    await press(page, 'announce-end');
    await expect(wall.locator(AT.announcement)).toHaveCount(0);
  });

  await test.step('a deal is withdrawn, and that is undone', async () => {
    await hall.postInOrder(2);
    await expect(wall.locator(AT.count)).toHaveText('2');
    // What was done before may still be there to be taken back, and the wall may be told a moment before the desk.
    const undoes = async () => (await at('undo-bar').allTextContents()).join();
    const before = await undoes();
    await press(page, 'withdraw');
    await expect(wall.locator(AT.count)).toHaveText('1');
    await expect.poll(undoes).not.toBe(before);
    await expect(at('undo-bar')).toBeVisible();
    await page.keyboard.press('z');
    await expect(wall.locator(AT.count)).toHaveText('2');
    await press(page, 'withdraw');
    await expect(wall.locator(AT.count)).toHaveText('1');
    await press(page, 'undo');
    await expect(wall.locator(AT.count)).toHaveText('2');
  });

  await test.step('the count is frozen and the floor closed by two holds', async () => {
    await page.keyboard.press('f');
    await expect(at('reveal-next')).toBeVisible();
    await hall.postInOrder(5);
    await expect(wall.locator(AT.count)).toHaveText('2');
    await holdKey(page, 'b');
    await expect(at('bell')).toHaveAttribute('data-armed', 'true');
    await phase('open');
    await holdKey(page, 'b');
    await phase('closed');
    await scene('closing');
  });

  await test.step('deal after deal is revealed on the closing scene, then the result climbs', async () => {
    const closing = wall.getByTestId('closing');
    await expect(closing).toHaveAttribute('data-state', 'frozen');
    await expect(wall.getByTestId('sealed')).toBeVisible();
    await page.keyboard.press('r');
    await expect(wall.locator(AT.hero)).toHaveAttribute('data-number', '3');
    await expect(wall.locator(AT.count)).toHaveText('3');
    await press(page, 'reveal-next');
    await expect(wall.locator(AT.hero)).toHaveAttribute('data-number', '4');
    await expect(wall.locator(AT.count)).toHaveText('4');
    await expect(at('reveal-next')).toBeFocused();
    await page.keyboard.press('r');
    await expect(wall.locator(AT.hero)).toHaveAttribute('data-number', '5');
    // The last one keeps the stage for a while.
    await expect(closing).toHaveAttribute('data-state', 'frozen');
    await expect(closing).toHaveAttribute('data-state', 'climbing');
    await press(page, 'announce-result');
    await page.keyboard.press('Enter');
    await expect(at('bell')).toBeDisabled();
  });
});

test('before the result the desk says what waits for the hammer, and no round takes the result from the hall', async ({ browser }) => {
  await hall.ratifyFirst();
  await hall.openFloor();
  const second = randomUUID();
  await hall.ask('broker', { type: 'post_deal', deal: second, terms: dealOfDemo(1) });
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const waiting = at('fault').filter({ hasText: 'på hammeren' });
  await at('faults').click();
  await expect(at('faults-sheet')).toBeVisible();
  await expect(waiting, 'while the floor is open it is the notary\'s matter alone').toHaveCount(0);
  await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 1 } });
  await expect(waiting).toContainText('2 avtaler venter på hammeren');
  await at('sheet-close').click();
  await at('announce-result').click();
  await expect(at('announce-result')).toHaveText('2 venter på hammeren. Trykk igjen');
  await expect(at('announce-result'), 'nobody pressed again').toHaveText('Kunngjør resultatet');
  await hall.ask('notary', { type: 'ratify_deal', deal: second });
  await at('faults').click();
  await expect(waiting).toContainText('1 avtale venter på hammeren');
  await at('sheet-close').click();

  await test.step('neither the button nor the key starts a round, nor does the list of them', async () => {
    await expect(at('round-start')).toBeDisabled();
    await page.keyboard.press('n');
    await expect(at('alert')).toContainText('Børsen er stengt');
    await at('rounds-open').click();
    await expect(at('round-have')).not.toHaveCount(0);
    for (const have of await at('round-have').all()) await expect(have).toBeDisabled();
    await at('sheet-close').click();
    await expect(at('round-start')).toBeVisible();
  });

  await test.step('a hold too many only asks, by key or by hand; once the floor is open again a round starts', async () => {
    await holdKey(page, 'b');
    await expect(at('bell')).toHaveAttribute('data-armed', 'true');
    await expect(at('bell')).toContainText('så åpner børsen igjen, før runde 2');
    await expect(at('phase')).toHaveAttribute('data-phase', 'closed');
    await at('bell').click({ delay: HOLD_MS });
    await at('round-start').click();
    await expect(at('round-pause')).toBeVisible();
  });

  await test.step('after the result nothing is said of it any more, and the key does nothing', async () => {
    await hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: 2 } });
    await at('announce-result').click();
    await expect(at('announce-result')).toHaveText('1 venter på hammeren. Trykk igjen');
    // The bell strikes before the result is announced.
    await page.waitForTimeout(600);
    await at('announce-result').click();
    await expect(at('announce-result')).toHaveText('Resultatet er kunngjort');
    await page.keyboard.press('n');
    await expect(at('alert')).toContainText('Resultatet er alt kunngjort');
    await expect(at('round-start')).toBeDisabled();
  });
});

test('a half-written announcement is there again when the desk is loaded anew, and gone once it is shown', async ({ browser }) => {
  const page = await openDesk(browser);
  const text = page.getByTestId('announce-text');
  await text.fill('Kaffe serveres på');
  await page.reload();
  await expect(text).toHaveValue('Kaffe serveres på');
  await text.fill('Kaffe serveres på galleriet');
  await page.getByTestId('announce-send').click();
  await expect(page.getByTestId('announcement')).toContainText('Kaffe serveres på galleriet');
  await expect(text).toHaveValue('');
  await page.reload();
  await expect(page.getByTestId('announcement')).toBeVisible();
  await expect(text).toHaveValue('');
});

test('where the programme has no rounds, the desk says that and shows no clock', async ({ browser }) => {
  const { programme } = (await hall.welcome()).board;
  await hall.ask('organiser', { type: 'set_programme', items: programme.filter(({ slot }) => slot.kind !== 'round') });
  const page = await openDesk(browser);
  const round = page.locator('.panel-round');
  await expect(round.getByRole('heading')).toHaveText('Programmet har ingen runder.');
  await expect(round.getByTestId('timer')).toBeHidden();
  await hall.ask('organiser', { type: 'set_programme', items: programme });
  await expect(round.getByTestId('timer')).toBeVisible();
});

test('a busy desk makes no hold of a tap, and no tap of a hold', async ({ browser }) => {
  const page = await openDesk(browser);
  /** Presses a key for so long while the page has no time to hear of it. */
  const pressWhileBusy = async (heldMs) => {
    const busy = page.evaluate(async (ms) => {
      await new Promise(requestAnimationFrame);
      const until = performance.now() + ms;
      while (performance.now() < until);
    }, 2 * HOLD_MS);
    const down = page.keyboard.down('b');
    await new Promise((done) => setTimeout(done, heldMs));
    await Promise.all([down, page.keyboard.up('b'), busy]);
  };
  await pressWhileBusy(0);
  await pressWhileBusy(HOLD_MS);
  await expect(page.getByTestId('round-pause')).toBeVisible();
  await expect(page.getByTestId('bell'), 'the tap did not open the floor, or the hold would be the first of two').toHaveAttribute(
    'data-armed',
    'false',
  );
});

test('a button that goes away leaves its place to the next, and a second Enter does nothing', async ({ browser }) => {
  const page = await openDesk(browser);
  await tabTo(page, 'bell');
  await holdKey(page, 'Space');
  await expect(page.getByTestId('round-pause')).toBeVisible();
  await hall.postFirst();
  await press(page, 'withdraw');
  const row = page.getByTestId('deal-row');
  await expect(row).toHaveAttribute('data-stand', 'withdrawn');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(row.getByTestId('reinstate')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(row).toHaveAttribute('data-stand', 'posted');

  await press(page, 'freeze');
  // It has its place all evening, and can be pressed once the count is frozen.
  await expect(page.getByTestId('reveal-next')).toBeEnabled();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId('reveal-next')).toBeFocused();
  await hall.postInOrder(4);
  // What comes in is counted, and moves nothing until it is asked for.
  await expect(page.getByTestId('deals-fresh')).toHaveText('Vis 3 nye');
  await expect(row).toHaveCount(1);
  await page.getByTestId('deals-fresh').click();
  await expect(row).toHaveCount(4);
  await expect(row.first()).toHaveAttribute('data-stand', 'concealed');

  // While the floor is open nothing is revealed by one press, and all of it by a hold alone.
  const stands = () => row.evaluateAll((rows) => rows.map((one) => one.dataset.stand));
  await press(page, 'reveal-next');
  await expect(page.getByTestId('reveal-next')).toHaveText('Trykk igjen');
  expect(await stands()).toEqual(['concealed', 'concealed', 'concealed', 'posted']);
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await stands()).toSorted()).toEqual(['concealed', 'concealed', 'posted', 'posted']);
  await page.getByTestId('reveal-all').click();
  await page.getByTestId('reveal-all').dblclick();
  expect((await stands()).filter((stand) => stand === 'concealed')).toHaveLength(2);
  await page.getByTestId('reveal-all').click({ delay: HOLD_MS });
  await expect.poll(stands).toEqual(['posted', 'posted', 'posted', 'posted']);
  await expect(page.getByTestId('freeze')).toBeEnabled();

  // More than the desk shows at first: the older ones are within reach. What is new alone is no older one.
  const older = page.getByTestId('deals-more');
  await hall.postMany(33);
  await expect(page.getByTestId('deals-fresh')).toHaveText('Vis 29 nye');
  await expect(older).toBeHidden();
  await page.getByTestId('deals-fresh').click();
  await expect(row).toHaveCount(30);
  await expect(older).toHaveText('Vis eldre');
  await older.click();
  await expect(row).toHaveCount(33);
  await expect(row.last()).toHaveAttribute('data-number', '1');
  await expect(older).toBeHidden();
});

test('a wall in the moderator\'s own browser keeps what is concealed to itself @patient', async ({ browser }) => {
  await hall.openFloor();
  const wall = await hall.window(browser, WALL, { role: 'moderator' });
  await hall.show(wall, 'wall');
  await hall.freeze();
  const [service, secret] = [dealOfDemo(1), 'Hemmelig til klokka ringer'];
  await hall.post({ ...service, bargain: { kind: 'one_way', service: { text: secret } } });
  // The deal would be the next piece of the tape, and one more comes in after it.
  const pieces = wall.locator('[data-piece]');
  const newest = async () => Math.max(0, ...(await pieces.evaluateAll((all) => all.map(({ dataset }) => +dataset.piece))));
  const seen = await newest();
  await expect.poll(newest, { timeout: 60_000 }).toBeGreaterThan(seen + 1);
  await expect(wall.getByText(secret)).toHaveCount(0);
  await expect(wall.locator(AT.count)).toHaveText('1');
  await hall.reveal('all');
  await expect(wall.getByText(secret).first()).toBeVisible();
});

test('one chosen wall shows its number, a scene, and loads itself anew; the other does not', async ({ browser }) => {
  const walls = [];
  const loads = new Map();
  for (let nth = 0; nth < 2; nth += 1) {
    const wall = await hall.window(browser, WALL);
    wall.on('load', () => loads.set(wall, (loads.get(wall) ?? 0) + 1));
    await hall.show(wall, 'wall');
    walls.push(wall);
  }
  const page = await openDesk(browser);
  const row = page.getByTestId('screen-row').filter({ has: page.getByTestId('identify') }).first();
  await expect(page.getByTestId('identify')).toHaveCount(2);
  const numberOn = (wall) => wall.locator(AT.identified);

  // Which row is whose is seen on the wall that shows its number, and on no other.
  await row.getByTestId('identify').click();
  const counts = () => Promise.all(walls.map((wall) => numberOn(wall).count()));
  await expect.poll(async () => (await counts()).toSorted()).toEqual([0, 1]);
  const [chosen, other] = (await counts())[0] ? walls : walls.toReversed();
  await expect(row).toContainText(await numberOn(chosen).innerText());

  const sceneOf = (wall) => wall.locator(AT.wall);
  await row.getByTestId('screen-scene').selectOption('pause');
  await expect(sceneOf(chosen)).toHaveAttribute('data-scene', 'pause');
  await hall.setScene('closing');
  await expect(sceneOf(other)).toHaveAttribute('data-scene', 'closing');
  await expect(sceneOf(chosen)).toHaveAttribute('data-scene', 'pause');
  await row.getByTestId('screen-scene').selectOption('');
  await expect(sceneOf(chosen)).toHaveAttribute('data-scene', 'closing');

  await row.getByTestId('reload').click();
  await expect.poll(() => loads.get(chosen)).toBe(2);
  await expect(sceneOf(chosen)).toHaveAttribute('data-scene', 'closing');
  // It was started without sound.
  await expect(chosen.getByTestId('sound')).toBeVisible();
  await expect(page.getByTestId('identify'), 'both are on the list again').toHaveCount(2);
  expect(loads.get(other), 'the other one stays').toBe(1);
  expect(await numberOn(other).count()).toBe(0);
});

test('a correction drops nothing that was written without a word, and says what is wrong where it stands', async ({ browser }) => {
  await hall.openFloor();
  const { givers, receivers } = dealOfDemo(1);
  const [giver] = givers;
  await hall.post({
    givers,
    receivers,
    bargain: { kind: 'two_way', service: { text: 'Snekkerhjelp', effort_minutes: 120 }, return_service: { text: 'Padlekurs', effort_minutes: 60 } },
    first_step: { by: giver, what: 'ringer', due: '2026-12-03' },
    deadline: '2027-06-01',
  });
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const open = () => page.locator('[data-testid="deal-row"][data-number="2"]').getByTestId('amend-open').click();
  const errorAt = (id) => page.locator(`.field:has(#${id}) .field-error`);
  await open();
  await expect(at('amend-deadline')).toHaveValue('2027-06-01');
  await expect(at('amend').locator('.field-room').filter({ hasText: /./ }), 'a day is not counted').toHaveCount(0);

  await test.step('whoever is taken off and put there again takes the first step, on its day', async () => {
    await expect(at('amend-first-by')).toHaveValue(giver);
    await at('amend-off').first().click();
    await at('amend-givers').selectOption(giver);
    await expect(at('amend-first-by')).toHaveValue(giver);
    await expect(at('amend-due')).toHaveValue('2026-12-03');
  });

  await test.step('what is not kept is said, and comes back', async () => {
    const leftOut = at('amend-left-out').filter({ hasText: /./ });
    await at('amend-first-by').selectOption('');
    await expect(leftOut).toContainText('ringer');
    await at('amend-first-by').selectOption(giver);
    await expect(leftOut).toHaveCount(0);
    await at('amend-intention').check();
    await expect(leftOut).toContainText('Padlekurs');
    await at('amend-intention').uncheck();
    await expect(leftOut).toHaveCount(0);
    await expect(at('amend-return-text')).toHaveValue('Padlekurs');
  });

  await test.step('each error stands at its own field', async () => {
    await at('amend-return-hours').fill('mange');
    await at('amend-text').fill('');
    await at('amend-save').click();
    await expect(at('amend').locator('.field-error')).toHaveCount(2);
    await expect(errorAt('amend-return-hours')).toBeVisible();
    await expect(at('amend-return-hours')).toHaveAttribute('aria-invalid', 'true');
    await expect(at('amend-hours')).toHaveAttribute('aria-invalid', 'false');
    await expect(at('amend-text')).toBeFocused();
    await at('amend-text').fill('Snekkerhjelp');
    await at('amend-return-hours').fill('2');
    await expect(at('amend').locator('.field-error')).toHaveCount(0);
    // Beyond its bounds, which the server would say of either.
    await at('amend-return-hours').fill('10001');
    await at('amend-save').click();
    await expect(errorAt('amend-return-hours')).toBeVisible();
    await at('amend-return-hours').fill('2');
    await at('amend-save').click();
    await expect(at('amend')).toHaveCount(0);
  });

  // The desk may be told a moment after the server has it.
  await expect(async () => {
    await open();
    const hours = await at('amend-return-hours').inputValue();
    const step = [await at('amend-first-by').inputValue(), await at('amend-due').inputValue()];
    await at('sheet-close').click();
    expect([hours, ...step]).toEqual(['2', giver, '2026-12-03']);
  }).toPass();
});

test('a correction that Escape puts away is there again, until it is saved or given up', async ({ browser }) => {
  await hall.openFloor();
  await hall.postInOrder(3);
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const row = (number) => page.locator(`[data-testid="deal-row"][data-number="${number}"]`);
  const open = (number) => row(number).getByTestId('amend-open').click();
  const leave = async () => {
    await page.keyboard.press('Escape');
    await expect(at('amend')).toHaveCount(0);
  };
  await open(2);
  const text = await at('amend-text').inputValue();
  await at('amend-text').fill('Halvskrevet');
  await leave();
  await open(3);
  await expect(at('amend-kept')).toHaveCount(0);
  await leave();
  // The page is not left with it unasked.
  const asked = page.waitForEvent('dialog');
  const reloaded = page.evaluate(() => location.reload());
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await reloaded;
  await open(2);
  await expect(at('amend-kept')).toBeVisible();
  await expect(at('amend-text')).toHaveValue('Halvskrevet');
  // Another language takes the sheet from nobody's hands.
  await at('amend-text').fill('Halvskrevet enda');
  await at('amend-text').focus();
  const { settings } = (await hall.welcome()).board;
  await hall.ask('organiser', { type: 'configure', settings: { ...settings, language: 'de' } });
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(at('amend-text')).toHaveValue('Halvskrevet enda');
  await expect(at('amend-text')).toBeFocused();
  await at('amend-anew').click();
  await expect(at('amend-text')).toHaveValue(text);
  await leave();
  await open(2);
  await expect(at('amend-kept')).toHaveCount(0);
  await at('amend-text').fill('Skrevet ferdig');
  await at('amend-save').click();
  await expect(at('undo-bar')).toBeVisible();
  await expect(row(2)).toContainText('Skrevet ferdig');
  await open(2);
  await expect(at('amend-kept')).toHaveCount(0);
  await expect(at('amend-text')).toHaveValue('Skrevet ferdig');
});

test('a category that goes while a deal is corrected is left, and the field says so until another is chosen', async ({ browser }) => {
  await hall.openFloor();
  await hall.postInOrder(2);
  const { settings } = (await hall.welcome()).board;
  const configure = (...more) => hall.ask('organiser', { type: 'configure', settings: { ...settings, categories: [...settings.categories, ...more] } });
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const [category, error] = [at('amend-category'), page.locator('#amend-category-error')];
  await page.locator('[data-testid="deal-row"][data-number="2"]').getByTestId('amend-open').click();
  await at('amend-first-what').fill('ringer på mandag');
  // One that comes while the sheet lies there can be chosen.
  await configure({ id: 'garden', name: 'Grønne fingre' });
  await category.selectOption('Grønne fingre');
  await configure();
  await expect(error).toContainText('Grønne fingre');
  await expect(category).toHaveValue('');
  await expect(category.getByRole('option', { name: 'Grønne fingre' })).toHaveCount(0);
  await expect(at('amend-first-what')).toHaveValue('ringer på mandag');
  await at('amend-save').click();
  await expect(category).toBeFocused();
  await expect(at('undo-bar')).toHaveCount(0);
  await category.selectOption(settings.categories[0].id);
  await expect(error).toHaveCount(0);
  await at('amend-save').click();
  await expect(at('undo-bar')).toBeVisible();
  const { deals } = (await hall.welcome()).board;
  expect(deals.find(({ number }) => number === 2).terms.bargain.service.category).toBe(settings.categories[0].id);
});

test('a party that goes while a deal is corrected is shown as gone, and nothing is sent until it is taken off', async ({ browser }) => {
  await hall.openFloor();
  await hall.postInOrder(2);
  const id = randomUUID();
  await hall.ask('moderator', { type: 'register_participant', participant: { id, name: 'Zulu Lag', sector: 'voluntary' } });
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const receivers = page.locator('fieldset').filter({ has: at('amend-receivers') });
  await page.locator('[data-testid="deal-row"][data-number="2"]').getByTestId('amend-open').click();
  await at('amend-text').fill('Ringer på mandag');
  await at('amend-receivers').selectOption(id);
  await expect(receivers.getByRole('listitem')).toHaveCount(2);
  await hall.ask('moderator', { type: 'remove_participant', participant: id });
  await expect(receivers.getByRole('listitem').last()).toContainText('Zulu Lag ikke lenger påmeldt');
  await at('amend-save').click();
  await expect(page.locator('#amend-receivers-error')).toBeVisible();
  await expect(at('undo-bar')).toHaveCount(0);
  await receivers.getByTestId('amend-off').last().click();
  await at('amend-save').click();
  await expect(at('undo-bar')).toBeVisible();
  const { deals } = (await hall.welcome()).board;
  expect(deals.find(({ number }) => number === 2).terms.bargain.service.text).toBe('Ringer på mandag');
});

test('one newcomer that two tablets registered, and one deal of each, are marked as alike', async ({ browser }) => {
  await hall.openFloor();
  const { receivers } = dealOfDemo(1);
  for (const name of ['Strandveien vel', 'Strandveien Vel']) {
    const id = randomUUID();
    await hall.ask('organiser', { type: 'register_participant', participant: { id, name, sector: 'voluntary' } });
    await hall.post({ givers: [id], receivers, bargain: { kind: 'one_way', service: { text: 'Kaker til kafeen' } } });
  }
  const page = await openDesk(browser);
  await expect(page.getByTestId('like')).toHaveText(['ligner på avtale 2']);
});

/** Where the hand goes, by name: every button, field and menu of the desk. */
function places(page) {
  return page.evaluate(() => {
    const counts = {};
    /** @type {NodeListOf<HTMLElement>} */
    const controls = document.querySelectorAll('[data-testid="moderator"] :is(button, input, select, a[href])');
    return Object.fromEntries(
      [...controls]
        // What can be undone lies over the desk in a place of its own, for its ten seconds.
        .filter((control) => control.checkVisibility() && !control.closest('[data-testid="undo-bar"]'))
        .map((control) => {
          // One place, whatever the round's clock does.
          const name = (control.dataset.testid ?? control.textContent.trim()).replace(/^round-(start|pause|resume)$/, 'round-clock');
          counts[name] = (counts[name] ?? 0) + 1;
          const { x, y, width, height } = control.getBoundingClientRect();
          return [`${name} ${counts[name]}`, [x, y + scrollY, width, height].map(Math.round)];
        }),
    );
  });
}

test('through an evening nothing on the desk moves but by a press, whatever comes @patient', async ({ browser }) => {
  await hall.openFloor();
  const pages = [];
  for (const size of [{ width: 1180, height: 820 }, { width: 1280, height: 900 }, { width: 1920, height: 1080 }]) {
    const page = await hall.window(browser, size, { role: 'moderator' });
    await hall.show(page, 'moderator');
    await expect(page.getByTestId('bell')).toBeEnabled();
    await expect(page.getByTestId('deal-row')).toHaveCount(1);
    pages.push(page);
  }
  for (const page of pages) await expect(page.getByTestId('screen-row')).toHaveCount(pages.length);
  const before = await Promise.all(pages.map(places));
  const everywhere = async (change, seen) => {
    await change();
    for (const page of pages) await seen(page);
    for (const [nth, page] of pages.entries()) {
      const [earlier, now] = [before[nth], await places(page)];
      const moved = Object.keys(earlier).filter((name) => `${earlier[name]}` !== `${now[name]}`);
      expect(moved.map((name) => `${name}: ${earlier[name]} -> ${now[name]}`), `${change} at ${page.viewportSize().width}`).toEqual([]);
      before[nth] = now;
    }
  };
  const at = (page, testid) => page.getByTestId(testid);
  await everywhere(() => hall.postInOrder(12), (page) => expect(at(page, 'count')).toHaveText('12'));
  await everywhere(() => hall.freeze(), (page) => expect(at(page, 'reveal-next')).toBeEnabled());
  await everywhere(() => hall.postInOrder(15), (page) => expect(page.locator('.desk-concealed')).toHaveText('+ 3 skjult'));
  await everywhere(() => hall.announce('Kaffe serveres på galleriet i andre etasje'), (page) => expect(at(page, 'announcement')).toBeVisible());
  await everywhere(() => hall.endAnnouncement(), (page) => expect(at(page, 'announcement')).toHaveCount(0));
  await everywhere(() => hall.setScene('pause'), (page) => expect(at(page, 'scene-pause')).toHaveAttribute('aria-pressed', 'true'));
  const tablet = await hall.window(browser, WALL);
  await everywhere(
    () => hall.show(tablet, 'broker'),
    (page) => expect(at(page, 'screen-row')).toHaveCount(pages.length + 1),
  );
  await everywhere(() => tablet.context().close(), (page) => expect(at(page, 'faults')).toHaveAttribute('data-mark', 'wrong'));
  for (const page of pages) await expect(at(page, 'faults')).toContainText('Ingrid · megler: uten nett');
  await everywhere(() => hall.ask('moderator', { type: 'end_round', expected: { phase: 'open', round: 1 } }), (page) => expect(at(page, 'round-start')).toBeVisible());
  await everywhere(() => hall.ask('moderator', { type: 'close_floor', expected: { phase: 'open', round: null } }), (page) =>
    expect(at(page, 'phase')).toHaveAttribute('data-phase', 'closed'),
  );
  await everywhere(() => hall.post(dealOfDemo(1)), (page) => expect(at(page, 'faults')).toContainText('+ 1 til'));

  const [page] = pages;
  await test.step('what came late is admitted with one press', async () => {
    await at(page, 'faults').click();
    // It is the second deal once more.
    await expect(at(page, 'like')).toHaveText(['ligner på avtale 2']);
    await at(page, 'like').click();
    await expect(at(page, 'pair-one')).toHaveCount(2);
    await at(page, 'sheet-close').click();
    await at(page, 'faults').click();
    await at(page, 'late-deals').getByTestId('admit').click();
    await expect(at(page, 'late-deals')).toHaveCount(0);
    await at(page, 'sheet-close').click();
    await expect(page.locator('.desk-concealed')).toHaveText('+ 4 skjult');
  });

  await test.step('any deal is found, and its parties are put right', async () => {
    await at(page, 'deals-query').fill('5');
    await expect(at(page, 'deal-row').first()).toHaveAttribute('data-number', '5');
    await at(page, 'amend-open').first().click();
    const { givers, receivers } = dealOfDemo(4);
    const options = at(page, 'amend-givers').locator('option');
    const other = await options.evaluateAll(
      (all, taken) => all.map(({ value }) => value).find((value) => value && !taken.includes(value)),
      [...givers, ...receivers],
    );
    await at(page, 'amend-givers').selectOption(other);
    await at(page, 'amend-off').first().click();
    await at(page, 'amend-save').click();
    await expect(at(page, 'amend')).toHaveCount(0);
    await expect(at(page, 'undo-bar')).toBeVisible();
    const giversOfFifth = async () => (await hall.welcome()).board.deals.find(({ number }) => number === 5).terms.givers;
    await expect.poll(giversOfFifth).toEqual([other]);
  });

  await test.step('at twice the size nothing covers the clock', async () => {
    await page.setViewportSize({ width: 640, height: 430 });
    await at(page, 'timer').scrollIntoViewIfNeeded();
    const isSeen = await at(page, 'timer').evaluate((timer) => {
      const { x, y, width, height } = timer.getBoundingClientRect();
      return timer.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
    expect(isSeen).toBe(true);
  });
});

test('two who correct a deal at once keep what both changed, and who changes the same is told', async ({ browser }) => {
  await hall.openFloor();
  await hall.post({ ...dealOfDemo(1), bargain: { kind: 'one_way', service: { text: 'Maling av gjerdet' } } });
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const open = () => page.locator('[data-testid="deal-row"][data-number="2"]').getByTestId('amend-open').click();
  const posted = async () => (await hall.welcome()).board.deals.find((deal) => deal.number === 2);
  const terms = async () => (await posted()).terms;
  /** What a tablet changes meanwhile. */
  const change = async (text) => {
    const { id, terms: { bargain, ...others } } = await posted();
    await hall.ask('broker', { type: 'amend_deal', deal: id, terms: { ...others, bargain: { ...bargain, service: { ...bargain.service, text } } } });
  };
  await open();
  await at('amend-deadline').fill('2027-06-01');
  await change('Maling av gjerdet og porten');
  await at('amend-save').click();
  await expect.poll(async () => (await terms()).deadline).toBe('2027-06-01');
  expect((await terms()).bargain.service.text).toBe('Maling av gjerdet og porten');

  // What is shown of it now stands beside the field, and nothing of what was typed is lost.
  const row = page.locator('[data-testid="deal-row"][data-number="2"]');
  await open();
  await at('amend-text').fill('Maling av huset');
  await at('amend-deadline').fill('2027-07-01');
  await change('Maling av porten');
  await expect(row).toContainText('Maling av porten');
  await at('amend-save').click();
  await expect(at('amend').locator('.field-error')).toContainText('Maling av porten');
  await expect(at('amend-text')).toHaveValue('Maling av huset');
  await expect(at('amend-deadline')).toHaveValue('2027-07-01');
  expect((await terms()).bargain.service.text).toBe('Maling av porten');
  // Another press is meant.
  await at('amend-save').click();
  await expect.poll(async () => (await terms()).bargain.service.text).toBe('Maling av huset');
  expect((await terms()).deadline).toBe('2027-07-01');

  // Whoever takes back what somebody else has changed since wrote nothing, and is not told so.
  await expect(at('undo-bar')).toBeVisible();
  await change('Maling av taket');
  await at('undo').click();
  await expect(page.getByText('En annen har endret det samme i mellomtida')).toBeVisible();
  await expect(page.getByText('Det du skrev')).toHaveCount(0);
});

test('a correction whose figures cannot both be true is asked about, as on a tablet', async ({ browser }) => {
  await hall.openFloor();
  await hall.post({ ...dealOfDemo(1), bargain: { kind: 'one_way', service: { text: 'Maling', effort_minutes: 1_200 } } });
  const page = await openDesk(browser);
  const at = (testid) => page.getByTestId(testid);
  const service = async () => (await hall.welcome()).board.deals.find(({ number }) => number === 2).terms.bargain.service;
  await page.locator('[data-testid="deal-row"][data-number="2"]').getByTestId('amend-open').click();
  await at('amend-text').fill('30 timer maling');
  await at('amend-save').click();
  await expect(at('amend-question')).toContainText('20');
  await expect(at('amend-save')).toBeHidden();
  expect((await service()).text).toBe('Maling');
  await at('amend-settle').first().click();
  await expect(at('amend-question')).toHaveCount(0);
  await expect(at('amend-hours')).toHaveValue('30');
  await at('amend-save').click();
  await expect.poll(service).toMatchObject({ text: '30 timer maling', effort_minutes: 1_800 });
});
