// The right side: the incident's head, what may be the same event, teams, or the file of the place.
import { html } from "htm/preact";
import { signal } from "@preact/signals";
import { ago, clock, distance, exact } from "../format.js";
import { Phone, Skeleton } from "../parts/common.js";
import { RiskMark } from "../parts/glyphs.js";
import { now } from "../state.js";
import { t, word } from "../words.js";
import { closeIncident, join, noteDown, reopenIncident, setCommander, whereOf } from "./acts.js";
import { detail, file, form, incidents, lead, led } from "./state.js";
import { entryText } from "./foot.js";
import { Record } from "./record.js";
import { Teams } from "./teams.js";
import { Wave, wave } from "./wave.js";

export const tab = signal(/** @type {"teams" | "file" | "log"} */ ("teams"));
const PEOPLE_SHOWN = 6;
const TABS = /** @type {const} */ (["teams", "file", "log"]);

function Head() {
  const incident = led.value;
  if (!incident) return html`<header class="desk-head"><h2>${t("page.desk.new_call")}</h2></header>`;
  const received = new Date(incident.received_at);
  return html`<header class="desk-head">
    <h2>
      <span class=${`level-badge level-${incident.level ?? "none"}`}>${incident.level ? word("level", incident.level) : t("page.desk.no_level")}</span>
      ${incident.type ? word("alarm_type", incident.type) : t("page.desk.no_type")}
      ${incident.nature !== "real" && html`<span class="tag desk-nature">${word("nature", incident.nature)}</span>`}
    </h2>
    <p>
      <b>${whereOf(incident)}</b>
      <span class="quiet" title=${exact(received)}>${incident.code} · ${clock(received)} · ${ago(received, now.value)}</span>
    </p>
    <p class="desk-acts">
      ${
        incident.status === "open"
          ? html`<button type="button" class="link-button" onClick=${noteDown}>${t("page.desk.note_it")} <kbd>F9</kbd></button>
              <button type="button" class="link-button" onClick=${setCommander}>
                ${incident.commander ? t("page.desk.commander", { name: incident.commander }) : t("page.desk.set_commander")}
              </button>
              <button type="button" class="link-button" onClick=${closeIncident}>${t("page.desk.close")} <kbd>F8</kbd></button>`
          : html`<span>${word("status", incident.status)}</span>
              <button type="button" class="link-button" onClick=${reopenIncident}>${t("page.desk.reopen")}</button>`
      }
    </p>
  </header>`;
}

