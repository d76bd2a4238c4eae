// Talk to the server from the field: every answer as its status and body, never a page left because of one.
import { language, session } from "../state.js";
import { write } from "./kept.js";
import { clockAhead_s, reached, signedOut } from "./state.js";

const LONGEST_MS = 60_000;
const SIGNED_OUT = ["access.sign_in", "password.first"];

/**
 * @typedef {{status: number, headers: Headers, body: any}} Answer `status` 0 when nobody answered
 */

/**
 * @param {string} method
 * @param {string} path below /api/v1/
 * @param {{json?: object, bytes?: Blob, headers?: Record<string, string>}} [what]
 * @returns {Promise<Answer>}
 */
export async function call(method, path, what = {}) {
  const headers = new Headers(what.headers);
  headers.set("accept-language", language.peek());
  headers.set("device-time", new Date().toISOString());
  headers.set("x-csrf-token", session.peek()?.csrf ?? "");
  if (method === "GET") headers.set("x-gridgis-background", "1");
  if (what.json) headers.set("content-type", "application/json");
  /** @type {Response} */
  let response;
  try {
    response = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      body: what.json ? JSON.stringify(what.json) : what.bytes,
      signal: AbortSignal.timeout(LONGEST_MS),
      cache: "no-store",
    });
  } catch {
    reached.value = false;
    return { status: 0, headers: new Headers(), body: null };
  }
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  let body = null;
  try {
    if (isJson) body = await response.json();
  } catch {
    return { status: 0, headers: response.headers, body: null };
  }
  reached.value = response.status < 500;
  if (SIGNED_OUT.includes(body?.code)) signedOut.value = true;
  return { status: response.status, headers: response.headers, body };
}

/** Ask who is signed in; what the server says of the time shows whether this clock is right. */
export async function askSession() {
  const before = Date.now();
  const answer = await call("GET", "session");
  if (answer.status !== 200) return null;
  const middle = (before + Date.now()) / 2;
  clockAhead_s.value = Math.round((middle - new Date(answer.body.now).getTime()) / 1000);
  write("clock_ahead_s", clockAhead_s.value).catch(() => {}); // it is asked for again
  session.value = answer.body;
  signedOut.value = answer.body.needed && !answer.body.signed_in;
  return answer.body;
}
