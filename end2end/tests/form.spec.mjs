// The broker's form as it is written in a hurry: nothing that was typed or tapped is lost without a word, Return sends
// nothing, and what the screen says is what the server holds. One hall for all; each test takes its deals off the wall.
import { randomUUID } from 'node:crypto';
import { everythingKept, keeps } from '../disk.mjs';
import { AT, Hall, dealOfDemo } from '../hall.mjs';
import { expect, test } from '../test.mjs';

const LANDSCAPE = { width: 1180, height: 820 };
/** What is left of it over a keyboard on the glass. */
const OVER_KEYBOARD = { width: 1180, height: 400 };
const WISH = '00000000-0000-7000-9000-000000000253';
const OFFER = '00000000-0000-7000-9000-000000000141';
const CONDITION = 'Forutsetter at kommunen har gitt sin skriftlige godkjenning før arbeidet begynner';

let hall;
let tablet;

test.beforeAll(async () => {
  hall = await Hall.start();
  await hall.openFloor();
});

test.afterAll(() => hall.end());

test.beforeEach(async ({ browser }) => {
  tablet = await hall.window(browser, LANDSCAPE, { role: 'broker' });
  await hall.show(tablet, 'broker');
});

test.afterEach(async () => {
  for (const { id } of await deals()) await hall.ask('moderator', { type: 'remove_deal', deal: id });
  await tablet.context().close();
});

const tap = (name) => tablet.locator(AT.field(name));
const chip = (symbol) => tablet.locator('.chip').filter({ hasText: new RegExp(`^${symbol}$`) });
const choose = (symbol) => tablet.locator(AT.option).filter({ has: chip(symbol) }).first().click();
const listing = (text) => tablet.getByTestId('tap').filter({ hasText: text }).first();
const deals = async () => Object.values((await hall.welcome()).board.deals).filter(({ standing }) => standing.state === 'posted');
const post = () => tablet.locator(AT.post).click();

async function register(name, symbol) {
  const id = randomUUID();
  await hall.ask('organiser', { type: 'register_participant', participant: { id, name, sector: 'voluntary', symbol } });
  return id;
}

async function pair() {
  await tap('giver').click();
  await choose('BAKK');
  await choose('ELVE');
}

test('Return sends nothing, taps add up, a matched wish is met, and figures follow the text', async () => {
  await pair();
  await listing('20 timer snekkerhjelp').click();
  // The wish that the offer answers is met by it; a tap of its own replaces nothing.
  const wish = listing('Snekkerhjelp til ny brygge');
  await expect(wish).toHaveAttribute('aria-pressed', 'mixed');
  await wish.click();
  await expect(wish).toHaveAttribute('aria-pressed', 'true');
  const holds = async (text, hours, amount) => {
    await expect(tap('service')).toHaveValue(text);
    await expect(tap('hours')).toHaveValue(hours);
    await expect(tap('amount')).toHaveValue(amount);
  };
  await holds('20 timer snekkerhjelp', '20', '20');
  await wish.click();
  await expect(wish).toHaveAttribute('aria-pressed', 'false');
  await wish.click();
  await tap('service').press('Enter');
  await expect(tap('amount')).toBeFocused();
  for (const [field, key] of [['amount', 'Enter'], ['hours', 'Control+Enter'], ['first-what', 'Shift+Enter'], ['due', 'Enter']]) {
    await tap(field).press(key);
  }
  await tap('deadline').press('Enter');
  await expect(tap('deadline')).not.toBeFocused();
  // Nothing went out: the first deal of the evening stands alone.
  expect(await deals()).toHaveLength(1);
  await tap('service').fill('30 timer snekkerhjelp');
  await holds('30 timer snekkerhjelp', '30', '30');
  await post();
  await expect(tap('just-written')).toHaveText('Avtale 2 er på tavla!');
  const deal = (await deals()).find(({ number }) => number === 2);
  expect(deal.terms.bargain.service).toMatchObject({ effort_minutes: 1_800, quantity: { amount: 30 } });
  expect(deal.terms.bargain.service.listings.toSorted()).toEqual([OFFER, WISH]);

  // The words follow what is done, and a deal that is far down the list is opened where it is seen.
  await hall.post(dealOfDemo(1));
  for (let nth = 2; nth < 16; nth += 1) await hall.post(dealOfDemo(nth));
  const second = tablet.getByTestId('deal').filter({ has: tablet.getByTestId('number').filter({ hasText: /^2$/ }) });
  const head = second.getByRole('button').first();
  await head.evaluate((it) => it.scrollIntoView({ block: 'end' }));
  await head.click();
  await expect(second.getByTestId('withdraw')).toBeInViewport({ ratio: 1 });
  await second.getByTestId('amend').click();
  await expect(tablet.locator('.deal-amending')).toBeFocused();
  await expect(tablet.locator('.deal-amending')).toBeInViewport({ ratio: 1 });
  await expect(tablet.locator('.tablet-header')).toBeInViewport({ ratio: 1 });
  for (const hours of ['1 200', 'halvannen time']) {
    await tap('hours').fill(hours);
    expect(await tap('hours').evaluate((it) => it.scrollWidth - it.clientWidth), hours).toBeLessThanOrEqual(0);
  }
  await tap('hours').fill('8 t');
  await expect(tap('read-as').first()).toHaveText('= 8 timer');
  await post();
  // A hand's hours and the text's: asked, and written where it was not.
  await expect(tap('question')).toContainText('30 timer');
  await tap('question').getByRole('button', { name: '8 timer' }).click();
  await expect(tap('service')).toHaveValue('8 timer snekkerhjelp');
  await post();
  await expect(tap('just-written')).toHaveText('Avtale 2 er endret på tavla.');
  await second.getByTestId('withdraw').click();
  await expect(tap('just-written')).toHaveText('Avtale 2 er trukket.');
});

