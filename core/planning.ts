import { isOffered, refuseUnoffered } from "./capability.js";
import { awaiting, endCancelled, isOpenDeletion, mayHaveGone } from "./cancelled.js";
import { drawPlan } from "./draw-plan.js";
import { policiesFor, refuseUnpermitted, valuesOf, type PolicyValues } from "./erasure.js";
import { followUp } from "./dependents.js";
import { DsrError } from "./errors.js";
import { notChosen, unseenMatch, wishOf } from "./erasure-wish.js";
import { findById } from "./find-by-id.js";
import { find, stillThere } from "./find.js";
import { refuseHeld } from "./holds.js";
import { subjectKey } from "./intake.js";
import { mayHoldMore } from "./outcome.js";
import { isAmong, NOT_CHOSEN, type PlanChoices } from "./plan.js";
import type { DeletionOutline, LooseRecord, Match, Target } from "./ports.js";
import { everyTarget, isGone, type RequestHistory } from "./request-history.js";
import { conclude, history, identifiersOf, mayGoOn, NeedsAttention, record, type Ending, type Run } from "./run.js";
import { confirmAccount } from "./confirm-account.js";
import { isThere, lookAt, settleAsSeen } from "./settle-targets.js";
import { outcomeOfAbsent } from "./target-steps.js";

/**
 * Plans a deletion: looks the person up, applies the human's choices and the host's policies, and records exactly what would go. Makes no
 * mutating call.
 * @throws DsrError `CHOICE_INVALID`, `KEEP_IMPOSSIBLE`, `SCOPE_MISSING`
 */
export async function planDeletion(run: Run, choices: PlanChoices, decided: PolicyValues = {}): Promise<void> {
  const { session } = run;
  const policies = policiesFor(session.manifest, decided);
  const steps = async (): Promise<Ending> => {
    await mayGoOn(run);
    await record(run, { kind: "asked", choices });
    const laterLooksMs = await settleEarlier(run);
    // What was announced before is looked at all the same.
    if (laterLooksMs.length > 0 && !(await isOffered(run))) return awaiting(laterLooksMs);
    await refuseUnoffered(run);
    await refuseHeld(run);
    refuseUnpermitted(session.manifest, session.connection, choices.erase ?? "subject", policies);
    await confirmAccount(run);
    const { finding, matches: shown, calls } = await find(run, choices.extents);
    const matches = await stillThere(run, await history(run), shown);
    const { loose = [], teammate = false } = finding;
    const chosen = await choose(run, matches, loose, choices);
    const others = othersAmong(run, chosen);
    await refuseHeld(run, others);
    const nobody = matches.length + chosen.length + loose.length === 0;
    if (nobody && mayHoldMore(finding.gaps)) throw new NeedsAttention("VENDOR_MALFORMED");
    const before = await history(run);
    const wasBegun = mayHaveGone(before) || before.targets.some(({ attempts }) => attempts > 0);
    if (nobody) return wasBegun ? endingOfTheRest(run, laterLooksMs) : { outcome: "nothing_found" };
    const wish = await wishOf(run, choices, valuesOf(policies), { subjectIds: matches.map(({ id }) => id), keptIds: matches.map(({ id }) => id).filter((id) => !chosen.some((each) => each.id === id)), loose });
    const ambiguous = choices.only === undefined && isAmbiguous(chosen, teammate, choices.erase === "related" ? loose.filter(({ id }) => !wish.spare.includes(id)) : []);
    // Whether a choice names anything at all is told by what hangs on the records.
    if (ambiguous && wish.spare.length === 0) throw new NeedsAttention("AMBIGUOUS_SUBJECT");
    const callsBefore = session.apiCalls();
    const outline = sparing(await session.executor.planDeletion(chosen, loose, wish), { matches, loose }, choices);
    refuseContradiction(run, outline, matches.filter(({ id }) => !chosen.some((each) => each.id === id)));
    if (ambiguous) throw new NeedsAttention("AMBIGUOUS_SUBJECT");
    const isRest = wasBegun && matches.length + chosen.length === 0 && loose.every((each) => wasToStay(before, each));
    if (outline.targets.length === 0 && isRest) return endingOfTheRest(run, laterLooksMs);
    if (outline.targets.length === 0) throw new NeedsAttention("NOTHING_TO_DELETE");
    const plan = drawPlan(run, {
      outline: inOrder(markedByExtent(run, outline, chosen), session.manifest.subjectCategory),
      doubts: [...finding.gaps.map(() => ({ code: "LOOKUP_INCOMPLETE" })), ...chosen.flatMap(doubtAbout)],
      matches,
      choices,
      policies,
      others,
      gone: everyTarget(await history(run)).filter(isGone),
      took: { ...calls, survey: session.apiCalls() - callsBefore },
    });
    await record(run, { kind: "planned", plan, ...(outline.searched === undefined ? {} : { searched: outline.searched }) });
    return { outcome: "planned" };
  };
  await conclude(run, steps, mayHaveGone, endCancelled);
}

