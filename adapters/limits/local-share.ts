import type { Clock, Random } from "../../core/host-ports.js";
import { createMemoryWindow } from "./memory-window.js";
import { takeOver } from "./window-rules.js";
import { newWindow, type Change, type NearStore, type WindowStore } from "./window.js";

export interface LocalShareOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For how long nothing departs at first: what is recorded in the lost store may still count at the vendor. The store is tried again as often. */
  readonly quietMs: number;
  readonly onStoreLost?: () => void;
}

/** Safe with up to ten processes on one connection; where a store knows of more than half as many, the part is smaller. */
const FEWEST_PARTS = 10;

/**
 * While the shared store cannot be reached, each process keeps to a tenth of the limit by its own record, instead of to none. What
 * departed meanwhile, and what the vendor asked for, is carried over when the store is back. To be used for one key.
 */
export function withLocalShare(shared: WindowStore, options: LocalShareOptions): WindowStore {
  let local: NearStore | undefined;
  let tryAgainAtMs = 0;
  /** While what departed meanwhile is on its way to a store that is not near. */
  let carrying: Promise<void> | undefined;

  const fallBack = (): NearStore => {
    const nowMs = options.clock.monotonicMs();
    tryAgainAtMs = nowMs + options.quietMs;
    const share = 1 / Math.max(FEWEST_PARTS, 2 * (shared.sharers?.() ?? 0));
    // Ids that no other process nor the store itself gives, so that a slot can be carried over and settled there.
    const firstId = 2 ** 41 + Math.floor(options.random.fraction() * 2 ** 51);
    options.onStoreLost?.();
    return createMemoryWindow(() => ({ ...newWindow(), share, nextId: firstId, pausedUntilMs: nowMs + options.quietMs }));
  };

  const comeBack = (from: NearStore, key: string): void | Promise<void> => {
    const meanwhile = from.update(key, (window) => window);
    const carried = shared.update(key, (window, { mostMs }) => takeOver(window, meanwhile, mostMs));
    return eventually(carried, () => void (local = undefined));
  };

  const update = <T>(key: string, change: Change<T>, when?: "now" | "soon"): T | Promise<T> => {
    if (carrying !== undefined) return carrying.then(() => update(key, change, when));
    if (local !== undefined && options.clock.monotonicMs() >= tryAgainAtMs) {
      const from = local;
      const back = orElse(
        () => comeBack(from, key),
        () => void (tryAgainAtMs = options.clock.monotonicMs() + options.quietMs),
      );
      if (back instanceof Promise) {
        carrying = back.finally(() => (carrying = undefined));
        return update(key, change, when);
      }
    }
    if (local !== undefined) return local.update(key, change);
    return orElse(
      () => shared.update(key, change, when),
      () => (local ??= fallBack()).update(key, change),
    );
  };
  return { update };
}

function eventually<A, B>(value: A | Promise<A>, then: (value: A) => B): B | Promise<B> {
  return value instanceof Promise ? value.then(then) : then(value);
}

function orElse<T>(work: () => T | Promise<T>, otherwise: () => T): T | Promise<T> {
  try {
    const result = work();
    return result instanceof Promise ? result.catch(otherwise) : result;
  } catch {
    return otherwise();
  }
}
