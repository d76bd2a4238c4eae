// Draw symbols to small canvases once, to be stamped on the map many times.
import ol from "ol";
import { t } from "../words.js";
import { COLOURS, FONT, RISK_ORDER, RISKS } from "./colours.js";
import { NUMBER_Y, SHAPES } from "./shapes.js";

const RATIO = Math.min(3, Math.max(2, Math.ceil(devicePixelRatio)));
const BOX = 20;

/** @type {Map<string, any>} */
const kept = new Map();

/**
 * @param {string} key
 * @param {number} size in CSS pixels
 * @param {(draw: CanvasRenderingContext2D) => void} draw
 * @param {"declutter" | "obstacle" | "none"} declutterMode
 */
function stamp(key, size, draw, declutterMode = "none") {
  const whole = `${key}|${declutterMode}`;
  let icon = kept.get(whole);
  if (!icon) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(size * RATIO);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.scale(RATIO, RATIO);
    draw(context);
    icon = new ol.style.Icon({ img: canvas, scale: 1 / RATIO, declutterMode });
    kept.set(whole, icon);
  }
  return icon;
}

/**
 * A team's symbol.
 * @param {{shape: string, theme: import("../types").Theme, size?: number, number?: number, mood?: "plain" | "chosen" | "pointed" | "asked",
 *   out?: boolean, declutter?: boolean}} wanted
 */
export function teamIcon({ shape, theme, size = 14, number = 0, mood = "plain", out = false, declutter = false }) {
  const colours = COLOURS[theme];
  const key = `team|${shape}|${theme}|${size}|${number}|${mood}|${out}`;
  return stamp(
    key,
    size + 6,
    (draw) => {
      draw.translate(3, 3);
      draw.scale(size / BOX, size / BOX);
      const path = new Path2D(SHAPES[shape]);
      const open = shape === "volunteer" && mood === "plain";
      const fill = mood === "plain" ? colours.ink : mood === "asked" ? colours.paper : colours.accent;
      draw.lineJoin = "round";
      draw.lineWidth = (BOX / size) * (mood === "pointed" ? 5 : 3);
      draw.strokeStyle = mood === "pointed" ? colours.ink : colours.paper;
      draw.stroke(path);
      if (out) draw.globalAlpha = 0.55;
      draw.fillStyle = open ? colours.paper : fill;
      draw.fill(path);
      if (open || mood === "asked") {
        draw.lineWidth = (BOX / size) * 2;
        draw.strokeStyle = mood === "asked" ? colours.accent : colours.ink;
        draw.stroke(path);
      }
      draw.globalAlpha = 1;
      if (out) {
        draw.lineWidth = (BOX / size) * 1.5;
        draw.strokeStyle = colours.ink;
        draw.stroke(new Path2D("M1 1 19 19M19 1 1 19"));
      }
      if (number > 0) {
        draw.fillStyle = mood === "asked" ? colours.accent : colours.onAccent;
        draw.font = `700 ${number > 9 || shape === "request" ? 9 : 11}px ${FONT}`;
        draw.textAlign = "center";
        draw.textBaseline = "middle";
        draw.fillText(String(number), BOX / 2, (NUMBER_Y[shape] ?? BOX / 2) + 0.6);
      }
    },
    declutter ? "declutter" : "none",
  );
}

/** An enterprise: its risk by colour and by letter. @param {import("../types").Risk} risk @param {number} size
 * @param {import("../types").Theme} theme */
export function riskIcon(risk, size, theme) {
  const letter = t(`risk_letter.${risk}`);
  return stamp(`risk|${risk}|${size}|${letter}|${theme}`, size + 4, (draw) => {
    const middle = size / 2 + 2;
    draw.beginPath();
    draw.arc(middle, middle, size / 2, 0, 2 * Math.PI);
    draw.fillStyle = RISKS[risk].fill;
    draw.fill();
    draw.lineWidth = 1.5;
    draw.strokeStyle = COLOURS[theme].paper;
    draw.stroke();
    draw.fillStyle = RISKS[risk].ink;
    draw.font = `600 ${Math.round(size * 0.62)}px ${FONT}`;
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.fillText(letter, middle, middle + 0.5);
  });
}

