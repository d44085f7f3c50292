import { isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Clock } from "../../core/host-ports.js";
import { ENDED_STATES } from "../../core/request.js";
import type { Dsr, Resumed, UpkeepReport } from "../inversify/dsr.js";
import { createDueRequests } from "./due-requests.js";
import type { Nudge, Nudges } from "./nudges.js";

export interface WorkerOptions {
  readonly dsr: Pick<Dsr, "connections" | "requests" | "result" | "resumeEach" | "upkeep">;
  readonly nudges: Nudges;
  readonly clock: Clock;
  /** Ends the work: nothing new is begun, what runs stops before its next effect and is handed back. */
  readonly signal: AbortSignal;
  /** How many requests are worked on at the same time; 16 when left out. */
  readonly atOnce?: number;
  /** Access: where packages go, and whom they are sealed for, where a request was begun without. */
  readonly directory?: string;
  readonly recipient?: string;
  /** How often one of the workers looks for what is due; five seconds when left out. */
  readonly lookMs?: number;
  readonly onWorked?: (worked: Resumed) => void;
  readonly onUpkeep?: (report: UpkeepReport) => void;
  /** The records cannot be reached, or what is due after the end of others cannot be done; the worker tries again. */
  readonly onTrouble?: (code: ErrorCode) => void;
}


const AT_ONCE = 16;
/** How long to wait until most of these have ended, so that what is begun next is begun together: its lookups then take one call. */
const GATHER_MS = 2_000;
const LOOK_MS = 5_000;
const UPKEEP_MS = 600_000;
/** How long a worker that can begin nothing waits before it looks again. */
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
  const groups = new Set<Promise<void>>();
  const active = new Set<string>();
  /** Until when requests are left alone. */
  const keptUntilMs = new Map<string, number>();
  const due = createDueRequests(dsr, clock);
  let wake = (): void => undefined;
  const someEnd = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const pause = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);
  const begin = (group: readonly Nudge[]): void => {
    const work: Promise<void> = workOn(options, group, keptUntilMs, (requestId) => {
      active.delete(requestId);
      wake();
    }).finally(() => groups.delete(work));
    groups.add(work);
  };
  let tending: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    if (await nudges.turn("look", lookMs, "here")) for (const [reach, ids] of await due()) if (ids.length > 0) await nudges.put(ids.filter((id) => !active.has(id) && !isKept(keptUntilMs, id, clock)), reach);
    if (tending === undefined && (await nudges.turn("upkeep", UPKEEP_MS, "here"))) tending = tend(options).finally(() => (tending = undefined));
  };
  let tookAtMs = Number.NEGATIVE_INFINITY;
  const waitsForMore = (): boolean => active.size * 3 > atOnce && clock.monotonicMs() - tookAtMs < GATHER_MS;
  while (!signal.aborted) {
    try {
      await look();
      const taken = active.size >= atOnce || waitsForMore() ? [] : await nudges.take(atOnce - active.size);
      const group: Nudge[] = [];
      const again: Nudge[] = [];
      for (const nudge of taken) {
        (active.has(nudge.requestId) ? again : group).push(nudge);
        active.add(nudge.requestId);
      }
      if (group.length > 0) {
        tookAtMs = clock.monotonicMs();
        begin(group);
      }
      // Last, since whoever cannot be answered must not keep what was taken with it from being begun.
      for (const nudge of again) await nudge.done();
      // Also while all places are taken: what is due may be another worker's to do, and what comes after the end of others is this one's.
      if (active.size >= atOnce || taken.length === 0) await Promise.race([pause(IDLE_MS), someEnd()]);
    } catch (error) {
      if (!isDsrError(error, "STORAGE_FAILED")) throw error;
      options.onTrouble?.(error.code);
      await pause(TROUBLE_MS);
    }
  }
  await Promise.all([...groups, tending]);
}

function isKept(untilMs: Map<string, number>, requestId: string, clock: Clock): boolean {
  if (clock.monotonicMs() < (untilMs.get(requestId) ?? Number.NEGATIVE_INFINITY)) return true;
  untilMs.delete(requestId);
  return false;
}

/** Works on several requests at the same time, and tells of each when it is done with. */
async function workOn(options: WorkerOptions, group: readonly Nudge[], keptUntilMs: Map<string, number>, ended: (requestId: string) => void): Promise<void> {
  const { dsr, clock, signal, directory, recipient, onWorked } = options;
  const answer = async (nudge: Nudge, how: "done" | "handBack"): Promise<void> => {
    // A nudge that cannot be answered for is forgotten by itself, and the request nudged anew.
    await nudge[how]().catch(() => undefined);
    ended(nudge.requestId);
  };
  const open = new Map(group.map((nudge) => [nudge.requestId, nudge]));
  const answers: Promise<void>[] = [];
  const settle = (each: Resumed): void => {
    const { requestId } = each;
    const nudge = open.get(requestId);
    if (nudge === undefined) return;
    open.delete(requestId);
    answers.push(told(each).then((interrupted) => answer(nudge, interrupted ? "handBack" : "done")));
  };
  /** Whether it was interrupted. Another one may be at it, or be soon; and a store that is away says nothing of the request. */
  const told = async (each: Resumed): Promise<boolean> => {
    const { requestId } = each;
    const code = "code" in each ? each.code : undefined;
    if (code === "INTERRUPTED" || code === "REQUEST_BUSY" || (code === "STORAGE_FAILED" && !(await isReadable(dsr, requestId)))) return code === "INTERRUPTED";
    if (code !== undefined) keptUntilMs.set(requestId, clock.monotonicMs() + KEPT_MS);
    onWorked?.(each);
    return false;
  };
  const failed = (requestId: string, error: unknown): void => settle({ requestId, code: isDsrError(error) ? error.code : "INTERNAL" });
  const leave = async ({ requestId }: Nudge): Promise<void> => {
    try {
      // Another one may have come to its end meanwhile, and the nudge been put before that.
      const over = isKept(keptUntilMs, requestId, clock) || (!signal.aborted && ENDED_STATES.has((await dsr.result(requestId)).outcome));
      const nudge = open.get(requestId);
      if (nudge === undefined || !(over || signal.aborted)) return;
      open.delete(requestId);
      answers.push(answer(nudge, signal.aborted ? "handBack" : "done"));
    } catch (error) {
      failed(requestId, error);
    }
  };
  await Promise.all(group.map(leave));
  try {
    await dsr.resumeEach([...open.keys()], settle, { signal, defaults: { ...(directory === undefined ? {} : { directory }), ...(recipient === undefined ? {} : { recipient }) } });
  } catch (error) {
    for (const requestId of [...open.keys()]) failed(requestId, error);
  }
  await Promise.all(answers);
}

async function isReadable(dsr: Pick<Dsr, "result">, requestId: string): Promise<boolean> {
  return dsr.result(requestId).then(
    () => true,
    () => false,
  );
}

async function tend({ dsr, signal, onUpkeep, onTrouble }: WorkerOptions): Promise<void> {
  try {
    const report = await dsr.upkeep({ signal });
    onUpkeep?.(report);
  } catch (error) {
    if (!isDsrError(error, "INTERRUPTED")) onTrouble?.(isDsrError(error) ? error.code : "INTERNAL");
  }
}
