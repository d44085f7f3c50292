import type { ChosenPolicy, Erase } from "./erasure.js";
import type { DeletionOutline, Target } from "./ports.js";

/** The dry run of a deletion: exactly what would go, what would stay, what was not seen. Bound by hash to what a human approves. */
export interface DeletionPlan {
  /** The request's id, and the beginning of the hash. */
  readonly id: string;
  /** What the human types to approve; made from the plan's counts and hash. */
  readonly confirm: string;
  readonly hash: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** How the host decided each of the manifest's policies. Left out in plans of versions that had none, as the two below. */
  readonly policies?: readonly ChosenPolicy[];
  /** In the order in which they go: what is related before the subject's own records. */
  readonly targets: readonly Target[];
  /** What hangs on the subject's records and is no target: looked at by its id once those are gone. */
  readonly dependents?: readonly Target[];
  /** Codes of what stays in the world when the plan is carried out. */
  readonly residuals?: readonly string[];
  readonly kept: DeletionOutline["kept"];
  readonly unseen: DeletionOutline["unseen"];
  readonly warnings: DeletionOutline["warnings"];
  readonly estimate: { readonly calls: number; readonly seconds: number };
  readonly choices: PlanChoices;
  /** Keyed digests of other people whose records are among the targets, because a human named them: their holds count as the subject's does. */
  readonly others?: readonly string[];
}

/** What a human decided about a plan's people. Reasons are kept as evidence. */
export interface PlanChoices {
  /** The subject's own records alone when left out. */
  readonly erase?: Erase;
  /** Only these ids, of the matches, or of what belongs to none of them. */
  readonly only?: readonly string[];
  /** Matches, and records related to them, that are to stay. */
  readonly exclude?: readonly Choice[];
  /** Ids that the search did not find. */
  readonly also?: readonly Choice[];
  /** Where to look beyond the vendor's search, by the manifest's `lookupExtents`. */
  readonly extents?: readonly string[];
}

export interface Choice {
  readonly id: string;
  readonly reason: string;
}

/** Why a record stays that a human did not name among those that go. */
export const NOT_CHOSEN = "not chosen";

/** Whether one of them is the same record. */
export function isAmong(targets: readonly Target[], { category, id }: Target): boolean {
  return targets.some((target) => target.id === id && target.category === category);
}

/** Whether a human named it. */
export function isByHand({ choices }: DeletionPlan, target: Target): boolean {
  return choices.also?.some((choice) => choice.id === target.id) ?? false;
}

/** Whether the vendor did not show what a human named. */
export function wasNotShown(plan: DeletionPlan, target: Target): boolean {
  return isByHand(plan, target) && plan.warnings.some(({ code, id }) => code === "NOT_SEEN" && id === target.id);
}

/** Whether the same places are looked in, in whatever order they were named. */
export function sameExtents(some: readonly string[] = [], others: readonly string[] = []): boolean {
  return some.every((extent) => others.includes(extent)) && others.every((extent) => some.includes(extent));
}