test('a paired device that is asked for a code is told what it is, and is never left there by going back', async () => {
  await hall.show(tablet, 'pair');
  await expect(tablet.locator('.pair-notice')).toContainText('megler');
  await tablet.locator('.pair-notice a').click();
  await expect(tap('post')).toBeVisible();
  await tablet.goBack();
  await expect(tap('post')).toBeVisible();
  expect(new URL(tablet.url()).pathname).toBe('/drammen/broker');
});

test('a tablet that is slow to draw takes the focus from nobody who writes', async () => {
  // Every frame comes late, as on an old tablet with other work to do.
  await tablet.addInitScript(() => {
    const soon = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (draw) => Number(setTimeout(() => soon(draw), 300));
  });
  await hall.show(tablet, 'broker');
  await pair();
  await tap('service').click();
  await tablet.keyboard.type('Padlekurs for femten ansatte', { delay: 30 });
  await expect(tap('service')).toHaveValue('Padlekurs for femten ansatte');
  await expect(tap('service')).toBeFocused();
});

test('what is typed stays or is said, over a reload too', async () => {
  await pair();
  await tap('service').fill(`${CONDITION}. ${CONDITION}. ${CONDITION}, også til naustet`);
  await expect(tablet.locator('.service .field-room').first()).toHaveText(/^\d+ tegn for mye$/);
  await post();
  await expect(tablet.locator('.service .field-error').first()).toContainText('for lang');
  await expect(tap('service')).toHaveValue(/også til naustet$/);
  await tap('service').fill('Snekkerhjelp');
  await tap('return').fill('Padlekurs');
  await tap('intention').check();
  await expect(tap('left-out').filter({ hasText: 'Padlekurs' })).toBeVisible();
  await tap('intention').uncheck();
  await expect(tap('return')).toHaveValue('Padlekurs');
  await tap('first-what').fill('ringer');
  await tablet.getByTestId('first-by').first().click();
  await expect(tap('left-out').filter({ hasText: 'ringer' })).toBeVisible();
  await tablet.getByTestId('first-by').last().click();
  await expect(tap('left-out').filter({ hasText: 'ringer' })).toHaveCount(0);
  // A first step after the day when all is done is refused where it stands.
  await tap('deadline').fill('2026-12-10');
  await tap('due').fill('2026-12-20');
  await post();
  await expect(tablet.locator('.field:has(#due) .field-error')).toContainText('etter fristen');
  await tap('due').fill('2020-01-01');
  await post();
  await expect(tablet.locator('.field:has(#due) .field-error')).toContainText('første steg innen');
  await tap('due').fill('2026-12-01');
  // Somebody new, whose dialog was left by a slip, and the page by an empty battery.
  await tablet.getByRole('button', { name: '+ én til' }).first().click();
  await tap('giver').fill('Strandveien vel');
  await tap('register').click();
  await tap('walk-in-contact').fill('Ida Lie 000 00 123');
  await tap('walk-in-name').press('Enter');
  await expect(tap('walk-in-contact')).toBeFocused();
  await tablet.keyboard.press('Escape');
  await expect(tap('unregistered')).toContainText('Strandveien vel');
  await tablet.getByRole('button', { name: '+ én til' }).last().click();
  await tap('receiver').fill('Kaf');
  await tap('service').click();
  await expect(tap('receiver')).toHaveValue('Kaf');
  await post();
  await expect(tablet.locator('.field-error')).toHaveCount(2);
  expect(await deals()).toHaveLength(0);
  await tablet.evaluate(keeps, ['draft', 'deal', '"receiver_typed":"Kaf"']);
  await tablet.reload();
  await expect(tap('receiver')).toHaveValue('Kaf');
  await expect(tap('service')).toHaveValue('Snekkerhjelp');
  await tap('go-on-registering').click();
  await expect(tap('walk-in-name')).toHaveValue('Strandveien vel');
  await expect(tap('walk-in-contact')).toHaveValue('Ida Lie 000 00 123');
  // Over a keyboard its button is there all the same.
  await tablet.setViewportSize(OVER_KEYBOARD);
  await expect(tap('walk-in-submit')).toBeInViewport({ ratio: 1 });
  await tap('walk-in-submit').click();
  await expect(tap('giver-picked')).toHaveCount(2);
  await expect(tap('more-below')).toBeVisible();
});

