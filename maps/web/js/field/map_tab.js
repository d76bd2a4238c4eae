// Draw my cells with their borders and neighbours, enterprises by risk, open hazards, and where I am.
import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import ol from "ol";
import { COLOURS, FONT, RISKS } from "../map/colours.js";
import { groundStyle } from "../map/ground.js";
import { Sign } from "../parts/glyphs.js";
import { theme } from "../state.js";
import { t } from "../words.js";
import { read } from "./kept.js";
import { known } from "./making.js";
import { Side } from "./parts.js";
import { follow } from "./place.js";
import { call } from "./sending.js";
import { here, kit, lost, opened, openedEnterprise, tab } from "./state.js";

const { fromLonLat, toLonLat } = ol.proj;
const REACH_PX = 18;
const NAMED_FROM_M = 6;

/** @param {any} feature */
function cellStyle(feature) {
  const colours = COLOURS[theme.peek()];
  const mine = feature.get("mine");
  return new ol.style.Style({
    stroke: new ol.style.Stroke({ color: mine ? colours.accent : colours.border, width: mine ? 3 : 1.2, lineDash: mine ? undefined : [5, 4] }),
    fill: new ol.style.Fill({ color: mine ? colours.accentSoft : "rgba(0,0,0,0)" }),
    text: new ol.style.Text({ text: feature.get("name"), font: `${mine ? "600 14" : "12"}px ${FONT}`, overflow: true, fill: new ol.style.Fill({ color: mine ? colours.text : colours.faint }), stroke: new ol.style.Stroke({ color: colours.halo, width: 3 }) }),
    zIndex: mine ? 2 : 1,
  });
}

/** @param {any} feature @param {number} resolution */
function siteStyle(feature, resolution) {
  const risk = RISKS[/** @type {import("../types").Risk} */ (feature.get("risk"))];
  const colours = COLOURS[theme.peek()];
  const near = resolution < NAMED_FROM_M;
  const style = new ol.style.Style({
    image: new ol.style.Circle({ radius: near ? 10 : 6, fill: new ol.style.Fill({ color: risk.fill }), stroke: new ol.style.Stroke({ color: colours.paper, width: 1.5 }) }),
    text: near ? new ol.style.Text({ text: t(`risk_letter.${feature.get("risk")}`), font: `700 11px ${FONT}`, fill: new ol.style.Fill({ color: risk.ink }) }) : undefined,
    zIndex: 10,
  });
  if (resolution > 3) return style;
  return [style, new ol.style.Style({ text: new ol.style.Text({ text: feature.get("name"), offsetY: 20, font: `12px ${FONT}`, fill: new ol.style.Fill({ color: colours.text }), stroke: new ol.style.Stroke({ color: colours.halo, width: 3 }) }) })];
}

function hazardStyle() {
  const colours = COLOURS[theme.peek()];
  return new ol.style.Style({
    image: new ol.style.RegularShape({ points: 3, radius: 11, fill: new ol.style.Fill({ color: colours.ink }), stroke: new ol.style.Stroke({ color: colours.paper, width: 2 }) }),
    text: new ol.style.Text({ text: "!", font: `700 11px ${FONT}`, offsetY: 2, fill: new ol.style.Fill({ color: colours.paper }) }),
    zIndex: 20,
  });
}

function hereStyle() {
  const colours = COLOURS[theme.peek()];
  return new ol.style.Style({ stroke: new ol.style.Stroke({ color: colours.accent, width: 2 }), fill: new ol.style.Fill({ color: colours.accentSoft }), image: new ol.style.Circle({ radius: 8, fill: new ol.style.Fill({ color: colours.accent }), stroke: new ol.style.Stroke({ color: colours.paper, width: 3 }) }), zIndex: 30 });
}

