// The page of the security administrator: accounts, what each was given, one-time passwords.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, post, send } from "./api.js";
import { exact, wallTime } from "./format.js";
import { Once } from "./parts/once.js";
import { Refusal, Skeleton } from "./parts/common.js";
import { Field, Refused, typed } from "./parts/forms.js";
import { Sign } from "./parts/glyphs.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { serverTime } from "./session.js";
import { district, failure, session } from "./state.js";
import { t, word } from "./words.js";

/** @typedef {import("./types").Account} Account */
/** @typedef {import("./types").Grant} Grant */
/** @typedef {{code: string, name: string, level: number}} Cell */

const ROLES = [
  "grid_officer",
  "team_member",
  "team_leader",
  "enforcement_officer",
  "safety_doctor",
  "town_lead",
  "department",
  "dispatcher",
  "planner",
  "supervisor",
  "system_administrator",
  "security_administrator",
  "audit_administrator",
];
const WHOLE_DISTRICT = ["system_administrator", "security_administrator", "audit_administrator"];
const LOCAL_OFFSET = "+08:00";

/** @param {Grant} grant @param {Map<string, string>} names */
function grantText(grant, names) {
  const parts = [
    word("access.role", grant.role),
    grant.area ? (names.get(grant.area) ?? grant.area) : t("page.admin.everywhere"),
    grant.department,
  ];
  const until = grant.until ? t("page.account.until", { when: exact(new Date(grant.until)) }) : "";
  return [...parts, until].filter(Boolean).join(" · ");
}

/** A local wall time as a moment, null for none. @param {string} text */
function moment(text) {
  return text ? `${text}:00${LOCAL_OFFSET}` : null;
}

