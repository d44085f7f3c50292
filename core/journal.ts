import type { ScopeCheck } from "./connection.js";
import type { ErrorCode } from "./errors.js";
import type { Exemption } from "./manifest.js";
import type { Attention, Gap, NotCovered, RequestOutcome, Searched, TargetOutcome } from "./outcome.js";
import type { PackageReceipt, PackageRemoval } from "./host-ports.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { DeletionProof, EraseAnswer, LookAnswer, LooseRecord, Match, NearMatch, Target } from "./ports.js";
import type { RequestHistory } from "./request-history.js";

/** What was found for a request, as ids. */
export interface Finding {
  readonly matches: readonly Pick<Match, "id" | "kind" | "matchedBy" | "primary" | "extent">[];
  readonly loose?: readonly LooseRecord[];
  readonly nearMatches: readonly NearMatch[];
  readonly searched: readonly Searched[];
  readonly notCovered: readonly NotCovered[];
  readonly gaps: readonly Gap[];
  readonly dropped: number;
  /** Whether the person works for the account; left out where the vendor's list of those who do is not covered, and it is not who authorised. */
  readonly teammate?: boolean;
  /** Places beyond the search that were looked at to their end. */
  readonly extents?: readonly string[];
  /** Data categories that the connection covered then. Left out in entries of versions that kept none. */
  readonly covered?: readonly string[];
  /** Of the connector that looked: its checkpoints mean nothing to another version. */
  readonly connectorVersion: string;
  /** Rules of the contract that the connector is exempt from, and until when. */
  readonly exemptions?: readonly Pick<Exemption, "rule" | "until">[];
  /** The account that was asked and what it allowed, for evidence. Left out in entries of versions that kept none. */
  readonly account?: {
    readonly workspace: string;
    readonly region: string;
    readonly apiVersion: string;
    readonly permissions: readonly Pick<ScopeCheck, "id" | "status" | "basis">[];
  };
}

/** A record that a later search showed, and what reading it by its id then said. */
export interface Shown {
  readonly id: string;
  readonly kind: string;
  readonly answer: LookAnswer["answer"];
}

/** What hung on the subject's records and was still there, looked at again. */
export interface Followed {
  readonly target: Target;
  readonly look: LookAnswer;
}

/** One fact in the life of a request, durable before anything follows from it. `at` is ISO 8601. */
export type JournalEntry = { readonly at: string; /** Sent to the vendor since the entry before. */ readonly apiCalls?: number } & (
  /** What was asked for beyond who it is about: a deletion's choices, an access package's folder. */
  | { readonly kind: "asked"; readonly choices?: PlanChoices; readonly directory?: string; readonly recipient?: string }
  | { readonly kind: "found"; readonly finding: Finding }
  | { readonly kind: "page"; readonly number: number; readonly checkpoint: string; readonly counts: Readonly<Record<string, number>>; readonly gaps: readonly Gap[]; readonly unreadable?: readonly NotCovered[]; readonly strangers?: readonly string[]; readonly announced?: Readonly<Record<string, number>>; readonly searched?: readonly Searched[] }
  /** `unreadable`: what nothing led to. */
  | { readonly kind: "packaged"; readonly receipt: PackageReceipt; readonly unreadable?: readonly NotCovered[] }
  | { readonly kind: "planned"; readonly plan: DeletionPlan; readonly searched?: readonly Searched[] }
  | { readonly kind: "confirmed"; readonly planId: string; readonly operator?: string }
  | { readonly kind: "intent"; readonly target: Target; readonly attempt: number }
  /** The announced deletion surely did not happen: the vendor turned the call away, or it never left. */
  | { readonly kind: "declined"; readonly target: Target; readonly attempt: number; readonly code: ErrorCode }
  | { readonly kind: "answered"; readonly target: Target; readonly attempt: number; readonly answer: EraseAnswer }
  | { readonly kind: "looked"; readonly target: Target; readonly look: LookAnswer }
  | { readonly kind: "settled"; readonly target: Target; readonly outcome: TargetOutcome }
  /** What hangs on the subject's records was looked for once more: what has come to since the plan was made. */
  | { readonly kind: "surveyed"; readonly dependents: readonly Target[]; readonly searched?: readonly Searched[] }
  /** What the vendor's own record of deletions says; `code` is why it could not be read. */
  | { readonly kind: "proved"; readonly proofs: readonly DeletionProof[]; readonly code?: ErrorCode }
  /** Only counts: a run that stopped without an ending. */
  | { readonly kind: "calls" }
  | { readonly kind: "ended"; readonly outcome: RequestOutcome; readonly attention?: Attention; readonly residuals?: readonly string[] }
  /** Somebody wanted to go on and was refused before anything was done. */
  | { readonly kind: "turned_away"; readonly code: ErrorCode }
  /** After a verified deletion the person was looked for again. Nothing shown, or only what reads absent: they are not back. */
  | { readonly kind: "looked_again"; readonly searched: readonly Searched[]; readonly gaps: readonly Gap[]; readonly shown: readonly Shown[]; readonly followed?: readonly Followed[]; /** The search showed what an earlier plan kept. */ readonly besides?: true }
  /** A later look that could not be taken yet: it is tried again. */
  | { readonly kind: "look_failed"; readonly dueAt: string; readonly code: ErrorCode }
  /** A later look that was given up, and why. */
  | { readonly kind: "look_missed"; readonly dueAt: string; readonly code: ErrorCode }
  /** What became of a package whose time was over. */
  | { readonly kind: "package_removed"; readonly removal: PackageRemoval }
  /** Pages that nobody went on with were dropped: a later run reads anew. */
  | { readonly kind: "pages_dropped" }
  /** The key of everything before it was destroyed; this is what is still known. Holds no identifier and no id of the vendor. */
  | { readonly kind: "key_destroyed"; readonly remains: RequestHistory }
);

export type JournalEntryKind = JournalEntry["kind"];

/** Entries that leave a request where it stands: nothing is begun by them, and nothing ended. */
export const ASIDE: ReadonlySet<JournalEntryKind> = new Set(["calls", "turned_away", "looked_again", "look_failed", "look_missed", "package_removed", "pages_dropped", "key_destroyed"]);
