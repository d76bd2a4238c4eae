// Take along what the page is made of, the words, and the tiles of the cells: for a whole day without a signal.
import { kit, offline } from "./state.js";
import { read, write } from "./kept.js";
import { askSession, call } from "./sending.js";

const SHELL = "gridgis-field-shell";
const TILES = "gridgis-field-tiles";
const ZOOMS = [11, 12, 13, 14];
const MOST_TILES = 600;
const AT_ONCE = 6;
/** What is loaded only when it is needed, and so not yet when the page has begun. */
export const LATER = ["/js/field/map_tab.js", "/js/map/colours.js", "/js/map/district.js", "/js/map/ground.js", "/js/map/shapes.js", "/js/map/symbols.js", "/vendor/ol/ol.js", "/vendor/ol/ol.css"];

/** Have the page served without a signal from now on. */
export async function register() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/js/field_worker.js", { scope: "/field" });
}

/** Keep the files of the page. */
async function keepShell() {
  const cache = await caches.open(SHELL);
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const files = loaded.filter((url) => url.origin === location.origin && /^\/(js|css|icons|vendor)\//.test(url.pathname));
  const names = new Set(["/field", "/api/v1/words/zh.json", "/api/v1/words/en.json", "/icons/gridgis.svg", "/icons/field.webmanifest", ...LATER, ...files.map((url) => url.pathname)]);
  await Promise.all(
    [...names].map(async (name) => {
      const answer = await fetch(name, { cache: "no-cache" });
      if (answer.ok && !answer.redirected) await cache.put(name, answer);
    }),
  );
}

/** @param {number} lon @param {number} lat @param {number} zoom @returns {[number, number]} */
function tileAt(lon, lat, zoom) {
  const size = 2 ** zoom;
  const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
  return [Math.floor(((lon + 180) / 360) * size), Math.floor(y * size)];
}

/** Addresses of the tiles of a box. @param {number[]} box @param {(string | undefined)[]} urls @param {number} deepest */
export function tilesOf(box, urls, deepest) {
  const found = [];
  for (const zoom of ZOOMS.filter((one) => one <= deepest)) {
    const [west, south] = tileAt(box[0], box[1], zoom);
    const [east, north] = tileAt(box[2], box[3], zoom);
    for (let x = west; x <= east; x += 1) {
      for (let y = north; y <= south; y += 1) {
        for (const url of urls) {
          if (url) found.push(url.replace("{z}", String(zoom)).replace("{x}", String(x)).replace("{y}", String(y)));
        }
      }
    }
  }
  return found.slice(0, MOST_TILES);
}

/** Keep the tiles of the cells; those that are kept already are left. @param {any} district */
async function keepTiles(district) {
  const box = kit.peek()?.bbox;
  if (!box) return;
  const { base, cells } = district.tiles;
  const names = tilesOf(box, [base?.url, cells?.url], Math.min(base?.max_zoom ?? 14, 14));
  const cache = await caches.open(TILES);
  offline.value = { ...offline.value, done: 0, total: names.length };
  const queue = [...names];
  const work = async () => {
    for (let name = queue.shift(); name; name = queue.shift()) {
      if (!(await cache.match(name))) {
        const answer = await fetch(name);
        if (answer.ok) await cache.put(name, answer);
      }
      offline.value = { ...offline.value, done: names.length - queue.length };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const wanted = new Set(names.map((name) => new URL(name, location.origin).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

/** Take everything along, and say when that was. */
export async function takeAlong() {
  if (!("caches" in window)) return;
  await keepShell();
  const answer = await call("GET", "district");
  if (answer.status === 200) {
    await write("district", answer.body);
    await keepTiles(answer.body);
  }
  const at = new Date().toISOString();
  await write("taken_along", at);
  offline.value = { ...offline.value, at };
}

/** Read what was taken along before. */
export async function readTaken() {
  offline.value = { ...offline.value, at: (await read("taken_along")) ?? null };
  return askSession();
}
