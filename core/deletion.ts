import { awaiting, endCancelled, mayHaveGone } from "./cancelled.js";
import { isOffered } from "./capability.js";
import { DsrError, type ErrorCode } from "./errors.js";
import { confirmWorld, isOfAnotherVersion } from "./confirm-world.js";
import { followUp } from "./dependents.js";
import { everyTarget, type RequestHistory, type TargetHistory } from "./request-history.js";
import { isAmong } from "./plan.js";
import { Cancelled, conclude, history, mayGoOn, notingRefusal, record, type Ending, type Run } from "./run.js";
import { confirmAccount } from "./confirm-account.js";
import { lookAtRest, settleAll, settleBegun } from "./settle-targets.js";
import { isMerged } from "./target-steps.js";

/**
 * Executes a confirmed plan, from where it stopped if it was begun before: make sure that the plan still fits the world, then for each
 * target announce, delete, read the answer, and look by id until it is gone. Only what is in the plan is touched.
 * @throws DsrError `PLAN_STALE` for a plan that nobody has confirmed, or that another one is to replace; `INTEGRITY` where the request's evidence was altered
 */
export async function runDeletion(run: Run): Promise<void> {
  const state = await history(run);
  if (state.plan !== undefined && !isToBeCarriedOut(state)) throw new DsrError("PLAN_STALE");
  // What could not be proved afterwards is not begun.
  await run.host.evidence.read(run.request.id);
  await notingRefusal(run, () => refuseWhileAccessIsOpen(run));
  await conclude(run, () => carryOut(run), mayHaveGone, endCancelled);
}

/** Whether a human has approved the plan, and asked for no other one since. */
export function isToBeCarriedOut({ confirmed, planning }: Pick<RequestHistory, "confirmed" | "planning">): boolean {
  return confirmed && !planning;
}

async function carryOut(run: Run): Promise<Ending> {
  await mayGoOn(run);
  const { plan } = await history(run);
  if (plan === undefined) throw new DsrError("PLAN_UNKNOWN");
  await confirmAccount(run);
  // What was begun is looked at whatever stands in the way of the rest.
  await settleBegun(run, plan);
  const mayErase = await isOffered(run);
  const asked = mayErase ? await confirmWorld(run, await history(run), plan) : undefined;
  const laterLooksMs = await settleAll(run, plan, asked, mayErase);
  await lookAtRest(run, plan);
  await followUp(run);
  return endingOf(await history(run), laterLooksMs);
}

/**
 * Ends a deletion that a human has cancelled and that nobody works on, once it is known of all that was announced what became of it: until then it waits for
 * its next look, or for the vendor to answer. Deletes nothing.
 */
export async function endCancelledDeletion(run: Run): Promise<void> {
  await conclude(run, () => Promise.reject(new Cancelled()), mayHaveGone, endCancelled);
}

/**
 * Accepts a human's confirmation of a plan, which was given at `atMs` where it was given for many at once.
 * @throws DsrError `CONFIRMATION_REFUSED`, `ACCESS_FIRST`, `PLAN_STALE`
 */
export async function confirmPlan(run: Run, code: string, atMs = run.host.clock.now()): Promise<void> {
  const state = await history(run);
  const { plan } = state;
  if (plan === undefined) throw new DsrError("PLAN_UNKNOWN");
  await notingRefusal(run, async () => {
    if (code !== plan.confirm) throw new DsrError("CONFIRMATION_REFUSED");
    // Another one that was asked for, and not made yet, is what a human wants by now.
    if (state.planning) throw new DsrError("PLAN_STALE");
    if (state.confirmed) return;
    await refuseWhileAccessIsOpen(run);
    if (Date.parse(plan.expiresAt) <= atMs || isOfAnotherVersion(run, state) || isCarriedOut(state)) throw new DsrError("PLAN_STALE");
  });
  if (state.confirmed) return;
  const { operator } = run.request.context;
  await record(run, { kind: "confirmed", planId: plan.id, ...(operator === undefined ? {} : { operator }) });
}

/** Whether its plan has done what it could: what came back since, or would not go, takes another one. */
export function isCarriedOut({ targets, ended }: Pick<RequestHistory, "targets" | "ended">): boolean {
  return ended !== undefined && targets.length > 0 && targets.every(({ settled }) => settled !== undefined);
}

/** What the person asked to see must be read before it is gone. */
async function refuseWhileAccessIsOpen(run: Run): Promise<void> {
  if (everyTarget(await history(run)).some((t) => t.attempts > 0)) return;
  const { subjectKey, connection } = run.request;
  const [open] = await run.host.journal.list({ connection, subjectKey, type: "access", open: true });
  if (open !== undefined) throw new DsrError("ACCESS_FIRST", { at: `request ${open.id}` });
}

function endingOf(state: RequestHistory, laterLooksMs: readonly number[]): Ending {
  const { targets } = state;
  const outcomes = targets.map((t) => t.settled?.outcome);
  if (outcomes.every((outcome) => outcome === "deleted" || outcome === "already_absent")) return { outcome: "verified" };
  if (outcomes.includes(undefined)) {
    // What is open waits for a look of its own, or for that of the record that it became part of.
    return laterLooksMs.length > 0 ? awaiting(laterLooksMs) : { outcome: "partial", attention: { code: "OUTCOME_UNKNOWN" } };
  }
  const lives = targets.filter((t) => t.settled?.outcome === "not_deleted");
  // What the plan is not about is not told by another plan, either.
  const isPlanned = lives.some(({ target }) => isAmong(state.plan?.targets ?? [], target));
  const code: ErrorCode = isPlanned && lives.every(isMerged) ? "PLAN_STALE" : lives.some(wasAcknowledged) ? "STILL_PRESENT" : "NOT_DELETED";
  // What an earlier plan deleted is gone, whatever this one came to.
  return { outcome: mayHaveGone(state) ? "partial" : "needs_attention", attention: { code } };
}

function wasAcknowledged({ answers }: TargetHistory): boolean {
  return answers.some(({ answer }) => answer.answer === "deleted" || answer.answer === "accepted");
}
