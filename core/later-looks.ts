import { isDsrError } from "./errors.js";
import { lookUp } from "./find.js";
import type { Finding, Followed, Shown } from "./journal.js";
import type { LookAnswer, LooseRecord, Match } from "./ports.js";
import { everyTarget, type RequestHistory } from "./request-history.js";
import { residualsOf } from "./residuals.js";
import { history, record, stillMine, type Run } from "./run.js";
import { confirmAccount } from "./confirm-account.js";
import { isBack, leftBehind } from "./upkeep.js";

/**
 * Looks for a person whose deletion was verified: by the address, as when the plan was made, and then at each record that the search shows by
 * its id, since an index goes on showing what is gone. So it is with what carries the address without any record of the person's. Who is back needs a human; nothing is deleted.
 * @throws DsrError whatever kept it from looking: it is due as before
 */
export async function lookAgain(run: Run, dueAt: string): Promise<void> {
  const before = await history(run);
  if (!before.laterLooks.some(isBack)) await record(run, { kind: "looked_again", ...(await seen(run, before, dueAt)) });
  const after = await history(run);
  if (!after.laterLooks.some(isBack)) return;
  const residuals = [...new Set(residualsOf(run.session.manifest, after, true, false).map(({ code }) => code))];
  await record(run, { kind: "ended", outcome: "needs_attention", attention: { code: "REAPPEARED" }, residuals });
}

type Seen = Pick<Finding, "searched" | "gaps"> & { readonly shown: readonly Shown[]; readonly followed?: readonly Followed[]; readonly besides?: true };

async function seen(run: Run, before: RequestHistory, dueAt: string): Promise<Seen> {
  try {
    await confirmAccount(run);
    return await lookFor(run, before);
  } catch (error) {
    await noteFailure(run, error, dueAt).catch(() => undefined);
    throw error;
  }
}

/** Told once as long as nothing is sent; calls that were made are counted all the same. */
async function noteFailure(run: Run, error: unknown, dueAt: string): Promise<void> {
  const last = (await run.host.journal.entries(run.request.id)).at(-1);
  const code = isDsrError(error) && error.code !== "INTERRUPTED" ? error.code : undefined;
  const isNews = run.session.apiCalls() > 0 || last?.kind !== "look_failed" || last.code !== code;
  if (isNews) await record(run, code === undefined ? { kind: "calls" } : { kind: "look_failed", dueAt, code });
}

async function lookFor(run: Run, before: RequestHistory): Promise<Seen> {
  // Where nobody was found any more, no plan was made of what was asked for last.
  const { results, matches } = await lookUp(run, before.choices.extents ?? before.plan?.choices.extents);
  const shown: Shown[] = [];
  const loose = results.flatMap((result) => result.loose ?? []);
  for (const match of matches) {
    if (isLeftOnPurpose(before, match.id)) continue;
    stillMine(run);
    const { id, extent } = match;
    const look = await run.session.executor.look({ category: run.session.manifest.subjectCategory, id, ...(extent === undefined ? {} : { extent }) });
    if (!isAccountedFor(before, look)) shown.push(toShown(match, look));
  }
  for (const record of loose) {
    if (!isKnown(before, record, matches)) shown.push(await lookAt(run, record));
  }
  const followed = await followAgain(run, before);
  return { searched: results.flatMap((result) => result.searched), gaps: results.flatMap((result) => result.gaps), shown, ...(followed.length === 0 ? {} : { followed }), ...([...matches, ...loose].some(({ id }) => wasLeftBefore(before, id)) ? { besides: true } : {}) };
}

/** What carries the person's address and hangs on none of their records is read by its id, too, where it is of a kind that can be deleted. */
async function lookAt(run: Run, { category, id }: LooseRecord): Promise<Shown> {
  const target = run.session.manifest.dataCategories.find((each) => each.id === category)?.deletion.related?.target;
  if (target === undefined) return { id, kind: category, answer: "unknown" };
  stillMine(run);
  return toShown({ id, kind: category }, await run.session.executor.look({ category: target, id }));
}

/** What was there when the deletion was planned, and no target of it, was to stay, or is followed by itself; what was not looked for then is no news. */
function isKnown(before: RequestHistory, { category, id, hangsOn = [] }: LooseRecord, matches: readonly Match[]): boolean {
  const { finding, plan, keptBefore, dependents } = before;
  if (finding?.covered?.includes(category) === false || matches.some((match) => hangsOn.includes(match.id))) return true;
  if (everyTarget(before).some(({ target }) => target.id === id)) return false;
  const known = [...(finding?.loose ?? []), ...(plan?.kept ?? []), ...keptBefore, ...dependents.map(({ target }) => target)];
  return known.some((each) => each.id === id || (each.id !== undefined && hangsOn.includes(each.id)));
}

/** What hung on the person's records and was still there may have gone by now: the vendor takes its time. */
async function followAgain(run: Run, before: RequestHistory): Promise<readonly Followed[]> {
  const followed: Followed[] = [];
  for (const { target } of leftBehind(before)) {
    stillMine(run);
    try {
      followed.push({ target, look: await run.session.executor.look(target) });
    } catch (error) {
      // A permission that was taken away since is no reason not to have looked for the person.
      if (!isDsrError(error, "SCOPE_MISSING") && !isDsrError(error, "ROLE_INSUFFICIENT")) throw error;
    }
  }
  return followed;
}

/** What a human decided to keep has not come back: it never went. */
function isLeftOnPurpose(before: RequestHistory, id: string): boolean {
  return before.plan?.kept.some((kept) => kept.id === id) === true || wasLeftBefore(before, id);
}

/** By an earlier plan. An index may have shown it to no later one. */
function wasLeftBefore(before: RequestHistory, id: string): boolean {
  return before.keptBefore.some((kept) => kept.id === id) && !everyTarget(before).some(({ target }) => target.id === id);
}

/** A record that is part of one that was kept, or that is gone itself, is nobody's return. */
function isAccountedFor(before: RequestHistory, { into }: LookAnswer): boolean {
  return into !== undefined && (isLeftOnPurpose(before, into) || everyTarget(before).some(({ target }) => target.id === into));
}

function toShown({ id, kind }: Pick<Shown, "id" | "kind">, { answer }: LookAnswer): Shown {
  return { id, kind, answer };
}
