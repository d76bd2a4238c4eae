// Keep on the telephone what has to outlive a page, a restart and a week without a signal.
import { openDB } from "idb";
import { storage } from "./state.js";

const NAME = "gridgis-field";
const VERSION = 1;
/** Below so many free bytes it is said before it hurts. */
export const LEAST_FREE = 60_000_000;

/** @type {Promise<import("idb").IDBPDatabase<any>> | null} */
let opening = null;

function database() {
  opening ??= openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("outbox", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: "id" });
      db.createObjectStore("hazards", { keyPath: "id" });
      db.createObjectStore("kept");
    },
    terminated() {
      opening = null;
    },
  });
  return opening;
}

/** One thing kept by name. @param {string} name */
export async function read(name) {
  return (await database()).get("kept", name);
}

/** @param {string} name @param {any} value */
export async function write(name, value) {
  await (await database()).put("kept", value, name);
}

/** Everything of a store. @param {"outbox" | "hazards"} store @returns {Promise<any[]>} */
export async function all(store) {
  return (await database()).getAll(store);
}

/** @param {"outbox" | "hazards"} store @param {any} record */
export async function put(store, record) {
  await (await database()).put(store, record);
}

/** @param {"outbox" | "photos" | "hazards"} store @param {string} id */
export async function drop(store, id) {
  await (await database()).delete(store, id);
}

/** The bytes of a photo that waits. @param {string} id @returns {Promise<Blob | undefined>} */
export async function photo(id) {
  return (await (await database()).get("photos", id))?.blob;
}

/** Keep changes with their photos, all of them or none. @param {any[]} items @param {{id: string, blob: Blob}[]} photos */
export async function add(items, photos) {
  const transaction = (await database()).transaction(["outbox", "photos"], "readwrite");
  const stores = { outbox: transaction.objectStore("outbox"), photos: transaction.objectStore("photos") };
  await Promise.all([
    ...photos.map((one) => stores.photos.put(one)),
    ...items.map((one) => stores.outbox.put(one)),
    transaction.done,
  ]);
}

/** Ask the browser not to throw away what waits, and note how much room there is. */
export async function measure() {
  if (!navigator.storage?.estimate) return;
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  storage.value = { used: usage, allowed: quota };
}

/** Whether the browser refused to keep something because there is no room. @param {unknown} error */
export function isFull(error) {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}
