// The page of the own account: password, browsers that are signed in, tokens for programs.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, post, send } from "./api.js";
import { exact } from "./format.js";
import { rolesOf } from "./parts/account_menu.js";
import { Refusal } from "./parts/common.js";
import { Field, Refused, typed } from "./parts/forms.js";
import { NewPassword } from "./parts/new_password.js";
import { Once } from "./parts/once.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { serverTime } from "./session.js";
import { failure, session } from "./state.js";
import { t, word } from "./words.js";

const DAY_MS = 86_400_000;
const TOKEN_DAYS = [7, 30, 90, 365];
/** What no token may do, or anybody may. */
const NOT_FOR_TOKENS = ["service.read", "session.open", "session.own"];

/**
 * Rows that the server lists, read at once and given anew by whatever changes them.
 * @template Row
 * @param {string} path
 * @returns {[Row[] | null, (list: {items: Row[]}) => void, import("./api").Problem | null, (error: unknown) => void]}
 */
function useRows(path) {
  const [rows, setRows] = useState(/** @type {Row[] | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  /** @param {{items: Row[]}} list */
  const show = (list) => {
    setRows(list.items);
    setProblem(null);
  };
  /** @param {unknown} error */
  const refuse = (error) => setProblem(asProblem(error));
  useEffect(() => {
    get(path).then(show, refuse);
  }, [path]);
  return [rows, show, problem, refuse];
}

function Password() {
  const [done, setDone] = useState(false);
  return html`<section class="card" aria-labelledby="own-password">
    <h2 id="own-password">${t("page.account.password")}</h2>
    ${done ? html`<p role="status">${t("page.account.password_changed")}</p>` : html`<${NewPassword} onDone=${() => setDone(true)} />`}
  </section>`;
}

function Sessions() {
  const [rows, show, problem, refuse] = /** @type {ReturnType<typeof useRows<import("./types").OwnSession>>} */ (
    useRows("sessions")
  );
  return html`<section class="card" aria-labelledby="own-sessions">
    <h2 id="own-sessions">${t("page.account.sessions")}</h2>
    <${Refused} problem=${problem} />
    <ul class="plain rows">
      ${(rows ?? []).map(
        (row) => html`<li key=${row.id}>
          <span>
            ${row.address} · ${t("page.account.since", { when: exact(new Date(row.started_at)) })}
            <small class="quiet">${row.agent}</small>
          </span>
          ${
            row.here
              ? html`<span class="quiet unbroken">${t("page.account.here")}</span>`
              : html`<button type="button" class="link-button" onClick=${() => send("DELETE", `sessions/${row.id}`).then(show, refuse)}>
                  ${t("page.account.end_session")}
                </button>`
          }
        </li>`,
      )}
    </ul>
  </section>`;
}

function Tokens() {
  const [rows, show, problem, refuse] = /** @type {ReturnType<typeof useRows<import("./types").Token>>} */ (
    useRows("tokens")
  );
  const [secret, setSecret] = useState("");
  const own = (session.value?.actions ?? []).filter((action) => !NOT_FOR_TOKENS.includes(action));
  /** @param {Event} event */
  const add = (event) => {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { title, days } = typed(event);
    const scopes = new FormData(form).getAll("scope");
    const expires_at = new Date(serverTime().getTime() + Number(days) * DAY_MS).toISOString();
    post("tokens", { title, scopes, expires_at })
      .then((made) => {
        setSecret(made.secret);
        form.reset();
        return get("tokens");
      })
      .then(show, refuse);
  };
  return html`<section class="card" aria-labelledby="own-tokens">
    <h2 id="own-tokens">${t("page.account.tokens")}</h2>
    <ul class="plain rows">
      ${(rows ?? [])
        .filter((row) => row.revoked_at === null)
        .map(
          (row) => html`<li key=${row.id}>
            <span>
              ${row.title} · ${t("page.account.until", { when: exact(new Date(row.expires_at)) })}
              <small class="quiet">${row.scopes.map((scope) => word("access.action", scope)).join(t("page.comma"))}</small>
            </span>
            <button type="button" class="link-button" onClick=${() => send("DELETE", `tokens/${row.id}`).then(show, refuse)}>
              ${t("page.account.revoke")}
            </button>
          </li>`,
        )}
    </ul>
    ${secret && html`<${Once} text=${secret} said=${t("page.account.token_once")} />`}
    <${Refused} problem=${problem} />
    <details>
      <summary>${t("page.account.new_token")}</summary>
      <form class="form" onSubmit=${add}>
        <${Field} label=${t("page.account.token_title")}><input name="title" maxlength="60" required /><//>
        <${Field} label=${t("page.account.token_days")}>
          <select name="days">
            ${TOKEN_DAYS.map((days) => html`<option key=${days} value=${days} selected=${days === 30}>${t("page.account.days", { days })}</option>`)}
          </select>
        <//>
        <fieldset class="scopes">
          <legend>${t("page.account.scopes")}</legend>
          ${own.map(
            (action) => html`<label key=${action}><input type="checkbox" name="scope" value=${action} />${word("access.action", action)}</label>`,
          )}
        </fieldset>
        <button type="submit" class="primary">${t("page.account.make_token")}</button>
      </form>
    </details>
  </section>`;
}

function AccountPage() {
  const account = session.value?.account;
  const refused = location.pathname !== "/account";
  return html`<${PlainBar} title=${t("page.account.own")} />
    <main class="plain-page">
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      ${refused && html`<p class="card form-refused" role="alert">${t("page.account.page_refused")}</p>`}
      ${
        account &&
        html`<header>
            <h1>${account.title}</h1>
            <p class="quiet">${account.name} · ${rolesOf(account) || t("page.account.no_role")}</p>
          </header>
          <${Password} /><${Sessions} /><${Tokens} />`
      }
    </main>`;
}

startPage(html`<${AccountPage} />`, "page.account.own");
