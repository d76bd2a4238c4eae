// Shrink a photo on the telephone, keep its time and place in it, and name it by what it is.
import { t } from "../words.js";

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;
const MOST_BYTES = 40_000_000;
const MARK = { start: 0xd8, app1: 0xe1, scan: 0xda };
const ORIENTATION = 0x0112;
const HEIC = ["heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif"];

/** @typedef {{id: string, sha256: string, blob: Blob}} Prepared */

/** @param {Uint8Array} bytes @param {number} from @param {number} to */
const ascii = (bytes, from, to) => String.fromCharCode(...bytes.slice(from, to));

/** What is wrong with a file that is to be a photo, by its bytes; empty when nothing is. @param {Uint8Array} head @param {number} size */
function fault(head, size) {
  if (size > MOST_BYTES - 1) {
    return t("errors.photo.too_large.what", { size: `${(size / 1e6).toFixed(1)} MB`, most: "40 MB" }) + t("errors.photo.too_large.mend");
  }
  if (ascii(head, 4, 8) === "ftyp" && HEIC.includes(ascii(head, 8, 12))) {
    return t("errors.photo.heic.what") + t("errors.photo.heic.mend");
  }
  const isJpeg = head[0] === 0xff && head[1] === MARK.start;
  const isPng = head[0] === 0x89 && ascii(head, 1, 4) === "PNG";
  const isWebp = ascii(head, 0, 4) === "RIFF" && ascii(head, 8, 12) === "WEBP";
  if (isJpeg || isPng || isWebp) return "";
  return t("errors.photo.not_a_photo.what", { kind: "?" }) + t("errors.photo.not_a_photo.mend");
}

/** @param {BufferSource} bytes */
async function digest(bytes) {
  const made = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...made].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The part of a JPEG that says when and where it was taken, its picture no longer turned; null where there is none.
 * @param {Uint8Array} bytes */
export function exifOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== MARK.scan; ) {
    const length = view.getUint16(at + 2);
    if (bytes[at + 1] === MARK.app1 && ascii(bytes, at + 4, at + 8) === "Exif") {
      return upright(bytes.slice(at, at + 2 + length));
    }
    at += 2 + length;
  }
  return null;
}

/** The same part for a picture that stands upright. @param {Uint8Array} part */
function upright(part) {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const begins = 10;
  const little = ascii(part, begins, begins + 2) === "II";
  try {
    const first = begins + view.getUint32(begins + 4, little);
    const count = view.getUint16(first, little);
    for (let entry = 0; entry < count; entry += 1) {
      const at = first + 2 + entry * 12;
      if (view.getUint16(at, little) === ORIENTATION) view.setUint16(at + 8, 1, little);
    }
  } catch (error) {
    if (error instanceof RangeError) return null; // it is damaged, the picture is not
    throw error;
  }
  return part;
}

/** @param {ImageBitmap} picture @returns {Promise<Blob>} */
async function jpeg(picture) {
  const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(picture.width * share)), Math.max(1, Math.round(picture.height * share)));
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}

/**
 * Make of a file what is sent: shrunk, with its time and place, named by its SHA-256.
 * @param {File} file
 * @returns {Promise<Prepared>}
 * @throws {Error} in words, for what is no photo
 */
export async function prepare(file) {
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const wrong = fault(head, file.size);
  if (wrong) throw new Error(wrong);
  /** @type {ImageBitmap} */
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(t("errors.photo.broken.what", { cause: file.name }) + t("errors.photo.broken.mend"));
  }
  const shrunk = new Uint8Array(await (await jpeg(picture)).arrayBuffer());
  picture.close();
  const exif = head[0] === 0xff ? exifOf(new Uint8Array(await file.arrayBuffer())) : null;
  const parts = /** @type {BlobPart[]} */ (exif ? [shrunk.slice(0, 2), exif, shrunk.slice(2)] : [shrunk]);
  const blob = new Blob(parts, { type: "image/jpeg" });
  return { id: crypto.randomUUID(), sha256: await digest(await blob.arrayBuffer()), blob };
}

/** SHA-256 of bytes in base64, as the protocol of uploads writes it. @param {ArrayBuffer} bytes */
export async function checksum(bytes) {
  const made = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return btoa(String.fromCharCode(...made));
}

/** A hexadecimal digest in base64. @param {string} hex */
export function base64Of(hex) {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))));
}