/** @param {HTMLElement} target @param {any} district @param {(at: {lon: number, lat: number} | null) => void} asked */
function makeMap(target, district, asked) {
  const format = new ol.format.GeoJSON({ dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" });
  const layer = (/** @type {any} */ style, /** @type {number} */ zIndex) => new ol.layer.Vector({ source: new ol.source.Vector(), style, zIndex, updateWhileInteracting: true });
  const cells = layer(cellStyle, 10);
  const sites = layer(siteStyle, 20);
  const hazards = layer(hazardStyle, 30);
  const me = layer(hereStyle, 40);
  const base = district?.tiles?.base;
  const ground = new ol.layer.VectorTile({
    source: base ? new ol.source.VectorTile({ format: new ol.format.MVT(), url: base.url, tileGrid: ol.tilegrid.createXYZ({ minZoom: 0, maxZoom: Math.min(base.max_zoom, 14), tileSize: 512 }), transition: 0 }) : undefined,
    style: groundStyle(() => theme.peek(), () => false),
    declutter: true,
    zIndex: 1,
  });
  const view = new ol.View({ center: fromLonLat([120.1, 32.5]), zoom: 13, maxZoom: 19, enableRotation: false });
  const map = new ol.Map({ target, view, controls: [], layers: [ground, cells, sites, hazards, me], interactions: ol.interaction.defaults.defaults({ pinchRotate: false, altShiftDragRotate: false }) });

  let fitted = false;
  const stops = [
    effect(() => {
      const taken = kit.value;
      if (!taken) return;
      const source = /** @type {any} */ (cells.getSource());
      source.clear();
      source.addFeatures(taken.cells.map((cell) => format.readFeature({ type: "Feature", geometry: cell.geometry, properties: { name: cell.name, mine: cell.mine } })));
      const placed = /** @type {any} */ (sites.getSource());
      placed.clear();
      placed.addFeatures(
        taken.enterprises.flatMap((one) =>
          one.sites.filter((site) => site.lon !== null).map((site) => new ol.Feature({ geometry: new ol.geom.Point(fromLonLat([site.lon ?? 0, site.lat ?? 0])), risk: one.risk, name: one.name, enterprise: one.id })),
        ),
      );
      const mine = source.getFeatures().filter((/** @type {any} */ feature) => feature.get("mine"));
      if (!fitted && mine.length) {
        const extent = ol.extent.createEmpty();
        for (const feature of mine) ol.extent.extend(extent, feature.getGeometry().getExtent());
        view.fit(extent, { padding: [24, 24, 24, 24], size: map.getSize() });
        fitted = true;
      }
    }),
    effect(() => {
      const source = /** @type {any} */ (hazards.getSource());
      source.clear();
      source.addFeatures(known().filter((one) => one.lon !== null && one.lon !== undefined && one.state !== "closed").map((one) => new ol.Feature({ geometry: new ol.geom.Point(fromLonLat([one.lon, one.lat])), hazard: one.id })));
    }),
    effect(() => {
      const at = here.value;
      const source = /** @type {any} */ (me.getSource());
      source.clear();
      if (!at) return;
      const centre = fromLonLat([at.lon, at.lat]);
      const scale = 1 / Math.cos((at.lat * Math.PI) / 180);
      source.addFeatures([new ol.Feature(new ol.geom.Circle(centre, at.accuracy_m * scale)), new ol.Feature(new ol.geom.Point(centre))]);
    }),
    effect(() => {
      target.style.backgroundColor = COLOURS[theme.value].land;
      for (const one of [ground, cells, sites, hazards, me]) one.changed();
    }),
  ];
  map.on("click", (/** @type {any} */ event) => {
    const around = ol.extent.buffer(ol.extent.boundingExtent([event.coordinate]), REACH_PX * (view.getResolution() ?? 1));
    const found = [hazards, sites].flatMap((one) => /** @type {any} */ (one.getSource()).getFeaturesInExtent(around))[0];
    if (found?.get("hazard")) opened.value = found.get("hazard");
    else if (found?.get("enterprise")) {
      openedEnterprise.value = found.get("enterprise");
      tab.value = "today";
    } else {
      const [lon, lat] = toLonLat(event.coordinate);
      asked({ lon, lat });
    }
  });
  map.on("rendercomplete", () => (target.dataset.drawn = "true"));
  return { map, view, stop: () => { for (const stop of stops) stop(); map.setTarget(undefined); } };
}

/** The district with the addresses of its tiles: as it was kept, else as the server tells it. */
async function districtKnown() {
  const before = await read("district");
  if (before) return before;
  const answer = await call("GET", "district");
  return answer.status === 200 ? answer.body : null;
}

export function MapTab() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const made = useRef(/** @type {any} */ (null));
  const [at, setAt] = useState(/** @type {{lon: number, lat: number} | null} */ (null));
  useEffect(() => {
    let gone = false;
    follow();
    districtKnown().then((district) => {
      if (!gone && box.current) made.current = makeMap(box.current, district, setAt);
    });
    return () => {
      gone = true;
      made.current?.stop();
    };
  }, []);
  const toMe = () => {
    follow();
    const fix = here.value;
    if (fix) made.current?.view.animate({ center: fromLonLat([fix.lon, fix.lat]), zoom: 17, duration: 260 });
  };
  const asked = at ?? here.value;
  return html`<section class="field-map">
    <link rel="stylesheet" href="/vendor/ol/ol.css" />
    <div class="field-map-box" ref=${box} role="application" aria-label=${t("page.field.map_label")} tabindex="0"></div>
    <button type="button" class="locate-button" aria-label=${t("page.field.locate")} onClick=${toMe}><${Sign} name="locate" /></button>
    <div class="map-sheet">
      ${!here.value && html`<p class="quiet">${t(lost.value || "page.field.locating")}</p>`}
      ${asked && html`<${Side} lon=${asked.lon} lat=${asked.lat} accuracy_m=${at ? 0 : (here.value?.accuracy_m ?? 0)} />`}
      <p class="quiet">${t("page.field.map_hint")}</p>
    </div>
  </section>`;
}
