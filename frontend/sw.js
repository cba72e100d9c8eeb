// The desks without a network: every file of their app lies on the device. Names below /assets/ hold their content's hash,
// so what is kept never grows old; a new version is another worker, which waits until the page lets it in.
const KEPT = 'borsklokka-{{version}}';
const PAGE = '/';
const FILES = ['{{files}}'];
const DESK = /{{desks}}/;

addEventListener('install', (event) => {
  const page = new Request(PAGE, { cache: 'reload' });
  event.waitUntil(caches.open(KEPT).then((kept) => Promise.all([page, ...FILES].map((file) => keep(kept, file)))));
});

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

addEventListener('message', (event) => {
  if (event.data === 'activate') skipWaiting();
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  const asks = request.mode === 'navigate' && DESK.test(pathname) ? PAGE : FILES.includes(pathname) ? pathname : null;
  if (!asks) return;
  const kept = caches.open(KEPT).then((files) => files.match(asks));
  event.respondWith(kept.then((file) => file ?? fetch(request)));
});
