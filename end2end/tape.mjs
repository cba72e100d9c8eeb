// Films the tape from inside the page: the boxes of all its pieces, many times a second, for as long as it is watched.

/** How far two pieces may reach into each other, and how wide a hole between them or at an edge may be, in pixels: rounding. */
export const GAP_PX_MAX = 1;
/** How far a piece may be from where its way on the page's timeline leads, in pixels. */
export const JUMP_PX_MAX = 2;

/**
 * Watches the tape from now on. Each sample is one look at all boxes at one instant of the page's timeline; a tape that has
 * not been full yet has no holes.
 */
export function watchTape(page, everyMs = 50) {
  return page.evaluate(
    ([everyMs, gapMax, jumpMax]) => {
      /** @type {TapeFilm} */
      const film = { samples: 0, fullSamples: 0, overlaps: 0, holes: 0, jumps: 0, widest: 0, deepest: 0, pieces: 0, notes: [], last: null };
      window.tapeFilm?.stop();
      window.tapeFilm = film;
      const note = (what, px, at) => {
        if (film.notes.length < 8) film.notes.push(`${what} of ${px.toFixed(1)} px at ${(at / 1_000).toFixed(2)} s`);
      };
      const look = () => {
        const band = document.querySelector('[data-testid="tape"]');
        const now = Number(document.timeline.currentTime);
        if (!band) return;
        const { left, right, width, height } = band.getBoundingClientRect();
        const boxes = [...band.querySelectorAll('.tape-piece')]
          .filter((piece) => getComputedStyle(piece).visibility === 'visible' || piece.matches('.removed'))
          .map((piece) => ({ piece, box: piece.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0)
          .sort((one, other) => one.box.left - other.box.left);
        film.samples += 1;
        film.pieces = Math.max(film.pieces, boxes.length);
        let overlap = 0;
        let hole = 0;
        let before = -Infinity;
        for (const { box } of boxes) {
          // What waits or has left is out of sight and counts too: it will come, or it was there.
          overlap = Math.max(overlap, before - box.left);
          if (box.left < right) hole = Math.max(hole, box.left - Math.max(before, left));
          before = Math.max(before, box.right);
        }
        hole = Math.max(hole, right - Math.max(before, left));
        film.wasFull ||= boxes.length > 0 && hole <= gapMax;
        if (film.wasFull) film.fullSamples += 1;
        if (overlap > gapMax) {
          film.overlaps += 1;
          film.deepest = Math.max(film.deepest, overlap);
          note('an overlap', overlap, now);
        }
        if (film.wasFull && hole > gapMax) {
          film.holes += 1;
          film.widest = Math.max(film.widest, hole);
          note('a hole', hole, now);
        }
        // Between two looks at a band of one size every piece in sight goes as far as all others.
        const { last } = film;
        if (last && last.width === width && last.height === height) {
          const went = boxes
            .filter(({ piece, box }) => last.lefts.has(piece) && box.right > left && last.lefts.get(piece) < last.right)
            .map(({ piece, box }) => last.lefts.get(piece) - box.left);
          const apart = went.length ? Math.max(...went) - Math.min(...went) : 0;
          const way = film.pxPerMs * (now - last.now);
          const off = went.length && film.pxPerMs ? Math.max(apart, Math.abs(went[0] - way)) : apart;
          if (off > jumpMax) {
            film.jumps += 1;
            note('a jump', off, now);
          }
          if (went.length && now > last.now) film.pxPerMs ??= went[0] / (now - last.now);
        } else {
          film.pxPerMs = undefined;
        }
        film.last = { now, width, height, right, lefts: new Map(boxes.map(({ piece, box }) => [piece, box.left])) };
      };
      const timer = setInterval(look, everyMs);
      film.stop = () => clearInterval(timer);
      film.from = Number(document.timeline.currentTime);
    },
    [everyMs, GAP_PX_MAX, JUMP_PX_MAX],
  );
}

/** What was seen until now; the tape is watched on. */
export function filmed(page) {
  return page.evaluate(() => {
    const { samples, fullSamples, overlaps, holes, jumps, widest, deepest, pieces, notes, from } = window.tapeFilm;
    const seconds = (Number(document.timeline.currentTime) - from) / 1_000;
    return { samples, fullSamples, overlaps, holes, jumps, widest, deepest, pieces, notes, seconds };
  });
}

/** Lets everything that moves in the page, and its timeline with it, go so many times as fast. */
export async function hasten(page, rate) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Animation.enable');
  await cdp.send('Animation.setPlaybackRate', { playbackRate: rate });
  return cdp;
}

/** One line for people. */
export function told(name, { samples, seconds, pieces, overlaps, deepest, holes, widest, jumps, notes }) {
  const faults = [
    overlaps && `${overlaps} overlaps, the deepest ${deepest.toFixed(0)} px`,
    holes && `${holes} holes, the widest ${widest.toFixed(0)} px`,
    jumps && `${jumps} jumps`,
  ].filter(Boolean);
  const what = faults.length ? `${faults.join('; ')} (${notes.join('; ')})` : 'no overlap, no hole, no jump';
  return `${name}: ${samples} looks in ${seconds.toFixed(0)} s of tape, up to ${pieces} pieces: ${what}`;
}
