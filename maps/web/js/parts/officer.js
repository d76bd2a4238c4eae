// Show a person of the grid: the cells served, the cells around, the enterprises by risk; made for a phone too.
import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { asProblem, get, replaced } from "../api.js";
import { count } from "../format.js";
import { marked } from "../map/marked_layer.js";
import { show, stepBack, tell, wanted } from "../state.js";
import { t, word } from "../words.js";
import { PanelHead, Phone, Refusal, RiskCounts, Skeleton } from "./common.js";
import { useFetched } from "./fetched.js";
import { RiskMark, Sign } from "./glyphs.js";

/** @typedef {import("../types").OfficerDetail} OfficerDetail */
/** @typedef {import("../types").EnterpriseRow} EnterpriseRow */

const LISTED = 200;

/** Enterprises in some cells, the worst risk first. @param {string[]} codes @returns {EnterpriseRow[] | null} */
export function useEnterprises(codes) {
  const [rows, setRows] = useState(/** @type {EnterpriseRow[] | null} */ (null));
  const key = codes.join();
  useEffect(() => {
    const stop = new AbortController();
    setRows(null);
    if (!key) return undefined;
    Promise.all(key.split(",").map((cell) => get("enterprises", { cell, limit: LISTED }, stop.signal))).then(
      (pages) => {
        const order = ["red", "orange", "yellow", "blue"];
        const all = new Map(pages.flatMap((page) => page.items).map((row) => [row.id, row]));
        setRows([...all.values()].sort((one, other) => order.indexOf(one.risk) - order.indexOf(other.risk)));
      },
      (error) => {
        if (!replaced(error)) tell(asProblem(error).message);
      },
    );
    return () => stop.abort();
  }, [key]);
  return rows;
}

/** @param {{rows: EnterpriseRow[] | null, total: number}} props */
export function EnterpriseList({ rows, total }) {
  const [all, setAll] = useState(false);
  if (total === 0) return html`<p class="empty">${t("page.no_enterprises")}</p>`;
  if (!rows) return html`<${Skeleton} rows=${3} />`;
  const listed = all ? rows : rows.slice(0, 8);
  return html`<ul class="plain enterprises">
      ${listed.map(
        (row) => html`<li key=${row.id}>
          <button type="button" class="row row-enterprise" onClick=${() => show({ kind: "enterprise", id: row.id })}>
            <${RiskMark} risk=${row.risk} />
            <span class="row-name">${row.name}</span>
            <span class="row-reason">${row.chemicals || row.industry}</span>
          </button>
        </li>`,
      )}
    </ul>
    ${
      rows.length > listed.length &&
      html`<button type="button" class="more" onClick=${() => setAll(true)}>${t("page.show_all", { count: count(rows.length) })}</button>`
    }`;
}

/** @param {{id: string}} props */
export function OfficerPanel({ id }) {
  const { value, problem } = useFetched(`officers/${id}`);
  const of = /** @type {OfficerDetail | null} */ (value);
  const rows = useEnterprises(of?.cells.map((cell) => cell.code) ?? []);
  useEffect(() => {
    if (!of) return undefined;
    marked.value = {
      areas: of.cells.map((cell) => ({ name: cell.name, geometry: cell.geometry })),
      around: of.neighbours.map((cell) => cell.code),
      sites: (rows ?? [])
        .filter((row) => row.lon !== null && row.lat !== null)
        .map((row) => ({ id: row.id, name: row.name, risk: row.risk, lon: Number(row.lon), lat: Number(row.lat) })),
      fit: rows === null,
    };
    return undefined;
  }, [of, rows]);
  useEffect(
    () => () => {
      marked.value = null;
    },
    [],
  );
  if (problem)
    return html`<${PanelHead} kind=${t("page.kind.officer")} name="" onClose=${stepBack} /><${Refusal} problem=${problem} />`;
  if (!of) return html`<${Skeleton} rows=${5} />`;
  const total = Object.values(of.enterprises).reduce((sum, one) => sum + one, 0);
  const roles = [...new Set(of.posts.map((post) => word("role", post.role)))].join(t("page.comma"));
  return html`<article class="officer">
    <${PanelHead} kind=${roles || t("page.kind.officer")} name=${of.name} onClose=${stepBack} />
    <p class="call"><${Phone} phone=${of.phone} name=${of.name} /></p>
    <h3>${t("page.officer.cells", { count: of.cells.length })}</h3>
    ${of.cells.length === 0 && html`<p class="empty">${t("page.officer.no_cells")}</p>`}
    <ul class="plain">
      ${of.cells.map(
        (cell) => html`<li key=${cell.code}>
          <button type="button" class="row row-cell" onClick=${() => (wanted.value = { box: cell.bbox })}>
            <span class="swatch-mine" aria-hidden="true"></span>
            <span class="row-name">${cell.name}</span>
            <span class="row-reason">${word("cell_level", String(cell.level))} · ${cell.code}</span>
          </button>
        </li>`,
      )}
    </ul>
    <h3>${t("page.officer.enterprises", { count: count(total) })}</h3>
    <${RiskCounts} counts=${of.enterprises} />
    <${EnterpriseList} rows=${rows} total=${total} />
    <h3>${t("page.neighbours", { count: of.neighbours.length })}</h3>
    <ul class="chips">
      ${of.neighbours.map(
        (cell) => html`<li key=${cell.code}>
          <button type="button" onClick=${() => show({ kind: "cell", id: cell.code })}>
            <${Sign} name="area" size=${16} />${cell.name}
          </button>
        </li>`,
      )}
    </ul>
  </article>`;
}
