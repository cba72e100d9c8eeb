// What is wrong with a screen beyond its layout: two headlines at once, type that is too small for the hall, what is there and says
// nothing, a colour with two meanings, a focus that is covered, and what moved on a desk without a press. Every function here runs inside the page, and may use nothing from
// outside its own.

/** The least size of what the hall follows, and of labels, in the wall's unit: docs/wall.md says why. */
export const READING = {
  followed:
    '.count-number, .timer-time, .hero-text, .closing-count b, .index, .tape-piece, .row-text, .announcement, .milestone, .bell-overlay, .hammer',
  followedMin: 2.1,
  labelMin: 1.4,
};

/** Texts of the wall that are smaller than the hall can read. */
export function findSmall({ followed, followedMin, labelMin }) {
  const wall = document.querySelector('[data-testid="wall"]');
  if (!wall) return [];
  const ruler = wall.appendChild(document.createElement('i'));
  ruler.style.cssText = 'position: absolute; width: calc(100 * var(--u)); visibility: hidden';
  const unit = ruler.getBoundingClientRect().width / 100;
  ruler.remove();
  const small = [];
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest('.hidden-text, button')) continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const size = parseFloat(getComputedStyle(element).fontSize) / unit;
    const least = element.closest(followed) && !element.closest('.chip, .sides') ? followedMin : labelMin;
    if (size < least - 0.02) {
      const at = [...element.classList].map((name) => `.${name}`).join('') || element.localName;
      const parent = [...element.parentElement.classList].map((name) => `.${name}`).join('');
      small.push({ kind: `is set in ${size.toFixed(2)} units, at least ${least}`, at: `${parent} ${at}`, text: node.textContent.trim().slice(0, 60) });
    }
  }
  return small;
}

/** Numbers and times that stand on more than one line. */
export function findBroken() {
  return [...document.querySelectorAll('.row-number, .count-number, .timer-time, .wall-time, .chip')]
    .filter((element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }))
    .filter((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
    })
    .map((element) => ({ kind: 'breaks into two lines', at: `.${element.className}`, text: element.textContent, px: 0 }));
}

/** What is there and says nothing: a chart without a height, and texts of which an ellipsis has left a word or less. */
export function findSqueezed() {
  /** The least height of a chart, as a share of the window's. */
  const CHART_MIN = 0.02;
  /** The least room of a text that is cut, in its own size. */
  const CUT_MIN_EM = 7;
  const isShown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const faults = [];
  for (const chart of document.querySelectorAll('.chart svg:not(.glyph)')) {
    const { height } = chart.getBoundingClientRect();
    if (isShown(chart) && height < CHART_MIN * innerHeight) faults.push({ kind: 'has no room', at: '.chart svg', text: '', px: Math.round(height) });
  }
  for (const text of document.querySelectorAll('.row-text')) {
    const isCut = text.scrollWidth > text.clientWidth + 1 || text.scrollHeight > text.clientHeight + 1;
    const room = text.clientWidth / parseFloat(getComputedStyle(text).fontSize);
    const list = text.closest('.rows').getBoundingClientRect();
    const { left, right } = text.getBoundingClientRect();
    if (isCut && isShown(text) && left < list.right && right > list.left && room < CUT_MIN_EM) {
      faults.push({ kind: 'is squeezed', at: '.row-text', text: text.textContent, px: text.clientWidth });
    }
  }
  return faults;
}

/** What has the focus, where what sticks to an edge lies over it or over its ring. */
export function findCoveredFocus() {
  /** How far the ring reaches, in pixels. */
  const RING = 5;
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || focused.matches('body, dialog')) return [];
  const box = focused.getBoundingClientRect();
  const covers = [...document.querySelectorAll('.sheet-head, .sheet-foot')].filter((cover) => cover.checkVisibility() && !cover.contains(focused));
  return covers
    .map((cover) => {
      const over = cover.getBoundingClientRect();
      return { cover, px: Math.min(box.bottom + RING, over.bottom) - Math.max(box.top - RING, over.top) };
    })
    .filter(({ px }) => px > 1)
    .map(({ cover, px }) => ({ kind: `has the focus under .${cover.className}`, at: focused.dataset.testid ?? focused.localName, text: focused.textContent.trim().slice(0, 40), px: Math.round(px) }));
}

/** Words of a round bell that come nearer to its edge than they may, or over it. */
export function findPastDisc() {
  /** The least room between a word and the edge, in pixels. */
  const EDGE_MIN = 6;
  const disc = document.querySelector('.held-bell');
  const { left, top, width } = disc.getBoundingClientRect();
  const radius = width / 2;
  const faults = [];
  const walker = document.createTreeWalker(disc, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      const x = Math.max(Math.abs(line.left - left - radius), Math.abs(line.right - left - radius));
      const y = Math.max(Math.abs(line.top - top - radius), Math.abs(line.bottom - top - radius));
      const past = Math.hypot(x, y) + EDGE_MIN - radius;
      if (past > 0) faults.push({ kind: 'comes too near to the edge', at: '.held-bell', text: node.textContent.trim(), px: Math.round(past) });
    }
  }
  return faults;
}

