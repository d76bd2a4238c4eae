// Take the call by keyboard alone: where, what, how bad, who calls; saved from the first word.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, replaced } from "../api.js";
import { clockSeconds, coordinates } from "../format.js";
import { Sign } from "../parts/glyphs.js";
import { district, wanted } from "../state.js";
import { t, word } from "../words.js";
import { command } from "./commands.js";
import { chosen, form, led, made, saved, savedAt, typePicked, waiting } from "./state.js";
import { askFor } from "./foot.js";
import { saveNow } from "./saving.js";

const PAUSE_MS = 60;
const TYPE_PAUSE_MS = 10;
const FIRST_LEVEL = "III";
const NATURES = ["real", "drill", "test", "false"];
/** @type {Record<string, string>} */
const SIGN_OF = { cell: "area", enterprise: "home", team: "alert", road: "road", place: "pin", coordinates: "locate" };

/** Change some fields. @param {Partial<import("../types").CallForm>} changed */
export function write(changed) {
  form.value = { ...form.value, ...changed };
}

/** Put the incident somewhere. @param {{lon: number, lat: number, name: string, enterprise?: string | null}} at */
export function putAt({ lon, lat, name, enterprise = null }) {
  const known = { lon: Number(lon.toFixed(6)), lat: Number(lat.toFixed(6)) };
  const text = name || coordinates(lon, lat);
  write({ ...known, placeText: text, address: text, enterprise_id: enterprise });
  saveNow();
}

/** Pick a type; a level is needed with it. @param {string} type @param {boolean} byHand */
export function pickType(type, byHand) {
  typePicked.value = byHand || typePicked.value;
  write({ type, level: form.peek().level ?? (type ? FIRST_LEVEL : null) });
}

/** Pick a level; once it was sent for, with a reason. @param {string} level */
export function pickLevel(level) {
  const incident = led.peek();
  if (form.peek().level === level) return;
  if (!incident || incident.teams.length === 0) {
    write({ level });
    return;
  }
  askFor(t("page.desk.why_level", { level: word("level", level) }), (why) => {
    command(word("level", level), `incidents/${incident.id}/steps`, { step: "level", level, why }).then(() => {
      form.value = { ...form.value, level };
      saved.value = { ...saved.value, level };
    });
  });
}

/** @param {string} nature */
function pickNature(nature) {
  const id = chosen.peek();
  if (form.peek().nature === nature) return;
  if (id === null) {
    write({ nature });
    return;
  }
  askFor(t("page.desk.why_nature", { nature: word("nature", nature) }), (why) => {
    command(word("nature", nature), `incidents/${id}/steps`, { step: "nature", nature, why }).then(() => {
      form.value = { ...form.value, nature };
      saved.value = { ...saved.value, nature };
    });
  });
}

