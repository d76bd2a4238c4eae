// Show a hazard with its history, and take the steps that are open to whoever looks.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { distance, exact } from "../format.js";
import { Sign } from "../parts/glyphs.js";
import { tell } from "../state.js";
import { t, word } from "../words.js";
import { isFull } from "./kept.js";
import { known, step } from "./making.js";
import { note } from "./outbox.js";
import { Clock, HazardRow, PhotoPicker, StateBadge } from "./parts.js";
import { follow } from "./place.js";
import { call } from "./sending.js";
import { details, here, items, kit, opened } from "./state.js";

/** Steps that are offered on the telephone, the likeliest first; the others belong to the office. */
const OFFERED = ["answer", "verify", "accept", "grade", "assign", "close", "urge", "rework", "send_back", "refuse", "start", "note"];
const WITH_PHOTOS = ["answer", "verify", "rework", "note", "urge"];
const WITHOUT_WORDS = ["accept", "start", "verify", "close", "assign"];
const SEVERITIES = ["ordinary", "major"];
const ASSIGNEES = ["enterprise", "department", "town"];
const ORDINARY_DAYS = 15;

/** Ask the server for a hazard, where it can be reached. @param {string} id */
async function refresh(id) {
  const answer = await call("GET", `hazards/${id}`);
  if (answer.status === 200) await note(answer.body);
}

/** @param {{one: any}} props */
function PhotoShown({ one }) {
  const at = one.taken_at ? exact(new Date(one.taken_at)) : "";
  return html`<li>
    ${one.came ? html`<a href=${`/api/v1/photos/${one.id}`}><img src=${`/api/v1/photos/${one.id}`} alt=${`${t("page.field.photo")} ${at}`} loading="lazy" /></a>` : html`<span class="photo-awaited">${t("page.field.photo_awaited")}</span>`}
    ${one.doubts.map((/** @type {string} */ doubt) => html`<small key=${doubt} class="doubt">${word("hazard_doubt", doubt)}</small>`)}
  </li>`;
}

/** @param {{one: any}} props */
function StepShown({ one }) {
  return html`<li class="step">
    <p><b>${word("hazard_act", one.act)}</b> <span class="quiet">${one.actor} · ${exact(new Date(one.happened_at))}</span></p>
    ${one.device_at && !kit.value?.clock_set && html`<p class="doubt">${t("page.field.device_at", { at: exact(new Date(one.device_at)) })}</p>`}
    ${one.text && html`<p class="step-text">${one.text}</p>`}
    ${one.facts.severity && html`<p>${word("hazard_severity", one.facts.severity)}</p>`}
    ${one.facts.away_m !== undefined && one.facts.away_m !== null && html`<p class="quiet">${t("page.field.verified_away", { distance: distance(Math.max(1, one.facts.away_m)) })}</p>`}
    ${one.photos.length > 0 && html`<ul class="thumbs">${one.photos.map((/** @type {any} */ photo) => html`<${PhotoShown} key=${photo.id} one=${photo} />`)}</ul>`}
  </li>`;
}

/** @param {{hazard: any, act: string, onDone: () => void}} props */
function StepForm({ hazard, act, onDone }) {
  const [text, setText] = useState("");
  const [photos, setPhotos] = useState(/** @type {any[]} */ ([]));
  const [severity, setSeverity] = useState("ordinary");
  const [assignee, setAssignee] = useState("enterprise");
  const [name, setName] = useState(hazard.enterprise ?? "");
  const [days, setDays] = useState(ORDINARY_DAYS);
  const [fault, setFault] = useState("");
  useEffect(() => (act === "verify" ? follow() : undefined), [act]);
  const needsPhoto = act === "answer" && photos.length === 0;
  const needsWords = !WITHOUT_WORDS.includes(act) && text.trim() === "";
  const save = async () => {
    const at = here.value;
    const more = {
      verify: at ? { lon: at.lon, lat: at.lat, accuracy_m: Math.round(at.accuracy_m) } : {},
      grade: { severity, clause: hazard.proposals?.[0]?.clause ?? "", rules: hazard.proposals?.[0]?.rules ?? "" },
      assign: { assignee, name, days },
    }[act];
    try {
      await step(hazard.id, act, { text: text.trim(), ...more }, photos);
      tell(t("page.field.step_saved", { act: word("hazard_act", act) }));
      onDone();
    } catch (error) {
      setFault(isFull(error) ? t("page.field.full") : t("page.field.not_saved"));
    }
  };
  /** @param {(value: any) => void} set */
  const into = (set) => (/** @type {any} */ event) => set(event.target.value);
  return html`<div class="field-card step-form">
    <h3>${word("hazard_act", act)}</h3>
    ${act === "grade" && hazard.proposals?.map((/** @type {any} */ one) => html`<p class="clause" key=${one.clause}><b>${one.clause}</b> ${one.text} <span class="quiet">${one.rules}${one.example ? t("page.field.example") : ""}</span></p>`)}
    ${act === "grade" && html`<label class="field"><span class="field-label">${t("page.field.severity")}</span><select value=${severity} onChange=${into(setSeverity)}>${SEVERITIES.map((one) => html`<option key=${one} value=${one}>${word("hazard_severity", one)}</option>`)}</select></label>`}
    ${
      act === "assign" &&
      html`<label class="field"><span class="field-label">${t("page.field.assignee")}</span><select value=${assignee} onChange=${into(setAssignee)}>${ASSIGNEES.map((one) => html`<option key=${one} value=${one}>${word("hazard_assignee", one)}</option>`)}</select></label>
        <label class="field"><span class="field-label">${t("page.field.assignee_name")}</span><input value=${name} maxlength="200" onInput=${into(setName)} /></label>
        <label class="field"><span class="field-label">${t("page.field.days")}</span><input type="number" min="0" max="365" value=${days} onInput=${(/** @type {any} */ event) => setDays(Number(event.target.value))} /></label>`
    }
    ${WITH_PHOTOS.includes(act) && html`<${PhotoPicker} photos=${photos} setPhotos=${setPhotos} />`}
    <label class="field"><span class="field-label">${t("page.field.words")}</span><textarea rows="3" maxlength="2000" value=${text} onInput=${into(setText)}></textarea></label>
    ${fault && html`<p class="form-refused" role="alert">${fault}</p>`}
    <div class="step-acts">
      <button type="button" class="primary" disabled=${needsPhoto || needsWords} onClick=${save}>${t("page.field.save")}</button>
      <button type="button" class="text-button" onClick=${onDone}>${t("page.field.cancel")}</button>
    </div>
  </div>`;
}

