import type { Clock } from "../../core/host-ports.js";
import type { Operation, VendorProtocol } from "../../core/vendor-protocol.js";
import type { Hold, Permit, RateFacts, Settlement } from "../limits/pacing.js";
import { Answer } from "./answer.js";
import { readBody } from "./answer-body.js";
import { CutShort, withDeadline } from "./deadline.js";
import { carefully, judgeAnswer, judgeFailure, requestIdOf, type Fault } from "./faults.js";
import { readRateFacts, readRetryAfter } from "./rate-headers.js";
import type { SeamLimits } from "./seam-limits.js";
import { classifyFault, type Transport, type TransportAnswer, type TransportInput } from "./transport.js";

/** All that one attempt needs. */
export interface AttemptOptions {
  readonly protocol: VendorProtocol;
  readonly operation: Operation;
  readonly send: Omit<TransportInput, "signal">;
  readonly transport: Transport;
  readonly permit: Permit;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits: SeamLimits;
}

export interface AttemptResult {
  /** Left out when there is an answer for the connector. */
  readonly fault?: Fault;
  readonly answer?: Answer;
  /** How long the answer of a vendor that is not available asks to wait. */
  readonly retryAfterMs?: number;
  /** After a 429: how long everybody waits. */
  readonly hold?: Hold;
  /** Of the answer, if its head arrived. */
  readonly status?: number;
  readonly vendorRequestId?: string;
}

/** Sends once and reads the whole answer within the deadline. Settles the permit in every case; never throws. */
export async function attempt(options: AttemptOptions): Promise<AttemptResult> {
  const { permit, operation } = options;
  let head: TransportAnswer | undefined;
  let hold: ReturnType<Permit["settle"]>;
  let settled = false;
  const settle = (settlement: Settlement): void => {
    if (!settled) hold = permit.settle(settlement);
    settled = true;
  };
  const seen = (): Omit<AttemptResult, "fault" | "answer"> => (head === undefined ? {} : headFacts(options.protocol, head));
  const held = async (): Promise<Pick<AttemptResult, "hold">> => {
    const told = await hold;
    return told === undefined ? {} : { hold: told };
  };
  try {
    return await withDeadline(options.clock, options.limits.deadlineMs, options.signal, async (signal) => {
      head = await options.transport({ ...options.send, signal });
      const nowMs = options.clock.now();
      const rate = readRateFacts(head.headers, options.protocol.rateHeaders, nowMs);
      const retryAfterMs = readRetryAfter(head.headers, nowMs);
      // The place in the vendor's window is taken when the head is here; errors other than 429 are judged by their body first.
      if (head.status < 400) settle(answered(rate));
      if (head.status === 429) settle(refused(rate, retryAfterMs));
      const body = await readBody(head.body, options.limits);
      const fault = judgeAnswer({ protocol: options.protocol, operation, answer: head, body });
      settle(fault?.repeat === "refused" ? refused(rate, retryAfterMs) : answered(rate));
      if (fault === undefined && body !== "too_large") return { ...seen(), answer: new Answer(head, body) };
      return { ...seen(), ...(fault?.repeat === "refused" && (await held())), ...(fault && { fault }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
    });
  } catch (error) {
    const broken = error instanceof CutShort ? "lost" : classifyFault(error);
    const unsent = broken === "unsent" || broken === "tls" || broken === "host_refused";
    settle(head !== undefined ? answered(undefined) : { outcome: error instanceof CutShort ? "given_up" : unsent ? "unsent" : "lost" });
    const { status, vendorRequestId } = seen();
    const facts = { ...(status !== undefined && { vendorStatus: status }), ...(vendorRequestId !== undefined && { vendorRequestId }) };
    if (status === 429) return { ...seen(), ...(await held()), fault: { code: "RATE_LIMITED", facts, repeat: "refused" } };
    if (error instanceof CutShort) {
      const cut: Fault = { code: error.why === "deadline" ? "VENDOR_UNAVAILABLE" : "INTERRUPTED", facts, repeat: error.why === "deadline" ? "unavailable" : "never" };
      return { ...seen(), fault: carefully(operation, cut) };
    }
    return { ...seen(), fault: judgeFailure(operation, broken, facts) };
  }
}

function answered(rate: RateFacts | undefined): Settlement {
  return { outcome: "answered", ...(rate && { rate }) };
}

/** Where both a reset and a `Retry-After` are named, the later one is believed. */
function refused(rate: RateFacts | undefined, retryAfterMs: number | undefined): Settlement {
  const resetMs = rate?.reset?.inMs;
  const forMs = resetMs === undefined ? retryAfterMs : Math.max(resetMs, retryAfterMs ?? 0);
  return { outcome: "answered", ...(rate && { rate }), refused: { forMs } };
}

function headFacts(protocol: VendorProtocol, head: TransportAnswer): Pick<AttemptResult, "status" | "vendorRequestId"> {
  const vendorRequestId = requestIdOf(protocol, head);
  return { status: head.status, ...(vendorRequestId !== undefined && { vendorRequestId }) };
}
