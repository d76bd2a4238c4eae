// Ask why nearer teams come later, each time the answer changes, and for one team when somebody wants to know.
import { effect } from "@preact/signals";
import { asProblem, post, replaced } from "./api.js";
import { answer, explained, language, may, opened, why } from "./state.js";

/** @typedef {import("./types").Answer} Answer */

/** The question that an answer answers. @param {Answer} from */
function question(from) {
  const { lon, lat, type, level } = from.alarm;
  return { lon, lat, type, level, when: from.when };
}

/** Keep the explanations of the answer up to date. */
export function followExplanations() {
  let stop = new AbortController();
  effect(() => {
    const now = answer.value;
    language.value;
    stop.abort();
    explained.value = [];
    why.value = null;
    if (!now || !may("alarms.propose")) return;
    stop = new AbortController();
    post("explanations", question(now), stop.signal).then(
      (told) => (explained.value = told.items),
      (error) => replaced(error) || asProblem(error), // the answer stands without it
    );
  });
  effect(() => {
    if (opened.value !== null) why.value = null;
  });
}

/** Why one team comes later; null where there is nothing to explain. @param {string} team */
export async function explainTeam(team) {
  const now = answer.peek();
  if (!now || !may("alarms.propose")) return null;
  const known = explained.peek().find((one) => one.later.team.id === team);
  if (known) return known;
  const told = await post("explanations", { ...question(now), team });
  return /** @type {import("./types").Explanation | null} */ (told.items[0] ?? null);
}
