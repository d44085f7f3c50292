import { DsrError, isDsrError, MAY_PASS, type ErrorCode } from "./errors.js";
import { Held } from "./holds.js";
import type { Destination, Host, Lease } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import type { JournalEntry } from "./journal.js";
import type { Attention, RequestOutcome } from "./outcome.js";
import { historyOf, replayNext } from "./replay.js";
import type { RequestHistory } from "./request-history.js";
import { ENDED_STATES, type PrivacyRequest } from "./request.js";
import { residualsOf } from "./residuals.js";
import type { Session } from "./session.js";
import { noteWithdrawn } from "./withdrawn.js";

/** One request being worked on, by the holder of its lease. */
export interface Run {
  readonly host: Host;
  readonly session: Session;
  readonly request: PrivacyRequest;
  readonly lease: Lease;
  /** Aborts on interruption: no new effect begins afterwards. */
  readonly signal: AbortSignal;
  /** Stay for every look instead of the foreground ones. */
  readonly waitForAllLooks?: boolean;
  /** Where an access package is to go, and whose public key it is to be sealed for; as asked before when left out. */
  readonly directory?: string;
  readonly recipient?: string;
  /** And where nobody has asked for either. */
  readonly defaults?: Destination;
  /** Where an access request is to look beyond the vendor's search; as asked before when left out. */
  readonly extents?: readonly string[];
}

/** An entry before it has a time. */
export type Fact = JournalEntry extends infer E ? (E extends JournalEntry ? Omit<E, "at"> : never) : never;

/** Makes a fact durable; returns the entry that it became. */
export async function record(run: Run, fact: Fact): Promise<JournalEntry> {
  const apiCalls = newCalls(run.session);
  const entry: JournalEntry = { at: timestamp(run.host), ...(apiCalls === 0 ? {} : { apiCalls }), ...fact };
  await run.host.journal.append(run.lease, entry);
  const before = known.get(run.lease);
  if (before !== undefined) known.set(run.lease, replayNext(before, entry));
  return entry;
}

/** What was read under a lease, and written since: nobody else writes to the request as long as it is held. */
const known = new WeakMap<Lease, RequestHistory>();

const counted = new WeakMap<Session, number>();

/** Calls since the last entry: they go into the next one, so that a killed run's are not forgotten. */
function newCalls(session: Session): number {
  const all = session.apiCalls();
  const before = counted.get(session) ?? 0;
  counted.set(session, all);
  return all - before;
}

/** Where the request stands. The journal is read once under each lease. */
export async function history({ host, lease }: Pick<Run, "host" | "lease">): Promise<RequestHistory> {
  const state = known.get(lease) ?? (await historyOf(host.journal, lease.requestId));
  known.set(lease, state);
  return state;
}

const identified = new WeakMap<Lease, readonly Identifier[]>();

/** Whom the request is about; opened once under each lease. @throws DsrError `REQUEST_INVALID` once that was destroyed */
export async function identifiersOf({ host, lease }: Pick<Run, "host" | "lease">): Promise<readonly Identifier[]> {
  const identifiers = identified.get(lease) ?? (await host.journal.identifiers(lease.requestId));
  identified.set(lease, identifiers);
  return identifiers;
}

/** Called before every effect. @throws DsrError `INTERRUPTED`, `REQUEST_BUSY`; `Cancelled` when a human asked to stop. */
export async function mayGoOn(run: Run): Promise<void> {
  stillMine(run);
  if (await run.host.journal.cancelRequested(run.request.id)) throw new Cancelled();
}

/** Called before what changes nothing at the vendor. @throws DsrError `INTERRUPTED`, `REQUEST_BUSY` */
export function stillMine(run: Run): void {
  if (run.lease.lost.aborted) throw new DsrError("REQUEST_BUSY");
  if (run.signal.aborted) throw new DsrError("INTERRUPTED");
}

/** @throws DsrError `INTERRUPTED` */
export async function sleepUntil({ host, signal }: Run, atMs: number): Promise<void> {
  await host.clock.sleep(Math.max(0, atMs - host.clock.now()), signal).catch(() => {
    throw new DsrError("INTERRUPTED");
  });
}

export class Cancelled extends Error {}

/** Does what may be refused before a run begins, and records a refusal: nobody asked in vain without a trace. Several alike are one. */
export async function notingRefusal<T>(run: Run, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDsrError(error) && TURNED_AWAY.has(error.code)) {
      const last = (await run.host.journal.entries(run.request.id)).at(-1);
      if (last?.kind !== "turned_away" || last.code !== error.code) await record(run, { kind: "turned_away", code: error.code });
    }
    throw error;
  }
}

