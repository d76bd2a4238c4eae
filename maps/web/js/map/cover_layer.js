// Draw how far a tier reaches within 5, 10 and 15 minutes, by any team or by two, under everything else.
import { effect } from "@preact/signals";
import ol from "ol";
import { asProblem, get } from "../api.js";
import { catalogue, closures, cover, coverShown, district, tell, theme } from "../state.js";
import { t } from "../words.js";
import { drawn } from "./answer_layer.js";
import { COLOURS, COVER, FONT } from "./colours.js";

const LEAST_GAP_M2 = 600_000;

/** An area without the small gaps between its roads. @param {import("../types").GeoJSONGeometry} geometry */
function withoutSmallGaps(geometry) {
  const area = drawn(geometry);
  const kept = area.getPolygons().map(
    /** @param {any} polygon */ (polygon) => {
      const [outer, ...gaps] = polygon.getLinearRings();
      const wide = gaps.filter(
        /** @param {any} gap */ (gap) => ol.sphere.getArea(new ol.geom.Polygon([gap.getCoordinates()])) >= LEAST_GAP_M2,
      );
      return [outer, ...wide].map(/** @param {any} ring */ (ring) => ring.getCoordinates());
    },
  );
  return new ol.geom.MultiPolygon(kept);
}

/** Ask again whenever the tier, the number of teams, the data or the closures change. */
function follow() {
  let asked = 0;
  effect(() => {
    const { on, tier, by } = cover.value;
    district.value?.version;
    closures.value;
    asked += 1;
    if (!on || !district.value?.roads) {
      coverShown.value = null;
      return;
    }
    const mine = asked;
    get("roads/reach", { tier: tier || null, by: String(by) }).then(
      (told) => {
        if (mine === asked) coverShown.value = told;
      },
      (error) => {
        if (mine !== asked) return;
        cover.value = { ...cover.peek(), on: false };
        tell(asProblem(error).message);
      },
    );
  });
}

/** The layer of the cover. */
export function coverLayer() {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, zIndex: 5, style: /** @param {any} each */ (each) => style(each, theme.peek()) });
  effect(() => {
    source.clear();
    const items = coverShown.value?.items ?? [];
    const areas = items.map((one, step) => ({ ...one, step })).filter((one) => one.geometry.coordinates.length > 0);
    source.addFeatures(
      areas.map((one) => new ol.Feature({ geometry: withoutSmallGaps(one.geometry), step: one.step, minutes: one.within_s / 60 })),
    );
  });
  effect(() => {
    theme.value;
    catalogue.value;
    layer.changed();
  });
  follow();
  return layer;
}

/** @param {any} each @param {import("../types").Theme} mode */
function style(each, mode) {
  const step = each.get("step");
  const look = COVER[mode][Math.min(step, COVER[mode].length - 1)];
  return new ol.style.Style({
    fill: new ol.style.Fill({ color: look.fill }),
    stroke: new ol.style.Stroke({ color: look.line, width: [2.5, 2, 1.5][step] ?? 1.5, lineDash: [undefined, [8, 5], [2, 5]][step] }),
    text: new ol.style.Text({
      text: t("page.cover.within", { minutes: each.get("minutes") }),
      font: `600 12px ${FONT}`,
      placement: "line",
      maxAngle: 0.5,
      repeat: 900,
      textBaseline: "bottom",
      overflow: false,
      fill: new ol.style.Fill({ color: COLOURS[mode].ink }),
      stroke: new ol.style.Stroke({ color: COLOURS[mode].halo, width: 3 }),
    }),
    zIndex: 3 - step,
  });
}
