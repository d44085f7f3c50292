import { recordText, type EvidenceFact, type Pseudonym, type Pseudonymise, type SeenChoice, type SeenChoices, type SeenGap, type SeenTarget } from "./evidence-facts.js";
import { callId, named, said } from "./evidence-words.js";
import type { PackageReceipt } from "./host-ports.js";
import type { Finding, JournalEntry } from "./journal.js";
import type { Gap, NotCovered, Searched } from "./outcome.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { Target } from "./ports.js";

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
      return { kind: "asked", choices: choicesOf(entry.choices ?? {}, record), ...destinationOf(entry) };
    case "found":
      return foundFact(entry.finding, record);
    case "page":
      return { kind: "page", number: entry.number, counts: entry.counts, gaps: gapsOf(entry.gaps, record), ...searchesOf(entry), ...(entry.unreadable === undefined ? {} : { notCovered: notCoveredOf(entry.unreadable) }), ...(entry.strangers === undefined ? {} : { strangers: entry.strangers.map(record) }) };
    case "packaged":
      return { ...packagedFact(entry.receipt), ...(entry.unreadable === undefined ? {} : { notCovered: notCoveredOf(entry.unreadable) }) };
    case "planned":
      return { ...plannedFact(entry.plan, record), ...searchesOf(entry) };
    case "confirmed":
      return { kind: "confirmed", plan: entry.planId, ...(entry.operator === undefined ? {} : { operator: named(entry.operator) }) };
    case "intent":
      return { kind: "intent", attempt: entry.attempt, ...seen(entry.target) };
    case "declined":
      return { kind: "declined", attempt: entry.attempt, code: entry.code, ...seen(entry.target) };
    case "answered": {
      const { answer, residual, reference, vendorRequestId } = entry.answer;
      return { kind: "answered", attempt: entry.attempt, answer, ...(residual === undefined ? {} : { residual: said(residual) }), ...(reference === undefined ? {} : { reference: record(reference) }), ...call(vendorRequestId), ...seen(entry.target) };
    }
    case "looked": {
      const { answer, into, vendorRequestId } = entry.look;
      return { kind: "looked", answer, ...(into === undefined ? {} : { into: record(into) }), ...call(vendorRequestId), ...seen(entry.target) };
    }
    case "settled":
      return { kind: "settled", outcome: entry.outcome, ...seen(entry.target) };
    case "surveyed":
      return { kind: "surveyed", dependents: entry.dependents.map(seen), ...searchesOf(entry) };
    case "proved": {
      const { proofs, code } = entry;
      return {
        kind: "proved",
        proofs: proofs.map(({ listedAt, residual, ...target }) => ({ ...seen(target), ...(listedAt === undefined ? {} : { listedAt }), ...(residual === undefined ? {} : { residual: said(residual) }) })),
        ...(code === undefined ? {} : { code }),
      };
    }
    case "calls":
      return { kind: "calls" };
    case "ended":
      return endedFact(entry);
    case "turned_away":
      return { kind: "turned_away", why: entry.code };
    case "looked_again":
      return {
        kind: "looked_again",
        searched: searchedIn(entry.searched),
        gaps: gapsOf(entry.gaps, record),
        shown: entry.shown.map(({ id, kind, answer }) => ({ record: record(id), kind: said(kind), answer })),
        ...(entry.followed === undefined ? {} : { followed: entry.followed.map(({ target, look }) => ({ ...seen(target), answer: look.answer })) }),
      };
    case "look_failed":
    case "look_missed":
      return { kind: entry.kind, dueAt: entry.dueAt, why: entry.code };
    case "package_removed":
      return { kind: "package_removed", ...entry.removal };
    case "pages_dropped":
      return { kind: "pages_dropped" };
    case "key_destroyed":
      return { kind: "key_destroyed" };
  }
}

function searchesOf({ searched }: { readonly searched?: readonly Searched[] }): { readonly searched?: readonly Searched[] } {
  return searched === undefined ? {} : { searched: searchedIn(searched) };
}

function searchedIn(searched: readonly Searched[]): readonly Searched[] {
  return searched.map(({ identifier, where, at }) => ({ identifier: said(identifier), where: said(where), at }));
}

function foundFact({ matches, loose, nearMatches, searched, notCovered, gaps, dropped, teammate, extents, connectorVersion, exemptions, account }: Finding, record: Pseudonymise): EvidenceFact {
  return {
    kind: "found",
    connectorVersion,
    ...(exemptions === undefined ? {} : { exemptions: exemptions.map(({ rule, until }) => ({ rule: said(rule), until: said(until) })) }),
    ...(account === undefined ? {} : { account }),
    searched: searchedIn(searched),
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

/** Neither the folder's name nor the key: both may name somebody. */
function destinationOf({ directory, recipient }: Extract<JournalEntry, { kind: "asked" }>): Pick<Extract<EvidenceFact, { kind: "asked" }>, "package"> {
  const told = [...(directory === undefined ? [] : ["folder" as const]), ...(recipient === undefined ? [] : ["recipient" as const])];
  return told.length === 0 ? {} : { package: told };
}

/** For a recipient the sealed file is all there is. */
function packagedFact({ path, zip, sha256, counts, redactions, expiresAt }: PackageReceipt): EvidenceFact {
  return { kind: "packaged", sha256, ...(zip?.path === path ? { sealed: true } : {}), counts, ...(redactions === undefined ? {} : { redactions: redactions.map(({ rule, count }) => ({ rule: said(rule), count })) }), expiresAt };
}

function plannedFact({ id, hash, expiresAt, targets, dependents = [], policies = [], kept, unseen, warnings, choices }: DeletionPlan, record: Pseudonymise): EvidenceFact {
  const seen = (target: Target): SeenTarget => ({ category: said(target.category), record: record(target.id) });
  const counts: Record<string, number> = {};
  for (const { category } of targets) counts[category] = (counts[category] ?? 0) + 1;
  return {
    kind: "planned",
    plan: id,
    hash,
    expiresAt,
    counts,
    targets: targets.map(seen),
    ...(dependents.length === 0 ? {} : { dependents: dependents.map(seen) }),
    ...(policies.length === 0 ? {} : { policies: policies.map(({ id: policy, value }) => ({ id: said(policy), value: said(value) })) }),
    kept: kept.map((each) => ({ category: said(each.category), ...(each.id === undefined ? {} : { record: record(each.id) }), reason: said(each.reason) })),
    unseen: unseen.map(({ category, scope }) => ({ category: said(category), scope: said(scope) })),
    warnings: warnings.map(({ code, category, gap, id: about, ...counts }) => ({
      code: said(code),
      ...(category === undefined ? {} : { category: said(category) }),
      ...(gap === undefined ? {} : { gap: said(gap) }),
      ...(about === undefined ? {} : { record: record(about) }),
      ...counts,
    })),
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

function choicesOf({ erase, only, exclude, also, extents }: PlanChoices, record: Pseudonymise): SeenChoices {
  const seen = (choices: NonNullable<PlanChoices["also"]>): readonly SeenChoice[] => choices.map(({ id, reason }) => ({ record: record(id), reason: said(reason) }));
  return {
    ...(erase === undefined ? {} : { erase }),
    ...(only === undefined ? {} : { only: only.map(record) }),
    ...(exclude === undefined ? {} : { exclude: seen(exclude) }),
    ...(also === undefined ? {} : { also: seen(also) }),
    ...(extents === undefined ? {} : { extents: extents.map(said) }),
  };
}
