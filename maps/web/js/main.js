// Start the page: words, district, map; ask for the answer whenever the question changes; keep the clock and the line.
import { effect } from "@preact/signals";
import { html, render } from "htm/preact";
import { alarmTitle, readAddress } from "./address.js";
import { asProblem, get, post, replaced } from "./api.js";
import { followLive } from "./live.js";
import { MapView } from "./parts/map_view.js";
import { Panel } from "./parts/panel.js";
import { TopBar } from "./parts/topbar.js";
import {
  alarmType,
  clockAhead,
  closures,
  district,
  failure,
  language,
  layers,
  level,
  lostSince,
  may,
  now,
  place,
  reply,
  stepBack,
  teams,
  theme,
  when,
} from "./state.js";
import { readSession } from "./session.js";
import { speak, t } from "./words.js";

const TICK_MS = 1000;
const LOOK_MS = 20_000;
const LOCAL_OFFSET = "+08:00";

function Page() {
  return html`<${TopBar} />
    <main class="page">
      <h1 class="visually-hidden">${t("page.title", { district: district.value?.name ?? "GridGIS" })}</h1>
      <${MapView} />
      <${Panel} />
    </main>`;
}

/** Read the district again; a change of its data changes the tiles' addresses. */
async function look() {
  const read = await get("district", {}, undefined, true);
  if (district.value?.version !== read.version || district.value?.plan?.code !== read.plan?.code) {
    if (!district.value && read.basemap.kind === "wmts") layers.value = { ...layers.value, base: false };
    district.value = read;
    const listed = may("teams.read") ? await get("teams", {}, undefined, true) : { items: [] };
    closures.value = may("map.read") ? (await get("closures", {}, undefined, true)).items : [];
    teams.value = new Map(listed.items.map((/** @type {any} */ team) => [team.id, team]));
  }
  clockAhead.value = new Date(read.now).getTime() - Date.now();
  failure.value = null;
}

async function lookAgain() {
  try {
    await look();
  } catch (error) {
    if (!district.value) failure.value = asProblem(error);
  }
}

/** Ask which teams go, each time the place, the type, the level, the moment or the language changes. */
function followQuestion() {
  let stop = new AbortController();
  effect(() => {
    const at = place.value;
    const question = {
      lon: at?.lon,
      lat: at?.lat,
      type: alarmType.value,
      level: level.value,
      ...(when.value ? { when: `${when.value}${when.value.length === 16 ? ":00" : ""}${LOCAL_OFFSET}` } : {}),
    };
    language.value;
    district.value?.version;
    stop.abort();
    if (!at) return;
    stop = new AbortController();
    if (reply.peek().state !== "ready") reply.value = { state: "waiting" };
    post("responses", question, stop.signal).then(
      (answer) => (reply.value = { state: "ready", answer }),
      (error) => {
        if (!replaced(error)) reply.value = { state: "refused", problem: asProblem(error) };
      },
    );
  });
}

function followTheme() {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
  });
  effect(() => {
    const name = district.value?.name ?? "GridGIS";
    document.title = place.value ? `${alarmTitle()} · ${name}` : `${t("page.today")} · ${name} · GridGIS`;
  });
}

async function start() {
  await speak(language.value);
  await readSession().catch(asProblem);
  readAddress();
  followTheme();
  render(html`<${Page} />`, /** @type {HTMLElement} */ (document.getElementById("page")));
  await lookAgain();
  followQuestion();
  setInterval(() => (now.value = new Date(Date.now() + clockAhead.value)), TICK_MS);
  setInterval(lookAgain, LOOK_MS);
  followLive(lookAgain);
  effect(() => {
    clockAhead.value;
    now.value = new Date(Date.now() + clockAhead.value);
  });
  addEventListener("offline", () => (lostSince.value ??= new Date()));
  addEventListener("online", lookAgain);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && stepBack()) event.preventDefault();
  });
}

start().catch((error) => {
  console.error(error);
  const page = document.getElementById("page");
  if (page)
    page.textContent = "无法打开页面：服务器没有应答，请稍后刷新。/ The server does not answer; reload in a while.";
});