/** One more grant. @param {{cells: Cell[], onAdd: (grant: Grant) => void}} props */
function GrantForm({ cells, onAdd }) {
  const [role, setRole] = useState(ROLES[0]);
  const whole = WHOLE_DISTRICT.includes(role);
  /** @param {Event} event */
  const add = (event) => {
    const { area = "", department = "", since, until } = typed(event);
    onAdd({ role, area, department, since: moment(since), until: moment(until) });
  };
  return html`<form class="form grant-form" onSubmit=${add}>
    <${Field} label=${t("page.admin.role")}>
      <select value=${role} onChange=${/** @param {any} event */ (event) => setRole(event.currentTarget.value)}>
        ${ROLES.map((one) => html`<option key=${one} value=${one}>${word("access.role", one)}</option>`)}
      </select>
    <//>
    ${
      !whole &&
      html`<${Field} label=${t("page.admin.area")}>
          <select name="area">
            <option value="">${t("page.admin.everywhere")}</option>
            ${cells.map((cell) => html`<option key=${cell.code} value=${cell.code}>${"　".repeat(cell.level - 1)}${cell.name} ${cell.code}</option>`)}
          </select>
        <//>
        <${Field} label=${t("page.admin.department")} hint=${t("page.admin.department_hint")}>
          <input name="department" maxlength="100" required=${role === "department"} />
        <//>`
    }
    <${Field} label=${t("page.admin.since")}><input name="since" type="datetime-local" value=${wallTime(serverTime())} /><//>
    <${Field} label=${t("page.admin.until")} hint=${t("page.admin.until_hint")}><input name="until" type="datetime-local" /><//>
    <button type="submit" class="primary">${t("page.admin.add_grant")}</button>
  </form>`;
}

/**
 * @param {{account: Account, cells: Cell[], names: Map<string, string>, onChanged: (account: Account) => void,
 *   onPassword: (name: string, password: string) => void}} props
 */
function AccountRow({ account, cells, names, onChanged, onPassword }) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  const own = session.value?.account?.id === account.id;
  /** @param {Promise<any>} asked @param {(answer: any) => void} done */
  const follow = (asked, done) => {
    setProblem(null);
    asked.then(done, (error) => setProblem(asProblem(error)));
  };
  /** @param {Grant[]} grants */
  const give = (grants) => follow(send("PUT", `accounts/${account.id}/grants`, { grants }), onChanged);
  const reset = () =>
    follow(post(`accounts/${account.id}/password`, {}), (made) => {
      onChanged(made.account);
      onPassword(account.name, made.password);
    });
  const turn = account.disabled_at ? "enable" : "disable";
  return html`<li class="card account-row">
    <div class="account-head">
      <div>
        <h2>${account.title}</h2>
        <p class="quiet">
          ${account.name}${account.disabled_at && html` · <b>${t("page.admin.disabled")}</b>`}
          ${account.must_change && html` · ${t("page.admin.must_change")}`}
        </p>
      </div>
      ${
        own
          ? html`<span class="quiet">${t("page.admin.yourself")}</span>`
          : html`<div class="account-acts">
              <button type="button" class="text-button" aria-expanded=${open} onClick=${() => setOpen(!open)}>${t("page.admin.grant")}</button>
              <button type="button" class="text-button" onClick=${reset}>${t("page.admin.reset")}</button>
              <button type="button" class="text-button" onClick=${() => follow(post(`accounts/${account.id}/${turn}`, {}), onChanged)}>
                ${t(account.disabled_at ? "page.admin.enable" : "page.admin.disable")}
              </button>
            </div>`
      }
    </div>
    <ul class="plain rows">
      ${account.grants.map(
        (grant, at) => html`<li key=${at}>
          <span>${grantText(grant, names)}</span>
          ${
            open &&
            html`<button
              type="button"
              class="icon-button"
              aria-label=${t("page.admin.take_back", { grant: grantText(grant, names) })}
              onClick=${() => give(account.grants.filter((_, other) => other !== at))}
            ><${Sign} name="close" size=${16} /></button>`
          }
        </li>`,
      )}
      ${account.grants.length === 0 && html`<li class="quiet">${t("page.account.no_role")}</li>`}
    </ul>
    <${Refused} problem=${problem} />
    ${open && html`<${GrantForm} cells=${cells} onAdd=${(/** @type {Grant} */ grant) => give([...account.grants, grant])} />`}
  </li>`;
}

/** @param {{onAdded: (account: Account, password: string) => void}} props */
function NewAccount({ onAdded }) {
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  /** @param {Event} event */
  const add = (event) => {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const { name, title } = typed(event);
    post("accounts", { name, title, grants: [] }).then(
      (made) => {
        form.reset();
        setProblem(null);
        onAdded(made.account, made.password);
      },
      (error) => setProblem(asProblem(error)),
    );
  };
  return html`<form class="card form new-account" onSubmit=${add} aria-label=${t("page.admin.new")}>
    <${Field} label=${t("page.sign_in.name")}><input name="name" autocomplete="off" autocapitalize="none" maxlength="40" required /><//>
    <${Field} label=${t("page.admin.person")}><input name="title" autocomplete="off" maxlength="60" required /><//>
    <button type="submit" class="primary">${t("page.admin.new")}</button>
    <${Refused} problem=${problem} />
  </form>`;
}

function AdminPage() {
  const [accounts, setAccounts] = useState(/** @type {Account[] | null} */ (null));
  const [cells, setCells] = useState(/** @type {Cell[]} */ ([]));
  const [once, setOnce] = useState({ name: "", password: "" });
  useEffect(() => {
    Promise.all([get("accounts"), get("cells"), get("district")]).then(
      ([listed, placed, of]) => {
        setAccounts(listed.items);
        setCells(placed.items);
        district.value = of;
      },
      (error) => (failure.value = asProblem(error)),
    );
  }, []);
  const names = new Map(cells.map((cell) => [cell.code, cell.name]));
  /** @param {Account} changed */
  const replace = (changed) =>
    setAccounts((held) => (held ?? []).map((one) => (one.id === changed.id ? changed : one)));
  return html`<${PlainBar} title=${t("page.admin.title")} />
    <main class="plain-page">
      <h1>${t("page.admin.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      <${NewAccount}
        onAdded=${(/** @type {Account} */ account, /** @type {string} */ password) => {
          setAccounts((held) => [account, ...(held ?? [])]);
          setOnce({ name: account.name, password });
        }}
      />
      ${once.password && html`<${Once} text=${once.password} said=${t("page.admin.password_once", { name: once.name })} />`}
      ${!accounts && !failure.value && html`<${Skeleton} />`}
      <ul class="plain accounts">
        ${(accounts ?? []).map(
          (account) => html`<${AccountRow}
            key=${account.id}
            account=${account}
            cells=${cells}
            names=${names}
            onChanged=${replace}
            onPassword=${(/** @type {string} */ name, /** @type {string} */ password) => setOnce({ name, password })}
          />`,
        )}
      </ul>
    </main>`;
}

startPage(html`<${AdminPage} />`, "page.admin.title");
