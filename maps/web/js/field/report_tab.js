// Report a hazard in two taps: the photo, then save; place, enterprise and kind are filled in.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { distance } from "../format.js";
import { Sign } from "../parts/glyphs.js";
import { keep, tell } from "../state.js";
import { t, word } from "../words.js";
import { isFull } from "./kept.js";
import { report } from "./making.js";
import { PhotoPicker, Side } from "./parts.js";
import { follow, isOld, nearestEnterprise } from "./place.js";
import { here, kit, lost, openedEnterprise, tab } from "./state.js";

const NEAR_M = 80;
const COARSE_M = 100;
const FALLBACK_KINDS = ["other"];

/** The place as it is known now. */
function Place() {
  const at = here.value;
  if (!at) return html`<p class="place-line" data-known="false"><${Sign} name="locate" size=${18} />${t(lost.value || "page.field.locating")}</p>`;
  const poor = at.accuracy_m > COARSE_M || isOld(at);
  return html`<div class="place-line" data-known=${String(!poor)}>
    <p><${Sign} name="locate" size=${18} />${t("page.field.accuracy", { distance: distance(Math.max(1, at.accuracy_m)) })} ${poor ? t("page.field.coarse") : ""}</p>
    <${Side} lon=${at.lon} lat=${at.lat} accuracy_m=${at.accuracy_m} />
  </div>`;
}

export function ReportTab() {
  const [photos, setPhotos] = useState(/** @type {any[]} */ ([]));
  const [kind, setKind] = useState(localStorage.getItem("gridgis.field.kind") ?? "other");
  const [text, setText] = useState("");
  const [address, setAddress] = useState("");
  const [chosen, setChosen] = useState(/** @type {string | null} */ (openedEnterprise.value));
  const [fault, setFault] = useState("");
  const [saving, setSaving] = useState(false);
  useEffect(follow, []);
  const at = here.value;
  const near = at ? nearestEnterprise(at.lon, at.lat, NEAR_M + Math.min(at.accuracy_m, COARSE_M)) : null;
  const enterprise = chosen ?? near?.enterprise.id ?? "";
  const kinds = kit.value?.kinds ?? FALLBACK_KINDS;
  const save = async () => {
    setSaving(true);
    setFault("");
    try {
      const place = at ? { lon: at.lon, lat: at.lat, accuracy_m: Math.round(at.accuracy_m) } : { lon: null, lat: null, accuracy_m: null };
      const code = await report({ kind, text: text.trim(), enterprise_id: enterprise || null, address: address.trim(), ...place }, photos);
      keep("field.kind", kind);
      tell(t("page.field.saved", { code }));
      openedEnterprise.value = null;
      tab.value = "hazards";
    } catch (error) {
      setFault(isFull(error) ? t("page.field.full") : t("page.field.not_saved"));
      setSaving(false);
    }
  };
  const ready = (photos.length > 0 || text.trim() !== "") && !saving;
  return html`<section class="report">
    <${PhotoPicker} photos=${photos} setPhotos=${setPhotos} first=${true} />
    <button type="button" class="primary save-button" disabled=${!ready} onClick=${save}>${t("page.field.save")}</button>
    ${fault && html`<p class="form-refused" role="alert">${fault}</p>`}
    <${Place} />
    <div class="field-card">
      <label class="field"><span class="field-label">${t("page.field.kind")}</span>
        <select value=${kind} onChange=${(/** @type {any} */ event) => setKind(event.target.value)}>${kinds.map((one) => html`<option key=${one} value=${one}>${word("hazard_kind", one)}</option>`)}</select>
      </label>
      <label class="field"><span class="field-label">${t("page.field.enterprise")}</span>
        <select value=${enterprise} onChange=${(/** @type {any} */ event) => setChosen(event.target.value)}>
          <option value="">${t("page.field.no_enterprise")}</option>
          ${(kit.value?.enterprises ?? []).map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
        </select>
      </label>
      <label class="field"><span class="field-label">${t("page.field.what")}</span>
        <textarea rows="3" maxlength="2000" value=${text} placeholder=${t("page.field.what_hint")} onInput=${(/** @type {any} */ event) => setText(event.target.value)}></textarea>
      </label>
      <label class="field"><span class="field-label">${t("page.field.address")}</span>
        <input maxlength="200" value=${address} onInput=${(/** @type {any} */ event) => setAddress(event.target.value)} />
      </label>
    </div>
    <p class="quiet advice">${t("page.field.patrol_advice")}</p>
  </section>`;
}
