// Papers of one incident, or of the shift: orders with a list to dial, the log, times looked back at, the hand-over.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get } from "./api.js";
import { entryText } from "./desk/foot.js";
import { clock, count, duration, exact, telephone } from "./format.js";
import { Refusal, Skeleton } from "./parts/common.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { serverTime } from "./session.js";
import { failure } from "./state.js";
import { t, word } from "./words.js";

const asked = new URLSearchParams(location.search);
const REPORTS = /** @type {const} */ (["first", "follow_up", "final"]);
const SPREADS = /** @type {const} */ ([
  "call_to_order_s",
  "order_to_wheels_s",
  "wheels_to_arrival_s",
  "order_to_arrival_s",
  "at_scene_s",
]);

/** @param {string | null} moment */
const at = (moment) => (moment ? clock(new Date(moment)) : "—");
/** @param {number | null} seconds */
const span = (seconds) => (seconds === null ? "—" : duration(seconds));

/** @param {{incident: import("./types").IncidentDetail}} props */
function Head({ incident }) {
  return html`<header>
    <h1>${incident.type ? word("alarm_type", incident.type) : t("page.desk.no_type")} ${incident.level ? word("level", incident.level) : ""} ${incident.nature !== "real" ? word("nature", incident.nature) : ""}</h1>
    <p><b>${incident.enterprise || incident.address || t("page.desk.nowhere")}</b></p>
    <p class="quiet">${incident.code} · ${exact(new Date(incident.received_at))} · ${word("status", incident.status)}${incident.commander ? ` · ${t("page.desk.commander", { name: incident.commander })}` : ""}</p>
  </header>`;
}

