import type { ErrorCode } from "./errors.js";
import type { PackageReceipt, PackageRemoval } from "./host-ports.js";
import type { Finding, Shown } from "./journal.js";
import type { Attention, Gap, NotCovered, RequestOutcome, Searched, TargetOutcome } from "./outcome.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { DeletionProof, EraseAnswer, LookAnswer, Target } from "./ports.js";

/** Where a request stands, worked out from its journal and from nothing else. */
export interface RequestHistory {
  /** The account in which the person was first looked for: the request is about that one, and no other, wherever its connection leads later. */
  readonly workspace: string | undefined;
  readonly finding: Finding | undefined;
  readonly pages: number;
  /** When the last of them was read (ISO 8601). */
  readonly lastPageAt: string | undefined;
  readonly checkpoint: string | undefined;
  readonly counts: Readonly<Record<string, number>>;
  /** How many records there are to read, as far as the vendor has told. */
  readonly announced: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
  /** Searches beyond the finding's own, for what hangs on the matches: each place and kind of key once. */
  readonly searched: readonly Searched[];
  /** Categories that turned out not to be readable while they were read. */
  readonly unreadable: readonly NotCovered[];
  /** Matches that turned out to be somebody else's when they were read. */
  readonly strangers: readonly string[];
  readonly receipt: PackageReceipt | undefined;
  readonly choices: PlanChoices;
  /** Where the package is to go, as last asked. */
  readonly directory: string | undefined;
  /** Every folder that was asked for, the last one too. */
  readonly directories: readonly string[];
  /** Whose public key the package is sealed for, as last asked. */
  readonly recipient: string | undefined;
  readonly plan: DeletionPlan | undefined;
  /** A plan was asked for and is not made yet, whether or not there is an earlier one. */
  readonly planning: boolean;
  readonly confirmed: boolean;
  /** When the confirmation of its plan, or of an earlier one, was last taken back: none that was given before holds any more. */
  readonly withdrawnAt: string | undefined;
  readonly targets: readonly TargetHistory[];
  /** What went of plans that a later one replaced. */
  readonly earlier: readonly TargetHistory[];
  /** What those plans said that they leave, of each that something was begun of: residual codes; undefined stands for all that the connector always leaves. */
  readonly leftBefore: readonly (readonly string[] | undefined)[];
  /** What those plans kept, of each that something was announced of. */
  readonly keptBefore: readonly Target[];
  /** What hangs on the subject's records without being a target, as planned and as found since. */
  readonly dependents: readonly DependentHistory[];
  readonly proofs: readonly DeletionProof[];
  /** Of the plan until it is confirmed, of its execution afterwards. */
  readonly apiCalls: number;
  readonly ended: { readonly at: string; readonly outcome: RequestOutcome; readonly attention?: Attention } | undefined;
  /** Since when (ISO 8601) it has been parked again and again without any progress in between. */
  readonly stuckSince: string | undefined;
  /** What was seen of the person after the plan was carried out, and what should have been and was not. */
  readonly laterLooks: readonly LaterLook[];
  /** What became of the package when its time was over. */
  readonly removed: { readonly at: string; readonly removal: PackageRemoval } | undefined;
  /** When everything that named the person was made unreadable; ids are pseudonyms from then on, those of the evidence. */
  readonly keyDestroyedAt: string | undefined;
}

export interface LaterLook {
  readonly at: string;
  readonly searched: readonly Searched[];
  readonly gaps: readonly Gap[];
  readonly shown: readonly Shown[];
  /** Of one that was given up: why. */
  readonly missed?: ErrorCode;
  /** The search showed what an earlier plan kept. */
  readonly besides?: true;
}

/** What was done to one target, and seen of it. */
export interface TargetHistory {
  readonly target: Target;
  /** The vendor did not show it when it was planned, by an earlier plan than the one that stands. */
  readonly notShown?: true;
  /** An earlier plan of the request deleted it, and it was shown once more when a later one was made: read from before, or there again. */
  readonly deletedBefore?: true;
  /** Deletions that were announced and not declined; the last one's answer may be missing. */
  readonly attempts: number;
  readonly answers: readonly { readonly at: string; readonly attempt: number; readonly answer: EraseAnswer }[];
  readonly looks: readonly { readonly at: string; readonly look: LookAnswer; readonly afterAttempt: number }[];
  readonly settled: { readonly at: string; readonly outcome: TargetOutcome } | undefined;
  /** How many of its attempts and looks belong to runs that have ended: a later run reads again, and has tries of its own. */
  readonly before: { readonly attempts: number; readonly looks: number };
}

/** What was seen of a record that goes, or stays, without a deletion of its own. */
export interface DependentHistory {
  readonly target: Target;
  readonly looks: readonly { readonly at: string; readonly look: LookAnswer }[];
}

export const NOTHING_YET: RequestHistory = {
  workspace: undefined,
  finding: undefined,
  pages: 0,
  lastPageAt: undefined,
  checkpoint: undefined,
  counts: {},
  announced: {},
  gaps: [],
  searched: [],
  unreadable: [],
  strangers: [],
  receipt: undefined,
  choices: {},
  directory: undefined,
  directories: [],
  recipient: undefined,
  plan: undefined,
  planning: false,
  confirmed: false,
  withdrawnAt: undefined,
  targets: [],
  earlier: [],
  leftBefore: [],
  keptBefore: [],
  dependents: [],
  proofs: [],
  apiCalls: 0,
  ended: undefined,
  stuckSince: undefined,
  laterLooks: [],
  removed: undefined,
  keyDestroyedAt: undefined,
};

/** The plan's targets, with what earlier plans began and left open, and what those did otherwise. */
export function everyTarget({ earlier, targets }: Pick<RequestHistory, "earlier" | "targets">): readonly TargetHistory[] {
  return [...earlier, ...targets];
}

/** Deleted, or not there any more. */
export function isGone({ settled }: Pick<TargetHistory, "settled">): boolean {
  return settled?.outcome === "deleted" || settled?.outcome === "already_absent";
}
