// What a page asks of the server, held back on its way or waited for.

/** For windows whose requests a test holds back or waits for. Of what a page asks past its worker, the browser tells sometimes, and sometimes not. */
export const WATCHED = { serviceWorkers: /** @type {const} */ ('block') };

/** @param {import('@playwright/test').Page} page */
export function refuseToWatch(page) {
  const refuse = () => {
    throw new Error('a page with a worker does not tell of all that it asks: open its window with `...WATCHED`');
  };
  page.route = refuse;
  page.waitForRequest = refuse;
  page.waitForResponse = refuse;
}

/**
 * Holds back what a page asks at an address, until it is let go: the server has it only then. `release` waits for the answer.
 *
 * @param {import('@playwright/test').Page} page
 * @param {string | RegExp} address
 */
export async function holdBack(page, address, method = 'GET') {
  /** @type {(request: import('@playwright/test').Request) => void} */
  let ask;
  /** @type {Promise<import('@playwright/test').Request>} */
  const isAsked = new Promise((resolve) => {
    ask = resolve;
  });
  /** @type {(released: unknown) => void} */
  let letGo;
  const isReleased = new Promise((resolve) => {
    letGo = resolve;
  });
  await page.route(address, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    ask(route.request());
    await isReleased;
    await route.continue();
  });
  const release = async () => {
    letGo(undefined);
    const answer = await (await isAsked).response();
    await answer.finished();
  };
  return { isAsked, release };
}

/**
 * Opens a page's sockets so that messages of one type can be held back from it, while it has all others. Of `event`, which is the usual,
 * others were a moment quicker; of `accepted`, what was done is seen before it is answered. To be asked before the page is opened.
 *
 * @param {import('@playwright/test').Page} page
 */
export async function fallBehind(page, type = 'event') {
  let isBehind = false;
  /** @type {(() => void)[]} */
  const held = [];
  await page.routeWebSocket(/./, (near) => {
    const far = near.connectToServer();
    far.onMessage((message) => {
      const isHeld = isBehind && typeof message === 'string' && JSON.parse(message).type === type;
      if (isHeld) held.push(() => near.send(message));
      else near.send(message);
    });
  });
  return {
    hold: () => {
      isBehind = true;
    },
    release: () => {
      isBehind = false;
      for (const send of held.splice(0)) send();
    },
  };
}
