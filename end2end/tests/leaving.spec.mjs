// Whoever is taken from a field that they type in has left it: by the browser's own buttons, and when the exchange begins to speak
// another language. What is typed is kept or saved, and nothing breaks.
import { Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const DESK = { width: 1280, height: 900 };
/** Where something is typed, and whether the field is there with it when she comes back. */
const FIELDS = [
  ['exchange', 'settings-name', 'Frivilligbørs på Bragernes'],
  ['registrations', 'registration-welcome', 'Kom og bli med'],
  ['participants/new', 'participant-name', 'Nykirke Lag'],
  ['look', 'staging-warning', '7'],
  ['categories', 'category-name', 'Lokaler og rom'],
];

/** @type {Hall} */
let hall;
test.beforeEach(async () => {
  hall = await Hall.start();
});
test.afterEach(() => hall.end());

const addressOf = (name) => hall.server.url(`/drammen/organiser#${name}`);

/** Her pages, and what broke on them. */
async function open(browser) {
  const page = await hall.window(browser, DESK);
  const broken = [];
  page.on('console', (message) => {
    if (message.text().includes('panicked')) broken.push(message.text());
  });
  await hall.show(page, 'organiser');
  return { page, broken };
}

/** Something in a field, which has the focus still. */
async function write(page, id, text) {
  const field = page.getByTestId(id).first();
  await field.click();
  await field.fill(text);
  await expect(field).toBeFocused();
  return field;
}

test('the browser’s own button leaves a field as a press elsewhere does', async ({ browser }) => {
  const { page, broken } = await open(browser);
  for (const [name, id, text] of FIELDS) {
    await page.goto(addressOf('overview'));
    await page.goto(addressOf(name));
    await write(page, id, text);
    await page.goBack();
    await expect(page.locator('[data-testid="organiser-page"][data-page="overview"]')).toBeVisible();
    await page.goForward();
    await expect(page.getByTestId(id).first(), name).toHaveValue(text);
  }
  expect(broken).toEqual([]);
});

test('another language leaves the field that somebody types in, and finds it again', async ({ browser }) => {
  const { page, broken } = await open(browser);
  const languages = ['nn', 'de', 'en', 'nl', 'nb', 'nn'];
  for (const [name, id, text] of [...FIELDS, ['participants', 'place-cell', 'bord 17']]) {
    await page.goto(addressOf(name));
    await write(page, id, text);
    const { settings } = (await hall.welcome()).board;
    const language = languages.find((one) => one !== settings.language);
    await hall.ask('organiser', { type: 'configure', settings: { ...settings, language } });
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.getByTestId(id).first(), name).toHaveValue(text);
  }
  expect(broken).toEqual([]);
});
