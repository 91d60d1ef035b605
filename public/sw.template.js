// The service worker: the app starts and works with no network. Made by `cargo xtask app`, which fills in the list of
// every file of this version with its SHA-256, and the version, a hash over all of them.
//
// A new version is fetched whole beside the old one and then waits: it takes over when a page sends {type: 'activate'},
// which a page does when the user taps. Until then the old files stay and answer.
const VERSION = '__VERSION__';
const PRECACHE = __PRECACHE__;
const PREFIX = 'zhucun-';
const CACHE = PREFIX + VERSION;

// First parts of paths that are never the phone app's: the server answers them, or nobody.
const SERVER = ['api', 'n', 't', 'f', 'invite', 'desk', 'desk-assets', 'sw.js', 'robots.txt', 'healthz', 'metrics'];

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('message', (event) => {
  if (!event.data) return;
  if (event.data.type === 'activate') event.waitUntil(self.skipWaiting());
  if (event.data.type === 'version' && event.ports[0]) event.ports[0].postMessage(VERSION);
});
self.addEventListener('fetch', (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === 'POST' && url.pathname === '/share') return event.respondWith(shared(request));
  if (request.method !== 'GET') return;
  const first = url.pathname.split('/')[1];
  if (SERVER.includes(first)) return;
  const page = request.mode === 'navigate';
  const path = page ? '/' : url.pathname;
  if (PRECACHE.some((entry) => entry[0] === path)) event.respondWith(answer(path, request));
});

// Complete or not at all: one file that is missing or not the one that was built fails the installation, and the browser
// tries again later. The old version is not touched.
async function install() {
  const cache = await caches.open(CACHE);
  for (const [path, sha256] of PRECACHE) {
    if (await cache.match(path)) continue;
    await cache.put(path, (await kept(path)) || (await fetched(path, sha256)));
  }
}

// A file whose name carries its hash may lie in the old version's cache already: no need to fetch it again.
async function kept(path) {
  if (!path.startsWith('/assets/')) return undefined;
  for (const name of await caches.keys()) {
    const found = name.startsWith(PREFIX) && (await (await caches.open(name)).match(path));
    if (found) return found;
  }
  return undefined;
}

async function fetched(path, sha256) {
  const response = await fetch(path, {
    cache: path.startsWith('/assets/') ? 'default' : 'no-cache',
    credentials: 'same-origin',
    integrity: 'sha256-' + btoa(sha256.match(/../g).map((byte) => String.fromCharCode(parseInt(byte, 16))).join('')),
  });
  if (!response.ok || response.redirected) throw new Error(path + ': ' + response.status);
  return response;
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

// Photos from another app's share sheet, also with no network: kept apart from the app's files until a page of the app has
// taken them (src/platform/shared.rs). What cannot be kept is missing there, and the page says so.
async function shared(request) {
  try {
    const form = await request.formData();
    const cache = await caches.open('shared-photos');
    let name = Date.now();
    for (const file of form.getAll('photos').slice(0, 10)) {
      if (file.size) await cache.put('/share/' + name++, new Response(file));
    }
  } catch (error) {
    console.error(error);
  }
  return Response.redirect('/share', 303);
}

// From this version's files; the network only where the browser threw the cache away.
async function answer(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) || fetch(request);
}
