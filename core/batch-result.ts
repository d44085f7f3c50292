import type { Batch, BatchLine, BatchPlan, LineProblem } from "./batch.js";
import { canBeTriedAgain } from "./batch-work.js";
import type { ErrorCode } from "./errors.js";
import type { NotCovered } from "./outcome.js";
import { ENDED_STATES, type RequestState, type RequestType } from "./request.js";
import type { RequestResult } from "./results.js";

/** What became of one line. Holds no address: who it was is known by line and reference. */
export interface BatchRow {
  readonly line: number;
  readonly reference: string | null;
  readonly requestId: string | null;
  readonly verdict: LineVerdict;
  /** Where the request stands; null for a line that is none. */
  readonly outcome: RequestState | null;
  /** Why it stands there, where that needs saying. */
  readonly code: ErrorCode | null;
  /** Of an invalid line: which value, and what is wrong with it. */
  readonly at: string | null;
  readonly reason: string | null;
  /** Records of the person that were found. */
  readonly found: number;
  /** Records that would go, or were to go. */
  readonly planned: number;
  readonly deleted: number;
  readonly alreadyAbsent: number;
  readonly notDeleted: number;
  /** Records of which it is not known yet. */
  readonly open: number;
  readonly gaps: number;
  /** Records of nobody who was asked for, which the lookup returned: it may have asked for others in the same call. */
  readonly dropped: number;
  readonly package: string | null;
}

/**
 * What a line comes to. `delete`, `nothing`, `choose`, `held`, `teammate`: as planned. `done`: as it ended. `waiting`: it can be gone on with, if
 * need be once what `code` names is mended.
 * `attention`: a human has to look. `invalid`: it is no request. `not_begun`: nobody was asked about it yet; of a plan that was confirmed, nothing was sent.
 */
export type LineVerdict = "delete" | "nothing" | "choose" | "held" | "teammate" | "invalid" | "done" | "waiting" | "attention" | "not_begun";

export interface BatchTotals {
  readonly lines: number;
  readonly people: number;
  /** Records that would go, or were to go. */
  readonly records: number;
  readonly verdicts: Readonly<Record<LineVerdict, number>>;
  readonly outcomes: Readonly<Partial<Record<RequestState, number>>>;
}

export interface BatchResult {
  readonly batch: { readonly id: string; readonly type: RequestType; readonly connection: string; readonly vendorsOwn: boolean; readonly openedAt: string; readonly takenIn: boolean };
  /**
   * `planned`: a dry run, which changed nothing. `finished`: every line has come to an end. `queued`: those that can be gone on with are left to
   * workers. `waiting`: some can be gone on with. `stopped`: it ended early, for the reason in `stopped`.
   */
  readonly outcome: "planned" | "finished" | "queued" | "waiting" | "stopped";
  readonly stopped?: { readonly code: ErrorCode };
  /** What was not looked at for at least one of the lines, and why. */
  readonly notCovered: readonly NotCovered[];
  readonly plan: Omit<BatchPlan, "hash"> | null;
  readonly totals: BatchTotals;
  readonly rows: readonly BatchRow[];
  /** Of all lines, and for many at once. */
  readonly apiCalls: number;
}

/** A line with its request's result; none where the line is no request. */
export interface LineResult {
  readonly line: BatchLine;
  readonly result?: RequestResult;
  readonly subjectKey?: string;
}

/** A batch as its lines' journals tell it. */
export function batchResultOf(batch: Batch, lines: readonly LineResult[], stopped?: { readonly code: ErrorCode }): BatchResult {
  const dryRun = batch.type === "deletion" && batch.confirmedAt === undefined;
  const rows = countedOnce(lines.map((each) => rowOf(each, dryRun)));
  const count = (verdict: LineVerdict): number => rows.filter((row) => row.verdict === verdict).length;
  const outcomes: Partial<Record<RequestState, number>> = {};
  for (const { outcome } of rows) if (outcome !== null) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const { plan } = batch;
  const waiting = rows.some(({ verdict }) => canGoOn(verdict));
  return {
    batch: { id: batch.id, type: batch.type, connection: batch.connection, vendorsOwn: isVendorsOwn(batch, lines), openedAt: batch.openedAt, takenIn: batch.takenIn },
    outcome: stopped !== undefined ? "stopped" : waiting || !batch.takenIn ? "waiting" : dryRun ? "planned" : "finished",
    ...(stopped === undefined ? {} : { stopped }),
    notCovered: notCoveredOf(lines),
    plan: plan === undefined ? null : { id: plan.id, confirm: plan.confirm, expiresAt: plan.expiresAt },
    totals: {
      lines: rows.length,
      people: new Set(lines.flatMap(({ subjectKey }) => subjectKey ?? [])).size,
      records: recordsOf(lines, rows),
      verdicts: Object.fromEntries(VERDICTS.map((verdict) => [verdict, count(verdict)])) as Record<LineVerdict, number>,
      outcomes,
    },
    rows,
    apiCalls: batch.sharedCalls + requestsOf(lines).reduce((sum, { apiCalls }) => sum + apiCalls, 0),
  };
}

/** Where the batch does not say, its requests do. */
function isVendorsOwn({ account }: Batch, lines: readonly LineResult[]): boolean {
  const requests = requestsOf(lines);
  return account?.vendorsOwn ?? (requests.length > 0 && requests.every(({ request }) => request.vendorsOwn));
}

