import { DsrError, isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Clock } from "../../core/host-ports.js";
import { ENDED_STATES } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import type { Dsr, UpkeepReport } from "../inversify/dsr.js";
import { createDueRequests } from "./due-requests.js";
import type { Nudge, Nudges } from "./nudges.js";

export interface WorkerOptions {
  readonly dsr: Pick<Dsr, "connections" | "requests" | "result" | "resume" | "upkeep">;
  readonly nudges: Nudges;
  readonly clock: Clock;
  /** Ends the work: nothing new is begun, what runs stops before its next effect and is handed back. */
  readonly signal: AbortSignal;
  /** How many requests are worked on at the same time; 8 when left out. */
  readonly atOnce?: number;
  /** Access: where packages go, and whom they are sealed for. */
  readonly directory?: string;
  readonly recipient?: string;
  /** How often one of the workers looks for what is due; five seconds when left out. */
  readonly lookMs?: number;
  readonly onWorked?: (worked: Worked) => void;
  readonly onUpkeep?: (report: UpkeepReport) => void;
  /** The records cannot be reached; the worker tries again. */
  readonly onTrouble?: (code: ErrorCode) => void;
}

/** A request that was worked on: to a result, or until something kept it from one. */
export type Worked = { readonly requestId: string; readonly result: RequestResult } | { readonly requestId: string; readonly code: ErrorCode };

const AT_ONCE = 8;
const LOOK_MS = 5_000;
const UPKEEP_MS = 600_000;
/** How long an idle worker waits before it asks for more. */
const IDLE_MS = 500;
const TROUBLE_MS = 1_000;
/** How long a request is left alone that something keeps from going on, and that has no outcome of its own. */
const KEPT_MS = 60_000;

/**
 * Goes on with every request that goes on by itself, and does what is due after the end of others, until it is told to stop: what `resume --all`
 * does once. Any number of workers may run over the same records.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { dsr, nudges, clock, signal, atOnce = AT_ONCE, lookMs = LOOK_MS } = options;
  const running = new Set<Promise<void>>();
  const active = new Set<string>();
  /** Until when requests are left alone. */
  const keptUntilMs = new Map<string, number>();
  const due = createDueRequests(dsr, clock);
  const start = (work: Promise<void>): void => {
    const ended = work.finally(() => running.delete(ended));
    running.add(ended);
  };
  const pause = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);
  let tending: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    if (await nudges.turn("look", lookMs, "here")) for (const [reach, ids] of await due()) if (ids.length > 0) await nudges.put(ids.filter((id) => !active.has(id) && !isKept(keptUntilMs, id, clock)), reach);
    if (tending === undefined && (await nudges.turn("upkeep", UPKEEP_MS, "here"))) tending = tend(options).finally(() => (tending = undefined));
  };
  while (!signal.aborted) {
    try {
      await look();
      const taken = await nudges.take(atOnce - running.size);
      for (const nudge of taken) {
        if (active.has(nudge.requestId)) await nudge.done();
        else {
          active.add(nudge.requestId);
          start(workOn(options, nudge, keptUntilMs).finally(() => active.delete(nudge.requestId)));
        }
      }
      if (running.size >= atOnce) await Promise.race(running);
      else if (taken.length === 0) await Promise.race([pause(IDLE_MS), ...(running.size > 0 ? [Promise.race(running)] : [])]);
    } catch (error) {
      if (!isDsrError(error, "STORAGE_FAILED")) throw error;
      options.onTrouble?.(error.code);
      await pause(TROUBLE_MS);
    }
  }
  await Promise.all([...running, tending]);
}

function isKept(untilMs: Map<string, number>, requestId: string, clock: Clock): boolean {
  if (clock.monotonicMs() < (untilMs.get(requestId) ?? Number.NEGATIVE_INFINITY)) return true;
  untilMs.delete(requestId);
  return false;
}

async function workOn({ dsr, clock, signal, directory, recipient, onWorked }: WorkerOptions, nudge: Nudge, keptUntilMs: Map<string, number>): Promise<void> {
  const { requestId } = nudge;
  // A nudge that cannot be answered for is forgotten by itself, and the request nudged anew.
  const told = (answer: () => Promise<void>): Promise<void> => answer().catch(() => undefined);
  if (signal.aborted) return told(() => nudge.handBack());
  if (isKept(keptUntilMs, requestId, clock)) return told(() => nudge.done());
  try {
    // Another one may have come to its end meanwhile, and the nudge been put before that.
    if (ENDED_STATES.has((await dsr.result(requestId)).outcome)) return await told(() => nudge.done());
    const result = await dsr.resume(requestId, { signal, ...(directory === undefined ? {} : { directory }), ...(recipient === undefined ? {} : { recipient }) });
    onWorked?.({ requestId, result });
    await told(() => nudge.done());
  } catch (error) {
    const { code } = isDsrError(error) ? error : new DsrError("INTERNAL");
    if (code === "INTERRUPTED") return told(() => nudge.handBack());
    // Another one is at it, or will be; and a store that is away says nothing of the request.
    if (code !== "REQUEST_BUSY" && code !== "STORAGE_FAILED") {
      keptUntilMs.set(requestId, clock.monotonicMs() + KEPT_MS);
      onWorked?.({ requestId, code });
    }
    await told(() => nudge.done());
  }
}

async function tend({ dsr, signal, onUpkeep, onTrouble }: WorkerOptions): Promise<void> {
  try {
    onUpkeep?.(await dsr.upkeep({ signal }));
  } catch (error) {
    if (!isDsrError(error, "INTERRUPTED")) onTrouble?.(isDsrError(error) ? error.code : "INTERNAL");
  }
}
