// Show the queue, each item with its state and its error in words; what was taken along; the clock; the room that is left.
import { html } from "htm/preact";
import { ago, clock, count } from "../format.js";
import { Switches } from "../parts/topbar.js";
import { now } from "../state.js";
import { t, word } from "../words.js";
import { LEAST_FREE } from "./kept.js";
import { drain, giveUp, insist, keepAsNote, retry } from "./outbox.js";
import { takeAlong } from "./offline.js";
import { clockAhead_s, clockWrong, foreign, items, kit, kitAt, offline, opened, owner, serverNow, signedOut, storage, waiting } from "./state.js";

const MEGABYTE = 1e6;

/** @param {{item: import("../types").OutboxItem}} props */
function Item({ item }) {
  const share = item.size ? Math.round((100 * item.sent) / item.size) : 0;
  const both = item.problem?.code === "hazard.both_changed";
  const moved = item.problem?.code === "hazard.step_illegal";
  return html`<li class="outbox-item" data-state=${item.state}>
    <p><span class="unsent">${word("outbox_state", item.state)}</span> ${item.label} ${item.kind === "photo" && item.state !== "done" ? html`<span class="quiet">${share}%</span>` : ""}</p>
    <p class="quiet">${ago(new Date(item.made_at), now.value)}${item.account !== owner.value ? ` · ${t("page.field.of_account", { name: item.account })}` : ""}</p>
    ${item.problem && html`<p class="form-refused" role="alert">${item.problem.detail}</p>`}
    ${
      both &&
      html`<dl class="sides"><dt>${t("page.field.mine_side")}</dt><dd>${String(item.problem?.fields.mine)}</dd><dt>${t("page.field.their_side")}</dt><dd>${String(item.problem?.fields.theirs)}</dd></dl>`
    }
    ${moved && html`<dl class="sides"><dt>${t("page.field.mine_side")}</dt><dd>${item.label}</dd><dt>${t("page.field.their_side")}</dt><dd>${word("hazard_state", String(item.problem?.fields.state))}</dd></dl>`}
    ${
      item.state === "refused" &&
      html`<div class="step-acts">
        ${both && html`<button type="button" class="act-button" onClick=${() => insist(item)}>${t("page.field.insist")}</button>`}
        ${item.kind === "step" && !both && html`<button type="button" class="act-button" onClick=${() => keepAsNote(item)}>${t("page.field.as_note")}</button>`}
        <button type="button" class="act-button" onClick=${() => retry(item)}>${t("page.field.retry")}</button>
        <button type="button" class="act-button" onClick=${() => giveUp(item)}>${t(both ? "page.field.take_theirs" : "page.field.give_up")}</button>
        <button type="button" class="text-button" onClick=${() => (opened.value = item.hazard)}>${t("page.field.look")}</button>
      </div>`
    }
  </li>`;
}

/** What is wrong with the clock, the room, the session; nothing where nothing is. */
function Warnings() {
  const ahead = clockAhead_s.value ?? 0;
  const room = storage.value;
  return html`
    ${signedOut.value && html`<p class="form-refused" role="alert">${t("page.field.signed_out", { count: waiting.value.length })} <a href="/sign-in?to=%2Ffield">${t("page.field.sign_in")}</a></p>`}
    ${clockWrong.value && html`<p class="field-warning" role="status">${t(ahead > 0 ? "page.field.clock_ahead" : "page.field.clock_behind", { minutes: Math.round(Math.abs(ahead) / 60) })}</p>`}
    ${room && room.allowed - room.used < LEAST_FREE && html`<p class="field-warning" role="status">${t("page.field.nearly_full", { left: Math.max(0, Math.round((room.allowed - room.used) / MEGABYTE)) })}</p>`}
    ${foreign.value.length > 0 && html`<p class="field-warning" role="status">${t("page.field.foreign", { count: foreign.value.length })}</p>`}
  `;
}

/** @param {{choose: (code: string) => void}} props */
export function MeTab({ choose }) {
  const taken = offline.value;
  const open = items.value.filter((item) => item.state !== "done");
  const done = items.value.filter((item) => item.state === "done").reverse();
  return html`<section>
    <${Warnings} />
    <div class="field-card">
      <h2>${t("page.field.queue", { count: open.length })}</h2>
      ${open.length === 0 && html`<p class="quiet">${t("page.field.all_sent")}</p>`}
      <ul class="outbox">${open.map((item) => html`<${Item} key=${item.id} item=${item} />`)}</ul>
      ${open.length > 0 && html`<button type="button" class="primary" onClick=${() => drain()}>${t("page.field.send_now")}</button>`}
    </div>
    <div class="field-card">
      <h2>${t("page.field.taken_along")}</h2>
      <p>${kitAt.value ? t("page.field.kit_at", { ago: ago(kitAt.value, now.value), enterprises: count(kit.value?.enterprises.length ?? 0) }) : t("page.field.nothing_yet")}</p>
      <p>${taken.at ? t("page.field.map_at", { ago: ago(new Date(taken.at), now.value), tiles: taken.total }) : t("page.field.no_map", { done: taken.done, total: taken.total })}</p>
      ${storage.value && html`<p class="quiet">${t("page.field.room", { used: (storage.value.used / MEGABYTE).toFixed(1) })}</p>`}
      <div class="step-acts">
        <button type="button" class="act-button" onClick=${() => takeAlong()}>${t("page.field.take_along")}</button>
        ${kit.value?.cell && html`<button type="button" class="act-button" onClick=${() => choose("")}>${t("page.field.choose_again")}</button>`}
      </div>
    </div>
    <div class="field-card me-line"><span>${owner.value}</span><span>${clock(serverNow())}</span><${Switches} /></div>
    ${done.length > 0 && html`<div class="field-card"><h3>${t("page.field.sent_lately")}</h3><ul class="outbox">${done.map((item) => html`<${Item} key=${item.id} item=${item} />`)}</ul></div>`}
  </section>`;
}
