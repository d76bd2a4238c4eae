// Say one event of the trail as a sentence: who, when, what was done to which record, and what changed.
import { html } from "htm/preact";
import { exact, wallTime } from "../format.js";
import { t, word } from "../words.js";

/** @typedef {import("../types").TrailEvent} TrailEvent */
/** @typedef {[string, any, any]} Change */

const LONGEST = 160;

/** A grant as people say it. @param {any} grant */
function grantText(grant) {
  return [word("access.role", grant.role), grant.area, grant.department].filter(Boolean).join(" · ");
}

/** @param {any} value @returns {string} */
function plain(value) {
  if (value === null || value === undefined || value === "") return t("page.audit.nothing");
  if (value === true || value === false) return t(value ? "page.audit.yes" : "page.audit.no");
  if (Array.isArray(value)) return value.map((one) => (one?.role ? grantText(one) : plain(one))).join(t("page.comma"));
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** What an event tells, name by name, with what stood there before. @param {TrailEvent} event @returns {Change[]} */
function changes(event) {
  const { before = {}, after, ...rest } = event.body;
  const told = { ...(after ?? rest), ...(event.personal.after ?? {}) };
  const old = { ...before, ...(event.personal.before ?? {}) };
  return Object.keys(told)
    .filter((name) => name !== "personal_sha256" && told[name] !== "" && told[name] !== null)
    .concat(Object.keys(old).filter((name) => !told[name]))
    .map((name) => [name, old[name], told[name]]);
}

/** @param {{change: Change, updated: boolean}} props */
function Told({ change, updated }) {
  const [name, before, after] = change;
  return html`<div>
    <dt>${word("audit.field", name)}</dt>
    <dd>${updated && html`<del>${plain(before)}</del> → `}<ins>${plain(after)}</ins></dd>
  </div>`;
}

/** @param {{event: TrailEvent, onRecord: (id: string) => void, onActor: (name: string) => void}} props */
export function EventRow({ event, onRecord, onActor }) {
  const recorded = new Date(event.recorded_at);
  const happened = new Date(event.happened_at);
  const apart = Math.abs(recorded.getTime() - happened.getTime()) >= 60_000;
  const told = changes(event);
  const updated = event.what === "updated";
  const list = html`<dl class="told">
    ${told.map((change) => html`<${Told} key=${change[0]} change=${change} updated=${updated} />`)}
  </dl>`;
  return html`<li class="event">
    <span class="event-number">${event.sequence}</span>
    <time class="event-time" datetime=${event.recorded_at} title=${exact(recorded)}>${wallTime(recorded).replace("T", " ")}</time>
    <button type="button" class="link-button event-actor" onClick=${() => onActor(event.actor)}>
      ${event.actor_title || event.actor}${event.actor_title && html` <small>${event.actor}</small>`}
    </button>
    <div class="event-what">
      <p>
        ${word("audit.what", event.what)} ${word("audit.noun", event.noun)}${" "}
        <button type="button" class="link-button" title=${event.noun_id} onClick=${() => onRecord(event.noun_id)}>
          ${event.subject || event.noun_id.slice(0, 8)}
        </button>
      </p>
      ${apart && html`<p class="quiet">${t("page.audit.happened", { when: exact(happened) })}</p>`}
      ${event.reason && html`<p>${t("page.audit.reason", { reason: event.reason })}</p>`}
      ${updated ? list : told.length > 0 && html`<details><summary>${t("page.audit.told", { count: told.length })}</summary>${list}</details>`}
    </div>
  </li>`;
}
