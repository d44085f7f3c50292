/** The seam's sizes and times. Values of the composition; a test sets short ones. */
export interface SeamLimits {
  /** For one attempt's whole answer, the last byte of its body included. */
  readonly deadlineMs: number;
  /** Of one answer, after decompression. */
  readonly maxBytes: number;
  /** How deeply an answer's JSON may nest, so that no recursive reader overflows. */
  readonly maxDepth: number;
  /** In all, for answers and failures other than 429. */
  readonly attempts: number;
  /** In all, for answers that cannot be read. */
  readonly malformedAttempts: number;
  /** Attempt n is repeated after a random part of `baseMs * 2^(n-1)`, and of `maxMs` at most. */
  readonly backoff: { readonly baseMs: number; readonly maxMs: number };
  /** A wait for the vendor that is longer than this ends the call with `RATE_LIMITED`, so that the run can be parked. */
  readonly parkAfterMs: number;
  /**
   * A change that would have to wait for longer than this before it is sent, for the vendor or for its turn, ends with `RATE_LIMITED` instead: by then
   * nobody knows whether it is wanted still. Longer than the usual windows, so that it is sent again after one.
   */
  readonly staleAfterMs: number;
}

export const SEAM_LIMITS: SeamLimits = {
  deadlineMs: 30_000,
  maxBytes: 64 * 1024 * 1024,
  maxDepth: 500,
  attempts: 4,
  malformedAttempts: 3,
  backoff: { baseMs: 500, maxMs: 10_000 },
  parkAfterMs: 15 * 60_000,
  staleAfterMs: 15_000,
};
