/** Every situation that a caller can meet, by code. The row that explains each is in `error-table.ts`. */
export type ErrorCode =
  // The vendor, and the operator's account there
  | "AUTH_REJECTED"
  | "SCOPE_MISSING"
  | "ROLE_INSUFFICIENT"
  | "PLAN_RESTRICTED"
  | "WRONG_WORKSPACE"
  | "REGION_MISMATCH"
  | "RATE_LIMITED"
  | "VENDOR_UNAVAILABLE"
  | "OUTCOME_UNKNOWN"
  | "VENDOR_REJECTED"
  | "VENDOR_MALFORMED"
  | "ANSWER_TOO_LARGE"
  | "TLS_REJECTED"
  | "HOST_REFUSED"
  // Connecting
  | "OAUTH_STATE_INVALID"
  | "OAUTH_DENIED"
  | "CONNECTION_UNKNOWN"
  | "CONNECTION_EXISTS"
  | "CONNECTION_IN_USE"
  | "CONNECTOR_UNKNOWN"
  | "CONFIG_INVALID"
  | "DESCRIPTION_INVALID"
  | "DESCRIPTION_UNAVAILABLE"
  // The request
  | "UNSUPPORTED_REQUEST"
  | "IDENTIFIER_INVALID"
  | "REQUEST_INVALID"
  | "REQUEST_UNKNOWN"
  | "BATCH_UNKNOWN"
  | "REQUEST_BUSY"
  | "REQUEST_ELSEWHERE"
  | "IDEMPOTENCY_CONFLICT"
  | "ACCESS_FIRST"
  // The deletion
  | "AMBIGUOUS_SUBJECT"
  | "CHOICE_INVALID"
  | "NOTHING_TO_DELETE"
  | "KEEP_IMPOSSIBLE"
  | "PLAN_UNKNOWN"
  | "PLAN_STALE"
  | "CONFIRMATION_REFUSED"
  | "HELD"
  | "AWAITING_VERIFICATION"
  | "NOT_DELETED"
  | "STILL_PRESENT"
  | "REAPPEARED"
  // This program and its home
  | "INTEGRITY"
  | "SEALING_KEY_INVALID"
  | "STORAGE_FAILED"
  | "STORE_NEWER"
  | "USAGE"
  | "INTERRUPTED"
  | "INTERNAL";

/**
 * What may be told beside a code. Ids and numbers only: nothing here is copied from free text of a request or a reply.
 * `vendorCode` is the vendor's machine-readable code, let through only where it is a short lower-case word.
 */
export interface ErrorFacts {
  readonly scope?: string;
  readonly retryAfterMs?: number;
  readonly vendorStatus?: number;
  readonly vendorCode?: string;
  readonly vendorRequestId?: string;
  /** A place in a document that the caller supplied: a JSON pointer, a setting's name, a line number. */
  readonly at?: string;
  /** Why that place was refused, in words of this project. */
  readonly reason?: string;
}

/**
 * Breakage, as a value that can be shown to anyone: the message is the code alone, so that no address, token or reply
 * can reach a log through it. Look the code up in the error table for words.
 */
export class DsrError extends Error {
  override readonly name = "DsrError";
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}

/** True for a `DsrError`, of the given code if one is named. Compares by name, so that two copies of the package agree. */
export function isDsrError(error: unknown, code?: ErrorCode): error is DsrError {
  return error instanceof Error && error.name === "DsrError" && (code === undefined || (error as DsrError).code === code);
}

/** Codes of what may pass by itself: what it stopped is tried again, and needs a human's eye once it has lasted for long. */
export const MAY_PASS: ReadonlySet<ErrorCode> = new Set(["VENDOR_UNAVAILABLE", "RATE_LIMITED", "OUTCOME_UNKNOWN"]);

/**
 * Codes that say of a change that it surely did not happen: it was turned away, or it never left. Whatever else ends a change leaves it
 * open whether it happened.
 */
export const NOT_CARRIED_OUT: ReadonlySet<ErrorCode> = new Set([
  "PLAN_STALE",
  "CONNECTION_UNKNOWN",
  "AUTH_REJECTED",
  "SCOPE_MISSING",
  "ROLE_INSUFFICIENT",
  "PLAN_RESTRICTED",
  "RATE_LIMITED",
  "VENDOR_UNAVAILABLE",
  "VENDOR_REJECTED",
  "TLS_REJECTED",
  "HOST_REFUSED",
]);
