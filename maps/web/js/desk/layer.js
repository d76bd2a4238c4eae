// Draw what the desk leads: every open incident, and the ways of the teams that were sent to the one led now.
import { effect } from "@preact/signals";
import ol from "ol";
import { drawn } from "../map/answer_layer.js";
import { COLOURS, FONT } from "../map/colours.js";
import { shapeOf } from "../map/shapes.js";
import { teamIcon } from "../map/symbols.js";
import { pointed, theme } from "../state.js";
import { t, word } from "../words.js";
import { chosen, incidents, lead, led, routes } from "./state.js";

const { fromLonLat } = ol.proj;

/** @param {any} feature */
function style(feature) {
  const colours = COLOURS[theme.peek()];
  const role = feature.get("kind");
  if (role === "incident") {
    const here = feature.get("id") === chosen.peek();
    return new ol.style.Style({
      image: new ol.style.RegularShape({
        points: 4,
        radius: here ? 15 : 12,
        angle: 0,
        fill: new ol.style.Fill({ color: feature.get("quiet") ? colours.quiet : colours.ink }),
        stroke: new ol.style.Stroke({ color: colours.paper, width: 2 }),
      }),
      text: new ol.style.Text({
        text: feature.get("label"),
        font: `600 12px ${FONT}`,
        offsetY: -22,
        fill: new ol.style.Fill({ color: colours.ink }),
        stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
      }),
      zIndex: here ? 70 : 60,
    });
  }
  if (role === "stale") {
    return new ol.style.Style({
      image: new ol.style.Circle({ radius: 9, stroke: new ol.style.Stroke({ color: colours.ink, width: 2, lineDash: [3, 4] }) }),
      zIndex: 66,
    });
  }
  if (role === "way") {
    const mine = feature.get("team") === pointed.peek();
    return [
      new ol.style.Style({ stroke: new ol.style.Stroke({ color: colours.paper, width: mine ? 9 : 6 }), zIndex: 10 }),
      new ol.style.Style({
        stroke: new ol.style.Stroke({ color: colours.ink, width: mine ? 5 : 3, lineDash: feature.get("dashed") ? [3, 8] : undefined }),
        zIndex: 12,
      }),
    ];
  }
  return new ol.style.Style({
    image: teamIcon({ shape: feature.get("shape"), theme: theme.peek(), size: 22, number: 0, mood: "chosen" }),
    zIndex: 65,
  });
}

/** @param {any} map */
export function addDeskLayer(map) {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({ source, zIndex: 55, style, updateWhileAnimating: true, updateWhileInteracting: true });
  map.addLayer(layer);
  effect(() => {
    source.clear();
    for (const incident of incidents.value) {
      if (incident.status !== "open" || incident.lon === null || incident.lat === null) continue;
      if (incident.id === chosen.value && incident.teams.length === 0) continue;
      const label = `${incident.type ? word("alarm_type", incident.type) : "?"}${incident.level ? t(`level_short.${incident.level}`) : ""}`;
      source.addFeature(
        new ol.Feature({
          geometry: new ol.geom.Point(fromLonLat([incident.lon, incident.lat])),
          kind: "incident",
          id: incident.id,
          label,
          quiet: incident.nature !== "real",
        }),
      );
    }
    const incident = led.value;
    if (!incident || incident.lon === null || incident.lat === null) return;
    const here = fromLonLat([incident.lon, incident.lat]);
    for (const way of routes.value) {
      const sent = incident.teams.find((one) => one.id === way.id);
      if (!sent || way.lon === null || way.lat === null) continue;
      const base = fromLonLat([way.lon, way.lat]);
      const line = way.route ? drawn(way.route) : new ol.geom.LineString([base, here]);
      source.addFeature(new ol.Feature({ geometry: line, kind: "way", team: sent.team.id, dashed: !way.route }));
      source.addFeature(new ol.Feature({ geometry: new ol.geom.Point(base), kind: "base", shape: shapeOf(sent) }));
      if (way.position?.stale) {
        const seen = fromLonLat([way.position.lon, way.position.lat]);
        source.addFeature(new ol.Feature({ geometry: new ol.geom.Point(seen), kind: "stale" }));
      }
    }
  });
  effect(() => {
    pointed.value;
    theme.value;
    layer.changed();
  });
  /** @param {any} event */
  const click = (event) => {
    const reach = 14 * (map.getView().getResolution() ?? 1);
    const around = ol.extent.buffer(ol.extent.boundingExtent([event.coordinate]), reach);
    const feature = source
      .getFeaturesInExtent(around)
      .find(/** @param {any} one */ (one) => one.get("kind") === "incident" && one.get("id") !== chosen.peek());
    const incident = feature && incidents.peek().find((one) => one.id === feature.get("id"));
    if (!incident) return;
    event.stopPropagation();
    lead(incident);
  };
  map.on("singleclick", click);
}
