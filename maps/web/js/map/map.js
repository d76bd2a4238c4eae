// Make the one map: ground, the district's records, the answer, and what a pointer or a finger does on it.
import { effect } from "@preact/signals";
import ol from "ol";
import { viewAsked } from "../address.js";
import {
  answer,
  catalogue,
  closingRoad,
  district,
  layers,
  measured,
  measuring,
  narrow,
  opened,
  place,
  reply,
  sheet,
  theme,
  wanted,
} from "../state.js";
import { answerExtent, answerLayer, openedExtent } from "./answer_layer.js";
import { closuresLayer } from "./closures_layer.js";
import { COLOURS } from "./colours.js";
import { bordersStyle, enterprisesStyle, labelsStyle, teamsStyle } from "./district.js";
import { groundStyle } from "./ground.js";
import { aroundStyle, marked, markedLayer } from "./marked_layer.js";
import { measureTool } from "./measure.js";
import { printMap } from "./paper.js";
import { listen } from "./pointer.js";
import { forgetSymbols } from "./symbols.js";
import { wmtsLayer } from "./wmts.js";

/** @typedef {import("../types").District} District */

const { fromLonLat, toLonLat, transformExtent } = ol.proj;
const CLOSEST_FIT = 16;
const CLOSEST_ROUTE = 15;
const STREET_ZOOM = 15.5;
const OTHERS_OPACITY = 0.5;

/** @param {string} name @param {District} of @param {any} options */
function tiles(name, of, options) {
  const set = of.tiles?.[/** @type {"base"} */ (name)];
  const source = set
    ? new ol.source.VectorTile({
        format: new ol.format.MVT(),
        url: set.url,
        tileGrid: ol.tilegrid.createXYZ({ minZoom: 0, maxZoom: set.max_zoom, tileSize: options.tileSize ?? 512 }),
        transition: 0,
      })
    : undefined;
  return new ol.layer.VectorTile({ source, renderBuffer: 64, ...options });
}

/**
 * Make the map in an element.
 * @param {HTMLElement} target
 * @param {District} of
 */
