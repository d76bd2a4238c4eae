// Hold what the officer's telephone shows, as signals.
import { computed, signal } from "@preact/signals";

/** @typedef {import("../types").FieldKit} FieldKit */
/** @typedef {import("../types").OutboxItem} OutboxItem */

const WRONG_CLOCK_S = 120;

/** What was taken along, null before anything was. */
export const kit = signal(/** @type {FieldKit | null} */ (null));
/** When it was taken along. */
export const kitAt = signal(/** @type {Date | null} */ (null));
/** Changes on their way, in the order in which they were made. */
export const items = signal(/** @type {OutboxItem[]} */ ([]));
/** Hazards that were looked at, with their steps, by identifier. */
export const details = signal(/** @type {Record<string, any>} */ ({}));
/** Who was signed in here last, known without a signal. */
export const owner = signal("");

export const tab = signal(/** @type {"today" | "map" | "report" | "hazards" | "me"} */ ("today"));
/** The hazard that is open. */
export const opened = signal(/** @type {string | null} */ (null));
/** The enterprise that is open. */
export const openedEnterprise = signal(/** @type {string | null} */ (null));

/** Where the telephone is: lon, lat, how far off that may be, when. */
export const here = signal(/** @type {import("../types").Fix | null} */ (null));
/** Why it does not know, a key of the words; empty while it does or has not asked. */
export const lost = signal("");

/** Whether the last thing that was sent reached the server. */
export const reached = signal(navigator.onLine);
/** Whether the server asks to sign in again. */
export const signedOut = signal(false);
/** Seconds by which the telephone's clock is ahead of the server's, null while nobody knows. */
export const clockAhead_s = signal(/** @type {number | null} */ (null));
/** Whether that is so much that somebody has to be told; a service whose clock is set by hand tells nothing of it. */
export const clockWrong = computed(() => Math.abs(clockAhead_s.value ?? 0) > WRONG_CLOCK_S && kit.value?.clock_set === false);
/** This moment by the server's clock, as far as that is known. */
export const serverNow = () => new Date(Date.now() - 1000 * (clockAhead_s.peek() ?? 0));

/** Bytes used and allowed here, null where the browser does not say. */
export const storage = signal(/** @type {{used: number, allowed: number} | null} */ (null));
/** How much of the cells is kept for use without a signal. */
export const offline = signal(/** @type {{done: number, total: number, at: string | null}} */ ({ done: 0, total: 0, at: null }));

export const waiting = computed(() => items.value.filter((item) => item.state !== "done"));
export const waitingPhotos = computed(() => waiting.value.filter((item) => item.kind === "photo").length);
export const refused = computed(() => items.value.filter((item) => item.state === "refused"));
export const foreign = computed(() => waiting.value.filter((item) => item.account !== owner.value));
