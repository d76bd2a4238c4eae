// List the open incidents, the most urgent first, with how long they run and how far their teams are.
import { html } from "htm/preact";
import { ago, clock, exact } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { TierShape } from "../parts/glyphs.js";
import { Skeleton } from "../parts/common.js";
import { now } from "../state.js";
import { t, word } from "../words.js";
import { chosen, incidents, lead, listed } from "./state.js";
import { alerts } from "./alerts.js";
import { openWave } from "./wave.js";

const MINUTE_MS = 60_000;

/** How many teams of each shape are out. @param {{incident: import("../types").Incident}} props */
function Out({ incident }) {
  /** @type {Map<string, number>} */
  const out = new Map();
  for (const sent of incident.teams) {
    if (sent.home_at === null && sent.state !== "declined") {
      const shape = shapeOf(sent);
      out.set(shape, (out.get(shape) ?? 0) + 1);
    }
  }
  return html`<span class="desk-out">
    ${[...out].map(([shape, count]) => html`<span key=${shape}><${TierShape} shape=${shape} size=${13} />${count}</span>`)}
  </span>`;
}

/** @param {{incident: import("../types").Incident}} props */
function Row({ incident }) {
  const received = new Date(incident.received_at);
  const minutes = Math.max(0, Math.floor((now.value.getTime() - received.getTime()) / MINUTE_MS));
  const late = alerts(incident, now.value);
  const title = incident.enterprise || incident.address || incident.cells.at(-1)?.name || t("page.desk.nowhere");
  return html`<li>
    <button
      type="button"
      class=${`desk-incident ${chosen.value === incident.id ? "on" : ""}`}
      data-incident=${incident.id}
      data-status=${incident.status}
      aria-current=${chosen.value === incident.id}
      onClick=${() => lead(incident)}
    >
      <span class="desk-line">
      <span class="desk-time" title=${exact(received)}>${clock(received)}</span>
      <span class=${`level-badge level-${incident.level ?? "none"}`}>${incident.level ? t(`level_short.${incident.level}`) : "?"}</span>
      <b>${incident.type ? word("alarm_type", incident.type) : t("page.desk.no_type")}</b>
      <span class="desk-where">${title}</span>
      <span class="desk-minutes">${incident.status === "closed" ? word("status", "closed") : t("page.desk.minutes", { count: minutes })}</span>
      </span>
      <span class="desk-line desk-second">
      ${incident.nature !== "real" && html`<span class="tag desk-nature">${word("nature", incident.nature)}</span>`}
      <${Out} incident=${incident} />
      ${
        late.length > 0 &&
        html`<span class="desk-alert" title=${late.map((one) => one.text).join("\n")}>
          ${late.length === 1 ? late[0].text : t("page.desk.late_teams", { count: late.length })}
        </span>`
      }
      ${
        incident.status === "open" &&
        incident.teams.length === 0 &&
        html`<span class="desk-alert desk-unsent">${t("page.desk.unsent", { since: ago(received, now.value) })}</span>`
      }
      </span>
    </button>
  </li>`;
}

export function IncidentList() {
  const open = incidents.value.filter((one) => one.status === "open");
  const over = incidents.value.filter((one) => one.status === "closed");
  return html`<section class="desk-list" aria-label=${t("page.desk.incidents")}>
    <div class="desk-list-head">
      <h2>${t("page.desk.open_incidents", { count: open.length })}</h2>
      ${open.length > 1 && html`<button type="button" class="link-button" onClick=${openWave}>${t("page.wave.open")} <kbd>Alt+A</kbd></button>`}
    </div>
    ${!listed.value && html`<${Skeleton} rows=${3} />`}
    <ul>
      ${open.map((incident) => html`<${Row} key=${incident.id} incident=${incident} />`)}
      ${listed.value && open.length === 0 && html`<li class="desk-empty quiet">${t("page.desk.none_open")}</li>`}
      ${over.length > 0 && html`<li class="desk-over quiet">${t("page.desk.over", { count: over.length })}</li>`}
      ${over.map((incident) => html`<${Row} key=${incident.id} incident=${incident} />`)}
    </ul>
  </section>`;
}
