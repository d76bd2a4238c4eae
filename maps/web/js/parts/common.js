// Keep the small pieces that several panels show: telephones, counts by risk, skeletons, refusals, coordinates.
import { html } from "htm/preact";
import { RISK_ORDER } from "../map/colours.js";
import { coordinates, count, telephone } from "../format.js";
import { t } from "../words.js";
import { RiskMark, Sign } from "./glyphs.js";

/** A telephone that dials when pressed. @param {{phone: string, name: string}} props */
export function Phone({ phone, name }) {
  if (!phone) return html`<span class="quiet">${t("page.no_phone")}</span>`;
  return html`<a class="phone" href=${`tel:${phone}`} aria-label=${t("page.call", { name, phone: telephone(phone) })}>
    <${Sign} name="phone" size=${14} />${telephone(phone)}
  </a>`;
}

/** How many enterprises of each risk. @param {{counts: Record<string, number>}} props */
export function RiskCounts({ counts }) {
  return html`<ul class="risk-counts" aria-label=${t("page.enterprises_by_risk")}>
    ${RISK_ORDER.map(
      (risk) => html`<li key=${risk}><${RiskMark} risk=${risk} /><span>${count(counts[risk] ?? 0)}</span></li>`,
    )}
  </ul>`;
}

/** Rows in grey while the server is asked. @param {{rows?: number}} props */
export function Skeleton({ rows = 4 }) {
  return html`<div class="skeleton" role="status" aria-label=${t("page.waiting")}>
    ${Array.from({ length: rows }, (_, index) => html`<div key=${index} class="skeleton-row"><i></i><b></b><s></s></div>`)}
  </div>`;
}

/** What was refused, and what to do. @param {{problem: import("../api").Problem, children?: any}} props */
export function Refusal({ problem, children }) {
  return html`<div class="refusal" role="alert">
    <${Sign} name="alert" />
    <div>
      <p>${problem.message}</p>
      ${children}
    </div>
  </div>`;
}

/** Coordinates as text that can be copied. @param {{lon: number, lat: number}} props */
export function Coordinates({ lon, lat }) {
  return html`<span class="coordinates">${coordinates(lon, lat)}</span>`;
}

/** The head of a panel: what it is, its name, the way back. @param {{kind: string, name: string, onClose: () => void, mark?: any}} props */
export function PanelHead({ kind, name, onClose, mark }) {
  return html`<header class="panel-head">
    <div>
      <p class="kind">${kind}</p>
      <h2 tabindex="-1">${mark}${name}</h2>
    </div>
    <button type="button" class="icon-button" onClick=${onClose} aria-label=${t("page.close")} title=${`${t("page.close")} (Esc)`}>
      <${Sign} name="close" />
    </button>
  </header>`;
}
