// The apps of the hall's desks without a network: every file of theirs lies on the device. Names below /assets/ hold their
// content's hash, so what is kept never grows old; a new version is another worker, which waits until the page lets it in.
// The first app is the door to all of them and is always kept, another from when its screen was first open.
const KEPT = 'borsklokka-{{version}}';
/** @type {Array<{ page: string, draws: RegExp, files: string[] }>} */
const APPS = [];
const FILES = APPS.flatMap(({ files }) => files);

addEventListener('install', (event) => {
  event.waitUntil(inUse().then((apps) => Promise.all(apps.map(keepApp))));
});

/** The apps that lie on the device or are open on it. */
async function inUse() {
  const open = await clients.matchAll({ includeUncontrolled: true, type: 'window' });
  const shown = open.map(({ url }) => drawing(url));
  const isKept = await Promise.all(APPS.map(({ page }) => caches.match(page)));
  return APPS.filter((app, place) => place === 0 || isKept[place] || shown.includes(app));
}

/** @param {string} url */
function drawing(url) {
  const { pathname } = new URL(url);
  return APPS.find(({ draws }) => draws.test(pathname));
}

/** The apps that are on their way to the device: a page asks again until its own is there. */
const coming = new Map();

function keepApp(app) {
  const comes = coming.get(app) ?? fetchApp(app).finally(() => coming.delete(app));
  coming.set(app, comes);
  return comes;
}

// The page comes last: where it lies, all of its app does.
async function fetchApp({ page, files }) {
  const kept = await caches.open(KEPT);
  if (await kept.match(page)) return;
  await Promise.all(files.map((file) => keep(kept, file)));
  await keep(kept, new Request(page, { cache: 'reload' }));
}

// A Wi-Fi's sign-in page answers for every file: only what the server itself said is kept.
async function keep(kept, file) {
  let answer = await fetch(file);
  // What the browser kept from an older server says nothing of itself.
  if (!isOwn(answer)) answer = await fetch(file, { cache: 'reload' });
  if (!isOwn(answer)) throw new Error(`the server did not give ${file.url ?? file}`);
  await kept.put(file, answer);
}

function isOwn(answer) {
  return answer.ok && !answer.redirected && answer.headers.has('x-borsklokka');
}

addEventListener('activate', (event) => {
  const old = (name) => name.startsWith('borsklokka-') && name !== KEPT;
  const tidy = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(tidy.then(() => clients.claim()));
});

addEventListener('message', (/** @type {ExtendableMessageEvent} */ event) => {
  if (event.data === 'activate') skipWaiting();
  if (event.data !== 'keep' || !(event.source instanceof Client)) return;
  const app = drawing(event.source.url);
  if (app) event.waitUntil(keepApp(app));
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  const page = request.mode === 'navigate' ? drawing(request.url)?.page : null;
  const asks = page ?? (FILES.includes(pathname) ? pathname : null);
  if (!asks) return;
  const kept = caches.open(KEPT).then((files) => files.match(asks));
  event.respondWith(kept.then((file) => file ?? fetch(request)));
});
