import type { ErrorCode } from "./errors.js";

export type AccessOutcome = "complete" | "complete_with_gaps" | "nothing_found" | "parked" | "needs_attention" | "refused" | "cancelled";

export type DeletionOutcome =
  | "planned"
  | "verified"
  | "awaiting_verification"
  | "partial"
  | "nothing_found"
  | "parked"
  | "needs_attention"
  | "refused"
  | "cancelled";

export type RequestOutcome = AccessOutcome | DeletionOutcome;

/**
 * `deleted` and `already_absent` were seen to be gone. `not_deleted` is settled, too: the vendor declined or kept it, or the request ended
 * before it was tried. `unknown` is not settled: in a result that is not finished not yet, in one that was cancelled because nothing but another
 * deletion would have told.
 */
export type TargetOutcome = "deleted" | "already_absent" | "not_deleted" | "unknown";

/** Why a human or time is needed. `resumeAt` (ISO 8601) is when `resume` is worth trying. */
export interface Attention {
  readonly code: ErrorCode;
  readonly scope?: string;
  readonly resumeAt?: string;
  /** The legal holds that stood against it, where the code is `HELD`. */
  readonly holds?: readonly { readonly id: string; readonly basis: string }[];
}

/** A failure inside a covered category: what should have been there and is not. Counts where they are known. */
export interface Gap {
  readonly category: string;
  readonly code: string;
  readonly id?: string;
  readonly have?: number;
  readonly of?: number;
}

/** Whether the vendor itself showed that there may be more than it handed out: then nothing is not what was found. */
export function mayHoldMore(gaps: readonly Gap[]): boolean {
  return gaps.some(({ code, have = 0, of = 0 }) => code === "PAGING" || of > have);
}

/** A category that was not looked at, the scope's label that would allow it, and why. */
export interface NotCovered {
  readonly category: string;
  readonly scope?: string;
  readonly reason: string;
}

/** Why a data category was not covered, in core's own words; a manifest's limits come with words of their own. */
export const NOT_COVERED_REASONS = ["not granted", "not selected", "not proven", "not readable here", "nothing leads there"] as const;
export type NotCoveredReason = (typeof NOT_COVERED_REASONS)[number];

export function isOwnReason(reason: string): reason is NotCoveredReason {
  return NOT_COVERED_REASONS.some((own) => own === reason);
}

/** A search, or a list that is asked for by a key: where it was asked, and when first (ISO 8601). */
export interface Searched {
  /** What kind of key was asked for, never its value: a category of identifiers, or the kind of ids that were found before (`contact_id`). */
  readonly identifier: string;
  readonly where: string;
  readonly at: string;
}

export interface Residual {
  readonly code: string;
  readonly text: string;
  /** Of what was seen to stay of one record. */
  readonly category?: string;
  readonly id?: string;
}
