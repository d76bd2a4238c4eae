// Follow what changes on the server, so that the page shows it; say when the line is lost.
import { asProblem, get, goSignIn } from "./api.js";
import { district, lostSince, may } from "./state.js";

const GATHER_MS = 150;
const AGAIN_MS = 10_000;

/**
 * Call something a moment after anything changed that this person may see, or may have changed while the line was lost.
 * @param {(nouns: ReadonlySet<string> | null) => void} changed told what changed, null when that is not known
 */
export function followLive(changed) {
  if (!may("live.listen") || typeof EventSource === "undefined") return;
  let gathering = 0;
  let lost = false;
  /** @type {Set<string> | null} */
  let nouns = new Set();
  /** @param {string} [noun] */
  const soon = (noun) => {
    if (noun === undefined) nouns = null;
    else nouns?.add(noun);
    clearTimeout(gathering);
    gathering = setTimeout(() => {
      const told = nouns;
      nouns = new Set();
      changed(told);
    }, GATHER_MS);
  };
  const open = () => {
    const source = new EventSource("/api/v1/live");
    source.addEventListener("change", (event) => soon(JSON.parse(event.data).noun));
    source.addEventListener("reset", () => soon());
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
