// Teams: who is in each, whose certificates run out, who is on duty, kit, bases, out of service with a reason.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, post } from "./api.js";
import { coordinates, exact, wallTime } from "./format.js";
import { shapeOf } from "./map/shapes.js";
import { Phone, Refusal, Skeleton } from "./parts/common.js";
import { Field, Refused, typed } from "./parts/forms.js";
import { Sign, TierShape } from "./parts/glyphs.js";
import { PlainBar } from "./parts/topbar.js";
import { startPage } from "./plain_page.js";
import { serverTime } from "./session.js";
import { district, failure } from "./state.js";
import { t, word } from "./words.js";

const LOCAL_OFFSET = "+08:00";
const DUTY_HOURS = 12;
const SOON_DAYS = 30;
const TIERS = ["", "district", "town", "village", "specialist", "volunteer"];
const ROLES = /** @type {const} */ (["leader", "deputy", "member"]);

/** 危化处置 2026-12-31，… as certificates; the capability by word or code. @param {string} text @param {string[]} codes */
function certificatesOf(text, codes) {
  return text
    .split(/[,，、;；\n]/)
    .map((part) => part.trim().match(/^(.+?)\s+(\d{4}-\d{2}-\d{2})$/))
    .filter((found) => found !== null)
    .map((found) => ({
      capability: codes.find((code) => code === found[1] || word("capability", code) === found[1]) ?? found[1],
      until: found[2],
    }));
}

/** @param {{person: any}} props */
function Certificates({ person }) {
  const today = serverTime().getTime();
  return html`${person.certificates.map((/** @type {any} */ one) => {
    const days = Math.floor((new Date(`${one.until}T23:59:59${LOCAL_OFFSET}`).getTime() - today) / 86_400_000);
    const mood = days < 0 ? "desk-alert" : days < SOON_DAYS ? "tag" : "quiet";
    return html`<span key=${one.capability} class=${mood} title=${one.until}>${word("capability", one.capability)} ${days < 0 ? t("page.teams.expired") : one.until}</span> `;
  })}`;
}

/** @param {{person: any, codes: string[], onSave: (told: any) => void, onLeave: () => void}} props */
function MemberForm({ person, codes, onSave, onLeave }) {
  /** @param {Event} event */
  const save = (event) => {
    const told = typed(event);
    onSave({
      id: person?.id ?? crypto.randomUUID(),
      name: told.name,
      phone: told.phone,
      role: told.role,
      call_order: Number(told.call_order) || 9,
      skills: told.skills.split(/[,，、]/).map((one) => one.trim()).filter(Boolean),
      certificates: certificatesOf(told.certificates, codes),
      active: told.active === "on",
    });
  };
  const said = (person?.certificates ?? []).map((/** @type {any} */ one) => `${word("capability", one.capability)} ${one.until}`);
  return html`<form class="form work-save" onSubmit=${save}>
    <${Field} label=${t("page.teams.name")}><input name="name" maxlength="60" required value=${person?.name ?? ""} /><//>
    <${Field} label=${t("page.teams.phone")}><input name="phone" maxlength="40" value=${person?.phone ?? ""} /><//>
    <${Field} label=${t("page.teams.role")}>
      <select name="role" value=${person?.role ?? "member"}>${ROLES.map((role) => html`<option key=${role} value=${role}>${word("member_role", role)}</option>`)}</select>
    <//>
    <${Field} label=${t("page.teams.call_order")}><input name="call_order" type="number" min="1" max="99" value=${person?.call_order ?? 9} /><//>
    <${Field} label=${t("page.teams.skills")}><input name="skills" value=${(person?.skills ?? []).join(t("page.comma"))} /><//>
    <${Field} label=${t("page.teams.certificates")} hint=${t("page.teams.certificates_hint")}><input name="certificates" value=${said.join(t("page.comma"))} /><//>
    <label class="record-check"><input name="active" type="checkbox" checked=${person?.active ?? true} /> ${t("page.teams.active")}</label>
    <p class="work-acts"><button type="submit" class="primary">${t("page.teams.keep")}</button><button type="button" class="text-button" onClick=${onLeave}>${t("page.close")}</button></p>
  </form>`;
}

