import { batchLookups } from "./batch-lookups.js";
import type { BatchLine } from "./batch.js";
import { ERROR_TABLE } from "./error-table.js";
import { DsrError, isDsrError, type ErrorCode } from "./errors.js";
import type { Clock } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import type { RequestState } from "./request.js";
import type { RequestResult } from "./results.js";
import type { Lookup } from "./shared-lookup.js";

/** A line that is to be worked on: its request, and whom it is about. */
export interface WorkLine extends BatchLine {
  readonly requestId: string;
  /** Lines of one person are worked on one after the other. */
  readonly subjectKey: string;
}

export interface BatchWork {
  readonly clock: Pick<Clock, "now" | "sleep">;
  readonly signal: AbortSignal;
  /** How many lines are worked on at the same time. */
  readonly atOnce: number;
  /** How long to wait for a vendor that does not answer, and for other processes, altogether. */
  readonly patienceMs: number;
  /** Asks the vendor something that costs little. @throws DsrError while it does not answer */
  readonly probe: () => Promise<void>;
  /** The identifiers of a line's request; none where they cannot be read. */
  readonly identifiers: (requestId: string) => Promise<readonly Identifier[]>;
  readonly lookup: Lookup;
  /**
   * Works on one line; what it is given answers for its person from a lookup of many, where that was made. Undefined where nothing can be told of the line's
   * request.
   * @throws DsrError `REQUEST_BUSY` where another process holds it: it is come back to
   */
  readonly work: (line: WorkLine, lookup: Lookup) => Promise<RequestResult | undefined>;
  /** Told of a line that another process still holds when patience is at its end; how it stands. */
  readonly leave: (line: WorkLine) => Promise<RequestResult | undefined>;
  /** Told each time that a line is done with, and when waiting for the vendor begins and ends. */
  readonly onLine?: (line: WorkLine, result: RequestResult | undefined) => void;
  readonly onOutage?: (waiting: boolean) => void;
  /** Told how many lines other processes hold when nothing else is left to do, and 0 when they are tried again. */
  readonly onHeld?: (lines: number) => void;
}

/** Why a batch ended before all of its lines were worked on: the vendor did not come back, or every further line would fail alike. */
export interface Stopped {
  readonly code: ErrorCode;
}

/** A line that fails again although the vendor answers others is left to its own request. */
const TRIES = 3;
const PROBE_FIRST_MS = 5_000;
const PROBE_AT_MOST_MS = 60_000;
/** A process that was killed may hold a line for half a minute more; one that works, for as long as it takes. */
export const HELD_AGAIN_MS = 3_000;

/**
 * Works on many requests at the same time, up to what the limit lets through. One that fails stops no other. While the vendor does not answer
 * nothing new is begun: it is probed, and the work goes on by itself when it answers again. What another process holds is tried again.
 * @throws DsrError `INTERRUPTED`, and what breaks this program's own store
 */
export async function workThrough(lines: readonly WorkLine[], batch: BatchWork): Promise<Stopped | undefined> {
  const met: Met = { tries: new Map(), nonsense: 0 };
  let waitedMs = 0;
  let answeredBefore = false;
  let together = true;
  for (let left = lines; ; ) {
    const { unfinished, held, outage, stopped } = await round(left, batch, met, together);
    if (stopped !== undefined) return stopped;
    if (outage === undefined) {
      const ms = Math.min(HELD_AGAIN_MS, batch.patienceMs - waitedMs);
      if (held.length === 0 || ms <= 0) return leave(held, batch);
      batch.onHeld?.(held.length);
      await pause(batch, ms);
      batch.onHeld?.(0);
      waitedMs += ms;
      // The vendor is not asked about people each time that their lines are tried again.
      together = false;
      left = held;
      continue;
    }
    batch.onOutage?.(true);
    try {
      // A vendor that answers a probe, and nonsense or nothing to everything else, is not waited for without end.
      const inVain = outage.code === "VENDOR_MALFORMED" || (answeredBefore && unfinished.length + held.length === left.length);
      waitedMs = await untilItAnswers(batch, waitedMs, outage, inVain);
      answeredBefore = waitedMs < batch.patienceMs;
    } catch (error) {
      if (isDsrError(error) && IS_ACCOUNTS.has(error.code)) return { code: error.code };
      throw error;
    }
    batch.onOutage?.(false);
    if (waitedMs >= batch.patienceMs) return { code: outage.code };
    together = true;
    left = [...unfinished, ...held];
  }
}

