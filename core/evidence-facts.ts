import { callId, named, said } from "./evidence-words.js";
import type { ErrorCode } from "./errors.js";
import type { PackageReceipt } from "./host-ports.js";
import type { Finding, JournalEntry } from "./journal.js";
import type { Gap, NotCovered, RequestOutcome, Searched, TargetOutcome } from "./outcome.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { EraseAnswer, LookAnswer, LooseRecord, Match, NearMatch, Redaction, Target } from "./ports.js";
import type { Law, PrivacyRequest, RequestType } from "./request.js";
import type { RequestSettings } from "./request-settings.js";

/** A vendor's record or a person, as a keyed hash; `UNLINKABLE` once the request's key is destroyed. */
export type Pseudonym = string;
export type Pseudonymise = (value: string) => Pseudonym;

export const UNLINKABLE: Pseudonym = "unlinkable";

type Counts = Readonly<Record<string, number>>;
type SeenTarget = { readonly category: string; readonly record: Pseudonym };
type SeenGap = Omit<Gap, "id"> & { readonly record?: Pseudonym };
type SeenChoice = { readonly record: Pseudonym; readonly reason: string };

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
  | { readonly kind: "asked"; readonly choices: SeenChoices }
  | {
      readonly kind: "found";
      readonly connectorVersion: string;
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
  | { readonly kind: "page"; readonly number: number; readonly counts: Counts; readonly gaps: readonly SeenGap[]; readonly notCovered?: readonly NotCovered[] }
  | { readonly kind: "packaged"; readonly sha256: string; readonly counts: Counts; readonly redactions?: readonly Redaction[]; readonly expiresAt: string }
  | {
      readonly kind: "planned";
      readonly plan: string;
      readonly hash: string;
      readonly expiresAt: string;
      readonly counts: Counts;
      readonly targets: readonly SeenTarget[];
      readonly kept: readonly { readonly category: string; readonly record?: Pseudonym; readonly reason: string }[];
      readonly unseen: DeletionPlan["unseen"];
      readonly warnings: readonly { readonly code: string; readonly record?: Pseudonym }[];
      readonly choices: SeenChoices;
    }
  | { readonly kind: "confirmed"; readonly plan: string; readonly operator?: string }
  | ({ readonly kind: "intent"; readonly attempt: number } & SeenTarget)
  | ({ readonly kind: "declined"; readonly attempt: number; readonly code: ErrorCode } & SeenTarget)
  | ({ readonly kind: "answered"; readonly attempt: number; readonly answer: EraseAnswer["answer"]; readonly reference?: string; readonly vendorRequestId?: string } & SeenTarget)
  | ({ readonly kind: "looked"; readonly answer: LookAnswer["answer"]; readonly into?: Pseudonym; readonly vendorRequestId?: string } & SeenTarget)
  | ({ readonly kind: "settled"; readonly outcome: TargetOutcome } & SeenTarget)
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
);