/** @param {{file: any, codes: string[], change: (what: string, told: any) => void}} props */
function Members({ file, codes, change }) {
  const [edited, edit] = useState(/** @type {any} */ (null));
  /** @param {any} told */
  const save = (told) => {
    change("members", told);
    edit(null);
  };
  return html`<section class="card">
    <h2>${t("page.teams.members", { count: file.members.filter((/** @type {any} */ one) => one.active).length })}</h2>
    ${file.lapsed.length > 0 && html`<p class="work-alert">${t("page.teams.lapsed", { what: file.lapsed.map((/** @type {string} */ code) => word("capability", code)).join(t("page.comma")) })}</p>`}
    ${file.members.length === 0 && html`<p class="quiet">${t("page.teams.no_members")}</p>`}
    <ul class="plain rows">
      ${file.members.map(
        (/** @type {any} */ one) => html`<li key=${one.id} class=${one.active ? "" : "over"}>
          <span><b>${one.name}</b> <span class="quiet">${word("member_role", one.role)} · ${t("page.teams.called", { place: one.call_order })}${one.active ? "" : ` · ${t("page.teams.left")}`}</span>
            <small>${one.skills.join(t("page.comma"))} <${Certificates} person=${one} /></small></span>
          <span class="work-acts"><${Phone} phone=${one.phone} name=${one.name} />
            ${file.may_write && html`<button type="button" class="text-button" onClick=${() => edit(one)}>${t("page.teams.edit")}</button>`}</span>
        </li>`,
      )}
    </ul>
    ${file.may_write && !edited && html`<p class="work-acts"><button type="button" class="text-button" onClick=${() => edit({ new: true })}>＋ ${t("page.teams.add_member")}</button></p>`}
    ${edited && html`<${MemberForm} key=${edited.id ?? "new"} person=${edited.new ? null : edited} codes=${codes} onSave=${save} onLeave=${() => edit(null)} />`}
  </section>`;
}

