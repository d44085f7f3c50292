import { setMaxListeners } from "node:events";
import { DsrError, type ErrorFacts } from "../../core/errors.js";
import type { Clock, Random } from "../../core/host-ports.js";
import { BEARER, type Operation, type VendorProtocol } from "../../core/vendor-protocol.js";
import type { Pacer } from "../limits/pacing.js";
import { attempt, type AttemptResult } from "./attempt.js";
import { createRouter, type Route } from "./router.js";
import type { SeamLimits } from "./seam-limits.js";
import type { Transport, TransportInput } from "./transport.js";

/** What a connector gets as `fetch`. */
export type SeamFetch = (request: Request) => Promise<Response>;

export interface SeamOptions {
  readonly protocol: VendorProtocol;
  /** The only origin that is called. */
  readonly apiOrigin: string;
  /** The access token, asked for at every attempt; undefined while there is none. */
  readonly credential: () => Promise<string> | undefined;
  readonly pacer: Pacer;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Ends every wait and call with `INTERRUPTED`; a mutation that was sent already ends with `OUTCOME_UNKNOWN`. */
  readonly signal: AbortSignal;
  readonly limits: SeamLimits;
  /** Told of every attempt that was made. */
  readonly onCall?: (call: CallRecord) => void;
}

/** One attempt, without any value of the request or the answer. */
export interface CallRecord {
  /** Method and path template. */
  readonly operation: string;
  /** From 1, over all attempts of one call. */
  readonly attempt: number;
  /** Left out where no answer came. */
  readonly status?: number;
  readonly durationMs: number;
  /** How long it waited before it might be sent; left out where nothing is waited for. */
  readonly waitedMs?: number;
  readonly vendorRequestId?: string;
}

interface Call extends Route {
  readonly send: Omit<TransportInput, "signal">;
}

/**
 * Everything between a connector and the network: only the vendor's declared operations, paced, authorised, within a deadline, repeated
 * only where that is safe, and answered with JSON or not at all. Whatever else happens is thrown as `DsrError`.
 */
export function createSeam(options: SeamOptions): SeamFetch {
  const route = createRouter(options.protocol.operations, options.apiOrigin);
  // All calls of a run wait on its one signal; beyond ten, Node takes that for a leak.
  setMaxListeners(0, options.signal);
  return async (request) => {
    const url = new URL(request.url);
    const matched = route(request.method, url);
    const body = request.body === null ? undefined : await request.text();
    const headers = headersOf(request, options.protocol, matched.operation);
    return carryOut(options, { ...matched, send: { url: url.href.split("#", 1)[0] ?? "", method: request.method, headers, body } });
  };
}

/** The attempt loop. Faults and 429s are counted apart: being told to wait is no failure. */
async function carryOut(options: SeamOptions, call: Call): Promise<Response> {
  const { limits, clock } = options;
  const startedMs = clock.monotonicMs();
  const isStaleIn = (ms: number): boolean => call.operation.effect === "mutation" && clock.monotonicMs() + ms - startedMs > limits.staleAfterMs;
  let faults = 0;
  let malformed = 0;
  for (let number = 1; ; number++) {
    const result = await attemptOnce(options, call, number, startedMs, isStaleIn);
    const { fault, hold, retryAfterMs = 0 } = result;
    if (result.answer !== undefined) return result.answer;
    if (fault === undefined || fault.repeat === "never") throw new DsrError(fault?.code ?? "INTERNAL", fault?.facts);
    if (fault.repeat === "refused") {
      const sinceMs = Math.max(startedMs, hold?.sinceMs ?? startedMs);
      const forMs = hold?.forMs ?? 0;
      if (clock.monotonicMs() + forMs - sinceMs > limits.parkAfterMs || isStaleIn(forMs)) throw new DsrError("RATE_LIMITED", { ...fault.facts, retryAfterMs: Math.ceil(forMs) });
      continue;
    }
    faults++;
    if (fault.repeat === "malformed") malformed++;
    const facts: ErrorFacts = retryAfterMs > 0 ? { ...fault.facts, retryAfterMs } : fault.facts;
    // An idle connection that the vendor closed breaks the next call on it: the first repetition of a read follows at once.
    const waitMs = fault.repeat === "lost" && faults === 1 ? 0 : Math.max(retryAfterMs, backoffMs(options, faults));
    if (faults >= limits.attempts || malformed >= limits.malformedAttempts || retryAfterMs > limits.parkAfterMs || isStaleIn(waitMs)) throw new DsrError(fault.code, facts);
    if (waitMs > 0) await interruptible(options.signal, () => clock.sleep(waitMs, options.signal));
  }
}

async function attemptOnce(options: SeamOptions, call: Call, number: number, sinceMs: number, isStaleIn: (ms: number) => boolean): Promise<AttemptResult> {
  const { clock, signal } = options;
  const askedMs = clock.monotonicMs();
  const permit = await interruptible(signal, () => options.pacer.acquire(signal, sinceMs, call.operation.effect === "mutation"));
  const waitedMs = clock.monotonicMs() - askedMs;
  if (isStaleIn(0)) {
    void permit.settle({ outcome: "unsent" });
    throw new DsrError("RATE_LIMITED", { retryAfterMs: 0 });
  }
  let headers = call.send.headers;
  if (call.operation.authorised !== false) {
    try {
      const token = await options.credential();
      const { name, before = "" } = options.protocol.tokenHeader ?? BEARER;
      if (token !== undefined) headers = { ...headers, [name]: before + token };
    } catch (error) {
      void permit.settle({ outcome: "unsent" });
      throw error;
    }
  }
  if (signal.aborted) {
    void permit.settle({ outcome: "unsent" });
    throw new DsrError("INTERRUPTED");
  }
  const startedMs = clock.monotonicMs();
  const result = await attempt({ ...options, operation: call.operation, send: { ...call.send, headers }, permit });
  options.onCall?.({
    operation: call.name,
    attempt: number,
    durationMs: clock.monotonicMs() - startedMs,
    waitedMs,
    ...(result.status !== undefined && { status: result.status }),
    ...(result.vendorRequestId !== undefined && { vendorRequestId: result.vendorRequestId }),
  });
  return result;
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function backoffMs({ limits, random }: SeamOptions, faults: number): number {
  return random.fraction() * Math.min(limits.backoff.maxMs, limits.backoff.baseMs * 2 ** (faults - 1));
}

async function interruptible<T>(signal: AbortSignal, wait: () => Promise<T>): Promise<T> {
  try {
    return await wait();
  } catch (error) {
    // The reason of an abort may be anything; it is not passed on.
    throw signal.aborted ? new DsrError("INTERRUPTED") : error;
  }
}

/** The connector's own headers, then the vendor's table; a token set by a connector is dropped where the seam sets its own. */
function headersOf(request: Request, protocol: VendorProtocol, operation: Operation): Record<string, string> {
  const headers: Record<string, string> = {};
  const { name: tokenHeader } = protocol.tokenHeader ?? BEARER;
  request.headers.forEach((value, name) => {
    if (name !== tokenHeader || operation.authorised === false) headers[name] = value;
  });
  for (const table of [protocol.headers, operation.headers]) {
    for (const name in table) headers[name.toLowerCase()] = table[name] ?? "";
  }
  return headers;
}
