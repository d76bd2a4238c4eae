// All open incidents together: whom each would get, which teams would go elsewhere; carried out when somebody says so.
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { asProblem, get } from "../api.js";
import { duration } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { Refusal, Skeleton } from "../parts/common.js";
import { TierShape } from "../parts/glyphs.js";
import { t, word } from "../words.js";
import { command } from "./commands.js";

/** @type {import("@preact/signals").Signal<any>} */
export const wave = signal(null);

/** Ask for the plan. */
export function openWave() {
  wave.value = { state: "waiting" };
  get("wave").then(
    (plan) => (wave.value = { state: "ready", plan }),
    (error) => (wave.value = { state: "refused", problem: asProblem(error) }),
  );
}

/** Carry the plan out: recall who is moved, then send, incident after incident. @param {any} plan */
async function carryOut(plan) {
  wave.value = null;
  for (const incident of plan.incidents) {
    for (const team of incident.teams) {
      if (team.dispatch_id) {
        const why = t("page.wave.moved_to", { incident: incident.code });
        await command(`${team.team.name} ${word("step", "recalled")}`, `dispatches/${team.dispatch_id}/recall`, { why }).catch(() => {});
      }
    }
  }
  for (const incident of plan.incidents) {
    if (incident.teams.length === 0) continue;
    const orders = incident.teams.map((/** @type {any} */ team) => ({
      id: crypto.randomUUID(),
      team_id: team.team.id,
      task: team.task,
      safe_distance_m: team.safe_distance_m,
    }));
    const teams = incident.teams.map((/** @type {any} */ team) => team.team.name).join(t("page.comma"));
    await command(`${incident.code} ${t("page.desk.sent_said", { teams })}`, `incidents/${incident.id}/orders`, { orders }).catch(() => {});
  }
}

export function Wave() {
  const held = wave.value;
  if (!held) return null;
  if (held.state === "waiting") return html`<${Skeleton} rows=${6} />`;
  if (held.state === "refused") return html`<${Refusal} problem=${held.problem} />`;
  const { plan } = held;
  const count = plan.incidents.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.teams.length, 0);
  return html`<section class="desk-wave" aria-label=${t("page.wave.title")}>
    <h3>${t("page.wave.title")}</h3>
    <p class="quiet">
      ${t("page.wave.sum", { incidents: plan.incidents.length, teams: count, moves: plan.moves, seconds: plan.took_s })}
      ${" "}${t(plan.proven ? "page.wave.proven" : "page.wave.not_proven")}
    </p>
    <ul>
      ${plan.incidents.map(
        (/** @type {any} */ one) => html`<li key=${one.id}>
          <p><span class=${`level-badge level-${one.level}`}>${t(`level_short.${one.level}`)}</span> <b>${word("alarm_type", one.type)}</b> ${one.address} <span class="quiet">${one.code}</span></p>
          <div class="desk-wave-teams">
            ${one.teams.map(
              (/** @type {any} */ team) => html`<span class="desk-wave-team" key=${team.team.id}>
                <${TierShape} shape=${shapeOf(team)} size=${15} />${team.team.name}
                ${team.moved_from && html`<span class="desk-alert">${t("page.wave.from", { incident: team.moved_from })}</span>`}
                <span class="desk-eta">${team.eta_s === null ? "" : duration(team.eta_s)}</span>
              </span>`,
            )}
            ${one.teams.length === 0 && !one.refused && html`<span class="quiet">${t("page.wave.nothing")}</span>`}
            ${one.refused && html`<span class="quiet">${one.refused}</span>`}
            ${one.short.map((/** @type {string} */ short) => html`<span class="desk-alert" key=${short}>${t("page.wave.short", { need: short })}</span>`)}
          </div>
        </li>`,
      )}
    </ul>
    <button type="button" class="primary desk-send" disabled=${count === 0} onClick=${() => carryOut(plan)}>${t("page.wave.carry_out", { count })}</button>
    <button type="button" class="text-button" onClick=${() => (wave.value = null)}>${t("page.wave.leave")}</button>
  </section>`;
}
