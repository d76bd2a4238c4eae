// Say why nearer teams come later: what is in the way, and how both drive; pressing a row draws it.
import { html } from "htm/preact";
import { distance, duration } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { explained, narrow, opened, pointed, sheet, why } from "../state.js";
import { t } from "../words.js";
import { TierShape } from "./glyphs.js";

/** @typedef {import("../types").Explanation} Explanation */

/** Both ways side by side: straight, by road, and the time. @param {{one: Explanation}} props */
export function Compared({ one }) {
  const rows = [one.later, one.sooner];
  return html`<table class="compared">
    <thead>
      <tr><td></td><th scope="col">${t("page.why.straight")}</th><th scope="col">${t("page.why.road")}</th><th scope="col">${t("page.part.turnout")}</th><th scope="col">${t("page.why.arrival")}</th></tr>
    </thead>
    <tbody>
      ${rows.map(
        (row, index) => html`<tr key=${row.team.id}>
          <th scope="row"><i class=${`way-key ${index === 0 ? "later" : "sooner"}`} aria-hidden="true"></i>${row.team.name}</th>
          <td>${distance(row.straight_m)}</td>
          <td>${row.distance_m === null ? t("page.why.no_way") : distance(row.distance_m)}</td>
          <td>${duration(row.turnout_s)}</td>
          <td>${row.eta_s === null ? "—" : duration(row.eta_s)}</td>
        </tr>`,
      )}
      ${
        one.obstacle?.free_way &&
        html`<tr>
          <th scope="row"><i class="way-key free" aria-hidden="true"></i>${t("page.why.without")}</th>
          <td></td><td></td><td>${duration(one.later.turnout_s)}</td>
          <td>${duration(one.later.turnout_s + one.obstacle.free_s)}</td>
        </tr>`
      }
    </tbody>
  </table>`;
}

/** @param {Explanation} one */
export function toggleWhy(one) {
  const open = why.value?.later.team.id === one.later.team.id;
  pointed.value = null;
  opened.value = null;
  why.value = open ? null : one;
  if (!open && narrow.value && sheet.value === "full") sheet.value = "half";
}

/** Nearer teams that come later; nothing where there are none. */
export function WhyLater() {
  if (explained.value.length === 0) return null;
  return html`<section class="why" aria-labelledby="why-later">
    <h3 id="why-later">${t("page.why.title", { count: explained.value.length })}</h3>
    <ul class="plain">
      ${explained.value.map((one) => {
        const open = why.value?.later.team.id === one.later.team.id;
        return html`<li key=${one.later.team.id} class=${open ? "open" : ""}>
          <button type="button" class="row row-passed" data-why=${one.later.team.id} aria-expanded=${open} onClick=${() => toggleWhy(one)}>
            <${TierShape} shape=${shapeOf({ tier: one.later.tier, command: "own" })} size=${16} />
            <span class="row-name">${one.later.team.name}</span>
            <span class="row-eta">${one.later.eta_s === null ? "—" : duration(one.later.eta_s)}</span>
            <span class="row-reason">${one.text}</span>
          </button>
          ${open && html`<${Compared} one=${one} />`}
        </li>`;
      })}
    </ul>
  </section>`;
}
