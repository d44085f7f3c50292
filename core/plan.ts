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
  readonly targets: readonly Target[];
  readonly kept: DeletionOutline["kept"];
  readonly unseen: DeletionOutline["unseen"];
  readonly warnings: DeletionOutline["warnings"];
  readonly estimate: { readonly calls: number; readonly seconds: number };
  readonly choices: PlanChoices;
}

/** What a human decided about a plan's people. Reasons are kept as evidence. */
export interface PlanChoices {
  /** Only these ids, of the matches. */
  readonly only?: readonly string[];
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
