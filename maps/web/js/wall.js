// The wall: open incidents with their minutes, teams by state, what is uncovered; the view moves only by itself when the
// set of incidents changes, and never after somebody moved it.
import { effect, signal } from "@preact/signals";
import { html, render } from "htm/preact";
import ol from "ol";
import { asProblem, get } from "./api.js";
import { clockSeconds, day } from "./format.js";
import { followLive } from "./live.js";
import { MapView } from "./parts/map_view.js";
import { TierShape } from "./parts/glyphs.js";
import { Live } from "./parts/topbar.js";
import { alerts } from "./desk/alerts.js";
import { addCoverLayer, cover } from "./desk/cover.js";
import { addDeskLayer } from "./desk/layer.js";
import { addRoadsLayer, readRoadChanges } from "./desk/roads.js";
import { incidents } from "./desk/state.js";
import { shapeOf } from "./map/shapes.js";
import { clockAhead, district, language, layers, now, teams, theme } from "./state.js";
import { readSession } from "./session.js";
import { speak, t, word } from "./words.js";

const TICK_MS = 1000;
const LOOK_MS = 15_000;
const MINUTE_MS = 60_000;
const CLOSEST = 14;

const ALWAYS = signal(true);
const STATES = /** @type {const} */ (["free", "sent", "there", "home_bound", "off"]);

/** How many own teams are in each state. */
function states() {
  /** @type {Record<string, number>} */
  const counts = { free: 0, sent: 0, there: 0, home_bound: 0, off: 0 };
  /** @type {Map<string, string>} */
  const out = new Map();
  for (const incident of incidents.value) {
    for (const sent of incident.teams) {
      if (sent.home_at) continue;
      out.set(sent.team.id, sent.released_at ? "home_bound" : sent.on_scene_at ? "there" : "sent");
    }
  }
  for (const team of teams.value.values()) {
    if (team.command !== "own") continue;
    const state = out.get(team.id) ?? (!team.in_service ? "off" : team.taken_by ? "sent" : "free");
    counts[state] += 1;
  }
  return counts;
}

/** @param {{incident: import("./types").Incident}} props */
function Row({ incident }) {
  const minutes = Math.max(0, Math.floor((now.value.getTime() - new Date(incident.received_at).getTime()) / MINUTE_MS));
  const late = alerts(incident, now.value).length;
  const there = incident.teams.filter((one) => one.on_scene_at && !one.released_at).length;
  const under = incident.teams.filter((one) => !one.on_scene_at && !one.released_at).length;
  return html`<li>
    <p class="wall-line">
      <span class=${`level-badge level-${incident.level ?? "none"}`}>${incident.level ? t(`level_short.${incident.level}`) : "?"}</span>
      <b>${incident.type ? word("alarm_type", incident.type) : t("page.desk.no_type")}</b>
      ${incident.nature !== "real" && html`<span class="tag desk-nature">${word("nature", incident.nature)}</span>`}
      <strong>${t("page.desk.minutes", { count: minutes })}</strong>
    </p>
    <p class="wall-where">${incident.enterprise || incident.address || t("page.desk.nowhere")}</p>
    <p class="wall-teams">
      ${
        incident.teams.length === 0
          ? html`<span class="desk-alert">${t("page.wall.nobody")}</span>`
          : html`${t("page.wall.there", { count: there })} · ${t("page.wall.under_way", { count: under })}
            ${incident.teams.slice(0, 12).map((one) => html`<${TierShape} key=${one.id} shape=${shapeOf(one)} size=${18} mood=${one.on_scene_at ? "chosen" : "asked"} />`)}`
      }
      ${late > 0 && html`<span class="desk-alert">${t("page.desk.late_teams", { count: late })}</span>`}
    </p>
  </li>`;
}

