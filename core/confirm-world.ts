import { valuesOf } from "./erasure.js";
import { unseenMatch, wishOf } from "./erasure-wish.js";
import { findById } from "./find-by-id.js";
import { find, isTheirs, stillThere } from "./find.js";
import { isFresh } from "./freshness.js";
import { refuseHeld } from "./holds.js";
import { subjectKey } from "./intake.js";
import { isAmong, isByHand, wasNotShown, type DeletionPlan } from "./plan.js";
import type { ErasureSubject, LookAnswer, LooseRecord, Match, Target } from "./ports.js";
import { everyTarget, type RequestHistory, type TargetHistory } from "./request-history.js";
import { history, identifiersOf, NeedsAttention, record, type Run } from "./run.js";

/** Of which of the subject's own records it was asked whose they are, and at what time at the earliest. */
export interface Asked {
  readonly ids: ReadonlySet<string>;
  readonly atMs: number;
}

/**
 * Compares the plan with what the vendor holds now. A record that was not planned makes the plan stale; one that the search no longer
 * shows is looked at by id, since a search lags and a changed address must not be deleted. Asks about nothing whose deletion was announced before.
 */
export async function confirmWorld(run: Run, state: RequestHistory, plan: DeletionPlan): Promise<Asked | undefined> {
  const untouched = state.targets.filter((t) => t.attempts === 0 && isAmong(plan.targets, t.target));
  if (untouched.length === 0) return undefined;
  const atMs = run.host.clock.now();
  await refuseHeld(run, plan.others);
  if (isOfAnotherVersion(run, state)) throw new NeedsAttention("PLAN_STALE");
  const { matches: shown, finding } = await find(run, plan.choices.extents);
  const matches = await stillThere(run, { earlier: state.earlier, targets: [] }, shown);
  const found = new Set(matches.map((match) => match.id));
  const decided = new Set([...plan.targets, ...plan.kept].map(({ id }) => id));
  if (matches.some((match) => !decided.has(match.id))) throw new NeedsAttention("PLAN_STALE");
  const isSubject = ({ category }: Target) => category === run.session.manifest.subjectCategory;
  // Nobody knew, when the plan was approved, that it is about somebody who works for the account.
  if (finding.teammate === true && plan.choices.only === undefined && untouched.some(({ target }) => found.has(target.id) || finding.loose?.some(({ id }) => id === target.id) === true)) throw new NeedsAttention("PLAN_STALE");
  const own = untouched.filter((t) => isSubject(t.target));
  for (const { target, looks } of own) {
    if (found.has(target.id)) continue;
    if (isByHand(plan, target) && (await whoseIs(run, plan, target)) === "another's") throw new NeedsAttention("PLAN_STALE");
    if (wasNotShown(plan, target)) continue;
    const look = await run.session.executor.look(target);
    const byHand = look.answer === "present" && isByHand(plan, target);
    if (look.answer !== "absent" && !goesAlongside(plan, look) && !byHand) throw new NeedsAttention("PLAN_STALE");
    // It may be where the vendor shows nothing: then its absence proves nothing after the deletion, either.
    if (look.answer === "absent" && looks.at(-1)?.look.answer !== "absent") await record(run, { kind: "looked", target, look });
  }
  await confirmRelated(run, state, plan, { untouched: untouched.map(({ target }) => target).filter((target) => !isSubject(target)), matches, loose: finding.loose });
  return { ids: new Set(own.map(({ target }) => target.id)), atMs };
}

/**
 * Before a record is deleted. One of the subject's own may have got another address, or become part of another one, since it was asked whose it is, if ever;
 * of what hangs on those the connector knows whether somebody else has come to it.
 */
export async function confirmStillTheirs(run: Run, plan: DeletionPlan, { target, attempts }: TargetHistory, asked: Asked | undefined): Promise<void> {
  const { executor, manifest } = run.session;
  if (target.category !== manifest.subjectCategory) return executor.confirm?.(target, await subjectOf(run));
  if (asked?.ids.has(target.id) === true && isFresh(asked.atMs, run.host.clock.now())) return;
  const whose = await whoseIs(run, plan, target);
  if (whose === "another's") throw new NeedsAttention("PLAN_STALE");
  // What was announced before was looked at since.
  if (whose === "theirs" || attempts > 0 || wasNotShown(plan, target)) return;
  const look = await executor.look(target);
  if (look.answer === "merged" && !goesAlongside(plan, look)) throw new NeedsAttention("PLAN_STALE");
  if (look.answer === "absent") await record(run, { kind: "looked", target, look });
}

