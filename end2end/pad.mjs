// Signing on a tablet: the agreement's places, and lines drawn on the pad.

/** Draws two strokes with a mouse. */
export async function draw(tablet) {
  const box = await tablet.getByTestId('pad').boundingBox();
  const at = (across, down) => [box.x + across * box.width, box.y + down * box.height];
  for (const [from, to] of [[0.1, 0.6], [0.65, 0.9]]) {
    await tablet.mouse.move(...at(from, 0.6));
    await tablet.mouse.down();
    for (let step = 0; step <= 12; step += 1) {
      await tablet.mouse.move(...at(from + ((to - from) * step) / 12, 0.5 + 0.3 * Math.sin(step)));
    }
    await tablet.mouse.up();
  }
}

/** Where somebody signs. */
export function place(tablet, symbol) {
  return tablet.getByTestId('signature').filter({ hasText: symbol });
}

/** Signs for somebody. */
export async function sign(tablet, symbol, name, drawn = draw) {
  await place(tablet, symbol).getByTestId('sign').click();
  await tablet.getByTestId('signs').fill(name);
  await drawn(tablet);
  await tablet.getByTestId('pad-done').click();
}