function Page() {
  const open = incidents.value.filter((one) => one.status === "open");
  const counts = states();
  const covered = cover.value;
  return html`<header class="topbar wall-bar">
      <span class="brand-name">${district.value?.name ?? "GridGIS"} ${t("page.wall.title")}</span>
      <ul class="wall-states">
        ${STATES.map((state) => html`<li key=${state}><b>${counts[state]}</b>${t(`page.wall.state.${state}`)}</li>`)}
      </ul>
      <${Live} />
      <time class="wall-clock" datetime=${now.value.toISOString()}>${day(now.value)} <b>${clockSeconds(now.value)}</b></time>
    </header>
    <main class="wall">
      <h1 class="visually-hidden">${t("page.wall.title")}</h1>
      <section class="wall-list" aria-label=${t("page.desk.incidents")}>
        <h2>${t("page.desk.open_incidents", { count: open.length })}</h2>
        <ul>
          ${open.map((incident) => html`<${Row} key=${incident.id} incident=${incident} />`)}
          ${open.length === 0 && html`<li>${t("page.wall.quiet")}</li>`}
        </ul>
        ${
          covered &&
          html`<div class="wall-cover">
            <h2>${t("page.wall.cover", { minutes: Math.round(covered.within_s / 60) })}</h2>
            <p><b>${covered.covered}</b> / ${covered.usually} ${t("page.wall.villages")}</p>
            ${covered.uncovered.length > 0 && html`<p class="desk-alert">${t("page.wall.uncovered", { count: covered.uncovered.length })}</p>`}
            ${covered.moves.map((/** @type {any} */ one) => html`<p key=${one.team.id}>${t("page.wall.move", { team: one.team.name, base: one.base.name, count: one.gained })}</p>`)}
          </div>`
        }
      </section>
      <${MapView} onMade=${follow} />
    </main>`;
}

/** Show all open incidents whenever their set changes, until somebody moves the map. @param {any} made */
function follow(made) {
  addDeskLayer(made.map);
  addRoadsLayer(made.map);
  addCoverLayer(made.map, ALWAYS);
  let moved = false;
  let shown = "";
  made.map.on("pointerdrag", () => (moved = true));
  made.map.getViewport().addEventListener("wheel", () => (moved = true), { passive: true });
  effect(() => {
    const open = incidents.value.filter((one) => one.status === "open" && one.lon !== null);
    const set = open.map((one) => one.id).sort().join();
    if (set === shown || moved) return;
    shown = set;
    if (open.length === 0) {
      made.home();
      return;
    }
    const extent = ol.extent.boundingExtent(open.map((one) => ol.proj.fromLonLat([one.lon ?? 0, one.lat ?? 0])));
    made.map.getView().fit(extent, { maxZoom: CLOSEST, duration: 400, padding: [80, 80, 80, 80] });
  });
}

/** @param {ReadonlySet<string> | null} [nouns] */
async function look(nouns = null) {
  try {
    const [read, of] = await Promise.all([get("incidents", {}, undefined, true), get("district", {}, undefined, true)]);
    clockAhead.value = new Date(read.now).getTime() - Date.now();
    incidents.value = read.items;
    district.value = of;
    if (nouns === null || nouns.has("road_change")) await readRoadChanges().catch(asProblem);
    if (nouns === null || nouns.has("dispatch") || nouns.has("team") || nouns.has("roads")) {
      const [listed, left] = await Promise.all([
        get("teams", {}, undefined, true),
        get("cover", {}, undefined, true).catch(() => null),
      ]);
      teams.value = new Map(listed.items.map((/** @type {any} */ team) => [team.id, team]));
      cover.value = left;
    }
  } catch (error) {
    asProblem(error);
  }
}

async function start() {
  await speak(language.value);
  await readSession().catch(asProblem);
  layers.value = { ...layers.value, enterprises: false };
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    document.title = `${t("page.wall.title")} · GridGIS`;
  });
  render(html`<${Page} />`, /** @type {HTMLElement} */ (document.getElementById("page")));
  await look();
  setInterval(() => (now.value = new Date(Date.now() + clockAhead.value)), TICK_MS);
  setInterval(() => look(), LOOK_MS);
  followLive(look);
}

start().catch((error) => {
  console.error(error);
  const page = document.getElementById("page");
  if (page)
    page.textContent = "无法打开页面：服务器没有应答，请稍后刷新。/ The server does not answer; reload in a while.";
});
