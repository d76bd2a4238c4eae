// Keep every change in order until the server has it; nothing is lost, doubled or dropped before it is proven.
import { asProblem } from "../api.js";
import { t } from "../words.js";
import * as kept from "./kept.js";
import { askSession, call } from "./sending.js";
import { details, items, owner, signedOut } from "./state.js";
import { upload } from "./uploading.js";

/** @typedef {import("../types").OutboxItem} OutboxItem */

const FIRST_AGAIN_MS = 1000;
const LONGEST_AGAIN_MS = 60_000;
const DONE_SHOWN = 30;
const LOCK = "gridgis-field-outbox";

let again_ms = FIRST_AGAIN_MS;
let timer = 0;
let running = false;
let wanted = false;
let changed = () => {};

/** Read what waits from before: nothing may look sent that is not. */
export async function restore() {
  const found = await kept.all("outbox");
  items.value = found
    .map((item) => (item.state === "sending" ? { ...item, state: "waiting" } : item))
    .sort((one, other) => one.n - other.n);
  details.value = Object.fromEntries((await kept.all("hazards")).map((hazard) => [hazard.id, hazard]));
}

/** Send what waits, now and whenever a signal comes back. @param {() => void} whenChanged told after something came through */
export function resume(whenChanged) {
  changed = whenChanged;
  addEventListener("online", () => soon(0));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon(0));
  soon(0);
}

/** @param {OutboxItem} item @param {Partial<OutboxItem>} to */
async function change(item, to) {
  const made = { ...item, ...to };
  items.value = items.value.map((one) => (one.id === item.id ? made : one));
  await kept.put("outbox", made);
  return made;
}

/** Try again in a while. @param {number} [after_ms] */
function soon(after_ms = again_ms) {
  clearTimeout(timer);
  timer = window.setTimeout(drain, after_ms);
}

/**
 * Keep changes with their photos and send them when that is possible.
 * @param {Pick<OutboxItem, "id" | "kind" | "hazard" | "path" | "body" | "label" | "sha256" | "size">[]} made
 * @param {{id: string, blob: Blob}[]} photos
 */
export async function add(made, photos = []) {
  let n = items.value.reduce((most, item) => Math.max(most, item.n), 0);
  const whole = made.map((one) => ({
    ...one,
    n: (n += 1),
    account: owner.value,
    made_at: new Date().toISOString(),
    state: /** @type {const} */ ("waiting"),
    problem: null,
    sent: 0,
  }));
  await kept.add(whole, photos);
  items.value = [...items.value, ...whole];
  kept.measure();
  soon(0);
}

/** Send everything that can be sent, one tab at a time; what is asked for meanwhile is done after it. */
export async function drain() {
  clearTimeout(timer);
  wanted = true;
  if (running) return;
  running = true;
  try {
    while (wanted) {
      wanted = false;
      await (navigator.locks ? navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? sendAll() : soon())) : sendAll());
    }
  } finally {
    running = false;
  }
}

/** The next change that can be sent. @param {Set<string>} tried */
function next(tried) {
  const stuck = new Set(items.value.filter((item) => item.kind === "report" && item.state === "refused").map((item) => item.hazard));
  return items.value.find(
    (item) => !["done", "refused"].includes(item.state) && item.account === owner.value && !tried.has(item.id) && !stuck.has(item.hazard),
  );
}

/** Send one after the other until nothing is left, or nobody answers. */
async function sendAll() {
  /** @type {Set<string>} */
  const tried = new Set();
  let left = false;
  for (let item = next(tried); item; item = next(tried)) {
    tried.add(item.id);
    const outcome = await sendOne(item);
    if (outcome === "done") again_ms = FIRST_AGAIN_MS;
    if (outcome === "held") left = true;
    if (outcome === "stop") {
      left = true;
      break;
    }
  }
  await forgetDone();
  if (!left || signedOut.value) return;
  soon();
  again_ms = Math.min(LONGEST_AGAIN_MS, again_ms * 2);
}

