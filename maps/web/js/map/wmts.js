// Lay an intranet's own WMTS base map under everything, where the district has set one.
import ol from "ol";

const DEEPEST = 20;

/**
 * Names of the matrices: Tianditu and ArcGIS count them, GeoServer puts the set's name before the number.
 * @param {string} set
 */
function matrixIds(set) {
  const before = set.startsWith("EPSG:") ? `${set}:` : "";
  return Array.from({ length: DEEPEST + 1 }, (_, zoom) => `${before}${zoom}`);
}

/** @param {string} set @returns {string} the projection a matrix set is in */
function projectionOf(set) {
  return set === "c" || /4326|4490|CGCS2000/i.test(set) ? "EPSG:4326" : "EPSG:3857";
}

/** @param {import("../types").Basemap} basemap @returns {any} a layer, null when the district's own map serves */
export function wmtsLayer(basemap) {
  if (basemap?.kind !== "wmts" || !basemap.url) return null;
  const set = basemap.matrix_set ?? "EPSG:3857";
  const projection = /** @type {any} */ (ol.proj.get(projectionOf(set)));
  const whole = projection.getExtent();
  const widest = ol.extent.getWidth(whole) / 256;
  return new ol.layer.Tile({
    zIndex: 0,
    source: new ol.source.WMTS({
      url: basemap.url,
      layer: basemap.layer ?? "",
      matrixSet: set,
      format: "image/png",
      style: "default",
      projection,
      tileGrid: new ol.tilegrid.WMTS({
        origin: ol.extent.getTopLeft(whole),
        resolutions: Array.from({ length: DEEPEST + 1 }, (_, zoom) => widest / 2 ** zoom),
        matrixIds: matrixIds(set),
      }),
      wrapX: false,
    }),
  });
}
