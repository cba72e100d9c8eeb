// The form by which participants register themselves, as somebody fills it in on a phone.

const SMALL = { width: 360, height: 640 };

/** Somebody's phone with the form of a hall. The server takes nothing from whoever is quicker than a person: it was shown a while ago. */
export async function phoneWithForm(browser, hall, lang = 'nb', options = {}) {
  const context = await browser.newContext({ viewport: SMALL, hasTouch: true, isMobile: true, ...options });
  const phone = await context.newPage();
  await phone.goto(hall.server.url(`/drammen/register?lang=${lang}`));
  await letTimePass(phone);
  return phone;
}

export const letTimePass = (phone) =>
  phone.locator('input[name="shown"]').evaluate((/** @type {HTMLInputElement} */ shown) => {
    shown.value = String(Number(shown.value) - 5_000);
  });

/** Fills in what everybody must. */
export async function fill(phone, entry) {
  const { name, sector = 'voluntary', person = 'Kari Nordmann', email = '', phone: number = '912 34 567', offer = '', wish = '', inFull = false } = entry;
  await phone.locator('[name="name"]').fill(name);
  await phone.locator(`[name="sector"][value="${sector}"]`).check();
  if (inFull) await phone.locator('[name="in_full"]').check();
  await phone.locator('[name="person"]').fill(person);
  await phone.locator('[name="email"]').fill(email);
  await phone.locator('[name="phone"]').fill(number);
  await phone.locator('[name="people"]').fill('2');
  for (const [kind, text] of [['offer', offer], ['wish', wish]]) {
    if (!text) continue;
    await phone.locator(`[name="${kind}_1"]`).fill(text);
    await phone.locator(`[name="${kind}_1_category"]`).selectOption({ index: 1 });
  }
  await phone.locator('[name="consent"]').check();
}

/** Takes another language at the page's foot. */
export async function takeLanguage(phone, name, tag) {
  await phone.locator('.languages').getByText(name, { exact: true }).click();
  await phone.locator(`html[lang="${tag}"]`).waitFor({ state: 'attached' });
}

export const send = (phone) => phone.locator('form button[type="submit"]').first().click();

/** Sends a form while there is no network, and goes back from the browser's word of it. */
export async function sendInVain(phone, press = () => send(phone)) {
  await phone.context().setOffline(true);
  await press();
  await phone.waitForURL(/^chrome-error:/);
  await phone.context().setOffline(false);
  await phone.goBack();
}

/** Registers somebody; gives their phone, which is at their own entry. */
export async function register(browser, hall, entry) {
  const phone = await phoneWithForm(browser, hall);
  await fill(phone, entry);
  await send(phone);
  await phone.waitForURL(/\/registration\//);
  return phone;
}

/** Withdraws what was sent, on the page of one's own. */
export async function withdraw(phone) {
  await phone.locator('.withdraw summary').click();
  await phone.locator('.withdraw button').click();
  await phone.getByText('Påmeldingen er trukket.').waitFor();
}
