import type { Clock, Random } from "../../core/host-ports.js";
import { createMemoryWindow } from "./memory-window.js";
import { newWindow, type WindowStore } from "./window.js";

export interface LocalShareOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For how long nothing departs at first: what is recorded in the lost store may still count at the vendor. */
  readonly quietMs: number;
  readonly onStoreLost?: () => void;
}

/** Safe with up to ten processes on one connection. */
const SHARE = 0.1;
const TRY_AGAIN_MS = 10_000;

/**
 * While the shared store cannot be reached, each process keeps to a tenth of the limit by its own record, instead of to none. What
 * departed meanwhile is carried over when the store is back.
 */
export function withLocalShare(shared: WindowStore, options: LocalShareOptions): WindowStore {
  let local: ReturnType<typeof createMemoryWindow> | undefined;
  let tryAgainAtMs = 0;

  const fallBack = (): ReturnType<typeof createMemoryWindow> => {
    const nowMs = options.clock.monotonicMs();
    tryAgainAtMs = nowMs + TRY_AGAIN_MS;
    // Ids that no other process nor the store itself gives, so that a slot can be carried over and settled there.
    const firstId = 2 ** 41 + Math.floor(options.random.fraction() * 2 ** 51);
    return createMemoryWindow(() => ({ ...newWindow(), share: SHARE, nextId: firstId, pausedUntilMs: nowMs + options.quietMs }));
  };

  const comeBack = (from: NonNullable<typeof local>): void => {
    for (const key of from.keys()) {
      const slots = from.update(key, (window) => window.slots);
      shared.update(key, (window) => window.slots.push(...slots));
      from.update(key, (window) => (window.slots = []));
    }
  };

  return {
    update: (key, change) => {
      if (local !== undefined && options.clock.monotonicMs() >= tryAgainAtMs) {
        try {
          comeBack(local);
          local = undefined;
        } catch {
          tryAgainAtMs = options.clock.monotonicMs() + TRY_AGAIN_MS;
        }
      }
      if (local !== undefined) return local.update(key, change);
      try {
        return shared.update(key, change);
      } catch {
        local = fallBack();
        options.onStoreLost?.();
        return local.update(key, change);
      }
    },
  };
}
