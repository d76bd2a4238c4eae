// Past alarms answered again: as the district is now, and as it would be with other teams, bases, cards or roads; the
// ways of one alarm run on the map, what is beside what would be.
import { computed, signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import ol from "ol";
import { asProblem, get, post } from "./api.js";
import { duration, exact } from "./format.js";
import { COLOURS, FONT } from "./map/colours.js";
import { makeMap } from "./map/map.js";
import { Refusal, Skeleton } from "./parts/common.js";
import { Field, Refused, typed } from "./parts/forms.js";
import { Sign } from "./parts/glyphs.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { serverTime } from "./session.js";
import { district, failure, layers, takesClick, theme, wanted } from "./state.js";
import { t, word } from "./words.js";

const { fromLonLat } = ol.proj;
const SPEEDS = [10, 30, 60, 120];
const DAY_MS = 86_400_000;

/** @type {import("@preact/signals").Signal<any>} */
const told = signal(null);
const teams = signal(/** @type {any[]} */ ([]));
const without = signal(/** @type {string[]} */ ([]));
const moved = signal(/** @type {{team: string, place: [number, number]}[]} */ ([]));
const closed = signal(/** @type {[number, number][]} */ ([]));
const chosen = signal(/** @type {string | null} */ (null));
const clockS = signal(0);
const running = signal(false);
const speed = signal(30);
const shown = computed(() => told.value?.items.find((/** @type {any} */ one) => one.id === chosen.value) ?? null);
/** Seconds until everybody whose way is drawn is there. */
const lastS = computed(() => {
  const one = shown.value;
  if (!one) return 0;
  const etas = [...one.now.going, ...(one.tried?.going ?? [])].map((going) => going.eta_s ?? 0);
  return Math.max(60, ...etas);
});

/** @param {number | null} seconds */
const span = (seconds) => (seconds === null ? "—" : duration(seconds));
/** @param {string} code */
const teamName = (code) => teams.value.find((team) => team.code === code)?.name ?? code;

/** Where somebody on the way is: base, a point of the way, the place. @param {any} going @param {any} line */
function along(going, line) {
  const rolls = going.turnout_s;
  const there = going.eta_s ?? Infinity;
  const share = there <= rolls ? 1 : (clockS.peek() - rolls) / (there - rolls);
  return line.getCoordinateAt(Math.min(1, Math.max(0, share)));
}

/** Draw the ways of the alarm that is shown, and let the teams run on them. @param {any} map */
function addReplayLayer(map) {
  const source = new ol.source.Vector();
  const ways = new ol.layer.Vector({
    source,
    zIndex: 60,
    style: /** @param {any} feature */ (feature) => {
      const tried = feature.get("side") === "tried";
      const colours = COLOURS[theme.peek()];
      const colour = tried ? colours.accent : colours.ink;
      if (feature.get("kind") === "place") {
        return new ol.style.Style({ image: new ol.style.RegularShape({ points: 4, radius: 13, angle: 0, fill: new ol.style.Fill({ color: colours.ink }), stroke: new ol.style.Stroke({ color: colours.paper, width: 2 }) }) });
      }
      if (feature.get("kind") === "way") {
        return [
          new ol.style.Style({ stroke: new ol.style.Stroke({ color: colours.paper, width: 7 }) }),
          new ol.style.Style({ stroke: new ol.style.Stroke({ color: colour, width: 4, lineDash: tried ? [10, 6] : undefined }) }),
        ];
      }
      return new ol.style.Style({
        image: new ol.style.Circle({ radius: 8, fill: new ol.style.Fill({ color: colour }), stroke: new ol.style.Stroke({ color: colours.paper, width: 2 }) }),
        text: new ol.style.Text({ text: feature.get("name"), offsetY: tried ? 18 : -18, font: `600 12px ${FONT}`, fill: new ol.style.Fill({ color: colour }), stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }) }),
        zIndex: 5,
      });
    },
  });
  map.addLayer(ways);
  /** @type {{feature: any, going: any, line: any}[]} */
  let movers = [];
  chosen.subscribe(() => draw());
  told.subscribe(() => draw());
  function draw() {
    source.clear();
    movers = [];
    const one = shown.peek();
    if (!one) return;
    source.addFeature(new ol.Feature({ geometry: new ol.geom.Point(fromLonLat([one.lon, one.lat])), kind: "place" }));
    for (const side of ["now", "tried"]) {
      for (const going of one[side]?.going ?? []) {
        if (!going.route) continue;
        const line = new ol.geom.LineString(going.route.coordinates.map((/** @type {[number, number]} */ at) => fromLonLat(at)));
        source.addFeature(new ol.Feature({ geometry: line, kind: "way", side }));
        const feature = new ol.Feature({ geometry: new ol.geom.Point(along(going, line)), kind: "team", side, name: going.team.name });
        source.addFeature(feature);
        movers.push({ feature, going, line });
      }
    }
    const extent = source.getExtent();
    if (extent && !ol.extent.isEmpty(extent)) map.getView().fit(extent, { padding: [50, 50, 50, 50], maxZoom: 15, duration: 200 });
  }
  clockS.subscribe(() => {
    for (const { feature, going, line } of movers) feature.setGeometry(new ol.geom.Point(along(going, line)));
  });
}

