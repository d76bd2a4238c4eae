// Start the desk: incidents and teams as they are now, what is typed saved, what is known proposed for, all live.
import { batch, effect } from "@preact/signals";
import { html, render } from "htm/preact";
import { asProblem, get, post, replaced } from "./api.js";
import { followLive } from "./live.js";
import { MapView } from "./parts/map_view.js";
import { Refusal } from "./parts/common.js";
import { DeskBar } from "./desk/bar.js";
import { resume } from "./desk/commands.js";
import { Foot } from "./desk/foot.js";
import { Intake, putAt } from "./desk/intake.js";
import { addDeskLayer } from "./desk/layer.js";
import { followKeys } from "./desk/keys.js";
import { Cover, addCoverLayer, coverOpen, readCover } from "./desk/cover.js";
import { Roads, addRoadsLayer, readRoadChanges } from "./desk/roads.js";
import { IncidentList } from "./desk/list.js";
import { followForm } from "./desk/saving.js";
import { Side } from "./desk/side.js";
import { chosen, complete, detail, file, form, incidents, led, left, listed, proposal, routes, startNew, takeOver, world } from "./desk/state.js";
import { clockAhead, district, failure, language, lostSince, now, panel, place, reply, teams, theme } from "./state.js";
import { readSession } from "./session.js";
import { speak, t } from "./words.js";

const TICK_MS = 1000;
const LOOK_MS = 15_000;
const FILE_PAUSE_MS = 250;

function Page() {
  return html`<${DeskBar} />
    <main class="desk">
      <h1 class="visually-hidden">${t("page.desk.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      <div class="desk-left"><${IncidentList} /><${Intake} /></div>
      <div class="desk-map">
        <${MapView} onMade=${(/** @type {any} */ made) => {
          addDeskLayer(made.map);
          addRoadsLayer(made.map);
          addCoverLayer(made.map, coverOpen);
        }} />
        <${Roads} />
        <${Cover} />
      </div>
      <${Side} />
    </main>
    <${Foot} />`;
}

/** Read what is open now. */
async function readIncidents() {
  const read = await get("incidents", {}, undefined, true);
  clockAhead.value = new Date(read.now).getTime() - Date.now();
  batch(() => {
    const held = new Map(incidents.peek().map((one) => [one.id, one]));
    incidents.value = read.items.map((/** @type {any} */ one) => {
      const before = held.get(one.id);
      return before && before.revision > one.revision ? before : one; // read before a command was answered
    });
    listed.value = true;
    const mine = incidents.value.find((one) => one.id === chosen.peek());
    if (mine) takeOver(mine);
  });
}

async function readDistrict() {
  const read = await get("district", {}, undefined, true);
  if (district.value?.version !== read.version) {
    district.value = read;
    const all = await get("teams", {}, undefined, true);
    teams.value = new Map(all.items.map((/** @type {any} */ team) => [team.id, team]));
  }
}

const DECIDES = ["team", "team_member", "team_duty", "team_kit", "run_card", "run_card_version", "roads", "road_change", "closure", "dispatch", "setting"];

/**
 * Read what may have changed.
 * @param {ReadonlySet<string> | null} [nouns] what did, null when that is not known
 */
async function look(nouns = null) {
  try {
    if (nouns === null || DECIDES.some((noun) => nouns.has(noun))) {
      await readDistrict();
      if (nouns !== null) world.value += 1;
    }
    await Promise.all([readIncidents(), readDetail(), readRoadChanges()]);
    failure.value = null;
  } catch (error) {
    if (!district.value) failure.value = asProblem(error);
  }
}

/** Read the log and the ways of the incident that is led. */
async function readDetail() {
  const id = chosen.peek();
  if (id === null || !incidents.peek().some((one) => one.id === id)) return;
  const [read, ways] = await Promise.all([
    get(`incidents/${id}`, {}, undefined, true),
    get(`incidents/${id}/routes`, {}, undefined, true).catch(() => ({ items: [] })),
  ]);
  if (chosen.peek() !== id) return;
  const newer = detail.peek()?.id === id && (detail.peek()?.revision ?? 0) > read.revision;
  batch(() => {
    if (!newer) detail.value = read;
    routes.value = ways.items;
  });
}

