import { randomBytes } from "node:crypto";
import type { Clock, Random } from "../../core/host-ports.js";

/** Runtimes turn a longer timer into one that fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's time. `monotonicMs` counts since the machine started, so that all processes on it agree: what they share about pacing
 * is written in it.
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1000 + nanoseconds / 1e6;
  },
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      // A timer counts from the start of the loop's turn and may fire a fraction early; rounding up keeps "after `ms`" true.
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
        Math.min(Math.ceil(Math.max(ms, 0)) || 0, LONGEST_TIMER_MS),
      );
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** 32 characters, so that a byte's low five bits choose one without bias. */
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

export const systemRandom: Random = {
  /** 24 characters, 120 bits. */
  id: () => Array.from(randomBytes(24), (byte) => ALPHABET[byte & 31]).join(""),
  fraction: () => Math.random(),
};
