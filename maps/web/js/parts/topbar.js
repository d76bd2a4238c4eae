// The bar on top: district, search of everything, live state, language, theme, whoever is signed in.
import { html } from "htm/preact";
import { ago, clock, day } from "../format.js";
import { homePage } from "../session.js";
import { clearAlarm, district, keep, language, lostSince, narrow, now, tell, theme } from "../state.js";
import { speak, t } from "../words.js";
import { AccountMenu } from "./account_menu.js";
import { Sign } from "./glyphs.js";
import { Search } from "./search.js";

function switchTheme() {
  theme.value = theme.value === "light" ? "dark" : "light";
  keep("theme", theme.value);
}

function switchLanguage() {
  speak(language.value === "zh" ? "en" : "zh").catch(() => tell(t("page.error.network")));
}

/** Whether the line to the server holds. */
export function Live() {
  const lost = lostSince.value;
  return html`<span class=${lost ? "live live-lost" : "live"} role="status">
    <i aria-hidden="true"></i>
    ${lost ? t("page.lost", { since: ago(lost, new Date()) }) : t("page.live")}
  </span>`;
}

/** On a phone 泰州市姜堰区 is 姜堰区. @param {string} name */
function shortName(name) {
  return narrow.value ? name.replace(/^.{2,4}市(?=.{2,}$)/, "") : name;
}

/** Language and theme. */
export function Switches() {
  return html`<button type="button" class="text-button" onClick=${switchLanguage} lang=${language.value === "zh" ? "en" : "zh-CN"}>
      ${language.value === "zh" ? "EN" : "中文"}
    </button>
    <button
      type="button"
      class="icon-button"
      onClick=${switchTheme}
      aria-label=${t(theme.value === "light" ? "page.theme.dark" : "page.theme.light")}
      title=${t(theme.value === "light" ? "page.theme.dark" : "page.theme.light")}
    >
      <${Sign} name=${theme.value === "light" ? "moon" : "sun"} />
    </button>`;
}

/** The bar of a page without a map. @param {{title: string}} props */
export function PlainBar({ title }) {
  return html`<header class="topbar">
    <a class="brand" href=${homePage()} title=${t("page.back_home")}>
      <img src="/icons/gridgis.svg" alt="" width="26" height="26" />
      <span class="brand-name">${shortName(district.value?.name ?? "GridGIS")}</span>
      <span class="brand-page">${title}</span>
    </a>
    <div class="topbar-end"><${Switches} /><${AccountMenu} /></div>
  </header>`;
}

export function TopBar() {
  const of = district.value;
  return html`<header class="topbar">
    <a class="skip" href="#panel">${t("page.skip_to_list")}</a>
    <button type="button" class="brand" onClick=${clearAlarm} title=${t("page.back_to_today")}>
      <img src="/icons/gridgis.svg" alt="" width="26" height="26" />
      <span class="brand-name">${shortName(of?.name ?? "GridGIS")}</span>
      <span class="brand-page">${t("page.today")}</span>
    </button>
    <${Search} />
    <div class="topbar-end">
      <${Live} />
      ${
        !narrow.value &&
        html`<time class="clock" datetime=${now.value.toISOString()}>${day(now.value)} <b>${clock(now.value)}</b></time>`
      }
      <${Switches} />
      <${AccountMenu} />
    </div>
  </header>`;
}
