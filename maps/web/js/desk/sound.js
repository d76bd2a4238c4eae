// Accept and reject in two tones; they only repeat what the result line says.
import { sound } from "./state.js";

/** @type {AudioContext | null} */
let context = null;

/** @param {boolean} ok */
export function tone(ok) {
  if (!sound.peek()) return;
  try {
    context ??= new AudioContext();
    const now = context.currentTime;
    const voice = context.createOscillator();
    const volume = context.createGain();
    voice.frequency.value = ok ? 880 : 233;
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + (ok ? 0.12 : 0.35));
    voice.connect(volume).connect(context.destination);
    voice.start(now);
    voice.stop(now + (ok ? 0.13 : 0.36));
  } catch {
    // no sound here: the words say it
  }
}
