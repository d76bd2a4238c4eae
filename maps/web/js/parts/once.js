// Show a secret this once.
import { html } from "htm/preact";

/** @param {{text: string, said: string}} props */
export function Once({ text, said }) {
  return html`<div class="once" role="status">
    <p>${said}</p>
    <code>${text}</code>
  </div>`;
}
