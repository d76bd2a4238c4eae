// Run cards: read, edit line by line, try on past alarms, put in force from a moment; versions of before stay.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, post } from "./api.js";
import { duration, exact } from "./format.js";
import { Refusal, Skeleton } from "./parts/common.js";
import { Field, Refused, typed } from "./parts/forms.js";
import { Sign } from "./parts/glyphs.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { district, failure, may } from "./state.js";
import { t, word } from "./words.js";

/** @typedef {import("./types").CardLine} CardLine */
/** @typedef {import("./types").RunCard} RunCard */
/** @typedef {{type: string, level: string}} Key */

const LEVELS = /** @type {const} */ (["I", "II", "III", "IV"]);
const TIERS = ["", "district", "town", "village", "specialist", "volunteer"];
const COMMANDS = ["own", "request", "invite"];
const TASKS = ["rescue", "cordon", "guide", "stand_by", "do_not_enter"];
const LOCAL_OFFSET = "+08:00";
const NEW_LINE = /** @type {CardLine} */ ({
  line: 0,
  tier: null,
  capability: "",
  command: "own",
  teams: 1,
  people: 0,
  task: "rescue",
  safe_distance_m: 0,
  fallback: "",
  local: false,
  kit: [],
});

/** What the server is told of a line. @param {CardLine} line */
function told(line) {
  const { line: _, ...rest } = line;
  return rest;
}

/** 防化服×2，泡沫×3 as kit, and back. @param {string} text */
function kitOf(text) {
  return text
    .split(/[,，、;；]/)
    .map((part) => part.trim().match(/^(.+?)\s*[×xX*]?\s*(\d+)$/))
    .filter((found) => found !== null)
    .map((found) => ({ kind: found[1].trim(), quantity: Number(found[2]) }));
}

/** @param {CardLine} line */
const kitText = (line) => line.kit.map((one) => `${one.kind}×${one.quantity}`).join(t("page.comma"));

/** @param {{line: CardLine, at: number, fixed: boolean, capabilities: string[], onChange: (line: CardLine) => void, onLeave: () => void}} props */
function LineRow({ line, at, fixed, capabilities, onChange, onLeave }) {
  /** @param {Partial<CardLine>} changed */
  const set = (changed) => onChange({ ...line, ...changed });
  /** @param {string} name @param {string[]} codes @param {(code: string) => string} say */
  const pick = (name, codes, say) =>
    html`<select aria-label=${t(`page.card.column.${name}`)} disabled=${fixed} value=${/** @type {any} */ (line)[name] ?? ""}
      onChange=${/** @param {any} event */ (event) => set({ [name]: event.currentTarget.value || (name === "tier" ? null : "") })}>
      ${codes.map((code) => html`<option key=${code} value=${code}>${say(code)}</option>`)}
    </select>`;
  /** @param {string} name @param {number} least */
  const number = (name, least) =>
    html`<input type="number" min=${least} aria-label=${t(`page.card.column.${name}`)} disabled=${fixed} value=${/** @type {any} */ (line)[name]}
      onChange=${/** @param {any} event */ (event) => set({ [name]: Math.max(least, Number(event.currentTarget.value) || least) })} />`;
  return html`<tr>
    <th scope="row">${at + 1}</th>
    <td>${pick("tier", TIERS, (code) => (code ? t(`page.card.tier.${code}`) : t("page.card.any_tier")))}</td>
    <td>${pick("capability", ["", ...capabilities], (code) => (code ? word("capability", code) : t("page.card.any_capability")))}</td>
    <td>${pick("command", COMMANDS, (code) => word("command", code))}</td>
    <td>${number("teams", 1)}</td>
    <td>${number("people", 0)}</td>
    <td>${pick("task", TASKS, (code) => word("task", code))}</td>
    <td>${number("safe_distance_m", 0)}</td>
    <td>${pick("fallback", ["", ...capabilities], (code) => (code ? word("capability", code) : "—"))}</td>
    <td>
      <input class="card-kit" aria-label=${t("page.card.column.kit")} placeholder=${t("page.card.kit_hint")} disabled=${fixed} value=${kitText(line)}
        onChange=${/** @param {any} event */ (event) => set({ kit: kitOf(event.currentTarget.value) })} />
    </td>
    <td>
      <input type="checkbox" aria-label=${t("page.card.column.local")} disabled=${fixed} checked=${line.local}
        onChange=${/** @param {any} event */ (event) => set({ local: event.currentTarget.checked })} />
    </td>
    <td>
      ${!fixed && html`<button type="button" class="icon-button" aria-label=${t("page.card.remove", { line: at + 1 })} onClick=${onLeave}><${Sign} name="close" size=${16} /></button>`}
    </td>
  </tr>`;
}