/** Where: a combobox over everything that has a place, coordinates of any system among it. */
function PlaceField() {
  const [found, setFound] = useState(/** @type {import("../types").PlaceHit[]} */ ([]));
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const text = form.value.placeText;
  const known = form.value.lon !== null;
  useEffect(() => {
    if (!open || !text.trim()) {
      setFound([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get("typed", { place: text }, stop.signal).then(
        (answer) => {
          setFound(answer.places);
          setAt(0);
        },
        (error) => !replaced(error) && setFound([]),
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, open]);

  /** @param {import("../types").PlaceHit} hit */
  const take = (hit) => {
    setOpen(false);
    const detail = hit.kind === "coordinates" ? hit.detail : hit.name;
    putAt({ lon: hit.lon, lat: hit.lat, name: detail || hit.name, enterprise: hit.enterprise_id });
    wanted.value = { at: [hit.lon, hit.lat], zoom: 14.5 };
    document.getElementById("desk-said")?.focus();
  };
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (event.isComposing || !open || found.length === 0) return;
    if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") take(found[at]);
    else if (event.key === "Escape") setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<label class="desk-field desk-place" data-known=${known}>
    <span>${t("page.desk.place")}</span>
    <input
      id="desk-place"
      role="combobox"
      aria-expanded=${open && found.length > 0}
      aria-controls="desk-found"
      aria-activedescendant=${open && found[at] ? `desk-found-${at}` : undefined}
      autocomplete="off"
      spellcheck=${false}
      placeholder=${t("page.desk.place_hint")}
      value=${text}
      onInput=${
        /** @param {any} event */ (event) => {
          write({ placeText: event.currentTarget.value, address: event.currentTarget.value });
          setOpen(true);
        }
      }
      onBlur=${() => setOpen(false)}
      onKeyDown=${key}
    />
    <i class="desk-known" title=${known ? t("page.desk.place_known") : t("page.desk.place_unknown")}>
      ${known ? coordinates(form.value.lon ?? 0, form.value.lat ?? 0) : t("page.desk.place_unknown")}
    </i>
    ${
      open &&
      found.length > 0 &&
      html`<ul id="desk-found" class="found" role="listbox" aria-label=${t("page.search.results")}>
        ${found.map(
          (hit, index) => html`<li
            key=${hit.kind + hit.id}
            id=${`desk-found-${index}`}
            role="option"
            aria-selected=${index === at}
            onPointerDown=${
              /** @param {Event} event */ (event) => {
                event.preventDefault();
                take(hit);
              }
            }
          >
            <${Sign} name=${SIGN_OF[hit.kind] ?? "pin"} size=${18} />
            <span class="found-name">${hit.name}</span>
            <span class="found-detail">${hit.detail}</span>
            <span class="found-kind">${t(`page.kind.${hit.kind}`)}</span>
          </li>`,
        )}
      </ul>`
    }
  </label>`;
}

/** What: the caller's words; the type is found in them until one is picked by hand. */
function SaidField() {
  const said = form.value.said;
  useEffect(() => {
    if (!said.trim() || typePicked.value) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get("typed", { text: said }, stop.signal).then(
        (answer) => !typePicked.peek() && answer.types.length > 0 && pickType(answer.types[0], false),
        () => {},
      );
    }, TYPE_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [said]);
  return html`<label class="desk-field">
    <span>${t("page.desk.said")}</span>
    <textarea
      id="desk-said"
      rows="2"
      placeholder=${t("page.desk.said_hint")}
      value=${said}
      onInput=${/** @param {any} event */ (event) => write({ said: event.currentTarget.value })}
      onKeyDown=${
        /** @param {KeyboardEvent} event */ (event) => {
          if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
          event.preventDefault();
          document.getElementById("desk-teams")?.focus();
        }
      }
    ></textarea>
  </label>`;
}

/** @param {{name: "caller" | "phone" | "note", label: string, kind?: string}} props */
function TextField({ name, label, kind = "text" }) {
  return html`<label class="desk-field">
    <span>${label}</span>
    <input
      id=${`desk-${name}`}
      type=${kind}
      autocomplete="off"
      value=${form.value[name]}
      onInput=${/** @param {any} event */ (event) => write({ [name]: event.currentTarget.value })}
    />
  </label>`;
}

function Saved() {
  if (waiting.value.length > 0) {
    return html`<span class="desk-saved desk-unsaved" role="status">${t("page.desk.waiting", { count: waiting.value.length })}</span>`;
  }
  if (!savedAt.value) return html`<span class="desk-saved">${t("page.desk.saves_itself")}</span>`;
  return html`<span class="desk-saved" role="status">${t("page.desk.saved_at", { time: clockSeconds(savedAt.value) })}</span>`;
}

export function Intake() {
  const first = useRef(/** @type {HTMLElement | null} */ (null));
  const types = district.value?.alarm_types ?? [];
  useEffect(() => {
    if (chosen.peek() === null) document.getElementById("desk-place")?.focus();
  }, [made.value.incident]);
  return html`<section class="desk-intake" aria-label=${t("page.desk.intake")} ref=${first}>
    <h2>
      ${led.value ? led.value.code : t("page.desk.new_call")} <${Saved} />
    </h2>
    <${PlaceField} />
    <${SaidField} />
    <div class="desk-pair">
      <label class="desk-field">
        <span>${t("page.desk.type")}</span>
        <select
          id="desk-type"
          value=${form.value.type}
          onChange=${/** @param {any} event */ (event) => pickType(event.currentTarget.value, true)}
        >
          <option value=""></option>
          ${types.map(({ code }) => html`<option key=${code} value=${code} selected=${code === form.value.type}>${word("alarm_type", code)}</option>`)}
        </select>
      </label>
      <fieldset class="desk-field desk-levels">
        <legend>${t("page.desk.level_keys")}</legend>
        ${["I", "II", "III", "IV"].map(
          (level) => html`<button
            key=${level}
            type="button"
            class=${`level-button ${form.value.level === level ? "on" : ""}`}
            aria-pressed=${form.value.level === level}
            title=${word("level", level)}
            onClick=${() => pickLevel(level)}
          >${t(`level_short.${level}`)}</button>`,
        )}
      </fieldset>
    </div>
    <div class="desk-pair">
      <${TextField} name="phone" label=${t("page.desk.phone")} kind="tel" />
      <${TextField} name="caller" label=${t("page.desk.caller")} />
    </div>
    <div class="desk-pair">
      <${TextField} name="note" label=${t("page.desk.note")} />
      <label class="desk-field">
        <span>${t("page.desk.nature")}</span>
        <select value=${form.value.nature} onChange=${/** @param {any} event */ (event) => pickNature(event.currentTarget.value)}>
          ${NATURES.map((nature) => html`<option key=${nature} value=${nature} selected=${nature === form.value.nature}>${word("nature", nature)}</option>`)}
        </select>
      </label>
    </div>
  </section>`;
}
