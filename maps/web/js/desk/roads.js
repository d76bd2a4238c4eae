// Roads that change while the desk works: closed, slow or flooded where somebody points, with whom it hits under way.
import { effect, signal } from "@preact/signals";
import { html } from "htm/preact";
import ol from "ol";
import { asProblem, get } from "../api.js";
import { ago, exact, wallTime } from "../format.js";
import { COLOURS, FONT } from "../map/colours.js";
import { typed } from "../parts/forms.js";
import { Sign } from "../parts/glyphs.js";
import { serverTime } from "../session.js";
import { may, now, takesClick, tell, theme, wanted } from "../state.js";
import { t } from "../words.js";
import { command } from "./commands.js";

/** @typedef {import("../types").RoadChange} RoadChange */

const KINDS = /** @type {const} */ (["closed", "slow", "flood"]);
const LOCAL_OFFSET = "+08:00";
const LASTS_H = 4;
const DOUBLE_CLICK_MS = 500;

export const roadChanges = signal(/** @type {RoadChange[]} */ ([]));
/** Whether the list of changed roads is open beside the map. */
export const roadsOpen = signal(false);
/** What is to be pointed at on the map now. */
export const pointing = signal(/** @type {{kind: RoadChange["kind"], told: any} | null} */ (null));
const kind = signal(/** @type {RoadChange["kind"]} */ ("closed"));

export async function readRoadChanges() {
  const read = await get("road-changes", {}, undefined, true);
  roadChanges.value = read.items;
}

/** @param {RoadChange} change */
export function roadName(change) {
  return change.road || t(change.kind === "flood" ? "page.roads.area" : "page.roads.nameless");
}

/** Tell what was pointed at. @param {any} where */
export function point(where) {
  const asked = pointing.peek();
  if (!asked) return;
  pointing.value = null;
  const said = t("page.roads.said", { kind: t(`page.roads.kind.${asked.kind}`), road: "" });
  command(said, "road-changes", { id: crypto.randomUUID(), kind: asked.kind, ...asked.told, ...where }).then(
    (made) => {
      const teams = made.warned.map((/** @type {any} */ one) => one.team.name).join(t("page.comma"));
      if (made.warned.length > 0) tell(t("page.roads.warned", { count: made.warned.length, teams }));
      readRoadChanges().catch(asProblem);
    },
    () => {},
  );
}

/** @param {RoadChange} change */
function end(change) {
  command(`${t("page.roads.end")} ${roadName(change)}`, `road-changes/${change.id}/end`, {}).then(
    () => readRoadChanges().catch(asProblem),
    () => {},
  );
}

/** @param {RoadChange} change */
function look(change) {
  const flat = /** @type {number[]} */ (change.geometry.coordinates.flat(Infinity));
  const lons = flat.filter((/** @type {number} */ _, /** @type {number} */ at) => at % 2 === 0);
  const lats = flat.filter((/** @type {number} */ _, /** @type {number} */ at) => at % 2 === 1);
  wanted.value = { box: [Math.min(...lons) - 0.005, Math.min(...lats) - 0.005, Math.max(...lons) + 0.005, Math.max(...lats) + 0.005] };
}

