import { isDsrError, DsrError, NOT_CARRIED_OUT, type ErrorCode } from "./errors.js";
import { followUp } from "./dependents.js";
import { valuesOf } from "./erasure.js";
import { replayNext, type RequestHistory, type TargetHistory } from "./replay.js";
import type { TargetOutcome } from "./outcome.js";
import type { DeletionPlan } from "./plan.js";
import { unseenMatch, wishOf } from "./planning.js";
import type { EraseAnswer, LookAnswer, LooseRecord, Match, Target } from "./ports.js";
import { refuseHeld } from "./holds.js";
import { find } from "./find.js";
import type { JournalEntry } from "./journal.js";
import { conclude, history, mayGoOn, NeedsAttention, NO_OUTCOME, notingRefusal, record, sleepUntil, stillMine, type Ending, type Run } from "./run.js";
import { confirmWorkspace } from "./session.js";
import { mayBeGone } from "./residuals.js";
import { nextStep, wasSeenAlive, type Step } from "./target-steps.js";

/**
 * Executes a confirmed plan, from where it stopped if it was begun before: make sure that the plan still fits the world, then for each
 * target announce, delete, read the answer, and look by id until it is gone. Only what is in the plan is touched.
 */
export async function runDeletion(run: Run): Promise<void> {
  await notingRefusal(run, () => refuseWhileAccessIsOpen(run));
  await conclude(
    run,
    async () => {
      await mayGoOn(run);
      const { plan } = await history(run);
      if (plan === undefined) throw new DsrError("PLAN_UNKNOWN");
      await confirmWorkspace(run.host, run.session);
      // What was begun is looked at whatever stands in the way of the rest.
      await settleBegun(run, plan);
      await confirmWorld(run, await history(run), plan);
      const laterLooksMs = await settleAll(run, plan);
      await followUp(run);
      return endingOf(await history(run), laterLooksMs);
    },
    (state) => state.targets.some(mayBeGone),
  );
}

/**
 * Ends a deletion that a human has cancelled and that nobody works on: what was announced and not settled is looked at once more, as far as the vendor
 * answers. Deletes nothing.
 */
export async function endCancelledDeletion(run: Run): Promise<void> {
  await conclude(
    run,
    async () => {
      const { plan } = await history(run);
      try {
        await confirmWorkspace(run.host, run.session);
        if (plan !== undefined) await settleAsSeen(run, plan);
      } catch (error) {
        if (!isDsrError(error) || NO_OUTCOME.has(error.code)) throw error;
      }
      return { outcome: "cancelled" };
    },
    (state) => state.targets.some(mayBeGone),
  );
}

/** Whether something was announced of which it is not known yet what became of it. */
export function isOpenDeletion({ targets }: Pick<RequestHistory, "targets">): boolean {
  return targets.some(isBegun);
}

/**
 * Accepts a human's confirmation of a plan.
 * @throws DsrError `CONFIRMATION_REFUSED`, `ACCESS_FIRST`, `PLAN_STALE`
 */
export async function confirmPlan(run: Run, code: string): Promise<void> {
  const state = await history(run);
  const { plan } = state;
  if (plan === undefined) throw new DsrError("PLAN_UNKNOWN");
  await notingRefusal(run, async () => {
    if (code !== plan.confirm) throw new DsrError("CONFIRMATION_REFUSED");
    if (state.confirmed) return;
    await refuseWhileAccessIsOpen(run);
    if (Date.parse(plan.expiresAt) <= run.host.clock.now() || isOfAnotherVersion(run, state) || isCarriedOut(state)) throw new DsrError("PLAN_STALE");
  });
  if (state.confirmed) return;
  const { operator } = run.request.context;
  await record(run, { kind: "confirmed", planId: plan.id, ...(operator === undefined ? {} : { operator }) });
}

/** A plan whose people came back has done what it could. */
function isCarriedOut({ targets }: RequestHistory): boolean {
  return targets.length > 0 && targets.every(({ settled }) => settled !== undefined);
}

/** What the person asked to see must be read before it is gone. */
async function refuseWhileAccessIsOpen(run: Run): Promise<void> {
  if ((await history(run)).targets.some((t) => t.attempts > 0)) return;
  const { subjectKey, connection } = run.request;
  const [open] = await run.host.journal.list({ connection, subjectKey, type: "access", open: true });
  if (open !== undefined) throw new DsrError("ACCESS_FIRST", { at: `request ${open.id}` });
}

/**
 * Compares the plan with what the vendor holds now. A record that was not planned makes the plan stale; one that the search no longer
 * shows is looked at by id, since a search lags and a changed address must not be deleted.
 */
