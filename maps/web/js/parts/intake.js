// Take the alarm: what happened, at which level, when; the place comes from the map or the search.
import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { clock, exact, wallTime } from "../format.js";
import { alarmType, district, keep, level, now, when } from "../state.js";
import { t, word } from "../words.js";

/** @param {{name: string, legend: string, options: {code: string, name: string}[], value: string, onPick: (code: string) => void, className: string}} props */
function Choice({ name, legend, options, value, onPick, className }) {
  return html`<fieldset class=${`choice ${className}`}>
    <legend>${legend}</legend>
    ${options.map(
      (option) => html`<label key=${option.code}>
        <input
          type="radio"
          name=${name}
          value=${option.code}
          checked=${option.code === value}
          onChange=${() => onPick(option.code)}
        />
        <span>${option.name}</span>
      </label>`,
    )}
  </fieldset>`;
}

function When() {
  const [open, setOpen] = useState(false);
  const fixed = when.value;
  if (!open && fixed === null) {
    return html`<p class="when">
      <span>${t("page.when.now", { time: clock(now.value) })}</span>
      <button type="button" class="link-button" onClick=${() => setOpen(true)}>${t("page.when.change")}</button>
    </p>`;
  }
  return html`<p class="when">
    <label>
      <span>${t("page.when.label")}</span>
      <input
        type="datetime-local"
        value=${fixed ?? wallTime(now.value)}
        title=${exact(now.value)}
        onChange=${
          /** @param {any} event */ (event) => {
            when.value = event.currentTarget.value || null;
          }
        }
      />
    </label>
    <button
      type="button"
      class="link-button"
      onClick=${() => {
        when.value = null;
        setOpen(false);
      }}
    >
      ${t("page.when.back_to_now")}
    </button>
  </p>`;
}

/** @param {string} code */
function pickType(code) {
  alarmType.value = code;
  keep("type", code);
}

/** @param {any} code */
function pickLevel(code) {
  level.value = code;
  keep("level", code);
}

/** The same in one line and a half, beside an answer. */
export function IntakeLine() {
  const types = district.value?.alarm_types ?? [];
  const levels = (district.value?.response_levels ?? []).map(({ code }) => ({ code, name: t(`level_short.${code}`) }));
  return html`<section class="intake intake-line" aria-label=${t("page.intake")}>
    <label class="type-field">
      <span class="visually-hidden">${t("page.type")}</span>
      <select
        value=${alarmType.value}
        onChange=${/** @param {any} event */ (event) => pickType(event.currentTarget.value)}
      >
        ${types.map(
          ({ code }) =>
            html`<option key=${code} value=${code} selected=${code === alarmType.value}>${word("alarm_type", code)}</option>`,
        )}
      </select>
    </label>
    <${Choice} name="level" className="choice-short" legend=${t("page.level_short")} options=${levels} value=${level.value} onPick=${pickLevel} />
    <${When} />
  </section>`;
}

export function Intake() {
  const types = (district.value?.alarm_types ?? []).map(({ code }) => ({ code, name: word("alarm_type", code) }));
  const levels = (district.value?.response_levels ?? []).map(({ code }) => ({ code, name: t(`level_short.${code}`) }));
  return html`<section class="intake" aria-label=${t("page.intake")}>
    <${Choice} name="type" className="choice-type" legend=${t("page.type")} options=${types} value=${alarmType.value} onPick=${pickType} />
    <${Choice} name="level" className="choice-level" legend=${t("page.level")} options=${levels} value=${level.value} onPick=${pickLevel} />
    <${When} />
  </section>`;
}
