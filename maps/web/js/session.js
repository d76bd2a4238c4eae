// Know who is signed in here; sign in and out, change the password.
import { get, goSignIn, post, send } from "./api.js";
import { clockAhead, now, session } from "./state.js";

/** @param {import("./types").Session} told */
function keep(told) {
  clockAhead.value = new Date(told.now).getTime() - Date.now();
  now.value = serverTime();
  session.value = told;
}

/** What time it is on the server. */
export function serverTime() {
  return new Date(Date.now() + clockAhead.peek());
}

/** Ask who is signed in. */
export async function readSession() {
  keep(await get("session", {}, undefined, true));
}

/** @param {string} name @param {string} password */
export async function signIn(name, password) {
  keep(await post("session", { name, password }));
}

/** @param {string} old @param {string} next */
export async function changePassword(old, next) {
  keep(await post("session/password", { old, new: next }));
}

/** End the session here and show the page for signing in. */
export async function signOut() {
  await send("DELETE", "session");
  goSignIn(false);
}

/** The first page for whoever is signed in, as the server says. */
export function homePage() {
  return session.value?.pages[0] ?? "/account";
}

/** The page asked for after signing in: never one elsewhere, nor one that is not for whoever signed in. */
export function pageAfter() {
  const asked = new URLSearchParams(location.search).get("to");
  if (!asked) return homePage();
  const target = new URL(asked, location.origin);
  const allowed = target.origin === location.origin && (session.value?.pages ?? []).includes(target.pathname);
  return allowed ? target.pathname + target.search : homePage();
}
