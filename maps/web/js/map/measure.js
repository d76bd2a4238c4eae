// Measure along a line that is clicked on the map.
import ol from "ol";
import { measured, measuring, theme } from "../state.js";
import { COLOURS } from "./colours.js";

/** @param {any} map */
export function measureTool(map) {
  const source = new ol.source.Vector();
  const style = () =>
    new ol.style.Style({
      stroke: new ol.style.Stroke({ color: COLOURS[theme.peek()].ink, width: 2.5, lineDash: [6, 5] }),
      image: new ol.style.Circle({
        radius: 5,
        fill: new ol.style.Fill({ color: COLOURS[theme.peek()].paper }),
        stroke: new ol.style.Stroke({ color: COLOURS[theme.peek()].ink, width: 2 }),
      }),
    });
  const layer = new ol.layer.Vector({ source, zIndex: 60, style });
  map.addLayer(layer);
  const draw = new ol.interaction.Draw({ source, type: "LineString", style });
  draw.on(
    "drawstart",
    /** @param {any} event */ (event) => {
      source.clear();
      event.feature.getGeometry().on(
        "change",
        /** @param {any} change */ (change) => {
          measured.value = ol.sphere.getLength(change.target);
        },
      );
    },
  );
  let on = false;
  return {
    start() {
      if (on) return;
      on = true;
      measured.value = 0;
      map.addInteraction(draw);
    },
    stop() {
      if (!on) return;
      on = false;
      draw.abortDrawing();
      map.removeInteraction(draw);
      source.clear();
    },
    active: () => measuring.peek(),
  };
}
