// Draw which villages no free team reaches in time now, and say which moves would mend it.
import { effect, signal } from "@preact/signals";
import { html } from "htm/preact";
import ol from "ol";
import { asProblem, get } from "../api.js";
import { COLOURS } from "../map/colours.js";
import { Sign } from "../parts/glyphs.js";
import { theme } from "../state.js";
import { t } from "../words.js";

const MOST_DRAWN = 300;
const MOST_NAMED = 8;
const HATCH_PX = 8;

export const cover = signal(/** @type {any} */ (null));
/** Whether the cover is drawn on the desk's map. */
export const coverOpen = signal(false);
/** @type {Map<string, any>} */
const shapes = new Map();

export async function readCover() {
  cover.value = await get("cover", {}, undefined, true).catch(() => null);
}

/** Lines that are seen without colour. @param {string} ink */
function hatch(ink) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = HATCH_PX;
  const pen = canvas.getContext("2d");
  if (!pen) return ink;
  pen.strokeStyle = ink;
  pen.globalAlpha = 0.55;
  pen.beginPath();
  pen.moveTo(0, HATCH_PX);
  pen.lineTo(HATCH_PX, 0);
  pen.stroke();
  return pen.createPattern(canvas, "repeat") ?? ink;
}

/** @param {any} map @param {import("@preact/signals").ReadonlySignal<boolean>} shown */
export function addCoverLayer(map, shown) {
  const source = new ol.source.Vector();
  const format = new ol.format.GeoJSON({ featureProjection: "EPSG:3857" });
  const layer = new ol.layer.Vector({ source, zIndex: 40 });
  map.addLayer(layer);
  effect(() => {
    const ink = COLOURS[theme.value].ink;
    layer.setStyle(new ol.style.Style({ fill: new ol.style.Fill({ color: hatch(ink) }), stroke: new ol.style.Stroke({ color: ink, width: 1.5, lineDash: [4, 4] }) }));
  });
  effect(() => {
    const codes = shown.value ? (cover.value?.uncovered_codes ?? []).slice(0, MOST_DRAWN) : [];
    source.clear();
    Promise.all(
      codes.map(async (/** @type {string} */ code) => {
        if (!shapes.has(code)) shapes.set(code, format.readGeometry((await get(`cells/${code}`, {}, undefined, true)).geometry));
        return shapes.get(code);
      }),
    ).then((found) => {
      source.clear();
      source.addFeatures(found.map((geometry) => new ol.Feature({ geometry })));
    }, asProblem);
  });
}

export function Cover() {
  if (!coverOpen.value) return null;
  const now = cover.value;
  return html`<section class="desk-roads" aria-label=${t("page.cover.title")}>
    <header><h3>${t("page.cover.title")}</h3>
      <button type="button" class="icon-button" aria-label=${t("page.close")} onClick=${() => (coverOpen.value = false)}><${Sign} name="close" size=${16} /></button></header>
    ${!now && html`<p class="quiet">${t("page.cover.none")}</p>`}
    ${
      now &&
      html`<p>${t("page.cover.sum", { covered: now.covered, usually: now.usually, minutes: Math.round(now.within_s / 60) })}</p>
        ${now.uncovered.length > 0 ? html`<p class="desk-alert">${t("page.cover.uncovered", { count: now.uncovered.length, villages: now.uncovered.slice(0, MOST_NAMED).join(t("page.comma")) })}</p>` : html`<p class="quiet">${t("page.cover.whole")}</p>`}
        ${now.moves.map((/** @type {any} */ one) => html`<p key=${one.team.id}>${t("page.wall.move", { team: one.team.name, base: one.base.name, count: one.gained })} <a href=${`/teams?id=${one.team.id}`} target="_blank" rel="noopener">${t("page.cover.order")}</a></p>`)}`
    }
  </section>`;
}
