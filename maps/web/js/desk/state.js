// Hold what the desk shows: incidents, the one that is led now, the form of the call, the proposal, what waits to be sent.
import { batch, computed, signal } from "@preact/signals";
import { serverTime } from "../session.js";

/** @typedef {import("../types").Incident} Incident */
/** @typedef {import("../types").IncidentDetail} IncidentDetail */
/** @typedef {import("../types").Answer} Answer */

/** @typedef {import("../types").CallForm} CallForm */

/** Everything known of a call and its incident, as typed. */
export const EMPTY = /** @type {Readonly<CallForm>} */ (
  Object.freeze({
    said: "",
    caller: "",
    phone: "",
    placeText: "",
    address: "",
    lon: null,
    lat: null,
    enterprise_id: null,
    type: "",
    level: null,
    note: "",
    nature: "real",
  })
);

export const incidents = signal(/** @type {Incident[]} */ ([]));
/** Grows when teams, run cards or roads changed, so that proposals are asked for anew. */
export const world = signal(0);
/** Whether the list was read once. */
export const listed = signal(false);
/** The incident that is led now, null while a new call is typed. */
export const chosen = signal(/** @type {string | null} */ (null));
/** Its newest state with its log. */
export const detail = signal(/** @type {IncidentDetail | null} */ (null));
/** Identifiers made for a call that is being typed. */
export const made = signal(/** @type {{incident: string, call: string}} */ ({ incident: crypto.randomUUID(), call: crypto.randomUUID() }));
export const form = signal(/** @type {CallForm} */ ({ ...EMPTY }));
/** What the server has of the form. */
export const saved = signal(/** @type {CallForm} */ ({ ...EMPTY }));
/** Whether the type was picked by hand, so that the words no longer decide it. */
export const typePicked = signal(false);
export const savedAt = signal(/** @type {Date | null} */ (null));

export const led = computed(
  () => incidents.value.find((one) => one.id === chosen.value) ?? (detail.value?.id === chosen.value ? detail.value : null),
);

/**
 * @typedef {{state: "none"} | {state: "waiting"} | {state: "filled"} | {state: "ready", answer: Answer} |
 *   {state: "refused", problem: import("../api").Problem}} Proposal
 */
export const proposal = signal(/** @type {Proposal} */ ({ state: "none" }));
/** Teams of the proposal that are not to be sent, and teams beside it that are, each with why. */
export const left = signal(/** @type {ReadonlySet<string>} */ (new Set()));
export const extra = signal(/** @type {ReadonlyMap<string, string>} */ (new Map()));
/** The row that the keyboard stands on. */
export const cursor = signal(0);
export const file = signal(/** @type {import("../types").PlaceFile | null} */ (null));
export const routes = signal(/** @type {import("../types").RouteRow[]} */ ([]));

/** Commands that were not answered yet, the oldest first. */
export const waiting = signal(/** @type {import("../types").WaitingCommand[]} */ ([]));
/** What became of the newest command. */
export const result = signal(/** @type {{ok: boolean, text: string, at: number} | null} */ (null));
/** What is asked for in one line at the foot: a reason, a text. */
export const asking = signal(
  /** @type {{label: string, value: string, done: (text: string) => void} | null} */ (null),
);
export const sound = signal(true);

/** Say what became of something. @param {boolean} ok @param {string} text */
export function report(ok, text) {
  result.value = { ok, text, at: serverTime().getTime() };
}

/** @param {Incident} incident @returns {CallForm} */
export function formOf(incident) {
  const call = incident.calls[0];
  return {
    said: call?.said ?? "",
    caller: call?.caller ?? "",
    phone: call?.phone ?? "",
    placeText: incident.enterprise || incident.address,
    address: incident.address,
    lon: incident.lon,
    lat: incident.lat,
    enterprise_id: incident.enterprise_id,
    type: incident.type,
    level: incident.level,
    note: incident.note,
    nature: incident.nature,
  };
}

let beforeLeaving = () => {};

/** Have something done before another incident is led: what is typed is saved then. @param {() => void} save */
export function onLeaving(save) {
  beforeLeaving = save;
}

/** Turn to a call. @param {Incident | null} incident @param {{incident: string, call: string}} names @param {CallForm} known */
function turnTo(incident, names, known) {
  beforeLeaving();
  batch(() => {
    chosen.value = incident?.id ?? null;
    detail.value = null;
    made.value = names;
    form.value = { ...known };
    saved.value = { ...known };
    typePicked.value = Boolean(incident?.type);
    savedAt.value = null;
    proposal.value = { state: "none" };
    left.value = new Set();
    extra.value = new Map();
    routes.value = [];
    file.value = null;
    cursor.value = 0;
  });
}

/** Begin a new call. */
export function startNew() {
  turnTo(null, { incident: crypto.randomUUID(), call: crypto.randomUUID() }, EMPTY);
}

/** Lead an incident. @param {Incident} incident */
export function lead(incident) {
  if (chosen.value === incident.id) return;
  turnTo(incident, { incident: incident.id, call: incident.calls[0]?.id ?? crypto.randomUUID() }, formOf(incident));
}

/** Take over what somebody else has written, but for what is being typed here. @param {Incident} incident */
export function takeOver(incident) {
  const theirs = formOf(incident);
  const mine = { ...form.value };
  for (const name of /** @type {(keyof CallForm)[]} */ (Object.keys(EMPTY))) {
    if (mine[name] === saved.value[name]) /** @type {any} */ (mine)[name] = theirs[name];
  }
  batch(() => {
    form.value = mine;
    saved.value = theirs;
  });
}

/** Whether enough is known to propose teams. @param {{type: string, level: string | null, lon: number | null}} known */
export function complete(known) {
  return Boolean(known.type) && Boolean(known.level) && known.lon !== null;
}
