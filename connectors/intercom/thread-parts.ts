import { DsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import { MOST_PARTS } from "./group-conversation.js";
import { member } from "./json-values.js";
import { countOf } from "./search.js";

export type PartsCategory = "conversation_parts" | "ticket_parts";

export interface ShownParts {
  /** Undefined where the thread came without its parts. */
  readonly have: number | undefined;
  /** How many there are, as their list says. */
  readonly total: number | undefined;
}

/** A thread without its parts is no thread without parts: nothing says that there are none. */
export function shownParts(thread: unknown, partsCategory: PartsCategory): ShownParts {
  const parts = member(thread, partsCategory);
  if (parts == null) return { have: undefined, total: undefined };
  const shown = member(parts, partsCategory);
  if (!Array.isArray(shown)) throw new DsrError("VENDOR_MALFORMED");
  return { have: shown.length, total: countOf(member(parts, "total_count")) };
}

/**
 * `total_count` may count all parts or those that are shown. By what Intercom's support says of it, the statistic counts the message that began it, too, and
 * differs by no more than that; one that is lower may be behind, and proves nothing.
 */
export function partsGap(category: string, id: string, { have, total }: ShownParts, thread: unknown): readonly Gap[] {
  const counted = countOf(member(member(thread, "statistics"), "count_conversation_parts"));
  const statistic = counted === undefined ? undefined : Math.max(0, counted - 1);
  if (have === undefined) return [{ category, code: "PARTS_NOT_SHOWN", id, ...(statistic === undefined || statistic === 0 ? {} : { have: 0, of: statistic }) }];
  const of = Math.max(statistic ?? 0, total ?? 0);
  if (of > have) return [{ category, code: have >= MOST_PARTS ? "PARTS_CAPPED" : "COUNT_MISMATCH", id, have, of }];
  if (total !== undefined && total < have) return [{ category, code: "COUNTS_DIFFER", id, have, of: have }];
  // Exactly as many as can be shown, and nothing that says whether there are more.
  return have >= MOST_PARTS && statistic === undefined ? [{ category, code: "PARTS_CAPPED", id, have }] : [];
}
