import type { Clock } from "../../core/host-ports.js";
import type { Pacer } from "./pacing.js";

/** How long a 429 that names no wait holds everybody back. */
const DEFAULT_PAUSE_MS = 10_000;

/** A pacer for tests and doubles: lets everything through, except that a 429 still holds everybody back. */
export function unpaced(clock: Clock): Pacer {
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  return {
    acquire: async (signal) => {
      signal.throwIfAborted();
      for (let leftMs = heldUntilMs - clock.monotonicMs(); leftMs > 0; leftMs = heldUntilMs - clock.monotonicMs()) await clock.sleep(leftMs, signal);
      return {
        settle: (settlement) => {
          if (settlement.outcome !== "answered" || settlement.refused === undefined) return 0;
          const pauseMs = settlement.refused.forMs ?? DEFAULT_PAUSE_MS;
          heldUntilMs = Math.max(heldUntilMs, clock.monotonicMs() + pauseMs);
          return heldUntilMs - clock.monotonicMs();
        },
      };
    },
  };
}
