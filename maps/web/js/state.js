// Hold what the page shows, as signals: components and map read them, actions write them.
import { batch, computed, signal } from "@preact/signals";

/** @typedef {import("./types").Answer} Answer */
/** @typedef {import("./types").Place} Place */
/** @typedef {import("./types").Panel} Panel */

/** @param {string} name @returns {string | null} */
function kept(name) {
  try {
    return localStorage.getItem(`gridgis.${name}`);
  } catch {
    return null; // storage is switched off: the page works, it forgets
  }
}

/** Keep a choice of this person on this machine. @param {string} name @param {string} value */
export function keep(name, value) {
  try {
    localStorage.setItem(`gridgis.${name}`, value);
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
}

const wantsDark = matchMedia("(prefers-color-scheme: dark)");
const asked = new URLSearchParams(location.search);

/** Tiers whose reach can be drawn, '' for all own teams. */
export const COVER_TIERS = ["", "district", "town", "village", "specialist"];

/** @returns {import("./types").Theme} */
function firstTheme() {
  const theme = asked.get("theme") ?? kept("theme");
  if (theme === "light" || theme === "dark") return theme;
  return wantsDark.matches ? "dark" : "light";
}

/** The reach that the address asks for: `all`, or a tier. @returns {import("./types").Cover} */
function firstCover() {
  const tier = asked.get("cover") ?? "";
  return { on: tier !== "", tier: COVER_TIERS.includes(tier) ? tier : "", by: asked.get("by") === "2" ? 2 : 1 };
}

export const language = signal(
  /** @type {import("./types").Language} */ ((asked.get("lang") ?? kept("lang")) === "en" ? "en" : "zh"),
);
export const theme = signal(firstTheme());
export const catalogue = signal(/** @type {Record<string, string>} */ ({}));

export const district = signal(/** @type {import("./types").District | null} */ (null));
/** What kept the district from being shown. */
export const failure = signal(/** @type {import("./api").Problem | null} */ (null));
export const teams = signal(/** @type {Map<string, import("./types").Team>} */ (new Map()));

/** Milliseconds by which the server's clock is ahead of this machine's. */
export const clockAhead = signal(0);
/** The server's clock, moved on every second. */
export const now = signal(new Date());
/** When the server was last lost, null while it answers. */
export const lostSince = signal(/** @type {Date | null} */ (null));

/** Who is signed in here, null until the server said so. */
export const session = signal(/** @type {import("./types").Session | null} */ (null));

/** Whether something may be done somewhere; everything while nobody knows. @param {string} action */
export function may(action) {
  return session.value === null || session.value.actions.includes(action);
}

export const panel = signal(/** @type {Panel} */ ({ kind: "today" }));
export const place = signal(/** @type {Place | null} */ (null));
export const alarmType = signal(asked.get("type") ?? kept("type") ?? "fire");
export const level = signal(/** @type {import("./types").Level} */ (asked.get("level") ?? kept("level") ?? "III"));
/** Local wall time (Asia/Shanghai) `2020-06-30T14:00`, null for now. */
export const when = signal(/** @type {string | null} */ (null));

/**
 * @typedef {{state: "none"} | {state: "waiting"} | {state: "ready", answer: Answer} |
 *   {state: "refused", problem: import("./api").Problem}} Reply
 */
export const reply = signal(/** @type {Reply} */ ({ state: "none" }));
export const answer = computed(() => (reply.value.state === "ready" ? reply.value.answer : null));

/** Team under the pointer or the keyboard's focus. */
export const pointed = signal(/** @type {string | null} */ (null));
/** Team whose row is open. */
export const opened = signal(/** @type {string | null} */ (null));
/** Why nearer teams come later than the first. */
export const explained = signal(/** @type {import("./types").Explanation[]} */ ([]));
/** The explanation that is drawn. */
export const why = signal(/** @type {import("./types").Explanation | null} */ (null));
export const shown = computed(() => pointed.value ?? opened.value ?? why.value?.sooner.team.id ?? null);

export const layers = signal({ cells: true, enterprises: true, teams: true, base: true, wmts: true });
/** Whether the reach of teams is drawn, of which tier, by any team or by two. */
export const cover = signal(firstCover());
/** The reach that is drawn, null while none is. */
export const coverShown = signal(/** @type {import("./types").Reach | null} */ (null));
/** Metres on the ground in one pixel at the map's centre. */
export const metresPerPixel = signal(0);
export const measuring = signal(false);
/** Whether the next click on the map closes the road there. */
export const closingRoad = signal(false);
/** Takes the next click on the map instead of all else; a page sets it while something is to be pointed at. */
export const takesClick = signal(/** @type {((lon: number, lat: number) => void) | null} */ (null));
/** Roads closed now, the newest first. */
export const closures = signal(/** @type {import("./types").Closure[]} */ ([]));
export const measured = signal(/** @type {number | null} */ (null));
/** How far the bottom sheet is up on a phone. */
export const sheet = signal(/** @type {"low" | "half" | "full"} */ ("low"));
export const narrow = signal(matchMedia("screen and (max-width: 759px)").matches);
matchMedia("screen and (max-width: 759px)").addEventListener("change", (event) => (narrow.value = event.matches));
export const touch = matchMedia("(pointer: coarse)").matches;

/** One short sentence at the foot of the map; the newest replaces the one before. */
export const notice = signal(/** @type {{text: string, at: number} | null} */ (null));

/** @param {string} text */
export function tell(text) {
  notice.value = { text, at: Date.now() };
}

/** What the map is to bring into view next; taken by the map. */
export const wanted = signal(
  /** @type {{box?: import("./types").Box, at?: import("./types").LonLat, zoom?: number} | null} */ (null),
);

/** Put an alarm at a place and ask for the answer. @param {Place} at */
export function placeAlarm(at) {
  batch(() => {
    place.value = { ...at, lon: Number(at.lon.toFixed(6)), lat: Number(at.lat.toFixed(6)) };
    panel.value = { kind: "alarm" };
    pointed.value = null;
    opened.value = null;
    reply.value = { state: "waiting" };
    if (sheet.value === "low") sheet.value = "half";
  });
}

/** Take the alarm away and show the district again. */
export function clearAlarm() {
  batch(() => {
    place.value = null;
    when.value = null;
    pointed.value = null;
    opened.value = null;
    reply.value = { state: "none" };
    panel.value = { kind: "today" };
    sheet.value = "low";
  });
}

/** Show a person, an enterprise, a team, a cell or a spot beside the map. @param {Panel} next */
export function show(next) {
  batch(() => {
    panel.value = next;
    pointed.value = null;
    opened.value = null;
    if (sheet.value === "low" && next.kind !== "today") sheet.value = "half";
  });
}

/** Go one step back: open row, then alarm or subject, then nothing. @returns {boolean} whether there was a step */
export function stepBack() {
  if (closingRoad.value) {
    closingRoad.value = false;
    return true;
  }
  if (measuring.value) {
    measuring.value = false;
    return true;
  }
  if (opened.value !== null || pointed.value !== null || why.value !== null) {
    batch(() => {
      why.value = null;
      opened.value = null;
      pointed.value = null;
    });
    return true;
  }
  if (panel.value.kind !== "today" && panel.value.kind !== "alarm" && place.value !== null) {
    show({ kind: "alarm" });
    return true;
  }
  if (panel.value.kind !== "today") {
    clearAlarm();
    return true;
  }
  return false;
}
