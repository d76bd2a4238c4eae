// List hazards that concern this officer, those that are due first; his own reports come back to him here.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../words.js";
import { known } from "./making.js";
import { HazardRow } from "./parts.js";
import { owner } from "./state.js";

const ENDED = ["closed", "refused", "void"];

/** When a hazard is due, those without a clock last. @param {any} hazard */
const due = (hazard) => hazard.clocks?.[0]?.due_at ?? "9999";

export function HazardsTab() {
  const [scope, setScope] = useState("open");
  const found = known().filter((one) => (scope === "open" ? !ENDED.includes(one.state) : one.reporter === owner.value));
  found.sort((one, other) => (scope === "open" ? due(one).localeCompare(due(other)) : 0) || other.found_at.localeCompare(one.found_at));
  /** @param {string} value */
  const choice = (value) => html`<button type="button" aria-pressed=${scope === value} onClick=${() => setScope(value)}>${t(`page.field.scope.${value}`)}</button>`;
  return html`<section>
    <div class="segments" role="group" aria-label=${t("page.field.tab.hazards")}>${choice("open")}${choice("mine")}</div>
    <ul class="field-rows">${found.map((hazard) => html`<${HazardRow} key=${hazard.id} hazard=${hazard} />`)}</ul>
    ${found.length === 0 && html`<p class="field-card">${t(scope === "open" ? "page.field.no_open" : "page.field.no_mine")}</p>`}
  </section>`;
}
