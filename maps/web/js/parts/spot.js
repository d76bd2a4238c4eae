// Show a road or a named spot that was found, and offer to put the alarm there.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { marked } from "../map/marked_layer.js";
import { placeAlarm, stepBack } from "../state.js";
import { t } from "../words.js";
import { Coordinates, PanelHead } from "./common.js";
import { Sign } from "./glyphs.js";

/** @param {{found: import("../types").Found}} props */
export function SpotPanel({ found }) {
  useEffect(() => {
    if (found.lon !== null && found.lat !== null) {
      const spot = { lon: found.lon, lat: found.lat, name: found.name };
      marked.value = { areas: [], around: [], sites: [], spot, fit: false };
    }
    return () => {
      marked.value = null;
    };
  }, [found]);
  return html`<article>
    <${PanelHead} kind=${t(`page.kind.${found.kind}`)} name=${found.name} onClose=${stepBack} />
    <p class="quiet">${found.detail}</p>
    ${
      found.lon !== null &&
      found.lat !== null &&
      html`<p><${Coordinates} lon=${found.lon} lat=${found.lat} /></p>
      <button
        type="button"
        class="primary"
        onClick=${() => placeAlarm({ lon: Number(found.lon), lat: Number(found.lat), name: found.name })}
      >
        <${Sign} name="pin" size=${16} />${t("page.alarm_at_this")}
      </button>
      ${found.kind === "road" && html`<p class="quiet">${t("page.road_point")}</p>`}`
    }
  </article>`;
}
