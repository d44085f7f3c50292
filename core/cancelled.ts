import { everyTarget, type RequestHistory, type TargetHistory } from "./request-history.js";
import { mayBeGone } from "./residuals.js";
import { history, record, type Ending, type Run } from "./run.js";
import { confirmAccount } from "./confirm-account.js";
import { settleAsSeen } from "./settle-targets.js";
import { isBegun, isMerged } from "./target-steps.js";

/** Whether something was announced of which it is not known yet what became of it. */
export function isOpenDeletion({ targets }: Pick<RequestHistory, "targets">): boolean {
  return targets.some(isBegun);
}

/**
 * The ending of a deletion that a human has cancelled: once it is known of all that was announced what became of it, until then it waits for its next look, or
 * for the vendor to answer. Deletes nothing.
 */
export async function endCancelled(run: Run): Promise<Ending> {
  const { plan } = await history(run);
  if (plan === undefined || !isOpenDeletion(await history(run))) return { outcome: "cancelled" };
  await confirmAccount(run);
  const laterLooksMs = await settleAsSeen(run, plan);
  if (laterLooksMs.length > 0) return awaiting(laterLooksMs);
  for (const { target } of mergedIntoUntouched(await history(run))) await record(run, { kind: "settled", target, outcome: "not_deleted" });
  // What only another deletion would tell stays unknown.
  return { outcome: "cancelled" };
}

/** What became part of a record of the plan that nobody will delete any more is not deleted, either. */
function mergedIntoUntouched({ targets }: RequestHistory): readonly TargetHistory[] {
  const untouched = new Set(targets.filter(({ attempts }) => attempts === 0).map(({ target }) => target.id));
  return targets.filter((each) => isBegun(each) && isMerged(each) && untouched.has(each.looks.at(-1)?.look.into ?? ""));
}

/** Whether anything is gone by it, or may be. */
export function mayHaveGone(state: RequestHistory): boolean {
  return everyTarget(state).some((each) => mayBeGone(each) || each.deletedBefore === true);
}

export function awaiting(laterLooksMs: readonly number[]): Ending {
  return { outcome: "awaiting_verification", attention: { code: "AWAITING_VERIFICATION", resumeAt: new Date(Math.min(...laterLooksMs)).toISOString() } };
}
