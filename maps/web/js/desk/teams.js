// The teams of the incident: who should go and why, who was sent and how far they are, one key for each next step.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import { clock, distance, duration } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { Phone, Refusal, Skeleton } from "../parts/common.js";
import { Sign, TierShape } from "../parts/glyphs.js";
import { now, pointed } from "../state.js";
import { t, word } from "../words.js";
import { alertOf } from "./alerts.js";
import { cursor, extra, led, left, proposal, routes } from "./state.js";
import { nextStep, recall, sendTeams, step, toggle } from "./acts.js";

const WHY_NOT_SHOWN = 30;
/** Whether it is shown why others do not go. */
const whyNot = signal(false);

/** Rows that the arrow keys walk through: teams proposed, then teams passed over when they are shown. */
export function rows() {
  const now = proposal.value;
  if (now.state !== "ready") return [];
  return [...now.answer.chosen, ...(whyNot.value ? now.answer.passed_over.slice(0, WHY_NOT_SHOWN) : [])];
}

/** What its changed road means for a team under way. @param {import("../types").Sent} sent */
function warningOf(sent) {
  const facts = sent.warning?.facts;
  if (!facts) return "";
  if (facts.after_s === null) return t("page.desk.road_none");
  if (facts.before_s === null) return t("page.roads.end");
  const by = facts.after_s - facts.before_s;
  return t(by > 0 ? "page.desk.road_later" : "page.desk.road_sooner", { time: duration(Math.abs(by)) });
}

/** How old and how sure a position is. @param {NonNullable<import("../types").RouteRow["position"]>} seen */
function seenText(seen) {
  const age = duration((now.value.getTime() - new Date(seen.taken_at).getTime()) / 1000);
  return seen.stale ? t("page.desk.seen_stale", { age }) : t("page.desk.seen", { age, metres: Math.round(seen.accuracy_m ?? 0) });
}

/** @param {{sent: import("../types").Sent, at: number}} props */
function SentRow({ sent, at }) {
  const alert = alertOf(sent, now.value);
  const next = nextStep(sent);
  const way = routes.value.find((one) => one.id === sent.id);
  const eta = way?.eta_at ?? sent.eta_at;
  const left = eta ? (new Date(eta).getTime() - now.value.getTime()) / 1000 : null;
  const warning = warningOf(sent);
  const over = sent.state === "declined" || sent.home_at !== null;
  return html`<li class=${`desk-sent ${over ? "over" : ""}`} data-team=${sent.team.code} data-state=${sent.state}
    onPointerEnter=${() => (pointed.value = sent.team.id)} onPointerLeave=${() => (pointed.value = null)}>
    <${TierShape} shape=${shapeOf(sent)} size=${20} mood=${over ? "plain" : "chosen"} />
    <span class="desk-sent-name">${sent.team.name}<small>${t("page.people", { count: sent.people })}</small></span>
    <span class="desk-state">${word("step", sent.state)}${sent.called && sent.called !== "exhausted" && !sent.acknowledged_at ? ` · ${t(`page.desk.called.${sent.called}`)}` : ""}</span>
    <span class="desk-eta">
      ${
        sent.on_scene_at
          ? t("page.desk.there_at", { time: clock(new Date(sent.on_scene_at)) })
          : left === null
            ? ""
            : left >= 0
              ? t("page.desk.in", { time: duration(left) })
              : t("page.desk.late_by", { time: duration(-left) })
      }
    </span>
    ${
      next &&
      html`<button type="button" class="desk-next" onClick=${() => step(sent, next)} title=${at === 0 ? "F7" : ""}>${word("step", next)}</button>`
    }
    ${
      !sent.released_at &&
      html`<button type="button" class="icon-button" aria-label=${t("page.desk.recall_team", { team: sent.team.name })} title=${t("page.desk.recall")} onClick=${() => recall(sent)}>
        <${Sign} name="back" size=${16} />
      </button>`
    }
    ${warning && html`<span class="desk-alert">${warning}</span>`}
    ${sent.called === "exhausted" && !sent.acknowledged_at && html`<span class="desk-alert">${t("page.desk.called.exhausted")}</span>`}
    ${way?.position && !sent.on_scene_at && html`<span class="desk-task">${seenText(way.position)}</span>`}
    ${alert && html`<span class="desk-alert">${alert.text}${sent.phone && html` <${Phone} phone=${sent.phone} name=${sent.team.name} />`}</span>`}
    ${sent.task && html`<span class="desk-task">${word("task", sent.task)}${sent.safe_distance_m > 0 ? t("page.task_away", { distance: distance(sent.safe_distance_m) }) : ""}</span>`}
  </li>`;
}

