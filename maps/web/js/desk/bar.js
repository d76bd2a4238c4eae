// The bar of the desk: pages, keys, what the line does, sound, wall view, whoever is signed in.
import { html } from "htm/preact";
import { clockSeconds, day } from "../format.js";
import { AccountMenu } from "../parts/account_menu.js";
import { Live, Switches } from "../parts/topbar.js";
import { district, now } from "../state.js";
import { t } from "../words.js";
import { coverOpen } from "./cover.js";
import { toggleCover, toggleRoads } from "./keys.js";
import { roadChanges, roadsOpen } from "./roads.js";
import { sound } from "./state.js";

const KEYS = ["F2", "F3", "F4", "F6", "F7", "F8"];

export function DeskBar() {
  return html`<header class="topbar desk-bar">
    <a class="brand" href="/" title=${t("page.back_to_today")}>
      <img src="/icons/gridgis.svg" alt="" width="26" height="26" />
      <span class="brand-name">${district.value?.name ?? "GridGIS"}</span>
      <span class="brand-page">${t("page.desk.name")}</span>
    </a>
    <ul class="desk-keys" aria-label=${t("page.desk.keyboard")}>
      ${KEYS.map((key) => html`<li key=${key}><kbd>${key}</kbd>${t(`page.desk.key.${key}`)}</li>`)}
    </ul>
    <div class="topbar-end">
      <${Live} />
      <time class="clock" datetime=${now.value.toISOString()}>${day(now.value)} <b>${clockSeconds(now.value)}</b></time>
      <button type="button" class="text-button" aria-pressed=${roadsOpen.value} title="Alt+R" onClick=${toggleRoads}>
        ${t("page.roads.change")}${roadChanges.value.length > 0 ? ` ${roadChanges.value.length}` : ""}
      </button>
      <button type="button" class="text-button" aria-pressed=${coverOpen.value} title="Alt+C" onClick=${toggleCover}>${t("page.cover.name")}</button>
      <a class="text-button" href="/wall">${t("page.desk.wall")}</a>
      <button type="button" class="text-button" aria-pressed=${sound.value} onClick=${() => (sound.value = !sound.value)}>
        ${t(sound.value ? "page.desk.sound_on" : "page.desk.sound_off")}
      </button>
      <${Switches} />
      <${AccountMenu} />
    </div>
  </header>`;
}
