// Show the answer: where it is and who answers there, who goes in order of arrival, what is short, why others stay.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, distance, exact } from "../format.js";
import {
  alarmType,
  answer,
  clearAlarm,
  district,
  level,
  narrow,
  now as clockNow,
  place,
  pointed,
  reply,
  show,
  when,
} from "../state.js";
import { t, word } from "../words.js";
import { Closures } from "./closures.js";
import { Coordinates, Phone, Refusal, Skeleton } from "./common.js";
import { EnterpriseFacts } from "./enterprise.js";
import { Sign } from "./glyphs.js";
import { IntakeLine } from "./intake.js";
import { PassedOver } from "./passed_over.js";
import { TeamRow } from "./team_row.js";

/** @typedef {import("../types").Answer} Answer */

/** Cells of the place, and the people who answer for them. @param {{now: Answer}} props */
function Cells({ now }) {
  const deepest = now.cells.at(-1);
  if (!deepest) return html`<p class="quiet cells-none">${t("page.no_cells")}</p>`;
  return html`<div class="cells">
    <p class="crumbs">
      ${now.cells.map(
        (cell) => html`<button
          key=${cell.code}
          type="button"
          class="link-button"
          title=${`${word("cell_level", String(cell.level))} ${cell.code}`}
          onClick=${() => show({ kind: "cell", id: cell.code })}
        >
          ${cell.name}
        </button>`,
      )}
    </p>
    <ul class="people">
      ${now.cells
        .flatMap((cell) => cell.officers.slice(0, cell.level === 1 ? 2 : 3).map((officer) => ({ cell, officer })))
        .reverse()
        .map(
          ({ cell, officer }) => html`<li key=${cell.code + officer.name + officer.role}>
            <span class="person">${officer.name}</span>
            <span class="quiet">${word("role", officer.role)} · ${cell.name}</span>
            <${Phone} phone=${officer.phone} name=${officer.name} />
          </li>`,
        )}
      ${now.cells.every((cell) => cell.officers.length === 0) && html`<li class="quiet">${t("page.no_officers")}</li>`}
    </ul>
  </div>`;
}

/** What the run card wants and nobody can give: said first and loudly. @param {{now: Answer}} props */
function Shortfalls({ now }) {
  if (now.shortfalls.length === 0) return null;
  return html`<section class="shortfalls" role="alert">
    <h3><${Sign} name="alert" size=${18} />${t("page.shortfalls", { count: now.shortfalls.length })}</h3>
    <ul>
      ${now.shortfalls.map((short, index) => html`<li key=${index}><b>${short.need}</b><span>${short.reason}</span></li>`)}
    </ul>
  </section>`;
}

/** @param {{title: string, note?: string, teams: import("../types").ChosenTeam[], id: string}} props */
function Teams({ title, note, teams, id }) {
  if (teams.length === 0) return null;
  return html`<section class="sent" aria-labelledby=${id}>
    <h3 id=${id}>${title}${note && html`<small>${note}</small>`}</h3>
    <ol>
      ${teams.map((team) => html`<${TeamRow} key=${team.team.id} team=${team} />`)}
    </ol>
  </section>`;
}

/** Move the pointed row with the arrow keys, wherever the focus is but in a field. @param {KeyboardEvent} event */
function walk(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.closest("input, textarea, select, [data-map]")) return;
  const rows = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-row]")]).filter(
    (row) => row.offsetParent !== null,
  );
  if (rows.length === 0) return;
  event.preventDefault();
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = event.key === "ArrowDown" ? Math.min(rows.length - 1, at + 1) : Math.max(0, at < 0 ? 0 : at - 1);
  rows[next].focus();
}