/** @param {{times: {first_s: number | null, all_s: number | null, people: number} | null}} props */
function Times({ times }) {
  if (!times) return html`<span class="quiet">—</span>`;
  return html`${times.first_s === null ? "—" : duration(times.first_s)} · ${times.all_s === null ? "—" : duration(times.all_s)} · ${t("page.people", { count: times.people })}`;
}

/** What the card would have done to past alarms. @param {{tried: any}} props */
function Tried({ tried }) {
  const names = (/** @type {any[]} */ teams) => teams.map((team) => team.name).join(t("page.comma"));
  return html`<section class="card" aria-label=${t("page.card.tried")}>
    <h2>${t("page.card.tried_sum", { total: tried.total, differing: tried.differing })}</h2>
    <p class="work-figures">
      <span>${t("page.card.people")} <b>${tried.people_before} → ${tried.people_after}</b></span>
      <span>${t("page.card.median_first")} <b>${tried.median_first_before_s === null ? "—" : duration(tried.median_first_before_s)} → ${tried.median_first_after_s === null ? "—" : duration(tried.median_first_after_s)}</b></span>
    </p>
    ${tried.total === 0 && html`<p class="quiet">${t("page.card.no_alarms")}</p>`}
    <div class="wide"><table class="work-table">
      <thead><tr>${["alarm", "before", "after", "more", "fewer"].map((name) => html`<th key=${name}>${t(`page.card.try.${name}`)}</th>`)}</tr></thead>
      <tbody>
        ${tried.items.map(
          (/** @type {any} */ one) => html`<tr key=${one.alarm_id}>
            <td>${one.code}<small>${exact(new Date(one.reported_at))}</small></td>
            <td><${Times} times=${one.before} /></td>
            <td><${Times} times=${one.after} />${one.after?.short > 0 && html`<small>${t("page.card.short", { count: one.after.short })}</small>`}</td>
            <td class="work-more">${names(one.more) || "—"}</td>
            <td class="work-fewer">${names(one.fewer) || "—"}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
  </section>`;
}

/** @param {{versions: any[], onTake: (card: RunCard) => void}} props */
function Versions({ versions, onTake }) {
  return html`<section class="card" aria-label=${t("page.card.versions")}>
    <h2>${t("page.card.versions")}</h2>
    ${versions.length === 0 && html`<p class="quiet">${t("page.card.no_versions")}</p>`}
    <ul class="plain rows">
      ${versions.map(
        (one) => html`<li key=${one.id}>
          <span>
            <b>${t("page.card.version", { number: one.number })}</b>${one.in_force && html` <span class="tag">${t("page.card.in_force")}</span>`} ${one.card.name}
            <small>${one.number === 1 ? t("page.card.since_ever") : t("page.card.since", { when: exact(new Date(one.effective_from)) })} · ${one.made_by} · ${one.reason}</small>
          </span>
          <button type="button" class="text-button" onClick=${() => onTake(one.card)}>${t("page.card.take")}</button>
        </li>`,
      )}
    </ul>
  </section>`;
}

/** @param {{card: RunCard, capabilities: string[], onSaved: () => void}} props */
function Editor({ card, capabilities, onSaved }) {
  const fixed = !may("run_cards.write");
  const [name, setName] = useState(card.name);
  const [lines, setLines] = useState(card.needs);
  const [versions, setVersions] = useState(/** @type {any[] | null} */ (null));
  const [tried, setTried] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  const [busy, setBusy] = useState(false);
  const key = { type: card.type, level: card.level };
  useEffect(() => {
    get("run-cards/versions", key).then((read) => setVersions(read.items), (error) => setProblem(asProblem(error)));
  }, []);
  const body = { ...key, name, needs: lines.map(told) };
  /** @param {string} path @param {object} asked @param {(answer: any) => void} done */
  const ask = (path, asked, done) => {
    setBusy(true);
    setProblem(null);
    post(path, asked).then(done, (error) => setProblem(asProblem(error))).finally(() => setBusy(false));
  };
  /** @param {Event} event */
  const save = (event) => {
    const { since, reason } = typed(event);
    const asked = { ...body, reason, effective_from: since ? `${since}:00${LOCAL_OFFSET}` : null };
    ask("run-cards/versions", asked, onSaved);
  };
  /** @param {RunCard} other */
  const take = (other) => {
    setName(other.name);
    setLines(other.needs);
  };
  return html`<section>
    <div class="card">
      <h2>${word("alarm_type", card.type)} · ${word("level", card.level)}</h2>
      <${Field} label=${t("page.card.name")}><input value=${name} maxlength="200" disabled=${fixed} onInput=${/** @param {any} event */ (event) => setName(event.currentTarget.value)} /><//>
      <div class="wide"><table class="work-table card-lines">
        <thead><tr><th></th>${["tier", "capability", "command", "teams", "people", "task", "safe_distance_m", "fallback", "kit", "local"].map((column) => html`<th key=${column}>${t(`page.card.column.${column}`)}</th>`)}<th></th></tr></thead>
        <tbody>
          ${lines.map(
            (line, at) => html`<${LineRow}
              key=${at}
              line=${line}
              at=${at}
              fixed=${fixed}
              capabilities=${capabilities}
              onChange=${(/** @type {CardLine} */ changed) => setLines(lines.map((one, other) => (other === at ? changed : one)))}
              onLeave=${() => setLines(lines.filter((_, other) => other !== at))}
            />`,
          )}
        </tbody>
      </table></div>
      ${
        !fixed &&
        html`<p class="work-acts">
            <button type="button" class="text-button" onClick=${() => setLines([...lines, NEW_LINE])}>＋ ${t("page.card.add_line")}</button>
            <button type="button" class="text-button" id="card-try" disabled=${busy} onClick=${() => ask("run-cards/try", body, setTried)}>${t("page.card.try_out")}</button>
          </p>
          <form class="form work-save" onSubmit=${save}>
            <${Field} label=${t("page.card.effective")} hint=${t("page.card.effective_hint")}><input name="since" type="datetime-local" /><//>
            <${Field} label=${t("page.card.reason")}><input name="reason" maxlength="500" required /><//>
            <button type="submit" class="primary" disabled=${busy}>${t("page.card.save")}</button>
          </form>`
      }
      <${Refused} problem=${problem} />
    </div>
    ${tried && html`<${Tried} tried=${tried} />`}
    ${versions && html`<${Versions} versions=${versions} onTake=${take} />`}
  </section>`;
}

function RunCardsPage() {
  const [cards, setCards] = useState(/** @type {RunCard[] | null} */ (null));
  const [key, setKey] = useState(/** @type {Key | null} */ (null));
  const [turn, setTurn] = useState(0);
  const [able, setAble] = useState(/** @type {string[]} */ ([]));
  const asked = new URLSearchParams(location.search);
  const read = () =>
    Promise.all([get("run-cards"), get("district"), get("teams")]).then(
      ([listed, of, all]) => {
        district.value = of;
        setAble(all.items.flatMap((/** @type {any} */ team) => team.capabilities));
        setCards(listed.items);
        setKey((held) => held ?? { type: asked.get("type") ?? listed.items[0]?.type ?? "fire", level: asked.get("level") ?? "III" });
        setTurn((held) => held + 1);
      },
      (error) => (failure.value = asProblem(error)),
    );
  useEffect(() => {
    read();
  }, []);
  const types = [...new Set((cards ?? []).map((card) => card.type))];
  const capabilities = [...new Set([...able, ...(cards ?? []).flatMap((card) => card.needs.map((line) => line.capability))])].filter(Boolean).sort();
  const found = key && (cards ?? []).find((card) => card.type === key.type && card.level === key.level);
  const shown = key && (found ?? { id: "", ...key, name: "", needs: [] });
  return html`<${PlainBar} title=${t("page.card.title")} />
    <main class="plain-page work-page">
      <h1>${t("page.card.title")}</h1>
      <p class="quiet">${t("page.card.lead")}</p>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      ${!cards && !failure.value && html`<${Skeleton} />`}
      ${
        cards &&
        html`<div class="work-columns">
          <nav class="card card-matrix" aria-label=${t("page.card.all")}>
            <table>
              <thead><tr><th></th>${LEVELS.map((level) => html`<th key=${level}>${t(`level_short.${level}`)}</th>`)}</tr></thead>
              <tbody>
                ${types.map(
                  (type) => html`<tr key=${type}>
                    <th scope="row">${word("alarm_type", type)}</th>
                    ${LEVELS.map((level) => {
                      const card = cards.find((one) => one.type === type && one.level === level);
                      const here = key?.type === type && key?.level === level;
                      return html`<td key=${level}><button type="button" class=${here ? "card-cell here" : "card-cell"} aria-pressed=${here}
                        aria-label=${`${word("alarm_type", type)} ${word("level", level)}`} onClick=${() => setKey({ type, level })}>${card ? card.needs.length : "＋"}</button></td>`;
                    })}
                  </tr>`,
                )}
              </tbody>
            </table>
            <p class="quiet">${t("page.card.cell_hint")}</p>
          </nav>
          ${shown && html`<${Editor} key=${`${shown.type}/${shown.level}/${turn}`} card=${shown} capabilities=${capabilities} onSaved=${read} />`}
        </div>`
      }
    </main>`;
}

startPage(html`<${RunCardsPage} />`, "page.card.title");
