// Show a cell: who serves it, its enterprises by risk, what it is part of, its parts and neighbours.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { count } from "../format.js";
import { marked } from "../map/marked_layer.js";
import { show, stepBack } from "../state.js";
import { t, word } from "../words.js";
import { PanelHead, Phone, Refusal, RiskCounts, Skeleton } from "./common.js";
import { ExportLinks } from "./export_links.js";
import { useFetched } from "./fetched.js";
import { EnterpriseList, useEnterprises } from "./officer.js";

/** @typedef {import("../types").CellDetail} CellDetail */

const FEW = 24;

/** @param {{title: string, cells: import("../types").CellRow[]}} props */
function CellChips({ title, cells }) {
  const [all, setAll] = useState(false);
  if (cells.length === 0) return null;
  return html`<h3>${title}</h3>
    <ul class="chips">
      ${(all ? cells : cells.slice(0, FEW)).map(
        (cell) => html`<li key=${cell.code}>
          <button type="button" onClick=${() => show({ kind: "cell", id: cell.code })}>${cell.name}</button>
        </li>`,
      )}
      ${
        !all &&
        cells.length > FEW &&
        html`<li><button type="button" class="link-button" onClick=${() => setAll(true)}>${t("page.show_all", { count: cells.length })}</button></li>`
      }
    </ul>`;
}

/** @param {{id: string}} props */
export function CellPanel({ id }) {
  const { value, problem } = useFetched(`cells/${id}`);
  const of = /** @type {CellDetail | null} */ (value);
  const total = of ? Object.values(of.enterprises).reduce((sum, one) => sum + one, 0) : 0;
  const rows = useEnterprises(of && of.level > 1 && total > 0 ? [of.code] : []);
  useEffect(() => {
    if (of) {
      const area = { name: of.name, geometry: of.geometry };
      marked.value = { areas: [area], around: of.neighbours.map((cell) => cell.code), sites: [], fit: true };
    }
  }, [of]);
  useEffect(
    () => () => {
      marked.value = null;
    },
    [],
  );
  if (problem)
    return html`<${PanelHead} kind=${t("page.kind.cell")} name=${id} onClose=${stepBack} /><${Refusal} problem=${problem} />`;
  if (!of) return html`<${Skeleton} rows=${5} />`;
  return html`<article>
    <${PanelHead} kind=${`${word("cell_kind", of.kind)} · ${of.code}`} name=${of.name} onClose=${stepBack} />
    ${
      of.ancestors.length > 0 &&
      html`<p class="crumbs">
      ${of.ancestors.map(
        (cell) =>
          html`<button key=${cell.code} type="button" class="link-button" onClick=${() => show({ kind: "cell", id: cell.code })}>${cell.name}</button>`,
      )}
    </p>`
    }
    ${!of.governed && html`<p class="banner">${t("page.not_governed")}</p>`}
    <h3>${t("page.cell.officers", { count: of.officers.length })}</h3>
    <ul class="people">
      ${of.officers.map(
        (officer) => html`<li key=${officer.id + officer.role}>
          <button type="button" class="link-button person" onClick=${() => show({ kind: "officer", id: officer.id })}>${officer.name}</button>
          <span class="quiet">${word("role", officer.role)}${officer.acting ? t("page.acting") : ""}</span>
          <${Phone} phone=${officer.phone} name=${officer.name} />
        </li>`,
      )}
      ${of.officers.length === 0 && html`<li class="quiet">${t("page.no_officers")}</li>`}
    </ul>
    <h3>${t("page.officer.enterprises", { count: count(total) })} <${ExportLinks} of="enterprises" query=${{ cell: of.code }} /></h3>
    <${RiskCounts} counts=${of.enterprises} />
    ${of.level > 1 && html`<${EnterpriseList} rows=${rows} total=${total} />`}
    <${CellChips} title=${t("page.cell.parts", { count: of.children.length })} cells=${of.children} />
    <${CellChips} title=${t("page.neighbours", { count: of.neighbours.length })} cells=${of.neighbours} />
  </article>`;
}