async function confirmWorld(run: Run, state: RequestHistory, plan: DeletionPlan): Promise<void> {
  const untouched = state.targets.filter((t) => t.attempts === 0);
  if (untouched.length === 0) return;
  await refuseHeld(run, plan.others);
  if (isOfAnotherVersion(run, state)) throw new NeedsAttention("PLAN_STALE");
  const { matches, finding } = await find(run, plan.choices.extents);
  const found = new Set(matches.map((match) => match.id));
  const decided = new Set([...plan.targets, ...plan.kept].map(({ id }) => id));
  if (matches.some((match) => !decided.has(match.id))) throw new NeedsAttention("PLAN_STALE");
  const isSubject = ({ category }: Target) => category === run.session.manifest.subjectCategory;
  // Nobody knew, when the plan was approved, that it is about somebody who works for the account.
  if (finding.teammate === true && plan.choices.only === undefined && untouched.some(({ target }) => found.has(target.id))) throw new NeedsAttention("PLAN_STALE");
  for (const { target, looks } of untouched.filter((t) => isSubject(t.target))) {
    if (found.has(target.id) || wasNotShown(plan, target)) continue;
    const look = await run.session.executor.look(target);
    const alongside = plan.targets.some(({ id }) => id === look.into);
    const byHand = look.answer === "present" && isByHand(plan, target);
    if (look.answer !== "absent" && !alongside && !byHand) throw new NeedsAttention("PLAN_STALE");
    // It may be where the vendor shows nothing: then its absence proves nothing after the deletion, either.
    if (look.answer === "absent" && looks.at(-1)?.look.answer !== "absent") await record(run, { kind: "looked", target, look });
  }
  await confirmRelated(run, state, plan, { untouched: untouched.map(({ target }) => target).filter((target) => !isSubject(target)), matches, loose: finding.loose });
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
  const { targets, dependents = [], searched } = await executor.planDeletion(subjects, loose, await wishOf(run, plan.choices, valuesOf(plan.policies ?? []), { subjectIds: keptIds, keptIds }));
  if (targets.some((target) => !isAmong(plan.targets, target))) throw new NeedsAttention("PLAN_STALE");
  // Of one that the search shows the record itself may tell that it is somebody else's by now.
  if (matches.some(({ id }) => subjectIds.includes(id) && !targets.some((target) => target.id === id))) throw new NeedsAttention("PLAN_STALE");
  for (const target of untouched) {
    if (!isAmong(targets, target) && (await executor.look(target)).answer !== "absent") throw new NeedsAttention("PLAN_STALE");
  }
  const fresh = dependents.filter((each) => !state.dependents.some(({ target }) => isAmong([target], each)) && !isAmong(plan.targets, each));
  // That it was looked for is told, whatever was found.
  if (fresh.length > 0 || searched !== undefined) await record(run, { kind: "surveyed", dependents: fresh, ...(searched === undefined ? {} : { searched }) });
}

function isAmong(targets: readonly Target[], { category, id }: Target): boolean {
  return targets.some((target) => target.id === id && target.category === category);
}

/** Another version of the connector may find, and delete, something else than what was approved. */
function isOfAnotherVersion(run: Run, { finding }: RequestHistory): boolean {
  return finding?.connectorVersion !== run.session.manifest.version;
}

/** Goes round the targets until each is settled or has its next look later than a run waits; returns when those are due. */
async function settleAll(run: Run, plan: DeletionPlan): Promise<readonly number[]> {
  // Nobody else writes under this lease, so that the journal need not be read again after each step.
  for (let state = await history(run); ; ) {
    const steps = stepsFor(run, plan, state);
    const due = steps.find(({ step }) => step.do !== "nothing" && step.do !== "wait" && step.do !== "leave");
    if (due !== undefined) {
      // Who cancels wants nothing more to be deleted; what was deleted already is still looked at.
      if (due.step.do === "erase") await mayGoOn(run);
      else stillMine(run);
      for await (const entry of take(run, plan, due.t, due.step)) state = replayNext(state, entry);
      continue;
    }
    const waits = steps.flatMap(({ step }) => (step.do === "wait" ? [step.untilMs] : []));
    if (waits.length === 0) return steps.flatMap(({ step }) => (step.do === "leave" ? [step.untilMs] : []));
    await mayGoOn(run);
    await sleepUntil(run, Math.min(...waits));
  }
}

/** Takes the looks that are due at what was announced and not settled, and settles what they tell. */
async function settleBegun(run: Run, plan: DeletionPlan): Promise<void> {
  for (let state = await history(run); ; ) {
    const [due] = stepsFor(run, plan, state).filter(({ t, step }) => isBegun(t) && (step.do === "look" || step.do === "settle"));
    if (due === undefined) return;
    stillMine(run);
    for await (const entry of take(run, plan, due.t, due.step)) state = replayNext(state, entry);
  }
}

/** Looks once, now, at what was announced and not settled. What no answer tells of and can be seen is not deleted; what the vendor acknowledged may go yet. */
async function settleAsSeen(run: Run, plan: DeletionPlan): Promise<void> {
  for (const t of (await history(run)).targets.filter(isBegun)) {
    stillMine(run);
    const look = await lookAt(run, plan, t);
    await record(run, { kind: "looked", target: t.target, look });
    const isLost = t.answers.at(-1)?.attempt !== t.attempts;
    if (isLost && look.answer === "present") await record(run, { kind: "settled", target: t.target, outcome: "not_deleted" });
  }
  await settleBegun(run, plan);
}

