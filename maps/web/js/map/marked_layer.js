// Mark what a panel speaks of: an officer's cells with a halo, the neighbours faintly, enterprises by risk, one spot.
import { effect, signal } from "@preact/signals";
import ol from "ol";
import { theme } from "../state.js";
import { drawn } from "./answer_layer.js";
import { COLOURS, FONT } from "./colours.js";
import { riskIcon } from "./symbols.js";

/**
 * @typedef {{
 *   areas: {name: string, geometry: import("../types").GeoJSONGeometry}[],
 *   around: string[],
 *   sites: {id: string, name: string, risk: import("../types").Risk, lon: number, lat: number}[],
 *   spot?: {lon: number, lat: number, name: string},
 *   fit: boolean,
 * }} Marked
 */

export const marked = signal(/** @type {Marked | null} */ (null));

/** @param {any} feature @param {import("../types").Theme} mode */
function markedStyle(feature, mode) {
  const colours = COLOURS[mode];
  const role = feature.get("role");
  if (role === "mine") {
    return [
      new ol.style.Style({
        stroke: new ol.style.Stroke({
          color: mode === "light" ? `${colours.accent}40` : `${colours.accent}59`,
          width: 11,
        }),
        zIndex: 2,
      }),
      new ol.style.Style({
        stroke: new ol.style.Stroke({ color: colours.accent, width: 2.5 }),
        fill: new ol.style.Fill({ color: colours.accentSoft }),
        text: new ol.style.Text({
          text: feature.get("name"),
          font: `600 14px ${FONT}`,
          overflow: true,
          fill: new ol.style.Fill({ color: colours.accent }),
          stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
        }),
        zIndex: 3,
      }),
    ];
  }
  if (role === "site") return new ol.style.Style({ image: riskIcon(feature.get("risk"), 20, mode), zIndex: 5 });
  return [
    new ol.style.Style({
      image: new ol.style.Circle({
        radius: 13,
        stroke: new ol.style.Stroke({ color: colours.paper, width: 6 }),
      }),
      zIndex: 8,
    }),
    new ol.style.Style({
      image: new ol.style.Circle({
        radius: 13,
        stroke: new ol.style.Stroke({ color: colours.accent, width: 3 }),
        fill: new ol.style.Fill({ color: "rgba(0,0,0,0)" }),
      }),
      text: new ol.style.Text({
        text: feature.get("name"),
        font: `600 13px ${FONT}`,
        offsetY: -26,
        fill: new ol.style.Fill({ color: colours.ink }),
        stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
      }),
      zIndex: 9,
    }),
  ];
}

/** Borders of the cells around, drawn from the live tiles. @param {any} feature */
export function aroundStyle(feature) {
  const codes = marked.peek()?.around;
  if (!codes?.includes(String(feature.get("code"))) || feature.get("layer") === "labels") return [];
  const colours = COLOURS[theme.peek()];
  return new ol.style.Style({
    stroke: new ol.style.Stroke({ color: colours.quiet, width: 2 }),
    fill: new ol.style.Fill({ color: theme.peek() === "light" ? "rgba(90,100,115,0.07)" : "rgba(200,210,225,0.06)" }),
  });
}

/** A layer that follows what is marked. @param {(extent: any) => void} bringIntoView */
export function markedLayer(bringIntoView) {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({
    source,
    zIndex: 30,
    declutter: false,
    style: /** @param {any} feature */ (feature) => markedStyle(feature, theme.peek()),
  });
  effect(() => {
    const now = marked.value;
    source.clear();
    if (!now) return;
    const mine = ol.extent.createEmpty();
    for (const area of now.areas) {
      const geometry = drawn(area.geometry);
      ol.extent.extend(mine, geometry.getExtent());
      source.addFeature(new ol.Feature({ geometry, name: area.name, role: "mine" }));
    }
    for (const site of now.sites) {
      const geometry = new ol.geom.Point(ol.proj.fromLonLat([site.lon, site.lat]));
      source.addFeature(
        new ol.Feature({ geometry, name: site.name, role: "site", risk: site.risk, count: 1, id: site.id }),
      );
    }
    if (now.spot) {
      const at = ol.proj.fromLonLat([now.spot.lon, now.spot.lat]);
      ol.extent.extendCoordinate(mine, at);
      source.addFeature(new ol.Feature({ geometry: new ol.geom.Point(at), name: now.spot.name, role: "spot" }));
    }
    if (now.fit && Number.isFinite(mine[0])) bringIntoView(mine);
  });
  effect(() => {
    theme.value;
    layer.changed();
  });
  return layer;
}
