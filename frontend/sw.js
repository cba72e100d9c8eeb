// The desks without a network: every file of their app lies on the device. Names below /assets/ hold their content's hash,
// so what is kept never grows old; a new version is another worker, which waits until the page lets it in.
const KEPT = 'borsklokka-{{version}}';
const PAGE = '/';
const FILES = {{files}};
const DESK = /^\/(setup|[^/]+\/(broker|notary|moderator|organiser|pair))?\/?$/;

addEventListener('install', (event) => {
  const page = new Request(PAGE, { cache: 'reload' });
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([page, ...FILES])));
});

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
