// Ask the server; every refusal arrives as a Problem whose words can be shown as they are.
import { language, lostSince, session } from "./state.js";
import { t } from "./words.js";

/** Why the server did not answer as asked: its own words, or that it can't be reached. */
export class Problem extends Error {
  /** @param {number} status @param {Partial<import("./types").ProblemBody>} body */
  constructor(status, body) {
    super(body.detail ?? body.title ?? String(status));
    this.status = status;
    this.code = body.code ?? "";
    this.fields = body.fields ?? {};
  }
}

const SIGN_IN = "/sign-in";
/** Refusals that signing in, or changing the password, does away with. */
const SIGNED_OUT = ["access.sign_in", "password.first"];

let leaving = false;

/** Go and sign in. @param {boolean} [back] whether the page comes back to where it was */
export function goSignIn(back = true) {
  if (leaving || (back && location.pathname === SIGN_IN)) return;
  leaving = true;
  location.assign(back ? `${SIGN_IN}?to=${encodeURIComponent(location.pathname + location.search)}` : SIGN_IN);
}

/**
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} params
 * @param {RequestInit} init
 */
async function ask(path, params, init) {
  const query = new URLSearchParams({ lang: language.value });
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") query.set(name, String(value));
  }
  /** @type {Response} */
  let response;
  try {
    response = await fetch(`/api/v1/${path}?${query}`, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    lostSince.value ??= new Date();
    throw new Problem(0, { code: "network", detail: t("page.error.network") });
  }
  lostSince.value = null;
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  if (!response.ok) {
    const body = isJson ? await response.json() : { detail: t("page.error.server", { status: response.status }) };
    if (SIGNED_OUT.includes(body.code)) goSignIn();
    throw new Problem(response.status, body);
  }
  return response.json();
}

/**
 * Read something.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} [params]
 * @param {AbortSignal} [signal]
 * @param {boolean} [byItself] whether the page asks by itself, which is no sign that somebody sits before it
 */
export function get(path, params = {}, signal, byItself = false) {
  return ask(path, params, { signal, headers: byItself ? { "x-gridgis-background": "1" } : {} });
}

/**
 * Ask for something to be done.
 * @param {"POST" | "PUT" | "DELETE"} method
 * @param {string} path
 * @param {object} [body]
 * @param {AbortSignal} [signal]
 * @param {string} [key] what a command is called, the same again when it is sent again
 */
export function send(method, path, body, signal, key) {
  const headers = { "content-type": "application/json", "x-csrf-token": session.peek()?.csrf ?? "" };
  if (key) Object.assign(headers, { "idempotency-key": key });
  return ask(path, {}, { method, body: body && JSON.stringify(body), headers, signal });
}

/**
 * Ask with a body.
 * @param {string} path
 * @param {object} body
 * @param {AbortSignal} [signal]
 */
export function post(path, body, signal) {
  return send("POST", path, body, signal);
}

/** Whether an error only says that a newer question replaced this one. @param {unknown} error */
export function replaced(error) {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Any error as a problem that can be shown. @param {unknown} error @returns {Problem} */
export function asProblem(error) {
  if (error instanceof Problem) return error;
  console.error(error);
  return new Problem(0, { code: "page", detail: t("page.error.page") });
}
