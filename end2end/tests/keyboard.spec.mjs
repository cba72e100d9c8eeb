// Who uses no mouse: the organiser's main jobs and the broker's, by Tab, Enter and letters alone. The desk's keys are in
// `desk.spec.mjs`, paper's in `door.spec.mjs`.
import { AT, Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const DESK = { width: 1280, height: 900 };
const TABLET = { width: 1180, height: 820 };
/** More stops than any page has. */
const STOPS_MAX = 150;

/** @type {Hall} */
let hall;
test.beforeEach(async () => {
  hall = await Hall.start();
});
test.afterEach(() => hall.end());

/**
 * Goes on by Tab until the focus is there, which must be seen where it is.
 * @param {import('playwright').Locator} target
 */
async function tabTo(target) {
  const page = target.page();
  const has = () => target.evaluate((one) => one === document.activeElement);
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await has()) return expect(target).toBeInViewport();
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${target}`);
}

/**
 * Writes into a field in place of what stands there.
 * @param {import('playwright').Locator} target
 * @param {string} text
 */
async function write(target, text) {
  await tabTo(target);
  await target.page().keyboard.press('ControlOrMeta+a');
  await target.page().keyboard.type(text);
}

/** @param {import('playwright').Locator} target */
async function press(target) {
  await tabTo(target);
  await target.page().keyboard.press('Enter');
}

const board = async () => (await hall.welcome()).board;

test('the organiser: exchange, participant, programme, a tablet’s code', async ({ browser }) => {
  const page = await hall.window(browser, DESK);
  await hall.show(page, 'organiser');
  const by = (id) => page.getByTestId(id).first();

  await test.step('the exchange', async () => {
    await press(by('rail-exchange'));
    await expect(page.locator('.page-title')).toBeFocused();
    await write(by('settings-place'), 'Kulturhuset');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await board()).settings.place).toBe('Kulturhuset');
  });

  await test.step('a participant, how to reach it, what it offers', async () => {
    await press(by('rail-participants'));
    await press(by('participant-add'));
    await write(by('participant-name'), 'Elvestad kor');
    await page.keyboard.press('Enter');
    await write(by('contact-person'), 'Kari Nordmann');
    await write(by('contact-phone'), '912 34 567');
    await page.keyboard.press('Enter');
    await expect(by('contact-form').getByRole('status').filter({ hasText: 'Lagret' })).toBeVisible();
    await press(by('listing-new'));
    await write(by('listing-text'), 'Synger på festen');
    await page.keyboard.press('Enter');
    await expect(by('listing')).toContainText('Synger på festen');
  });

  await test.step('the programme', async () => {
    await press(by('rail-programme'));
    const before = await by('plan-start').inputValue();
    await tabTo(by('plan-start'));
    await page.keyboard.type('1715');
    await page.keyboard.press('Tab');
    await expect.poll(async () => (await board()).programme[0].time).toBe('17:15');
    expect(before).not.toBe('17:15');
  });

  await test.step('the categories are ordered, and the keys stay with the one that is moved', async () => {
    await press(by('rail-categories'));
    const ids = async () => (await board()).settings.categories.map(({ id }) => id);
    const [first, second, ...others] = await ids();
    const rows = page.getByTestId('category');
    await press(by('category-down'));
    await expect.poll(ids).toEqual([second, first, ...others]);
    await expect(rows.nth(1).getByTestId('category-down')).toBeFocused();
    for (const [nth] of others.entries()) {
      await page.keyboard.press('Enter');
      await expect(rows.nth(nth + 2).locator(':focus')).toHaveCount(1);
    }
    await expect.poll(ids).toEqual([second, ...others, first]);
    // It can go no further down.
    await expect(rows.last().getByTestId('category-up')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await ids()).at(-2)).toBe(first);
    await expect(rows.nth(others.length).getByTestId('category-up')).toBeFocused();
  });

  await test.step('a category’s icon is chosen, of one category at a time', async () => {
    const icons = page.getByTestId('category-icons');
    const [one, other] = [page.getByTestId('category-icon').first(), page.getByTestId('category-icon').nth(1)];
    await one.press('Enter');
    await expect(icons).toHaveCount(1);
    await other.click();
    await expect(icons).toHaveCount(1);
    await expect(one).toHaveAttribute('aria-expanded', 'false');
    await expect(other).toHaveAttribute('aria-expanded', 'true');
    await other.press('Escape');
    await expect(icons).toHaveCount(0);
    await expect(other).toBeFocused();
    await page.keyboard.press('Enter');
    await icons.locator('[data-icon="food"]').click();
    await expect(other).toBeFocused();
    await expect.poll(async () => (await board()).settings.categories[1].icon).toBe('food');
    await expect(other).toBeFocused();
  });

  await test.step('a tablet’s code', async () => {
    await press(by('rail-devices'));
    await press(by('pairing-make'));
    await expect(by('pairing-code')).toHaveText(/\S{4}/);
  });
});

test('the broker: a deal between two parties', async ({ browser }) => {
  await hall.openFloor();
  const tablet = await hall.window(browser, TABLET);
  await hall.show(tablet, 'broker');
  for (const [side, symbol] of [['giver', 'BAKK'], ['receiver', 'ELVE']]) {
    await write(tablet.locator(AT.field(side)), symbol);
    await tablet.keyboard.press('Enter');
  }
  await write(tablet.locator(AT.field('service')), 'Kaker til julemessen');
  await press(tablet.locator(AT.post));
  const isStruck = ({ terms }) => terms.bargain.service.text === 'Kaker til julemessen';
  await expect.poll(async () => Object.values((await board()).deals).some(isStruck)).toBe(true);
});
