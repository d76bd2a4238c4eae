// The page for signing in: name and password, how long one is locked out, the password that has to be changed first.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "./api.js";
import { Field, PasswordField, Refused, typed } from "./parts/forms.js";
import { NewPassword } from "./parts/new_password.js";
import { Switches } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { pageAfter, signIn, signOut } from "./session.js";
import { failure, session } from "./state.js";
import { t } from "./words.js";

const LOCKED = 429;
const MINUTE_MS = 60_000;
const SENT_BACK = ["unreachable", "state", "refused", "token", "unknown"];

function goOn() {
  location.replace(pageAfter());
}

/** Why the provider sent somebody back, in words. */
function sentBack() {
  const why = (new URLSearchParams(location.search).get("problem") ?? "").replace("openid.", "");
  return SENT_BACK.includes(why) ? { message: `${t(`errors.openid.${why}.what`)} ${t(`errors.openid.${why}.mend`)}` } : null;
}

/** @param {{onSignedIn: (password: string) => void}} props */
function SignInForm({ onSignedIn }) {
  const [problem, setProblem] = useState(/** @type {{message: string, fields?: any} | null} */ (failure.peek() ?? sentBack()));
  const [busy, setBusy] = useState(false);
  const [locked, setLocked] = useState(false);
  useEffect(() => {
    if (!locked) return undefined;
    const minutes = Number(problem?.fields?.minutes ?? 1);
    const free = setTimeout(() => {
      setLocked(false);
      setProblem(null);
    }, minutes * MINUTE_MS);
    return () => clearTimeout(free);
  }, [locked]);
  /** @param {Event} event */
  const submit = (event) => {
    const { name, password } = typed(event);
    setBusy(true);
    setProblem(null);
    signIn(name, password)
      .then(
        () => onSignedIn(password),
        (error) => {
          const refused = asProblem(error);
          setProblem(refused);
          setLocked(refused.status === LOCKED);
        },
      )
      .finally(() => setBusy(false));
  };
  return html`<form class="form" onSubmit=${submit}>
    <${Field} label=${t("page.sign_in.name")}>
      <input name="name" type="text" autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="100" required autofocus />
    <//>
    <${PasswordField} label=${t("page.sign_in.password")} name="password" autocomplete="current-password" />
    <${Refused} problem=${problem} />
    <button type="submit" class="primary" disabled=${busy || locked}>${t("page.sign_in.do")}</button>
    ${
      session.value?.provider &&
      html`<p class="sign-in-or">${t("page.sign_in.or")}</p>
        <a class="button" href=${`/api/v1/session/openid?to=${encodeURIComponent(new URLSearchParams(location.search).get("to") ?? "/")}`}>
          ${t("page.sign_in.by", { name: session.value.provider })}
        </a>`
    }
    <p class="quiet">${t("page.sign_in.forgotten")}</p>
  </form>`;
}

function SignInPage() {
  const [password, setPassword] = useState(/** @type {string | undefined} */ (undefined));
  const account = session.value?.account;
  const changing = account?.must_change ?? false;
  const done = session.value !== null && !changing && (session.value.signed_in || !session.value.needed);
  useEffect(() => {
    if (done) goOn();
  }, [done]);
  if (done) return null;
  return html`<div class="sign-in">
    <div class="sign-in-switches"><${Switches} /></div>
    <main class="card">
      <p class="sign-in-brand"><img src="/icons/gridgis.svg" alt="" width="34" height="34" /><b>GridGIS</b></p>
      <h1>${t(changing ? "page.sign_in.change" : "page.sign_in.title")}</h1>
      ${
        changing
          ? html`<p class="quiet">${t("page.sign_in.why_change", { name: account?.title ?? "" })}</p>
              <${NewPassword} known=${password} onDone=${goOn} />
              <button type="button" class="link-button" onClick=${signOut}>${t("page.account.sign_out")}</button>`
          : html`<${SignInForm} onSignedIn=${setPassword} />`
      }
    </main>
  </div>`;
}

startPage(html`<${SignInPage} />`, "page.sign_in.title");