/** @param {{file: any, change: (what: string, told: any) => void}} props */
function Duties({ file, change }) {
  const names = new Map(file.members.map((/** @type {any} */ one) => [one.id, one.name]));
  const begin = wallTime(serverTime());
  const end = wallTime(new Date(serverTime().getTime() + DUTY_HOURS * 3_600_000));
  /** @param {Event} event */
  const add = (event) => {
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    const told = typed(event);
    const members = [...new FormData(form).getAll("members")].map(String);
    change("duties", {
      id: crypto.randomUUID(),
      since: `${told.since}:00${LOCAL_OFFSET}`,
      until: `${told.until}:00${LOCAL_OFFSET}`,
      people: Number(told.people) || 0,
      members,
      note: told.note,
    });
  };
  /** @param {any} one */
  const cancel = (one) =>
    change("duties", { id: one.id, since: one.since, until: one.until, people: one.people, members: one.members, note: one.note, cancelled: true });
  return html`<section class="card">
    <h2>${t("page.teams.duties")}</h2>
    <p class="quiet">${t("page.teams.duties_lead")}</p>
    <ul class="plain rows">
      ${file.duties.map(
        (/** @type {any} */ one) => html`<li key=${one.id}>
          <span>${exact(new Date(one.since))} – ${exact(new Date(one.until))}
            <small>${one.members.map((/** @type {string} */ id) => names.get(id) ?? "?").join(t("page.comma")) || t("page.teams.all")} ${one.people > 0 ? t("page.people", { count: one.people }) : ""} ${one.note}</small></span>
          ${file.may_write && html`<button type="button" class="text-button" onClick=${() => cancel(one)}>${t("page.teams.cancel")}</button>`}
        </li>`,
      )}
    </ul>
    ${
      file.may_write &&
      html`<form class="form work-save" onSubmit=${add}>
        <${Field} label=${t("page.teams.since")}><input name="since" type="datetime-local" required value=${begin} /><//>
        <${Field} label=${t("page.teams.until")}><input name="until" type="datetime-local" required value=${end} /><//>
        <${Field} label=${t("page.teams.who")}>
          <select name="members" multiple size="3">${file.members.filter((/** @type {any} */ one) => one.active).map((/** @type {any} */ one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select>
        <//>
        <${Field} label=${t("page.teams.people")}><input name="people" type="number" min="0" value="0" /><//>
        <${Field} label=${t("page.teams.note")}><input name="note" maxlength="200" /><//>
        <button type="submit" class="primary">${t("page.teams.add_duty")}</button>
      </form>`
    }
  </section>`;
}

/** @param {{file: any, change: (what: string, told: any) => void}} props */
function Kit({ file, change }) {
  /** @param {Event} event */
  const add = (event) => {
    const told = typed(event);
    change("kit", { kind: told.kind, quantity: Number(told.quantity) || 0, unit: told.unit, checked_on: told.checked_on || null });
    /** @type {HTMLFormElement} */ (event.currentTarget).reset();
  };
  return html`<section class="card">
    <h2>${t("page.teams.kit")}</h2>
    ${file.kit.length === 0 && html`<p class="quiet">${t("page.teams.no_kit")}</p>`}
    <ul class="plain rows">
      ${file.kit.map((/** @type {any} */ one) => html`<li key=${one.id}><span><b>${one.kind}</b> ${one.checked_on && html`<small>${t("page.teams.checked", { day: one.checked_on })}</small>`}</span><span>${one.quantity} ${one.unit}</span></li>`)}
    </ul>
    ${
      file.may_write &&
      html`<form class="form work-save" onSubmit=${add}>
        <${Field} label=${t("page.teams.kind")}><input name="kind" maxlength="40" required /><//>
        <${Field} label=${t("page.teams.quantity")}><input name="quantity" type="number" min="0" required /><//>
        <${Field} label=${t("page.teams.unit")}><input name="unit" maxlength="10" /><//>
        <${Field} label=${t("page.teams.checked_on")}><input name="checked_on" type="date" /><//>
        <button type="submit" class="primary">${t("page.teams.keep")}</button>
      </form>`
    }
  </section>`;
}

/** @param {{team: any, file: any, change: (what: string, told: any) => void}} props */
function Bases({ team, file, change }) {
  /** @param {Event} event */
  const add = (event) => {
    const told = typed(event);
    const [lon, lat] = told.place.split(/[,，\s]+/).map(Number);
    change("bases", { id: crypto.randomUUID(), name: told.name, lon, lat });
  };
  return html`<section class="card">
    <h2>${t("page.teams.bases")}</h2>
    <p class="quiet">${t("page.teams.now_at", { place: coordinates(team.lon, team.lat) })}</p>
    <ul class="plain rows">
      ${file.bases.map(
        (/** @type {any} */ one) => html`<li key=${one.id}>
          <span><b>${one.name}</b> <small>${coordinates(one.lon, one.lat)}</small></span>
          ${one.here ? html`<span class="tag">${t("page.teams.here")}</span>` : file.may_write && html`<button type="button" class="text-button" onClick=${() => change("move", { base_id: one.id, reason: t("page.teams.moved") })}>${t("page.teams.move")}</button>`}
        </li>`,
      )}
    </ul>
    ${
      file.may_write &&
      html`<form class="form work-save" onSubmit=${add}>
        <${Field} label=${t("page.teams.base_name")}><input name="name" maxlength="60" required /><//>
        <${Field} label=${t("page.teams.place")} hint="120.15, 32.51"><input name="place" required pattern="\\s*\\d+(\\.\\d+)?[,，\\s]+\\d+(\\.\\d+)?\\s*" /><//>
        <button type="submit" class="primary">${t("page.teams.keep")}</button>
      </form>`
    }
  </section>`;
}

/** @param {{team: any, file: any, change: (what: string, told: any) => void}} props */
function Service({ team, file, change }) {
  /** @param {Event} event */
  const out = (event) => change("service", { in_service: false, reason: typed(event).reason });
  if (!file.may_write) return null;
  return team.in_service
    ? html`<form class="work-line" onSubmit=${out}>
        <input name="reason" maxlength="200" required placeholder=${t("page.teams.why_out")} aria-label=${t("page.teams.why_out")} />
        <button type="submit" class="text-button">${t("page.teams.take_out")}</button>
      </form>`
    : html`<p class="work-line"><b>${t("page.teams.out", { why: team.out_of_service_reason })}</b>
        <button type="button" class="text-button" onClick=${() => change("service", { in_service: true })}>${t("page.teams.take_in")}</button></p>`;
}

/** @param {{team: any, codes: string[], onChanged: () => void}} props */
function TeamFile({ team, codes, onChanged }) {
  const [file, setFile] = useState(/** @type {any} */ (null));
  const [problem, setProblem] = useState(/** @type {import("./api").Problem | null} */ (null));
  useEffect(() => {
    get(`teams/${team.id}/file`).then(setFile, (error) => setProblem(asProblem(error)));
  }, []);
  /** @param {string} what @param {any} told */
  const change = (what, told) => {
    setProblem(null);
    post(`teams/${team.id}/${what}`, told).then(
      (answer) => {
        setFile(answer);
        onChanged();
      },
      (error) => setProblem(asProblem(error)),
    );
  };
  return html`<section class="team-file">
    <div class="card">
      <h2><${TierShape} shape=${shapeOf(team)} size=${20} /> ${team.name} <span class="quiet">${team.code}</span></h2>
      <p>${word("tier", team.tier)} · ${word("command", team.command)} · ${t("page.people", { count: team.people })} · ${word("profile", team.profile)} · ${team.shift === "00:00-00:00" ? t("page.teams.all_day") : team.shift}</p>
      <p class="quiet">${team.capabilities.map((/** @type {string} */ code) => word("capability", code)).join(t("page.comma"))}</p>
      ${file && (file.not_free ? html`<p class="work-alert">${t("page.teams.not_free", { why: file.not_free })}</p>` : html`<p class="quiet">${t("page.teams.free")}</p>`)}
      ${file && html`<${Service} team=${team} file=${file} change=${change} />`}
      <${Refused} problem=${problem} />
    </div>
    ${!file && !problem && html`<${Skeleton} />`}
    ${file && html`<${Members} file=${file} codes=${codes} change=${change} /><${Duties} file=${file} change=${change} /><${Kit} file=${file} change=${change} /><${Bases} team=${team} file=${file} change=${change} />`}
  </section>`;
}

function TeamsPage() {
  const [teams, setTeams] = useState(/** @type {any[] | null} */ (null));
  const [id, setId] = useState(new URLSearchParams(location.search).get("id") ?? "");
  const [said, setSaid] = useState("");
  const [tier, setTier] = useState("");
  const read = () =>
    Promise.all([get("teams"), get("district")]).then(
      ([listed, of]) => {
        district.value = of;
        setTeams(listed.items);
      },
      (error) => (failure.value = asProblem(error)),
    );
  useEffect(() => {
    read();
  }, []);
  const codes = [...new Set((teams ?? []).flatMap((one) => one.capabilities))];
  const listed = (teams ?? []).filter((team) => (!tier || team.tier === tier) && (!said || `${team.name}${team.code}${team.department}`.includes(said)));
  const team = (teams ?? []).find((one) => one.id === id);
  return html`<${PlainBar} title=${t("page.teams.title")} />
    <main class="plain-page work-page">
      <h1>${t("page.teams.title")}</h1>
      ${failure.value && html`<${Refusal} problem=${failure.value} />`}
      ${!teams && !failure.value && html`<${Skeleton} />`}
      ${
        teams &&
        html`<div class="work-columns">
          <nav class="card team-list" aria-label=${t("page.teams.title")}>
            <p class="work-line">
              <input type="search" value=${said} placeholder=${t("page.teams.find")} aria-label=${t("page.teams.find")} onInput=${/** @param {any} event */ (event) => setSaid(event.currentTarget.value.trim())} />
              <select value=${tier} aria-label=${t("page.teams.tier")} onChange=${/** @param {any} event */ (event) => setTier(event.currentTarget.value)}>
                ${TIERS.map((code) => html`<option key=${code} value=${code}>${code ? word("tier", code) : t("page.teams.every_tier")}</option>`)}
              </select>
            </p>
            <ul class="plain">
              ${listed.map(
                (one) => html`<li key=${one.id}><button type="button" class=${one.id === id ? "team-pick here" : "team-pick"} aria-pressed=${one.id === id} onClick=${() => setId(one.id)}>
                  <${TierShape} shape=${shapeOf(one)} size=${16} /><span>${one.name}</span>
                  ${!one.in_service && html`<span class="tag">${t("page.teams.out_short")}</span>`}${one.taken_by && html`<span class="tag">${t(`page.team.${one.taken_by}`, { alarm: one.alarm_code })}</span>`}
                </button></li>`,
              )}
              ${listed.length === 0 && html`<li class="quiet">${t("page.teams.none")}</li>`}
            </ul>
          </nav>
          ${team ? html`<${TeamFile} key=${team.id} team=${team} codes=${codes} onChanged=${read} />` : html`<p class="quiet work-hint"><${Sign} name="back" size=${16} /> ${t("page.teams.choose")}</p>`}
        </div>`
      }
    </main>`;
}

startPage(html`<${TeamsPage} />`, "page.teams.title");
