// Serve the officer's page without a signal: what is newest where the server answers soon, else what was taken along.
const SHELL = "gridgis-field-shell";
const TILES = "gridgis-field-tiles";
const SOON_MS = 2500;
const FILES = /^\/(js|css|icons|vendor)\//;
const WORDS = /^\/api\/v1\/words\//;
const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === "/field") event.respondWith(newest(event, "/field"));
  else if (FILES.test(url.pathname) || WORDS.test(url.pathname)) event.respondWith(newest(event, url.pathname));
  else if (url.pathname.startsWith("/tiles/")) event.respondWith(tile(request));
});

/** The newest where it comes soon; else what is kept, however long the server takes. @param {any} event @param {string} name */
async function newest(event, name) {
  const cache = await caches.open(SHELL);
  const asked = fetch(event.request);
  const noted = asked.then((answer) => {
    if (answer.ok && !answer.redirected && answer.type === "basic") event.waitUntil(cache.put(name, answer.clone()));
    return answer;
  });
  event.waitUntil(noted.catch(() => {}));
  const late = new Promise((resolve) => setTimeout(resolve, SOON_MS));
  const first = await Promise.race([noted.catch(() => null), late]);
  if (first && first.status < 500) return first;
  return (await cache.match(name, { ignoreVary: true })) ?? noted;
}

/** A tile that was taken along; else from the server, else nothing there. @param {Request} request */
async function tile(request) {
  const cache = await caches.open(TILES);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    const older = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
    return older ?? new Response(null, { status: 204 });
  }
}
