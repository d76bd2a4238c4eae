// Give the map its colours in light and dark; risk colours are the same in both and used for nothing else.

/**
 * @typedef {{
 *   land: string, water: string, waterLine: string, rail: string, roads: Record<string, string>, casing: string,
 *   border: string, text: string, faint: string, halo: string, ink: string, paper: string, accent: string,
 *   accentSoft: string, onAccent: string, quiet: string
 * }} Colours
 */

export const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

/** @type {Record<import("../types").Risk, {fill: string, ink: string}>} */
export const RISKS = {
  red: { fill: "#c62828", ink: "#ffffff" },
  orange: { fill: "#ef6c00", ink: "#1b1b1b" },
  yellow: { fill: "#fbc02d", ink: "#1b1b1b" },
  blue: { fill: "#1565c0", ink: "#ffffff" },
};
export const RISK_ORDER = /** @type {import("../types").Risk[]} */ (["red", "orange", "yellow", "blue"]);

/**
 * Reach within 5, 10 and 15 minutes: green to grey as times are everywhere, told apart by lightness and by the line.
 * @type {Record<import("../types").Theme, {fill: string, line: string}[]>}
 */
export const COVER = {
  light: [
    { fill: "rgba(15,118,85,0.42)", line: "#0b5c42" },
    { fill: "rgba(80,140,118,0.26)", line: "#3f7a66" },
    { fill: "rgba(120,134,130,0.16)", line: "#6c7975" },
  ],
  dark: [
    { fill: "rgba(94,224,170,0.40)", line: "#8af0c4" },
    { fill: "rgba(92,160,135,0.28)", line: "#6fb79b" },
    { fill: "rgba(120,134,130,0.20)", line: "#8b9a95" },
  ],
};

/** @type {Record<import("../types").Theme, Colours>} */
export const COLOURS = {
  light: {
    land: "#f3f2ee",
    water: "#cfdde6",
    waterLine: "#b9ccd9",
    rail: "#b4b4b4",
    roads: { major: "#c4c7cc", middle: "#ffffff", minor: "#ffffff", path: "#dcdad4", ferry: "#6f93b5" },
    casing: "#cdccc6",
    border: "#5b6673",
    text: "#333a42",
    faint: "#6a727b",
    halo: "rgba(255,255,255,0.86)",
    ink: "#24292f",
    paper: "#ffffff",
    accent: "#5a3ec8",
    accentSoft: "rgba(90,62,200,0.10)",
    onAccent: "#ffffff",
    quiet: "#8b949e",
  },
  dark: {
    land: "#15181c",
    water: "#22384a",
    waterLine: "#2c4356",
    rail: "#4b5159",
    roads: { major: "#565d66", middle: "#3d434b", minor: "#30353c", path: "#2a2f35", ferry: "#5f7f9c" },
    casing: "#0f1114",
    border: "#9aa6b2",
    text: "#d3d9df",
    faint: "#98a1aa",
    halo: "rgba(18,20,24,0.88)",
    ink: "#e6eaee",
    paper: "#1d2126",
    accent: "#ab9bff",
    accentSoft: "rgba(171,155,255,0.14)",
    onAccent: "#16112e",
    quiet: "#7d868f",
  },
};