/** Whether something is left to do about a line by itself. */
export function canGoOn(verdict: LineVerdict): boolean {
  return verdict === "waiting" || verdict === "not_begun";
}

const VERDICTS: readonly LineVerdict[] = ["delete", "nothing", "choose", "held", "teammate", "invalid", "done", "waiting", "attention", "not_begun"];

/** Two lines may be the same request, or about the same person: a record goes once. */
function recordsOf(lines: readonly LineResult[], rows: readonly BatchRow[]): number {
  const ids = lines.flatMap(({ result }, n) => (result !== undefined && "targets" in result && (rows[n]?.planned ?? 0) > 0 ? plannedTargets(result) : []));
  return new Set(ids).size;
}

function requestsOf(lines: readonly LineResult[]): readonly RequestResult[] {
  return [...new Map(lines.flatMap(({ result }) => (result === undefined ? [] : [[result.request.id, result] as const]))).values()];
}

/** That nothing leads to a category is so of one person, and said of that one's request alone. */
function notCoveredOf(lines: readonly LineResult[]): readonly NotCovered[] {
  const all = requestsOf(lines).flatMap(({ notCovered }) => notCovered.filter(({ reason }) => reason !== "nothing leads there"));
  return [...new Map(all.map((each) => [[each.category, each.scope, each.reason].join("\n"), each])).values()];
}

/** Category and id of what a deletion's plan, or its end, names. */
export function plannedTargets(result: RequestResult): readonly string[] {
  if (!("targets" in result)) return [];
  const targets = result.targets.length > 0 && result.outcome !== "planned" ? result.targets : (result.plan?.targets ?? []);
  return targets.map(({ category, id }) => `${category} ${id}`);
}

function rowOf({ line: { line, reference, requestId, problem: noted }, result }: LineResult, dryRun: boolean): BatchRow {
  const problem = standingProblem(noted, result, dryRun);
  const targets = result !== undefined && "targets" in result ? result.targets : [];
  const count = (outcome: string): number => targets.filter((target) => target.outcome === outcome).length;
  return {
    line,
    reference: reference ?? result?.request.ref ?? null,
    requestId: result?.request.id ?? (problem === undefined ? null : (requestId ?? null)),
    // Its request was reserved, and is opened when the input is given again.
    verdict: requestId === undefined ? "invalid" : problem !== undefined ? (problem.code === "REQUEST_BUSY" ? "waiting" : "attention") : result === undefined ? "not_begun" : verdictOf(result, dryRun),
    outcome: result?.outcome ?? null,
    code: problem?.code ?? result?.attention?.code ?? null,
    at: problem?.at ?? null,
    reason: problem?.reason ?? null,
    found: result?.matches.length ?? 0,
    planned: result === undefined ? 0 : plannedTargets(result).length,
    deleted: count("deleted"),
    alreadyAbsent: count("already_absent"),
    notDeleted: count("not_deleted"),
    open: count("unknown"),
    gaps: result?.gaps.length ?? 0,
    dropped: result?.dropped ?? 0,
    package: result !== undefined && "package" in result ? (result.package?.path ?? null) : null,
  };
}

/** What stood in the way when the line was last tried, unless its request has come further without its batch since. */
function standingProblem(noted: LineProblem | undefined, result: RequestResult | undefined, dryRun: boolean): LineProblem | undefined {
  if (noted === undefined || result === undefined) return noted;
  const isOver = ENDED_STATES.has(result.outcome) || (noted.code === "REQUEST_BUSY" && !canGoOn(verdictOf(result, dryRun)));
  return isOver ? undefined : noted;
}

/** Rows of one request: the first has its records, and the others say which that is, so that a column adds up to what there was. */
function countedOnce(rows: readonly BatchRow[]): readonly BatchRow[] {
  const first = new Map<string, number>();
  return rows.map((row) => {
    const known = row.requestId === null ? undefined : first.get(row.requestId);
    if (row.requestId !== null && known === undefined) first.set(row.requestId, row.line);
    return known === undefined ? row : { ...row, ...NOTHING, reason: row.reason ?? `the same request as line ${known}` };
  });
}

const NOTHING = { found: 0, planned: 0, deleted: 0, alreadyAbsent: 0, notDeleted: 0, open: 0, gaps: 0, dropped: 0 } as const;

function verdictOf(result: RequestResult, dryRun: boolean): LineVerdict {
  switch (result.outcome) {
    case "planned":
      return dryRun ? "delete" : "not_begun";
    case "nothing_found":
      return "nothing";
    case "complete":
    case "complete_with_gaps":
    case "verified":
    case "cancelled":
      return "done";
    case "running":
      return result.searched.length === 0 ? "not_begun" : "waiting";
    case "parked":
    case "awaiting_verification":
      return "waiting";
    case "refused":
      return result.attention?.code === "HELD" ? "held" : "attention";
    case "partial":
      return canBeTriedAgain(result.attention?.code) ? "waiting" : "attention";
    case "needs_attention":
      if (canBeTriedAgain(result.attention?.code)) return "waiting";
      if (result.attention?.code !== "AMBIGUOUS_SUBJECT") return result.attention?.code === "NOTHING_TO_DELETE" ? "nothing" : "attention";
      return result.teammate ? "teammate" : "choose";
  }
}
