/** Sizes and times of the files that are fetched. Values of the composition; a test sets short ones. */
export interface DownloadLimits {
  /** Of one file; a larger one is not kept. */
  readonly maxBytes: number;
  /** Until an answer begins, and between any two pieces of it. */
  readonly idleMs: number;
  /** For one attempt, from the request to the last byte. */
  readonly totalMs: number;
  /** In all, for a file that its host fails to hand out. */
  readonly attempts: number;
  /** Attempt n is repeated after a random part of `baseMs * 2^(n-1)`, and of `maxMs` at most. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** Files under way at the same time, over all requests of this process. */
  readonly atOnce: number;
}

export const DOWNLOAD_LIMITS: DownloadLimits = {
  maxBytes: 100 * 1024 * 1024,
  idleMs: 30_000,
  totalMs: 15 * 60_000,
  attempts: 3,
  backoff: { baseMs: 500, maxMs: 10_000 },
  atOnce: 4,
};
