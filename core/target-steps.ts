import type { Timings } from "./host-ports.js";
import type { TargetOutcome } from "./outcome.js";
import type { LookAnswer } from "./ports.js";
import type { TargetHistory } from "./request-history.js";

/** What comes next for one target. */
export type Step =
  | { readonly do: "erase" }
  | { readonly do: "look" }
  | { readonly do: "settle"; readonly outcome: TargetOutcome }
  | { readonly do: "wait"; readonly untilMs: number }
  /** The next look is too far away for this run: `resume` takes it. */
  | { readonly do: "leave"; readonly untilMs: number }
  /** Every answer of this run was lost, and the object is still there. */
  | { readonly do: "give_up" }
  | { readonly do: "nothing" };

export interface StepInput {
  readonly nowMs: number;
  readonly timings: Timings;
  readonly waitForAllLooks: boolean;
  /** The target was shown when it was planned. One that a human named may be where the vendor shows nothing: then reading it proves nothing. */
  readonly seenAlive: boolean;
  /** Whether it may be deleted once more: not after a cancel, and not where the plan is not about it any more. */
  readonly mayErase: boolean;
  /** What became of another target of the plan; `open` until that is known, undefined for a record that is not in the plan. */
  readonly outcomeOf: (id: string) => TargetOutcome | "open" | undefined;
}

/** Deletions of one target whose answers were lost, before a run gives up for now. */
const LOST_ANSWERS_PER_RUN = 4;

/**
 * Decides from a target's history alone, so that a run after a crash decides as the first one would have. Absence is believed only after a
 * deletion that was answered (deleted, or no such object), or where a target that was seen alive is not there any more.
 */
export function nextStep(history: TargetHistory, input: StepInput): Step {
  if (history.settled !== undefined) return { do: "nothing" };
  if (history.attempts === 0) return input.mayErase ? { do: "erase" } : { do: "nothing" };
  const answered = history.answers.at(-1);
  const last = answered?.attempt === history.attempts ? answered : undefined;
  if (last === undefined) return afterLostAnswer(history, input);
  switch (last.answer.answer) {
    case "not_deleted":
      return afterRefusal(history, input);
    default:
      return afterAcknowledgement(history, last, input);
  }
}

function afterLostAnswer(history: TargetHistory, input: StepInput): Step {
  if (!input.mayErase) return afterLastDeletion(history, input);
  // A run that comes later reads first: what was lost may have happened since the last look.
  const look = history.looks.slice(history.before.looks).at(-1);
  if (look?.afterAttempt !== history.attempts) return { do: "look" };
  if (look.look.answer === "absent" && wasSeenAlive(history, input)) return { do: "settle", outcome: "deleted" };
  if (look.look.answer === "merged") return afterMerge(look.look.into, input);
  // What could not be read is not sent again: a later run reads first.
  if (mayTellLater(look.look)) return { do: "give_up" };
  return history.attempts - history.before.attempts < LOST_ANSWERS_PER_RUN ? { do: "erase" } : { do: "give_up" };
}

/** What is not told of, and not to be sent again, may take effect yet, or show: it is looked at as often, and as far apart, as what was acknowledged. */
function afterLastDeletion(history: TargetHistory, input: StepInput): Step {
  const { timings: { looksMs, foregroundLooks }, nowMs, waitForAllLooks } = input;
  const looks = history.looks.filter((look) => look.afterAttempt === history.attempts);
  const latest = looks.at(-1)?.look;
  if (latest === undefined) return { do: "look" };
  if (latest.answer === "absent" && wasSeenAlive(history, input)) return { do: "settle", outcome: "deleted" };
  if (latest.answer === "merged") return afterMerge(latest.into, input);
  // What the vendor shows neither way stays unknown.
  if (latest.answer !== "present" && !mayTellLater(latest)) return { do: "nothing" };
  const { count, lastMs } = farApart(looks.map(({ at }) => Date.parse(at)), looksMs);
  const dueMs = looksMs[count];
  if (dueMs === undefined) return latest.answer === "present" ? { do: "settle", outcome: "not_deleted" } : { do: "nothing" };
  const untilMs = lastMs + dueMs - (looksMs[count - 1] ?? 0);
  if (nowMs >= untilMs || lastMs > nowMs) return { do: "look" };
  return count < foregroundLooks || waitForAllLooks ? { do: "wait", untilMs } : { do: "leave", untilMs };
}

/** How many of the looks lie as far apart as the timings say. One before which the clock was set back only says from when on to count. */
function farApart(looks: readonly number[], looksMs: readonly number[]): { readonly count: number; readonly lastMs: number } {
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const atMs of looks) {
    const isFar = count === 0 || atMs - lastMs >= (looksMs[count] ?? 0) - (looksMs[count - 1] ?? 0);
    if (isFar) count += 1;
    if (isFar || atMs < lastMs) lastMs = atMs;
  }
  return { count, lastMs };
}

/** The vendor answered that it did not delete: believed, unless the object is gone all the same. */
function afterRefusal(history: TargetHistory, input: StepInput): Step {
  const look = history.looks.at(-1);
  if (look?.afterAttempt !== history.attempts) return { do: "look" };
  if (look.look.answer === "merged") return afterMerge(look.look.into, input);
  return { do: "settle", outcome: look.look.answer === "absent" && wasSeenAlive(history, input) ? "deleted" : "not_deleted" };
}

