// The record of the incident beside its log: casualties, grade, reports that are due, people to be heard of, papers.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "../api.js";
import { clock, duration } from "../format.js";
import { typed } from "../parts/forms.js";
import { now } from "../state.js";
import { t, word } from "../words.js";
import { command } from "./commands.js";
import { askFor } from "./foot.js";
import { detail } from "./state.js";

const COUNTS = /** @type {const} */ (["deaths", "serious_injuries", "slight_injuries", "trapped"]);
const REPORTS = /** @type {const} */ (["phone", "first", "follow_up", "final"]);
const YUAN = 10_000;

/** How long until a moment, or how long since. @param {string} moment */
function left(moment) {
  const seconds = (new Date(moment).getTime() - now.value.getTime()) / 1000;
  return seconds >= 0 ? t("page.record.in", { time: duration(seconds) }) : t("page.record.over", { time: duration(-seconds) });
}

/** @param {{incident: import("../types").IncidentDetail, cost: any}} props */
function Cost({ incident, cost }) {
  /** @param {Event} event */
  const save = (event) => {
    const told = /** @type {any} */ (typed(event));
    const body = {
      step: "casualties",
      ...Object.fromEntries(COUNTS.map((name) => [name, Number(told[name] || 0)])),
      loss_yuan: Math.round(Number(told.loss || 0) * YUAN),
      saved_yuan: Math.round(Number(told.saved || 0) * YUAN),
      production: told.production === "on",
    };
    command(word("step", "casualties"), `incidents/${incident.id}/steps`, body);
  };
  return html`<form class="record-cost" key=${incident.revision} onSubmit=${save}>
    ${COUNTS.map((name) => html`<label key=${name}><span>${t(`page.record.${name}`)}</span><input name=${name} type="number" min="0" value=${cost?.[name] ?? 0} /></label>`)}
    <label><span>${t("page.record.loss")}</span><input name="loss" type="number" min="0" step="any" value=${(cost?.loss_yuan ?? 0) / YUAN} /></label>
    <label><span>${t("page.record.saved")}</span><input name="saved" type="number" min="0" step="any" value=${(cost?.saved_yuan ?? 0) / YUAN} /></label>
    <label class="record-check"><input name="production" type="checkbox" checked=${cost?.production ?? false} /><span>${t("page.record.production")}</span></label>
    <button type="submit" class="desk-next">${t("page.record.save")}</button>
  </form>`;
}

/** Write a lesson down; a word after @ names who does it. @param {import("../types").IncidentDetail} incident @param {string} text */
function lesson(incident, text) {
  const owner = text.match(/@(\S+)/)?.[1] ?? "";
  const body = { id: crypto.randomUUID(), text: text.replace(/@\S+/, "").trim() || text, owner };
  command(t("page.record.lesson"), `incidents/${incident.id}/lessons`, body);
}

export function Record() {
  const incident = detail.value;
  const [record, hold] = useState(/** @type {any} */ (null));
  const revision = incident?.revision;
  useEffect(() => {
    if (!incident) return;
    get(`incidents/${incident.id}/record`, {}, undefined, true).then(hold, () => hold(null));
  }, [incident?.id, revision]);
  if (!incident || !record) return null;
  /** @param {string} report */
  const reported = (report) =>
    askFor(t("page.record.to_whom", { report: word("report", report) }), (to) =>
      command(`${word("report", report)} → ${to}`, `incidents/${incident.id}/steps`, { step: "reported", report, to }),
    );
  /** @param {any} one */
  const counted = (one) =>
    command(`${one.team} ${word("step", "accounted")}`, `dispatches/${one.dispatch_id}/steps`, { step: "accounted" });
  return html`<section class="desk-record">
    <p class="desk-acts">
      <a href=${`/sheet?id=${incident.id}`} target="_blank" rel="noopener">${t("page.record.sheet")}</a>
      <a href=${`/sheet?id=${incident.id}#dial`} target="_blank" rel="noopener">${t("page.desk.dial")}</a>
      <a href="/sheet" target="_blank" rel="noopener">${t("page.record.hand_over")}</a>
      <button type="button" class="link-button" onClick=${() => askFor(t("page.record.lesson_what"), (text) => lesson(incident, text))}>${t("page.record.lesson")}</button>
      ${REPORTS.map((report) => html`<button key=${report} type="button" class="link-button" onClick=${() => reported(report)}>${word("report", report)}</button>`)}
    </p>
    ${record.heads.map(
      (/** @type {any} */ one) => html`<p key=${one.dispatch_id} class=${one.late ? "desk-alert record-line" : "record-line"}>
        <span>${one.team} ${t("page.record.heads")} ${left(one.due_at)}</span>
        <button type="button" class="desk-next" onClick=${() => counted(one)}>${word("step", "accounted")}</button>
      </p>`,
    )}
    <details open=${record.casualties !== null}>
      <summary>${t("page.record.cost")}</summary>
      <${Cost} incident=${incident} cost=${record.casualties} />
      ${record.grade && html`<p><b>${word("grade", record.grade.grade)}</b> <span class="quiet">${t("page.sheet.worked_out")}</span></p>`}
    </details>
    ${record.due.map(
      (/** @type {any} */ one, /** @type {number} */ index) => html`<p key=${index} class=${one.late && !one.made_at ? "desk-alert record-line" : "record-line"}>
        <span>${word("report", one.report)}</span>
        <span>${one.made_at ? t("page.sheet.made_at", { when: clock(new Date(one.made_at)) }) : left(one.due_at)}</span>
      </p>`,
    )}
  </section>`;
}
