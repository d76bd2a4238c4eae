// Lead to a register as a file; whoever may not export sees nothing of it.
import { html } from "htm/preact";
import { language, may } from "../state.js";
import { t } from "../words.js";

const FORMS = ["xlsx", "csv"];

/** @param {{of: "alarms" | "enterprises" | "officers" | "teams", query?: Record<string, string>, named?: boolean}} props */
export function ExportLinks({ of, query = {}, named = false }) {
  if (!may("exports.run") || !may(`${of}.read`)) return null;
  const asked = new URLSearchParams({ ...query, lang: language.value });
  return html`<span class="export-links" title=${t("page.export.noted")}>
    ${named ? t(`page.export.${of}`) : t("page.export")}
    ${FORMS.map(
      (form) => html` <a key=${form} href=${`/api/v1/exports/${of}.${form}?${asked}`} download aria-label=${`${t(`page.export.${of}`)} ${t(`page.export.${form}`)}`}>
        ${form === "xlsx" ? "Excel" : "CSV"}
      </a>`,
    )}
  </span>`;
}

/** The registers as files. */
export function Exports() {
  if (!may("exports.run")) return null;
  return html`<section>
    <h3>${t("page.export")}</h3>
    <p class="exports">
      ${["enterprises", "officers", "teams"].map((of) => html`<${ExportLinks} key=${of} of=${of} named=${true} />`)}
    </p>
    <p class="quiet">${t("page.export.noted")}</p>
  </section>`;
}
