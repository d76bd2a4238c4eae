// The closed roads as a list, with a button to open each again; what a click closes.
import { html } from "htm/preact";
import { asProblem, post } from "../api.js";
import { ago, exact } from "../format.js";
import { closingRoad, closures, may, now, tell, wanted } from "../state.js";
import { t } from "../words.js";

/** @typedef {import("../types").Closure} Closure */

/** @param {Closure} closure */
function named(closure) {
  return closure.road || t("page.closure.nameless");
}

/** Close the road at a place of the map. @param {number} lon @param {number} lat */
export async function closeRoadAt(lon, lat) {
  try {
    const made = await post("closures", { lon, lat });
    closures.value = [made, ...closures.value];
    closingRoad.value = false;
    tell(t("page.closure.done", { road: named(made) }));
  } catch (error) {
    tell(asProblem(error).message);
  }
}

/** @param {Closure} closure */
async function openRoad(closure) {
  try {
    await post(`closures/${closure.id}/open`, {});
    closures.value = closures.value.filter((one) => one.id !== closure.id);
    tell(t("page.closure.opened", { road: named(closure) }));
  } catch (error) {
    tell(asProblem(error).message);
  }
}

/** @param {Closure} closure */
function look(closure) {
  const middle = closure.geometry.coordinates[Math.floor(closure.geometry.coordinates.length / 2)];
  wanted.value = { at: /** @type {any} */ (middle) };
}

/** Roads closed now; nothing while there are none. */
export function Closures() {
  if (closures.value.length === 0) return null;
  return html`<section class="closures">
    <h3>${t("page.closures")}<small>${closures.value.length}</small></h3>
    <ul class="plain">
      ${closures.value.map(
        (closure) => html`<li key=${closure.id} class="closure-row">
          <button type="button" class="row" onClick=${() => look(closure)}>
            <span class="row-name">${named(closure)}</span>
            <time class="row-eta" datetime=${closure.closed_at} title=${exact(new Date(closure.closed_at))}>
              ${ago(new Date(closure.closed_at), now.value)}
            </time>
            <span class="row-reason">
              ${[closure.reason, closure.on_the_roads ? "" : t("page.closure.lost")].filter(Boolean).join("；") ||
              t("page.closure.by", { who: closure.closed_by })}
            </span>
          </button>
          ${
            may("closures.write") &&
            html`<button type="button" class="closure-open" onClick=${() => openRoad(closure)}>${t("page.closure.open")}</button>`
          }
        </li>`,
      )}
    </ul>
  </section>`;
}
