// A team's own page for the telephone: the order, and one big button for what comes next.
import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { asProblem, get, post } from "./api.js";
import { clock, distance, duration } from "./format.js";
import { command, resume } from "./desk/commands.js";
import { nextStep } from "./desk/acts.js";
import { result, waiting } from "./desk/state.js";
import { followLive } from "./live.js";
import { Refusal } from "./parts/common.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { serverTime } from "./session.js";
import { district, failure } from "./state.js";
import { t, word } from "./words.js";

const LOOK_MS = 10_000;
const mine = signal(/** @type {{incident: any, sent: any}[] | null} */ (null));
const tick = signal(0);

async function look() {
  try {
    const read = await get("my-orders", {}, undefined, true);
    mine.value = read.items.flatMap((/** @type {any} */ incident) =>
      incident.teams.filter((/** @type {any} */ sent) => !sent.home_at).map((/** @type {any} */ sent) => ({ incident, sent })),
    );
    failure.value = null;
  } catch (error) {
    const problem = asProblem(error);
    if (mine.value === null) failure.value = problem;
  }
}

/** What a changed road means on the way. @param {any} facts */
function roadText(facts) {
  return facts.after_s === null ? t("page.team.road_none") : t("page.team.road_time", { time: duration(facts.after_s) });
}

const SHARE_MS = 15_000;
const shared = signal(/** @type {{on: boolean, accuracy: number | null, refused: boolean}} */ ({ on: false, accuracy: null, refused: false }));
let watching = 0;
let sharedAt = 0;

/** Tell where the telephone is while its team is under way, at most every 15 seconds. @param {GeolocationPosition} seen */
function share(seen) {
  shared.value = { on: true, accuracy: seen.coords.accuracy, refused: false };
  if (Date.now() - sharedAt < SHARE_MS) return;
  sharedAt = Date.now();
  const body = { lon: seen.coords.longitude, lat: seen.coords.latitude, accuracy_m: seen.coords.accuracy };
  for (const { sent } of mine.peek() ?? []) {
    if (sent.en_route_at && !sent.on_scene_at && !sent.released_at) post(`dispatches/${sent.id}/position`, body).catch(asProblem);
  }
}

function toggleSharing() {
  if (shared.value.on) {
    navigator.geolocation.clearWatch(watching);
    shared.value = { on: false, accuracy: null, refused: false };
    return;
  }
  if (!navigator.geolocation) {
    shared.value = { on: false, accuracy: null, refused: true };
    return;
  }
  shared.value = { on: true, accuracy: null, refused: false };
  watching = navigator.geolocation.watchPosition(share, () => (shared.value = { on: false, accuracy: null, refused: true }), {
    enableHighAccuracy: true,
  });
}

/** Whether the telephone tells where it is; only while a team is out. */
function Sharing() {
  const now = shared.value;
  return html`<p class="order-share">
    <button type="button" class="text-button" aria-pressed=${now.on} onClick=${toggleSharing}>
      ${now.on && now.accuracy !== null ? t("page.team.sharing", { metres: Math.round(now.accuracy) }) : t("page.team.share")}
    </button>
    ${now.refused && html`<span>${t("page.team.share_refused")}</span>`}
  </p>`;
}

/** @param {{incident: any, sent: any}} props */
function Order({ incident, sent }) {
  const next = nextStep(sent);
  tick.value;
  const left = sent.eta_at ? (new Date(sent.eta_at).getTime() - serverTime().getTime()) / 1000 : null;
  const warned = sent.warning ? roadText(sent.warning.facts) : "";
  const press = () =>
    command(word("step", next ?? ""), `dispatches/${sent.id}/steps`, {
      step: next,
      happened_at: serverTime().toISOString(),
    }).then(look, () => {});
  const pending = waiting.value.some((one) => one.path.includes(sent.id));
  return html`<article class="order card">
    <p class="order-type">
      <b>${incident.type ? word("alarm_type", incident.type) : ""}</b>
      <span class="level-badge">${incident.level ? word("level", incident.level) : ""}</span>
      ${incident.nature !== "real" && html`<b>${word("nature", incident.nature)}</b>`}
    </p>
    <h2>${incident.enterprise || incident.address || t("page.desk.nowhere")}</h2>
    <p class="order-task">
      ${sent.task && word("task", sent.task)}${sent.safe_distance_m > 0 ? t("page.task_away", { distance: distance(sent.safe_distance_m) }) : ""}
    </p>
    ${incident.note && html`<p>${incident.note}</p>`}
    ${incident.lon !== null && html`<p><a class="order-way" href=${`/?at=${incident.lon},${incident.lat}`}>${t("page.team.map")}</a></p>`}
    <p class="quiet">
      ${sent.team.name} · ${t("page.team.ordered_at", { time: clock(new Date(sent.dispatched_at)) })}
      ${left !== null && left > 0 && html` · ${t("page.desk.in", { time: duration(left) })}`}
    </p>
    ${warned && html`<p class="order-warning" role="alert">${warned}</p>`}
    ${
      next &&
      html`<button type="button" class="primary order-next" disabled=${pending} onClick=${press}>
        ${pending ? t("page.desk.waiting", { count: 1 }) : word("step", next)}
      </button>`
    }
    <p class="order-state">${t("page.team.now", { state: word("step", sent.state) })}</p>
  </article>`;
}

function TeamPage() {
  const now = mine.value;
  return html`<${PlainBar} title=${t("page.team.title")} />
    <main class="plain-page team-page">
      <h1 class="visually-hidden">${t("page.team.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      ${result.value && html`<p class="order-result" role="status" data-ok=${String(result.value.ok)}>${result.value.ok ? "✓" : "✕"} ${result.value.text}</p>`}
      ${now?.map(({ incident, sent }) => html`<${Order} key=${sent.id} incident=${incident} sent=${sent} />`)}
      ${(now?.length ?? 0) > 0 && html`<${Sharing} />`}
      ${now?.length === 0 && html`<p class="card order-none">${t("page.team.none")}</p>`}
    </main>`;
}

startPage(html`<${TeamPage} />`, "page.team.title").then(() => {
  get("district", {}, undefined, true).then((read) => (district.value = read), asProblem);
  look();
  resume(look);
  followLive(() => look());
  setInterval(look, LOOK_MS);
  setInterval(() => (tick.value += 1), 1000);
});
