// The cover in the map's key: switch it, choose a tier and one team or two, and read what each shade means.
import { html } from "htm/preact";
import { COVER_TIERS, cover, coverShown, district, may, theme } from "../state.js";
import { COVER } from "../map/colours.js";
import { t } from "../words.js";

const LINES = ["solid", "dashed", "dotted"];

/** @param {Partial<import("../types").Cover>} change */
function set(change) {
  cover.value = { ...cover.value, ...change };
}

/** Nothing without roads. */
export function CoverKey() {
  if (!district.value?.roads || !may("teams.read")) return null;
  const now = cover.value;
  const told = coverShown.value;
  return html`<label class="layer-switch">
      <input type="checkbox" checked=${now.on} onChange=${/** @param {any} event */ (event) => set({ on: event.currentTarget.checked })} />
      <span>${t("page.cover")}</span>
    </label>
    ${
      now.on &&
      html`<div class="cover-key">
      <label class="cover-tier">${t("page.cover.tier")}
        <select value=${now.tier} onChange=${/** @param {any} event */ (event) => set({ tier: event.currentTarget.value })}>
          ${COVER_TIERS.map((tier) => html`<option key=${tier} value=${tier}>${tier ? t(`tier.${tier}`) : t("page.cover.every_tier")}</option>`)}
        </select>
      </label>
      <div class="cover-by" role="group" aria-label=${t("page.cover.by")}>
        ${[1, 2].map(
          (by) => html`<button key=${by} type="button" aria-pressed=${now.by === by} onClick=${() => set({ by })}>${t(`page.cover.by.${by}`)}</button>`,
        )}
      </div>
      ${!told && html`<p class="quiet" role="status">${t("page.cover.waiting")}</p>`}
      ${
        told &&
        html`<ul class="key cover-steps">
        ${told.items.map((one, step) => {
          const look = COVER[theme.value][step];
          return html`<li key=${one.within_s}>
            <i class="cover-swatch" style=${{ background: look.fill, border: `2px ${LINES[step]} ${look.line}` }}></i>
            <span>${t("page.cover.within", { minutes: one.within_s / 60 })}</span>
            <span class="quiet">${t("page.cover.villages", { villages: one.villages, of: told.villages, area: Math.round(one.area_km2) })}</span>
          </li>`;
        })}
      </ul>
      <p class="quiet">${t("page.cover.note")}</p>`
      }
    </div>`
    }`;
}

/** What each shade means, over the map's upper edge as long as the cover is shown. */
export function CoverStrip() {
  const told = coverShown.value;
  if (!cover.value.on || !told) return null;
  return html`<ul class="cover-strip">
    ${told.items.map((one, step) => {
      const look = COVER[theme.value][step];
      return html`<li key=${one.within_s}>
        <i class="cover-swatch" style=${{ background: look.fill, border: `2px ${LINES[step]} ${look.line}` }}></i>
        ${t("page.cover.within", { minutes: one.within_s / 60 })}
      </li>`;
    })}
  </ul>`;
}
