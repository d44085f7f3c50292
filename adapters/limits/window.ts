/**
 * Everything that is known about the pace of one connection, shared by all who call it. Times are the machine's monotonic
 * milliseconds. Changed only by `window-rules.ts`, inside one `WindowStore.update`.
 */
export interface Window {
  /** When it was last changed. A time ahead of now is from before the machine restarted. */
  writtenAtMs: number;
  nextId: number;
  /** Requests that departed and may still count at the vendor. */
  slots: Slot[];
  /** The part of the limit that may be used: 1, or less where the shared record cannot be reached. */
  share: number;
  /** As last heard; Infinity while nothing was. */
  vendorLimit: number;
  /** What the vendor's window had left when it was last heard of, at the lowest; Infinity while nothing was. */
  remaining: number;
  /** The vendor's name for that window, and when it ends. */
  resetUnixSeconds: number;
  resetAtMs: number;
  firstHeardAtMs: number;
  /** Own requests in that window whose answer said what was left, and those whose answer did not. */
  heard: number;
  unheard: number;
  /** Nothing departs before. */
  pausedUntilMs: number;
  /** 429s in a row, not counting those that were under way together. 0 while the vendor takes requests. */
  refusals: number;
  refusedSinceMs: number;
  /** Requests from this id on departed after the latest of them. */
  refusedBefore: number;
}

export interface Slot {
  readonly id: number;
  freeAtMs: number;
  inFlight: boolean;
}

/** Where windows are kept. */
export interface WindowStore {
  /** Reads the key's window, lets `change` alter it, and writes it: one short, exclusive step. @throws when the store cannot be reached. */
  update<T>(key: string, change: (window: Window) => T): T;
}

export function newWindow(): Window {
  return {
    writtenAtMs: Number.NEGATIVE_INFINITY,
    nextId: 1,
    slots: [],
    share: 1,
    vendorLimit: Number.POSITIVE_INFINITY,
    remaining: Number.POSITIVE_INFINITY,
    resetUnixSeconds: 0,
    resetAtMs: Number.NEGATIVE_INFINITY,
    firstHeardAtMs: 0,
    heard: 0,
    unheard: 0,
    pausedUntilMs: Number.NEGATIVE_INFINITY,
    refusals: 0,
    refusedSinceMs: 0,
    refusedBefore: 0,
  };
}