export function Roads() {
  if (!roadsOpen.value) return null;
  /** @param {Event} event */
  const begin = (event) => {
    const told = typed(event);
    const until = told.until ? `${told.until}:00${LOCAL_OFFSET}` : null;
    const more = kind.peek() === "slow" ? { factor: Math.max(1.1, Number(told.factor) || 2) } : {};
    pointing.value = { kind: kind.peek(), told: { reason: told.reason, until, ...more } };
  };
  const asked = pointing.value;
  if (asked) {
    return html`<section class="desk-roads" aria-label=${t("page.roads.changed")}>
      <p class="desk-alert" role="status">${t(`page.roads.how.${asked.kind}`)}</p>
    </section>`;
  }
  return html`<section class="desk-roads" aria-label=${t("page.roads.changed")}>
    <header><h3>${t("page.roads.changed")} <small>${roadChanges.value.length}</small></h3>
      <button type="button" class="icon-button" aria-label=${t("page.close")} onClick=${() => {
        roadsOpen.value = false;
        pointing.value = null;
      }}><${Sign} name="close" size=${16} /></button></header>
    ${
      may("closures.write") &&
      html`<form class="desk-roads-form" onSubmit=${begin}>
        <div role="radiogroup" aria-label=${t("page.roads.change")}>
          ${KINDS.map((one) => html`<button key=${one} type="button" role="radio" aria-checked=${kind.value === one} onClick=${() => (kind.value = one)}>${t(`page.roads.kind.${one}`)}</button>`)}
        </div>
        <label><span>${t("page.roads.reason")}</span><input name="reason" maxlength="200" /></label>
        <label><span>${t("page.roads.until")}</span><input name="until" type="datetime-local" value=${wallTime(new Date(serverTime().getTime() + LASTS_H * 3_600_000))} /></label>
        ${kind.value === "slow" && html`<label><span>${t("page.roads.factor")}</span><input name="factor" type="number" min="1.1" max="20" step="0.1" value="2" /></label>`}
        <button type="submit" class="desk-next">${t("page.roads.place")}</button>
      </form>`
    }
    ${roadChanges.value.length === 0 && html`<p class="quiet">${t("page.roads.none")}</p>`}
    <ul class="plain">
      ${roadChanges.value.map(
        (one) => html`<li key=${one.id}>
          <button type="button" class="desk-roads-row" onClick=${() => look(one)}>
            <b>${t(`road_change.${one.kind}`)}${one.factor ? ` ×${one.factor}` : ""}</b> ${roadName(one)}
            <small title=${exact(new Date(one.since))}>${[one.reason, t("page.roads.by", { who: one.made_by, when: ago(new Date(one.since), now.value) }), one.until ? t("page.roads.until_at", { when: exact(new Date(one.until)) }) : ""].filter(Boolean).join(" · ")}</small>
          </button>
          ${may("closures.write") && html`<button type="button" class="text-button" onClick=${() => end(one)}>${t("page.roads.end")}</button>`}
        </li>`,
      )}
    </ul>
  </section>`;
}

const RED = "#c62828"; // as other closed roads are drawn

/** Draw changed roads, and take what somebody points at. @param {any} map */
export function addRoadsLayer(map) {
  const source = new ol.source.Vector();
  const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
  const layer = new ol.layer.Vector({
    source,
    zIndex: 50,
    style: /** @param {any} feature */ (feature) => {
      const colours = COLOURS[theme.peek()];
      const flood = feature.get("kind") === "flood";
      const slow = feature.get("kind") === "slow";
      return new ol.style.Style({
        fill: flood ? new ol.style.Fill({ color: `${colours.waterLine}99` }) : undefined,
        stroke: new ol.style.Stroke({
          color: flood ? colours.border : RED,
          width: flood ? 2 : 6,
          lineDash: slow ? [2, 8] : flood ? [8, 6] : undefined,
        }),
        text: new ol.style.Text({
          text: feature.get("label"),
          font: `600 13px ${FONT}`,
          overflow: true,
          fill: new ol.style.Fill({ color: colours.ink }),
          stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
        }),
      });
    },
  });
  map.addLayer(layer);
  effect(() => {
    theme.value;
    layer.changed();
  });
  effect(() => {
    source.clear();
    for (const one of roadChanges.value) {
      const geometry = format.readGeometry(one.geometry) ?? undefined;
      source.addFeature(new ol.Feature({ geometry, kind: one.kind, label: t(`road_change.${one.kind}`) }));
    }
  });
  let letting = 0; // the click that ends the drawing is none on the map
  /** @type {any} */
  let draw = null;
  const leave = () => {
    if (draw) map.removeInteraction(draw);
    draw = null;
  };
  effect(() => {
    const asked = pointing.value;
    map.getTargetElement()?.classList.toggle("closing", asked !== null);
    leave();
    clearTimeout(letting);
    if (asked === null) letting = window.setTimeout(() => (takesClick.value = null), DOUBLE_CLICK_MS);
    else takesClick.value = asked.kind === "flood" ? () => {} : (lon, lat) => point({ lon, lat });
    if (asked?.kind !== "flood") return;
    draw = new ol.interaction.Draw({ type: "Polygon", source: new ol.source.Vector() });
    draw.on("drawend", (/** @type {any} */ event) => {
      const ring = event.feature.getGeometry().getCoordinates()[0];
      takesClick.value = () => {};
      point({ area: ring.slice(0, -1).map((/** @type {number[]} */ at) => ol.proj.toLonLat(at)) });
    });
    map.addInteraction(draw);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && pointing.peek()) pointing.value = null;
  });
}
