// Make reports and steps of what was typed, with identifiers of the telephone's own, and put them into the outbox.
import { t, word } from "../words.js";
import { add } from "./outbox.js";
import { clockAhead_s, details, items, kit, owner, serverNow } from "./state.js";

/** @typedef {import("./photos.js").Prepared} Prepared */

/** @param {Prepared[]} photos */
const named = (photos) => photos.map(({ id, sha256 }) => ({ id, sha256 }));

/** Photos as items of the outbox. @param {Prepared[]} photos @param {string} hazard */
function photoItems(photos, hazard) {
  return photos.map(({ id, sha256, blob }) => ({
    id,
    kind: /** @type {const} */ ("photo"),
    hazard,
    path: "uploads",
    body: {},
    label: t("page.field.photo"),
    sha256,
    size: blob.size,
  }));
}

/** What people call a hazard, known before there is a signal. @param {string} id @param {Date} at */
function codeOf(id, at) {
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short" }).format(at);
  return `${local.replaceAll("-", "")}-${id.slice(-6).toUpperCase()}`;
}

/**
 * Report a hazard.
 * @param {{kind: string, text: string, enterprise_id: string | null, address: string, lon: number | null, lat: number | null, accuracy_m: number | null}} told
 * @param {Prepared[]} photos
 * @returns {Promise<string>} its number
 */
export async function report(told, photos) {
  const id = crypto.randomUUID();
  const step_id = crypto.randomUUID();
  const at = new Date();
  const body = { ...told, id, step_id, photos: named(photos), made_at: at.toISOString() };
  const code = codeOf(id, serverNow());
  const label = `${word("hazard_kind", told.kind)} ${told.text}`.trim();
  await add(
    [{ id: step_id, kind: "report", hazard: id, path: "hazards", body, label, sha256: "", size: 0 }, ...photoItems(photos, id)],
    photos,
  );
  return code;
}

/**
 * Take a step of a hazard: after the last one that this telephone made or saw.
 * @param {string} hazard @param {string} act @param {Record<string, any>} said @param {Prepared[]} photos
 */
export async function step(hazard, act, said, photos = []) {
  const id = crypto.randomUUID();
  const own = items.value.filter((item) => item.hazard === hazard && item.kind !== "photo" && item.state !== "done" && item.state !== "refused");
  const after = own.at(-1)?.id ?? details.value[hazard]?.last_step ?? kit.value?.hazards.find((one) => one.id === hazard)?.last_step ?? null;
  const body = { act, id, after, ...said, ...(photos.length ? { photos: named(photos) } : {}), made_at: new Date().toISOString() };
  const label = `${word("hazard_act", act)} ${said.text ?? ""}`.trim();
  await add(
    [{ id, kind: "step", hazard, path: `hazards/${hazard}/steps`, body, label, sha256: "", size: 0 }, ...photoItems(photos, hazard)],
    photos,
  );
}

/** Every hazard that this telephone knows: what the server told, and reports that are still on their way, newest first. */
export function known() {
  /** @type {Map<string, any>} */
  const found = new Map();
  for (const hazard of kit.value?.hazards ?? []) found.set(hazard.id, hazard);
  for (const hazard of Object.values(details.value)) found.set(hazard.id, hazard);
  for (const item of items.value) {
    if (item.kind !== "report" || found.has(item.hazard)) continue;
    const at = new Date(item.made_at);
    const enterprise = kit.value?.enterprises.find((one) => one.id === item.body.enterprise_id);
    found.set(item.hazard, {
      ...item.body,
      id: item.hazard,
      code: codeOf(item.hazard, new Date(at.getTime() - 1000 * (clockAhead_s.value ?? 0))),
      state: "reported",
      found_at: new Date(at.getTime() - 1000 * (clockAhead_s.value ?? 0)).toISOString(),
      reporter: item.account || owner.value,
      enterprise: enterprise?.name ?? "",
      clocks: [],
      severity: null,
      steps: [],
      acts: ["note"],
    });
  }
  return [...found.values()];
}
