import { DsrError } from "../../core/errors.js";
import { newWindow, type Window } from "./window.js";

/** Raised when the fields change: a window of another version is not understood, and never overwritten. */
const VERSION = 1;

/** In this order; every one is a number, and Infinity stays Infinity. */
const FIELDS = [
  "writtenAtMs",
  "nextId",
  "vendorLimit",
  "remaining",
  "resetUnixSeconds",
  "resetAtMs",
  "firstHeardAtMs",
  "heard",
  "unheard",
  "pausedUntilMs",
  "refusals",
  "refusedSinceMs",
  "refusedBefore",
] as const satisfies readonly (keyof Window)[];

const HEAD = FIELDS.length + 1;
const PER_SLOT = 3;

/** 64-bit floats: parsing and writing JSON at every request would cost more than the rest of pacing. */
export function encodeWindow(window: Window): Buffer {
  const numbers = new Float64Array(HEAD + PER_SLOT * window.slots.length);
  numbers[0] = VERSION;
  FIELDS.forEach((field, index) => (numbers[index + 1] = window[field]));
  let at = HEAD;
  for (const { id, freeAtMs, inFlight } of window.slots) {
    numbers[at++] = id;
    numbers[at++] = freeAtMs;
    numbers[at++] = inFlight ? 1 : 0;
  }
  return Buffer.from(numbers.buffer);
}

/** @throws DsrError `STORAGE_FAILED` for what cannot be read: others may understand it, and go by it. */
export function decodeWindow(bytes: Uint8Array): Window {
  // Copied, since a Buffer may begin where no float can.
  const numbers = new Float64Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.byteLength / 8));
  const window = newWindow();
  if (bytes.byteLength === 0) return window;
  if (numbers[0] !== VERSION || numbers.length < HEAD || numbers.some(Number.isNaN)) throw unreadable();
  FIELDS.forEach((field, index) => (window[field] = numbers[index + 1] ?? 0));
  for (let at = HEAD; at + PER_SLOT <= numbers.length; at += PER_SLOT) {
    window.slots.push({ id: numbers[at] ?? 0, freeAtMs: numbers[at + 1] ?? 0, inFlight: numbers[at + 2] === 1 });
  }
  const lasting = [window.pausedUntilMs, ...window.slots.map(({ freeAtMs }) => freeAtMs)];
  if (lasting.some((ms) => !(ms <= window.writtenAtMs + LONGEST_MS))) throw unreadable();
  return window;
}

function unreadable(): DsrError {
  return new DsrError("STORAGE_FAILED", { reason: "it is damaged, or of another version of this program" });
}

/** Nothing that is written lasts nearly as long: what does is damaged, and would keep everybody waiting. */
const LONGEST_MS = 86_400_000;