/**
 * Several enterprises: how many, with the share of each risk around.
 * @param {import("../types").RiskCounts} counts @param {number} total @param {import("../types").Theme} theme
 */
export function clusterIcon(counts, total, theme) {
  const size = total < 10 ? 20 : total < 100 ? 25 : 31;
  const key = `cluster|${RISK_ORDER.map((risk) => counts[risk] ?? 0).join()}|${theme}`;
  return stamp(key, size + 2, (draw) => {
    const colours = COLOURS[theme];
    const middle = size / 2 + 1;
    draw.beginPath();
    draw.arc(middle, middle, size / 2, 0, 2 * Math.PI);
    draw.fillStyle = colours.paper;
    draw.fill();
    let from = -Math.PI / 2;
    for (const risk of RISK_ORDER) {
      const share = ((counts[risk] ?? 0) / total) * 2 * Math.PI;
      if (share === 0) continue;
      draw.beginPath();
      draw.arc(middle, middle, size / 2 - 2, from, from + share);
      draw.strokeStyle = RISKS[risk].fill;
      draw.lineWidth = 3;
      draw.stroke();
      from += share;
    }
    draw.fillStyle = colours.ink;
    draw.font = `600 10px ${FONT}`;
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.fillText(String(total), middle, middle + 0.5);
  });
}

/** How many enterprises of the worst risk stand around here, for the view of the whole district.
 * @param {number} total @param {import("../types").Theme} theme */
export function worstIcon(total, theme) {
  const label = total > 1 ? `${t("risk_letter.red")}${total}` : t("risk_letter.red");
  const width = 10 + 10 + 6.5 * (label.length - 1);
  return stamp(
    `worst|${label}|${theme}`,
    width + 2,
    (draw) => {
      const middle = width / 2 + 1;
      draw.beginPath();
      draw.roundRect(1, middle - 8.5, width, 17, 8.5);
      draw.fillStyle = RISKS.red.fill;
      draw.fill();
      draw.lineWidth = 1.5;
      draw.strokeStyle = COLOURS[theme].paper;
      draw.stroke();
      draw.fillStyle = RISKS.red.ink;
      draw.font = `600 10.5px ${FONT}`;
      draw.textAlign = "center";
      draw.textBaseline = "middle";
      draw.fillText(label, middle, middle + 0.5);
    },
    "declutter",
  );
}

/** The place of the alarm. @param {import("../types").Theme} theme @param {boolean} refused */
export function alarmIcon(theme, refused) {
  const colours = COLOURS[theme];
  return stamp(`alarm|${theme}|${refused}`, 44, (draw) => {
    draw.translate(22, 22);
    for (const [width, colour] of /** @type {const} */ ([
      [7, colours.paper],
      [3, refused ? colours.quiet : colours.accent],
    ])) {
      draw.lineWidth = width;
      draw.strokeStyle = colour;
      draw.beginPath();
      draw.arc(0, 0, 11, 0, 2 * Math.PI);
      for (const angle of [0, 0.5, 1, 1.5]) {
        const [x, y] = [Math.cos(angle * Math.PI), Math.sin(angle * Math.PI)];
        draw.moveTo(x * 11, y * 11);
        draw.lineTo(x * 18, y * 18);
      }
      draw.stroke();
    }
    draw.beginPath();
    draw.arc(0, 0, 4, 0, 2 * Math.PI);
    draw.fillStyle = refused ? colours.quiet : colours.accent;
    draw.fill();
  });
}

/** Forget what was drawn, when letters change with the language. */
export function forgetSymbols() {
  kept.clear();
}