/** Colours that mean two things: what warns, calls or names a sector is told apart from all else. */
export function findMeanings() {
  const APART_MIN = 0.04;
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  /** Oklab: as far apart as they look. */
  const lab = (colour) => {
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data].map((value) => linear(value / 255));
    const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  };
  const root = getComputedStyle(document.documentElement);
  const meanings = ['business', 'public', 'voluntary', 'individual'].map((name) => [`the sector ${name}`, root.getPropertyValue(`--${name}`)]);
  meanings.push(['the accent', root.getPropertyValue('--brass')]);
  for (const [state, what] of [['warning', 'the warning'], ['danger', 'the danger'], ['overtime', 'the overtime']]) {
    const timer = document.querySelector(`[data-testid="timer"][data-state="${state}"]`);
    if (timer) meanings.push([what, getComputedStyle(timer).color]);
  }
  const faults = [];
  meanings.forEach(([one, colour], nth) => {
    for (const [other, others] of meanings.slice(nth + 1)) {
      const [a, b] = [lab(colour), lab(others)];
      const apart = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      if (apart < APART_MIN) faults.push({ kind: `has the colour of ${one}`, at: other, text: `${colour.trim()} and ${others.trim()}` });
    }
  });
  return faults;
}

/** Watches for two headlines over each other, in every frame from now on; `takeHeadlines` gives what was seen. */
export function watchHeadlines() {
  const HEADLINES =
    '.hero-text, .hammer p, .milestone p, .bell-overlay p, .announcement, .wall-name h1, .welcome-title, .pause h2, .closing-sum h2, .row-text';
  /** What lies over the rest, with a ground of its own. */
  const LAYERS = '.hammer, .milestone, .bell-overlay, .announcement';
  /** From here on something is seen, as a share of 1. */
  const SEEN_MIN = 0.12;
  const seen = new Map();
  window.headlines = seen;
  const alphaOf = (element) => {
    let alpha = 1;
    for (let at = element; at && at !== document.body; at = at.parentElement) alpha *= Number(getComputedStyle(at).opacity);
    return alpha;
  };
  const look = () => {
    if (window.headlines !== seen) return;
    const layers = [...document.querySelectorAll(LAYERS)];
    const all = layers.length ? [...document.querySelectorAll(HEADLINES)] : [];
    const shown = all
      .filter((element) => getComputedStyle(element).visibility === 'visible')
      .map((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return { element, layer: element.closest(LAYERS), box: range.getBoundingClientRect(), alpha: alphaOf(element) };
      })
      .filter(({ box, alpha }) => box.width > 0 && alpha > SEEN_MIN);
    for (const upper of shown.filter(({ layer }) => layer)) {
      const ground = upper.layer.getBoundingClientRect();
      const cover = alphaOf(upper.layer);
      for (const lower of shown) {
        if (lower.layer === upper.layer || (lower.layer && lower.layer.compareDocumentPosition(upper.layer) & Node.DOCUMENT_POSITION_PRECEDING)) continue;
        const x = Math.min(lower.box.right, upper.box.right, ground.right) - Math.max(lower.box.left, upper.box.left, ground.left);
        const y = Math.min(lower.box.bottom, upper.box.bottom, ground.bottom) - Math.max(lower.box.top, upper.box.top, ground.top);
        const through = lower.alpha * (1 - cover);
        if (x < 3 || y < 3 || through < SEEN_MIN) continue;
        const at = `${upper.layer.className} over ${lower.element.className || lower.element.localName}`;
        if (!seen.has(at)) {
          const text = `${upper.element.textContent.slice(0, 30)} / ${lower.element.textContent.slice(0, 30)}`;
          seen.set(at, { kind: `two headlines at once, ${(100 * upper.alpha).toFixed(0)} % and ${(100 * through).toFixed(0)} %`, at, text });
        }
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** The headlines that lay over each other since it was last asked. */
export function takeHeadlines() {
  const faults = [...(window.headlines ?? [])].map(([, fault]) => fault);
  window.headlines?.clear();
  return faults;
}

/** What moved on a desk since it was last asked, though nobody pressed anything. Rows of lists come and go. */
export function findMoved() {
  const CONTROLS = 'button, input, select, textarea, h1, h2, [role="tab"]';
  const SLACK = 1;
  const boxes = new Map();
  for (const element of document.querySelectorAll(CONTROLS)) {
    if (element.closest('li, tr, dialog, [data-testid$="-row"]') || !element.checkVisibility()) continue;
    boxes.set(element, element.getBoundingClientRect());
  }
  const before = window.controlBoxes;
  window.controlBoxes = boxes;
  const faults = [];
  for (const [element, box] of boxes) {
    const was = before?.get(element);
    if (!was) continue;
    const [x, y] = [box.left - was.left, box.top - was.top];
    const grew = Math.max(Math.abs(box.width - was.width), Math.abs(box.height - was.height));
    if (Math.abs(x) <= SLACK && Math.abs(y) <= SLACK) continue;
    const at = element.dataset.testid ? `[data-testid=${element.dataset.testid}]` : element.localName;
    faults.push({ kind: `moved by ${x.toFixed(0)}, ${y.toFixed(0)} px without a press`, at, text: `${element.textContent.trim().slice(0, 40)}${grew > SLACK ? ' (and changed its size)' : ''}` });
  }
  return faults;
}
