import type { Clock } from "../../core/host-ports.js";
import type { Pacer } from "./pacing.js";

/** How long a 429 holds everybody back when it names no wait, or follows another. */
const PAUSE_MS = 10_000;

/** A pacer for tests and doubles: lets everything through, except that a 429 still holds everybody back. */
export function unpaced(clock: Clock): Pacer {
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  let refusals = 0;
  let sinceMs = 0;
  const heldMs = (): number => heldUntilMs - clock.monotonicMs();
  return {
    acquire: async (signal) => {
      signal.throwIfAborted();
      for (let ms = heldMs(); ms > 0; ms = heldMs()) await clock.sleep(ms, signal);
      return {
        settle: (settlement) => {
          if (settlement.outcome === "answered" && settlement.refused === undefined) refusals = 0;
          if (settlement.outcome === "answered" && settlement.refused !== undefined) {
            if (refusals++ === 0) sinceMs = clock.monotonicMs();
            const pauseMs = Math.max(settlement.refused.forMs ?? PAUSE_MS, refusals > 1 ? PAUSE_MS : 0);
            heldUntilMs = Math.max(heldUntilMs, clock.monotonicMs() + pauseMs);
          }
          return heldMs() > 0 ? { forMs: heldMs(), sinceMs } : undefined;
        },
      };
    },
  };
}
