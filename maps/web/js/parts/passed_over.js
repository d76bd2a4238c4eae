// Say for every team that stays why it stays, open in place.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { explainTeam } from "../explanations.js";
import { duration } from "../format.js";
import { shapeOf } from "../map/shapes.js";
import { opened, pointed, why } from "../state.js";
import { t } from "../words.js";
import { Sign, TierShape } from "./glyphs.js";
import { Compared } from "./why_later.js";

const FIRST = 10;
/** Reasons behind which there is a way to compare. */
const BY_ROAD = ["passed.slower", "passed.vehicle_cannot_pass", "passed.vehicle_must_go_round", "passed.out_of_reach"];

/** Why the team of an open row comes later, drawn on the map as well. @param {{team: import("../types").PassedOver}} props */
function Why({ team }) {
  const [told, setTold] = useState(/** @type {import("../types").Explanation | null} */ (null));
  useEffect(() => {
    let gone = false;
    explainTeam(team.team.id).then(
      (found) => {
        if (gone || !found) return;
        setTold(found);
        why.value = found;
      },
      () => undefined, // the reason in the row stands without it
    );
    return () => {
      gone = true;
      why.value = null;
    };
  }, [team.team.id]);
  if (!told) return null;
  return html`<div class="why-text"><p>${told.text}</p><${Compared} one=${told} /></div>`;
}

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
            ${opened.value === team.team.id && BY_ROAD.includes(team.reason_code) && html`<${Why} team=${team} />`}
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
