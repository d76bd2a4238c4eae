// Show the chain of events: whether it holds, and its head to be copied or printed as an anchor.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { count, exact } from "../format.js";
import { t } from "../words.js";
import { Sign } from "./glyphs.js";

/** @param {{trail: import("../types").Trail}} props */
export function Chain({ trail }) {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard?.writeText(trail.head).then(() => setCopied(true), () => setCopied(false));
  const walked = trail.walked_at ? t("page.audit.walked", { when: exact(new Date(trail.walked_at)), count: count(trail.walked) }) : "";
  const later = trail.count - trail.walked;
  return html`<section class="card chain chain-${trail.state}" aria-labelledby="chain">
    <h2 id="chain">${t(`page.audit.chain.${trail.state}`)}</h2>
    <p class="quiet">
      ${walked} ${trail.state === "whole" && later > 0 && t("page.audit.later", { count: count(later) })}
      ${trail.walking !== null && t("page.audit.walking", { done: count(trail.walking), total: count(trail.count) })}
    </p>
    ${trail.broken && html`<p class="form-refused" role="alert">${trail.broken.detail}</p>`}
    ${trail.fault && html`<p class="form-refused" role="alert">${trail.fault}</p>`}
    ${
      trail.head &&
      html`<p class="anchor-said">${t("page.audit.anchor")}</p>
        <code class="anchor">${trail.head}</code>
        <p class="chain-acts">
          ${navigator.clipboard && html`<button type="button" class="text-button" onClick=${copy}>${t(copied ? "page.audit.copied" : "page.audit.copy")}</button>`}
          <button type="button" class="text-button" onClick=${() => print()}><${Sign} name="print" size=${16} /> ${t("page.audit.print")}</button>
        </p>
        <p class="signature print-only">${t("page.audit.signature")}</p>`
    }
  </section>`;
}