/** Whether the record was there just before it was deleted, so that its absence afterwards tells something. */
export function wasSeenAlive({ looks, attempts }: TargetHistory, { seenAlive }: Pick<StepInput, "seenAlive">): boolean {
  const before = looks.findLast(({ afterAttempt, look }) => afterAttempt < attempts && look.answer !== "unknown");
  return before === undefined ? seenAlive : before.look.answer !== "absent";
}

/** Looks until the record is gone. A vendor that knows no such record is looked after as well: what was merged into another lives on there. */
function afterAcknowledgement(history: TargetHistory, last: TargetHistory["answers"][number], input: StepInput): Step {
  const { timings, nowMs } = input;
  const looks = history.looks.filter((look) => look.afterAttempt === history.attempts);
  const latest = looks.at(-1)?.look;
  if (latest?.answer === "absent") return { do: "settle", outcome: last.answer.answer === "absent" && history.attempts === 1 ? outcomeOfAbsent(history) : "deleted" };
  if (latest?.answer === "merged") return afterMerge(latest.into, input);
  const acknowledged = history.answers.filter((a) => a.answer.answer !== "not_deleted").length;
  const isUnread = latest !== undefined && mayTellLater(latest);
  if (latest?.answer === "unknown" && (!isUnread || last.answer.answer === "absent")) return afterBlindLook(history, last, acknowledged, input);
  // Where a second deletion comes after all looks at the first, two more are enough to tell; it comes at once where nobody could see the record.
  const dues = hasLongBeenLookedAt(history, timings) ? timings.looksMs.slice(0, 2) : timings.looksMs;
  const { count, lastMs } = farApart(looks.map(({ at }) => Date.parse(at)), dues);
  const dueMs = dues[count];
  if (dueMs !== undefined) {
    const untilMs = dueAt(Date.parse(last.at), looks.length === 0 ? undefined : { atMs: lastMs, dueMs: dues[count - 1] ?? 0 }, dueMs, nowMs);
    if (nowMs >= untilMs) return { do: "look" };
    return count < timings.foregroundLooks || input.waitForAllLooks ? { do: "wait", untilMs } : { do: "leave", untilMs };
  }
  // A vendor that said it takes its time is looked at once per resume, and never told twice; nor is one about what could not be read.
  if (last.answer.reference !== undefined || isUnread) {
    const untilMs = Date.parse(looks.at(-1)?.at ?? last.at) + timings.parkMs;
    return untilMs <= nowMs ? { do: "look" } : { do: "leave", untilMs };
  }
  return acknowledged < 2 && input.mayErase ? { do: "erase" } : { do: "settle", outcome: "not_deleted" };
}

/** Whether all looks at an earlier deletion came to nothing that was acknowledged, too. */
function hasLongBeenLookedAt({ attempts, answers, looks }: TargetHistory, { looksMs }: Timings): boolean {
  const looksAfter = (attempt: number): number => farApart(looks.filter(({ afterAttempt }) => afterAttempt === attempt).map(({ at }) => Date.parse(at)), looksMs).count;
  return answers.some(({ attempt, answer }) => attempt < attempts && answer.answer !== "not_deleted" && looksAfter(attempt) >= looksMs.length);
}

/** Nobody can see the record, there or gone: the vendor is told once more, since what is gone it does not know. */
function afterBlindLook(history: TargetHistory, last: TargetHistory["answers"][number], acknowledged: number, { timings, nowMs, mayErase }: StepInput): Step {
  const { attempts, looks } = history;
  if (last.answer.answer === "absent") return { do: "settle", outcome: attempts === 1 ? outcomeOfAbsent(history) : "deleted" };
  // What only another deletion would tell stays unknown.
  if (acknowledged < 2 && last.answer.reference === undefined) return mayErase ? { do: "erase" } : { do: "nothing" };
  const untilMs = Date.parse(looks.at(-1)?.at ?? last.at) + timings.parkMs;
  return untilMs <= nowMs ? { do: "look" } : { do: "leave", untilMs };
}

/**
 * When a look is due: so long after the answer, and never sooner after the look before than the timings lie apart, since the clock may have
 * been set forward, or the machine suspended, without the vendor having had that time. Where the clock was set back since the answer, it is
 * counted from the look before, and the first one is due at once.
 */
function dueAt(answeredAtMs: number, before: { readonly atMs: number; readonly dueMs: number } | undefined, dueMs: number, nowMs: number): number {
  const spacedMs = before === undefined || before.atMs > nowMs ? nowMs : before.atMs + dueMs - before.dueMs;
  return answeredAtMs <= nowMs ? Math.max(answeredAtMs + dueMs, before === undefined ? 0 : spacedMs) : spacedMs;
}

/** Of what was not there any more when this plan came to it. */
export function outcomeOfAbsent({ deletedBefore }: TargetHistory): TargetOutcome {
  return deletedBefore === true ? "deleted" : "already_absent";
}

/** Unlike what the vendor shows neither way, which only another deletion would tell. */
function mayTellLater({ answer, again }: LookAnswer): boolean {
  return answer === "unknown" && again === true;
}

/** What was merged into another record is gone when that one is, and not before. */
function afterMerge(into: string | undefined, { outcomeOf }: StepInput): Step {
  const outcome = into === undefined ? undefined : outcomeOf(into);
  return outcome === "open" ? { do: "nothing" } : { do: "settle", outcome: outcome ?? "not_deleted" };
}

/** Announced, and not known yet what became of it. */
export function isBegun({ attempts, settled }: TargetHistory): boolean {
  return attempts > 0 && settled === undefined;
}

export function isMerged({ looks }: TargetHistory): boolean {
  return looks.at(-1)?.look.answer === "merged";
}
