// The foot of the desk: what became of the newest command, a line to type a reason in, the log of the incident.
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { clock, clockSeconds, exact } from "../format.js";
import { t, word } from "../words.js";
import { lostSince } from "../state.js";
import { asking, detail, result, waiting } from "./state.js";

/**
 * Ask for a sentence in the foot; Escape lets it be.
 * @param {string} label @param {(text: string) => void} done
 * @param {string} [value]
 */
export function askFor(label, done, value = "") {
  asking.value = { label, value, done };
}

function AskLine() {
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));
  const asked = asking.value;
  const before = useRef(/** @type {Element | null} */ (null));
  useEffect(() => {
    if (!asked) return;
    before.current = document.activeElement;
    field.current?.focus();
  }, [asked]);
  if (!asked) return null;
  const end = () => {
    asking.value = null;
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (!text) return;
    end();
    asked.done(text);
  };
  return html`<form class="desk-ask" onSubmit=${submit}>
    <label>
      <span>${asked.label}</span>
      <input
        ref=${field}
        id="desk-ask"
        autocomplete="off"
        maxlength="500"
        defaultValue=${asked.value}
        onKeyDown=${
          /** @param {KeyboardEvent} event */ (event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            end();
          }
        }
      />
    </label>
    <button type="submit" class="primary">${t("page.desk.ok")}</button>
  </form>`;
}

function Result() {
  const now = result.value;
  const queued = lostSince.value ? waiting.value : [];
  return html`<div class="desk-result" role="status" aria-live="assertive" data-ok=${now ? String(now.ok) : ""}>
    ${queued.length > 0 && html`<b class="desk-queue">${t("page.desk.queue", { count: queued.length, what: queued[0].said })}</b>`}
    ${now ? html`<i aria-hidden="true">${now.ok ? "✓" : "✕"}</i><span>${clockSeconds(new Date(now.at))} ${now.text}</span>` : html`<span class="quiet">${t("page.desk.keys")}</span>`}
  </div>`;
}

/** What an entry tells, in one line. @param {import("../types").LogEntry} entry */
export function entryText(entry) {
  const facts = entry.facts ?? {};
  const parts = [word("step", entry.step)];
  if (facts.team) parts.push(facts.team);
  if (facts.incident) parts.push(facts.incident);
  if (entry.step === "level" && facts.level) parts.push(word("level", facts.level.after));
  if (entry.step === "nature" && facts.nature) parts.push(word("nature", facts.nature.after ?? facts.nature));
  if (entry.step === "completed") parts.push(...Object.keys(facts).filter((name) => name !== "lat").map((name) => word("field", name)));
  if (entry.text) parts.push(entry.text);
  return parts.join(" ");
}

function Timeline() {
  const strip = useRef(/** @type {HTMLElement | null} */ (null));
  const log = detail.value?.log ?? [];
  useEffect(() => {
    if (strip.current) strip.current.scrollLeft = strip.current.scrollWidth;
  }, [log.length, detail.value?.id]);
  return html`<ol class="desk-timeline" ref=${strip} aria-label=${t("page.desk.timeline")} tabindex="0">
    ${log.length === 0 && html`<li class="quiet">${t("page.desk.no_log")}</li>`}
    ${log.map((entry) => {
      const happened = new Date(entry.happened_at);
      const late = new Date(entry.recorded_at).getTime() - happened.getTime() > 60_000;
      return html`<li key=${entry.id} data-step=${entry.step} title=${t("page.desk.entry_by", { actor: entry.actor, when: exact(new Date(entry.recorded_at)) })}>
        <time datetime=${entry.happened_at}>${clock(happened)}${late && html`<small>${t("page.desk.late_entry")}</small>`}</time>
        <span>${entryText(entry)}</span>
      </li>`;
    })}
  </ol>`;
}

export function Foot() {
  return html`<footer class="desk-foot">
    ${asking.value ? html`<${AskLine} />` : html`<${Result} />`}
    <${Timeline} />
  </footer>`;
}