export function makeMap(target, of) {
  const themeNow = () => theme.peek();
  const bbox = of.bbox ?? [119.8, 32.2, 120.4, 32.8];
  const whole = transformExtent(bbox, "EPSG:4326", "EPSG:3857");
  const nearby = ol.extent.buffer(whole, ol.extent.getWidth(whole));
  const asked = viewAsked();
  const view = new ol.View({
    center: asked ? fromLonLat([asked.lon, asked.lat]) : ol.extent.getCenter(whole),
    zoom: asked?.zoom ?? 11,
    minZoom: 7,
    maxZoom: 19.5,
    enableRotation: false,
    extent: nearby,
    constrainOnlyCenter: true,
    showFullExtent: true,
  });

  const ground = tiles("base", of, { style: groundStyle(themeNow, () => layers.peek().cells), declutter: "labels", zIndex: 1 });
  const borders = tiles("cells", of, { style: bordersStyle(themeNow), zIndex: 10 });
  const labels = tiles("cells", of, { style: labelsStyle(themeNow), declutter: "labels", zIndex: 40 });
  labels.setSource(borders.getSource());
  const alarmNow = () => place.peek() !== null;
  const enterprises = tiles("enterprises", of, {
    style: enterprisesStyle(themeNow, alarmNow),
    zIndex: 20,
    tileSize: 256,
    declutter: "enterprises",
  });
  const answers = answerLayer();
  const teamLayer = tiles("teams", of, { style: teamsStyle(themeNow, answers.sent, alarmNow), zIndex: 25, tileSize: 512 });
  const wmts = wmtsLayer(of.basemap);

  const map = new ol.Map({
    target,
    view,
    layers: [...(wmts ? [wmts] : []), ground, borders, enterprises, teamLayer, labels, answers.layer],
    controls: [],
    interactions: ol.interaction.defaults.defaults({
      doubleClickZoom: false,
      altShiftDragRotate: false,
      pinchRotate: false,
    }),
    moveTolerance: 4,
  });

  /** @param {any} extent @param {number} [closest] */
  const bringIntoView = (extent, closest = CLOSEST_FIT) => {
    view.fit(extent, { maxZoom: closest, duration: 260, padding: padding(map) });
  };
  const around = tiles("cells", of, { style: aroundStyle, zIndex: 9 });
  around.setSource(borders.getSource());
  map.addLayer(around);
  map.addLayer(markedLayer(bringIntoView));
  effect(() => {
    around.setVisible(marked.value !== null && marked.value.around.length > 0);
    around.changed();
  });
  map.addLayer(closuresLayer());
  const measure = measureTool(map);

  if (!asked) view.fit(whole, { padding: narrow.peek() ? [40, 20, 160, 64] : [24, 24, 40, 24] });

  effect(() => {
    const on = layers.value;
    ground.setVisible(on.base);
    wmts?.setVisible(on.wmts);
    borders.setVisible(on.cells);
    labels.setVisible(on.cells);
    ground.changed();
    enterprises.setVisible(on.enterprises && !marked.value?.sites.length);
    teamLayer.setVisible(on.teams);
  });
  effect(() => {
    theme.value;
    catalogue.value;
    forgetSymbols();
    target.style.backgroundColor = COLOURS[theme.value].land;
    for (const layer of [ground, borders, labels, enterprises, teamLayer]) layer.changed();
  });
  effect(() => {
    target.dataset.routes = String(answer.value?.chosen.filter((team) => team.route).length ?? 0);
    place.value;
    teamLayer.setOpacity(answer.value ? OTHERS_OPACITY : 1);
    teamLayer.changed();
    enterprises.changed();
  });
  effect(() => {
    const now = district.value;
    if (!now) return;
    /** @type {[any, "base" | "cells" | "enterprises" | "teams"][]} */
    const fed = [
      [ground, "base"],
      [borders, "cells"],
      [enterprises, "enterprises"],
      [teamLayer, "teams"],
    ];
    for (const [layer, name] of fed) {
      const url = now.tiles?.[name]?.url;
      const source = layer.getSource();
      if (url && source && source.getUrls()?.[0] !== url) source.setUrl(url);
    }
  });
  effect(() => {
    const now = answer.value;
    if (now) untilFitted(map, () => bringIntoView(answerExtent(now)), answerExtent(now));
  });
  effect(() => {
    const at = place.peek();
    if (reply.value.state !== "refused" || !at) return;
    const refused = fromLonLat([at.lon, at.lat]);
    const both = ol.extent.boundingExtent([refused, ol.extent.getBottomLeft(whole), ol.extent.getTopRight(whole)]);
    const near = ol.extent.containsCoordinate(nearby, ol.extent.getCenter(both));
    if (near && !inSight(map, refused)) bringIntoView(both);
  });
  effect(() => {
    if (opened.value === null) return;
    const extent = openedExtent();
    if (extent) bringIntoView(extent, CLOSEST_ROUTE);
  });
  effect(() => {
    const next = wanted.value;
    if (!next) return;
    wanted.value = null;
    if (next.box) bringIntoView(transformExtent(next.box, "EPSG:4326", "EPSG:3857"));
    else if (next.at) {
      view.animate({
        center: fromLonLat(next.at),
        zoom: Math.max(view.getZoom() ?? 0, next.zoom ?? STREET_ZOOM),
        duration: 260,
      });
    }
  });
  effect(() => {
    measuring.value ? measure.start() : measure.stop();
    if (!measuring.value) measured.value = null;
    target.classList.toggle("measuring", measuring.value);
  });
  effect(() => {
    if (closingRoad.value) measuring.value = false;
    target.classList.toggle("closing", closingRoad.value);
  });

  const picked = [answers.layer, teamLayer, enterprises];
  listen(map, target, picked);
  addEventListener("beforeprint", () => map.updateSize());
  addEventListener("afterprint", () => map.updateSize());
  new ResizeObserver(() => map.updateSize()).observe(target);
  return {
    map,
    zoomBy: /** @param {number} step */ (step) => view.animate({ zoom: (view.getZoom() ?? 11) + step, duration: 150 }),
    print: () => printMap(map),
    home: () => view.fit(whole, { duration: 260, padding: padding(map) }),
    viewNow: () => {
      const [lon, lat] = toLonLat(view.getCenter() ?? [0, 0]);
      return { lon, lat, zoom: view.getZoom() ?? 11 };
    },
  };
}

/** Room that the bottom sheet takes from the map, and a margin. @param {any} map @returns {number[]} */
function padding(map) {
  const height = map.getSize()?.[1] ?? 600;
  const below = narrow.peek() ? Math.min(height * 0.6, sheet.peek() === "low" ? 130 : height * 0.52) : 0;
  return [44, 44, 44 + below, 56];
}

/** Whether a place is shown, clear of what covers the map. @param {any} map @param {number[]} coordinate */
function inSight(map, coordinate) {
  const [width, height] = map.getSize();
  const [top, right, below, left] = padding(map);
  const [x, y] = map.getPixelFromCoordinate(coordinate) ?? [-1, -1];
  return x >= left && x <= width - right && y >= top && y <= height - below;
}

/** Bring an answer into view unless all of it is there already and large enough.
 * @param {any} map @param {() => void} fit @param {any} extent */
function untilFitted(map, fit, extent) {
  const size = map.getSize();
  const room = padding(map);
  const shown = map.getView().calculateExtent([size[0] - room[1] - room[3], size[1] - room[0] - room[2]]);
  const large = Math.max(
    ol.extent.getWidth(extent) / ol.extent.getWidth(shown),
    ol.extent.getHeight(extent) / ol.extent.getHeight(shown),
  );
  if (narrow.peek() || !ol.extent.containsExtent(shown, extent) || large < 0.25) fit();
}
