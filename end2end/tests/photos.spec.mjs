// Photos of deals: taken at a desk, asked about there, on the wall while all parties want it, and nowhere else from the moment one does not.
import { AT, cameraPhoto, choose, Hall } from '../hall.mjs';
import { expect, test } from '../test.mjs';
import { violations } from '../violations.mjs';

test('a photo is taken at the desk, shown when both want it, and gone when one does not', async ({ browser }) => {
  const hall = await Hall.start();
  try {
    await hall.openFloor();
    await hall.postInOrder(2);
    await hall.setScene('photos');
    const wall = await hall.window(browser, { width: 1920, height: 1080 });
    await hall.show(wall, 'wall', '?sound=off');
    await expect(wall.getByTestId('photos-soon')).toBeVisible();
    const desk = await hall.window(browser, { width: 1180, height: 820 }, { role: 'moderator', reducedMotion: 'reduce' });
    await hall.show(desk, 'moderator');
    const by = (id) => desk.getByTestId(id);
    const wants = by('photo-consent');
    const list = async () => (await (await fetch(hall.server.url('/api/v1/exchanges/drammen/photos'))).json()).photos;
    const shown = wall.getByTestId('photo');
    const photo = await cameraPhoto(desk, 2400, 1800);
    expect(photo.includes('GPS')).toBe(true);

    await test.step('it is made smaller, and nobody sees it yet', async () => {
      await desk.locator('[data-testid="deal-row"][data-number="1"]').getByTestId('photo-open').click();
      await by('photo-take').setInputFiles({ name: 'IMG_0001.JPG', mimeType: 'image/jpeg', buffer: photo });
      await expect(by('photo')).toBeVisible();
      await expect.poll(() => by('photo').evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBe(1600);
      await expect(wants).toHaveCount(2);
      await expect(by('photo-state')).toHaveAttribute('data-state', 'hidden');
      expect(await list()).toEqual([]);
      expect(await violations(desk)).toEqual([]);
    });

    await test.step('one of two is not enough', async () => {
      await wants.nth(0).check();
      await expect(wants.nth(0)).toBeChecked();
      await expect(by('photo-state')).toHaveAttribute('data-state', 'hidden');
      expect(await list()).toEqual([]);
    });

    await test.step('with both it is on the wall, and says nothing of where it was taken', async () => {
      await wants.nth(1).check();
      await expect(by('photo-state')).toHaveAttribute('data-state', 'shown');
      await expect(shown).toBeVisible();
      await expect.poll(() => shown.locator('img').evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBe(1600);
      const [{ photo: id }] = await list();
      const file = Buffer.from(await (await fetch(hall.server.url(`/api/v1/exchanges/drammen/photos/${id}`))).arrayBuffer());
      expect(file.includes('GPS') || file.includes('Exif')).toBe(false);
    });

    await test.step('the organiser has it in the report, and to hand on', async () => {
      const page = await hall.window(browser, { width: 1280, height: 900 }, { role: 'organiser', reducedMotion: 'reduce' });
      await hall.show(page, 'organiser');
      await page.getByTestId('rail-report').click();
      await expect(page.getByTestId('report-photo')).toHaveCount(1);
      await page.getByTestId('rail-afterwards').click();
      await expect(page.getByTestId('photo-kept')).toHaveAttribute('data-shown', 'true');
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('photo-download').click()]);
      expect(download.suggestedFilename()).toBe('drammen-1.jpg');
      expect(await violations(page)).toEqual([]);
      await page.context().close();
    });

    await test.step('one thinks better of it, and it is gone from every screen', async () => {
      const [{ photo: id }] = await list();
      await wants.nth(0).uncheck();
      await expect(by('photo-state')).toHaveAttribute('data-state', 'hidden');
      await expect(shown).toHaveCount(0);
      expect((await fetch(hall.server.url(`/api/v1/exchanges/drammen/photos/${id}`))).status).toBe(404);
    });

    await test.step('what is no photo is said, and the one that was there stays', async () => {
      const was = await by('photo-place').getAttribute('data-photo');
      await by('photo-take').setInputFiles({ name: 'note.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') });
      await expect(by('photo-wrong')).toContainText('kan ikke lese bildet');
      await expect(by('photo-place')).toHaveAttribute('data-photo', was ?? '');
    });

    await test.step('it is deleted after a second press', async () => {
      await by('photo-delete').click();
      await by('photo-delete').click();
      await expect(by('photo')).toHaveCount(0);
    });

    await test.step('without the network none is taken, and the desk says so', async () => {
      await hall.server.kill();
      await expect(by('photo-said')).toContainText('Bilder trenger nettet');
      await expect(by('photo-take')).toBeDisabled();
    });
  } finally {
    await hall.end();
  }
});

test('a broker takes the photo where the parties sign, once the deal is sent', async ({ browser }) => {
  const hall = await Hall.start();
  try {
    await hall.openFloor();
    const tablet = await hall.window(browser, { width: 1180, height: 820 }, { reducedMotion: 'reduce' });
    await hall.show(tablet, 'broker');
    const by = (id) => tablet.getByTestId('agreement').getByTestId(id);
    const photo = { name: 'IMG_0002.JPG', mimeType: 'image/jpeg', buffer: await cameraPhoto(tablet, 1200, 900) };
    await tablet.context().setOffline(true);
    await choose(tablet, 'giver', 'BAKK');
    await choose(tablet, 'receiver', 'ELVE');
    await tablet.locator(AT.field('service')).fill('Låner bort stillaset i to uker.');
    await tablet.locator(AT.post).click();
    await tablet.locator('.sign-last').getByTestId('agreement-open').click();
    await expect(by('photo-take')).toBeDisabled();
    await expect(by('photo-said')).toContainText('Bilder trenger nettet');

    await tablet.context().setOffline(false);
    await expect(by('photo-take')).toBeEnabled({ timeout: 30_000 });
    await by('photo-take').setInputFiles(photo);
    await expect(by('photo')).toBeVisible();
    for (const nth of [0, 1]) await by('photo-consent').nth(nth).check();
    await expect(by('photo-state')).toHaveAttribute('data-state', 'shown');
    expect(await violations(tablet)).toEqual([]);
    const list = async () => (await (await fetch(hall.server.url('/api/v1/exchanges/drammen/photos'))).json()).photos;
    expect(await list()).toHaveLength(1);

    await by('photo-delete').click();
    await by('photo-delete').click();
    await expect(by('photo')).toHaveCount(0);
    expect(await list()).toEqual([]);
  } finally {
    await hall.end();
  }
});
