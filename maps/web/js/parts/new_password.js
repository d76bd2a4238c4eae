// Ask for another password, twice, and say what is wanted of it.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Problem, asProblem } from "../api.js";
import { changePassword } from "../session.js";
import { t } from "../words.js";
import { PasswordField, Refused, typed } from "./forms.js";

/**
 * @param {{known?: string, onDone: () => void}} props the password as it is, where it was typed a moment ago
 */
export function NewPassword({ known, onDone }) {
  const [problem, setProblem] = useState(/** @type {Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  /** @param {Event} event */
  const change = (event) => {
    const { old, next, again } = typed(event);
    if (next !== again) {
      setProblem(new Problem(0, { detail: t("page.password.differ") }));
      return;
    }
    setBusy(true);
    setProblem(null);
    changePassword(known ?? old, next)
      .then(onDone, (error) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };
  return html`<form class="form" onSubmit=${change}>
    ${known === undefined && html`<${PasswordField} label=${t("page.password.old")} name="old" autocomplete="current-password" />`}
    <${PasswordField}
      label=${t("page.password.new")}
      name="next"
      autocomplete="new-password"
      hint=${t("page.password.rule")}
      focus=${known !== undefined}
    />
    <${PasswordField} label=${t("page.password.again")} name="again" autocomplete="new-password" />
    <${Refused} problem=${problem} />
    <button type="submit" class="primary" disabled=${busy}>${t("page.password.change")}</button>
  </form>`;
}
