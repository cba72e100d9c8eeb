// The whole evening in fast-forward: nothing on the walls lies over anything else, is cut, too small or means two things, and
// nothing on the moderator's desk moves by itself. `cargo xtask film` takes pictures of it.
import { filmEvening } from '../film.mjs';
import { expect, test } from '../test.mjs';

test('an evening without a blemish', async ({ browser }) => {
  test.setTimeout(240_000);
  const film = await filmEvening(browser, { resize: true });
  console.log(`${film.seen} looks`);
  expect(film.report()).toBe('');
});
