/** Keeps the calls of one connection within the vendor's limit. Every attempt takes one permit and settles it. */
export interface Pacer {
  /**
   * Waits, first come first served, until one request may depart. `sinceMs` is when the caller's first attempt began, in monotonic
   * milliseconds. A change departs before whatever only reads: it must not grow old in the queue.
   * @throws the signal's reason when it aborts; DsrError `RATE_LIMITED` when the vendor holds everybody back for too long, `STORAGE_FAILED` when the limit's record does so to this process.
   */
  acquire(signal: AbortSignal, sinceMs?: number, isChange?: boolean): Promise<Permit>;
}

export interface Permit {
  /** Tells what became of the request, once. Returns for how long everybody is held back from now, if so; only who was refused need wait to hear it. */
  settle(settlement: Settlement): Hold | undefined | Promise<Hold | undefined>;
}

export interface Hold {
  readonly forMs: number;
  /** When the vendor began to refuse, in monotonic milliseconds. */
  readonly sinceMs: number;
}

/**
 * `answered`: the head of an answer arrived. `lost`: it may have arrived at the vendor, unanswered. `given_up`: nobody waits for its answer any
 * more, and it may still be under way. `unsent`: surely nothing was sent.
 * `refused` is a 429, with the wait that the vendor asked for if it named one.
 */
export type Settlement =
  | { readonly outcome: "answered"; readonly rate?: RateFacts; readonly refused?: { readonly forMs: number | undefined } }
  | { readonly outcome: "lost" }
  | { readonly outcome: "given_up" }
  | { readonly outcome: "unsent" };

/** What the vendor's rate-limit headers said. */
export interface RateFacts {
  readonly limit?: number;
  readonly remaining?: number;
  /** `unixSeconds` names the vendor's window, `inMs` is when it ends: never early, at most a second late. */
  readonly reset?: { readonly unixSeconds: number; readonly inMs: number };
}