/** @param {{id: string}} props */
export function HazardPage({ id }) {
  const [act, setAct] = useState("");
  useEffect(() => {
    refresh(id);
    setAct("");
  }, [id]);
  const hazard = details.value[id] ?? known().find((one) => one.id === id);
  const pending = items.value.filter((item) => item.hazard === id && item.state !== "done" && item.kind !== "photo");
  const others = known();
  if (!hazard) return html`<p class="field-card">${t("page.waiting")}</p>`;
  const acts = OFFERED.filter((one) => (hazard.acts ?? ["note"]).includes(one));
  return html`<section>
    <div class="field-card">
      <header class="panel-head">
        <div><p class="kind">${hazard.code}</p><h2>${word("hazard_kind", hazard.kind)} <${StateBadge} state=${hazard.state} /></h2></div>
        <button type="button" class="icon-button" aria-label=${t("page.close")} onClick=${() => (opened.value = null)}><${Sign} name="close" /></button>
      </header>
      <p class="hazard-text">${hazard.text || t("page.field.photo_only")}</p>
      <p class="quiet">${[hazard.enterprise, hazard.address, hazard.assignee && t("page.field.assigned_to", { name: hazard.assignee })].filter(Boolean).join(" · ")}</p>
      ${hazard.severity && html`<p><span class=${hazard.severity === "major" ? "major" : "quiet"}>${word("hazard_severity", hazard.severity)}</span></p>`}
      ${hazard.clocks?.map((/** @type {any} */ clock) => html`<${Clock} key=${clock.stage} clock=${clock} />`)}
    </div>
    ${
      act
        ? html`<${StepForm} key=${act} hazard=${hazard} act=${act} onDone=${() => setAct("")} />`
        : html`<div class="act-buttons">${acts.map((one) => html`<button type="button" key=${one} class="act-button" onClick=${() => setAct(one)}>${word("hazard_act", one)}</button>`)}</div>`
    }
    ${pending.length > 0 && html`<ul class="field-card pending">${pending.map((item) => html`<li key=${item.id}><span class="unsent">${word("outbox_state", item.state)}</span> ${item.label}</li>`)}</ul>`}
    ${
      hazard.repeats?.length > 0 &&
      html`<div class="field-card"><h3>${t("page.field.repeats")}</h3><ul class="field-rows">
        ${hazard.repeats.map((/** @type {any} */ one) => {
          const seen = others.find((each) => each.id === one.id);
          const why = [one.photo && t("page.field.same_photo"), one.away_m !== null && distance(Math.max(1, one.away_m)), t("page.field.days_apart", { count: Math.round(one.apart_days) })].filter(Boolean).join(" · ");
          return html`${seen ? html`<${HazardRow} key=${one.id} hazard=${seen} />` : html`<li key=${one.id}>${one.code}</li>`}<li class="quiet" key=${`${one.id}-why`}>${why}</li>`;
        })}
      </ul></div>`
    }
    <h3>${t("page.field.history")}</h3>
    <ol class="field-card steps">${(hazard.steps ?? []).map((/** @type {any} */ one) => html`<${StepShown} key=${one.id} one=${one} />`)}</ol>
    ${(hazard.steps ?? []).length === 0 && html`<p class="quiet advice">${t("page.field.history_later")}</p>`}
  </section>`;
}
