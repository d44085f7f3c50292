import { named, said } from "./evidence-words.js";
import type { Erase } from "./erasure.js";
import type { ErrorCode } from "./errors.js";
import type { PackageRemoval } from "./host-ports.js";
import { ASIDE, type Finding, type Shown } from "./journal.js";
import type { Gap, NotCovered, RequestOutcome, Searched, TargetOutcome } from "./outcome.js";
import type { DeletionPlan } from "./plan.js";
import type { DeletionProof, EraseAnswer, LookAnswer, LooseRecord, Match, NearMatch, PlanWarning, Redaction } from "./ports.js";
import type { Law, PrivacyRequest, RequestType } from "./request.js";
import type { RequestSettings } from "./request-settings.js";

/** A vendor's record or a person, as a keyed hash; `UNLINKABLE` once the request's key is destroyed. */
export type Pseudonym = string;
export type Pseudonymise = (value: string) => Pseudonym;

export const UNLINKABLE: Pseudonym = "unlinkable";

type Counts = Readonly<Record<string, number>>;
export type SeenTarget = { readonly category: string; readonly record: Pseudonym };
export type SeenGap = Omit<Gap, "id"> & { readonly record?: Pseudonym };
export type SeenChoice = { readonly record: Pseudonym; readonly reason: string };

/** What was asked, by whom, under which law. */
export interface OpenedFact {
  readonly kind: "opened";
  readonly type: RequestType;
  readonly connector: string;
  readonly connectorVersion: string;
  readonly connection: string;
  readonly vendorsOwn: boolean;
  readonly subject: Pseudonym;
  readonly reference?: string;
  readonly law: Law;
  readonly receivedAt: string;
  readonly dueAt?: string;
  readonly verified?: { readonly method: string; readonly at: string };
  readonly operator?: string;
  /** What the host had decided about the request's content. */
  readonly settings?: RequestSettings;
  /** Entries that the journal held before evidence was kept, and that were taken over in one go. */
  readonly takenOver?: number;
}