async function leave(held: readonly WorkLine[], batch: BatchWork): Promise<undefined> {
  for (const line of held) batch.onLine?.(line, await batch.leave(line));
}

/** What was met so far, over all rounds. */
interface Met {
  readonly tries: Map<string, number>;
  /** How many lines in a row were answered nonsense. */
  nonsense: number;
}

interface Round {
  readonly unfinished: readonly WorkLine[];
  /** Those that another process held when they were last tried. */
  readonly held: readonly WorkLine[];
  readonly outage?: DsrError;
  readonly stopped?: Stopped;
}

/** Lines of one person; those that another process held, with when they are tried again. */
interface Person {
  readonly lines: readonly WorkLine[];
  readonly againAtMs?: number;
}

/** One pass over the lines, until they are done or the vendor stops answering; looks people up together, or leaves each to ask by itself. */
async function round(lines: readonly WorkLine[], batch: BatchWork, met: Met, together: boolean): Promise<Round> {
  const people = byPerson(lines);
  const lookupFor = !together ? async () => batch.lookup : batchLookups(people.flatMap(([first]) => (first === undefined ? [] : [first.requestId])), batch);
  const unfinished: WorkLine[] = [];
  const held: Required<Person>[] = [];
  let outage: DsrError | undefined;
  let stopped: Stopped | undefined;
  let broken: Error | undefined;
  let next = 0;
  let probing: Promise<boolean> | undefined;
  /** Nonsense may be about one person's own records. It is everybody's where a probe meets it, too, or where it comes several times in a row. */
  const isOutage = async (outcome: RequestState, code: ErrorCode | undefined): Promise<boolean> => {
    met.nonsense = code === "VENDOR_MALFORMED" ? met.nonsense + 1 : 0;
    if (code !== "VENDOR_MALFORMED") return outcome === "parked" && code !== undefined && IS_OUTAGE.has(code);
    if (met.nonsense >= TRIES || outage !== undefined) return true;
    probing ??= answers(batch).finally(() => (probing = undefined));
    return !(await probing);
  };
  const halted = (): boolean => outage !== undefined || stopped !== undefined || broken !== undefined || batch.signal.aborted;
  const workOn = async (line: WorkLine, lookup: Lookup): Promise<void> => {
    const result = await batch.work(line, lookup);
    const code = result?.attention?.code;
    if (result !== undefined && (await isOutage(result.outcome, code)) && code !== undefined) {
      const tried = (met.tries.get(line.requestId) ?? 0) + 1;
      met.tries.set(line.requestId, tried);
      if (tried < TRIES) {
        unfinished.push(line);
        outage ??= new DsrError(code);
        return;
      }
    }
    batch.onLine?.(line, result);
    if (code !== undefined && IS_ACCOUNTS.has(code)) stopped ??= { code };
  };
  const following = (): Person | undefined => {
    if (halted()) return undefined;
    if (held[0] !== undefined && held[0].againAtMs <= batch.clock.now()) return held.shift();
    const lines = people[next];
    if (lines === undefined) return undefined;
    next += 1;
    return { lines };
  };
  const take = async (): Promise<void> => {
    for (let person = following(); person !== undefined; person = following()) {
      const busy: WorkLine[] = [];
      for (const [n, line] of person.lines.entries()) {
        try {
          if (halted()) unfinished.push(line);
          // What was looked up before an earlier line of the same person was worked on, here or elsewhere, is not true any more.
          else await workOn(line, n === 0 && person.againAtMs === undefined ? await lookupFor(line) : batch.lookup);
        } catch (error) {
          if (isDsrError(error, "REQUEST_BUSY")) {
            busy.push(line);
            continue;
          }
          unfinished.push(line);
          if (isDsrError(error) && IS_OUTAGE.has(error.code)) outage ??= error;
          else if (isDsrError(error) && IS_ACCOUNTS.has(error.code)) stopped ??= { code: error.code };
          else broken ??= error instanceof Error ? error : new DsrError("INTERNAL");
        }
      }
      if (busy.length > 0) held.push({ lines: busy, againAtMs: batch.clock.now() + HELD_AGAIN_MS });
      // Nothing is begun while it is not known whether the vendor answers at all.
      await probing?.catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(batch.atOnce, people.length) }, take));
  if (broken !== undefined) throw broken;
  if (batch.signal.aborted) throw new DsrError("INTERRUPTED");
  return { unfinished: [...unfinished, ...people.slice(next).flat()], held: held.flatMap((person) => person.lines), ...(outage === undefined ? {} : { outage }), ...(stopped === undefined ? {} : { stopped }) };
}

