// Small pieces that several tabs show: a hazard in one row, its clock, photos picked, whose side a place is on.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { ago, day, distance, exact } from "../format.js";
import { Phone } from "../parts/common.js";
import { Sign } from "../parts/glyphs.js";
import { t, word } from "../words.js";
import { prepare } from "./photos.js";
import { whoseSide } from "./place.js";
import { items, opened, serverNow } from "./state.js";

const HOUR_MS = 3_600_000;
const DAY_H = 24;

/** How long until a moment, or since it. @param {Date} moment */
function left(moment) {
  const hours = Math.round((moment.getTime() - serverNow().getTime()) / HOUR_MS);
  const days = Math.trunc(hours / DAY_H);
  if (hours >= 0) return days > 1 ? t("page.field.days_left", { count: days }) : t("page.field.hours_left", { count: hours });
  return days < -1 ? t("page.field.days_over", { count: -days }) : t("page.field.hours_over", { count: -hours });
}

/** The clock of a hazard: a bar against its limit, a filled label once it is over. @param {{clock: any}} props */
export function Clock({ clock }) {
  const due = clock.due_at ? new Date(clock.due_at) : null;
  const used = Math.min(1, clock.used);
  return html`<span class="clock-line" data-light=${clock.light} title=${due ? exact(due) : ""}>
    <svg class="clock-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="6" class="clock-all" /><rect width=${used * 100} height="6" class="clock-used" />
    </svg>
    <span>${word("hazard_stage", clock.stage)}${due ? html` <b>${left(due)}</b>` : html` <b>${t("page.field.still")}</b>`}</span>
    ${!clock.certain && html`<small>${t("page.field.uncertain")}</small>`}
  </span>`;
}

/** @param {{state: string}} props */
export function StateBadge({ state }) {
  return html`<span class="state-badge" data-state=${state}>${word("hazard_state", state)}</span>`;
}

/** A hazard in a list. @param {{hazard: any}} props */
export function HazardRow({ hazard }) {
  const unsent = items.value.some((item) => item.hazard === hazard.id && item.state !== "done");
  return html`<li>
    <button type="button" class="row-button" onClick=${() => (opened.value = hazard.id)}>
      <span class="row-head">
        <b>${word("hazard_kind", hazard.kind)}</b><${StateBadge} state=${hazard.state} />
        ${hazard.severity === "major" && html`<span class="major">${word("hazard_severity", "major")}</span>`}
        ${unsent && html`<span class="unsent">${t("page.field.unsent")}</span>`}
      </span>
      <span class="row-text">${hazard.text || t("page.field.photo_only")}</span>
      <span class="quiet">${[hazard.enterprise || hazard.address, hazard.code].filter(Boolean).join(" · ")} · ${ago(new Date(hazard.found_at), serverNow())}</span>
      ${hazard.clocks?.[0] && html`<${Clock} clock=${hazard.clocks[0]} />`}
    </button>
  </li>`;
}

/** Whose side a place is on, with who answers for it. @param {{lon: number, lat: number, accuracy_m: number}} props */
export function Side({ lon, lat, accuracy_m }) {
  const side = whoseSide(lon, lat, accuracy_m);
  if (!side) return null;
  const { cell, border_m, others } = side;
  return html`<div class="side" data-mine=${String(cell?.mine ?? false)}>
    <p>
      <${Sign} name="area" size=${18} />
      ${
        cell
          ? html`<b>${cell.name}</b> <span class="quiet">${cell.above}</span> ${cell.mine ? t("page.field.mine") : t("page.field.not_mine")}`
          : html`<b>${t("page.field.no_cell")}</b>`
      }
    </p>
    ${
      others.length > 0 &&
      html`<p class="quiet">
        ${t("page.field.border", { distance: distance(Math.max(1, border_m)), accuracy: distance(Math.max(1, accuracy_m)), names: others.map((one) => one.name).join(t("page.comma")) })}
      </p>`
    }
    ${cell && !cell.mine && html`<p>${cell.officers.map((officer) => html`<span class="officer-line" key=${officer.name}>${officer.name} <${Phone} name=${officer.name} phone=${officer.phone} /></span>`)}</p>`}
  </div>`;
}

/** A photo before it is sent. @param {{blob: Blob, onDrop: () => void}} props */
function Thumb({ blob, onDrop }) {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return html`<li>
    ${url && html`<img src=${url} alt=${t("page.field.photo")} />`}
    <button type="button" class="icon-button" aria-label=${t("page.field.photo_drop")} onClick=${onDrop}><${Sign} name="close" /></button>
  </li>`;
}

/** Take photos: one press opens the camera. @param {{photos: any[], setPhotos: (photos: any[]) => void, first?: boolean}} props */
export function PhotoPicker({ photos, setPhotos, first = false }) {
  const [fault, setFault] = useState("");
  const [busy, setBusy] = useState(false);
  /** @param {Event} event */
  const pick = async (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const made = [...photos];
    setBusy(true);
    setFault("");
    for (const file of input.files ?? []) {
      try {
        made.push(await prepare(file));
      } catch (error) {
        setFault(error instanceof Error ? error.message : String(error));
      }
    }
    input.value = "";
    setBusy(false);
    setPhotos(made);
  };
  return html`<div class="photo-picker">
    <label class=${first ? "photo-button photo-first" : "photo-button"}>
      <input type="file" accept="image/*" capture="environment" onChange=${pick} disabled=${busy} />
      <${Sign} name="plus" />${busy ? t("page.field.shrinking") : t(photos.length ? "page.field.photo_more" : "page.field.photo_take")}
    </label>
    ${photos.length > 0 && html`<ul class="thumbs">${photos.map((one) => html`<${Thumb} key=${one.id} blob=${one.blob} onDrop=${() => setPhotos(photos.filter((other) => other !== one))} />`)}</ul>`}
    ${fault && html`<p class="form-refused" role="alert">${fault}</p>`}
  </div>`;
}

/** A local calendar day. @param {string} iso */
export function dayOf(iso) {
  return day(new Date(`${iso}T12:00:00+08:00`));
}