/** @param {OutboxItem} item @returns {Promise<"done" | "held" | "refused" | "stop">} */
async function sendOne(item) {
  const sending = await change(item, { state: "sending", problem: null });
  let answer = await deliver(sending);
  if (answer.status === 403 && answer.body?.code === "request.csrf" && (await askSession())) answer = await deliver(sending);
  if (answer.status === 0 || answer.status >= 500 || answer.status === 429 || signedOut.value) {
    await change(sending, { state: "waiting" });
    return "stop";
  }
  if (answer.status === 202) {
    await change(sending, { state: "held" });
    return "held";
  }
  if (answer.status >= 400) {
    await change(sending, { state: "refused", problem: problemOf(answer) });
    return "refused";
  }
  if (item.kind === "photo") await kept.drop("photos", item.id);
  await change(sending, { state: "done", sent: sending.size });
  await note(answer.body?.hazard ?? (item.kind === "report" ? answer.body : null));
  changed();
  return "done";
}

/** @param {OutboxItem} item */
async function deliver(item) {
  if (item.kind !== "photo") return call("POST", item.path, { json: item.body, headers: { "idempotency-key": item.id } });
  const blob = await kept.photo(item.id);
  if (!blob) return { status: 410, headers: new Headers(), body: { code: "photo.gone", detail: t("page.field.photo_gone") } };
  const named = { id: item.id, hazard: item.hazard, sha256: item.sha256 };
  return upload(named, blob, (sent) => {
    items.value = items.value.map((one) => (one.id === item.id ? { ...one, sent } : one));
  });
}

/** @param {import("./sending").Answer} answer */
function problemOf(answer) {
  const { code = "", detail = "", fields = {} } = answer.body ?? {};
  return { code, detail: detail || t("page.error.server", { status: answer.status }), fields };
}

/** Keep a hazard as the server told it. @param {any} hazard */
export async function note(hazard) {
  if (!hazard?.steps) return;
  details.value = { ...details.value, [hazard.id]: hazard };
  try {
    await kept.put("hazards", hazard);
  } catch (error) {
    asProblem(error); // it can be asked for again
  }
}

/** Forget all but the newest of what came through. */
async function forgetDone() {
  const done = items.value.filter((item) => item.state === "done");
  const old = done.slice(0, Math.max(0, done.length - DONE_SHOWN));
  for (const item of old) await kept.drop("outbox", item.id);
  if (old.length) items.value = items.value.filter((item) => !old.includes(item));
  kept.measure();
}

/** Try a refused change again as it is. @param {OutboxItem} item */
export async function retry(item) {
  await change(item, { state: "waiting", problem: null });
  soon(0);
}

/** Give a change up, with its photo and, of a report, with everything that follows it. @param {OutboxItem} item */
export async function giveUp(item) {
  const gone = items.value.filter(
    (one) => one.id === item.id || (item.kind === "report" && one.hazard === item.hazard && one.state !== "done"),
  );
  for (const one of gone) {
    await kept.drop("outbox", one.id);
    if (one.kind === "photo") await kept.drop("photos", one.id);
  }
  items.value = items.value.filter((one) => !gone.includes(one));
  soon(0);
}

/** Keep what was written as a note instead: nothing that somebody wrote ends nowhere. @param {OutboxItem} item */
export async function keepAsNote(item) {
  const body = { act: "note", id: crypto.randomUUID(), text: item.body.text || item.label, photos: item.body.photos ?? [], made_at: item.body.made_at };
  await add([{ id: body.id, kind: "step", hazard: item.hazard, path: item.path, body, label: t("hazard_act.note"), sha256: "", size: 0 }]);
  await kept.drop("outbox", item.id);
  items.value = items.value.filter((one) => one.id !== item.id);
}

/** Insist on one's own side of what both changed: it is sent again as seen now. @param {OutboxItem} item */
export async function insist(item) {
  const field = item.problem?.fields.field;
  const seen = { ...item.body.seen, [field]: item.problem?.fields.theirs };
  const body = { ...item.body, id: crypto.randomUUID(), seen };
  await add([{ id: body.id, kind: "step", hazard: item.hazard, path: item.path, body, label: item.label, sha256: "", size: 0 }]);
  await kept.drop("outbox", item.id);
  items.value = items.value.filter((one) => one.id !== item.id);
}