test('two newcomers, one for either side, are kept until each is registered', async () => {
  for (const [side, name, contact] of [
    ['giver', 'Nordsida velforening', 'Ida Lie 000 00 123'],
    ['receiver', 'Grendelaget i sør', 'Per Lie 000 00 124'],
  ]) {
    await tap(side).fill(name);
    await tap('register').click();
    await tap('walk-in-contact').fill(contact);
    await tablet.keyboard.press('Escape');
  }
  const written = tap('unregistered');
  await expect(written).toContainText(['Nordsida velforening', 'Grendelaget i sør']);
  await tablet.evaluate(keeps, ['draft', 'deal', 'Per Lie 000 00 124']);
  await tablet.reload();
  await expect(written).toHaveCount(2);
  for (const [side, name, contact] of [
    ['giver', 'Nordsida velforening', 'Ida Lie 000 00 123'],
    ['receiver', 'Grendelaget i sør', 'Per Lie 000 00 124'],
  ]) {
    await written.filter({ hasText: name }).getByTestId('go-on-registering').click();
    await expect(tap('walk-in-name')).toHaveValue(name);
    await expect(tap('walk-in-contact')).toHaveValue(contact);
    await tap('walk-in-submit').click();
    await expect(tap(`${side}-picked`)).toContainText(name);
  }
  await expect(written).toHaveCount(0);
});

test('whoever is merged or taken away while they stand in the form is seen there', async () => {
  const [kept, gone, removed, other] = [
    await register('Alfa lag', 'QALF'),
    await register('Alfa laget', 'QALG'),
    await register('Beta lag', 'QBET'),
    await register('Alfa vel', 'QALV'),
  ];
  await tap('giver').click();
  await choose('QALG');
  await choose('QBET');
  await tap('service').fill('Kaker og saft til basaren');
  await hall.ask('organiser', { type: 'merge_participants', kept, gone });
  await expect(tap('giver-picked')).toContainText('QALF');
  await hall.ask('organiser', { type: 'remove_participant', participant: removed });
  await expect(tap('receiver-picked')).toContainText(/Beta lag\s*ikke lenger påmeldt/);
  await post();
  await expect(tablet.locator('.party:has([data-testid="receiver-picked"]) .field-error')).toContainText('finnes ikke');
  await tap('receiver-picked').getByRole('button').click();
  await tap('receiver').click();
  await choose('ELVE');
  await post();
  await expect(tap('just-written')).toHaveAttribute('data-state', 'posted');
  expect((await deals())[0].terms.givers).toEqual([kept]);

  // Of two that become one both are seen, and each is taken off its own side.
  await tap('giver').click();
  await choose('QALF');
  await choose('QALV');
  await tap('service').fill('Vaffelrøre');
  await hall.ask('organiser', { type: 'merge_participants', kept, gone: other });
  await expect(tap('receiver-picked')).toContainText('QALF');
  await post();
  await expect(tablet.locator('.party:has([data-testid="receiver-picked"]) .field-error')).not.toBeEmpty();
  await tap('receiver-picked').getByRole('button').click();
  await expect(tap('receiver-picked')).toHaveCount(0);
  await expect(tap('giver-picked')).toContainText('QALF');
});

test('a category that goes while it stands in the form is left, and the field says so until another is chosen', async () => {
  const { settings } = (await hall.welcome()).board;
  const configure = (categories) => hall.ask('organiser', { type: 'configure', settings: { ...settings, categories } });
  const [category, error] = [tablet.locator('.service-category').first(), tablet.locator('#category-error')];
  await configure([...settings.categories, { id: 'garden', name: 'Grønne fingre' }]);
  await pair();
  await tap('service').fill('Klipp av hekken');
  await category.selectOption('Grønne fingre');
  await configure(settings.categories);
  await expect(error).toContainText('Grønne fingre');
  await expect(category).toHaveValue('');
  await expect(tap('service')).toHaveValue('Klipp av hekken');
  await post();
  await expect(category).toBeFocused();
  expect(await deals()).toHaveLength(0);
  // Any of them counts, the first too.
  await category.selectOption({ index: 1 });
  await expect(error).toHaveCount(0);
  await post();
  await expect(tap('just-written')).toHaveAttribute('data-state', 'posted');
  expect((await deals())[0].terms.bargain.service.category).toBe(settings.categories[0].id);
});

