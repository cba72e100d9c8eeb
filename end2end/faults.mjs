// What is wrong with a screen's layout, found by measuring boxes in the page. Runs inside the page: it may use nothing from
// outside its own function.

/**
 * Every fault of the page as it stands: text that is cut or leaves its box, what sticks out of the window, and texts that
 * lie over each other.
 *
 * @param {object} what
 * @param {number} what.width The window's size, in pixels.
 * @param {number} what.height
 * @param {number} what.frames How many go by before it is measured.
 * @param {boolean} what.scrolls The page is longer than the window by design, so that only its sides count.
 * @param {string} what.ignored What moves or is read aloud only.
 * @param {string} what.overlays What covers the screen on purpose.
 * @param {string} [what.wrapsOut] Boxes whose children are shown whole or not at all; one that is wholly outside is not shown.
 * @param {string} [what.covers] What nothing else of the screen may reach into: it would lie under it.
 */
export async function findFaults({ width, height, frames, scrolls, ignored, overlays, wrapsOut, covers }) {
  // Boxes can be measured of a page that draws no frame, too: a browser that has run for long may leave one out for a while.
  const frame = () =>
    new Promise((done) => {
      requestAnimationFrame(done);
      setTimeout(done, 250);
    });
  // A window that has just been resized gets its new styles some frames later. What measures it was there before, as the
  // screen was: a new one would be right at once. More frames are for what fits itself.
  /** @type {HTMLElement} */
  let whole = document.querySelector('#measures-the-window');
  if (!whole) {
    whole = document.body.appendChild(document.createElement('div'));
    whole.id = 'measures-the-window';
    whole.style.cssText = 'position: fixed; width: 100vw; height: 100vh; visibility: hidden; pointer-events: none';
  }
  while (innerWidth !== width || whole.offsetWidth !== width || whole.offsetHeight !== height) await frame();
  for (let nth = 0; nth < frames; nth += 1) await frame();

  /** Rounding, in pixels. */
  const SLACK = 1;
  /** How far two texts may reach into each other, in pixels. */
  const OVERLAP = 2;
  const faults = [];
  const styles = new Map();
  const pen = document.createElement('canvas').getContext('2d');

  const styleOf = (element) => {
    if (!styles.has(element)) styles.set(element, getComputedStyle(element));
    return styles.get(element);
  };
  const said = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
  const nameOf = (element) => {
    const names = [];
    for (let at = element; at && at !== document.body && names.length < 3; at = at.parentElement) {
      const testid = at.getAttribute('data-testid');
      const classes = [...at.classList].map((name) => `.${name}`).join('');
      names.unshift(testid ? `[data-testid=${testid}]` : `${at.localName}${at.id ? `#${at.id}` : ''}${classes}`);
    }
    return names.join(' > ') || 'body';
  };
  const say = (kind, element, text, px) =>
    faults.push({ kind, at: nameOf(element), text: said(text.trim()), px: Math.round(px) });

  const paddingBox = (element) => {
    const box = element.getBoundingClientRect();
    const [left, top] = [box.left + element.clientLeft, box.top + element.clientTop];
    return { left, top, right: left + element.clientWidth, bottom: top + element.clientHeight };
  };
  const isOutside = (rect, box) =>
    rect.right <= box.left + SLACK ||
    rect.left >= box.right - SLACK ||
    rect.bottom <= box.top + SLACK ||
    rect.top >= box.bottom - SLACK;
  const excess = (low, high, from, to) => Math.max(from - low, high - to);
  const isWrappedOut = (element) => {
    for (let item = element; wrapsOut && item.parentElement; item = item.parentElement) {
      const container = item.parentElement;
      if (container.matches(wrapsOut) && isOutside(item.getBoundingClientRect(), paddingBox(container))) return true;
    }
    return false;
  };
  const isShown = (element) =>
    !(ignored && element.closest(ignored)) &&
    element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
    !isWrappedOut(element);
  /** What lies over the rest and is compared with itself alone. */
  const layerOf = (element) => {
    for (let at = element; at !== document.body && at; at = at.parentElement) {
      if (['fixed', 'sticky'].includes(styleOf(at).position) || at.matches('dialog, [popover]')) return at;
      if (overlays && at.matches(overlays)) return at;
    }
    return document.body;
  };

  /**
   * Whether a clamp draws its ellipsis: in a box of its own kind only, where in a plain block lines are gone without a sign, and on its
   * last line, which a box that was pressed lower does not show.
   */
  const endsClamped = (element, style) => {
    const lines = Number(style.webkitLineClamp);
    if (!lines || !/box|flow-root/.test(style.display)) return false;
    const room = element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const half = parseFloat(style.lineHeight) / 2 || 0;
    return room > (2 * lines - 1) * half || element.scrollHeight <= element.clientHeight + half;
  };

  /** How a rectangle is clipped on its way up from an element: what is seen of it, and by which ancestor it is cut. */
  const clip = (element, rect) => {
    const seen = { left: rect.left, right: rect.right, top: rect.top, bottom: rect.bottom };
    const cuts = [];
    const reach = { x: true, y: true };
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = styleOf(at);
      if (style.display === 'inline' || style.display === 'contents') continue;
      if (style.position === 'fixed') reach.fixed = true;
      const box = paddingBox(at);
      const isDeclared = (style.textOverflow === 'ellipsis' && style.overflowX !== 'visible') || endsClamped(at, style);
      const paints = /paint|strict|content/.test(style.contain);
      for (const [axis, low, high, how] of [
        ['x', 'left', 'right', style.overflowX],
        ['y', 'top', 'bottom', style.overflowY],
      ]) {
        if (how === 'visible' && !paints) continue;
        const over = excess(seen[low], seen[high], box[low], box[high]);
        if (over > SLACK && reach[axis] && ['hidden', 'clip', 'visible'].includes(how) && !isDeclared) {
          cuts.push({ by: at, px: over });
        }
        seen[low] = Math.max(seen[low], box[low]);
        seen[high] = Math.min(seen[high], box[high]);
        // What scrolls can be reached; nothing above it cuts.
        if (['auto', 'scroll'].includes(how)) reach[axis] = false;
      }
      if (reach.fixed) break;
    }
    return { seen, cuts, reach };
  };

  /** The part of a line that has ink, from top to bottom. */
  const inkOf = (element, text) => {
    const style = styleOf(element);
    pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const ink = pen.measureText(style.textTransform === 'uppercase' ? text.toUpperCase() : text);
    return {
      above: ink.fontBoundingBoxAscent - ink.actualBoundingBoxAscent,
      below: ink.fontBoundingBoxDescent - ink.actualBoundingBoxDescent,
    };
  };
  const window_ = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const outOfWindow = (rect, reach) =>
    Math.max(
      reach.x ? excess(rect.left, rect.right, window_.left, window_.right) : 0,
      !scrolls && reach.y ? excess(rect.top, rect.bottom, window_.top, window_.bottom) : 0,
    );

  const lines = [];
  const graphics = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (!text || element.closest('script, style, select, title, noscript') || !isShown(element)) continue;
    const ink = inkOf(element, text);
    const range = document.createRange();
    range.selectNodeContents(node);
    let cutBy = 0;
    let outBy = 0;
    let isSeen = false;
    for (const raw of range.getClientRects()) {
      if (raw.width < SLACK || raw.height < SLACK) continue;
      const rect = { left: raw.left, right: raw.right, top: raw.top + ink.above, bottom: raw.bottom - ink.below };
      const { seen, cuts, reach } = clip(element, rect);
      for (const { px } of cuts) cutBy = Math.max(cutBy, px);
      if (seen.right - seen.left < SLACK || seen.bottom - seen.top < SLACK) continue;
      isSeen = true;
      outBy = Math.max(outBy, outOfWindow(seen, reach));
      lines.push({ element, text, layer: layerOf(element), ...seen });
    }
    if (cutBy > SLACK) say(isSeen ? 'cut' : 'hidden', element, text, cutBy);
    if (outBy > SLACK) say('out of the window', element, text, outBy);
    const style = styleOf(element);
    const wide = element.scrollWidth - element.clientWidth;
    if (style.display !== 'inline' && style.overflowX === 'visible' && element.clientWidth > 0 && wide > SLACK) {
      say('wider than its box', element, text, wide);
    }
  }

  for (const element of document.querySelectorAll('img, svg, button, input, select, textarea')) {
    const box = element.getBoundingClientRect();
    if (box.width < SLACK || !isShown(element)) continue;
    // Its own edge lies outside of what it clips.
    const { seen, cuts, reach } = clip(element.parentElement, box);
    for (const { px } of cuts.filter(({ px }) => px > OVERLAP)) say('cut', element, element.textContent, px);
    if (seen.right - seen.left < SLACK || seen.bottom - seen.top < SLACK) continue;
    const out = outOfWindow(seen, reach);
    if (out > SLACK) say('out of the window', element, element.textContent, out);
    graphics.push({ element, text: element.textContent, layer: layerOf(element), ...seen });
  }
  for (const cover of covers ? document.querySelectorAll(covers) : []) {
    const box = cover.getBoundingClientRect();
    if (box.height < SLACK || !cover.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const layer = layerOf(cover);
    for (const { element, text, ...seen } of [...lines, ...graphics]) {
      if (seen.layer !== layer || cover.contains(element)) continue;
      const x = Math.min(seen.right, box.right) - Math.max(seen.left, box.left);
      const y = Math.min(seen.bottom, box.bottom) - Math.max(seen.top, box.top);
      if (x > OVERLAP && y > OVERLAP) say(`reaches into ${nameOf(cover)}`, element, text, Math.min(x, y));
    }
  }
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth + SLACK) say('the page scrolls sideways', document.body, '', scrollWidth - innerWidth);
  if (!scrolls && scrollHeight > innerHeight + SLACK) say('the page scrolls', document.body, '', scrollHeight - innerHeight);

  lines.sort((one, other) => one.top - other.top);
  lines.forEach((one, nth) => {
    for (let next = nth + 1; next < lines.length && lines[next].top < one.bottom - OVERLAP; next += 1) {
      const other = lines[next];
      if (one.layer !== other.layer || one.element.contains(other.element) || other.element.contains(one.element)) continue;
      const x = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const y = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (x > OVERLAP && y > OVERLAP) say(`lies over ${nameOf(other.element)}`, one.element, one.text, Math.min(x, y));
    }
  });
  return faults;
}
