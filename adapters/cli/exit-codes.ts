import { ERROR_TABLE } from "../../core/error-table.js";
import type { Attention } from "../../core/outcome.js";
import type { RequestState } from "../../core/request.js";

/** Some of several were well, some were not. */
export const MIXED = 3;

/** The exit code of a request's outcome. Where a human is needed, the reason decides. */
export function exitOf({ outcome, attention }: { readonly outcome: RequestState; readonly attention?: Attention }): number {
  switch (outcome) {
    case "complete":
    case "verified":
    case "planned":
    case "running":
      return 0;
    case "complete_with_gaps":
    case "partial":
    case "cancelled":
      return 3;
    case "nothing_found":
      return 6;
    case "parked":
    case "awaiting_verification":
      return 8;
    case "needs_attention":
    case "refused":
      return attention === undefined ? 1 : ERROR_TABLE[attention.code].exit;
  }
}
