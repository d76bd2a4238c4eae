// The keyboard of the desk: one key for each act, arrows through the proposal, typing into the call.
import { report, startNew } from "./state.js";
import { advance, arrive, closeIncident, mergeFirst, noteDown, sendTeams, toggle, walkIncidents, walkRows } from "./acts.js";
import { pickLevel } from "./intake.js";
import { coverOpen } from "./cover.js";
import { roadsOpen } from "./roads.js";
import { tab } from "./side.js";
import { cursor, proposal } from "./state.js";
import { openWhyNot, rows } from "./teams.js";
import { openWave, wave } from "./wave.js";
import { t } from "../words.js";

/** @type {Record<string, () => void>} */
const ACTS = {
  F2: () => {
    wave.value = null;
    startNew();
    tab.value = "teams";
    document.getElementById("desk-place")?.focus();
  },
  F3: mergeFirst,
  F4: () => {
    sendTeams();
  },
  F6: arrive,
  F7: advance,
  F8: closeIncident,
  F9: noteDown,
  F10: () => {
    tab.value = tab.value === "file" ? "teams" : "file";
  },
  PageDown: () => walkIncidents(1),
  PageUp: () => walkIncidents(-1),
};
const LEVELS = ["I", "II", "III", "IV"];

/** Open the changed roads beside the map, or close them; one list at a time. */
export function toggleRoads() {
  roadsOpen.value = !roadsOpen.value;
  if (roadsOpen.value) coverOpen.value = false;
}

/** Draw the cover that is left, or no more. */
export function toggleCover() {
  coverOpen.value = !coverOpen.value;
  if (coverOpen.value) roadsOpen.value = false;
}

/** @param {KeyboardEvent} event */
function key(event) {
  if (event.isComposing || event.defaultPrevented) return;
  const act = ACTS[event.key];
  if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    act();
    return;
  }
  if (event.altKey && /^Digit[1-4]$/.test(event.code)) {
    event.preventDefault();
    pickLevel(LEVELS[Number(event.code.at(-1)) - 1]);
    return;
  }
  if (event.altKey && event.code === "KeyA") {
    event.preventDefault();
    openWave();
    return;
  }
  if (event.altKey && event.code === "KeyR") {
    event.preventDefault();
    toggleRoads();
    return;
  }
  if (event.altKey && event.code === "KeyC") {
    event.preventDefault();
    toggleCover();
    return;
  }
  const target = event.target instanceof HTMLElement ? event.target : null;
  const inList = target?.closest("#desk-teams") || target === document.body;
  if (inList) onList(event);
  else if (event.key === "Escape" && target?.closest(".desk-intake")) document.getElementById("desk-teams")?.focus();
}

/** @param {KeyboardEvent} event */
function onList(event) {
  const listed = rows();
  const held = proposal.peek();
  const chosen = held.state === "ready" ? held.answer.chosen.length : 0;
  if (event.key === "ArrowDown") walkRows(1, listed.length);
  else if (event.key === "ArrowUp") walkRows(-1, listed.length);
  else if (event.key === " " && listed[cursor.peek()]) toggle(listed[cursor.peek()], cursor.peek() >= chosen);
  else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) {
    if (listed.length === 0) report(false, t("page.desk.nothing_to_send"));
    else sendTeams();
  } else if (event.key === "?" || event.key === "w") openWhyNot();
  else return;
  event.preventDefault();
}

export function followKeys() {
  addEventListener("keydown", key);
}
