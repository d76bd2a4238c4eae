// Keep the pieces of forms: a field with its label, a password that can be shown, what was refused.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../words.js";

/** @param {{label: string, hint?: string, children: any}} props */
export function Field({ label, hint, children }) {
  return html`<label class="field">
    <span class="field-label">${label}</span>
    ${children}
    ${hint && html`<span class="quiet">${hint}</span>`}
  </label>`;
}

/** @param {{label: string, name: string, autocomplete: string, hint?: string, focus?: boolean}} props */
export function PasswordField({ label, name, autocomplete, hint, focus = false }) {
  const [shown, setShown] = useState(false);
  return html`<div class="field">
    <label class="field-label" for=${`field-${name}`}>${label}</label>
    <span class="password">
      <input
        id=${`field-${name}`}
        name=${name}
        type=${shown ? "text" : "password"}
        autocomplete=${autocomplete}
        autocapitalize="none"
        spellcheck=${false}
        maxlength="200"
        required
        autofocus=${focus}
      />
      <button type="button" class="text-button" aria-pressed=${shown} aria-controls=${`field-${name}`} onClick=${() => setShown(!shown)}>
        ${t(shown ? "page.password.hide" : "page.password.show")}
      </button>
    </span>
    ${hint && html`<span class="quiet">${hint}</span>`}
  </div>`;
}

/** What was refused, said at once to those who listen. @param {{problem: {message: string} | null}} props */
export function Refused({ problem }) {
  return html`<p class="form-refused" role="alert" hidden=${!problem}>${problem?.message}</p>`;
}

/** What somebody typed into a form. @param {Event} event @returns {Record<string, string>} */
export function typed(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
}
