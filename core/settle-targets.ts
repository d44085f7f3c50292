import { DsrError, isDsrError, NOT_CARRIED_OUT } from "./errors.js";
import { isOffered } from "./capability.js";
import { confirmStillTheirs, type Asked } from "./confirm-world.js";
import { valuesOf } from "./erasure.js";
import { refuseHeld } from "./holds.js";
import type { TargetOutcome } from "./outcome.js";
import { isAmong, wasNotShown, type DeletionPlan } from "./plan.js";
import type { EraseAnswer, LookAnswer, Target } from "./ports.js";
import { everyTarget, isGone, type RequestHistory, type TargetHistory } from "./request-history.js";
import { history, mayGoOn, NeedsAttention, record, sleepUntil, stillMine, type Run } from "./run.js";
import { isBegun, isMerged, nextStep, outcomeOfAbsent, wasSeenAlive, type Step } from "./target-steps.js";
import { noteGranted } from "./withdrawn.js";

/**
 * Goes round the targets until each is settled or has its next look later than a run waits; returns when those are due. `asked` tells whose they are. Where
 * nothing may be deleted (any more), what was deleted is looked at all the same, and `UNSUPPORTED_REQUEST` says so of the rest.
 * @throws DsrError `OUTCOME_UNKNOWN` where the vendor answered no deletion of one of them, once nothing else is left to do
 */
export async function settleAll(run: Run, plan: DeletionPlan, asked?: Asked, mayErase = true): Promise<readonly number[]> {
  /** Since when the next deletion is held back. */
  let heldSinceMs: number | undefined;
  const isStuck = isLongStuck(run, await history(run));
  for (;;) {
    const steps = stepsFor(run, plan, await history(run));
    const gaveUp = steps.filter(({ step }) => step.do === "give_up");
    // What hangs on the subject's own records goes first, and is seen to be gone, as long as there is hope that it goes at all, and a run waits for its looks.
    const isOwn = ({ target }: TargetHistory): boolean => target.category === run.session.manifest.subjectCategory;
    const isLater = steps.some(({ t, step }) => !isOwn(t) && (step.do === "wait" || (step.do === "give_up" && !isStuck)));
    const isToErase = steps.some(({ step }) => step.do === "erase");
    const erases = mayErase && isToErase && (await isOffered(run));
    const due = steps.find(({ t, step }) => step.do === "look" || step.do === "settle" || (erases && step.do === "erase" && !(isLater && isOwn(t))));
    if (due !== undefined) {
      stillMine(run);
      if (due.step.do === "erase") await confirmStillTheirs(run, plan, due.t, asked);
      // Who cancels wants nothing more to be deleted; what was deleted already is still looked at.
      if (due.step.do === "erase") await mayGoOn(run);
      if (due.step.do === "erase" && !(await isOffered(run))) continue;
      const beganAtMs = run.host.clock.now();
      try {
        await take(run, plan, due.t, due.step);
        if (due.step.do === "erase") heldSinceMs = undefined;
      } catch (error) {
        heldSinceMs ??= beganAtMs;
        await waitOut(run, due.step, error, heldSinceMs);
      }
      continue;
    }
    const waits = steps.flatMap(({ step }) => (step.do === "wait" ? [step.untilMs] : []));
    if (waits.length === 0 && gaveUp.length > 0) throw new DsrError("OUTCOME_UNKNOWN");
    const laterLooksMs = steps.flatMap(({ step }) => (step.do === "leave" ? [step.untilMs] : []));
    if (waits.length + laterLooksMs.length === 0 && isToErase && !erases) throw new NeedsAttention("UNSUPPORTED_REQUEST");
    if (waits.length === 0) return laterLooksMs;
    await mayGoOn(run);
    await sleepUntil(run, Math.min(...waits));
  }
}

/**
 * A deletion that could not be sent for so long that it may not be wanted any more, or not be about whom it was, is come to anew after the wait: as if it had never been
 * announced. @throws what is no such wait, or one for longer than a run waits
 */
async function waitOut(run: Run, step: Step, error: unknown, sinceMs: number): Promise<void> {
  const retryAfterMs = step.do === "erase" && isDsrError(error, "RATE_LIMITED") ? error.facts.retryAfterMs : undefined;
  const untilMs = run.host.clock.now() + Math.max(SHORTEST_WAIT_MS, retryAfterMs ?? 0);
  if (retryAfterMs === undefined || untilMs - sinceMs > run.host.timings.parkMs) throw error;
  await sleepUntil(run, untilMs);
}

const SHORTEST_WAIT_MS = 1000;

/** For so long that a human is told. */
function isLongStuck({ host: { clock, timings } }: Run, { stuckSince }: RequestHistory): boolean {
  return stuckSince !== undefined && clock.now() - Date.parse(stuckSince) >= timings.unreachableAfterMs;
}

/** Takes the looks that are due at what was announced and not settled, and settles what they tell. */
export async function settleBegun(run: Run, plan: DeletionPlan, mayErase = true): Promise<void> {
  for (;;) {
    const due = stepsFor(run, plan, await history(run), mayErase).find(({ t, step }) => isBegun(t) && (step.do === "look" || step.do === "settle"));
    if (due === undefined) return;
    stillMine(run);
    await take(run, plan, due.t, due.step);
  }
}

