import { valuesOf } from "./erasure.js";
import { isDsrError } from "./errors.js";
import { replayNext } from "./replay.js";
import { everyTarget, isGone, type DependentHistory, type RequestHistory, type TargetHistory } from "./request-history.js";
import { NO_OUTCOME, history, record, sleepUntil, stillMine, type Run } from "./run.js";

/**
 * Looks after everything that hung on the subject's records, once those are settled: each by its id, and then in the vendor's own record of
 * what was deleted. So it does, in each run, after targets that the vendor declined to delete. Changes nothing.
 */
export async function followUp(run: Run): Promise<void> {
  const state = await history(run);
  if (state.targets.some(({ settled }) => settled === undefined) || !everyTarget(state).some(isGone)) return;
  await prove(run, await lookAtDependents(run, state));
}

/** Once each; a run that stays for all looks goes on with what the vendor removes by itself, as it may take its time. */
async function lookAtDependents(run: Run, from: RequestHistory): Promise<RequestHistory> {
  const { looksMs } = run.host.timings;
  const most = (each: DependentHistory) => (run.waitForAllLooks === true && goesAlong(run, from, each) ? looksMs.length : 1);
  const left = from.targets.filter((each) => isLeft(run, from, each));
  for (let state = from; ; ) {
    const nowMs = run.host.clock.now();
    const open = [...state.dependents, ...lookedAtSince(left, state)].filter((each) => each.looks.length < most(each) && each.looks.at(-1)?.look.answer !== "absent");
    const [next] = open.map((each) => ({ each, dueMs: dueAt(each, looksMs, nowMs) })).sort((a, b) => a.dueMs - b.dueMs);
    if (next === undefined) return state;
    stillMine(run);
    if (next.dueMs > nowMs) await sleepUntil(run, next.dueMs);
    const { target } = next.each;
    const look = await run.session.executor.look(target);
    state = replayNext(state, await record(run, { kind: "looked", target, look }));
    if (look.answer === "absent" && left.some((each) => each.target === target)) state = replayNext(state, await record(run, { kind: "settled", target, outcome: "deleted" }));
  }
}

/** What the vendor would not delete by itself, and was seen to be there still, may have gone along with a record of the subject's since. */
function isLeft({ session: { manifest } }: Run, history: RequestHistory, { target, settled, looks }: TargetHistory): boolean {
  const isSubject = ({ category }: TargetHistory["target"]): boolean => category === manifest.subjectCategory;
  return settled?.outcome === "not_deleted" && looks.length > 0 && !isSubject(target) && everyTarget(history).some((each) => isSubject(each.target) && isGone(each));
}

/** What was seen of it before tells nothing of that. */
function lookedAtSince(left: readonly TargetHistory[], { targets }: RequestHistory): readonly DependentHistory[] {
  return targets.flatMap(({ target, looks }) => left.filter((each) => each.target === target).map((before) => ({ target, looks: looks.slice(before.looks.length) })));
}

function goesAlong({ session }: Run, { plan }: RequestHistory, { target }: DependentHistory): boolean {
  if (plan?.kept.some(({ category, id }) => category === target.category && id === target.id) === true) return false;
  return session.manifest.dataCategories.some(({ deletion }) => deletion.related?.target === target.category && deletion.how === "with_subject");
}

/** The first look at once, each later one as long after it as the timings say; at once, too, where the clock was set back. */
function dueAt({ looks }: DependentHistory, looksMs: readonly number[], nowMs: number): number {
  const firstMs = looks[0] === undefined ? nowMs : Date.parse(looks[0].at);
  return firstMs > nowMs ? nowMs : firstMs + (looksMs[looks.length] ?? 0) - (looksMs[0] ?? 0);
}

/** A vendor's record that cannot be read takes nothing away from what was seen. */
async function prove(run: Run, state: RequestHistory): Promise<void> {
  const { executor, manifest } = run.session;
  const gone = [...everyTarget(state).filter(isGone), ...state.dependents.filter(({ looks }) => looks.at(-1)?.look.answer === "absent")]
    .map(({ target }) => target)
    .filter(({ category, id }) => category !== manifest.subjectCategory && !state.proofs.some((proof) => proof.category === category && proof.id === id));
  if (gone.length === 0 || executor.prove === undefined) return;
  try {
    const proofs = await executor.prove(gone, valuesOf(state.plan?.policies ?? []));
    if (proofs.length > 0) await record(run, { kind: "proved", proofs });
  } catch (error) {
    if (!isDsrError(error) || NO_OUTCOME.has(error.code)) throw error;
    await record(run, { kind: "proved", proofs: [], code: error.code });
  }
}
