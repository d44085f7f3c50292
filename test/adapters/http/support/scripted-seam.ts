import { unpaced } from "../../../../adapters/limits/unpaced.js";
import { SEAM_LIMITS, type SeamLimits } from "../../../../adapters/http/seam-limits.js";
import { createSeam, type CallRecord, type SeamFetch, type SeamOptions } from "../../../../adapters/http/seam.js";
import type { TransportAnswer, TransportInput } from "../../../../adapters/http/transport.js";
import { DsrError } from "../../../../core/errors.js";
import { seededRandom, VirtualClock } from "../../clock/virtual-clock.js";
import { acme } from "./acme.js";

export const ORIGIN = "https://api.acme.example";
export const TOKEN = "canary-token-5f2b";

/** What a scripted vendor does with a request: answers, or throws a `TransportError`, or never ends. */
export type Step = (input: TransportInput) => Promise<TransportAnswer> | TransportAnswer;

export interface ScriptedSeam {
  readonly fetch: SeamFetch;
  readonly clock: VirtualClock;
  readonly sent: TransportInput[];
  readonly calls: CallRecord[];
  readonly controller: AbortController;
  get(path: string): Promise<Response>;
  delete(path: string): Promise<Response>;
}

/** A seam whose vendor follows a script, one step for each attempt and the last one for ever, in virtual time. */
export function scriptedSeam(steps: readonly Step[], changes: Partial<SeamOptions> & { readonly limit?: Partial<SeamLimits> } = {}): ScriptedSeam {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const sent: TransportInput[] = [];
  const calls: CallRecord[] = [];
  const fetch = createSeam({
    protocol: acme,
    apiOrigin: ORIGIN,
    credential: () => Promise.resolve(TOKEN),
    pacer: unpaced(clock),
    transport: async (input) => {
      const step = steps[Math.min(sent.push(input), steps.length) - 1];
      if (step === undefined) throw new Error("nothing was to be sent");
      return await step(input);
    },
    clock,
    random: seededRandom(7),
    signal: controller.signal,
    limits: { ...SEAM_LIMITS, ...changes.limit },
    onCall: (call) => calls.push(call),
    ...changes,
  });
  const call = (method: string) => (path: string) => clock.drive(fetch(new Request(`${ORIGIN}${path}`, { method })));
  return { fetch, clock, sent, calls, controller, get: call("GET"), delete: call("DELETE") };
}

export function answer(status: number, body: string | readonly Uint8Array[] = "", headers: Readonly<Record<string, string>> = {}): Step {
  return () => ({ status, headers, body: chunks(typeof body === "string" ? (body === "" ? [] : [Buffer.from(body)]) : body) });
}

export const json = (value: unknown, headers: Readonly<Record<string, string>> = {}): Step => answer(200, JSON.stringify(value), headers);

async function* chunks(parts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts;
}

/** The `DsrError` that a call ends with. */
export async function failure(call: Promise<unknown>): Promise<DsrError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof DsrError) return error;
    throw error;
  }
  throw new Error("it was answered");
}
