// Draw closed roads on the map.
import { effect } from "@preact/signals";
import ol from "ol";
import { closures, layers, theme } from "../state.js";
import { drawn } from "./answer_layer.js";
import { COLOURS } from "./colours.js";

const RED = "#c62828";

/** A layer of the roads that are closed now, above the routes. */
export function closuresLayer() {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, zIndex: 55, style: () => style(theme.peek()) });
  effect(() => {
    source.clear();
    source.addFeatures(
      closures.value.map((closure) => new ol.Feature({ geometry: drawn(closure.geometry), closure: closure.id })),
    );
  });
  effect(() => {
    theme.value;
    layers.value;
    layer.changed();
  });
  return layer;
}

/** @param {import("../types").Theme} mode */
function style(mode) {
  const colours = COLOURS[mode];
  return [
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: colours.paper, width: 9 }) }),
    new ol.style.Style({ stroke: new ol.style.Stroke({ color: RED, width: 6, lineDash: [9, 7], lineCap: "butt" }) }),
    new ol.style.Style({
      geometry: /** @param {any} feature */ (feature) =>
        new ol.geom.Point(feature.getGeometry().getCoordinateAt(0.5)),
      image: new ol.style.RegularShape({
        points: 4,
        radius: 9,
        radius2: 0,
        angle: Math.PI / 4,
        stroke: new ol.style.Stroke({ color: RED, width: 4 }),
      }),
    }),
  ];
}