/** Type, level and time in one line, to be changed when pressed; on a phone the teams come first. */
function Question() {
  const [open, setOpen] = useState(false);
  if (open || !narrow.value) return html`<${IntakeLine} />`;
  const moment = when.value ? when.value.replace("T", " ") : clock(clockNow.value);
  return html`<p class="question">
    <b>${word("alarm_type", alarmType.value)}</b><span>${word("level", level.value)}</span><span class="quiet">${moment}</span>
    <button type="button" class="link-button" onClick=${() => setOpen(true)}>${t("page.change")}</button>
  </p>`;
}

/** @param {{now: Answer}} props */
function Ready({ now }) {
  const own = now.chosen.filter((team) => team.command === "own");
  const requested = now.chosen.filter((team) => team.command === "request");
  const invited = now.chosen.filter((team) => team.command === "invite");
  const keep = Math.max(0, ...now.chosen.map((team) => team.safe_distance_m));
  return html`<div>
    <p class="visually-hidden" role="status">
      ${t("page.answer.said", { teams: own.length, requested: requested.length, short: now.shortfalls.length })}
    </p>
    ${district.value?.roads === false && html`<p class="banner">${t("page.no_roads")}</p>`}
    ${
      keep > 0 &&
      html`<p class="banner keep"><span class="keep-ring" aria-hidden="true"></span>${t("page.keep_away", { distance: distance(keep) })}</p>`
    }
    <${Teams}
      id="sent-own"
      title=${t("page.sent", { count: own.length })}
      note=${t("page.people", { count: now.people.own })}
      teams=${own}
    />
    <${Teams} id="sent-request" title=${t("page.requested", { count: requested.length })} note=${t("page.requested_note")} teams=${requested} />
    <${Teams} id="sent-invite" title=${t("page.invited", { count: invited.length })} note=${t("page.invited_note")} teams=${invited} />
    ${now.chosen.length === 0 && html`<p class="empty">${t("page.nobody_sent")}</p>`}
    <${Closures} />
    <${PassedOver} teams=${now.passed_over} />
    <p class="card-name quiet">${t("page.by_card", { name: now.card.name || `${word("alarm_type", now.card.type)} ${word("level", now.card.level)}` })}</p>
  </div>`;
}

export function AlarmPanel() {
  const at = place.value;
  const now = answer.value;
  const state = reply.value;
  const head = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => {
    addEventListener("keydown", walk);
    return () => removeEventListener("keydown", walk);
  }, []);
  useEffect(() => {
    if (at && document.activeElement?.closest("[data-map]")) head.current?.focus({ preventScroll: true });
    document.getElementById("panel")?.scrollTo({ top: 0 });
  }, [at]);
  if (!at) return null;
  return html`<div class="alarm" onPointerLeave=${() => (pointed.value = null)}>
    <header class="panel-head">
      <div>
        <p class="kind">${t("page.alarm")} <${Coordinates} lon=${at.lon} lat=${at.lat} /></p>
        <h2 ref=${head} tabindex="-1">${at.name || (now ? now.cells.at(-1)?.name : "") || t("page.alarm_here")}</h2>
      </div>
      <button type="button" class="icon-button" onClick=${clearAlarm} aria-label=${t("page.alarm_away")} title=${`${t("page.alarm_away")} (Esc)`}>
        <${Sign} name="close" />
      </button>
    </header>
    <p class="print-only">
      ${word("alarm_type", alarmType.value)} · ${word("level", level.value)} ·${" "}
      ${exact(state.state === "ready" ? new Date(state.answer.when) : clockNow.value)}
    </p>
    <${Question} />
    ${at.enterprise && html`<${EnterpriseFacts} id=${at.enterprise} />`}
    ${state.state === "waiting" && html`<${Skeleton} rows=${6} />`}
    ${state.state === "refused" && html`<${Refusal} problem=${state.problem} />`}
    ${now && html`<${Shortfalls} now=${now} />`} ${now && !narrow.value && html`<${Cells} now=${now} />`} ${now && html`<${Ready} now=${now} />`}
    ${now && narrow.value && html`<${Cells} now=${now} />`}
  </div>`;
}
