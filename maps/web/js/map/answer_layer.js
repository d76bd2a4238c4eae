// Draw the answer: the alarm's place, the distance to keep, the roads of every team sent, the one pointed at on top.
import { effect } from "@preact/signals";
import ol from "ol";
import { distance } from "../format.js";
import { answer, opened, place, reply, shown, teams, theme } from "../state.js";
import { COLOURS, FONT } from "./colours.js";
import { shapeOf } from "./shapes.js";
import { alarmIcon, teamIcon } from "./symbols.js";

const { fromLonLat } = ol.proj;

/** @param {import("../types").GeoJSONGeometry} geometry @returns {any} a geometry in EPSG:3857 */
export function drawn(geometry) {
  return new ol.format.GeoJSON().readGeometry(geometry, {
    dataProjection: "EPSG:4326",
    featureProjection: "EPSG:3857",
  });
}

/**
 * Features of an answer.
 * @param {import("../types").Answer} from
 */
function answerFeatures(from) {
  const at = fromLonLat([from.alarm.lon, from.alarm.lat]);
  const made = [];
  const keep = Math.max(0, ...from.chosen.map((team) => team.safe_distance_m));
  if (keep > 0) {
    const circle = /** @type {any} */ (ol.geom.Polygon).circular([from.alarm.lon, from.alarm.lat], keep, 96);
    circle.transform("EPSG:4326", "EPSG:3857");
    made.push(new ol.Feature({ geometry: circle, role: "keep", metres: keep }));
  }
  for (const team of from.chosen) {
    const base = team.base ? fromLonLat(team.base) : null;
    if (team.route) {
      const route = drawn(team.route);
      made.push(new ol.Feature({ geometry: route, role: "route", team: team.team.id }));
      const rest = new ol.geom.LineString([route.getLastCoordinate(), at]);
      made.push(new ol.Feature({ geometry: rest, role: "walk", team: team.team.id }));
    } else if (base) {
      made.push(new ol.Feature({ geometry: new ol.geom.LineString([base, at]), role: "straight", team: team.team.id }));
    }
    if (base) {
      made.push(
        new ol.Feature({
          geometry: new ol.geom.Point(base),
          role: "base",
          team: team.team.id,
          name: team.team.name,
          shape: shapeOf(team),
          rank: team.rank,
          asked: team.command === "invite",
        }),
      );
    }
  }
  return made;
}

/** @param {any} feature @param {import("../types").Theme} mode @param {string | null} pointedAt */
function answerStyle(feature, mode, pointedAt) {
  const colours = COLOURS[mode];
  const role = feature.get("role");
  const mine = feature.get("team") === pointedAt;
  const dim = pointedAt !== null && !mine;
  if (role === "alarm") {
    return new ol.style.Style({ image: alarmIcon(mode, feature.get("refused")), zIndex: 90 });
  }
  if (role === "keep") {
    return new ol.style.Style({
      stroke: new ol.style.Stroke({ color: colours.ink, width: 1.5, lineDash: [8, 5] }),
      fill: new ol.style.Fill({ color: colours.accentSoft }),
      text: new ol.style.Text({
        text: distance(feature.get("metres")),
        font: `600 12px ${FONT}`,
        placement: "line",
        textBaseline: "bottom",
        fill: new ol.style.Fill({ color: colours.ink }),
        stroke: new ol.style.Stroke({ color: colours.halo, width: 3 }),
      }),
      zIndex: 5,
    });
  }
  if (role === "route" || role === "straight" || role === "walk") {
    const straight = role !== "route";
    const color = dim ? `${colours.accent}59` : colours.accent;
    const fill = new ol.style.Style({
      stroke: new ol.style.Stroke({
        color,
        width: mine ? 6 : 3.5,
        lineDash: straight ? [2, 9] : undefined,
        lineJoin: "round",
      }),
      zIndex: mine ? 50 : 20,
    });
    if (dim || straight) return fill;
    const casing = new ol.style.Style({
      stroke: new ol.style.Stroke({ color: colours.paper, width: mine ? 10 : 6, lineJoin: "round" }),
      zIndex: mine ? 49 : 10,
    });
    return [casing, fill];
  }
  if (role === "base") {
    const asked = feature.get("asked");
    return new ol.style.Style({
      image: teamIcon({
        shape: feature.get("shape"),
        theme: mode,
        size: mine ? 28 : 22,
        number: feature.get("rank"),
        mood: mine ? "pointed" : asked ? "asked" : "chosen",
      }),
      text: mine
        ? new ol.style.Text({
            text: feature.get("name"),
            font: `600 13px ${FONT}`,
            offsetY: -24,
            fill: new ol.style.Fill({ color: colours.ink }),
            stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
          })
        : undefined,
      zIndex: mine ? 80 : 60 - feature.get("rank"),
    });
  }
  if (role === "passed") {
    return new ol.style.Style({
      image: teamIcon({ shape: feature.get("shape"), theme: mode, size: 20, mood: "plain" }),
      text: new ol.style.Text({
        text: feature.get("name"),
        font: `600 12px ${FONT}`,
        offsetY: -20,
        fill: new ol.style.Fill({ color: colours.ink }),
        stroke: new ol.style.Stroke({ color: colours.halo, width: 4 }),
      }),
      zIndex: 85,
    });
  }
  return new ol.style.Style({
    stroke: new ol.style.Stroke({ color: colours.ink, width: 1.5, lineDash: [4, 6] }),
    zIndex: 40,
  });
}

