// Follow what changes on the server, so that the page shows it; say when the line is lost.
import { asProblem, get, goSignIn } from "./api.js";
import { district, lostSince, may } from "./state.js";

const GATHER_MS = 150;
const AGAIN_MS = 10_000;

/**
 * Call something a moment after anything changed that this person may see, or may have changed while the line was lost.
 * @param {() => void} changed
 */
export function followLive(changed) {
  if (!may("live.listen") || typeof EventSource === "undefined") return;
  let gathering = 0;
  let lost = false;
  const soon = () => {
    clearTimeout(gathering);
    gathering = setTimeout(changed, GATHER_MS);
  };
  const open = () => {
    const source = new EventSource("/api/v1/live");
    source.addEventListener("change", soon);
    source.addEventListener("reset", soon);
    source.addEventListener("ready", (event) => {
      lostSince.value = null;
      if (lost || JSON.parse(event.data).version !== district.peek()?.version) soon();
      lost = false;
    });
    source.addEventListener("end", () => {
      source.close();
      goSignIn();
    });
    source.addEventListener("error", () => {
      lost = true;
      lostSince.value ??= new Date();
      if (source.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS);
    });
    addEventListener("pagehide", () => source.close());
  };
  const again = () =>
    get("session", {}, undefined, true).then(
      (now) => (now.actions.includes("live.listen") ? open() : goSignIn()),
      (error) => {
        asProblem(error);
        setTimeout(again, AGAIN_MS);
      },
    );
  open();
}
