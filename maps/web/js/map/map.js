// Make the one map: ground, the district's records, the answer, and what a pointer or a finger does on it.
import { effect } from "@preact/signals";
import ol from "ol";
import { viewAsked } from "../address.js";
import {
  answer,
  catalogue,
  district,
  layers,
  measured,
  measuring,
  metresPerPixel,
  narrow,
  opened,
  panel,
  place,
  placeAlarm,
  pointed,
  sheet,
  show,
  tell,
  theme,
  wanted,
} from "../state.js";
import { t } from "../words.js";
import { answerExtent, answerLayer, openedExtent } from "./answer_layer.js";
import { COLOURS } from "./colours.js";
import { bordersStyle, describe, enterprisesStyle, labelsStyle, teamsStyle } from "./district.js";
import { groundStyle, zoomOf } from "./ground.js";
import { aroundStyle, marked, markedLayer } from "./marked_layer.js";
import { measureTool } from "./measure.js";
import { forgetSymbols } from "./symbols.js";
import { wmtsLayer } from "./wmts.js";

/** @typedef {import("../types").District} District */

const { fromLonLat, toLonLat, transformExtent } = ol.proj;
const LONG_PRESS_MS = 480;
const STILL_PX = 9;
const CLOSEST_FIT = 16;
const CLOSEST_ROUTE = 15;
const STREET_ZOOM = 15.5;
const CLUSTER_STEP = 2;
const SYMBOL_PX = 9;
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
  const asked = viewAsked();
  const view = new ol.View({
    center: asked ? fromLonLat([asked.lon, asked.lat]) : ol.extent.getCenter(whole),
    zoom: asked?.zoom ?? 11,
    minZoom: 7,
    maxZoom: 19.5,
    enableRotation: false,
    extent: ol.extent.buffer(whole, ol.extent.getWidth(whole)),
    constrainOnlyCenter: true,
    showFullExtent: true,
  });

  const ground = tiles("base", of, { style: groundStyle(themeNow), declutter: "ground", zIndex: 1 });
  const borders = tiles("cells", of, { style: bordersStyle(themeNow), zIndex: 10 });
  const labels = tiles("cells", of, { style: labelsStyle(themeNow), declutter: "labels", zIndex: 40 });
  labels.setSource(borders.getSource());
  const enterprises = tiles("enterprises", of, {
    style: enterprisesStyle(themeNow, () => place.peek() !== null),
    zIndex: 20,
    tileSize: 256,
    declutter: "enterprises",
  });
  const answers = answerLayer();
  const teamLayer = tiles("teams", of, { style: teamsStyle(themeNow, answers.sent), zIndex: 25, tileSize: 512 });
  const wmts = wmtsLayer(of.basemap);

  const map = new ol.Map({
    target,
    view,
    layers: [...(wmts ? [wmts] : []), ground, borders, enterprises, teamLayer, labels, answers.layer],
    controls: [],
    interactions: ol.interaction.defaults.defaults({ doubleClickZoom: false, altShiftDragRotate: false, pinchRotate: false }),
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
  const measure = measureTool(map);

  if (!asked) view.fit(whole, { padding: narrow.peek() ? [40, 20, 160, 64] : [24, 24, 40, 24] });

  effect(() => {
    const on = layers.value;
    ground.setVisible(on.base);
    wmts?.setVisible(on.wmts);
    borders.setVisible(on.cells);
    labels.setVisible(on.cells);
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
    const fed = [[ground, "base"], [borders, "cells"], [enterprises, "enterprises"], [teamLayer, "teams"]];
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
      view.animate({ center: fromLonLat(next.at), zoom: Math.max(view.getZoom() ?? 0, next.zoom ?? STREET_ZOOM), duration: 260 });
    }
  });
  effect(() => {
    measuring.value ? measure.start() : measure.stop();
    if (!measuring.value) measured.value = null;
    target.classList.toggle("measuring", measuring.value);
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

/** Draw the map as it is to stand on paper, light and with every route in view, and print when it is drawn. @param {any} map */
function printMap(map) {
  const root = document.documentElement;
  const view = map.getView();
  const before = { theme: theme.peek(), center: view.getCenter(), zoom: view.getZoom() };
  const restore = () => {
    root.classList.remove("for-print");
    theme.value = before.theme;
    map.updateSize();
    view.setCenter(before.center);
    view.setZoom(before.zoom);
  };
  root.classList.add("for-print");
  theme.value = "light";
  map.updateSize();
  const now = answer.peek();
  if (now) view.fit(answerExtent(now), { maxZoom: CLOSEST_FIT, padding: [36, 36, 48, 36] });
  map.once("rendercomplete", () => {
    addEventListener("afterprint", restore, { once: true });
    print();
  });
  map.render();
}

/** Room that the bottom sheet takes from the map, and a margin. @param {any} map @returns {number[]} */
function padding(map) {
  const height = map.getSize()?.[1] ?? 600;
  const below = narrow.peek() ? Math.min(height * 0.6, sheet.peek() === "low" ? 130 : height * 0.52) : 0;
  return [44, 44, 44 + below, 56];
}

/** Bring an answer into view unless all of it is there already and large enough.
 * @param {any} map @param {() => void} fit @param {any} extent */
function untilFitted(map, fit, extent) {
  const size = map.getSize();
  const room = padding(map);
  const shown = map.getView().calculateExtent([size[0] - room[1] - room[3], size[1] - room[0] - room[2]]);
  const large = Math.max(ol.extent.getWidth(extent) / ol.extent.getWidth(shown), ol.extent.getHeight(extent) / ol.extent.getHeight(shown));
  if (narrow.peek() || !ol.extent.containsExtent(shown, extent) || large < 0.25) fit();
}

/**
 * What lies at a coordinate, nearest first, the answer before teams before enterprises. It asks the features rather
 * than the canvas: reading pixels back is slow where there is no GPU.
 * @param {any} map @param {any} coordinate @param {any[]} picked layers, the most wanted first @param {number} reach_px
 */
function under(map, coordinate, picked, reach_px) {
  const resolution = map.getView().getResolution();
  const around = ol.extent.buffer(ol.extent.boundingExtent([coordinate]), (SYMBOL_PX + reach_px) * resolution);
  for (const layer of picked) {
    const source = layer.getSource();
    if (!layer.getVisible() || !source) continue;
    let nearest = null;
    let nearestPx = Infinity;
    for (const feature of (layer.getFeaturesInExtent ? layer : source).getFeaturesInExtent(around)) {
      const role = feature.get("role");
      if (role && role !== "base" && role !== "route") continue;
      const style = role ? true : layer.getStyleFunction()(feature, resolution);
      if (!style || style.length === 0) continue;
      const awayPx = away(feature, coordinate) / resolution - (role === "base" ? SYMBOL_PX : 0);
      const reach = role === "route" ? reach_px + 2 : SYMBOL_PX + reach_px;
      if (awayPx <= reach && awayPx < nearestPx) [nearest, nearestPx] = [feature, awayPx];
    }
    if (nearest) return nearest;
  }
  return null;
}

/** @param {any} feature @param {number[]} coordinate @returns {number} distance in map units */
function away(feature, coordinate) {
  if (feature.getFlatCoordinates) {
    const [x, y] = feature.getFlatCoordinates();
    return Math.hypot(x - coordinate[0], y - coordinate[1]);
  }
  const [x, y] = feature.getGeometry().getClosestPoint(coordinate);
  return Math.hypot(x - coordinate[0], y - coordinate[1]);
}

/** Take clicks, long presses, hovering and keys. @param {any} map @param {HTMLElement} target @param {any[]} picked */
function listen(map, target, picked) {
  const tip = document.createElement("div");
  tip.className = "map-tip";
  tip.setAttribute("aria-hidden", "true");
  const overlay = new ol.Overlay({ element: tip, offset: [14, 10], stopEvent: false });
  map.addOverlay(overlay);

  /** @param {any} coordinate @param {string} [name] @param {string} [enterprise] */
  const alarmAt = (coordinate, name = "", enterprise = undefined) => {
    const [lon, lat] = toLonLat(coordinate);
    placeAlarm({ lon, lat, name, enterprise });
  };

  /** @param {any} feature @param {any} coordinate @returns {boolean} whether something was picked */
  const pick = (feature, coordinate) => {
    if (feature.get("role") === "base" || feature.get("role") === "route") {
      opened.value = feature.get("team");
      return true;
    }
    if (feature.get("risk")) {
      if (Number(feature.get("count") ?? 1) > 1) {
        map.getView().animate({ center: coordinate, zoom: (map.getView().getZoom() ?? 11) + CLUSTER_STEP, duration: 260 });
      } else {
        const at = feature.getFlatCoordinates ? feature.getFlatCoordinates() : coordinate;
        alarmAt(at.slice(0, 2), feature.get("name"), String(feature.get("id")));
      }
      return true;
    }
    if (feature.get("tier")) {
      show({ kind: "team", id: String(feature.get("id")) });
      return true;
    }
    return false;
  };

  let pressed = /** @type {{timer: number, x: number, y: number} | null} */ (null);
  let longPressed = false;
  const release = () => {
    if (pressed) clearTimeout(pressed.timer);
    pressed = null;
  };
  const viewport = map.getViewport();
  viewport.addEventListener("pointerdown", /** @param {PointerEvent} event */ (event) => {
    longPressed = false;
    if (event.pointerType !== "touch" || measuring.peek()) return;
    if (pressed || !event.isPrimary) return release();
    const pixel = map.getEventPixel(event);
    const timer = window.setTimeout(() => {
      pressed = null;
      longPressed = true;
      navigator.vibrate?.(15);
      alarmAt(map.getCoordinateFromPixel(pixel));
    }, LONG_PRESS_MS);
    pressed = { timer, x: event.clientX, y: event.clientY };
  });
  viewport.addEventListener("pointermove", /** @param {PointerEvent} event */ (event) => {
    if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STILL_PX) release();
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) viewport.addEventListener(end, release);
  viewport.addEventListener("contextmenu", /** @param {Event} event */ (event) => event.preventDefault());

  map.on("click", /** @param {any} event */ (event) => {
    if (measuring.peek() || longPressed) return;
    const byTouch = event.originalEvent.pointerType === "touch";
    const feature = under(map, event.coordinate, picked, byTouch ? 12 : 0);
    if (feature && pick(feature, event.coordinate)) return;
    if (byTouch) tell(t("page.map.press_long"));
    else alarmAt(event.coordinate);
  });

  map.on("pointermove", /** @param {any} event */ (event) => {
    if (event.dragging || measuring.peek() || event.originalEvent.pointerType === "touch") {
      overlay.setPosition(undefined);
      return;
    }
    const feature = under(map, event.coordinate, picked, 0);
    viewport.style.cursor = feature ? "pointer" : "crosshair";
    const team = feature?.get("role") ? feature.get("team") : null;
    if (team !== pointed.peek() && panel.peek().kind === "alarm") pointed.value = team ?? null;
    const text = feature && feature.get("role") !== "route" ? describe(feature) : "";
    tip.textContent = text;
    overlay.setPosition(text ? event.coordinate : undefined);
  });
  viewport.addEventListener("pointerleave", () => {
    overlay.setPosition(undefined);
    if (panel.peek().kind === "alarm") pointed.value = null;
  });

  target.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== target) return;
    event.preventDefault();
    alarmAt(map.getView().getCenter());
  });
  map.on("moveend", () => {
    metresPerPixel.value = ol.proj.getPointResolution(
      map.getView().getProjection(),
      map.getView().getResolution() ?? 1,
      map.getView().getCenter() ?? [0, 0],
    );
    target.dataset.zoom = zoomOf(map.getView().getResolution() ?? 1).toFixed(1);
    target.dataset.placed = String(place.peek() !== null);
  });
  map.on("rendercomplete", () => {
    target.dataset.drawn = "true";
  });
}