/** Layers that follow the alarm and its answer. @returns {{layer: any, sent: () => ReadonlySet<string>}} */
export function answerLayer() {
  const source = new ol.source.Vector();
  const layer = new ol.layer.Vector({
    source,
    zIndex: 50,
    updateWhileAnimating: true,
    updateWhileInteracting: true,
    style: /** @param {any} feature */ (feature) => answerStyle(feature, theme.peek(), shown.peek()),
  });
  /** @type {Set<string>} */
  let sent = new Set();

  effect(() => {
    const at = place.value;
    const now = answer.value;
    source.clear();
    sent = new Set(now?.chosen.map((team) => team.team.id) ?? []);
    if (now) source.addFeatures(answerFeatures(now));
    if (at) {
      const point = new ol.geom.Point(fromLonLat([at.lon, at.lat]));
      source.addFeature(new ol.Feature({ geometry: point, role: "alarm", refused: reply.value.state === "refused" }));
    }
  });

  effect(() => {
    const id = shown.value;
    theme.value;
    source
      .getFeatures()
      .filter(/** @param {any} feature */ (feature) => ["passed", "lead"].includes(feature.get("role")))
      .forEach(/** @param {any} feature */ (feature) => source.removeFeature(feature));
    const now = answer.value;
    const passed = now?.passed_over.find((team) => team.team.id === id);
    const known = id ? teams.value.get(id) : undefined;
    const base = passed?.base ?? (known?.lon != null && known.lat != null ? [known.lon, known.lat] : null);
    if (now && passed && base) {
      const from = fromLonLat(base);
      const to = fromLonLat([now.alarm.lon, now.alarm.lat]);
      source.addFeature(
        new ol.Feature({
          geometry: new ol.geom.Point(from),
          role: "passed",
          team: id,
          name: passed.team.name,
          shape: shapeOf(passed),
        }),
      );
      source.addFeature(new ol.Feature({ geometry: new ol.geom.LineString([from, to]), role: "lead", team: id }));
    }
    layer.changed();
  });

  return { layer, sent: () => sent };
}

/** The box around an answer's place, routes and bases, in EPSG:3857. @param {import("../types").Answer} now @returns {any} */
export function answerExtent(now) {
  const box = ol.extent.createEmpty();
  ol.extent.extendCoordinate(box, fromLonLat([now.alarm.lon, now.alarm.lat]));
  for (const team of now.chosen) {
    if (team.base) ol.extent.extendCoordinate(box, fromLonLat(team.base));
    if (team.route) ol.extent.extend(box, drawn(team.route).getExtent());
  }
  return box;
}

/** The box of the open row's route, null when none is open. */
export function openedExtent() {
  const now = answer.peek();
  const team = now?.chosen.find((one) => one.team.id === opened.peek());
  return now && team ? answerExtent({ ...now, chosen: [team] }) : null;
}
