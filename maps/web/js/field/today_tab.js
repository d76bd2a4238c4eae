// Show today: enterprises of the cells by colour and due date, what is overdue, search.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { count, distance } from "../format.js";
import { Phone } from "../parts/common.js";
import { RiskMark, Sign } from "../parts/glyphs.js";
import { t, word } from "../words.js";
import { dayOf, HazardRow } from "./parts.js";
import { known } from "./making.js";
import { metresBetween } from "./place.js";
import { here, kit, openedEnterprise, tab } from "./state.js";

const SHOWN = 40;
const RISKS = ["red", "orange", "yellow", "blue"];

/** Metres from here to the nearest site. @param {import("../types").FieldEnterprise} enterprise */
function away(enterprise) {
  const at = here.value;
  if (!at) return null;
  const found = enterprise.sites.flatMap((site) => (site.lon === null || site.lat === null ? [] : [metresBetween([at.lon, at.lat], [site.lon, site.lat])]));
  return found.length ? Math.min(...found) : null;
}

/** Overdue first, then by due day; those never visited by colour. @param {import("../types").FieldEnterprise[]} list */
function ordered(list) {
  const rank = (/** @type {import("../types").FieldEnterprise} */ one) => RISKS.indexOf(one.risk);
  return [...list].sort((one, other) => rank(one) - rank(other) || (one.due_on ?? "").localeCompare(other.due_on ?? "") || (away(one) ?? 1e9) - (away(other) ?? 1e9) || one.name.localeCompare(other.name));
}

/** @param {{enterprise: import("../types").FieldEnterprise}} props */
function EnterpriseRow({ enterprise }) {
  const metres = away(enterprise);
  return html`<li>
    <button type="button" class="row-button" onClick=${() => (openedEnterprise.value = enterprise.id)}>
      <span class="row-head">
        <${RiskMark} risk=${enterprise.risk} /><b>${enterprise.name}</b>
        ${enterprise.open_hazards > 0 && html`<span class="unsent">${t("page.field.open_hazards", { count: enterprise.open_hazards })}</span>`}
      </span>
      <span class="quiet">
        ${[enterprise.industry, enterprise.due_on && t("page.field.due", { day: dayOf(enterprise.due_on) }), metres !== null && distance(metres)].filter(Boolean).join(" · ")}
      </span>
    </button>
  </li>`;
}

/** An enterprise with whom to call, and its hazards. @param {{enterprise: import("../types").FieldEnterprise}} props */
export function EnterprisePage({ enterprise }) {
  const mine = known().filter((hazard) => hazard.enterprise_id === enterprise.id);
  return html`<section class="field-card">
    <header class="panel-head">
      <div><p class="kind">${t(`risk.${enterprise.risk}`)}</p><h2><${RiskMark} risk=${enterprise.risk} /> ${enterprise.name}</h2></div>
      <button type="button" class="icon-button" aria-label=${t("page.close")} onClick=${() => (openedEnterprise.value = null)}><${Sign} name="close" /></button>
    </header>
    <dl class="facts">
      ${enterprise.contact && html`<dt>${t("page.field.contact")}</dt><dd>${enterprise.contact} <${Phone} name=${enterprise.contact} phone=${enterprise.phone} /></dd>`}
      ${[["page.field.industry", enterprise.industry], ["page.field.department", enterprise.department], ["page.field.chemicals", enterprise.chemicals]]
        .filter(([, value]) => value)
        .map(([key, value]) => html`<dt>${t(key)}</dt><dd>${value}</dd>`)}
      ${enterprise.sites.map((site) => html`<dt>${t("page.field.site")}</dt><dd>${site.name} <span class="quiet">${site.address}</span></dd>`)}
    </dl>
    <button type="button" class="primary wide-button" onClick=${() => (tab.value = "report")}>${t("page.field.report_here")}</button>
    <h3>${t("page.field.hazards_here", { count: mine.length })}</h3>
    <ul class="field-rows">${mine.map((hazard) => html`<${HazardRow} key=${hazard.id} hazard=${hazard} />`)}</ul>
  </section>`;
}

export function TodayTab() {
  const [query, setQuery] = useState("");
  const [more, setMore] = useState(false);
  const taken = kit.value;
  if (!taken) return html`<p class="field-card">${t("page.field.nothing_yet")}</p>`;
  const open = taken.enterprises.find((one) => one.id === openedEnterprise.value);
  if (open) return html`<${EnterprisePage} enterprise=${open} />`;
  const wanted = query.trim();
  const found = ordered(taken.enterprises.filter((one) => !wanted || `${one.name}${one.industry}${one.sites.map((site) => site.address).join("")}`.includes(wanted)));
  const mine = taken.cells.filter((cell) => cell.mine);
  const shown = more ? found : found.slice(0, SHOWN);
  return html`<section>
    <div class="field-card">
      <h2>${t("page.field.my_cells", { count: mine.length })}</h2>
      <p class="cell-names">${mine.slice(0, 6).map((cell) => cell.name).join(t("page.comma"))}${mine.length > 6 ? "…" : ""}</p>
      <p class="risk-line">${RISKS.map((risk) => html`<span key=${risk}><${RiskMark} risk=${risk} /> ${count(taken.enterprises.filter((one) => one.risk === risk).length)}</span>`)}</p>
    </div>
    <label class="field-search"><${Sign} name="search" /><input type="search" value=${query} placeholder=${t("page.field.search")} aria-label=${t("page.field.search")} onInput=${(/** @type {any} */ event) => setQuery(event.target.value)} /></label>
    <ul class="field-rows">${shown.map((one) => html`<${EnterpriseRow} key=${one.id} enterprise=${one} />`)}</ul>
    ${found.length === 0 && html`<p class="field-card">${t(wanted ? "page.field.none_found" : "page.field.no_enterprises")}</p>`}
    ${found.length > shown.length && html`<button type="button" class="text-button wide-button" onClick=${() => setMore(true)}>${t("page.field.show_all", { count: found.length })}</button>`}
    <h3>${t("page.field.colleagues")}</h3>
    <ul class="field-rows">
      ${taken.cells.flatMap((cell) => cell.officers.map((officer) => html`<li key=${cell.code + officer.name} class="colleague"><span><b>${officer.name}</b> <span class="quiet">${word("role", officer.role)} · ${cell.name}</span></span><${Phone} name=${officer.name} phone=${officer.phone} /></li>`))}
    </ul>
  </section>`;
}