/** What became of what an earlier plan announced is to be known before another one takes its place, whatever stands in that one's way. Returns when what is open is looked at next. */
async function settleEarlier(run: Run): Promise<readonly number[]> {
  const state = await history(run);
  if (state.plan === undefined || !isOpenDeletion(state)) return [];
  await confirmAccount(run);
  return settleAsSeen(run, state.plan);
}

/** What hung on the records that an earlier plan was about, and was no target of it, is no news where it hangs on none any more. */
function wasToStay({ plan, dependents }: RequestHistory, { id }: LooseRecord): boolean {
  return [...dependents.map(({ target }) => target), ...(plan?.kept ?? [])].some((each) => each.id === id);
}

/**
 * Nobody is found any more of whom an earlier plan was to delete something, and began. What it left then may have gone since, by other hands or with what it deleted; or it is where
 * neither the search nor its id shows it, as one that somebody archived, and is looked for there as well.
 */
async function endingOfTheRest(run: Run, laterLooksMs: readonly number[]): Promise<Ending> {
  if (laterLooksMs.length > 0) return awaiting(laterLooksMs);
  const { plan, targets } = await history(run);
  for (const each of targets) {
    const { target, attempts, settled } = each;
    if (plan === undefined || isGone({ settled })) continue;
    const look = await lookAt(run, plan, each);
    await record(run, { kind: "looked", target, look });
    const state = await history(run);
    if (isThere(state, look)) return { outcome: mayHaveGone(state) ? "partial" : "needs_attention", attention: { code: attempts > 0 && settled === undefined ? "OUTCOME_UNKNOWN" : "NOT_DELETED" } };
    await record(run, { kind: "settled", target, outcome: attempts > 0 ? "deleted" : outcomeOfAbsent(each) });
  }
  // Nothing else leads to what hung on those any more.
  await followUp(run);
  return { outcome: "verified" };
}

/** The matches that a human's choices leave, with those that were named by hand. */
async function choose(run: Run, matches: readonly Match[], loose: readonly LooseRecord[], choices: PlanChoices): Promise<readonly Chosen[]> {
  const known = new Set(matches.map((match) => match.id));
  if (choices.only?.some((id) => !known.has(id) && !loose.some((each) => each.id === id)) === true) throw new DsrError("CHOICE_INVALID");
  const excluded = new Set((choices.exclude ?? []).map((choice) => choice.id));
  const kept = matches.filter((match) => !excluded.has(match.id) && (choices.only?.includes(match.id) ?? true));
  const named = await Promise.all([...new Set((choices.also ?? []).map(({ id }) => id))].filter((id) => !known.has(id)).map((id) => byHand(run, id, choices.extents)));
  const also = await stillThere(run, await history(run), named);
  if (matches.length > 0 && kept.length + also.length === 0) throw new DsrError("CHOICE_INVALID");
  return [...kept, ...also];
}

/** People of other addresses whose records a human named: nobody else would notice a hold on them. */
function othersAmong({ host, request }: Run, chosen: readonly Match[]): readonly string[] {
  const keys = chosen.flatMap(({ identifiers = [] }) => identifiers.map((identifier) => subjectKey(host.digest, identifier)));
  return [...new Set(keys)].filter((key) => key !== request.subjectKey).sort();
}

/** A match, and what is doubtful about one that only a human named. */
type Chosen = Match & { readonly doubt?: "ANOTHER_ADDRESS" | "NOT_SEEN" };

