// Draw the ground: the district's own roads, water, railways and places, calm enough to put everything else on.
import ol from "ol";
import { COLOURS, FONT } from "./colours.js";

/** Widest zoom at which a class is drawn, and its width in pixels at zoom 12.
 * @type {Record<string, {from: number, width: number, tone: "major" | "middle" | "minor" | "path" | "ferry", rank: number}>} */
const ROADS = {
  motorway: { from: 0, width: 2.8, tone: "major", rank: 9 },
  trunk: { from: 0, width: 2.3, tone: "major", rank: 8 },
  primary: { from: 9, width: 2, tone: "major", rank: 7 },
  secondary: { from: 10, width: 1.6, tone: "middle", rank: 6 },
  tertiary: { from: 11, width: 1.2, tone: "middle", rank: 5 },
  unclassified: { from: 12, width: 0.8, tone: "minor", rank: 4 },
  residential: { from: 12.5, width: 0.7, tone: "minor", rank: 3 },
  living_street: { from: 13, width: 0.7, tone: "minor", rank: 3 },
  road: { from: 13, width: 0.7, tone: "minor", rank: 3 },
  service: { from: 14, width: 0.4, tone: "minor", rank: 2 },
  ferry: { from: 11, width: 0.7, tone: "ferry", rank: 1 },
};
const OTHER_ROAD = /** @type {const} */ ({ from: 14, width: 0.3, tone: "path", rank: 1 });
const GROWTH = 1.42;
const CASED_FROM = 12.5;
const NAMED_FROM = 14;
const NAMED_BY_CELLS = new Set(["city", "town", "suburb", "village"]);

/** @param {number} resolution metres a pixel of EPSG:3857 */
export function zoomOf(resolution) {
  return Math.log2(156543.03392804097 / resolution);
}

/**
 * The style of the base map's tiles.
 * @param {() => import("../types").Theme} themeNow
 * @param {() => boolean} cellsShown whether towns and villages are named by the grid already
 */
export function groundStyle(themeNow, cellsShown) {
  /** @type {Map<string, any>} */
  const kept = new Map();

  /** @param {string} key @param {() => any} make */
  const once = (key, make) => {
    let style = kept.get(key);
    if (style === undefined) kept.set(key, (style = make()));
    return style;
  };

  /** @param {string} kind @param {number} zoom @param {boolean} bridge @param {import("../types").Theme} theme */
  const road = (kind, zoom, bridge, theme) => {
    const look = ROADS[kind] ?? OTHER_ROAD;
    if (zoom < look.from) return [];
    const colours = COLOURS[theme];
    const width = Math.max(0.6, look.width * GROWTH ** (zoom - 12));
    const uncased = zoom < CASED_FROM;
    const dashed = look.tone === "path" || look.tone === "ferry";
    const fill = new ol.style.Style({
      stroke: new ol.style.Stroke({
        color: uncased && look.tone !== "major" && look.tone !== "ferry" ? colours.casing : colours.roads[look.tone],
        width,
        lineCap: bridge ? "butt" : "round",
        lineDash: dashed ? [3, 3] : undefined,
      }),
      zIndex: 30 + look.rank,
    });
    if (uncased || dashed) return [fill];
    const edge = bridge ? colours.border : colours.casing;
    const casing = new ol.style.Style({
      stroke: new ol.style.Stroke({ color: edge, width: width + (bridge ? 3 : 1.6), lineCap: "butt" }),
      zIndex: bridge ? 29 + look.rank : 10 + look.rank,
    });
    return [casing, fill];
  };

  /** @param {import("../types").Theme} theme @param {boolean} line @param {number} size */
  const label = (theme, line, size) =>
    new ol.style.Style({
      text: new ol.style.Text({
        font: `${size}px ${FONT}`,
        placement: line ? "line" : "point",
        maxAngle: 0.5,
        fill: new ol.style.Fill({ color: COLOURS[theme].faint }),
        stroke: new ol.style.Stroke({ color: COLOURS[theme].halo, width: 3 }),
        overflow: false,
        repeat: line ? 420 : undefined,
      }),
      zIndex: line ? 60 : 70,
    });

  return /** @param {any} feature @param {number} resolution */ (feature, resolution) => {
    const theme = themeNow();
    const zoom = Math.round(zoomOf(resolution) * 2) / 2;
    const layer = feature.get("layer");
    const kind = String(feature.get("class") ?? "");
    const name = String(feature.get("name") ?? "");
    const colours = COLOURS[theme];
    if (layer === "water") {
      return once(`water|${theme}`, () => [
        new ol.style.Style({ fill: new ol.style.Fill({ color: colours.water }), zIndex: 1 }),
      ]);
    }
    if (layer === "waterways") {
      const width = (kind === "river" ? 2.4 : kind === "canal" ? 1.8 : 0.9) * 1.3 ** (zoom - 12);
      const drawn = once(`waterways|${kind}|${zoom}|${theme}`, () => [
        new ol.style.Style({
          stroke: new ol.style.Stroke({ color: colours.water, width: Math.max(0.8, width), lineCap: "round" }),
          zIndex: 2,
        }),
      ]);
      if (!name || zoom < 13 || (kind !== "river" && zoom < 14.5)) return drawn;
      const named = once(`waterways-name|${theme}`, () => label(theme, true, 12));
      named.getText().setText(name);
      return [...drawn, named];
    }
    if (layer === "railways") {
      return once(`rail|${zoom}|${theme}`, () => [
        new ol.style.Style({
          stroke: new ol.style.Stroke({ color: colours.rail, width: zoom < 12 ? 1 : 2.4 }),
          zIndex: 24,
        }),
        new ol.style.Style({
          stroke: new ol.style.Stroke({
            color: colours.land,
            width: zoom < 12 ? 0.4 : 1.2,
            lineDash: [6, 6],
            lineCap: "butt",
          }),
          zIndex: 25,
        }),
      ]);
    }
    if (layer === "roads") {
      const bridge = Boolean(feature.get("bridge")) && zoom >= 13;
      const drawn = once(`road|${kind}|${zoom}|${bridge}|${theme}`, () => road(kind, zoom, bridge, theme));
      const look = ROADS[kind] ?? OTHER_ROAD;
      const text = name || String(feature.get("ref") ?? "");
      if (!text || drawn.length === 0 || zoom < NAMED_FROM - (look.rank > 6 ? 2 : 0)) return drawn;
      const named = once(`road-name|${theme}`, () => label(theme, true, 11));
      named.getText().setText(text);
      return [...drawn, named];
    }
    if (layer === "places" && name && !(NAMED_BY_CELLS.has(kind) && cellsShown())) {
      const large = kind === "town" || kind === "city";
      const named = once(`place|${large}|${theme}`, () => label(theme, false, large ? 13 : 11));
      named.getText().setText(name);
      return [named];
    }
    return [];
  };
}