async function subjectOf(run: Run): Promise<ErasureSubject> {
  const { subjectCategory } = run.session.manifest;
  const ids = everyTarget(await history(run)).flatMap(({ target: { category, id } }) => (category === subjectCategory ? [id] : []));
  return { ids, identifiers: await identifiersOf(run) };
}

/** Whether it became part of a record that is deleted as well. */
function goesAlongside(plan: DeletionPlan, { into }: LookAnswer): boolean {
  return plan.targets.some(({ id }) => id === into);
}

/** Theirs is a record that carries the subject's identifier, or, where it was named by hand, one that it carried when it was planned. */
async function whoseIs(run: Run, plan: DeletionPlan, { id, category, extent }: Target): Promise<"theirs" | "another's" | "not shown"> {
  const { lookup } = run.session;
  const identifiers = await identifiersOf(run);
  const match = (await findById(lookup, id, identifiers)) ?? (extent === undefined ? undefined : await findById(lookup, id, identifiers, extent));
  if (match === undefined) return "not shown";
  const isKnown = isByHand(plan, { category, id }) && (match.identifiers ?? []).every((identifier) => plan.others?.includes(subjectKey(run.host.digest, identifier)) === true);
  return isTheirs(run, match) || isKnown ? "theirs" : "another's";
}

interface Again {
  /** Targets that hang on the subject's records, of which none was deleted yet. */
  readonly untouched: readonly Target[];
  readonly matches: readonly Match[];
  readonly loose: readonly LooseRecord[] | undefined;
}

/**
 * The same for what hangs on the subject's records, read anew. What has come to be a target since, and a target that is the subject's alone no
 * longer, make the plan stale. What only is to be looked at afterwards is noted before anything is deleted: later nothing leads to it any more.
 */
async function confirmRelated(run: Run, state: RequestHistory, plan: DeletionPlan, { untouched, matches, loose = [] }: Again): Promise<void> {
  const { executor, manifest } = run.session;
  const subjectIds = plan.targets.filter(({ category }) => category === manifest.subjectCategory).map(({ id }) => id);
  const subjects = subjectIds.map((id) => matches.find((match) => match.id === id) ?? unseenMatch(id));
  const keptIds = plan.kept.flatMap(({ id, category }) => (id !== undefined && category === manifest.subjectCategory ? [id] : []));
  const { targets, dependents = [], kept, searched } = await executor.planDeletion(subjects, loose, await wishOf(run, plan.choices, valuesOf(plan.policies ?? []), { subjectIds: keptIds, keptIds, loose }));
  if (targets.some((target) => !isAmong(plan.targets, target))) throw new NeedsAttention("PLAN_STALE");
  // What was to stay would go along with the subject's record by now, as where everybody else has left it.
  const stays = (record: { readonly category: string; readonly id?: string }): boolean => kept.some(({ category, id }) => category === record.category && id === record.id);
  if (plan.kept.some((each) => each.id !== undefined && isAmong(dependents, { category: each.category, id: each.id }) && !stays(each))) throw new NeedsAttention("PLAN_STALE");
  // Of one that the search shows the record itself may tell that it is somebody else's by now.
  if (matches.some(({ id }) => subjectIds.includes(id) && !targets.some((target) => target.id === id))) throw new NeedsAttention("PLAN_STALE");
  for (const target of untouched) {
    if (!isAmong(targets, target) && (await executor.look(target)).answer !== "absent") throw new NeedsAttention("PLAN_STALE");
  }
  const fresh = dependents.filter((each) => !state.dependents.some(({ target }) => isAmong([target], each)) && !isAmong(plan.targets, each));
  // That it was looked for is told, whatever was found.
  if (fresh.length > 0 || searched !== undefined) await record(run, { kind: "surveyed", dependents: fresh, ...(searched === undefined ? {} : { searched }) });
}

/** Another version of the connector may find, and delete, something else than what was approved. */
export function isOfAnotherVersion(run: Run, { finding }: RequestHistory): boolean {
  return finding?.connectorVersion !== run.session.manifest.version;
}