/** A record that the vendor does not show may be archived: it is planned all the same, and its deletion will tell. Where a human had it looked for in an extent, too, it is told whose it is. */
async function byHand(run: Run, id: string, extents: readonly string[] = []): Promise<Chosen> {
  const { lookup } = run.session;
  const identifiers = await identifiersOf(run);
  let match = await findById(lookup, id, identifiers);
  for (const extent of extents) {
    if (match !== undefined) break;
    const hidden = await findById(lookup, id, identifiers, extent);
    match = hidden && { ...hidden, extent };
  }
  if (match === undefined) return { ...unseenMatch(id), doubt: "NOT_SEEN" };
  return match.matchedBy === "chosen" ? { ...match, doubt: "ANOTHER_ADDRESS" } : { ...match, matchedBy: "chosen" };
}

function doubtAbout({ id, doubt }: Chosen): readonly { readonly code: string; readonly id: string }[] {
  return doubt === undefined ? [] : [{ code: doubt, id }];
}

/**
 * Several people of one address, or one who works for the account, also where nothing but `loose` records is to go: a mistake would be grave, and
 * only a human can tell, who names the records.
 */
function isAmbiguous(chosen: readonly Match[], teammate: boolean, loose: readonly LooseRecord[]): boolean {
  const found = chosen.filter((match) => match.matchedBy !== "chosen");
  return found.filter((match) => match.primary).length > 1 || (teammate && found.length + loose.length > 0);
}

/**
 * The outline with the reasons for what a human wants kept. What the vendor removes together with the subject's record cannot be.
 * @throws DsrError `CHOICE_INVALID`, `KEEP_IMPOSSIBLE`
 */
function sparing(outline: DeletionOutline, { matches, loose }: { readonly matches: readonly Match[]; readonly loose: readonly LooseRecord[] }, choices: PlanChoices): DeletionOutline {
  const { exclude = [] } = choices;
  const seen = new Set([...outline.targets, ...(outline.dependents ?? [])].map(({ id }) => id));
  for (const { id } of exclude) {
    if (matches.some((match) => match.id === id) || outline.kept.some((each) => each.id === id)) continue;
    throw new DsrError(seen.has(id) ? "KEEP_IMPOSSIBLE" : "CHOICE_INVALID");
  }
  const left = notChosen(loose, choices);
  const reasonFor = (id: string | undefined) => exclude.find((choice) => choice.id === id)?.reason ?? (left.some((each) => each === id) ? NOT_CHOSEN : undefined);
  return { ...outline, kept: outline.kept.map((each) => ({ ...each, reason: reasonFor(each.id) ?? each.reason })) };
}

/** A plan that says of a record both that it goes and that it stays is none, whatever the connector means by it. @throws DsrError `INTERNAL` */
function refuseContradiction({ session }: Run, { targets, kept }: DeletionOutline, notChosen: readonly Match[]): void {
  const own = notChosen.map(({ id }) => ({ category: session.manifest.subjectCategory, id }));
  const stays = [...own, ...kept.flatMap(({ category, id }) => (id === undefined ? [] : [{ category, id }]))];
  if (stays.some((each) => isAmong(targets, each))) throw new DsrError("INTERNAL", { reason: "the connector would delete what it says it keeps, or what was not chosen" });
}

/** What only an extent shows is looked at there, too. */
function markedByExtent({ session }: Run, outline: DeletionOutline, chosen: readonly Match[]): DeletionOutline {
  const extents = new Map(chosen.flatMap(({ id, extent }) => (extent === undefined ? [] : [[id, extent] as const])));
  const marked = (target: Target): Target => {
    const extent = extents.get(target.id);
    return extent === undefined || target.category !== session.manifest.subjectCategory ? target : { ...target, extent };
  };
  return { ...outline, targets: outline.targets.map(marked) };
}

/** What is related goes first: once the subject's own record is gone, the vendor may not find it any more. */
function inOrder(outline: DeletionOutline, subjectCategory: string): DeletionOutline {
  const isSubject = ({ category }: Target) => category === subjectCategory;
  return { ...outline, targets: [...outline.targets.filter((target) => !isSubject(target)), ...outline.targets.filter(isSubject)] };
}
