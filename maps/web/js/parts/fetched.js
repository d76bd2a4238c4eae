// Fetch what a panel shows, again when the data changed, and drop an answer that a newer question replaced.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, get, replaced } from "../api.js";
import { district, language } from "../state.js";

/**
 * @template T
 * @param {string | null} path
 * @param {Record<string, string | number | null | undefined>} [params]
 * @returns {{value: T | null, problem: import("../api").Problem | null}}
 */
export function useFetched(path, params = {}) {
  const [held, hold] = useState(
    /** @type {{value: any, problem: import("../api").Problem | null}} */ ({ value: null, problem: null }),
  );
  const spoken = language.value;
  const version = district.value?.version;
  const shown = useRef("");
  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    const question = `${path} ${spoken} ${JSON.stringify(params)}`;
    const newer = shown.current === question;
    shown.current = question;
    if (!newer) hold({ value: null, problem: null });
    get(path, params, stop.signal, newer).then(
      (value) => hold({ value, problem: null }),
      (error) => {
        if (!replaced(error)) hold({ value: null, problem: asProblem(error) });
      },
    );
    return () => stop.abort();
  }, [path, spoken, version, JSON.stringify(params)]);
  return held;
}
