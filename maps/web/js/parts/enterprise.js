// Show an enterprise: its risk, what it keeps, whom to call, where its sites are.
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { count } from "../format.js";
import { marked } from "../map/marked_layer.js";
import { placeAlarm, stepBack } from "../state.js";
import { t } from "../words.js";
import { Coordinates, PanelHead, Phone, Refusal, Skeleton } from "./common.js";
import { useFetched } from "./fetched.js";
import { RiskMark, Sign } from "./glyphs.js";

/** @typedef {import("../types").EnterpriseDetail} EnterpriseDetail */

/** @param {{of: EnterpriseDetail}} props */
function Facts({ of }) {
  return html`<dl class="facts-list">
    ${of.chemicals && html`<div class="strong"><dt>${t("page.chemicals")}</dt><dd>${of.chemicals}</dd></div>`}
    <div><dt>${t("page.contact")}</dt><dd>${of.contact || t("page.not_known")} <${Phone} phone=${of.phone} name=${of.contact || of.name} /></dd></div>
    <div><dt>${t("page.staff")}</dt><dd>${of.staff === null ? t("page.not_known") : t("page.people", { count: count(of.staff) })}</dd></div>
    <div><dt>${t("page.industry")}</dt><dd>${of.industry || t("page.not_known")}</dd></div>
    <div><dt>${t("page.department")}</dt><dd>${of.department || t("page.not_known")}</dd></div>
  </dl>`;
}

/** What a dispatcher wants to know of the enterprise an alarm is at. @param {{id: string}} props */
export function EnterpriseFacts({ id }) {
  const { value } = useFetched(/** @type {string} */ (`enterprises/${id}`));
  const of = /** @type {EnterpriseDetail | null} */ (value);
  if (!of) return html`<${Skeleton} rows=${1} />`;
  return html`<section class="at-enterprise" aria-label=${of.name}>
    <p class="enterprise-name"><${RiskMark} risk=${of.risk} /><b>${of.name}</b><span class="quiet">${t(`risk.${of.risk}`)}</span></p>
    <${Facts} of=${of} />
  </section>`;
}

/** @param {{id: string}} props */
export function EnterprisePanel({ id }) {
  const { value, problem } = useFetched(`enterprises/${id}`);
  const of = /** @type {EnterpriseDetail | null} */ (value);
  useEffect(() => {
    const site = of?.sites.find((one) => one.lon !== null && one.lat !== null);
    if (of && site) {
      const spot = { lon: Number(site.lon), lat: Number(site.lat), name: of.name };
      marked.value = { areas: [], around: [], sites: [], spot, fit: true };
    }
    return () => {
      marked.value = null;
    };
  }, [of]);
  if (problem)
    return html`<${PanelHead} kind=${t("page.kind.enterprise")} name="" onClose=${stepBack} /><${Refusal} problem=${problem} />`;
  if (!of) return html`<${Skeleton} rows=${5} />`;
  const mark = html`<${RiskMark} risk=${of.risk} />`;
  return html`<article>
    <${PanelHead} kind=${`${t("page.kind.enterprise")} · ${t(`risk.${of.risk}`)}`} name=${of.name} mark=${mark} onClose=${stepBack} />
    <${Facts} of=${of} />
    <h3>${t("page.sites", { count: of.sites.length })}</h3>
    <ul class="plain">
      ${of.sites.map(
        (site) => html`<li key=${site.id} class="site">
          <div>
            <b>${site.name || of.name}</b>
            <p class="quiet">
              ${site.address}${" "}
              ${
                site.lon !== null && site.lat !== null
                  ? html`<${Coordinates} lon=${site.lon} lat=${site.lat} />`
                  : t("page.unplaced")
              }
            </p>
          </div>
          ${
            site.lon !== null &&
            site.lat !== null &&
            html`<button
            type="button"
            class="primary"
            onClick=${() => placeAlarm({ lon: Number(site.lon), lat: Number(site.lat), name: site.name || of.name, enterprise: of.id })}
          >
            <${Sign} name="pin" size=${16} />${t("page.alarm_at_this")}
          </button>`
          }
        </li>`,
      )}
    </ul>
    <p class="quiet code">${of.credit_code ?? of.no_credit_code_reason}</p>
  </article>`;
}
