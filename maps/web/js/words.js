// Say things in the language chosen: the same catalogues as the command line and the server.
import { catalogue, keep, language } from "./state.js";

/**
 * The words of a key, its braces filled; the key itself when nobody wrote words for it.
 * @param {string} key
 * @param {Record<string, string | number>} [fields]
 */
export function t(key, fields) {
  const words = catalogue.value[key];
  if (words === undefined) return key;
  if (!fields) return words;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
}

/** The word for a code of the district such as `alarm_type.fire`; the code itself where it has no words.
 * @param {string} kind @param {string} code */
export function word(kind, code) {
  const key = `${kind}.${code}`;
  const words = t(key);
  return words === key ? code : words;
}

/** Load a language and switch to it. @param {import("./types").Language} wanted */
export async function speak(wanted) {
  const answer = await fetch(`/api/v1/words/${wanted}.json`);
  if (!answer.ok) throw new Error(`words ${wanted}: ${answer.status}`);
  catalogue.value = await answer.json();
  language.value = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  keep("lang", wanted);
}
