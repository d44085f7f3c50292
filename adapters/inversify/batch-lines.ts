import { canBeTriedAgain, type WorkLine } from "../../core/batch-work.js";
import type { Batch, BatchLine } from "../../core/batch.js";
import type { Host } from "../../core/host-ports.js";
import { historyOf } from "../../core/replay.js";
import type { RequestHistory } from "../../core/request-history.js";
import { ENDED_STATES, type PrivacyRequest, type RequestState } from "../../core/request.js";
import { unlessUnreadable } from "./unreadable.js";

type Stage = "read" | "plan" | "carry_out";

/** Those lines of a batch that can be gone on with, and read. Two lines of one reference are one request. */
export async function linesToWorkOn(host: Pick<Host, "batches" | "journal" | "clock">, batch: Batch): Promise<readonly WorkLine[]> {
  const { batches, journal } = host;
  const byRequest = new Map<string, WorkLine>();
  for (const line of await batches.lines(batch.id)) {
    if (line.requestId === undefined || byRequest.has(line.requestId)) continue;
    const request = await unlessUnreadable(journal.find(line.requestId));
    if (request !== undefined && (await unlessUnreadable(goesOn(host, stageOf(batch), line, request))) === true) byRequest.set(line.requestId, { ...line, requestId: request.id, subjectKey: request.subjectKey });
  }
  return [...byRequest.values()];
}

/** Whether trying again may do more than repeat the answer: what a human has to decide is left alone. */
async function goesOn({ journal, clock }: Pick<Host, "journal" | "clock">, stage: Stage, line: BatchLine, request: PrivacyRequest): Promise<boolean> {
  const { id, state } = request;
  if (stage === "plan") return !ENDED_STATES.has(request.state) && canBePlanned(request, await historyOf(journal, id), clock.now());
  if (stage === "carry_out" && line.planId === undefined) return false;
  if (GOES_ON_FROM[stage].has(state)) return true;
  if (state !== "needs_attention" && state !== "partial") return false;
  return canBeTriedAgain((await historyOf(journal, id)).ended?.attention?.code);
}

/** Whether planning it, once more where it was planned, may do more than repeat the answer. */
export function canBePlanned({ state }: PrivacyRequest, { confirmed, ended, plan, planning }: RequestHistory, nowMs: number): boolean {
  if (confirmed) return false;
  if (state === "planned") return planning || plan === undefined || Date.parse(plan.expiresAt) <= nowMs;
  const code = ended?.attention?.code;
  return state === "running" || state === "parked" || code === "PLAN_STALE" || canBeTriedAgain(code);
}

const GOES_ON_FROM: Readonly<Record<Exclude<Stage, "plan">, ReadonlySet<RequestState>>> = {
  read: new Set(["running", "parked"]),
  carry_out: new Set(["planned", "running", "parked", "awaiting_verification"]),
};

function stageOf({ type, confirmedAt }: Batch): Stage {
  return type === "access" ? "read" : confirmedAt === undefined ? "plan" : "carry_out";
}
