// Every screen, as axe sees it: nothing serious or critical stands in the way of those who hear, tab or need contrast.
import { AT, Hall, SCENES, SCREENS, THEMES } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

const SIZES = {
  wall: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
  desk: { width: 1180, height: 820 },
};

/** @type {Hall} */
let hall;

test.beforeAll(async () => {
  hall = await Hall.start();
  await hall.openFloor();
  await hall.postInOrder(12);
});

test.afterAll(async () => {
  await hall.end();
});

for (const theme of THEMES) {
  test(`the wall, every scene, ${theme} @looks`, async ({ browser }) => {
    // With less motion no text is half faded in when its contrast is measured.
    const page = await hall.window(browser, SIZES.wall, { reducedMotion: 'reduce' });
    await hall.show(page, 'wall', `?theme=${theme}`);
    for (const scene of SCENES) {
      await hall.setScene(scene);
      await page.locator(`${AT.wall}[data-scene="${scene}"]`).waitFor();
      expect.soft(await violations(page), scene).toEqual([]);
    }
    await hall.setScene('floor');
    await hall.announce('Maten er servert i foajeen.');
    await page.locator(AT.announcement).waitFor();
    expect.soft(await violations(page), 'announcement').toEqual([]);
    await hall.endAnnouncement();
    await hall.setScene('automatic');
  });

  for (const name of Object.keys(SCREENS).filter((name) => name !== 'wall')) {
    // What is wrong in one theme is mostly wrong in the other.
    const seldom = theme === THEMES[0] ? '' : ' @looks';
    test(`${name}, ${theme}${seldom}`, async ({ browser }) => {
      const page = await hall.window(browser, SIZES[name] ?? SIZES.desk, { reducedMotion: 'reduce' });
      await hall.show(page, name, `?theme=${theme}`);
      expect(await violations(page)).toEqual([]);
    });
  }
}