function isBegun({ attempts, settled }: TargetHistory): boolean {
  return attempts > 0 && settled === undefined;
}

function stepsFor(run: Run, plan: DeletionPlan, { targets }: RequestHistory): readonly { readonly t: TargetHistory; readonly step: Step }[] {
  const input = { nowMs: run.host.clock.now(), timings: run.host.timings, waitForAllLooks: run.waitForAllLooks === true, outcomeOf: (id: string) => outcomeOf(targets, id) };
  return targets.map((t) => ({ t, step: nextStep(t, { ...input, seenAlive: !wasNotShown(plan, t.target) }) }));
}

/** Takes one step, and yields what it wrote down. */
async function* take(run: Run, plan: DeletionPlan, history: TargetHistory, step: Step): AsyncIterable<JournalEntry> {
  const { target, attempts } = history;
  if (step.do === "settle") yield await record(run, { kind: "settled", target, outcome: step.outcome });
  if (step.do === "look") yield await record(run, { kind: "looked", target, look: await lookAt(run, plan, history) });
  if (step.do === "give_up") throw new DsrError("OUTCOME_UNKNOWN");
  if (step.do !== "erase") return;
  await refuseHeld(run, plan.others);
  const attempt = attempts + 1;
  yield await record(run, { kind: "intent", target, attempt });
  let answer: EraseAnswer;
  try {
    answer = await run.session.executor.erase(target, valuesOf(plan.policies ?? []));
  } catch (error) {
    // The answer is lost: the next step reads the object instead of sending again.
    if (isDsrError(error, "OUTCOME_UNKNOWN")) return;
    if (isDsrError(error) && NOT_CARRIED_OUT.has(error.code)) await record(run, { kind: "declined", target, attempt, code: error.code });
    throw error;
  }
  yield await record(run, { kind: "answered", target, attempt, answer });
}

/**
 * A record of which the vendor never said that it is gone may be where its id does not show it, as one that somebody archived meanwhile: it is
 * looked for there as well. So may one that it did not show before it said so, whose absence is no news: that is told by one more deletion, and
 * looked for where the vendor says the same again.
 */
async function lookAt(run: Run, plan: DeletionPlan, history: TargetHistory): Promise<LookAnswer> {
  const { executor, manifest } = run.session;
  const { target, attempts, answers } = history;
  const look = await executor.look(target);
  if (look.answer !== "absent" || target.extent !== undefined || target.category !== manifest.subjectCategory) return look;
  const said = answers.findLast(({ attempt }) => attempt === attempts)?.answer.answer;
  const seenAlive = wasSeenAlive(history, { seenAlive: !wasNotShown(plan, target) });
  if (said === "absent" || (said === "deleted" && seenAlive)) return look;
  const unknown: LookAnswer = { ...look, answer: "unknown" };
  if (said === "deleted" && answers.filter(({ answer }) => answer.answer === said).length === 1) return unknown;
  const extents = manifest.lookupExtents ?? [];
  for (const { id: extent } of extents) {
    const hidden = await executor.look({ ...target, extent });
    if (hidden.answer !== "absent") return hidden;
  }
  return seenAlive || extents.length > 0 ? look : unknown;
}

/** A record that is merged itself settles no other one. */
function outcomeOf(targets: readonly TargetHistory[], id: string): TargetOutcome | "open" | undefined {
  const history = targets.find((t) => t.target.id === id);
  if (history === undefined || history.settled !== undefined) return history?.settled?.outcome;
  return isMerged(history) ? undefined : "open";
}

function isMerged({ looks }: TargetHistory): boolean {
  return looks.at(-1)?.look.answer === "merged";
}

function wasAcknowledged({ answers }: TargetHistory): boolean {
  return answers.some(({ answer }) => answer.answer === "deleted" || answer.answer === "accepted");
}

function isByHand({ choices }: DeletionPlan, target: Target): boolean {
  return choices.also?.some((choice) => choice.id === target.id) ?? false;
}

function wasNotShown(plan: DeletionPlan, target: Target): boolean {
  return isByHand(plan, target) && plan.warnings.some(({ code, id }) => code === "NOT_SEEN" && id === target.id);
}

function endingOf({ targets }: RequestHistory, laterLooksMs: readonly number[]): Ending {
  const outcomes = targets.map((t) => t.settled?.outcome);
  if (outcomes.every((outcome) => outcome === "deleted" || outcome === "already_absent")) return { outcome: "verified" };
  if (outcomes.includes(undefined)) {
    // What is open waits for a look of its own, or for that of the record that it became part of.
    return { outcome: "awaiting_verification", attention: { code: "AWAITING_VERIFICATION", resumeAt: new Date(Math.min(...laterLooksMs)).toISOString() } };
  }
  const lives = targets.filter((t) => t.settled?.outcome === "not_deleted");
  const code: ErrorCode = lives.every(isMerged) ? "PLAN_STALE" : lives.some(wasAcknowledged) ? "STILL_PRESENT" : "NOT_DELETED";
  return outcomes.some((outcome) => outcome !== "not_deleted") ? { outcome: "partial", attention: { code } } : { outcome: "needs_attention", attention: { code } };
}
