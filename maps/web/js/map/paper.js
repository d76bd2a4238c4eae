// Put the map on paper: light, with every route in view, printed once it is drawn.
import { answer, theme } from "../state.js";
import { answerExtent } from "./answer_layer.js";

const CLOSEST_FIT = 16;

/** Draw the map as it is to stand on paper, light and with every route in view, and print when it is drawn. @param {any} map */
export function printMap(map) {
  const root = document.documentElement;
  const view = map.getView();
  const before = { theme: theme.peek(), center: view.getCenter(), zoom: view.getZoom() };
  const restore = () => {
    root.classList.remove("for-print");
    theme.value = before.theme;
    map.updateSize();
    view.setCenter(before.center);
    view.setZoom(before.zoom);
  };
  root.classList.add("for-print");
  theme.value = "light";
  map.updateSize();
  const now = answer.peek();
  if (now) view.fit(answerExtent(now), { maxZoom: CLOSEST_FIT, padding: [36, 36, 48, 36] });
  map.once("rendercomplete", () => {
    addEventListener("afterprint", restore, { once: true });
    print();
  });
  map.render();
}