const TURNED_AWAY: ReadonlySet<ErrorCode> = new Set(["ACCESS_FIRST", "PLAN_STALE", "CONFIRMATION_REFUSED"]);

/** Carried by a step that found out that a human must look, with nothing broken. */
export class NeedsAttention extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

/**
 * Runs a request's steps to an ending and records it. Breakage becomes an outcome where it is one (parked, needs attention) and is
 * thrown on where the run merely could not go on: interrupted, storage failed, lease lost, journal altered. One that a human has cancelled
 * ends as `whenCancelled` says, whatever else would have stopped it.
 */
export async function conclude(run: Run, steps: () => Promise<Ending>, partial: (history: RequestHistory) => boolean = () => false, whenCancelled: (run: Run) => Promise<Ending> = () => Promise.resolve(CANCELLED)): Promise<void> {
  const reached = await endOf(run, steps, partial);
  const isCancelled = reached === "cancelled" || (!ENDED_STATES.has(reached.outcome) && (await run.host.journal.cancelRequested(run.request.id)));
  const last = isCancelled ? await endOf(run, () => whenCancelled(run), partial) : reached;
  const ending = last === "cancelled" ? CANCELLED : last;
  // What a deletion leaves in the world is named as soon as something may be gone.
  const state = await history(run);
  const residuals = partial(state) ? [...new Set(residualsOf(run.session.manifest, state, true, ending.outcome === "cancelled").map(({ code }) => code))] : undefined;
  await record(run, { kind: "ended", ...ending, ...(residuals === undefined ? {} : { residuals }) });
}

const CANCELLED: Ending = { outcome: "cancelled" };

async function endOf(run: Run, steps: () => Promise<Ending>, partial: (history: RequestHistory) => boolean): Promise<Ending | "cancelled"> {
  try {
    return await steps();
  } catch (error) {
    if (error instanceof Cancelled) return "cancelled";
    const found = await endingOf(run, error, partial);
    if (found !== undefined) return found;
    // The journal may be what failed; its error must not hide the first one.
    await record(run, { kind: "calls" }).catch(() => undefined);
    throw error;
  }
}

export interface Ending {
  readonly outcome: RequestOutcome;
  readonly attention?: Attention;
}

/** Errors after which the run has no outcome: somebody resumes it. */
export const NO_OUTCOME: ReadonlySet<ErrorCode> = new Set(["INTERRUPTED", "STORAGE_FAILED", "REQUEST_BUSY", "INTEGRITY", "SEALING_KEY_INVALID", "INTERNAL"]);

/** Errors that are an answer: the request was not carried out, for a reason that its caller can read. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(["CHOICE_INVALID", "KEEP_IMPOSSIBLE", "WRONG_WORKSPACE", "UNSUPPORTED_REQUEST", "HELD", "PLAN_UNKNOWN"]);

async function endingOf(run: Run, error: unknown, partial: (history: RequestHistory) => boolean): Promise<Ending | undefined> {
  const byHuman = error instanceof NeedsAttention;
  if (!byHuman && (!isDsrError(error) || NO_OUTCOME.has(error.code))) return undefined;
  const state = await history(run);
  const unfinished = partial(state) ? "partial" : "needs_attention";
  if (byHuman) return { outcome: unfinished, attention: { code: error.code } };
  const held = error instanceof Held ? { holds: error.holds } : {};
  if (REFUSALS.has(error.code) && unfinished !== "partial") return { outcome: "refused", attention: { code: error.code, ...held } };
  await noteWithdrawn(run.host, run.session, error);
  if (MAY_PASS.has(error.code)) {
    const now = run.host.clock.now();
    const stuckMs = state.stuckSince === undefined ? 0 : now - Date.parse(state.stuckSince);
    if (stuckMs < run.host.timings.unreachableAfterMs) {
      const resumeAt = new Date(now + Math.max(error.facts.retryAfterMs ?? 0, run.host.timings.parkMs)).toISOString();
      return { outcome: "parked", attention: { code: error.code, resumeAt } };
    }
  }
  const attention = { code: error.code, ...held, ...(error.facts.scope === undefined ? {} : { scope: scopeLabel(run, error.facts.scope) }) };
  return { outcome: unfinished, attention };
}

function scopeLabel(run: Run, id: string): string {
  return run.session.manifest.scopes.find((scope) => scope.id === id)?.label ?? id;
}

export function timestamp(host: Host): string {
  return new Date(host.clock.now()).toISOString();
}
