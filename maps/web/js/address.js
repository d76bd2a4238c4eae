// Keep what is shown in the address, so that a link shows the same and Back goes back.
import { batch, effect } from "@preact/signals";
import { alarmType, cover, language, level, opened, panel, place, reply, sheet, when } from "./state.js";
import { word } from "./words.js";

/** @typedef {{lon: number, lat: number, zoom: number}} View */

/** Centre and zoom asked for by the address. @returns {View | null} */
export function viewAsked() {
  const parts = (new URLSearchParams(location.search).get("map") ?? "").split("/").map(Number);
  const [zoom, lon, lat] = parts;
  return parts.length === 3 && parts.every(Number.isFinite) ? { lon, lat, zoom } : null;
}

/** Show what the address names. */
export function readAddress() {
  const asked = new URLSearchParams(location.search);
  const [lon, lat] = (asked.get("at") ?? "").split(",").map(Number);
  batch(() => {
    alarmType.value = asked.get("type") ?? alarmType.value;
    level.value = /** @type {import("./types").Level} */ (asked.get("level") ?? level.value);
    when.value = asked.get("when");
    opened.value = null;
    if (asked.has("at") && Number.isFinite(lon) && Number.isFinite(lat)) {
      place.value = { lon, lat, name: asked.get("name") ?? "", enterprise: asked.get("site") ?? undefined };
      panel.value = { kind: "alarm" };
      reply.value = { state: "waiting" };
    } else {
      place.value = null;
      panel.value = { kind: "today" };
      reply.value = { state: "none" };
    }
    for (const kind of /** @type {const} */ (["officer", "enterprise", "team", "cell"])) {
      const id = asked.get(kind);
      if (id) panel.value = { kind, id };
    }
    if (panel.value.kind !== "today" && sheet.value === "low") sheet.value = "half";
  });
}

/** @returns {string} the query of what is shown now, without the map's view */
function query() {
  const asked = new URLSearchParams();
  const at = place.value;
  if (at) {
    asked.set("at", `${at.lon.toFixed(6)},${at.lat.toFixed(6)}`);
    if (at.name) asked.set("name", at.name);
    if (at.enterprise) asked.set("site", at.enterprise);
    asked.set("type", alarmType.value);
    asked.set("level", level.value);
    if (when.value) asked.set("when", when.value);
  }
  if (cover.value.on) {
    asked.set("cover", cover.value.tier || "all");
    if (cover.value.by === 2) asked.set("by", "2");
  }
  const shown = panel.value;
  if ("id" in shown) asked.set(shown.kind, shown.id);
  return asked.toString();
}

/** Follow the signals with the address. @param {() => View} viewNow */
export function followAddress(viewNow) {
  let last = query();
  let reading = false;
  effect(() => {
    const next = query();
    if (next === last || reading) return;
    const onlyRefined = new URLSearchParams(next).get("at") === new URLSearchParams(last).get("at");
    last = next;
    const address = `/${next ? `?${next}` : ""}`;
    if (onlyRefined && place.value !== null) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  });
  addEventListener("popstate", () => {
    reading = true;
    readAddress();
    last = query();
    reading = false;
  });
  return () => {
    const asked = new URLSearchParams(query());
    const view = viewNow();
    asked.set("map", `${view.zoom.toFixed(2)}/${view.lon.toFixed(5)}/${view.lat.toFixed(5)}`);
    if (language.value === "en") asked.set("lang", "en");
    return `${location.origin}/?${asked}`;
  };
}

/** A name for the alarm shown, for the title and the print. */
export function alarmTitle() {
  return `${word("alarm_type", alarmType.value)} ${word("level", level.value)}`;
}
