import type { DeletionPlan, EraseAnswer, ErrorCode, Finding, JournalEntry, LookAnswer, RequestOutcome, Target } from "../../core/index.js";

export const START_MS = Date.UTC(2026, 0, 15, 9);
export const T1: Target = { category: "contact", id: "t1" };
export const T2: Target = { category: "contact", id: "t2" };

/** When something happened: seconds after the start, as it stands in a journal. */
export function at(seconds: number): string {
  return new Date(START_MS + seconds * 1000).toISOString();
}

export function planned(targets: readonly Target[] = [T1], also: readonly string[] = []): JournalEntry {
  const plan: DeletionPlan = {
    id: "r1-abcdef",
    confirm: `delete-${targets.length}-abcdef01`,
    hash: "abcdef",
    expiresAt: at(86_400),
    targets,
    kept: [],
    unseen: [],
    warnings: [],
    estimate: { calls: 3, seconds: 1 },
    choices: { also: also.map((id) => ({ id, reason: "named by hand" })) },
  };
  return { at: at(0), kind: "planned", plan };
}

export function found(seconds = 0, ids: readonly string[] = ["t1"]): JournalEntry {
  const finding: Finding = {
    matches: ids.map((id) => ({ id, kind: "user", matchedBy: "exact", primary: true })),
    nearMatches: [],
    searched: [],
    notCovered: [],
    gaps: [],
    dropped: 0,
    connectorVersion: "1.0.0",
  };
  return { at: at(seconds), kind: "found", finding };
}

export function confirmed(): JournalEntry {
  return { at: at(0), kind: "confirmed", planId: "r1-abcdef" };
}

export function intent(attempt: number, target = T1, seconds = 0): JournalEntry {
  return { at: at(seconds), kind: "intent", target, attempt };
}

export function declined(attempt: number, code: ErrorCode = "SCOPE_MISSING", target = T1): JournalEntry {
  return { at: at(0), kind: "declined", target, attempt, code };
}

export function answered(attempt: number, answer: EraseAnswer["answer"], seconds = 0, reference?: string): JournalEntry {
  return { at: at(seconds), kind: "answered", target: T1, attempt, answer: { answer, ...(reference === undefined ? {} : { reference }) } };
}

export function looked(answer: LookAnswer["answer"], seconds = 0, into?: string): JournalEntry {
  return { at: at(seconds), kind: "looked", target: T1, look: { answer, ...(into === undefined ? {} : { into }) } };
}

export function settled(outcome: "deleted" | "already_absent" | "not_deleted", target = T1): JournalEntry {
  return { at: at(0), kind: "settled", target, outcome };
}

export function ended(outcome: RequestOutcome, seconds = 0, code?: ErrorCode): JournalEntry {
  return { at: at(seconds), kind: "ended", outcome, ...(code === undefined ? {} : { attention: { code } }) };
}