function Alike() {
  const incident = led.value;
  if (!incident || incident.status !== "open" || incident.alike.length === 0) return null;
  return html`<section class="desk-alike" aria-label=${t("page.desk.alike", { count: incident.alike.length })}>
    <h3>${t("page.desk.alike", { count: incident.alike.length })}</h3>
    <ul>
      ${incident.alike.map(
        (other, at) => html`<li key=${other.id}>
          <button type="button" class="link-button" onClick=${() => show(other.id)}>${other.code}</button>
          <span>${other.type ? word("alarm_type", other.type) : ""} ${other.address}</span>
          <span class="quiet">${other.away_m === null ? "" : distance(other.away_m)} ${t("page.desk.apart", { minutes: Math.round(other.apart_s / 60) })}</span>
          <button type="button" class="text-button" onClick=${() => join(incident, other, "took_over")}>${t("page.desk.merge")}${at === 0 && html` <kbd>F3</kbd>`}</button>
          <button type="button" class="text-button" onClick=${() => join(incident, other, "linked")}>${t("page.desk.link")}</button>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {string} id */
function show(id) {
  const other = incidents.peek().find((one) => one.id === id);
  if (other) lead(other);
}

/** @param {{title: string, empty: string, children?: any, count: number}} props */
function Part({ title, empty, count, children }) {
  return html`<section class="desk-part">
    <h3>${title}</h3>
    ${count === 0 ? html`<p class="quiet">${empty}</p>` : html`<ul>${children}</ul>`}
  </section>`;
}

function PlaceFile() {
  const held = file.value;
  if (form.value.lon === null) return html`<p class="desk-hint quiet">${t("page.desk.file_when_placed")}</p>`;
  if (!held) return html`<${Skeleton} rows=${6} />`;
  return html`<div class="desk-file">
    <${Part} title=${t("page.desk.people")} empty=${t("page.no_officers")} count=${held.people.length}>
      ${held.people.slice(0, PEOPLE_SHOWN).map(
        (one) => html`<li key=${one.name + one.role + one.cell}><b>${one.name}</b><span class="quiet">${word("role", one.role)} · ${one.cell}</span><${Phone} phone=${one.phone} name=${one.name} /></li>`,
      )}
    <//>
    <${Part} title=${t("page.desk.enterprises")} empty=${t("page.desk.no_enterprises")} count=${held.enterprises.length}>
      ${held.enterprises.map(
        (one) => html`<li key=${one.id} class="desk-enterprise">
          <${RiskMark} risk=${one.risk} size=${18} /><b>${one.name}</b><span class="quiet">${distance(one.away_m)}</span>
          <span class="desk-more">${[one.industry, one.staff === null ? "" : t("page.desk.staff", { count: one.staff }), one.address].filter(Boolean).join(" · ")}</span>
          ${one.chemicals && html`<span class="desk-chemicals">${t("page.desk.chemicals")} ${one.chemicals}</span>`}
          ${one.contact && html`<span class="desk-more">${one.contact} <${Phone} phone=${one.phone} name=${one.contact} /></span>`}
        </li>`,
      )}
    <//>
    ${
      held.entrances.length > 0 &&
      html`<${Part} title=${t("page.desk.entrances")} empty="" count=${held.entrances.length}>
        ${held.entrances.map((one) => html`<li key=${one.site + one.name}><b>${one.name}</b><span class="quiet">${one.site} · ${distance(one.away_m)}</span><span class="desk-more">${one.note}</span></li>`)}
      <//>`
    }
    <${Part} title=${t("page.desk.past_alarms")} empty=${t("page.desk.no_past_alarms")} count=${held.alarms.length}>
      ${held.alarms.map(
        (one) => html`<li key=${one.id}><span>${exact(new Date(one.reported_at))}</span><b>${word("alarm_type", one.type)}</b><span class="quiet">${word("level", one.level)} · ${distance(one.away_m)} · ${t("page.people", { count: one.people })}</span></li>`,
      )}
    <//>
    <${Part} title=${t("page.desk.water")} empty=${t("page.desk.no_water")} count=${held.water.length}>
      ${held.water.map((one) => html`<li key=${one.kind + one.name}><b>${one.name || word("water", one.kind)}</b><span class="quiet">${distance(one.away_m)}</span></li>`)}
    <//>
    ${
      form.value.phone.trim() &&
      html`<${Part} title=${t("page.desk.calls_before")} empty=${t("page.desk.no_calls_before")} count=${held.calls.length}>
        ${held.calls.map((one) => html`<li key=${one.id}><span>${exact(new Date(one.received_at))}</span><b>${one.code}</b><span class="quiet">${one.address}</span></li>`)}
      <//>`
    }
    ${
      (led.value?.calls.length ?? 0) > 0 &&
      html`<${Part} title=${t("page.desk.callers", { count: led.value?.calls.length ?? 0 })} empty="" count=${1}>
        ${led.value?.calls.map(
          (call) => html`<li key=${call.id}><span>${clock(new Date(call.received_at))}</span><b>${call.caller || t("page.desk.nameless")}</b><${Phone} phone=${call.phone} name=${call.caller} /><span class="desk-more">${call.said}</span></li>`,
        )}
      <//>`
    }
  </div>`;
}

function Log() {
  const log = detail.value?.log ?? [];
  return html`<${Record} /><ol class="desk-log">
    ${log.length === 0 && html`<li class="quiet">${t("page.desk.no_log")}</li>`}
    ${[...log].reverse().map(
      (entry) => html`<li key=${entry.id}>
        <time datetime=${entry.happened_at} title=${exact(new Date(entry.recorded_at))}>${clock(new Date(entry.happened_at))}</time>
        <span>${entryText(entry)}</span><small>${entry.actor}</small>
      </li>`,
    )}
  </ol>`;
}

export function Side() {
  return html`<aside class="desk-side" aria-label=${t("page.desk.incident")}>
    <${Head} />
    <div class="desk-tabs" role="tablist">
      ${TABS.map(
        (one) => html`<button key=${one} type="button" role="tab" aria-selected=${tab.value === one} onClick=${() => (tab.value = one)}>
          ${t(`page.desk.tab.${one}`)}${one === "file" ? html` <kbd>F10</kbd>` : ""}
        </button>`,
      )}
    </div>
    <div class="desk-side-body" role="tabpanel">
      ${wave.value ? html`<${Wave} />` : html`<${Alike} />`}
      ${!wave.value && tab.value === "teams" && html`<${Teams} />`}
      ${!wave.value && tab.value === "file" && html`<${PlaceFile} />`}
      ${!wave.value && tab.value === "log" && html`<${Log} />`}
    </div>
  </aside>`;
}
