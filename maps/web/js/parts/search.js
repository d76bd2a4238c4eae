// Search everything by name, code, telephone or coordinates; the keyboard alone is enough.
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, get, replaced } from "../api.js";
import { narrow, placeAlarm, show, tell, wanted } from "../state.js";
import { t } from "../words.js";
import { Sign } from "./glyphs.js";

/** @typedef {import("../types").Found} Found */

const PAUSE_MS = 110;
const MOST = 12;
/** @type {Record<string, string>} */
const SIGN_OF = { cell: "area", enterprise: "home", officer: "person", team: "alert", road: "road", place: "pin" };

/** Show what was chosen; typed coordinates become the alarm's place at once. @param {Found} found */
export function choose(found) {
  if (found.bbox && found.kind !== "place") wanted.value = { box: found.bbox };
  else if (found.lon !== null && found.lat !== null) wanted.value = { at: [found.lon, found.lat] };
  if (found.kind === "place" && found.lon !== null && found.lat !== null) {
    placeAlarm({ lon: found.lon, lat: found.lat, name: "" });
  } else if (found.kind === "officer" || found.kind === "enterprise" || found.kind === "team") {
    show({ kind: found.kind, id: String(found.id) });
  } else if (found.kind === "cell") {
    show({ kind: "cell", id: String(found.code) });
  } else {
    show({ kind: "spot", found });
  }
}

export function Search() {
  const [text, setText] = useState("");
  const [items, setItems] = useState(/** @type {Found[] | null} */ (null));
  const [failed, setFailed] = useState("");
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const field = useRef(/** @type {HTMLInputElement | null} */ (null));

  useEffect(() => {
    const query = text.trim();
    if (!query) {
      setItems(null);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get("search", { q: query, limit: MOST }, stop.signal).then(
        (answer) => {
          setItems(answer.items);
          setFailed("");
          setAt(0);
        },
        (error) => {
          if (!replaced(error)) setFailed(asProblem(error).message);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text]);

  useEffect(() => {
    /** @param {KeyboardEvent} event */
    const focus = (event) => {
      const inField = event.target instanceof HTMLElement && event.target.closest("input, textarea, select");
      if (event.key !== "/" || inField || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);

  /** @param {Found} found */
  const take = (found) => {
    setOpen(false);
    setText("");
    field.current?.blur();
    if (found.kind !== "cell" && found.kind !== "officer" && found.lon === null) tell(t("page.search.unplaced"));
    choose(found);
  };

  /** @param {KeyboardEvent} event */
  const key = (event) => {
    const last = (items?.length ?? 0) - 1;
    if (event.isComposing) return;
    if (event.key === "ArrowDown") setAt(Math.min(last, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter" && items?.[at]) take(items[at]);
    else if (event.key === "Escape") {
      event.stopPropagation();
      if (text) setText("");
      else field.current?.blur();
      return;
    } else return;
    event.preventDefault();
  };

  const listed = open && text.trim() !== "";
  return html`<div class="search" role="search">
    <${Sign} name="search" size=${18} />
    <input
      ref=${field}
      type="search"
      role="combobox"
      aria-expanded=${listed}
      aria-controls="found"
      aria-autocomplete="list"
      aria-activedescendant=${listed && items?.[at] ? `found-${at}` : undefined}
      aria-label=${t("page.search.label")}
      placeholder=${t(narrow.value ? "page.search.hint_short" : "page.search.hint")}
      autocomplete="off"
      spellcheck=${false}
      enterkeyhint="search"
      value=${text}
      onInput=${
        /** @param {any} event */ (event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }
      }
      onFocus=${() => setOpen(true)}
      onBlur=${() => setOpen(false)}
      onKeyDown=${key}
    />
    <kbd aria-hidden="true">/</kbd>
    ${
      listed &&
      html`<ul id="found" class="found" role="listbox" aria-label=${t("page.search.results")}>
      ${failed && html`<li class="found-empty" role="option" aria-selected="false">${failed}</li>`}
      ${!failed && items === null && html`<li class="found-empty" role="option" aria-selected="false">${t("page.search.looking")}</li>`}
      ${
        !failed &&
        items?.length === 0 &&
        html`<li class="found-empty" role="option" aria-selected="false">${t("page.search.nothing", { query: text.trim() })}</li>`
      }
      ${
        !failed &&
        items?.map(
          (found, index) => html`<li
          key=${`${found.kind}${found.id ?? found.code ?? index}`}
          id=${`found-${index}`}
          role="option"
          aria-selected=${index === at}
          onPointerDown=${/** @param {Event} event */ (event) => event.preventDefault()}
          onClick=${() => take(found)}
          onPointerEnter=${() => setAt(index)}
        >
          <${Sign} name=${SIGN_OF[found.kind] ?? "pin"} size=${18} />
          <span class="found-name">${found.name}</span>
          <span class="found-detail">${found.detail}</span>
          <span class="found-kind">${t(`page.kind.${found.kind}`)}</span>
        </li>`,
        )
      }
    </ul>`
    }
  </div>`;
}
