// Show a team: its tier, what it can do, whether it can go now, whom to call.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { duration } from "../format.js";
import { marked } from "../map/marked_layer.js";
import { shapeOf } from "../map/shapes.js";
import { placeAlarm, stepBack, teams } from "../state.js";
import { t, word } from "../words.js";
import { Coordinates, PanelHead, Phone, Skeleton } from "./common.js";
import { Sign, TierShape } from "./glyphs.js";

/** @param {import("../types").Team} team @returns {string} whether it can go, in words */
function stateOf(team) {
  if (!team.in_service) return t("page.team.out", { reason: team.out_of_service_reason || t("page.not_known") });
  return team.taken_by ? t(`page.team.${team.taken_by}`) : t("page.team.free");
}

/** @param {{id: string}} props */
export function TeamPanel({ id }) {
  const team = teams.value.get(id);
  useEffect(() => {
    if (team?.lon != null && team.lat != null) {
      const spot = { lon: team.lon, lat: team.lat, name: team.name };
      marked.value = { areas: [], around: [], sites: [], spot, fit: false };
    }
    return () => {
      marked.value = null;
    };
  }, [team]);
  if (!team) return html`<${Skeleton} rows=${4} />`;
  const shape = shapeOf(team);
  const kind =
    shape === "request" ? t("command.request") : `${word("tier", team.tier)} · ${word("command", team.command)}`;
  return html`<article>
    <${PanelHead}
      kind=${kind}
      name=${team.name}
      mark=${html`<${TierShape} shape=${shape} size=${22} named=${false} out=${!team.in_service} />`}
      onClose=${stepBack}
    />
    <p class="call"><${Phone} phone=${team.phone} name=${team.name} /></p>
    <dl class="facts-list">
      <div class="strong"><dt>${t("page.team.state")}</dt><dd>${stateOf(team)}</dd></div>
      <div><dt>${t("page.team.capabilities")}</dt><dd>${team.capabilities.map((code) => word("capability", code)).join(t("page.comma"))}</dd></div>
      <div><dt>${t("page.team.people")}</dt><dd>${t("page.people", { count: team.people })}</dd></div>
      <div><dt>${t("page.part.turnout")}</dt><dd>${duration(team.turnout_s)}</dd></div>
      <div><dt>${t("page.team.shift")}</dt><dd>${team.shift === "00:00-00:00" ? t("page.team.all_day") : team.shift}</dd></div>
      ${team.department && html`<div><dt>${t("page.team.department")}</dt><dd>${team.department}</dd></div>`}
      ${team.lon !== null && team.lat !== null && html`<div><dt>${t("page.team.base")}</dt><dd><${Coordinates} lon=${team.lon} lat=${team.lat} /></dd></div>`}
    </dl>
    ${team.demo && html`<p class="banner">${t("page.demo_record")}</p>`}
    ${
      team.lon !== null &&
      team.lat !== null &&
      html`<button type="button" class="primary" onClick=${() => placeAlarm({ lon: Number(team.lon), lat: Number(team.lat), name: "" })}>
      <${Sign} name="pin" size=${16} />${t("page.alarm_at_this")}
    </button>`
    }
  </article>`;
}
