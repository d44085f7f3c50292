/** For how long what was read of a record, or found by a search, is taken for what the vendor shows now. */
export const FRESH_MS = 10_000;

/** Where the clock was set back, nobody knows how long ago that was. */
export function isFresh(atMs: number, nowMs: number): boolean {
  return nowMs >= atMs && nowMs - atMs <= FRESH_MS;
}
