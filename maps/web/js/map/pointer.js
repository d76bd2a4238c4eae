// Take what a pointer, a finger and the keyboard do on the map: pick what lies there, or put the alarm there.
import ol from "ol";
import { closingRoad, measuring, metresPerPixel, opened, panel, place, placeAlarm, pointed, show, takesClick, tell } from "../state.js";
import { t } from "../words.js";
import { closeRoadAt } from "../parts/closures.js";
import { describe } from "./district.js";
import { zoomOf } from "./ground.js";

const { toLonLat } = ol.proj;
const LONG_PRESS_MS = 480;
const STILL_PX = 9;
const CLUSTER_STEP = 2;
const SYMBOL_PX = 9;

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
export function listen(map, target, picked) {
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
        map
          .getView()
          .animate({ center: coordinate, zoom: (map.getView().getZoom() ?? 11) + CLUSTER_STEP, duration: 260 });
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
  viewport.addEventListener(
    "pointerdown",
    /** @param {PointerEvent} event */ (event) => {
      longPressed = false;
      if (event.pointerType !== "touch" || measuring.peek() || closingRoad.peek()) return;
      if (pressed || !event.isPrimary) return release();
      const pixel = map.getEventPixel(event);
      const timer = window.setTimeout(() => {
        pressed = null;
        longPressed = true;
        navigator.vibrate?.(15);
        alarmAt(map.getCoordinateFromPixel(pixel));
      }, LONG_PRESS_MS);
      pressed = { timer, x: event.clientX, y: event.clientY };
    },
  );
  viewport.addEventListener(
    "pointermove",
    /** @param {PointerEvent} event */ (event) => {
      if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > STILL_PX) release();
    },
  );
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) viewport.addEventListener(end, release);
  viewport.addEventListener("contextmenu", /** @param {Event} event */ (event) => event.preventDefault());

  map.on(
    "click",
    /** @param {any} event */ (event) => {
      if (measuring.peek() || longPressed) return;
      const takes = takesClick.peek();
      if (takes) {
        const [lon, lat] = toLonLat(event.coordinate);
        takes(lon, lat);
        return;
      }
      if (closingRoad.peek()) {
        const [lon, lat] = toLonLat(event.coordinate);
        closeRoadAt(lon, lat);
        return;
      }
      const byTouch = event.originalEvent.pointerType === "touch";
      const feature = under(map, event.coordinate, picked, byTouch ? 12 : 0);
      if (feature && pick(feature, event.coordinate)) return;
      if (byTouch) tell(t("page.map.press_long"));
      else alarmAt(event.coordinate);
    },
  );

  map.on(
    "pointermove",
    /** @param {any} event */ (event) => {
      if (event.dragging || measuring.peek() || event.originalEvent.pointerType === "touch") {
        overlay.setPosition(undefined);
        return;
      }
      const feature = under(map, event.coordinate, picked, 0);
      viewport.style.cursor = feature && !closingRoad.peek() ? "pointer" : "crosshair";
      const team = feature?.get("role") ? feature.get("team") : null;
      if (team !== pointed.peek() && panel.peek().kind === "alarm") pointed.value = team ?? null;
      const text = feature && feature.get("role") !== "route" ? describe(feature) : "";
      tip.textContent = text;
      overlay.setPosition(text ? event.coordinate : undefined);
    },
  );
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