export interface SeenChoices {
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

/** The fact of one journal entry. */
export function factOf(entry: JournalEntry, pseudonymise: Pseudonymise): EvidenceFact {
  const { apiCalls } = entry;
  return { ...seenIn(entry, pseudonymise), ...(apiCalls === undefined ? {} : { apiCalls }) };
}

function seenIn(entry: JournalEntry, pseudonymise: Pseudonymise): EvidenceFact {
  const record = (id: string): Pseudonym => pseudonymise(recordText(id));
  const seen = ({ category, id }: Target): SeenTarget => ({ category: said(category), record: record(id) });
  const call = (id: string | undefined): { readonly vendorRequestId?: string } => (id === undefined ? {} : { vendorRequestId: callId(id) ?? record(id) });
  switch (entry.kind) {
    case "asked":
      return { kind: "asked", choices: choicesOf(entry.choices ?? {}, record) };
    case "found":
      return foundFact(entry.finding, record);
    case "page":
      return { kind: "page", number: entry.number, counts: entry.counts, gaps: gapsOf(entry.gaps, record), ...(entry.unreadable === undefined ? {} : { notCovered: notCoveredOf(entry.unreadable) }) };
    case "packaged":
      return packagedFact(entry.receipt);
    case "planned":
      return plannedFact(entry.plan, record);
    case "confirmed":
      return { kind: "confirmed", plan: entry.planId, ...(entry.operator === undefined ? {} : { operator: named(entry.operator) }) };
    case "intent":
      return { kind: "intent", attempt: entry.attempt, ...seen(entry.target) };
    case "declined":
      return { kind: "declined", attempt: entry.attempt, code: entry.code, ...seen(entry.target) };
    case "answered": {
      const { answer, reference, vendorRequestId } = entry.answer;
      return { kind: "answered", attempt: entry.attempt, answer, ...(reference === undefined ? {} : { reference: record(reference) }), ...call(vendorRequestId), ...seen(entry.target) };
    }
    case "looked": {
      const { answer, into, vendorRequestId } = entry.look;
      return { kind: "looked", answer, ...(into === undefined ? {} : { into: record(into) }), ...call(vendorRequestId), ...seen(entry.target) };
    }
    case "settled":
      return { kind: "settled", outcome: entry.outcome, ...seen(entry.target) };
    case "calls":
      return { kind: "calls" };
    case "ended":
      return endedFact(entry);
  }
}

function foundFact({ matches, loose, nearMatches, searched, notCovered, gaps, dropped, teammate, extents, connectorVersion, account }: Finding, record: Pseudonymise): EvidenceFact {
  return {
    kind: "found",
    connectorVersion,
    ...(account === undefined ? {} : { account }),
    searched: searched.map(({ identifier, where, at }) => ({ identifier: said(identifier), where: said(where), at })),
    matches: matches.map(({ id, kind, matchedBy, primary, extent }) => ({ record: record(id), kind: said(kind), matchedBy, primary, ...(extent === undefined ? {} : { extent: said(extent) }) })),
    ...(loose === undefined ? {} : { loose: loose.map(({ category, id, as, matchedBy }) => ({ category: said(category), record: record(id), as: said(as), matchedBy })) }),
    near: nearMatches.map(({ id, why }) => ({ record: record(id), why })),
    dropped,
    ...(teammate === undefined ? {} : { teammate }),
    ...(extents === undefined ? {} : { extents: extents.map(said) }),
    notCovered: notCoveredOf(notCovered),
    gaps: gapsOf(gaps, record),
  };
}

function packagedFact({ sha256, counts, redactions, expiresAt }: PackageReceipt): EvidenceFact {
  return { kind: "packaged", sha256, counts, ...(redactions === undefined ? {} : { redactions: redactions.map(({ rule, count }) => ({ rule: said(rule), count })) }), expiresAt };
}

function plannedFact({ id, hash, expiresAt, targets, kept, unseen, warnings, choices }: DeletionPlan, record: Pseudonymise): EvidenceFact {
  const counts: Record<string, number> = {};
  for (const { category } of targets) counts[category] = (counts[category] ?? 0) + 1;
  return {
    kind: "planned",
    plan: id,
    hash,
    expiresAt,
    counts,
    targets: targets.map((target) => ({ category: said(target.category), record: record(target.id) })),
    kept: kept.map((each) => ({ category: said(each.category), ...(each.id === undefined ? {} : { record: record(each.id) }), reason: said(each.reason) })),
    unseen: unseen.map(({ category, scope }) => ({ category: said(category), scope: said(scope) })),
    warnings: warnings.map((each) => ({ code: said(each.code), ...(each.id === undefined ? {} : { record: record(each.id) }) })),
    choices: choicesOf(choices, record),
  };
}

function endedFact({ outcome, attention, residuals }: Extract<JournalEntry, { kind: "ended" }>): EvidenceFact {
  const { code, scope, resumeAt, holds } = attention ?? {};
  return {
    kind: "ended",
    outcome,
    ...(code === undefined ? {} : { why: code }),
    ...(scope === undefined ? {} : { scope: said(scope) }),
    ...(resumeAt === undefined ? {} : { resumeAt }),
    ...(holds === undefined ? {} : { holds: holds.map(({ id, basis }) => ({ id, basis: said(basis) })) }),
    ...(residuals === undefined ? {} : { remains: residuals }),
  };
}

function notCoveredOf(notCovered: readonly NotCovered[]): readonly NotCovered[] {
  return notCovered.map(({ category, scope, reason }) => ({ category: said(category), ...(scope === undefined ? {} : { scope: said(scope) }), reason: said(reason) }));
}

function gapsOf(gaps: readonly Gap[], record: Pseudonymise): readonly SeenGap[] {
  return gaps.map(({ id, category, code, ...counts }) => ({ category: said(category), code: said(code), ...(id === undefined ? {} : { record: record(id) }), ...counts }));
}

function choicesOf({ only, exclude, also, extents }: PlanChoices, record: Pseudonymise): SeenChoices {
  const seen = (choices: NonNullable<PlanChoices["also"]>): readonly SeenChoice[] => choices.map(({ id, reason }) => ({ record: record(id), reason: said(reason) }));
  return { ...(only === undefined ? {} : { only: only.map(record) }), ...(exclude === undefined ? {} : { exclude: seen(exclude) }), ...(also === undefined ? {} : { also: seen(also) }), ...(extents === undefined ? {} : { extents: extents.map(said) }) };
}
