import type { ErrorCode, ErrorFacts } from "../../core/errors.js";
import type { Operation, VendorProtocol } from "../../core/vendor-protocol.js";
import type { AnswerBody } from "./answer-body.js";
import type { TransportAnswer, TransportFault } from "./transport.js";

/** What an attempt that gave no answer comes to, and whether another one may follow. */
export interface Fault {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly repeat: Repeat;
}

/** `lost` is `unavailable` whose first repetition need not wait; `refused` is a 429, which the pacer times. */
export type Repeat = "never" | "unavailable" | "lost" | "malformed" | "refused";

export interface JudgedAnswer {
  readonly protocol: VendorProtocol;
  readonly operation: Operation;
  readonly answer: TransportAnswer;
  readonly body: AnswerBody | "too_large";
}

/** The fault that a whole answer is, or undefined when the connector is to have it. */
export function judgeAnswer(judged: JudgedAnswer): Fault | undefined {
  const { operation, answer, body } = judged;
  const facts = answerFacts(judged);
  if (body === "too_large") return carefully(operation, { code: "ANSWER_TOO_LARGE", facts, repeat: "never" });
  if (answer.status >= 200 && answer.status <= 299) {
    if (body.json !== undefined || isBareAcknowledgement(operation, answer, body)) return undefined;
    return carefully(operation, { code: "VENDOR_MALFORMED", facts, repeat: "malformed" });
  }
  if (answer.status === 429) return { code: "RATE_LIMITED", facts, repeat: "refused" };
  if (operation.answers?.includes(answer.status) === true) {
    // A 404 of some proxy is not the vendor's word that there is no such object.
    return vendorCodeOf(judged) === undefined ? carefully(operation, { code: "VENDOR_MALFORMED", facts, repeat: "malformed" }) : undefined;
  }
  const code = judged.protocol.faults.find((rule) => rule.status === answer.status && fits(rule.vendorCode, vendorCodeOf(judged)))?.means;
  return faultOf(operation, code ?? codeOfClass(answer.status), answer.status, facts);
}

/** The fault that a call without an answer is. */
export function judgeFailure(operation: Operation, fault: TransportFault, facts: ErrorFacts): Fault {
  switch (fault) {
    case "unsent":
      return { code: "VENDOR_UNAVAILABLE", facts, repeat: "unavailable" };
    case "tls":
      return { code: "TLS_REJECTED", facts, repeat: "never" };
    case "host_refused":
      return { code: "HOST_REFUSED", facts, repeat: "never" };
    case "garbled":
      return carefully(operation, { code: "VENDOR_MALFORMED", facts, repeat: "malformed" });
    case "lost":
      return carefully(operation, { code: "VENDOR_UNAVAILABLE", facts, repeat: "lost" });
  }
}

/** A mutation that may have been carried out is never repeated, and nothing is claimed of it: only reading settles it. */
export function carefully(operation: Operation, fault: Fault): Fault {
  return operation.effect === "read" ? fault : { code: "OUTCOME_UNKNOWN", facts: fault.facts, repeat: "never" };
}

/** 204 on a deletion says that it was taken. On a read it would pass for "nothing there", which it does not say. */
function isBareAcknowledgement(operation: Operation, answer: TransportAnswer, body: AnswerBody): boolean {
  return operation.effect === "mutation" && (answer.status === 204 || answer.status === 202) && body.bytes === 0;
}

function faultOf(operation: Operation, code: ErrorCode, status: number, facts: ErrorFacts): Fault {
  if (code === "RATE_LIMITED") return { code, facts, repeat: "refused" };
  if (code === "VENDOR_UNAVAILABLE") return carefully(operation, { code, facts, repeat: "unavailable" });
  // A redirect is not followed: it would be the same one again, and the token goes to no other place.
  if (code === "VENDOR_MALFORMED") return carefully(operation, { code, facts, repeat: status < 400 ? "never" : "malformed" });
  if (code === "SCOPE_MISSING" && operation.scope !== undefined) return { code, facts: { ...facts, scope: operation.scope }, repeat: "never" };
  return { code, facts, repeat: "never" };
}

function codeOfClass(status: number): ErrorCode {
  if (status === 401) return "AUTH_REJECTED";
  if (status >= 500 || status === 408) return "VENDOR_UNAVAILABLE";
  return status >= 400 ? "VENDOR_REJECTED" : "VENDOR_MALFORMED";
}

function fits(wanted: string | { readonly none: true } | undefined, actual: string | undefined): boolean {
  return wanted === undefined || (typeof wanted === "string" ? wanted === actual : actual === undefined);
}

function vendorCodeOf({ protocol, body }: JudgedAnswer): string | undefined {
  return body === "too_large" || body.json === undefined ? undefined : protocol.errorCode(body.json.value);
}

function answerFacts(judged: JudgedAnswer): ErrorFacts {
  const vendorCode = judged.answer.status >= 400 ? vendorCodeOf(judged) : undefined;
  const vendorRequestId = requestIdOf(judged.protocol, judged.answer);
  return {
    vendorStatus: judged.answer.status,
    ...(vendorCode !== undefined && /^[a-z][a-z0-9_]{0,63}$/.test(vendorCode) && { vendorCode }),
    ...(vendorRequestId !== undefined && { vendorRequestId }),
  };
}

/** The vendor's id of the call, where it looks like one. */
export function requestIdOf(protocol: VendorProtocol, answer: TransportAnswer): string | undefined {
  const id = protocol.requestIdHeader === undefined ? undefined : answer.headers[protocol.requestIdHeader.toLowerCase()];
  return id !== undefined && /^[\w.:-]{1,100}$/.test(id) ? id : undefined;
}
