/**
 * Everything that is known about the pace of one connection, shared by all who call it. Times are the store's own milliseconds (see
 * `Ahead`). Changed only by `window-rules.ts`, inside one `WindowStore.update`.
 */
export interface Window {
  /** When it was last changed. A time ahead of now is from before the machine restarted. */
  writtenAtMs: number;
  nextId: number;
  /** Requests that departed and may still count at the vendor. */
  slots: Slot[];
  /** The part of the limit that may be used: 1, less where the shared record is gone, and 0 where this process alone is shut out of it. */
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

/**
 * How far the store's time is ahead of this process's monotonic clock, at least and at most: a request takes its slot by the one, and is said to
 * have been answered by the other, so that no slot is ever free too early.
 */
export interface Ahead {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** Of a store whose time is the machine's monotonic clock. */
export const NOT_AHEAD: Ahead = { leastMs: 0, mostMs: 0 };

export type Change<T> = (window: Window, ahead: Ahead) => T;

/** Where windows are kept. */
export interface WindowStore {
  /**
   * Reads the key's window, lets `change` alter it, and writes it: one short, exclusive step, whose end is a promise where the store is further
   * away than a file. `change` may be called anew, on what another process made of the window meanwhile, so it alters nothing else. What is to be
   * written `soon` may wait a moment for more. @throws `StoreGone` where the store is there for nobody, and anything else where others may be using it.
   */
  update<T>(key: string, change: Change<T>, when?: "now" | "soon"): T | Promise<T>;
  /** How many processes use it at about this time, where that is known. */
  sharers?(): number;
}

/** Nobody can use the store. Thrown only where that is certain: whoever gets this goes on with a part of the limit. */
export class StoreGone extends Error {}

/** A store whose steps end before they return. */
export interface NearStore extends WindowStore {
  update<T>(key: string, change: Change<T>): T;
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
