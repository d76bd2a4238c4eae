// Say for every team that stays why it stays, open in place.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { duration } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { opened, pointed } from "../state.js";
import { t } from "../words.js";
import { Sign, TierShape } from "./glyphs.js";

const FIRST = 10;

/** @param {{teams: import("../types").PassedOver[]}} props */
export function PassedOver({ teams }) {
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  if (teams.length === 0) return null;
  const listed = all ? teams : teams.slice(0, FIRST);
  return html`<section class="passed">
    <h3>
      <button type="button" class="fold" aria-expanded=${open} aria-controls="passed-over" onClick=${() => setOpen(!open)}>
        <${Sign} name="open" size=${16} />${t("page.why_not", { count: teams.length })}
      </button>
    </h3>
    ${
      open &&
      html`<div id="passed-over">
      <ol>
        ${listed.map(
          (team) => html`<li
            key=${team.team.id}
            class=${pointed.value === team.team.id ? "pointed" : ""}
            onPointerEnter=${
              /** @param {PointerEvent} event */ (event) =>
                event.pointerType === "mouse" && (pointed.value = team.team.id)
            }
            onPointerLeave=${() => (pointed.value = null)}
          >
            <button
              type="button"
              class="row row-passed"
              data-row=${team.team.id}
              onClick=${() => (opened.value = opened.value === team.team.id ? null : team.team.id)}
              onFocus=${() => (pointed.value = team.team.id)}
              onBlur=${() => pointed.value === team.team.id && (pointed.value = null)}
            >
              <${TierShape} shape=${shapeOf(team)} size=${16} />
              <span class="row-name">${team.team.name}</span>
              <span class="row-eta">${team.eta_s === null ? "—" : duration(team.eta_s)}</span>
              <span class="row-reason">${team.reason}</span>
            </button>
          </li>`,
        )}
      </ol>
      ${
        teams.length > listed.length &&
        html`<button type="button" class="more" onClick=${() => setAll(true)}>${t("page.show_all", { count: teams.length })}</button>`
      }
    </div>`
    }
  </section>`;
}
