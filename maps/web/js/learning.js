// What was learned: how far estimates are off and what the teams' own runs teach; lessons of incidents as tasks.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, post } from "./api.js";
import { duration, exact } from "./format.js";
import { Refusal, Skeleton } from "./parts/common.js";
import { Refused, typed } from "./parts/forms.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { district, failure, may } from "./state.js";
import { t } from "./words.js";

/** How far an estimate was off, in words. @param {number | null} seconds */
function off(seconds) {
  if (seconds === null) return "—";
  if (Math.abs(seconds) < 1) return t("page.learning.on_time");
  return t(seconds > 0 ? "page.learning.later" : "page.learning.sooner", { time: duration(Math.abs(seconds)) });
}

/** A factor as a bar against 1. @param {{value: number}} props */
function Factor({ value }) {
  return html`<span class="factor"><meter min="0.5" max="2" low="0.9" high="1.1" optimum="1" value=${Math.min(2, value)}></meter> ×${value.toFixed(2)}</span>`;
}

function Learned() {
  const [held, hold] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  useEffect(() => {
    get("learning").then(hold, (error) => setProblem(asProblem(error)));
  }, []);
  /** @param {boolean} use */
  const turn = (use) => post("learning", { use }).then(hold, (error) => setProblem(asProblem(error)));
  if (problem && !held) return html`<${Refusal} problem=${problem} />`;
  if (!held) return html`<${Skeleton} rows=${6} />`;
  return html`<section class="card">
    <h2>${t("page.learning.times")}</h2>
    <p>${t("page.learning.sum", { runs: held.runs, median: off(held.off.median_s), p90: off(held.off.p90_s) })}</p>
    <p class="quiet">${t("page.learning.how", { runs: held.least_runs })}</p>
    <p class="work-acts">
      <b>${t(held.in_use ? "page.learning.in_use" : "page.learning.not_in_use")}</b>
      ${
        may("run_cards.write") &&
        html`<button type="button" class="text-button" id="learning-use" onClick=${() => turn(true)}>${t(held.in_use ? "page.learning.again" : "page.learning.use")}</button>
        ${held.in_use && html`<button type="button" class="text-button" onClick=${() => turn(false)}>${t("page.learning.leave")}</button>`}`
      }
    </p>
    <${Refused} problem=${problem} />
    ${held.items.length === 0 && html`<p class="quiet">${t("page.learning.no_runs")}</p>`}
    <div class="wide"><table class="work-table">
      <thead><tr>${["team", "runs", "turnout", "travel", "median", "p90", "used"].map((name) => html`<th key=${name}>${t(`page.learning.column.${name}`)}</th>`)}</tr></thead>
      <tbody>
        ${held.items.map(
          (/** @type {any} */ one) => html`<tr key=${one.team.id}>
            <td>${one.team.name}</td><td>${one.runs}</td>
            <td>${one.runs < held.least_runs ? html`<span class="quiet">${t("page.learning.too_few")}</span>` : html`<${Factor} value=${one.turnout} />`}</td>
            <td>${one.runs < held.least_runs ? "" : html`<${Factor} value=${one.travel} />`}</td>
            <td>${off(one.off.median_s)}</td><td>${off(one.off.p90_s)}</td>
            <td>${one.used ? one.used.map((/** @type {number} */ value) => `×${value.toFixed(2)}`).join(" ") : "—"}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
  </section>`;
}

/** @param {{lesson: any, onDone: (lesson: any) => void}} props */
function LessonRow({ lesson, onDone }) {
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  /** @param {Event} event */
  const done = (event) =>
    post(`lessons/${lesson.id}/done`, { outcome: typed(event).outcome }).then(onDone, (error) => setProblem(asProblem(error)));
  return html`<li class="lesson">
    <span>
      ${lesson.late && html`<b class="desk-alert">${t("page.learning.overdue")}</b> `}<b>${lesson.text}</b>
      <small>${[lesson.code, lesson.owner, lesson.due_on && t("page.learning.due", { day: lesson.due_on }), lesson.made_by].filter(Boolean).join(" · ")}</small>
      ${lesson.done_at && html`<small>✓ ${exact(new Date(lesson.done_at))} ${lesson.done_by}：${lesson.outcome}</small>`}
      <${Refused} problem=${problem} />
    </span>
    ${
      !lesson.done_at &&
      may("alarms.write") &&
      html`<form class="work-line" onSubmit=${done}>
        <input name="outcome" required maxlength="500" placeholder=${t("page.learning.outcome")} aria-label=${t("page.learning.outcome")} />
        <button type="submit" class="text-button">${t("page.learning.done")}</button>
      </form>`
    }
  </li>`;
}

function Lessons() {
  const [held, hold] = useState(/** @type {any[] | null} */ (null));
  const [all, setAll] = useState(false);
  useEffect(() => {
    get("lessons", all ? {} : { open: "true" }).then((read) => hold(read.items), () => hold([]));
  }, [all]);
  if (!held) return html`<${Skeleton} rows=${3} />`;
  return html`<section class="card">
    <h2>${t("page.learning.lessons", { count: held.filter((one) => !one.done_at).length })}</h2>
    <label class="record-check"><input type="checkbox" checked=${all} onChange=${/** @param {any} event */ (event) => setAll(event.currentTarget.checked)} /> ${t("page.learning.also_done")}</label>
    ${held.length === 0 && html`<p class="quiet">${t("page.learning.no_lessons")}</p>`}
    <ul class="plain rows">${held.map((one) => html`<${LessonRow} key=${one.id} lesson=${one} onDone=${(/** @type {any} */ changed) => hold((before) => (before ?? []).map((other) => (other.id === changed.id ? changed : other)))} />`)}</ul>
  </section>`;
}

function LearningPage() {
  useEffect(() => {
    get("district").then((read) => (district.value = read), asProblem);
  }, []);
  return html`<${PlainBar} title=${t("page.learning.title")} />
    <main class="plain-page work-page">
      <h1>${t("page.learning.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      <${Lessons} />
      <${Learned} />
    </main>`;
}

startPage(html`<${LearningPage} />`, "page.learning.title");
