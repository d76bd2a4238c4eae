// The page of the audit administrator: whether the chain holds, its head, the trail as a list, who signed in.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, replaced } from "./api.js";
import { count } from "./format.js";
import { Chain } from "./parts/chain.js";
import { Refusal, Skeleton } from "./parts/common.js";
import { EventRow } from "./parts/event_row.js";
import { Field } from "./parts/forms.js";
import { SignIns } from "./parts/sign_ins.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { failure, language } from "./state.js";
import { t, word } from "./words.js";

/** @typedef {import("./types").TrailEvent} TrailEvent */
/** @typedef {import("./types").Trail} Trail */
/** @typedef {{noun: string, record: string, actor: string, from: string, to: string}} Filter */

const NAMES = /** @type {(keyof Filter)[]} */ (["noun", "record", "actor", "from", "to"]);
const LOOK_MS = 2000;

/** @returns {Filter} */
function asked() {
  const query = new URLSearchParams(location.search);
  return /** @type {Filter} */ (Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""])));
}

/** @param {Filter} filter */
function keepAddress(filter) {
  const query = new URLSearchParams(NAMES.filter((name) => filter[name]).map((name) => [name, filter[name]]));
  history.replaceState(null, "", query.size || String(query) ? `?${query}` : location.pathname);
}

/** The chain, asked again while it is walked. @returns {Trail | null} */
function useTrail() {
  const [trail, setTrail] = useState(/** @type {Trail | null} */ (null));
  const spoken = language.value;
  useEffect(() => {
    let again = 0;
    const look = () =>
      get("trail").then(
        (found) => {
          setTrail(found);
          if (found.walking !== null) again = setTimeout(look, LOOK_MS);
        },
        (error) => (failure.value = asProblem(error)),
      );
    look();
    return () => clearTimeout(again);
  }, [spoken]);
  return trail;
}

/** @param {{filter: Filter, trail: Trail | null, onChange: (change: Partial<Filter>) => void}} props */
function Filters({ filter, trail, onChange }) {
  /** @param {keyof Filter} name */
  const set = (name) => (/** @type {any} */ event) => onChange({ [name]: event.currentTarget.value });
  return html`<form class="filters" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()} aria-label=${t("page.audit.filter")}>
    <${Field} label=${t("page.audit.actor")}>
      <select value=${filter.actor} onChange=${set("actor")}>
        <option value="">${t("page.audit.anybody")}</option>
        ${(trail?.actors ?? []).map(
          (one) => html`<option key=${one.name} value=${one.name}>${one.title ? `${one.title}（${one.name}）` : one.name}</option>`,
        )}
      </select>
    <//>
    <${Field} label=${t("page.audit.noun")}>
      <select value=${filter.noun} onChange=${set("noun")}>
        <option value="">${t("page.audit.anything")}</option>
        ${(trail?.nouns ?? []).map((noun) => html`<option key=${noun} value=${noun}>${word("audit.noun", noun)}</option>`)}
      </select>
    <//>
    <${Field} label=${t("page.audit.from")}><input type="date" value=${filter.from} onChange=${set("from")} /><//>
    <${Field} label=${t("page.audit.to")}><input type="date" value=${filter.to} onChange=${set("to")} /><//>
    ${
      NAMES.some((name) => filter[name]) &&
      html`<button type="button" class="text-button" onClick=${() => onChange({ noun: "", record: "", actor: "", from: "", to: "" })}>
        ${t("page.audit.all")}
      </button>`
    }
  </form>`;
}

/** @param {{trail: Trail | null}} props */
function Events({ trail }) {
  const [filter, setFilter] = useState(asked);
  const [rows, setRows] = useState(/** @type {TrailEvent[] | null} */ (null));
  const [total, setTotal] = useState(0);
  const [next, setNext] = useState(/** @type {number | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  /** @param {number | null} before @param {TrailEvent[]} held @param {AbortSignal} [signal] */
  const read = (before, held, signal) =>
    get("events", { ...filter, before }, signal).then(
      (page) => {
        setRows([...held, ...page.items]);
        setTotal(page.total);
        setNext(page.next);
        setProblem(null);
      },
      (error) => {
        if (!replaced(error)) setProblem(asProblem(error));
      },
    );
  useEffect(() => {
    const stop = new AbortController();
    keepAddress(filter);
    setRows(null);
    read(null, [], stop.signal);
    return () => stop.abort();
  }, [filter]);
  /** @param {Partial<Filter>} change */
  const change = (change) => setFilter((held) => ({ ...held, ...change }));
  return html`<section class="card" aria-labelledby="trail">
    <h2 id="trail">${t("page.audit.trail")} ${rows && html`<small class="quiet">${t("page.audit.count", { count: count(total) })}</small>`}</h2>
    <${Filters} filter=${filter} trail=${trail} onChange=${change} />
    ${filter.record && html`<p class="quiet">${t("page.audit.one_record", { id: filter.record })}</p>`}
    ${problem && html`<${Refusal} problem=${problem} />`}
    ${!rows && !problem && html`<${Skeleton} />`}
    ${rows?.length === 0 && html`<p class="empty">${t("page.audit.none")}</p>`}
    <ol class="events">
      ${(rows ?? []).map(
        (event) => html`<${EventRow}
          key=${event.id}
          event=${event}
          onRecord=${(/** @type {string} */ record) => change({ record })}
          onActor=${(/** @type {string} */ actor) => change({ actor })}
        />`,
      )}
    </ol>
    ${next !== null && html`<button type="button" class="link-button more-events" onClick=${() => read(next, rows ?? [])}>${t("page.audit.more")}</button>`}
  </section>`;
}

function AuditPage() {
  const trail = useTrail();
  return html`<${PlainBar} title=${t("page.audit.title")} />
    <main class="plain-page audit-page">
      <h1>${t("page.audit.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      ${trail ? html`<${Chain} trail=${trail} />` : html`<${Skeleton} rows=${2} />`}
      <${Events} trail=${trail} />
      <${SignIns} />
    </main>`;
}

startPage(html`<${AuditPage} />`, "page.audit.title");