/** @param {{team: any, index: number, passed?: boolean}} props */
function ProposedRow({ team, index, passed = false }) {
  const id = team.team.id;
  const taken = passed ? extra.value.has(id) : !left.value.has(id);
  const here = cursor.value === index;
  return html`<div
    class=${`desk-proposed ${here ? "here" : ""} ${taken ? "taken" : "not-taken"} ${passed ? "is-passed" : ""}`}
    data-team=${team.team.code}
    role="option"
    id=${`desk-row-${index}`}
    aria-selected=${taken}
    onClick=${() => {
      cursor.value = index;
      toggle(team, passed);
    }}
    onPointerEnter=${() => (pointed.value = id)}
    onPointerLeave=${() => (pointed.value = null)}
  >
    <span class="desk-check" aria-hidden="true">${taken ? "✓" : ""}</span>
    <${TierShape} shape=${shapeOf(team)} size=${22} number=${passed ? 0 : team.rank} mood=${passed ? "plain" : team.command === "invite" ? "asked" : "chosen"} />
    <span class="desk-sent-name">${team.team.name}</span>
    <b class="desk-eta">${team.eta_s === null ? t("page.no_eta") : duration(team.eta_s)}${team.estimated ? "~" : ""}</b>
    ${
      !passed &&
      html`<span class="desk-task">
        <span class=${`task task-${team.task}`}>${word("task", team.task)}${team.safe_distance_m > 0 ? t("page.task_away", { distance: distance(team.safe_distance_m) }) : ""}</span>
        ${team.command === "request" && html`<span class="tag">${word("command", "request")}</span>`}
        ${team.command === "invite" && html`<span class="tag">${word("command", "invite")}</span>`}
        <small>${t("page.people", { count: team.people })}${team.distance_m === null ? "" : ` · ${distance(team.distance_m)}`}${team.late_s === null ? "" : ` · ${t("page.part.late", { time: duration(team.late_s) })}`}</small>
      </span>`
    }
    ${(here || passed) && html`<span class="desk-why">${team.reason}${extra.value.get(id) ? ` · ${extra.value.get(id)}` : ""}</span>`}
  </div>`;
}

function Proposed() {
  const held = proposal.value;
  const focused = document.activeElement?.id === "desk-teams";
  useEffect(() => {
    if (focused) document.getElementById("desk-teams")?.focus();
  });
  useEffect(() => {
    const row = document.getElementById(`desk-row-${cursor.value}`);
    row?.scrollIntoView({ block: "nearest" });
  }, [cursor.value]);
  if (held.state !== "ready") {
    return html`<div id="desk-teams" class="desk-teams" tabindex="0">
      ${held.state === "none" && html`<p class="desk-hint quiet">${t("page.desk.when_known")}</p>`}
      ${held.state === "waiting" && html`<${Skeleton} rows=${4} />`}
      ${held.state === "filled" && html`<p class="desk-hint">${t("page.desk.filled")}</p>`}
      ${held.state === "refused" && html`<${Refusal} problem=${held.problem} />`}
    </div>`;
  }
  const now = held.answer;
  const count = now.chosen.filter((team) => !left.value.has(team.team.id)).length + extra.value.size;
  const passed = whyNot.value ? now.passed_over.slice(0, WHY_NOT_SHOWN) : [];
  return html`<div>
    ${
      now.shortfalls.length > 0 &&
      html`<div class="desk-short" role="alert">
        <b>${t("page.shortfalls", { count: now.shortfalls.length })}</b>
        ${now.shortfalls.map((short, at) => html`<p key=${at}>${short.need}<small>${short.reason}</small></p>`)}
      </div>`
    }
    <div
      id="desk-teams"
      class="desk-teams"
      tabindex="0"
      role="listbox"
      aria-multiselectable="true"
      aria-label=${t("page.desk.proposal")}
      aria-activedescendant=${`desk-row-${cursor.value}`}
    >
      ${now.chosen.map((team, index) => html`<${ProposedRow} key=${team.team.id} team=${team} index=${index} />`)}
      ${now.chosen.length === 0 && html`<p class="quiet">${t("page.nobody_sent")}</p>`}
      <p class="desk-fold">
        <button type="button" class="fold" aria-expanded=${whyNot.value} onClick=${() => openWhyNot()}>
          <${Sign} name="open" size=${14} />${t("page.why_not", { count: now.passed_over.length })}
        </button>
      </p>
      ${passed.map((team, index) => html`<${ProposedRow} key=${team.team.id} team=${team} index=${now.chosen.length + index} passed=${true} />`)}
    </div>
    <button type="button" class="primary desk-send" disabled=${count === 0} onClick=${sendTeams}>
      ${t("page.desk.send", { count })} <kbd>F4</kbd>
    </button>
  </div>`;
}

/** Show why others do not go, or no more. */
export function openWhyNot() {
  whyNot.value = !whyNot.value;
}

export function Teams() {
  const incident = led.value;
  const sent = incident?.teams ?? [];
  const out = sent.filter((one) => !one.home_at).length;
  return html`<div class="desk-dispatch">
    ${
      sent.length > 0 &&
      html`<h3>${t("page.desk.sent", { count: sent.length, out })}</h3>
        <ul class="desk-sent-list">${sent.map((one, at) => html`<${SentRow} key=${one.id} sent=${one} at=${at} />`)}</ul>
        <h3>${t("page.desk.still")}</h3>`
    }
    <${Proposed} />
  </div>`;
}
