// Say what is overdue: an order that nobody acknowledged, a team that should be there.
import { duration } from "../format.js";
import { t } from "../words.js";

const ACKNOWLEDGE_S = 60;
const LATE_S = 60;

/**
 * What is overdue in an incident, the worst first.
 * @param {import("../types").Incident} incident @param {Date} now
 * @returns {{sent: import("../types").Sent, text: string, seconds: number}[]}
 */
export function alerts(incident, now) {
  const found = [];
  for (const sent of incident.teams) {
    const alert = alertOf(sent, now);
    if (alert) found.push({ sent, ...alert });
  }
  return found.sort((one, other) => other.seconds - one.seconds);
}

/** @param {import("../types").Sent} sent @param {Date} now @returns {{text: string, seconds: number} | null} */
export function alertOf(sent, now) {
  if (sent.home_at || sent.released_at || sent.on_scene_at) return null;
  const since = (now.getTime() - new Date(sent.dispatched_at).getTime()) / 1000;
  if (!sent.acknowledged_at && !sent.en_route_at && since > ACKNOWLEDGE_S) {
    return {
      text: t("page.desk.not_acknowledged", { team: sent.team.name, time: duration(since) }),
      seconds: since - ACKNOWLEDGE_S,
    };
  }
  if (!sent.eta_at) return null;
  const over = (now.getTime() - new Date(sent.eta_at).getTime()) / 1000;
  if (over < LATE_S) return null;
  return { text: t("page.desk.overdue", { team: sent.team.name, time: duration(over) }), seconds: over };
}
