// Know where the telephone is, how far off that may be, whose cell that is, and how near its border.
import { here, kit, lost } from "./state.js";

const EARTH_RADIUS_M = 6_371_008.8;
const OLD_MS = 60_000;
let watch = 0;

/** Follow the telephone's place; why it is not known is said. */
export function follow() {
  if (!("geolocation" in navigator)) {
    lost.value = "page.field.lost.none";
    return;
  }
  if (watch) return;
  watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      lost.value = "";
      here.value = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy, at: timestamp };
    },
    (error) => {
      lost.value = error.code === error.PERMISSION_DENIED ? "page.field.lost.refused" : "page.field.lost.unknown";
    },
    { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 },
  );
}

/** Whether a place is too old to be believed. @param {import("../types").Fix} fix */
export function isOld(fix) {
  return Date.now() - fix.at > OLD_MS;
}

/** @param {[number, number]} one @param {[number, number]} other lon/lat */
export function metresBetween(one, other) {
  const radians = Math.PI / 180;
  const east = (other[0] - one[0]) * radians * Math.cos(((one[1] + other[1]) / 2) * radians);
  return EARTH_RADIUS_M * Math.hypot(east, (other[1] - one[1]) * radians);
}

/** Rings of a polygon or multipolygon. @param {import("../types").GeoJSONGeometry} geometry @returns {[number, number][][][]} */
function polygons(geometry) {
  return geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
}

/** Whether a ring winds around a place. @param {[number, number][]} ring @param {number} lon @param {number} lat */
function winds(ring, lon, lat) {
  let inside = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
    const [x, y] = ring[at];
    const [px, py] = ring[before];
    if (y > lat !== py > lat && lon < ((px - x) * (lat - y)) / (py - y) + x) inside = !inside;
  }
  return inside;
}

/** @param {import("../types").GeoJSONGeometry} geometry @param {number} lon @param {number} lat */
export function covers(geometry, lon, lat) {
  return polygons(geometry).some(([outer, ...holes]) => winds(outer, lon, lat) && !holes.some((hole) => winds(hole, lon, lat)));
}

/** Metres to the border of an area. @param {import("../types").GeoJSONGeometry} geometry @param {number} lon @param {number} lat */
export function toBorder_m(geometry, lon, lat) {
  const scale = Math.cos((lat * Math.PI) / 180);
  const degree_m = (EARTH_RADIUS_M * Math.PI) / 180;
  let nearest = Infinity;
  for (const ring of polygons(geometry).flat()) {
    for (let at = 1; at < ring.length; at += 1) {
      const ax = (ring[at - 1][0] - lon) * scale;
      const ay = ring[at - 1][1] - lat;
      const dx = (ring[at][0] - ring[at - 1][0]) * scale;
      const dy = ring[at][1] - ring[at - 1][1];
      const share = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
      nearest = Math.min(nearest, Math.hypot(ax + share * dx, ay + share * dy));
    }
  }
  return nearest * degree_m;
}

/**
 * Whose side a place is on.
 * @param {number} lon @param {number} lat @param {number} [accuracy_m]
 * @returns {{cell: import("../types").FieldCell | null, border_m: number, others: import("../types").FieldCell[]} | null}
 *   the cell, metres to its border, and those that it may be instead; null before anything was taken along
 */
export function whoseSide(lon, lat, accuracy_m = 0) {
  const cells = kit.value?.cells ?? [];
  if (!cells.length) return null;
  const covering = cells.filter((cell) => covers(cell.geometry, lon, lat)).sort((one, other) => (one.code < other.code ? -1 : 1));
  const near = cells.map((cell) => ({ cell, away: toBorder_m(cell.geometry, lon, lat) }));
  const cell = covering[0] ?? null;
  const border_m = near.find((one) => one.cell === cell)?.away ?? Math.min(...near.map((one) => one.away));
  const doubt = Math.max(accuracy_m, 5);
  return { cell, border_m, others: near.filter((one) => one.cell !== cell && one.away <= doubt).map((one) => one.cell) };
}

/** The enterprise nearest to a place, within so many metres. @param {number} lon @param {number} lat @param {number} within_m */
export function nearestEnterprise(lon, lat, within_m) {
  let nearest = null;
  let least = within_m;
  for (const enterprise of kit.value?.enterprises ?? []) {
    for (const site of enterprise.sites) {
      if (site.lon === null || site.lat === null) continue;
      const away = metresBetween([lon, lat], [site.lon, site.lat]);
      if (away <= least) [nearest, least] = [{ enterprise, site, away }, away];
    }
  }
  return nearest;
}
