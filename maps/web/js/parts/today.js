// The district today: how to start, its figures, the last alarms, its towns as a list.
import { html } from "htm/preact";
import { ago, count, exact } from "../format.js";
import { district, level, now, placeAlarm, show, alarmType, when, touch } from "../state.js";
import { t, word } from "../words.js";
import { Closures } from "./closures.js";
import { Refusal, Skeleton } from "./common.js";
import { ExportLinks, Exports } from "./export_links.js";
import { useFetched } from "./fetched.js";
import { Sign } from "./glyphs.js";
import { Intake } from "./intake.js";
import { wallTime } from "../format.js";

/** @typedef {import("../types").AlarmRow} AlarmRow */

/** Try again an alarm of the register: same place, type, level and moment. @param {AlarmRow} alarm */
function tryAgain(alarm) {
  alarmType.value = alarm.type;
  level.value = alarm.level;
  when.value = wallTime(new Date(alarm.reported_at));
  placeAlarm({ lon: alarm.lon, lat: alarm.lat, name: alarm.address });
}

function LastAlarms() {
  const { value, problem } = useFetched("alarms", { limit: 6 });
  const page = /** @type {{items: AlarmRow[], total: number} | null} */ (value);
  return html`<section>
    <h3>${t("page.last_alarms")}${page && html`<small>${t("page.of_all", { count: count(page.total) })}</small>`} <${ExportLinks} of="alarms" /></h3>
    ${problem && html`<${Refusal} problem=${problem} />`}
    ${!page && !problem && html`<${Skeleton} rows=${3} />`}
    ${page?.items.length === 0 && html`<p class="empty">${t("page.no_alarms")}</p>`}
    <ul class="plain">
      ${page?.items.map(
        (alarm) => html`<li key=${alarm.id}>
          <button type="button" class="row row-alarm" onClick=${() => tryAgain(alarm)}>
            <span class="row-name"><b>${word("alarm_type", alarm.type)}</b> ${alarm.address || alarm.code}</span>
            <time class="row-eta" datetime=${alarm.reported_at} title=${exact(new Date(alarm.reported_at))}>
              ${ago(new Date(alarm.reported_at), now.peek())}
            </time>
            <span class="row-reason">
              <span class="tag">${word("level", alarm.level)}</span>
              ${t("page.alarm_sent", { teams: alarm.dispatches, people: alarm.people })}
              ${alarm.nature !== "real" && html`<span class="tag">${word("nature", alarm.nature)}</span>`}
            </span>
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}

function Towns() {
  const { value } = useFetched("cells", { level: 1 });
  const page = /** @type {{items: import("../types").CellRow[]} | null} */ (value);
  if (!page) return null;
  return html`<section>
    <h3>${t("page.towns", { count: page.items.length })}</h3>
    ${page.items.length === 0 && html`<p class="empty">${t("page.no_towns")}</p>`}
    <ul class="chips">
      ${page.items.map(
        (cell) => html`<li key=${cell.code}>
          <button type="button" onClick=${() => show({ kind: "cell", id: cell.code })}>${cell.name}</button>
        </li>`,
      )}
    </ul>
  </section>`;
}

export function TodayPanel() {
  const of = district.value;
  if (!of) return html`<${Skeleton} rows=${6} />`;
  const figures = [
    [t("page.figure.enterprises"), of.counts.enterprises],
    [t("page.figure.teams"), of.counts.teams],
    [t("page.figure.officers"), of.counts.officers],
    ...of.levels.map((one) => [word("cell_level", String(one.level)), one.cells]),
  ];
  return html`<article class="today">
    <h2 class="visually-hidden">${t("page.today")}</h2>
    <p class="how"><${Sign} name="pin" /><span>${t(touch ? "page.how_touch" : "page.how_mouse")}</span></p>
    <${Intake} />
    ${
      of.counts.unplaced_sites > 0 &&
      html`<p class="banner">${t("page.unplaced_sites", { count: count(of.counts.unplaced_sites) })}</p>`
    }
    ${of.counts.run_cards === 0 && html`<p class="banner">${t("page.no_run_cards")}</p>`}
    <dl class="figures">
      ${figures.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${count(Number(value))}</dd></div>`)}
    </dl>
    <${Closures} />
    <${LastAlarms} />
    <${Towns} />
    <${Exports} />
    ${of.plan && html`<p class="quiet">${t("page.plan", { name: of.plan.name, since: exact(new Date(of.plan.effective_from)) })}</p>`}
  </article>`;
}
