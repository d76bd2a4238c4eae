// One team of the answer: when it arrives, what it does, how its time is made up, why it and no other.
import { html } from "htm/preact";
import { distance, duration } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { opened, pointed } from "../state.js";
import { t, word } from "../words.js";
import { Phone } from "./common.js";
import { TierShape } from "./glyphs.js";

/** @typedef {import("../types").ChosenTeam} ChosenTeam */

/** The parts of the time, as a bar and in words. @param {{team: ChosenTeam}} props */
function TimeParts({ team }) {
  const parts = [
    { name: t("page.part.turnout"), seconds: team.turnout_s ?? 0, tone: "turnout" },
    { name: t("page.part.travel"), seconds: team.travel_s ?? 0, tone: "travel" },
    { name: t("page.part.walk"), seconds: team.walk_s ?? 0, tone: "walk" },
  ].filter((part) => part.seconds > 0);
  const total = parts.reduce((sum, part) => sum + part.seconds, 0);
  if (total === 0) return null;
  return html`<div class="time-parts">
    <div class="time-bar" aria-hidden="true">
      ${parts.map((part) => html`<i key=${part.tone} class=${`time-${part.tone}`} style=${{ flexGrow: part.seconds }}></i>`)}
    </div>
    <p>${parts.map((part) => html`<span key=${part.tone} class=${`key-${part.tone}`}>${part.name} ${duration(part.seconds)}</span>`)}</p>
    ${team.late_s !== null && html`<p class="quiet">${t("page.part.late", { time: duration(team.late_s) })}</p>`}
  </div>`;
}

/** What a team is told to do; part of the order. @param {{team: ChosenTeam}} props */
function TaskBadge({ team }) {
  const away = team.safe_distance_m > 0 ? t("page.task_away", { distance: distance(team.safe_distance_m) }) : "";
  return html`<span class=${`task task-${team.task}`}>${word("task", team.task)}${away}</span>`;
}

/** @param {{team: ChosenTeam}} props */
export function TeamRow({ team }) {
  const id = team.team.id;
  const isOpen = opened.value === id;
  const isPointed = pointed.value === id;
  const mood = team.command === "invite" ? "asked" : "chosen";
  const details = `team-${id}`;
  return html`<li
    class=${`team-row ${isOpen ? "open" : ""} ${isPointed ? "pointed" : ""}`}
    onPointerEnter=${/** @param {PointerEvent} event */ (event) => event.pointerType === "mouse" && (pointed.value = id)}
    onPointerLeave=${() => (pointed.value = null)}
  >
    <button
      type="button"
      class="row"
      data-row=${id}
      aria-expanded=${isOpen}
      aria-controls=${details}
      onClick=${() => (opened.value = isOpen ? null : id)}
      onFocus=${() => (pointed.value = id)}
      onBlur=${() => pointed.value === id && (pointed.value = null)}
    >
      <${TierShape} shape=${shapeOf(team)} number=${team.rank} mood=${mood} size=${26} />
      <span class="row-name">${team.team.name}</span>
      <span class="row-eta">
        ${
          team.eta_s === null
            ? html`<span class="quiet">${t("page.no_eta")}</span>`
            : html`<b>${duration(team.eta_s)}</b>`
        }
      </span>
      <span class="row-task">
        <${TaskBadge} team=${team} />
        ${team.home && html`<span class="tag">${t("page.home_team")}</span>`}
        ${team.estimated && html`<span class="tag tag-estimate" title=${t("page.estimate_why")}>${t("page.estimate")}</span>`}
      </span>
      <span class="row-distance">${team.distance_m === null ? "" : distance(team.distance_m)}</span>
    </button>
    <div id=${details} class="row-more" hidden=${!isOpen}>
      <${TimeParts} team=${team} />
      <p class="reason">${team.reason}</p>
      <p class="facts">
        <span>${t("page.people", { count: team.people })}</span>
        <span>${word("profile", team.profile)}</span>
        <span>${team.capabilities.map((code) => word("capability", code)).join(t("page.comma"))}</span>
      </p>
      <p><${Phone} phone=${team.phone} name=${team.team.name} /></p>
    </div>
  </li>`;
}

/** What is pointed at, told over the map's lower edge, so that nothing in the list moves. @param {{team: ChosenTeam}} props */
export function TeamCaption({ team }) {
  return html`<div class="caption" aria-hidden="true">
    <p class="caption-head">
      <${TierShape} shape=${shapeOf(team)} number=${team.rank} mood=${team.command === "invite" ? "asked" : "chosen"} size=${22} named=${false} />
      <b>${team.team.name}</b>
      ${team.eta_s !== null && html`<span>${duration(team.eta_s)}</span>`}
      ${team.distance_m !== null && html`<span class="quiet">${distance(team.distance_m)}</span>`}
    </p>
    <${TimeParts} team=${team} />
    <p class="reason">${team.reason}</p>
  </div>`;
}
