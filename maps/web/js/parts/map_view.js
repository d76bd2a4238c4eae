// The map with its tools: zoom, whole district, where I am, measure, layers and key, link, print, sources.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { followAddress } from "../address.js";
import { distance } from "../format.js";
import { makeMap } from "../map/map.js";
import {
  answer,
  closingRoad,
  district,
  layers,
  may,
  measured,
  measuring,
  metresPerPixel,
  narrow,
  notice,
  opened,
  shown,
  tell,
  wanted,
} from "../state.js";
import { t } from "../words.js";
import { RiskMark, Sign, TierShape } from "./glyphs.js";
import { TeamCaption } from "./team_row.js";

const NOTICE_MS = 4000;
const SCALE_PX = 120;
const LOCATE_MS = 15000;

/** @param {{sign: string, label: string, onClick: () => void, pressed?: boolean}} props */
function Tool({ sign, label, onClick, pressed }) {
  return html`<button type="button" class="tool" aria-label=${label} title=${label} aria-pressed=${pressed} onClick=${onClick}>
    <${Sign} name=${sign} />
  </button>`;
}

/** Show where this person stands. */
function locateMe() {
  if (!navigator.geolocation) {
    tell(t("page.locate.none"));
    return;
  }
  tell(t("page.locate.asking"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      wanted.value = { at: [coords.longitude, coords.latitude], zoom: 15 };
      tell(t("page.locate.found", { distance: distance(coords.accuracy) }));
    },
    () => tell(t("page.locate.refused")),
    { enableHighAccuracy: true, timeout: LOCATE_MS },
  );
}

/** @param {{name: "base" | "wmts" | "cells" | "enterprises" | "teams", label: string}} props */
function LayerSwitch({ name, label }) {
  return html`<label class="layer-switch">
    <input
      type="checkbox"
      checked=${layers.value[name]}
      onChange=${/** @param {any} event */ (event) => (layers.value = { ...layers.value, [name]: event.currentTarget.checked })}
    />
    <span>${label}</span>
  </label>`;
}

/** Layers to switch, each with the key to its signs. */
function Legend() {
  return html`<div class="legend" id="legend" role="group" aria-label=${t("page.layers")}>
    <${LayerSwitch} name="teams" label=${t("page.layer.teams")} />
    <ul class="key">
      ${["district", "town", "village", "specialist", "volunteer", "request"].map(
        (shape) => html`<li key=${shape}>
          <${TierShape} shape=${shape} size=${15} named=${false} />${shape === "request" ? t("page.key.request") : t(`tier.${shape}`)}
        </li>`,
      )}
    </ul>
    <${LayerSwitch} name="enterprises" label=${t("page.layer.enterprises")} />
    <ul class="key">
      ${["red", "orange", "yellow", "blue"].map(
        (risk) =>
          html`<li key=${risk}><${RiskMark} risk=${risk} size=${16} /><span aria-hidden="true">${t(`risk.${risk}`)}</span></li>`,
      )}
    </ul>
    <p class="quiet">${t("page.key.enterprises_by_zoom")}</p>
    <${LayerSwitch} name="cells" label=${t("page.layer.cells")} />
    <ul class="key">
      ${[1, 2, 3].map((level) => html`<li key=${level}><i class=${`border border-${level}`}></i>${t(`cell_level.${level}`)}</li>`)}
    </ul>
    <${LayerSwitch} name="base" label=${t("page.layer.base")} />
    ${district.value?.basemap.kind === "wmts" && html`<${LayerSwitch} name="wmts" label=${t("page.layer.wmts")} />`}
    <ul class="key">
      <li><i class="route-key"></i>${t("page.key.route")}</li>
      <li><i class="route-key straight"></i>${t("page.key.straight")}</li>
      <li><i class="route-key closed"></i>${t("page.key.closure")}</li>
    </ul>
  </div>`;
}

/** A length of the map as people say it. */
function Scale() {
  const perPixel = metresPerPixel.value;
  if (perPixel <= 0) return null;
  const most = perPixel * SCALE_PX;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((step) => step * power).find((length) => length <= most) ?? power;
  const text =
    metres < 1000 ? t("page.length.metres", { metres }) : t("page.length.kilometres", { kilometres: metres / 1000 });
  return html`<div class="scale" aria-label=${t("page.scale", { length: text })} role="img" style=${{ width: `${metres / perPixel}px` }}>${text}</div>`;
}

