// List who signed in or tried to.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get } from "../api.js";
import { exact } from "../format.js";
import { t, word } from "../words.js";
import { Refused } from "./forms.js";

export function SignIns() {
  const [rows, setRows] = useState(/** @type {import("../types").SignIn[]} */ ([]));
  const [problem, setProblem] = useState(/** @type {import("../api").Problem | null} */ (null));
  useEffect(() => {
    get("sign-ins").then(
      (list) => setRows(list.items),
      (error) => setProblem(asProblem(error)),
    );
  }, []);
  return html`<section class="card" aria-labelledby="sign-ins">
    <h2 id="sign-ins">${t("page.account.sign_ins")}</h2>
    <${Refused} problem=${problem} />
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">${t("page.sign_ins.at")}</th>
            <th scope="col">${t("page.sign_ins.name")}</th>
            <th scope="col">${t("page.sign_ins.address")}</th>
            <th scope="col">${t("page.sign_ins.outcome")}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, at) => html`<tr key=${at}>
              <td>${exact(new Date(row.at))}</td>
              <td>${row.name}</td>
              <td>${row.address}</td>
              <td>${word("sign_in", row.outcome)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
