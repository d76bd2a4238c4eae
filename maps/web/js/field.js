// The officer's page: begins from what the telephone keeps, then asks the server; works the same without a signal.
import { effect } from "@preact/signals";
import { html, render } from "htm/preact";
import { Frame } from "./field/frame.js";
import * as kept from "./field/kept.js";
import { readTaken, register, takeAlong } from "./field/offline.js";
import { drain, restore, resume } from "./field/outbox.js";
import { askSession, call } from "./field/sending.js";
import { clockAhead_s, kit, kitAt, owner } from "./field/state.js";
import { language, now, theme } from "./state.js";
import { speak, t } from "./words.js";

const LOOK_MS = 60_000;
const TICK_MS = 10_000;
const AFTER_CHANGE_MS = 1500;
let looking = 0;

/** Ask for what the telephone takes along, and keep it. */
async function look() {
  clearTimeout(looking);
  looking = window.setTimeout(look, LOOK_MS);
  const cell = (await kept.read("cell")) ?? "";
  const answer = await call("GET", `field${cell ? `?cell=${cell}` : ""}`);
  if (answer.status !== 200) return;
  kit.value = answer.body;
  kitAt.value = new Date();
  await kept.write("kit", { body: answer.body, at: kitAt.value.toISOString() });
}

/** @param {string} code */
async function choose(code) {
  await kept.write("cell", code);
  await look();
  takeAlong().catch(() => {});
}

/** Who it is: the server's word, else the one it had last. */
async function recognise() {
  const session = await askSession();
  const name = session?.account?.name;
  if (!name) return;
  if (owner.value && owner.value !== name) kit.value = null;
  owner.value = name;
  await kept.write("owner", name);
}

async function begin() {
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
    document.title = `${t("page.field.title")} · GridGIS`;
  });
  owner.value = (await kept.read("owner")) ?? "";
  clockAhead_s.value = (await kept.read("clock_ahead_s")) ?? null;
  const before = await kept.read("kit");
  if (before && before.body.account === owner.value) {
    kit.value = before.body;
    kitAt.value = new Date(before.at);
  }
  await restore();
  render(html`<${Frame} choose=${choose} />`, place);
  setInterval(() => (now.value = new Date()), TICK_MS);
  await recognise();
  resume(() => {
    clearTimeout(looking);
    looking = window.setTimeout(look, AFTER_CHANGE_MS);
  });
  kept.measure();
  navigator.storage?.persist?.().catch(() => false);
  await look();
  await register().catch((error) => console.info(error.message));
  await readTaken();
  await takeAlong().catch(() => {}); // without a signal what was taken along before serves
  addEventListener("online", () => recognise().then(drain).then(look));
}

begin();
