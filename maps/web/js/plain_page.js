// Start a page without a map: words, who is signed in, theme; then what the page shows.
import { effect } from "@preact/signals";
import { render } from "htm/preact";
import { asProblem } from "./api.js";
import { readSession } from "./session.js";
import { failure, language, theme } from "./state.js";
import { speak, t } from "./words.js";

/** @param {any} page @param {string} title key of its title */
export async function startPage(page, title) {
  const place = /** @type {HTMLElement} */ (document.getElementById("page"));
  try {
    await speak(language.value);
  } catch (error) {
    console.error(error);
    place.textContent = "无法打开页面：服务器没有应答，请稍后刷新。/ The server does not answer; reload in a while.";
    return;
  }
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    document.title = `${t(title)} · GridGIS`;
  });
  await readSession().catch((error) => (failure.value = asProblem(error)));
  render(page, place);
}
