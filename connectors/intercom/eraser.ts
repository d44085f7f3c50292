import { DsrError } from "../../core/errors.js";
import type { ConnectorContext, EraseAnswer, LookAnswer, Target } from "../../core/ports.js";
import { checkedId, expectId, requestIdOf, type IntercomClient } from "./client.js";
import type { Decided } from "./erasure-policies.js";

/** How one kind of target is deleted and read, by its id as a plan names it. */
export interface Eraser {
  readonly erase: (erasing: Erasing, id: string, decided: Decided) => Promise<EraseAnswer>;
  readonly look: (client: IntercomClient, target: Target, context: ConnectorContext) => Promise<LookAnswer>;
}

export interface Erasing {
  readonly client: IntercomClient;
  /** The teammate in whose name it happens. */
  readonly adminId: () => Promise<string>;
}

interface Answered {
  readonly data?: unknown;
  readonly response: Response;
}

/** Intercom's own word counts, not the status: only `deleted: true` about this id is a deletion. */
export function deletionAnswer(id: string, { data, response }: Answered): EraseAnswer {
  const requestId = requestIdOf(response);
  if (response.status === 404) return { answer: "absent", ...requestId };
  if (response.status === 204) return { answer: "accepted", ...requestId };
  if (!response.ok) return { answer: "not_deleted", ...requestId };
  const { id: answered, deleted } = (data ?? {}) as { readonly id?: unknown; readonly deleted?: unknown };
  // An answer about another record says nothing about this one; reading it will.
  if (answered !== id && !(typeof answered === "number" && String(answered) === id)) throw new DsrError("OUTCOME_UNKNOWN");
  return { answer: deleted === true ? "deleted" : "not_deleted", ...requestId };
}

export function lookAnswer(id: string, { data, response }: Answered): LookAnswer {
  const requestId = requestIdOf(response);
  if (response.status === 404) return { answer: "absent", ...requestId };
  expectId(data as { readonly id?: unknown } | undefined, id);
  return { answer: "present", ...requestId };
}

/** The two ids of a target that is part of something: `conversation:contact`, `type:instance`. */
export function pairOf(id: string): readonly [string, string] {
  const [outer, inner, ...rest] = id.split(":");
  if (rest.length > 0) throw new DsrError("VENDOR_MALFORMED");
  return [checkedId(outer), checkedId(inner)];
}
