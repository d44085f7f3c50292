import { canonicalJson } from "./canonical-json.js";
import { valuesOf, type ChosenPolicy } from "./erasure.js";
import { FRESH_MS } from "./freshness.js";
import { NOT_CHOSEN, type DeletionPlan, type PlanChoices } from "./plan.js";
import type { DeletionOutline, Match } from "./ports.js";
import type { TargetHistory } from "./request-history.js";
import { timestamp, type Run } from "./run.js";

export interface Drawing {
  readonly outline: DeletionOutline;
  /** What is doubtful about whom the plan is about. */
  readonly doubts: DeletionOutline["warnings"];
  readonly matches: readonly Match[];
  readonly choices: PlanChoices;
  readonly policies: readonly ChosenPolicy[];
  /** Keyed digests of other people whose records are among the targets. */
  readonly others: readonly string[];
  /** What earlier plans of the request deleted. */
  readonly gone: readonly TargetHistory[];
  /** Calls that finding the person took, in the search and beyond, and finding what hangs on the records: they are made again before anything is deleted. */
  readonly took: { readonly search: number; readonly extents: number; readonly survey: number };
}

/** The plan as a human approves it: bound by its hash to everything that decides what goes. */
export function drawPlan(run: Run, drawing: Drawing): DeletionPlan {
  const { host, session, request } = run;
  const { outline, doubts, choices, policies, others, gone } = drawing;
  const { targets, dependents = [], unseen, residuals } = outline;
  const kept = [...spared(run, drawing), ...outline.kept];
  const hash = host.digest.sha256(
    canonicalJson({
      connection: session.connection.name,
      workspace: session.connection.workspace.id,
      connector: session.manifest.id,
      connectorVersion: session.manifest.version,
      subject: request.subjectKey,
      verified: request.context.verified,
      targets,
      dependents,
      kept,
      choices,
      policies: valuesOf(policies),
      // What is planned once more after it was carried out is not what was confirmed then.
      ...(gone.length === 0 ? {} : { gone: gone.map(({ target, settled }) => ({ ...target, at: settled?.at })) }),
    }),
  );
  const calls = callsFor(run, drawing);
  const { requests, windowMs } = session.manifest.rateLimit;
  return {
    id: `${request.id}-${hash.slice(0, 6)}`,
    confirm: confirmCode(outline, hash),
    hash,
    expiresAt: new Date(Date.parse(timestamp(host)) + host.timings.planTtlMs).toISOString(),
    policies,
    targets,
    dependents,
    ...(residuals === undefined ? {} : { residuals }),
    kept,
    unseen,
    warnings: [...doubts, ...outline.warnings],
    estimate: { calls, seconds: Math.max(1, Math.ceil((calls * windowMs) / ((session.connection.rate ?? requests) * 1000))) },
    choices,
    ...(others.length === 0 ? {} : { others }),
  };
}

/** Matches that a human's choices left out. Of those that the connector did, it gave the reason. */
function spared({ session }: Run, { outline, matches, choices }: Drawing): DeletionPlan["kept"] {
  const category = session.manifest.subjectCategory;
  const told = new Set([...outline.targets, ...outline.kept].flatMap((each) => (each.category === category && each.id !== undefined ? [each.id] : [])));
  return matches
    .filter((match) => !told.has(match.id))
    .map(({ id }) => ({ category, id, reason: choices.exclude?.find((choice) => choice.id === id)?.reason ?? NOT_CHOSEN }));
}

/**
 * A look for each deletion, the searches that make sure the plan still holds, a look at what hangs on the records, and the vendor's own list of
 * what was deleted. What an extent shows is looked at there as a whole. What a human named is looked at before, too, and whose it is; what the
 * vendor does not show is asked for, deleted and looked at once more.
 */
function callsFor(run: Run, drawing: Drawing): number {
  const { outline: { targets, dependents = [] }, doubts, matches, took } = drawing;
  const { manifest, executor } = run.session;
  const hidden = targets.filter(({ extent }) => extent !== undefined).length;
  const byHand = targets.filter(({ category, id }) => category === manifest.subjectCategory && !matches.some((match) => match.id === id)).length;
  const notShown = doubts.filter(({ code }) => code === "NOT_SEEN").length;
  const related = dependents.length > 0 || targets.some(({ category }) => category !== manifest.subjectCategory);
  const proof = related && executor.prove !== undefined ? 1 : 0;
  const calls = Math.max(1, took.search) + took.extents * (1 + hidden) + took.survey + 2 * targets.length + 2 * (byHand + notShown) + dependents.length + proof;
  return calls + confirmations(run, drawing, calls);
}

/** What is deleted later than it stays fresh, where the limit is all that there is to wait for. */
function confirmations({ session: { manifest, connection } }: Run, { outline: { targets, confirmed = { targets: 0, afterMs: FRESH_MS } } }: Drawing, calls: number): number {
  const { requests, windowMs } = manifest.rateLimit;
  const fresh = Math.max(1, Math.floor(confirmed.afterMs / windowMs)) * (connection.rate ?? requests);
  const own = targets.filter(({ category }) => category === manifest.subjectCategory).length;
  // What is asked anew however fresh it is takes its call in any case.
  const always = confirmed.afterMs === 0 ? confirmed.targets : 0;
  return always + Math.min(confirmed.targets - always + own, Math.max(0, Math.ceil((calls - fresh) / 2)));
}

/** For example `delete-2-4f91ac07`: how many, and which plan. Typed by a human, so short. */
function confirmCode(outline: DeletionOutline, hash: string): string {
  return `delete-${outline.targets.length}-${hash.slice(0, 8)}`;
}
