// How smoothly a page runs, measured from inside it: frame times, long tasks, what its heap and its tree hold. A page that
// only moves a few empty boxes says what this machine can do at best.

/** A frame that took longer than this was seen to be late, in milliseconds: 60 a second leave 16.7. */
export const LATE_MS = 20;
/** A task that held the page for longer than this, in milliseconds, is long; the browser's own limit. */
export const LONG_TASK_MS = 50;

const PIECES = 8;

/** A page as empty as can be that moves like the tape. */
const EMPTY = `<!doctype html><title>empty</title><style>
  body { margin: 0; overflow: hidden; background: #111 }
  i { position: absolute; bottom: 0; width: 20vw; height: 6vh; background: #f2b632; will-change: transform;
      animation: cross 20s linear infinite }
  @keyframes cross { from { transform: translateX(100vw) } to { transform: translateX(-100%) } }
</style>${Array.from({ length: PIECES }, (_, nth) => `<i style="animation-delay:-${nth * 2.5}s"></i>`).join('')}`;

export function showEmpty(page) {
  return page.setContent(EMPTY);
}

/** Watches every frame and long task of the page from now on. */
export async function watch(page) {
  await page.evaluate((lateMs) => {
    const seen = { frames: 0, late: 0, longest: 0, longTasks: 0, from: performance.now() };
    window.seenMotion = seen;
    new PerformanceObserver((list) => (seen.longTasks += list.getEntries().length)).observe({ type: 'longtask' });
    let last;
    const frame = (now) => {
      if (window.seenMotion !== seen) return;
      if (last !== undefined) {
        seen.frames += 1;
        if (now - last > lateMs) seen.late += 1;
        seen.longest = Math.max(seen.longest, now - last);
      }
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, LATE_MS);
}

/** What was seen since the page is watched; it is watched no longer. */
export async function seen(page) {
  const { frames, late, longest, longTasks, ms } = await page.evaluate(() => {
    const seen = window.seenMotion;
    window.seenMotion = undefined;
    return { ...seen, ms: performance.now() - seen.from };
  });
  return { frames, late, longestMs: longest, longTasks, seconds: ms / 1_000 };
}

/** Several sightings as one. */
export function together(sightings) {
  const sum = (field) => sightings.reduce((sum, each) => sum + each[field], 0);
  return {
    frames: sum('frames'),
    late: sum('late'),
    longTasks: sum('longTasks'),
    seconds: sum('seconds'),
    longestMs: Math.max(...sightings.map(({ longestMs }) => longestMs)),
  };
}

/** The share of late frames, in percent. */
export function latePercent({ frames, late }) {
  return frames ? (late / frames) * 100 : 100;
}

/** Lets `held` see the memory of the page's WebAssembly, where the board lies; to be told before the page is loaded. */
export function keepMemory(page) {
  return page.addInitScript(() => {
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const plain = WebAssembly[name];
      WebAssembly[name] = async (...what) => {
        const made = await plain.apply(WebAssembly, what);
        window.wasmMemory = (made.instance ?? made).exports.memory ?? window.wasmMemory;
        return made;
      };
    }
  });
}

/** What the page holds after its garbage is gone: bytes of JavaScript and of WebAssembly, and nodes. */
export async function held(page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { nodes } = await cdp.send('Memory.getDOMCounters');
  await cdp.detach();
  const wasmBytes = await page.evaluate(() => window.wasmMemory.buffer.byteLength);
  return { heapBytes: usedSize, wasmBytes, nodes };
}

/**
 * What of the page moves without end outside `except`, and in how many pictures a second. A browser draws one rectangle around all that moves,
 * so what goes on in every frame has the page drawn from there to the next one each time.
 */
export function restless(page, except) {
  return page.evaluate((except) => {
    const steps = ({ easing }) => Number(/^steps\((\d+)/.exec(easing)?.[1] ?? Number.POSITIVE_INFINITY);
    return document
      .getAnimations()
      .map(({ playState, effect }) => (playState === 'running' && effect instanceof KeyframeEffect ? effect : null))
      .filter((effect) => effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY && !effect.target.closest(except))
      .map((effect) => {
        const round = effect.getKeyframes().slice(0, -1).map(steps);
        const each = round.reduce((all, one) => all + one, 0) / (Number(effect.getComputedTiming().duration) / 1_000);
        return { what: effect.target.outerHTML.slice(0, 100), picturesASecond: each };
      });
  }, except);
}

/** What the page's main thread and its compositor did in some seconds: how many of each, a second. */
export async function trace(browser, page, seconds) {
  const timeline = ['devtools.timeline', 'devtools.timeline.frame'];
  const categories = timeline.flatMap((category) => [category, `disabled-by-default-${category}`]);
  await browser.startTracing(page, { categories });
  await page.waitForTimeout(seconds * 1_000);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const started = traceEvents.find(({ name }) => name === 'TracingStartedInBrowser');
  const { processId } = started.args.data.frames.find(({ url }) => url === page.url());
  const count = (name, phases) =>
    traceEvents.filter((event) => event.pid === processId && event.name === name && phases.includes(event.ph)).length / seconds;
  return {
    frames: count('DrawFrame', 'I'),
    styles: count('UpdateLayoutTree', 'XB'),
    layouts: count('Layout', 'XB'),
    paints: count('Paint', 'XB'),
  };
}
