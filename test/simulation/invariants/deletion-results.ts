import type { DeletionResult } from "../../../core/results.js";
import type { Logged } from "../journal-log.js";
import { isLackingTold, shownAllAlong, type Told } from "./results.js";

/** What a deletion claims of each target is what the vendor's store says of it. */
export function judgeDeletion(told: Told<DeletionResult>): void {
  const { world: { judge }, result, person, vendor } = told;
  // What hangs on a contact goes with it.
  const takenAlong = result.targets.some(({ category, id }) => category === "contact" && vendor.isGone(id));
  for (const { category, id, outcome } of result.targets) {
    const gone = !vendor.holds({ category, id }) || isPastTelling(told, id);
    if (outcome === "deleted" || outcome === "already_absent") judge.expect(gone, "TRUE_DELETION", () => `${id} is called ${outcome}, and the vendor holds it`);
    // What this request never touched, another one may have deleted since.
    const wasGoneThen = category === "contact" ? wasGone(told, id) : settledIn(told, id) !== undefined && !takenAlong && !vendor.holds({ category, id });
    if (outcome === "not_deleted") judge.expect(!wasGoneThen || isVendorsWord(told, id), "TRUE_REMAINING", () => `${id} is called not deleted, and it was gone`);
    if (outcome === "unknown") judge.expect(!["verified", "cancelled"].includes(result.outcome) || result.outcome === "cancelled", "TRUE_DELETION", () => `${result.outcome} with ${id} unknown`);
  }
  const { plan } = result;
  if (plan === null) return;
  const decided = new Set([...plan.targets, ...plan.kept].map(({ id }) => id));
  if (result.outcome === "verified") {
    const left = plan.targets.filter((target) => vendor.holds(target) && !isPastTelling(told, target.id));
    judge.expect(left.length === 0, "TRUE_DELETION", () => `verified, and ${left.map(({ id }) => id).join()} is still there`);
    judge.expect(result.targets.length === plan.targets.length, "TRUE_DELETION", () => `${result.targets.length} of ${plan.targets.length} targets are told of`);
    judge.expect(result.residuals.length > 0, "TRUE_DELETION", () => "a deletion names nothing that remains");
  }
  // Whoever the search showed all along is in the plan, to go or to stay.
  if ((result.outcome !== "verified" && result.outcome !== "planned") || isLackingTold(told)) return;
  const forgotten = [...shownAllAlong(told)].filter((id) => !decided.has(id));
  judge.expect(forgotten.length === 0, "TRUE_FINDING", () => `${result.outcome}: ${forgotten.join()} of ${person.key} is in no plan`);
}

/** Whether the vendor held a record no more when that was settled: what vanished later, or by another's hand, was told truly. */
function wasGone(told: Told<DeletionResult>, id: string): boolean {
  const { world, vendor } = told;
  const settled = settledIn(told, id);
  if (settled === undefined || vendor.goneElsewhere.has(id) || !vendor.isGone(id)) return false;
  let contact = vendor.sandbox.state.contacts.get(id);
  while (contact?.status === "merged" && contact.goneAt === null) contact = vendor.sandbox.state.contacts.get(contact.mergedInto ?? "");
  return (contact?.goneAt ?? 0) <= vendor.now() - (world.clock.elapsedMs() - settled.atMs);
}

function settledIn({ world, result }: Told<DeletionResult>, id: string): Logged | undefined {
  return world.log.of(result.request.id).findLast(({ entry }) => entry.kind === "settled" && entry.target.id === id);
}

/** Whether the vendor itself said last that it did not delete the record: it may say so of one that was gone before, and a look at an archived one is no different. */
function isVendorsWord({ world, result }: Told<DeletionResult>, id: string): boolean {
  const last = world.log.of(result.request.id).findLast(({ entry }) => entry.kind === "answered" && entry.target.id === id)?.entry;
  return last?.kind === "answered" && last.answer.answer === "not_deleted";
}

/**
 * An archived record answers by its id like one that is gone. Where it was archived when its deletion was announced already, or where the
 * vendor said that it deleted it, nothing that may be asked tells whether it did. What was merged into such a record goes with it. So
 * it is with a conversation or ticket that the vendor said it deleted, and whose absence it pretends before it is gone.
 */
function isPastTelling(told: Told<DeletionResult>, id: string): boolean {
  const { world, result, vendor } = told;
  const record = vendor.sandbox.state.contacts.get(id);
  if (record?.status === "merged" && record.mergedInto !== null) return isPastTelling(told, record.mergedInto);
  const archivedAtMs = vendor.archivedAtMs.get(id);
  const isLiedAbout = record === undefined && world.troubles.has("stale_404");
  if (archivedAtMs === undefined && !isLiedAbout) return false;
  return world.log.of(result.request.id).some(({ entry, atMs }) => {
    if (!("target" in entry) || entry.target.id !== id) return false;
    return (entry.kind === "answered" && ["deleted", "accepted"].includes(entry.answer.answer)) || (entry.kind === "intent" && archivedAtMs !== undefined && atMs <= archivedAtMs);
  });
}
