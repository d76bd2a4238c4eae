// Put the page together: what waits on top, the tab in the middle, five tabs under the thumb.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Sign } from "../parts/glyphs.js";
import { notice } from "../state.js";
import { t } from "../words.js";
import { HazardPage } from "./hazard_page.js";
import { HazardsTab } from "./hazards_tab.js";
import { MeTab } from "./me_tab.js";
import { ReportTab } from "./report_tab.js";
import { TodayTab } from "./today_tab.js";
import { clockWrong, kit, opened, openedEnterprise, reached, refused, signedOut, tab, waiting, waitingPhotos } from "./state.js";

const NOTICE_MS = 5000;

/** The map's code is large: it is loaded when somebody wants to see it. */
function LateMap() {
  const [Map, setMap] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./map_tab.js").then((module) => setMap(() => module.MapTab), () => setFailed(true));
  }, []);
  if (failed) return html`<p class="field-card">${t("page.field.map_later")}</p>`;
  return Map ? html`<${Map} />` : html`<p class="field-card">${t("page.waiting")}</p>`;
}

const TABS = /** @type {const} */ ([
  ["today", "home", TodayTab],
  ["map", "area", LateMap],
  ["report", "plus", ReportTab],
  ["hazards", "alert", HazardsTab],
  ["me", "person", MeTab],
]);

/** What has not come through yet, always in sight. */
function Queue() {
  const changes = waiting.value.length - waitingPhotos.value;
  const photos = waitingPhotos.value;
  const state = signedOut.value ? "out" : refused.value.length ? "refused" : waiting.value.length ? "waiting" : reached.value ? "clear" : "cut";
  const text = {
    out: t("page.field.bar_out"),
    refused: t("page.field.bar_refused", { count: refused.value.length }),
    waiting: t("page.field.bar_waiting", { changes, photos }),
    clear: t("page.field.bar_clear"),
    cut: t("page.field.bar_cut"),
  }[state];
  return html`<button type="button" class="queue-bar" data-state=${state} onClick=${() => show("me")}>
    <i aria-hidden="true"></i><span role="status">${text}</span>
    ${clockWrong.value && html`<span class="unsent">${t("page.field.bar_clock")}</span>`}
  </button>`;
}

/** @param {"today" | "map" | "report" | "hazards" | "me"} name */
function show(name) {
  opened.value = null;
  if (name !== "today" && name !== "report") openedEnterprise.value = null;
  tab.value = name;
}

function Notice() {
  const [gone, setGone] = useState(0);
  const now = notice.value;
  useEffect(() => {
    if (!now) return undefined;
    const timer = setTimeout(() => setGone(now.at), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [now]);
  return now && now.at !== gone ? html`<p class="field-notice" role="status">${now.text}</p>` : null;
}

/** Choose a town where the area is too wide to take along. @param {{choose: (code: string) => void}} props */
function Choice({ choose }) {
  const choices = kit.value?.choices ?? [];
  if (!choices.length) return null;
  return html`<div class="field-card"><h2>${t("page.field.choose")}</h2><ul class="field-rows">
    ${choices.map((one) => html`<li key=${one.code}><button type="button" class="row-button" onClick=${() => choose(one.code)}>${one.name} <span class="quiet">${one.code}</span></button></li>`)}
  </ul></div>`;
}

/** Tabs on which what is taken along is chosen. */
const CHOOSING = ["today", "me"];

/** @param {{choose: (code: string) => void}} props */
export function Frame({ choose }) {
  const [, , Shown] = TABS.find(([name]) => name === tab.value) ?? TABS[0];
  return html`<header class="field-top"><h1>${t("page.field.title")}</h1><${Queue} /></header>
    <main class="field-main" data-tab=${opened.value ? "hazard" : tab.value}>
      ${!opened.value && CHOOSING.includes(tab.value) && html`<${Choice} choose=${choose} />`}
      ${opened.value ? html`<${HazardPage} key=${opened.value} id=${opened.value} />` : html`<${Shown} choose=${choose} />`}
    </main>
    <${Notice} />
    <nav class="field-tabs" aria-label=${t("page.field.title")}>
      ${TABS.map(([name, sign]) => html`<button type="button" key=${name} class=${name === "report" ? "tab-report" : ""} aria-current=${!opened.value && tab.value === name ? "page" : undefined} onClick=${() => show(name)}>
        <${Sign} name=${sign} size=${24} /><span>${t(`page.field.tab.${name}`)}</span>
      </button>`)}
    </nav>`;
}
