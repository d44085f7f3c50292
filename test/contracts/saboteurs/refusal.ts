import { isDsrError, type ErrorCode } from "../../../core/errors.js";
import type { EraseAnswer, LookAnswer } from "../../../core/ports.js";
import { executorOver, saboteur, type Sabotage, type Saboteur } from "./sabotage.js";

/** A look that sees something where it should have failed. */
function seeing(answer: LookAnswer["answer"], where: ErrorCode): () => Sabotage {
  return () => ({ executor: (port) => ({ look: (target) => port.look(target).catch(instead(where, { answer })) }) });
}

/** A look at a record that may be hidden which sees something where it should have failed. */
function seeingHidden(answer: LookAnswer["answer"], where: ErrorCode): () => Sabotage {
  return () => ({ executor: (port) => ({ look: (target) => (target.extent === undefined ? port.look(target) : port.look(target).catch(instead(where, { answer }))) }) });
}

/** A deletion that says something where it should have failed. */
function saying(answer: EraseAnswer["answer"], where: ErrorCode): () => Sabotage {
  return () => ({ executor: (port) => ({ erase: (target, policies) => port.erase(target, policies).catch(instead(where, { answer })) }) });
}

function instead<T>(code: ErrorCode, answer: T): (error: unknown) => T {
  return (error) => {
    if (isDsrError(error, code)) return answer;
    throw error;
  };
}

export const REFUSAL_SABOTEURS: readonly Saboteur[] = [
  saboteur("DOUBT-10", "takes a withdrawn permission for the record's absence", seeing("absent", "SCOPE_MISSING")),
  saboteur("DOUBT-10", "takes a rejected token for the record's absence", seeing("absent", "AUTH_REJECTED")),
  saboteur("DOUBT-10", "takes an endless 429 for the record's absence", seeing("absent", "RATE_LIMITED")),
  saboteur("DOUBT-10", "takes a withdrawn permission for the record's presence", seeing("present", "SCOPE_MISSING")),
  saboteur("DOUBT-10", "takes a rejected token for the record's presence", seeing("present", "AUTH_REJECTED")),
  saboteur("DOUBT-11", "takes a withdrawn permission for a deletion", saying("deleted", "SCOPE_MISSING"), ["SCOPE-7", "DOUBT-10"]),
  saboteur("DOUBT-11", "takes a rejected token for a deletion", saying("deleted", "AUTH_REJECTED")),
  saboteur("DOUBT-11", "takes an endless 429 for a deletion", saying("deleted", "RATE_LIMITED")),
  saboteur("DOUBT-11", "takes a rejected token for the vendor's word that it does not delete", saying("not_deleted", "AUTH_REJECTED")),
  saboteur("DOUBT-11", "takes a lost answer for the vendor's word that it does not delete", saying("not_deleted", "OUTCOME_UNKNOWN"), ["DOUBT-4", "DOUBT-5", "DOUBT-10", "DOUBT-13", "DOUBT-15", "DOUBT-16", "FAULT-11"]),
  saboteur("DOUBT-12", "takes a vendor that cannot be reached for the record's presence", seeing("present", "VENDOR_UNAVAILABLE")),
  saboteur("DOUBT-12", "takes an answer that makes no sense for the record's presence", seeing("present", "VENDOR_MALFORMED")),
  saboteur("DOUBT-13", "looks for an archived record by its id alone", () => ({ executor: (port) => ({ look: ({ category, id }) => port.look({ category, id }) }) })),
  saboteur("DOUBT-13", "takes a list of archived records that cannot be reached for their absence", seeingHidden("absent", "VENDOR_UNAVAILABLE")),
  saboteur("DOUBT-13", "takes a list of archived records that makes no sense for their absence", seeingHidden("absent", "VENDOR_MALFORMED")),
  saboteur("DOUBT-13", "looks for an archived record on the first page of the list", () => ({
    executor: (_, context) => ({ look: executorOver(context, { answer: (json, { url }) => (url.pathname === "/people/archived" ? { ...json, next: null } : json) }).look }),
  })),
];
