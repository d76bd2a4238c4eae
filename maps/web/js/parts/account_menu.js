// Say who is signed in, and lead to what is done about that.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem } from "../api.js";
import { signOut } from "../session.js";
import { narrow, session, tell } from "../state.js";
import { t, word } from "../words.js";
import { Sign } from "./glyphs.js";

/** Pages that the menu leads to, those that may be opened. */
const PAGES = [
  ["/", "page.today"],
  ["/desk", "page.desk.title"],
  ["/wall", "page.wall.title"],
  ["/team", "page.team.title"],
  ["/teams", "page.teams.title"],
  ["/run-cards", "page.card.title"],
  ["/replay", "page.replay.title"],
  ["/learning", "page.learning.title"],
  ["/field", "page.field.title"],
  ["/audit", "page.audit.title"],
  ["/admin", "page.admin.title"],
  ["/account", "page.account.own"],
];

/** The roles that somebody was given, each once. @param {import("../types").Account} account */
export function rolesOf(account) {
  return [...new Set(account.grants.map((grant) => word("access.role", grant.role)))].join(t("page.comma"));
}

function leave() {
  signOut().catch((error) => tell(asProblem(error).message));
}

export function AccountMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const account = session.value?.account;
  useEffect(() => {
    if (!open) return undefined;
    /** @param {Event} event */
    const away = (event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  if (!account) return null;
  /** @param {KeyboardEvent} event */
  const close = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  return html`<div class="account" ref=${box} onKeyDown=${close}>
    <button
      type="button"
      class="account-button"
      aria-expanded=${open}
      aria-controls="account-menu"
      aria-label=${t("page.account.of", { name: account.title })}
      onClick=${() => setOpen(!open)}
    >
      <${Sign} name="person" />${!narrow.value && html`<span>${account.title}</span>`}
    </button>
    ${
      open &&
      html`<div class="account-menu" id="account-menu">
        <p class="account-name"><b>${account.title}</b><span class="quiet">${account.name}</span></p>
        <p class="quiet">${rolesOf(account) || t("page.account.no_role")}</p>
        ${PAGES.filter(([path]) => session.value?.pages.includes(path) && path !== location.pathname).map(
          ([path, title]) => html`<a key=${path} href=${path}>${t(title)}</a>`,
        )}
        <button type="button" onClick=${leave}>${t("page.account.sign_out")}</button>
      </div>`
    }
  </div>`;
}
