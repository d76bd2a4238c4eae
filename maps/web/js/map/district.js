// Draw the district's own records from live tiles: borders of three levels, enterprises by risk, teams by tier.
import ol from "ol";
import { t } from "../words.js";
import { COLOURS, FONT } from "./colours.js";
import { zoomOf } from "./ground.js";
import { shapeOf } from "./shapes.js";
import { clusterIcon, riskIcon, teamIcon, worstIcon } from "./symbols.js";

/** @typedef {import("../types").Theme} Theme */

/** Line weight of a level, thinner when the map is small. @type {Record<number, {width: number, opacity: number}>} */
export const BORDERS = {
  1: { width: 2.4, opacity: 0.85 },
  2: { width: 1.2, opacity: 0.7 },
  3: { width: 0.7, opacity: 0.55 },
};
/** First zoom at which a level's border has its whole weight. @type {Record<number, number>} */
const FULL_WEIGHT_FROM = { 1: 11, 2: 13.5, 3: 15 };
const SINGLE_ENTERPRISES_FROM = 14;
const ALL_RISKS_FROM = 12.8;
const ALL_RISKS_FROM_IN_ALARM = 15.6;
const VILLAGE_TEAMS_FROM = 12.2;
const UNNUMBERED_TEAM_NAMES_FROM = 14.5;
const UNNUMBERED_TEAM_NAMES_FROM_IN_ALARM = 16.2;

/** @param {string} colour `#rrggbb` @param {number} opacity */
function faded(colour, opacity) {
  return `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, "0")}`;
}

/** Borders of cells; the areas themselves stay clear. @param {() => Theme} themeNow */
export function bordersStyle(themeNow) {
  /** @type {Map<string, any>} */
  const kept = new Map();
  return /** @param {any} feature @param {number} resolution */ (feature, resolution) => {
    const layer = String(feature.get("layer"));
    if (!layer.startsWith("cells")) return [];
    const zoom = zoomOf(resolution);
    const level = Number(layer.slice(5));
    const theme = themeNow();
    const thin = zoom < FULL_WEIGHT_FROM[level] ? 0.65 : 1;
    const key = `${level}|${theme}|${thin}`;
    let style = kept.get(key);
    if (!style) {
      const look = BORDERS[level] ?? BORDERS[3];
      style = new ol.style.Style({
        stroke: new ol.style.Stroke({
          color: faded(COLOURS[theme].border, look.opacity * (thin < 1 ? 0.7 : 1) * (theme === "dark" ? 0.75 : 1)),
          width: look.width * thin,
          lineDash: level === 3 ? [5, 3] : undefined,
        }),
        zIndex: 10 - level,
      });
      kept.set(key, style);
    }
    return style;
  };
}

/** Names of cells. @param {() => Theme} themeNow */
export function labelsStyle(themeNow) {
  /** @type {Map<string, any>} */
  const kept = new Map();
  return /** @param {any} feature */ (feature) => {
    if (feature.get("layer") !== "labels") return [];
    const level = Number(feature.get("level"));
    const theme = themeNow();
    const key = `${level}|${theme}`;
    let style = kept.get(key);
    if (!style) {
      const colours = COLOURS[theme];
      const font = { 1: `600 14px ${FONT}`, 2: `12px ${FONT}`, 3: `11px ${FONT}` }[level] ?? `11px ${FONT}`;
      style = new ol.style.Style({
        text: new ol.style.Text({
          font,
          fill: new ol.style.Fill({ color: level === 1 ? colours.text : colours.faint }),
          stroke: new ol.style.Stroke({ color: colours.halo, width: 3 }),
          padding: [2, 4, 2, 4],
          offsetY: level === 1 ? -15 : 0,
        }),
        zIndex: 10 - level,
      });
      kept.set(key, style);
    }
    style.getText().setText(String(feature.get("name") ?? ""));
    return style;
  };
}

/** Enterprises: the worst risk only for the whole district, shares of each risk nearer, each with its letter in a street;
 * an alarm keeps the map clear for its routes.
 * @param {() => Theme} themeNow @param {() => boolean} alarmNow */
export function enterprisesStyle(themeNow, alarmNow) {
  return /** @param {any} feature @param {number} resolution */ (feature, resolution) => {
    const zoom = zoomOf(resolution);
    const theme = themeNow();
    const total = Number(feature.get("count") ?? 1);
    const risk = /** @type {import("../types").Risk} */ (feature.get("risk"));
    if (zoom < (alarmNow() ? ALL_RISKS_FROM_IN_ALARM : ALL_RISKS_FROM)) {
      const red = total > 1 ? Number(feature.get("red") ?? 0) : risk === "red" ? 1 : 0;
      return red > 0 ? new ol.style.Style({ image: worstIcon(red, theme), zIndex: red }) : [];
    }
    if (total > 1) {
      const counts = feature.getProperties();
      return new ol.style.Style({ image: clusterIcon(counts, total, theme), zIndex: total });
    }
    const size = zoom < SINGLE_ENTERPRISES_FROM + 1 ? 16 : 20;
    return new ol.style.Style({ image: riskIcon(risk, size, theme), zIndex: 1 });
  };
}

/** Teams at their bases; those sent are drawn by the answer, which keeps the names of the others away.
 * @param {() => Theme} themeNow @param {() => ReadonlySet<string>} sentNow @param {() => boolean} alarmNow */
export function teamsStyle(themeNow, sentNow, alarmNow) {
  /** @type {Map<string, any>} */
  const texts = new Map();
  return /** @param {any} feature @param {number} resolution */ (feature, resolution) => {
    const zoom = zoomOf(resolution);
    const theme = themeNow();
    const tier = String(feature.get("tier"));
    const local = tier === "village" || tier === "volunteer";
    if ((local && zoom < VILLAGE_TEAMS_FROM) || sentNow().has(String(feature.get("id")))) return [];
    const small = zoom < 12 ? 12 : 15;
    const style = new ol.style.Style({
      image: teamIcon({
        shape: shapeOf({ tier, command: String(feature.get("command")) }),
        theme,
        size: local ? small - 3 : small,
        out: feature.get("in_service") === false,
      }),
      zIndex: local ? 1 : tier === "district" ? 3 : 2,
    });
    if (zoom >= (alarmNow() ? UNNUMBERED_TEAM_NAMES_FROM_IN_ALARM : UNNUMBERED_TEAM_NAMES_FROM)) {
      let text = texts.get(theme);
      if (!text) {
        text = new ol.style.Text({
          font: `11px ${FONT}`,
          offsetY: 17,
          fill: new ol.style.Fill({ color: COLOURS[theme].text }),
          stroke: new ol.style.Stroke({ color: COLOURS[theme].halo, width: 3 }),
        });
        texts.set(theme, text);
      }
      const label = text.clone();
      label.setText(String(feature.get("name") ?? ""));
      style.setText(label);
    }
    return style;
  };
}

/** What the pointer is on, in one line. @param {any} feature */
export function describe(feature) {
  const total = Number(feature.get("count") ?? 1);
  if (total > 1)
    return t("page.map.cluster", { count: total, red: feature.get("red") ?? 0, orange: feature.get("orange") ?? 0 });
  if (feature.get("risk")) return `${feature.get("name")} · ${t(`risk.${feature.get("risk")}`)}`;
  return String(feature.get("name") ?? "");
}