/** Move the clock on while it runs. */
function tick() {
  let before = performance.now();
  const step = (/** @type {number} */ at) => {
    if (running.peek()) {
      clockS.value = Math.min(lastS.peek(), clockS.peek() + ((at - before) / 1000) * speed.peek());
      if (clockS.peek() >= lastS.peek()) running.value = false;
    }
    before = at;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function Animation() {
  const target = useRef(/** @type {HTMLDivElement | null} */ (null));
  const ready = district.value !== null;
  useEffect(() => {
    if (!target.current || !district.peek()) return;
    layers.value = { ...layers.value, enterprises: false };
    takesClick.value = () => {};
    addReplayLayer(makeMap(target.current, /** @type {any} */ (district.peek())).map);
    tick();
  }, [ready]);
  const one = shown.value;
  return html`<section aria-label=${t("page.replay.map")}>
    <div class="replay-map"><div ref=${target} class="map" data-map tabindex="0" role="application" aria-label=${t("page.map.keys")}></div></div>
    <div class="replay-bar">
      <button type="button" class="text-button" disabled=${!one} aria-pressed=${running.value} onClick=${() => {
        if (clockS.value >= lastS.value) clockS.value = 0;
        running.value = !running.value;
      }}>${t(running.value ? "page.replay.pause" : "page.replay.play")}</button>
      <input type="range" min="0" max=${Math.round(lastS.value)} value=${Math.round(clockS.value)} disabled=${!one} aria-label=${t("page.replay.clock")}
        onInput=${/** @param {any} event */ (event) => (clockS.value = Number(event.currentTarget.value))} />
      <b>${duration(clockS.value)}</b>
      <select value=${speed.value} aria-label=${t("page.replay.speed")} onChange=${/** @param {any} event */ (event) => (speed.value = Number(event.currentTarget.value))}>
        ${SPEEDS.map((times) => html`<option key=${times} value=${times}>${t("page.replay.times", { times })}</option>`)}
      </select>
      <span class="quiet">${one ? `${one.code} · ${t("page.replay.key")}` : t("page.replay.choose")}</span>
    </div>
  </section>`;
}

/** @param {{title: string, spread: any, people: number | null}} props */
function Figure({ title, spread, people }) {
  return html`<span>${title} <b>${spread ? `${span(spread.median_s)} / ${span(spread.p90_s)}` : "—"}</b> <small class="quiet">${people === null ? "" : t("page.people", { count: people })}</small></span>`;
}

function Result() {
  const held = told.value;
  if (!held) return null;
  return html`<section class="card">
    <h2>${t("page.replay.sum", { total: held.total })}</h2>
    <p class="work-figures">
      <${Figure} title=${t("page.replay.happened")} spread=${held.happened} people=${held.happened_people} />
      <${Figure} title=${t("page.replay.now")} spread=${held.now} people=${held.now_people} />
      <${Figure} title=${t("page.replay.tried")} spread=${held.tried} people=${held.tried_people} />
      ${held.tried && html`<span>${t("page.replay.moved", { later: held.later, sooner: held.sooner })}</span>`}
    </p>
    <p class="quiet">${t("page.replay.figures")}</p>
    <div class="wide replay-list"><table class="work-table">
      <thead><tr>${["alarm", "happened", "now", "tried", "difference"].map((name) => html`<th key=${name}>${t(`page.replay.column.${name}`)}</th>`)}</tr></thead>
      <tbody>
        ${held.items.map((/** @type {any} */ one) => {
          const by = one.tried && one.tried.first_s !== null && one.now.first_s !== null ? one.tried.first_s - one.now.first_s : null;
          return html`<tr key=${one.id} class=${one.id === chosen.value ? "here" : ""}>
            <td><button type="button" class="link-button" onClick=${() => {
              chosen.value = one.id;
              clockS.value = 0;
              running.value = true;
            }}>${one.code}</button> ${word("alarm_type", one.type)} ${t(`level_short.${one.level}`)}<small>${exact(new Date(one.reported_at))}</small></td>
            <td>${span(one.happened_first_s)} · ${span(one.happened_all_s)}<small>${t("page.people", { count: one.happened_people })}</small></td>
            <td>${one.now.refused || `${span(one.now.first_s)} · ${span(one.now.all_s)}`}<small>${t("page.people", { count: one.now.people })}${one.now.short ? ` · ${t("page.card.short", { count: one.now.short })}` : ""}</small></td>
            <td>${one.tried ? one.tried.refused || `${span(one.tried.first_s)} · ${span(one.tried.all_s)}` : "—"}<small>${one.tried ? t("page.people", { count: one.tried.people }) : ""}${one.tried?.short ? ` · ${t("page.card.short", { count: one.tried.short })}` : ""}</small></td>
            <td>${by === null || Math.abs(by) < 1 ? "" : t(by > 0 ? "page.learning.later" : "page.learning.sooner", { time: duration(Math.abs(by)) })}</td>
          </tr>`;
        })}
      </tbody>
    </table></div>
  </section>`;
}

/** @param {{label: string, items: string[], onLeave: (at: number) => void}} props */
function Chips({ label, items, onLeave }) {
  if (items.length === 0) return null;
  return html`<p class="replay-chips"><span class="quiet">${label}</span>${items.map(
    (text, at) => html`<span class="tag" key=${at}>${text} <button type="button" class="icon-button" aria-label=${t("page.replay.take_back", { what: text })} onClick=${() => onLeave(at)}><${Sign} name="close" size=${12} /></button></span>`,
  )}</p>`;
}

function Question() {
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [team, setTeam] = useState("");
  const now = serverTime();
  const day = (/** @type {number} */ back) => new Date(now.getTime() - back * DAY_MS + 8 * 3_600_000).toISOString().slice(0, 10);
  /** @param {Event} event */
  const ask = (event) => {
    const asked = typed(event);
    setBusy(true);
    setProblem(null);
    post("replays", { from_day: asked.from, to_day: asked.to, without: without.value, moved: moved.value, closed: closed.value, routes: true })
      .then((answer) => {
        told.value = answer;
        chosen.value = null;
      }, (error) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };
  /** @param {(lon: number, lat: number) => void} done */
  const pointed = (done) => {
    takesClick.value = (lon, lat) => {
      takesClick.value = () => {};
      done(lon, lat);
    };
  };
  return html`<form class="card form replay-question" onSubmit=${ask}>
    <div class="work-save form">
      <${Field} label=${t("page.replay.from")}><input name="from" type="date" required value=${day(30)} /><//>
      <${Field} label=${t("page.replay.to")}><input name="to" type="date" required value=${day(0)} /><//>
      <${Field} label=${t("page.replay.team")}>
        <select value=${team} onChange=${/** @param {any} event */ (event) => setTeam(event.currentTarget.value)}>
          <option value="">—</option>
          ${teams.value.filter((one) => one.command === "own").map((one) => html`<option key=${one.code} value=${one.code}>${one.name}</option>`)}
        </select>
      <//>
      <p class="work-acts">
        <button type="button" class="text-button" disabled=${!team} onClick=${() => (without.value = [...new Set([...without.value, team])])}>${t("page.replay.without")}</button>
        <button type="button" class="text-button" disabled=${!team} onClick=${() => pointed((lon, lat) => (moved.value = [...moved.value.filter((one) => one.team !== team), { team, place: [lon, lat] }]))}>${t("page.replay.move")}</button>
        <button type="button" class="text-button" onClick=${() => pointed((lon, lat) => (closed.value = [...closed.value, [lon, lat]]))}>${t("page.replay.close")}</button>
      </p>
      <button type="submit" class="primary" disabled=${busy}>${t(busy ? "page.replay.busy" : "page.replay.answer")}</button>
    </div>
    <${Chips} label=${t("page.replay.without_list")} items=${without.value.map(teamName)} onLeave=${(/** @type {number} */ at) => (without.value = without.value.filter((_, other) => other !== at))} />
    <${Chips} label=${t("page.replay.moved_list")} items=${moved.value.map((one) => `${teamName(one.team)} → ${one.place.map((part) => part.toFixed(4)).join(", ")}`)} onLeave=${(/** @type {number} */ at) => (moved.value = moved.value.filter((_, other) => other !== at))} />
    <${Chips} label=${t("page.replay.closed_list")} items=${closed.value.map((place) => place.map((part) => part.toFixed(4)).join(", "))} onLeave=${(/** @type {number} */ at) => (closed.value = closed.value.filter((_, other) => other !== at))} />
    <p class="quiet">${t("page.replay.lead")}</p>
    <${Refused} problem=${problem} />
    ${busy && html`<${Skeleton} rows=${3} />`}
  </form>`;
}

function ReplayPage() {
  useEffect(() => {
    Promise.all([get("district"), get("teams")]).then(
      ([of, all]) => {
        district.value = of;
        teams.value = all.items;
        wanted.value = null;
      },
      (error) => (failure.value = asProblem(error)),
    );
  }, []);
  return html`<${PlainBar} title=${t("page.replay.title")} />
    <main class="plain-page work-page">
      <h1>${t("page.replay.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      <div class="replay-columns">
        <div><${Question} /><${Result} /></div>
        <${Animation} />
      </div>
    </main>`;
}

startPage(html`<${ReplayPage} />`, "page.replay.title");
