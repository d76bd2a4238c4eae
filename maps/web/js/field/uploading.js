// Send a photo in parts (tus 1.0): what breaks off goes on where it was, and nothing counts before it is proven whole.
import { base64Of, checksum } from "./photos.js";
import { call } from "./sending.js";

const PART = 256 * 1024;
const LEAST_PART = 16 * 1024;
const VERSION = { "tus-resumable": "1.0.0" };

/** @param {string} text */
const encoded = (text) => btoa(text);

/** Whether an answer proves that the server has all of a photo. @param {import("./sending").Answer} answer @param {string} sha256 */
function proves(answer, sha256) {
  return answer.headers.get("repr-digest") === `sha-256=:${base64Of(sha256)}:`;
}

/**
 * Send a photo from where it broke off.
 * @param {{id: string, hazard: string, sha256: string}} named
 * @param {Blob} blob
 * @param {(sent: number) => void} progress told of the bytes that have come
 * @returns {Promise<import("./sending").Answer>} the last answer; `status` 204 when the server has proven that it has all
 */
export async function upload(named, blob, progress) {
  const metadata = ["id", "hazard", "sha256"].map((name) => `${name} ${encoded(/** @type {any} */ (named)[name])}`).join(",");
  let answer = await call("POST", "uploads", {
    headers: { ...VERSION, "upload-length": String(blob.size), "upload-metadata": metadata },
  });
  if (answer.status !== 201) return answer;
  let part = PART;
  while (!proves(answer, named.sha256)) {
    const offset = Number(answer.headers.get("upload-offset"));
    progress(offset);
    const bytes = await blob.slice(offset, offset + part).arrayBuffer();
    const before = Date.now();
    answer = await call("PATCH", `uploads/${named.id}`, {
      bytes: new Blob([bytes]),
      headers: {
        ...VERSION,
        "content-type": "application/offset+octet-stream",
        "upload-offset": String(offset),
        "upload-checksum": `sha256 ${await checksum(bytes)}`,
      },
    });
    if (Date.now() - before > 8000) part = Math.max(LEAST_PART, part / 2); // a slow line breaks off less far
    if (answer.status === 409 || (answer.status === 460 && offset > 0)) {
      answer = await call("GET", `uploads/${named.id}`, { headers: VERSION });
    }
    if (answer.status !== 204 && answer.status !== 200) return answer;
  }
  progress(blob.size);
  return { ...answer, status: 204 };
}