/** Ask who should go whenever place, type or level are known anew, or teams were sent or taken. */
function followProposal() {
  let stop = new AbortController();
  let asked = "";
  effect(() => {
    const { lon, lat, type, level } = form.value;
    const incident = led.value;
    const sent = (incident?.teams ?? []).map((one) => `${one.id}${one.released_at ?? ""}`).join();
    const question = JSON.stringify([lon, lat, type, level, sent, sent && chosen.value, language.value, world.value]);
    if (question === asked) return;
    asked = question;
    stop.abort();
    if (!complete(form.value) || incident?.status === "closed") {
      proposal.value = { state: "none" };
      return;
    }
    stop = new AbortController();
    if (proposal.peek().state !== "ready") proposal.value = { state: "waiting" };
    const answered =
      incident && incident.teams.length > 0
        ? get(`incidents/${incident.id}/proposal`, {}, stop.signal)
        : post("responses", { lon, lat, type, level }, stop.signal).then((answer) => ({ filled: false, proposal: answer }));
    answered.then(
      (answer) => {
        proposal.value = answer.filled ? { state: "filled" } : { state: "ready", answer: answer.proposal };
      },
      (error) => {
        if (!replaced(error)) proposal.value = { state: "refused", problem: asProblem(error) };
      },
    );
  });
}

/** Open the file of the place beside it. */
function followPlace() {
  let stop = new AbortController();
  let timer = 0;
  let asked = "";
  effect(() => {
    const { lon, lat, enterprise_id, phone } = form.value;
    const question = JSON.stringify([lon, lat, enterprise_id, phone, language.value]);
    if (question === asked) return;
    asked = question;
    stop.abort();
    clearTimeout(timer);
    if (lon === null || lat === null) {
      file.value = null;
      return;
    }
    stop = new AbortController();
    timer = window.setTimeout(() => {
      get("place-file", { lon, lat, enterprise: enterprise_id, phone }, stop.signal).then(
        (read) => (file.value = read),
        () => {},
      );
    }, FILE_PAUSE_MS);
  });
}

/** Keep the map's pin and roads those of the form, and take a click on the map as the place. */
function followMap() {
  effect(() => {
    const { lon, lat, placeText } = form.value;
    const at = place.peek();
    if (lon === null || lat === null) {
      if (at !== null) place.value = null;
    } else if (at === null || at.lon !== lon || at.lat !== lat) place.value = { lon, lat, name: placeText };
  });
  effect(() => {
    const at = place.value;
    const known = form.peek();
    if (at === null || (at.lon === known.lon && at.lat === known.lat)) return;
    panel.value = { kind: "today" };
    if (led.peek() && led.peek()?.status !== "open") startNew();
    putAt({ lon: at.lon, lat: at.lat, name: at.name, enterprise: at.enterprise ?? null });
  });
  effect(() => {
    const held = proposal.value;
    if (held.state === "ready") {
      const chosenTeams = held.answer.chosen.filter((team) => !left.value.has(team.team.id));
      reply.value = { state: "ready", answer: { ...held.answer, chosen: chosenTeams } };
    } else if (held.state === "refused") reply.value = { state: "refused", problem: held.problem };
    else if (reply.peek().state !== "none") reply.value = { state: "none" };
  });
}

/** A command was carried out: show what became of it before the live stream tells. @param {any} answer */
function answered(answer) {
  if (!answer?.id || !("revision" in answer)) return;
  batch(() => {
    const others = incidents.value.filter((one) => one.id !== answer.id);
    incidents.value = answer.status === "merged" ? others : [...others, answer].sort(byUrgency);
    if (chosen.peek() === answer.id) {
      detail.value = answer;
      takeOver(answer);
    }
  });
  if (chosen.peek() === answer.id) readDetail().catch(asProblem);
}

const LEVEL_ORDER = ["", "I", "II", "III", "IV"];

/** @param {import("./types").Incident} one @param {import("./types").Incident} other */
function byUrgency(one, other) {
  if (one.status !== other.status) return one.status === "open" ? -1 : 1;
  const level = LEVEL_ORDER.indexOf(one.level ?? "") - LEVEL_ORDER.indexOf(other.level ?? "");
  return level || (one.received_at < other.received_at ? -1 : 1);
}

async function start() {
  await speak(language.value);
  await readSession().catch(asProblem);
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    document.title = `${t("page.desk.title")} · ${district.value?.name ?? "GridGIS"}`;
  });
  render(html`<${Page} />`, /** @type {HTMLElement} */ (document.getElementById("page")));
  await look();
  resume(answered);
  followKeys();
  followForm();
  followProposal();
  followPlace();
  followMap();
  effect(() => {
    const sent = incidents.value.flatMap((one) => one.teams.map((team) => `${team.id}${team.home_at ?? ""}`)).join();
    if (coverOpen.value && sent !== null) readCover();
  });
  effect(() => {
    chosen.value;
    readDetail().catch(asProblem);
  });
  setInterval(() => (now.value = new Date(Date.now() + clockAhead.value)), TICK_MS);
  setInterval(() => look(), LOOK_MS);
  followLive(look);
  addEventListener("offline", () => (lostSince.value ??= new Date()));
  addEventListener("online", () => look());
}

start().catch((error) => {
  console.error(error);
  const page = document.getElementById("page");
  if (page)
    page.textContent = "无法打开页面：服务器没有应答，请稍后刷新。/ The server does not answer; reload in a while.";
});