/** What evidence tells of one journal entry. Every entry has its fact, so that evidence is never behind the journal. */
export type EvidenceFact = {
  /** Sent to the vendor since the record before. */
  readonly apiCalls?: number;
} & (
  | OpenedFact
  | { readonly kind: "asked"; readonly choices: SeenChoices; /** What was said of the package: another folder, a recipient for whom alone it is sealed. */ readonly package?: readonly ("folder" | "recipient")[] }
  | {
      readonly kind: "found";
      readonly connectorVersion: string;
      readonly exemptions?: Finding["exemptions"];
      readonly account?: Finding["account"];
      readonly searched: readonly Searched[];
      readonly matches: readonly (Pick<Match, "kind" | "matchedBy" | "primary" | "extent"> & { readonly record: Pseudonym })[];
      /** Records of data categories that carry the person's identifier themselves. */
      readonly loose?: readonly (Pick<LooseRecord, "category" | "as" | "matchedBy"> & { readonly record: Pseudonym })[];
      readonly near: readonly (Pick<NearMatch, "why"> & { readonly record: Pseudonym })[];
      readonly dropped: number;
      /** Whether the person works for the account, where that could be compared. */
      readonly teammate?: boolean;
      /** Places beyond the search that were looked at to their end. */
      readonly extents?: readonly string[];
      readonly notCovered: readonly NotCovered[];
      readonly gaps: readonly SeenGap[];
    }
  | { readonly kind: "page"; readonly number: number; readonly counts: Counts; readonly gaps: readonly SeenGap[]; readonly searched?: readonly Searched[]; readonly notCovered?: readonly NotCovered[]; /** Matches that turned out to be somebody else's. */ readonly strangers?: readonly Pseudonym[] }
  | { readonly kind: "packaged"; readonly sha256: string; /** For one recipient alone. Left out of one in the clear, and of all by versions that did not tell. */ readonly sealed?: true; readonly counts: Counts; readonly redactions?: readonly Redaction[]; readonly notCovered?: readonly NotCovered[]; readonly expiresAt: string }
  | {
      readonly kind: "planned";
      readonly plan: string;
      readonly hash: string;
      readonly expiresAt: string;
      readonly counts: Counts;
      readonly targets: readonly SeenTarget[];
      /** What is to be looked at once the targets are gone. Left out where nothing is. */
      readonly dependents?: readonly SeenTarget[];
      /** How the host decided each of the connector's policies. Left out where it has none. */
      readonly policies?: readonly { readonly id: string; readonly value: string }[];
      readonly kept: readonly { readonly category: string; readonly record?: Pseudonym; readonly reason: string }[];
      readonly unseen: DeletionPlan["unseen"];
      readonly warnings: readonly (Omit<PlanWarning, "id"> & { readonly record?: Pseudonym })[];
      readonly choices: SeenChoices;
      /** Where it was looked for what hangs on the records. Left out where nothing was. */
      readonly searched?: readonly Searched[];
    }
  | { readonly kind: "confirmed"; readonly plan: string; readonly operator?: string }
  | ({ readonly kind: "intent"; readonly attempt: number } & SeenTarget)
  | ({ readonly kind: "declined"; readonly attempt: number; readonly code: ErrorCode } & SeenTarget)
  | ({ readonly kind: "answered"; readonly attempt: number; readonly answer: EraseAnswer["answer"]; /** The code of what stays for good. */ readonly residual?: string; readonly reference?: string; readonly vendorRequestId?: string } & SeenTarget)
  | ({ readonly kind: "looked"; readonly answer: LookAnswer["answer"]; readonly into?: Pseudonym; readonly vendorRequestId?: string } & SeenTarget)
  | ({ readonly kind: "settled"; readonly outcome: TargetOutcome } & SeenTarget)
  /** What has come since the plan, to be looked at as well. */
  | { readonly kind: "surveyed"; readonly dependents: readonly SeenTarget[]; readonly searched?: readonly Searched[] }
  /** What the vendor's own record of deletions says; `code` is why it could not be read. */
  | { readonly kind: "proved"; readonly proofs: readonly (SeenTarget & Pick<DeletionProof, "listedAt" | "residual">)[]; readonly code?: ErrorCode }
  /** Only counts calls: a run that stopped without an ending. */
  | { readonly kind: "calls" }
  | {
      readonly kind: "ended";
      readonly outcome: RequestOutcome;
      readonly why?: ErrorCode;
      readonly scope?: string;
      readonly resumeAt?: string;
      /** The holds that stood against it. */
      readonly holds?: readonly { readonly id: string; readonly basis: string }[];
      /** Codes of what stays in the world after the deletion. */
      readonly remains?: readonly string[];
    }
  | { readonly kind: "turned_away"; readonly why: ErrorCode }
  | {
      readonly kind: "looked_again";
      readonly searched: readonly Searched[];
      readonly gaps: readonly SeenGap[];
      readonly shown: readonly (Pick<Shown, "kind" | "answer"> & { readonly record: Pseudonym })[];
      /** What hung on the subject's records, looked at again. */
      readonly followed?: readonly (SeenTarget & { readonly answer: LookAnswer["answer"] })[];
    }
  | { readonly kind: "look_failed" | "look_missed"; readonly dueAt: string; readonly why: ErrorCode }
  | ({ readonly kind: "package_removed" } & PackageRemoval)
  | { readonly kind: "pages_dropped" }
  | { readonly kind: "key_destroyed" }
);

/** Whether a fact leaves its request where it stands: the last one that does not says where that is. */
export function isAsideFact({ kind }: EvidenceFact): boolean {
  return kind !== "opened" && ASIDE.has(kind);
}

export interface SeenChoices {
  readonly erase?: Erase;
  readonly only?: readonly Pseudonym[];
  readonly exclude?: readonly SeenChoice[];
  readonly also?: readonly SeenChoice[];
  readonly extents?: readonly string[];
}

/** The first fact of every request. */
export function openingFact({ subjectKey, context, ...request }: PrivacyRequest, pseudonymise: Pseudonymise): OpenedFact {
  const { type, connector, connectorVersion, connection, vendorsOwn, settings } = request;
  const { reference, receivedAt, law, dueAt, verified, operator } = context;
  return {
    kind: "opened",
    type,
    connector,
    connectorVersion,
    connection: said(connection),
    vendorsOwn,
    subject: pseudonymise(subjectText(subjectKey)),
    ...(reference === undefined ? {} : { reference: said(reference) }),
    law,
    receivedAt,
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(verified === undefined ? {} : { verified: { method: said(verified.method), at: verified.at } }),
    ...(operator === undefined ? {} : { operator: named(operator) }),
    ...(settings === undefined ? {} : { settings }),
  };
}

/** What is pseudonymised of a person: not the address, but the digest under which this home finds the person's requests. */
export function subjectText(subjectKey: string): string {
  return `subject\n${subjectKey}`;
}

/** What is pseudonymised of a vendor's record: its id, whatever the category, so that one record has one name throughout. */
export function recordText(id: string): string {
  return `record\n${id}`;
}
