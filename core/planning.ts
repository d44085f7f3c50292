import { canonicalJson } from "./canonical-json.js";
import { mayBeGone } from "./deletion.js";
import { DsrError } from "./errors.js";
import { refuseHeld } from "./holds.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { DeletionOutline, Match, Target } from "./ports.js";
import { find, type Found } from "./find.js";
import { conclude, history, mayGoOn, NeedsAttention, record, timestamp, type Run } from "./run.js";
import { confirmWorkspace } from "./session.js";

/**
 * Plans a deletion: looks the person up, applies the human's choices and records exactly what would go. Makes no mutating call.
 * @throws DsrError `CHOICE_INVALID`
 */
export async function planDeletion(run: Run, choices: PlanChoices): Promise<void> {
  const { targets } = await history(run);
  const carriedOut = targets.length > 0 && targets.every((each) => each.settled !== undefined && mayBeGone(each));
  await conclude(run, async () => {
    await mayGoOn(run);
    await record(run, { kind: "asked", choices });
    await refuseHeld(run);
    await confirmWorkspace(run.host, run.session);
    const { finding, matches, calls } = await find(run, choices.extents);
    const { loose = [], teammate = false } = finding;
    const chosen = await choose(run, matches, choices);
    // Who came back after a deletion and has gone again is as deleted as before.
    if (matches.length + chosen.length + loose.length === 0) return { outcome: carriedOut ? "verified" : "nothing_found" };
    if (isAmbiguous(chosen, choices, teammate)) throw new NeedsAttention("AMBIGUOUS_SUBJECT");
    const outline = markedByExtent(run, await run.session.executor.planDeletion(chosen, loose), chosen);
    if (outline.targets.length === 0) throw new NeedsAttention("NOTHING_TO_DELETE");
    const doubts = [...finding.gaps.map(() => ({ code: "LOOKUP_INCOMPLETE" })), ...chosen.flatMap(doubtAbout)];
    const plan = draw(run, { ...outline, warnings: [...doubts, ...outline.warnings] }, matches, choices, calls);
    await record(run, { kind: "planned", plan });
    return { outcome: "planned" };
  });
}

/** The matches that a human's choices leave, with those that were named by hand. */
async function choose(run: Run, matches: readonly Match[], choices: PlanChoices): Promise<readonly Chosen[]> {
  const known = new Set(matches.map((match) => match.id));
  const named = [...(choices.only ?? []), ...(choices.exclude ?? []).map((choice) => choice.id)];
  if (named.some((id) => !known.has(id))) throw new DsrError("CHOICE_INVALID", { at: "--only or --exclude", reason: "it names a record that was not found for this person" });
  const excluded = new Set((choices.exclude ?? []).map((choice) => choice.id));
  const kept = matches.filter((match) => !excluded.has(match.id) && (choices.only?.includes(match.id) ?? true));
  const also = await Promise.all([...new Set((choices.also ?? []).map(({ id }) => id))].filter((id) => !known.has(id)).map((id) => byHand(run, id)));
  if (matches.length > 0 && kept.length + also.length === 0) throw new DsrError("CHOICE_INVALID", { at: "--only or --exclude", reason: "it leaves nothing to delete" });
  return [...kept.map((match): Chosen => (choices.only === undefined ? match : { ...match, matchedBy: "chosen" })), ...also];
}

/** A match, and what is doubtful about one that only a human named. */
type Chosen = Match & { readonly doubt?: "ANOTHER_ADDRESS" | "NOT_SEEN" };

/** A record that the vendor does not show may be archived: it is planned all the same, and its deletion will tell. */
async function byHand(run: Run, id: string): Promise<Chosen> {
  const match = await run.session.lookup.findById(id, await run.host.journal.identifiers(run.request.id));
  if (match === undefined) return { id, kind: "unknown", matchedBy: "chosen", primary: false, holds: {}, doubt: "NOT_SEEN" };
  return match.matchedBy === "chosen" ? { ...match, doubt: "ANOTHER_ADDRESS" } : { ...match, matchedBy: "chosen" };
}

function doubtAbout({ id, doubt }: Chosen): readonly { readonly code: string; readonly id: string }[] {
  return doubt === undefined ? [] : [{ code: doubt, id }];
}

/** Several people of one address, or one who works for the account: a mistake would be grave, and only a human can tell. */
function isAmbiguous(chosen: readonly Match[], choices: PlanChoices, teammate: boolean): boolean {
  if (choices.only !== undefined) return false;
  const found = chosen.filter((match) => match.matchedBy !== "chosen");
  return found.filter((match) => match.primary).length > 1 || (teammate && found.length > 0);
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

function draw(run: Run, outline: DeletionOutline, matches: readonly Match[], choices: PlanChoices, took: Found["calls"]): DeletionPlan {
  const { host, session, request } = run;
  const targeted = new Set(outline.targets.map((target) => target.id));
  const spared = matches
    .filter((match) => !targeted.has(match.id))
    .map(({ id }) => ({ category: session.manifest.subjectCategory, id, reason: choices.exclude?.find((choice) => choice.id === id)?.reason ?? "not chosen" }));
  const kept = [...spared, ...outline.kept];
  const hash = host.digest.sha256(
    canonicalJson({
      connection: session.connection.name,
      workspace: session.connection.workspace.id,
      connector: session.manifest.id,
      connectorVersion: session.manifest.version,
      subject: request.subjectKey,
      verified: request.context.verified,
      targets: outline.targets,
      kept,
      choices,
    }),
  );
  // A look for each deletion, and the search that makes sure the plan still holds; what an extent shows is looked at there as a whole.
  const hidden = outline.targets.filter(({ extent }) => extent !== undefined).length;
  const calls = Math.max(1, took.search) + took.extents * (1 + hidden) + 2 * outline.targets.length;
  const { requests, windowMs } = session.manifest.rateLimit;
  return {
    id: `${request.id}-${hash.slice(0, 6)}`,
    confirm: confirmCode(outline, hash),
    hash,
    expiresAt: new Date(Date.parse(timestamp(host)) + host.timings.planTtlMs).toISOString(),
    targets: outline.targets,
    kept,
    unseen: outline.unseen,
    warnings: outline.warnings,
    estimate: { calls, seconds: Math.max(1, Math.ceil((calls * windowMs) / ((session.connection.rate ?? requests) * 1000))) },
    choices,
  };
}

/** For example `delete-2-4f91ac07`: how many, and which plan. Typed by a human, so short. */
function confirmCode(outline: DeletionOutline, hash: string): string {
  return `delete-${outline.targets.length}-${hash.slice(0, 8)}`;
}
