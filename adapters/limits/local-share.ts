import type { Clock, Random } from "../../core/host-ports.js";
import { takeOver } from "./window-rules.js";
import { newWindow, NOT_AHEAD, StoreGone, type Change, type Window, type WindowStore } from "./window.js";

/** `gone`: the shared store is there for nobody. `shut_out`: it is not there for this process, and may be for others. */
export type StoreLoss = "gone" | "shut_out";

export interface LocalShareOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** For how long nothing departs at first: what is recorded in the lost store may still count at the vendor. */
  readonly quietMs: number;
  /** Told of each loss, with what the store said. */
  readonly onStoreLost?: (how: StoreLoss, error: unknown) => void;
}

/** Safe with up to ten processes on one connection; where a store knows of more than half as many, the part is smaller. */
const FEWEST_PARTS = 10;
/** How often the store is tried again, in parts of the quiet time: where it is gone often, since who goes on alone has to stop when it is back. */
const TRIES: Readonly<Record<StoreLoss, number>> = { gone: 10, shut_out: 2 };

/**
 * While the shared store is gone for everybody, each process keeps to a tenth of the limit by its own record, instead of to none. Who is shut out of it
 * alone sends nothing: the others may be using the whole limit. What departed meanwhile, and what the vendor asked for, is carried over when the store is
 * back. To be used for one key.
 */
export function withLocalShare(shared: WindowStore, options: LocalShareOptions): WindowStore {
  const { clock, random, quietMs } = options;
  let alone: { readonly window: Window; how: StoreLoss; wasGone: boolean } | undefined;
  let tryAgainAtMs = 0;
  /** While what departed meanwhile is on its way to a store that is not near. */
  let carrying: Promise<void> | undefined;

  const lose = (error: unknown): Window => {
    const how = error instanceof StoreGone ? "gone" : "shut_out";
    const nowMs = clock.monotonicMs();
    tryAgainAtMs = nowMs + quietMs / TRIES[how];
    const before = alone?.how;
    // Ids that no other process nor the store itself gives, so that a slot can be carried over and settled there.
    alone ??= { window: { ...newWindow(), nextId: 2 ** 41 + Math.floor(random.fraction() * 2 ** 51) }, how, wasGone: false };
    const { window } = alone;
    if (how === before) return window;
    alone.how = how;
    if (how === "gone") {
      alone.wasGone = true;
      window.share = 1 / Math.max(FEWEST_PARTS, 2 * (shared.sharers?.() ?? 0));
      window.pausedUntilMs = Math.max(window.pausedUntilMs, nowMs + quietMs);
    } else window.share = 0;
    options.onStoreLost?.(how, error);
    return window;
  };

  const comeBack = ({ window, wasGone }: NonNullable<typeof alone>, key: string): void | Promise<void> => {
    // Until the others have found it, too, and told what they sent alone, nobody goes on.
    const untilMs = wasGone ? clock.monotonicMs() + quietMs * (1 + 1 / TRIES.gone) : Number.NEGATIVE_INFINITY;
    const meanwhile = { ...window, pausedUntilMs: Math.max(window.pausedUntilMs, untilMs) };
    const carried = shared.update(key, (into, { mostMs }) => {
      takeOver(into, meanwhile, mostMs);
      // Who can merely read it is not back: something is written in any case.
      into.nextId++;
    });
    return eventually(carried, () => void (alone = undefined));
  };

  const update = <T>(key: string, change: Change<T>, when?: "now" | "soon"): T | Promise<T> => {
    if (carrying !== undefined) return carrying.then(() => update(key, change, when));
    if (alone !== undefined && clock.monotonicMs() >= tryAgainAtMs) {
      const from = alone;
      const back = orElse(
        () => comeBack(from, key),
        (error) => void lose(error),
      );
      if (back instanceof Promise) {
        carrying = back.finally(() => (carrying = undefined));
        return update(key, change, when);
      }
    }
    if (alone !== undefined) return change(alone.window, NOT_AHEAD);
    return orElse(
      () => shared.update(key, change, when),
      (error) => change(alone?.window ?? lose(error), NOT_AHEAD),
    );
  };
  return { update };
}

function eventually<A, B>(value: A | Promise<A>, then: (value: A) => B): B | Promise<B> {
  return value instanceof Promise ? value.then(then) : then(value);
}

function orElse<T>(work: () => T | Promise<T>, otherwise: (error: unknown) => T): T | Promise<T> {
  try {
    const result = work();
    return result instanceof Promise ? result.catch(otherwise) : result;
  } catch (error) {
    return otherwise(error);
  }
}
