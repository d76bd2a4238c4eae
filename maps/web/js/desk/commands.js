// Send commands one after the other, each with its own key; what finds no server waits, is shown, and is sent again.
import { Problem, asProblem, send } from "../api.js";
import { t } from "../words.js";
import { report, waiting } from "./state.js";
import { tone } from "./sound.js";

const AGAIN_MS = 3000;
const KEPT = "gridgis.desk.waiting";

let sending = false;
let timer = 0;
/** @type {Map<string, {resolve: (answer: any) => void, reject: (problem: Problem) => void}>} */
const hoping = new Map();
/** @type {(answer: any) => void} */
let whenDone = () => {};

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(waiting.value));
  } catch {
    // storage is switched off: what waits lasts as long as the page
  }
}

/** Send again what was waiting when the page was left. @param {(answer: any) => void} done told of each answer */
export function resume(done) {
  whenDone = done;
  try {
    waiting.value = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    waiting.value = [];
  }
  addEventListener("online", work);
  work();
}

/**
 * Have something done, once, however often it has to be sent.
 * @param {string} said what it is, in words
 * @param {string} path
 * @param {object} body
 * @param {{quiet?: boolean}} [how] `quiet` says nothing when it succeeds
 * @returns {Promise<any>} the answer, when there is one
 */
export function command(said, path, body, how = {}) {
  const one = { key: crypto.randomUUID(), said, path, body, at: new Date().toISOString(), quiet: how.quiet ?? false };
  waiting.value = [...waiting.value, one];
  keep();
  const answered = new Promise((resolve, reject) => hoping.set(one.key, { resolve, reject }));
  answered.catch(() => {}); // a refusal is told in the result line, whether anybody waits for it or not
  work();
  return answered;
}

async function work() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  while (waiting.value.length > 0) {
    const one = waiting.value[0];
    try {
      const answer = await send("POST", one.path, one.body, undefined, one.key);
      settle(one, true, one.said, answer);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 0 || problem.status === 503 || problem.status === 401) {
        timer = window.setTimeout(work, AGAIN_MS);
        break;
      }
      settle(one, false, problem.message, problem);
    }
  }
  sending = false;
}

/** @param {import("../types").WaitingCommand} one @param {boolean} ok @param {string} text @param {any} told */
function settle(one, ok, text, told) {
  waiting.value = waiting.value.filter((other) => other.key !== one.key);
  keep();
  if (!ok || !one.quiet) {
    report(ok, ok ? text : t("page.desk.refused", { what: one.said, why: text }));
    tone(ok);
  }
  const hope = hoping.get(one.key);
  hoping.delete(one.key);
  if (ok) {
    whenDone(told);
    hope?.resolve(told);
  } else {
    hope?.reject(told);
  }
}