function Sources() {
  const of = district.value;
  if (!of) return null;
  const named = [...new Set([of.basemap.attribution ?? "", ...of.sources.map((source) => source.attribution)])].filter(
    Boolean,
  );
  return html`<p class="sources">
    ${named.join(" · ")}${of.demo ? ` · ${t("page.demo_data")}` : ""}${of.map_approval ? ` · ${t("page.map_approval", { number: of.map_approval })}` : ""}
  </p>`;
}

function Notice() {
  const told = notice.value;
  useEffect(() => {
    if (!told) return undefined;
    const timer = setTimeout(() => (notice.value = null), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [told]);
  return html`<div class="notice" role="status" aria-live="polite">${told?.text}</div>`;
}

/** @param {{onMade?: (made: ReturnType<typeof makeMap>) => void}} props `onMade` adds a page's own layers, and the address is left to that page */
export function MapView({ onMade }) {
  const target = useRef(/** @type {HTMLDivElement | null} */ (null));
  const made = useRef(/** @type {ReturnType<typeof makeMap> | null} */ (null));
  const link = useRef(() => location.href);
  const [keyOpen, setKeyOpen] = useState(false);
  const ready = district.value !== null;
  useEffect(() => {
    if (!target.current || !district.peek() || made.current) return;
    made.current = makeMap(target.current, /** @type {any} */ (district.peek()));
    if (onMade) onMade(made.current);
    else link.current = followAddress(made.current.viewNow);
  }, [ready]);
  const pointedTeam = answer.value?.chosen.find((team) => team.team.id === shown.value);

  const copyLink = async () => {
    const address = link.current();
    try {
      await navigator.clipboard.writeText(address);
      tell(t("page.link.copied"));
    } catch {
      history.replaceState(null, "", address);
      tell(t("page.link.in_address"));
    }
  };

  return html`<section class="map-area" aria-label=${t("page.map")}>
    <div
      ref=${target}
      class="map"
      data-map
      tabindex="0"
      role="application"
      aria-label=${t("page.map.keys")}
    ></div>
    <div class="cross" aria-hidden="true"></div>
    <div class="tools" role="toolbar" aria-label=${t("page.map.tools")}>
      ${
        !narrow.value &&
        html`<${Tool} sign="plus" label=${t("page.tool.in")} onClick=${() => made.current?.zoomBy(1)} />
        <${Tool} sign="minus" label=${t("page.tool.out")} onClick=${() => made.current?.zoomBy(-1)} />`
      }
      <${Tool} sign="home" label=${t("page.tool.home")} onClick=${() => made.current?.home()} />
      <${Tool} sign="locate" label=${t("page.tool.locate")} onClick=${locateMe} />
      <${Tool} sign="layers" label=${t("page.layers")} pressed=${keyOpen} onClick=${() => setKeyOpen(!keyOpen)} />
      ${
        (!narrow.value || keyOpen) &&
        html`<${Tool} sign="ruler" label=${t("page.tool.measure")} pressed=${measuring.value} onClick=${() => (measuring.value = !measuring.value)} />
        ${
          may("closures.write") &&
          district.value?.roads &&
          html`<${Tool} sign="barrier" label=${t("page.tool.close_road")} pressed=${closingRoad.value} onClick=${() => (closingRoad.value = !closingRoad.value)} />`
        }
        <${Tool} sign="link" label=${t("page.tool.link")} onClick=${copyLink} />`
      }
      ${!narrow.value && html`<${Tool} sign="print" label=${t("page.tool.print")} onClick=${() => made.current?.print()} />`}
    </div>
    ${keyOpen && html`<${Legend} />`}
    ${
      measuring.value &&
      html`<p class="measured" role="status">
      ${measured.value ? html`<b>${distance(measured.value)}</b> · ` : ""}${t("page.measure.how")}
    </p>`
    }
    ${closingRoad.value && html`<p class="measured" role="status">${t("page.closure.how")}</p>`}
    <${Notice} />
    ${pointedTeam && pointedTeam.team.id !== opened.value && !narrow.value && html`<${TeamCaption} team=${pointedTeam} />`}
    <${Scale} />
    <${Sources} />
  </section>`;
}