/**
 * Settles what was announced without deleting anything more: it is looked at when that is due, as often as if the deletion went on, since what the vendor
 * acknowledged, or no answer tells of, may go yet. Returns when what is open then is looked at next.
 */
export async function settleAsSeen(run: Run, plan: DeletionPlan): Promise<readonly number[]> {
  await settleBegun(run, plan, false);
  const open = stepsFor(run, plan, await history(run), false).filter(({ t }) => isBegun(t));
  return open.flatMap(({ step }) => (step.do === "wait" || step.do === "leave" ? [step.untilMs] : []));
}

function stepsFor(run: Run, plan: DeletionPlan, { targets }: RequestHistory, mayErase = true): readonly { readonly t: TargetHistory; readonly step: Step }[] {
  const input = { nowMs: run.host.clock.now(), timings: run.host.timings, waitForAllLooks: run.waitForAllLooks === true, outcomeOf: (id: string) => outcomeOf(targets, id) };
  const planned = new Set(plan.targets.map(keyOf));
  return targets.map((t) => ({ t, step: nextStep(t, { ...input, seenAlive: wasShown(plan, t), mayErase: mayErase && planned.has(keyOf(t.target)) }) }));
}

/** When it was planned. */
function wasShown(plan: DeletionPlan, { target, notShown }: TargetHistory): boolean {
  return notShown !== true && !wasNotShown(plan, target);
}

function keyOf({ category, id }: Target): string {
  return `${category} ${id}`;
}

/** Takes one step, and writes down what came of it. */
async function take(run: Run, plan: DeletionPlan, history: TargetHistory, step: Step): Promise<void> {
  const { target, attempts } = history;
  if (step.do === "settle") await record(run, { kind: "settled", target, outcome: step.outcome });
  if (step.do === "look") await record(run, { kind: "looked", target, look: await lookAt(run, plan, history) });
  if (step.do !== "erase") return;
  await refuseHeld(run, plan.others);
  const attempt = attempts + 1;
  await record(run, { kind: "intent", target, attempt });
  let answer: EraseAnswer;
  try {
    answer = await run.session.executor.erase(target, valuesOf(plan.policies ?? []));
  } catch (error) {
    // The answer is lost: the next step reads the object instead of sending again.
    if (isDsrError(error, "OUTCOME_UNKNOWN")) return;
    if (isDsrError(error) && NOT_CARRIED_OUT.has(error.code)) await record(run, { kind: "declined", target, attempt, code: error.code });
    throw error;
  }
  await record(run, { kind: "answered", target, attempt, answer });
  if (answer.answer !== "absent") await noteGranted(run.host, run.session, target);
}

/**
 * A record of which the vendor never said that it is gone may be where its id does not show it, as one that somebody archived meanwhile: it is
 * looked for there as well. So may one that it did not show before it said so, whose absence is no news: that is told by one more deletion, and
 * looked for where the vendor says the same again.
 */
export async function lookAt(run: Run, plan: DeletionPlan, history: TargetHistory): Promise<LookAnswer> {
  const { executor, manifest } = run.session;
  const { target, attempts, answers } = history;
  const look = await executor.look(target);
  if (look.answer !== "absent" || target.extent !== undefined || target.category !== manifest.subjectCategory) return look;
  const said = answers.findLast(({ attempt }) => attempt === attempts)?.answer.answer;
  const seenAlive = wasSeenAlive(history, { seenAlive: wasShown(plan, history) });
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

/** What became part of a record that is gone is gone with it. */
export function isThere(state: RequestHistory, { answer, into }: LookAnswer): boolean {
  if (answer === "merged") return !everyTarget(state).some((each) => each.target.id === into && isGone(each));
  return answer !== "absent";
}

/**
 * Looks, once all that the plan is about is settled, at what it is not about and an earlier one did not see to go. That may have gone since, by other hands or with what was deleted; or it is
 * where neither the search nor its id shows it. What only hung on the subject's records is looked at with all else that did.
 */
export async function lookAtRest(run: Run, plan: DeletionPlan): Promise<void> {
  const { targets } = await history(run);
  const isRest = (each: TargetHistory): boolean => !isAmong(plan.targets, each.target) && !isBegun(each) && !isGone(each);
  if (targets.some((each) => each.settled === undefined && !isRest(each))) return;
  for (const each of targets.filter(isRest)) {
    const { target, attempts, settled } = each;
    if (settled !== undefined && target.category !== run.session.manifest.subjectCategory) continue;
    stillMine(run);
    const look = await lookAt(run, plan, each);
    await record(run, { kind: "looked", target, look });
    if (!isThere(await history(run), look)) await record(run, { kind: "settled", target, outcome: attempts > 0 ? "deleted" : outcomeOfAbsent(each) });
    else if (settled === undefined) await record(run, { kind: "settled", target, outcome: "not_deleted" });
  }
}

/** A record that is merged itself settles no other one. */
function outcomeOf(targets: readonly TargetHistory[], id: string): TargetOutcome | "open" | undefined {
  const history = targets.find((t) => t.target.id === id);
  if (history === undefined || history.settled !== undefined) return history?.settled?.outcome;
  return isMerged(history) ? undefined : "open";
}
