import { canBeTriedAgain, type WorkLine } from "../../core/batch-work.js";
import type { Batch, BatchLine } from "../../core/batch.js";
import type { Host } from "../../core/host-ports.js";
import { historyOf } from "../../core/replay.js";
import type { PrivacyRequest, RequestState } from "../../core/request.js";

type Stage = "read" | "plan" | "carry_out";

/** Those lines of a batch that can be gone on with. Two lines of one reference are one request. */
export async function linesToWorkOn({ batches, journal }: Pick<Host, "batches" | "journal">, batch: Batch): Promise<readonly WorkLine[]> {
  const byRequest = new Map<string, WorkLine>();
  for (const line of await batches.lines(batch.id)) {
    if (line.requestId === undefined || byRequest.has(line.requestId)) continue;
    const request = await journal.find(line.requestId);
    if (request !== undefined && (await goesOn(journal, stageOf(batch), line, request))) byRequest.set(line.requestId, { ...line, requestId: request.id, subjectKey: request.subjectKey });
  }
  return [...byRequest.values()];
}

/** Whether trying again may do more than repeat the answer: what a human has to decide is left alone. */
async function goesOn(journal: Host["journal"], stage: Stage, line: BatchLine, { id, state }: PrivacyRequest): Promise<boolean> {
  if (stage === "carry_out" && line.planId === undefined) return false;
  if (GOES_ON_FROM[stage].has(state)) return true;
  if (state !== "needs_attention" && state !== "partial") return false;
  return canBeTriedAgain((await historyOf(journal, id)).ended?.attention?.code);
}

const GOES_ON_FROM: Readonly<Record<Stage, ReadonlySet<RequestState>>> = {
  read: new Set(["running", "parked"]),
  plan: new Set(["running", "parked"]),
  carry_out: new Set(["planned", "running", "parked", "awaiting_verification"]),
};

function stageOf({ type, confirmedAt }: Batch): Stage {
  return type === "access" ? "read" : confirmedAt === undefined ? "plan" : "carry_out";
}
