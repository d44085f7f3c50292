import type { Window } from "./window.js";

/** That the next call has to wait for a rate limit, which one that is, and who uses it. */
export interface Wait {
  /** Whose calls are counted together: the pacer's key. */
  readonly key: string;
  /** Until a call may depart at the earliest, from now. */
  readonly ms: number;
  /** For how long callers have been held back without a break, up to now. */
  readonly heldMs: number;
  /**
   * `pace`: calls are spread over the window; `window`: as many as may be have departed in it; `vendor`: the vendor says that nothing is left;
   * `refused`: the vendor turned a call away for its pace (429); `unshared`: the shared record cannot be used, and what other processes have just sent
   * may still count; `shut_out`: this process alone cannot use it, and sends nothing.
   */
  readonly why: "pace" | "window" | "vendor" | "refused" | "unshared" | "shut_out";
  readonly limit: { readonly requests: number; readonly windowMs: number };
  readonly users: Users;
}

/** Who made the calls that count against a limit now. */
export interface Users {
  /** This process. */
  readonly own: number;
  /** Other processes that share the record: those of the same home. Left out while that cannot be read. */
  readonly otherProcesses?: number;
  /** Others on the account, as far as the vendor's own figures tell; left out where they tell nothing now. */
  readonly otherApps?: number;
}

/** Who uses the window. `own` are the ids of this process's slots; those that are free are taken out of it. */
export function usersOf(window: Window, own: Set<number>, nowMs: number): Users {
  const shared = window.share === 1;
  const taken = new Set(window.slots.map(({ id }) => id));
  // While the shared record cannot be read, what stands in it is not forgotten.
  if (shared) for (const id of own) if (!taken.has(id)) own.delete(id);
  const mine = [...own].filter((id) => taken.has(id)).length;
  const otherApps = takenByOtherApps(window, nowMs);
  return { own: mine, ...(shared ? { otherProcesses: taken.size - mine } : {}), ...(otherApps === undefined ? {} : { otherApps }) };
}

/** What the vendor counted in its window beyond the calls that are known here. Those under way may be among them or not: they are taken for ours. */
function takenByOtherApps({ vendorLimit, remaining, resetAtMs, heard, unheard, slots }: Window, nowMs: number): number | undefined {
  if (nowMs >= resetAtMs || vendorLimit === Infinity || remaining === Infinity) return undefined;
  const underWay = slots.filter(({ inFlight }) => inFlight).length;
  return Math.max(0, vendorLimit - remaining - heard - unheard - underWay);
}