/** What tells of the vendor, and not of a line. */
const IS_OUTAGE: ReadonlySet<ErrorCode> = new Set(["VENDOR_UNAVAILABLE", "RATE_LIMITED"]);
/** What tells of the account: the next line would fail alike. */
const IS_ACCOUNTS: ReadonlySet<ErrorCode> = new Set(["AUTH_REJECTED", "SCOPE_MISSING", "ROLE_INSUFFICIENT", "PLAN_RESTRICTED", "WRONG_WORKSPACE", "UNSUPPORTED_REQUEST", "TLS_REJECTED", "HOST_REFUSED"]);

/** Whether what a line ended by was not its own: then it is tried again when its batch is gone on with, and nothing that was done is repeated. */
export function canBeTriedAgain(code: ErrorCode | undefined): boolean {
  return code !== undefined && (ERROR_TABLE[code].retry || code === "VENDOR_MALFORMED" || IS_ACCOUNTS.has(code));
}

/** Groups of lines, in the order of each one's first. */
function byPerson(lines: readonly WorkLine[]): readonly (readonly WorkLine[])[] {
  const groups = new Map<string, WorkLine[]>();
  for (const line of lines) {
    const group = groups.get(line.subjectKey);
    if (group === undefined) groups.set(line.subjectKey, [line]);
    else group.push(line);
  }
  return [...groups.values()];
}

/** Probes until the vendor answers or patience is at its end; returns how long was waited, altogether. What comes of an answer is tried once more, unless that was in vain before. */
async function untilItAnswers({ probe, patienceMs, ...batch }: BatchWork, beforeMs: number, { facts: { retryAfterMs = 0 } }: DsrError, inVain: boolean): Promise<number> {
  for (let waitedMs = beforeMs, pauseMs = Math.max(PROBE_FIRST_MS, retryAfterMs); ; pauseMs = Math.min(pauseMs * 2, PROBE_AT_MOST_MS)) {
    const ms = Math.min(pauseMs, patienceMs - waitedMs);
    if (ms <= 0) return patienceMs;
    await pause(batch, ms);
    waitedMs += ms;
    if (await answers({ probe })) return inVain ? waitedMs : Math.min(waitedMs, patienceMs - 1);
  }
}

/** @throws DsrError `INTERRUPTED` */
async function pause({ clock, signal }: Pick<BatchWork, "clock" | "signal">, ms: number): Promise<void> {
  await clock.sleep(ms, signal).catch(() => {
    throw new DsrError("INTERRUPTED");
  });
}

/** @throws DsrError what is neither an answer nor an outage */
async function answers({ probe }: Pick<BatchWork, "probe">): Promise<boolean> {
  try {
    await probe();
    return true;
  } catch (error) {
    if (isDsrError(error) && (IS_OUTAGE.has(error.code) || error.code === "VENDOR_MALFORMED")) return false;
    throw error;
  }
}
