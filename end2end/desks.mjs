// The organiser's desk in a test: where its pages are, and two organisers at desks of their own.

export const DESK = { width: 1280, height: 900 };

/**
 * What is done at the desks of a hall that is started by then.
 *
 * @param {() => import('./hall.mjs').Hall} ofHall
 */
export function atDesks(ofHall) {
  const board = async () => (await ofHall().welcome()).board;
  const addressOf = (name) => ofHall().server.url(`/drammen/organiser#${name}`);
  /** Two organisers on the same page, each at a desk of her own. */
  const two = async (browser, name, more = {}) => {
    const hall = ofHall();
    const pages = [await hall.window(browser, DESK, more), await hall.window(browser, DESK, more)];
    for (const page of pages) {
      await hall.show(page, 'organiser');
      await page.goto(addressOf(name));
    }
    return pages;
  };
  return { board, addressOf, two };
}
