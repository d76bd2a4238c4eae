// The panel beside the map, a sheet at the foot of a phone: it says everything that the map shows.
import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import { failure, narrow, panel, place, sheet } from "../state.js";
import { t } from "../words.js";
import { AlarmPanel } from "./answer.js";
import { CellPanel } from "./cell.js";
import { Refusal } from "./common.js";
import { EnterprisePanel } from "./enterprise.js";
import { OfficerPanel } from "./officer.js";
import { SpotPanel } from "./spot.js";
import { TeamPanel } from "./team.js";
import { TodayPanel } from "./today.js";

const STEPS = /** @type {const} */ (["low", "half", "full"]);
const TAP_PX = 6;

function Content() {
  const shown = panel.value;
  if (failure.value) return html`<${Refusal} problem=${failure.value} />`;
  switch (shown.kind) {
    case "alarm":
      return place.value ? html`<${AlarmPanel} />` : html`<${TodayPanel} />`;
    case "officer":
      return html`<${OfficerPanel} key=${shown.id} id=${shown.id} />`;
    case "enterprise":
      return html`<${EnterprisePanel} key=${shown.id} id=${shown.id} />`;
    case "team":
      return html`<${TeamPanel} key=${shown.id} id=${shown.id} />`;
    case "cell":
      return html`<${CellPanel} key=${shown.id} id=${shown.id} />`;
    case "spot":
      return html`<${SpotPanel} found=${shown.found} />`;
    default:
      return html`<${TodayPanel} />`;
  }
}

/** The handle of the sheet: drag it, or press it for the next height. @param {{box: {current: HTMLElement | null}}} props */
function Handle({ box }) {
  const start = useRef({ y: 0, height: 0, moved: false });
  /** @param {any} event */
  const down = (event) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { y: event.clientY, height: box.current?.offsetHeight ?? 0, moved: false };
  };
  /** @param {any} event */
  const move = (event) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || !box.current) return;
    const by = start.current.y - event.clientY;
    if (Math.abs(by) > TAP_PX) start.current.moved = true;
    if (!start.current.moved) return;
    box.current.style.transition = "none";
    box.current.style.height = `${Math.max(90, start.current.height + by)}px`;
  };
  const up = () => {
    if (!box.current) return;
    const share = box.current.offsetHeight / innerHeight;
    box.current.style.transition = "";
    box.current.style.height = "";
    if (start.current.moved) sheet.value = share < 0.3 ? "low" : share < 0.7 ? "half" : "full";
  };
  const press = () => {
    if (!start.current.moved) sheet.value = STEPS[(STEPS.indexOf(sheet.value) + 1) % STEPS.length];
    start.current.moved = false;
  };
  return html`<button
    type="button"
    class="handle"
    aria-label=${t(sheet.value === "full" ? "page.sheet.down" : "page.sheet.up")}
    onPointerDown=${down}
    onPointerMove=${move}
    onPointerUp=${up}
    onPointerCancel=${up}
    onClick=${press}
  ><i></i></button>`;
}

export function Panel() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  return html`<aside class="panel-box" ref=${box} data-sheet=${sheet.value} aria-label=${t("page.panel")}>
    ${narrow.value && html`<${Handle} box=${box} />`}
    <div class="panel" id="panel" tabindex="-1"><${Content} /></div>
  </aside>`;
}