test('a half-written change is there again when its deal is, and what lies beneath is never lost', async () => {
  const [one, two] = [dealOfDemo(1), dealOfDemo(2)];
  for (const deal of [one, two]) await hall.post(deal);
  const open = async ({ bargain }) => {
    const line = tablet.locator('[data-testid="deal"][data-state="posted"]').filter({ hasText: bargain.service.text });
    await line.getByRole('button').first().click();
    await line.getByTestId('amend').click();
  };
  const service = (text) => expect(tap('service')).toHaveValue(text);
  await tap('service').fill('En helt ny avtale');
  await open(one);
  await service(one.bargain.service.text);
  await tap('service').fill('Den første, endret');
  await open(two);
  await service(two.bargain.service.text);
  await tap('service').fill('Den andre, endret');
  await open(one);
  await service('Den første, endret');
  await tap('clear').click();
  await service('Den andre, endret');
  await tap('clear').click();
  await service('En helt ny avtale');
});

test('each tab writes a draft of its own, and one that is closed leaves its to the next', async () => {
  await tap('service').fill('Fra den ene');
  await tablet.evaluate(keeps, ['draft', 'deal', 'Fra den ene']);
  const other = await tablet.context().newPage();
  await hall.show(other, 'broker');
  const ofOther = other.locator(AT.field('service'));
  await expect(ofOther).toHaveValue('');
  await ofOther.fill('Fra den andre');
  await expect.poll(() => other.evaluate(everythingKept)).toContain('Fra den andre');
  await tablet.reload();
  await other.reload();
  await expect(tap('service')).toHaveValue('Fra den ene');
  await expect(ofOther).toHaveValue('Fra den andre');
  await other.close();
  const next = await tablet.context().newPage();
  await hall.show(next, 'broker');
  await expect(next.locator(AT.field('service'))).toHaveValue('Fra den andre');
  await expect(tap('service')).toHaveValue('Fra den ene');
});

test('an error in the text marks the text, and nothing beside it', async () => {
  await pair();
  const edges = () =>
    tablet
      .locator('.service')
      .first()
      .locator('.field-input')
      .evaluateAll((fields) => Object.fromEntries(fields.map((field) => [field.id || 'category', getComputedStyle(field).borderTopColor])));
  const before = await edges();
  await post();
  await expect(tap('service')).toHaveAttribute('aria-invalid', 'true');
  const after = await edges();
  expect(after.service).not.toBe(before.service);
  expect(after.category).toBe(before.category);
});

test('what leads below stands in the row of the button, over no field, where words are longest', async () => {
  await hall.show(tablet, 'broker', '?lang=de');
  await pair();
  for (const size of [{ width: 1180, height: 540 }, { width: 820, height: 540 }]) {
    await tablet.setViewportSize(size);
    await tablet.evaluate(() => scrollTo(0, 0));
    await expect(tap('more-below')).toBeVisible();
    const isWithin = await tap('more-below').evaluate((button) => {
      const [box, row] = [button, button.closest('.post-row')].map((element) => /** @type {Element} */ (element).getBoundingClientRect());
      return box.top >= row.top && box.bottom <= row.bottom && box.left >= row.left && box.right <= row.right;
    });
    expect(isWithin, `${size.width}`).toBe(true);
    await tap('more-below').click();
    await expect(tap('more-below')).toBeHidden();
  }
});

test('a deal that another tablet has written is asked about, and a turned one says what turned', async () => {
  await pair();
  await listing('20 timer snekkerhjelp').click();
  await tap('swap').click();
  await expect(tap('turned')).toContainText('tilbud og ønsker følger');
  await expect(tap('return')).toHaveValue('20 timer snekkerhjelp');
  await tap('take-back').click();
  await expect(tap('service')).toHaveValue('20 timer snekkerhjelp');
  const { givers, receivers } = {
    givers: ['00000000-0000-7000-8000-000000000014'],
    receivers: ['00000000-0000-7000-8000-000000000025'],
  };
  const bargain = { kind: 'one_way', service: { text: 'Snekkerhjelp, 20 t.' } };
  await hall.ask('moderator', { type: 'post_deal', deal: randomUUID(), terms: { givers, receivers, bargain } });
  await expect.poll(async () => (await deals()).length).toBe(1);
  await post();
  await expect(tap('question')).toContainText('nesten lik');
  await tap('do-not-send').click();
  expect(await deals()).toHaveLength(1);
  await post();
  await tap('send-anyway').click();
  await expect(tap('just-written')).toContainText('er på tavla');
  expect(await deals()).toHaveLength(2);
  // The notary comes first: the button says so.
  await hall.ratifyFirst();
  await expect(tablet.locator(AT.post)).toHaveText('Avtale! Send til notarius');
});
