// Do what a dispatcher does to an incident; every act is a command with its result line.
import { coordinates } from "../format.js";
import { t, word } from "../words.js";
import { command } from "./commands.js";
import { askFor } from "./foot.js";
import { saveNow } from "./saving.js";
import { chosen, cursor, detail, extra, incidents, lead, led, left, proposal, report, startNew } from "./state.js";
import { tone } from "./sound.js";

const ORDER = /** @type {const} */ (["acknowledged", "en_route", "on_scene", "released", "home"]);
const NEEDS_REASON = ["passed.busy", "passed.resting", "passed.off_shift", "passed.out_of_service"];

/** The next step of a team. @param {import("../types").Sent} sent */
export function nextStep(sent) {
  if (sent.home_at) return null;
  const at = Math.max(-1, ...ORDER.map((name, index) => (sent[`${name}_at`] ? index : -1)));
  return ORDER[at + 1] ?? null;
}

/** @param {import("../types").Sent} sent @param {string} name */
export function step(sent, name) {
  const said = `${sent.team.name} ${word("step", name)}`;
  return command(said, `dispatches/${sent.id}/steps`, { step: name });
}

/** @param {import("../types").Sent} sent */
export function recall(sent) {
  askFor(t("page.desk.why_recall", { team: sent.team.name }), (why) =>
    command(`${sent.team.name} ${word("step", "recalled")}`, `dispatches/${sent.id}/recall`, { why }),
  );
}

/** Take a team in or out of what is sent. @param {any} team @param {boolean} passed */
export function toggle(team, passed) {
  const id = team.team.id;
  if (!passed) {
    const out = new Set(left.value);
    if (!out.delete(id)) out.add(id);
    left.value = out;
    return;
  }
  const more = new Map(extra.value);
  if (more.delete(id)) {
    extra.value = more;
  } else if (NEEDS_REASON.includes(team.reason_code)) {
    askFor(t("page.desk.why_override", { team: team.team.name, reason: team.reason }), (why) => {
      extra.value = new Map(extra.value).set(id, why);
    });
  } else {
    extra.value = more.set(id, "");
  }
}

/** What a team beside the proposal is sent to do: nobody untrained goes in. @param {any} team */
function taskOf(team) {
  return team.tier === "village" || team.tier === "volunteer" || team.command === "invite" ? "cordon" : "rescue";
}

/** Send the teams that are marked. */
export async function sendTeams() {
  const held = proposal.peek();
  const id = chosen.peek();
  if (held.state !== "ready" || id === null) {
    report(false, t("page.desk.nothing_to_send"));
    tone(false);
    return;
  }
  const wanted = held.answer.chosen.filter((team) => !left.peek().has(team.team.id));
  const beside = held.answer.passed_over.filter((team) => extra.peek().has(team.team.id));
  const orders = [
    ...wanted.map((team) => ({
      id: crypto.randomUUID(),
      team_id: team.team.id,
      task: team.task,
      safe_distance_m: team.safe_distance_m,
    })),
    ...beside.map((team) => ({
      id: crypto.randomUUID(),
      team_id: team.team.id,
      task: taskOf(team),
      override: extra.peek().get(team.team.id) ?? "",
    })),
  ];
  if (orders.length === 0) return;
  saveNow();
  const names = [...wanted, ...beside].map((team) => team.team.name).join(t("page.comma"));
  await command(t("page.desk.sent_said", { teams: names }), `incidents/${id}/orders`, { orders }).catch(() => {});
}

/** The team that F6 and F7 mean: the one the keyboard stands on, else the first that is not through. */
export function meant() {
  const sent = led.peek()?.teams ?? [];
  const row = document.activeElement?.closest("[data-team]")?.getAttribute("data-team");
  const on = sent.filter((one) => nextStep(one) !== null);
  return sent.find((one) => one.team.code === row) ?? on.find((one) => one.on_scene_at === null) ?? on[0] ?? null;
}

/** Note that a team arrived: the first that has not. */
export function arrive() {
  const sent = led.peek()?.teams.find((one) => !one.on_scene_at && !one.released_at);
  if (sent) step(sent, "on_scene");
  else report(false, t("page.desk.nobody_under_way"));
}

/** Take the next step of the team that is meant. */
export function advance() {
  const sent = meant();
  const next = sent && nextStep(sent);
  if (sent && next) step(sent, next);
}

/** Merge the likeliest other incident into this one. */
export function mergeFirst() {
  const incident = led.peek();
  const other = incident?.alike[0];
  if (!incident || !other) {
    report(false, t("page.desk.no_duplicate"));
    tone(false);
    return;
  }
  join(incident, other, "took_over");
}

/** @param {import("../types").Incident} incident @param {{id: string, code: string}} other @param {"took_over" | "linked"} how */
export function join(incident, other, how) {
  saveNow(); // what was typed goes along
  const target = incidents.peek().find((one) => one.id === other.id);
  const leads = how === "took_over" && incident.teams.length === 0 && target && target.received_at < incident.received_at;
  const [main, folded] = leads ? [target, incident] : [incident, other];
  command(`${word("step", how)} ${folded.code} → ${main.code}`, `incidents/${main.id}/steps`, {
    step: how,
    other_id: folded.id,
  }).then(() => {
    const led = incidents.peek().find((one) => one.id === main.id);
    if (how === "took_over" && led) lead(led);
  });
}

/** Close the incident, saying how it ended. */
export function closeIncident() {
  const incident = led.peek();
  if (!incident || incident.status !== "open") return;
  saveNow();
  const seen = detail.peek()?.id === incident.id ? (detail.peek()?.revision ?? incident.revision) : incident.revision;
  askFor(t("page.desk.how_closed"), (text) =>
    command(`${incident.code} ${word("step", "closed")}`, `incidents/${incident.id}/steps`, {
      step: "closed",
      text,
      seen,
    }).then(startNew),
  );
}

export function reopenIncident() {
  const incident = led.peek();
  if (!incident || incident.status !== "closed") return;
  askFor(t("page.desk.why_reopen"), (text) =>
    command(`${incident.code} ${word("step", "reopened")}`, `incidents/${incident.id}/steps`, { step: "reopened", text }),
  );
}

export function noteDown() {
  const incident = led.peek();
  if (!incident) return;
  askFor(t("page.desk.note_down"), (text) =>
    command(word("step", "noted"), `incidents/${incident.id}/steps`, { step: "noted", text }),
  );
}

export function setCommander() {
  const incident = led.peek();
  if (!incident) return;
  askFor(
    t("page.desk.who_commands"),
    (text) => command(`${word("step", "command")} ${text}`, `incidents/${incident.id}/steps`, { step: "command", text }),
    incident.commander,
  );
}

/** Go to the next or the previous incident of the list. @param {number} by */
export function walkIncidents(by) {
  const listed = incidents.peek();
  if (listed.length === 0) return;
  const at = listed.findIndex((one) => one.id === chosen.peek());
  lead(listed[Math.min(listed.length - 1, Math.max(0, at + by))]);
}

/** @param {number} by @param {number} count */
export function walkRows(by, count) {
  cursor.value = Math.min(Math.max(0, count - 1), Math.max(0, cursor.peek() + by));
}

/** Where an incident is, in words. @param {import("../types").Incident} incident */
export function whereOf(incident) {
  if (incident.enterprise || incident.address) return incident.enterprise || incident.address;
  return incident.lon === null ? t("page.desk.nowhere") : coordinates(incident.lon, incident.lat ?? 0);
}
