// Draw why a nearer team comes later: both ways, the way it would have, and what is in between.
import { effect } from "@preact/signals";
import ol from "ol";
import { theme, why } from "../state.js";
import { t } from "../words.js";
import { drawn } from "./answer_layer.js";
import { COLOURS, FONT } from "./colours.js";

/** @typedef {import("../types").Explanation} Explanation */

const { fromLonLat } = ol.proj;

/** @param {Explanation} one @param {string} role @param {any} geometry */
function feature(one, role, geometry) {
  return new ol.Feature({ geometry, role, kind: one.obstacle?.kind, text: labelOf(one) });
}

/** What stands beside the obstacle. @param {Explanation} one */
function labelOf(one) {
  const obstacle = one.obstacle;
  if (!obstacle) return "";
  const road = obstacle.road || t("page.closure.nameless");
  if (obstacle.kind === "limit") {
    return `${road} ${t(`limit_kind.${obstacle.limit_kind}`)} ${obstacle.limit} ${t(`limit_unit.${obstacle.limit_kind}`)}`;
  }
  return obstacle.kind === "water" ? t("page.why.no_bridge") : t("page.why.closed", { road });
}

/** @param {Explanation} one */
function features(one) {
  const { later, sooner, obstacle } = one;
  const made = [];
  if (sooner.route) made.push(feature(one, "sooner", drawn(sooner.route)));
  if (obstacle?.free_way) made.push(feature(one, "free", drawn(obstacle.free_way)));
  if (later.route) made.push(feature(one, "later", drawn(later.route)));
  for (const [role, row] of /** @type {const} */ ([["base-later", later], ["base-sooner", sooner]])) {
    const text = role === "base-later" ? row.team.name : ""; // the first one is named where the answer is drawn
    const base = new ol.Feature({ geometry: new ol.geom.Point(fromLonLat(row.base)), role, text });
    made.push(base);
  }
  if (obstacle) {
    made.push(feature(one, "across", drawn(obstacle.shape)));
    made.push(feature(one, "obstacle", new ol.geom.Point(fromLonLat(obstacle.at))));
  }
  return made;
}

/** The box around both ways and the obstacle, in EPSG:3857. @param {Explanation} one @returns {any} */
export function whyExtent(one) {
  const box = ol.extent.createEmpty();
  for (const each of features(one)) ol.extent.extend(box, each.getGeometry().getExtent());
  return box;
}

/** @param {any} each @param {import("../types").Theme} mode */
function style(each, mode) {
  const colours = COLOURS[mode];
  const role = each.get("role");
  const line = (/** @type {any} */ stroke, /** @type {number} */ zIndex) => [
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: colours.paper, width: stroke.width + 4, lineJoin: "round" }), zIndex: zIndex - 1 }),
    new ol.style.Style({ stroke: new ol.style.Stroke({ lineJoin: "round", ...stroke }), zIndex }),
  ];
  const label = (/** @type {string} */ text, /** @type {number} */ offsetY, bold = true) =>
    new ol.style.Text({
      text,
      font: `${bold ? 600 : 400} 13px ${FONT}`,
      offsetY,
      fill: new ol.style.Fill({ color: colours.ink }),
      stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
    });
  switch (role) {
    case "sooner":
      return line({ color: colours.accent, width: 5 }, 20);
    case "later":
      return line({ color: colours.ink, width: 4 }, 30);
    case "free":
      return line({ color: colours.ink, width: 3, lineDash: [2, 8] }, 25);
    case "across":
      return line({ color: colours.ink, width: 5, lineDash: [4, 6], lineCap: "butt" }, 40);
    case "obstacle":
      return [
        new ol.style.Style({
          image: new ol.style.Circle({
            radius: 13,
            fill: new ol.style.Fill({ color: colours.paper }),
            stroke: new ol.style.Stroke({ color: colours.ink, width: 3 }),
          }),
          text: label(each.get("text"), -26),
          zIndex: 60,
        }),
        new ol.style.Style({
          text: new ol.style.Text({
            text: { closure: "✕", limit: "!", water: "≈" }[/** @type {string} */ (each.get("kind"))],
            font: `700 16px ${FONT}`,
            fill: new ol.style.Fill({ color: colours.ink }),
          }),
          zIndex: 61,
        }),
      ];
    default:
      return new ol.style.Style({
        image: new ol.style.Circle({
          radius: 6,
          fill: new ol.style.Fill({ color: role === "base-sooner" ? colours.accent : colours.ink }),
          stroke: new ol.style.Stroke({ color: colours.paper, width: 2 }),
        }),
        text: label(each.get("text"), 18),
        zIndex: 55,
      });
  }
}

/** A layer that follows the explanation that is open. */
export function whyLayer() {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, zIndex: 58, style: /** @param {any} each */ (each) => style(each, theme.peek()) });
  effect(() => {
    source.clear();
    if (why.value) source.addFeatures(features(why.value));
  });
  effect(() => {
    theme.value;
    layer.changed();
  });
  return layer;
}
