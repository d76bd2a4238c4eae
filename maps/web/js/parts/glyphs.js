// Draw small signs as SVG: the symbols of the map's key, and the signs on buttons.
import { html } from "htm/preact";
import { t } from "../words.js";
import { NUMBER_Y, SHAPES } from "../map/shapes.js";

/** @type {Record<string, string>} */
const SIGNS = {
  search: "M8.5 3a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11ZM12.6 12.6 17 17",
  layers: "M10 3 17.5 7 10 11 2.5 7ZM2.5 10.5 10 14.5l7.5-4M2.5 14 10 18l7.5-4",
  locate: "M10 6a4 4 0 1 0 0 8a4 4 0 1 0 0-8ZM10 1.5V4.5M10 15.5V18.5M1.5 10H4.5M15.5 10H18.5",
  ruler: "M2.5 13 13 2.5 17.5 7 7 17.5ZM5.5 10l2 2M8 7.5l3 3M10.5 5l2 2",
  barrier: "M2.5 6H17.5V11H2.5ZM5 11V16.5M15 11V16.5M6 11 10 6M11 11 15 6",
  link: "M8.5 11.5a3.5 3.5 0 0 0 5 0l3-3a3.5 3.5 0 0 0-5-5L10 5M11.5 8.5a3.5 3.5 0 0 0-5 0l-3 3a3.5 3.5 0 0 0 5 5L10 15",
  print: "M5.5 7V2.5H14.5V7M5.5 14H3V7H17V14H14.5M5.5 11.5H14.5V17.5H5.5Z",
  plus: "M10 3.5V16.5M3.5 10H16.5",
  minus: "M3.5 10H16.5",
  home: "M3 9.5 10 3.5 17 9.5M5 8.5V16.5H15V8.5",
  close: "M4.5 4.5 15.5 15.5M15.5 4.5 4.5 15.5",
  back: "M12.5 4 6.5 10 12.5 16",
  open: "M4 7.5 10 13.5 16 7.5",
  phone:
    "M5 2.5H8L9.5 6.5 7.5 8C8.5 10.5 9.5 11.5 12 12.5L13.5 10.5 17.5 12V15C17.5 16.5 16.5 17.5 15 17.5 8.5 17 3 11.5 2.5 5 2.5 3.5 3.5 2.5 5 2.5Z",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7ZM10 1.5V3.5M10 16.5V18.5M1.5 10H3.5M16.5 10H18.5M4 4 5.4 5.4M14.6 14.6 16 16M16 4 14.6 5.4M5.4 14.6 4 16",
  moon: "M16.5 12.5A7 7 0 0 1 7.5 3.5a7 7 0 1 0 9 9Z",
  alert: "M10 2.5 18.5 17.5H1.5ZM10 8V12.5M10 14.5V15.5",
  pin: "M10 5.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9ZM10 1.5V5.5M10 14.5V18.5M1.5 10H5.5M14.5 10H18.5",
  person: "M10 3a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7ZM3.5 17.5c.5-3.5 3-5 6.5-5s6 1.5 6.5 5",
  road: "M7 3 4 17M13 3 16 17M10 4V6.5M10 9V11.5M10 14V16.5",
  area: "M3 6 8 3.5 13 6.5 17 5V14.5L12 16.5 7.5 13.5 3 15.5Z",
};

/** A sign on a button or in a line. @param {{name: string, size?: number}} props */
export function Sign({ name, size = 20 }) {
  return html`<svg class="sign" width=${size} height=${size} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d=${SIGNS[name]} />
  </svg>`;
}

/**
 * The symbol of a tier; said in words to those who don't see it.
 * @param {{shape: string, number?: number, mood?: "plain" | "chosen" | "asked", size?: number, named?: boolean, out?: boolean}} props
 */
export function TierShape({ shape, number = 0, mood = "plain", size = 20, named = true, out = false }) {
  const label = shape === "request" ? t("command.request") : t(`tier.${shape}`);
  const open = mood === "asked" || (shape === "volunteer" && mood === "plain");
  return html`<svg
    class=${`tier tier-${mood} ${open ? "tier-open" : ""} ${out ? "tier-out" : ""}`}
    width=${size}
    height=${size}
    viewBox="0 0 20 20"
    role=${named ? "img" : undefined}
    aria-label=${named ? label : undefined}
    aria-hidden=${named ? undefined : "true"}
  >
    <path d=${SHAPES[shape]} />
    ${
      number > 0 &&
      html`<text x="10" y=${(NUMBER_Y[shape] ?? 10) + (shape === "request" ? 3.1 : 3.6)} text-anchor="middle" font-size=${number > 9 || shape === "request" ? 8.5 : 10}>
      ${number}
    </text>`
    }
    ${out && html`<path class="tier-cross" d="M1 1 19 19M19 1 1 19" />`}
  </svg>`;
}

/** The risk of an enterprise by colour and letter. @param {{risk: string, size?: number}} props */
export function RiskMark({ risk, size = 20 }) {
  return html`<span class=${`risk risk-${risk} ${size > 18 ? "" : "risk-small"}`} role="img" aria-label=${t(`risk.${risk}`)}>
    ${t(`risk_letter.${risk}`)}
  </span>`;
}