/** Orders, each with whom to dial. @param {{incident: import("./types").IncidentDetail}} props */
function Orders({ incident }) {
  if (incident.teams.length === 0) return html`<p class="quiet">${t("page.sheet.no_orders")}</p>`;
  return html`<div class="wide"><table>
    <thead>
      <tr>${["team", "phone", "people", "task", "ordered", "acknowledged", "en_route", "on_scene", "released", "home"].map((name) => html`<th key=${name}>${t(`page.sheet.column.${name}`)}</th>`)}</tr>
    </thead>
    <tbody>
      ${incident.teams.map(
        (one) => html`<tr key=${one.id}>
          <td>${one.team.name}</td>
          <td class="sheet-phone">${one.phone ? telephone(one.phone) : "—"}</td>
          <td>${one.people}</td>
          <td>${one.task ? word("task", one.task) : ""}</td>
          <td>${at(one.dispatched_at)}</td><td>${at(one.acknowledged_at)}</td><td>${at(one.en_route_at)}</td>
          <td>${at(one.on_scene_at)}</td><td>${at(one.released_at)}</td><td>${at(one.home_at)}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** @param {{incident: import("./types").IncidentDetail}} props */
function Log({ incident }) {
  const number = new Map(incident.log.map((entry) => [entry.id, entry.number]));
  return html`<div class="wide"><table>
    <thead><tr>${["number", "happened", "recorded", "what", "actor"].map((name) => html`<th key=${name}>${t(`page.sheet.column.${name}`)}</th>`)}</tr></thead>
    <tbody>
      ${incident.log.map(
        (entry) => html`<tr key=${entry.id}>
          <td>${entry.number}</td>
          <td>${clock(new Date(entry.happened_at))}</td>
          <td>${clock(new Date(entry.recorded_at))}</td>
          <td>${entryText(entry)}${entry.corrects ? ` (${t("page.sheet.corrects", { number: number.get(entry.corrects) ?? "" })})` : ""}</td>
          <td>${entry.actor}</td>
        </tr>`,
      )}
    </tbody>
  </table></div>`;
}

/** @param {{record: any}} props */
function Review({ record }) {
  return html`<div>
    ${
      record.grade &&
      html`<p class="sheet-edge">
        <b>${word("grade", record.grade.grade)}</b>（${t("page.sheet.worked_out")}）
        ${record.grade.edges.deaths !== undefined && t("page.sheet.edges", { deaths: record.grade.edges.deaths, injuries: record.grade.edges.serious_injuries, loss: count(record.grade.edges.loss_yuan / 10_000) })}
        ${" "}${t(record.grade.final ? "page.sheet.recounted" : "page.sheet.recount", { until: exact(new Date(record.grade.recount_until)) })}
      </p>`
    }
    ${
      record.due.length > 0 &&
      html`<h2>${t("page.sheet.due")}</h2>
        <ul class="plain rows">
          ${record.due.map((/** @type {any} */ one, /** @type {number} */ index) => html`<li key=${index} class=${one.late ? "sheet-late" : ""}>
            <span>${word("report", one.report)}</span>
            <span>${t("page.sheet.due_at", { when: exact(new Date(one.due_at)) })}</span>
            <span>${one.made_at ? t("page.sheet.made_at", { when: exact(new Date(one.made_at)) }) : t("page.sheet.not_made")}${one.late ? ` ${t("page.sheet.late")}` : ""}</span>
          </li>`)}
        </ul>`
    }
    <h2>${t("page.sheet.review")}</h2>
    <div class="wide"><table>
      <thead><tr><th>${t("page.sheet.column.team")}</th>${SPREADS.map((name) => html`<th key=${name}>${t(`page.sheet.time.${name}`)}</th>`)}<th>${t("page.sheet.time.estimated_s")}</th></tr></thead>
      <tbody>
        ${record.intervals.map((/** @type {any} */ one) => html`<tr key=${one.dispatch_id}><td>${one.team}</td>${SPREADS.map((name) => html`<td key=${name}>${span(one[name])}</td>`)}<td>${span(one.estimated_s)}</td></tr>`)}
        <tr><th>${t("page.sheet.median")}</th>${SPREADS.map((name) => html`<td key=${name}>${span(record.spreads[name].median_s)}</td>`)}<td></td></tr>
        <tr><th>${t("page.sheet.p90")}</th>${SPREADS.map((name) => html`<td key=${name}>${span(record.spreads[name].p90_s)}</td>`)}<td></td></tr>
      </tbody>
    </table></div>
  </div>`;
}

/** Whom to dial, with room to write down who answered. @param {{list: any}} props */
function Dial({ list }) {
  if (list.items.length === 0) return null;
  return html`<section id="dial">
    <h2>${t("page.sheet.dial")}</h2>
    <div class="wide"><table>
      <thead><tr>${["team", "order", "numbers", "came_of_it", "answered"].map((name) => html`<th key=${name}>${t(`page.sheet.column.${name}`)}</th>`)}</tr></thead>
      <tbody>
        ${list.items.map(
          (/** @type {any} */ one) => html`<tr key=${one.dispatch_id}>
            <td>${one.team.name}</td>
            <td class="sheet-order">${one.text}</td>
            <td>${one.numbers.map((/** @type {any} */ each, /** @type {number} */ index) => html`<p key=${index}>${index + 1}. ${each.name} <b class="sheet-phone">${telephone(each.phone)}</b></p>`)}${one.numbers.length === 0 && "—"}</td>
            <td>${one.notices.map((/** @type {any} */ each, /** @type {number} */ index) => html`<p key=${index}>${clock(new Date(each.at))} ${each.person} ${t(`page.desk.called.${each.state}`)}</p>`)}${one.notices.length === 0 && t("page.sheet.no_notices")}</td>
            <td>${one.acknowledged_at ? `${one.answered_by} ${clock(new Date(one.acknowledged_at))}` : ""}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
  </section>`;
}

/** @param {{id: string}} props */
function One({ id }) {
  const [held, hold] = useState(/** @type {{incident: any, record: any, list: any} | null} */ (null));
  useEffect(() => {
    Promise.all([get(`incidents/${id}`), get(`incidents/${id}/record`), get(`incidents/${id}/dial-list`)]).then(
      ([incident, record, list]) => hold({ incident, record, list }),
      (error) => (failure.value = asProblem(error)),
    );
  }, []);
  if (!held) return html`<${Skeleton} rows=${8} />`;
  return html`<article>
    <${Head} incident=${held.incident} />
    <p class="sheet-acts">
      <button type="button" class="link-button" onClick=${() => print()}>${t("page.sheet.print")}</button>
      ${REPORTS.map((report) => html`<a key=${report} href=${`/api/v1/incidents/${id}/reports/${report}.docx`} download>${word("report", report)} DOCX</a>`)}
      <a href=${`/api/v1/incidents/${id}/cap.xml`} download>CAP 1.2</a>
    </p>
    <h2>${t("page.sheet.orders")}</h2>
    <${Orders} incident=${held.incident} />
    <${Dial} list=${held.list} />
    <${Review} record=${held.record} />
    <h2>${t("page.sheet.log")}</h2>
    <${Log} incident=${held.incident} />
  </article>`;
}

function HandOver() {
  const [held, hold] = useState(/** @type {import("./types").IncidentDetail[] | null} */ (null));
  useEffect(() => {
    get("hand-over").then(hold, (error) => (failure.value = asProblem(error)));
  }, []);
  if (!held) return html`<${Skeleton} rows=${8} />`;
  const open = held.filter((one) => one.status === "open").length;
  return html`<div>
    <h1>${t("page.sheet.hand_over", { when: exact(serverTime()) })}</h1>
    <p>${t("page.sheet.hand_over_sum", { open, closed: held.length - open })}</p>
    <p class="sheet-acts"><button type="button" class="link-button" onClick=${() => print()}>${t("page.sheet.print")}</button></p>
    ${held.map((incident) => html`<article key=${incident.id} class="card"><${Head} incident=${incident} /><${Orders} incident=${incident} /><${Log} incident=${incident} /></article>`)}
    ${held.length === 0 && html`<p class="quiet">${t("page.sheet.nothing")}</p>`}
    <p>${t("page.sheet.signatures")}</p>
  </div>`;
}

function SheetPage() {
  const id = asked.get("id");
  return html`<${PlainBar} title=${t("page.sheet.title")} />
    <main class="plain-page sheet">
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      ${id ? html`<${One} id=${id} />` : html`<${HandOver} />`}
    </main>`;
}

startPage(html`<${SheetPage} />`, "page.sheet.title");
