// Save a call from its first word, then what is added, a moment after the typing stops.
import { effect } from "@preact/signals";
import { serverTime } from "../session.js";
import { t } from "../words.js";
import { command } from "./commands.js";
import { chosen, form, made, onLeaving, saved, savedAt } from "./state.js";

const PAUSE_MS = 350;
const KNOWN = /** @type {const} */ (["type", "level", "lon", "lat", "address", "note", "enterprise_id"]);
const TOLD = /** @type {const} */ (["said", "caller", "phone"]);

let timer = 0;

/** Follow the form. */
export function followForm() {
  onLeaving(saveNow);
  effect(() => {
    form.value;
    clearTimeout(timer);
    timer = window.setTimeout(saveNow, PAUSE_MS);
  });
}

/** Save what is not saved yet, at once. @returns {Promise<any>} when the server has it */
export function saveNow() {
  clearTimeout(timer);
  const now = form.peek();
  const before = saved.peek();
  const ids = made.peek();
  const known = Object.fromEntries(KNOWN.filter((name) => now[name] !== before[name]).map((name) => [name, now[name]]));
  if ("lon" in known || "lat" in known) Object.assign(known, { lon: now.lon, lat: now.lat });
  const call = { id: ids.call, said: now.said, caller: now.caller, phone: now.phone };
  const told = TOLD.some((name) => now[name] !== before[name]);
  const place = now.placeText !== before.placeText && now.placeText !== now.address;
  if (!told && Object.keys(known).length === 0 && !(place && chosen.peek() === null)) {
    return Promise.resolve();
  }
  saved.value = { ...now };
  const done = () => (savedAt.value = serverTime());
  if (chosen.peek() === null) {
    chosen.value = ids.incident;
    const opening = { id: ids.incident, call, known, nature: now.nature };
    return command(t("page.desk.received"), "incidents", opening, { quiet: true }).then(done);
  }
  const path = `incidents/${ids.incident}/steps`;
  const steps = [];
  if (told) steps.push(command(t("page.desk.saved"), path, { step: "called", call }, { quiet: true }));
  if (Object.keys(known).length > 0) {
    steps.push(command(t("page.desk.saved"), path, { step: "completed", known }, { quiet: true }));
  }
  return Promise.all(steps).then(done);
}
