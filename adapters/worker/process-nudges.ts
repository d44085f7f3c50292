import type { Clock } from "../../core/host-ports.js";
import type { Nudges } from "./nudges.js";

/** Within one process: several on one home look at the same requests, and its leases keep them apart. */
export function createProcessNudges(clock: Pick<Clock, "monotonicMs">): Nudges {
  const waiting = new Set<string>();
  const turns = new Map<string, number>();
  return {
    put: async (requestIds) => {
      for (const id of requestIds) waiting.add(id);
    },
    take: async (most) =>
      [...waiting].slice(0, most).map((requestId) => {
        waiting.delete(requestId);
        return { requestId, done: async () => undefined, handBack: async () => void waiting.add(requestId) };
      }),
    turn: async (what, periodMs) => {
      const nowMs = clock.monotonicMs();
      if (nowMs < (turns.get(what) ?? Number.NEGATIVE_INFINITY)) return false;
      turns.set(what, nowMs + periodMs);
      return true;
    },
    close: async () => undefined,
  };
}
