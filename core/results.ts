import type { Finding, Shown } from "./journal.js";
import type { Manifest } from "./manifest.js";
import type { Attention, Gap, NotCovered, Residual, Searched, TargetOutcome } from "./outcome.js";
import type { DeletionPlan } from "./plan.js";
import type { ErrorCode } from "./errors.js";
import type { PackageReceipt, RemovalOutcome } from "./host-ports.js";
import type { LooseRecord, NearMatch, Redaction } from "./ports.js";
import { everyTarget, isGone, type DependentHistory, type LaterLook, type RequestHistory, type TargetHistory } from "./request-history.js";
import { ENDED_STATES, type PrivacyRequest, type RequestState } from "./request.js";
import { mayBeGone, residualsOf, stateOfDependent } from "./residuals.js";
import { isBack, isIncomplete, type Chore } from "./upkeep.js";

/** What every result begins with. Field names are stable: scripts read them. */
interface ResultHead {
  readonly request: {
    readonly id: string;
    readonly ref: string | null;
    readonly type: "access" | "deletion";
    readonly connector: string;
    readonly connection: string;
    readonly vendorsOwn: boolean;
  };
  readonly outcome: RequestState;
  readonly attention?: Attention;
  readonly searched: readonly Searched[];
  readonly notCovered: readonly NotCovered[];
  /** Records that the vendor returned and that do not carry the identifier; they were left out. */
  readonly dropped: number;
  /** Records that carry the person's identifier and hang on none of the matches. */
  readonly loose: readonly LooseRecord[];
  /** True where the person is known to work for the account. */
  readonly teammate: boolean;
  readonly apiCalls: number;
  /** How far the request's evidence has come: `<request id>:<count>:<first 16 of the last hash>`. */
  readonly evidence: string | null;
  /** What will be done by itself, the earliest first: by `resume --all`, or `upkeep` of the framework. */
  readonly toCome: readonly Chore[];
  /** When the key of everything that names the person was destroyed (ISO 8601). Ids are the evidence's pseudonyms from then on. */
  readonly keyDestroyedAt: string | null;
}

export interface AccessResult extends ResultHead {
  readonly matches: readonly { readonly id: string; readonly kind: string; readonly matchedBy: string }[];
  readonly nearMatches: readonly NearMatch[];
  /** What the package holds. Until there is one, how many records were read: one that was read twice counts twice. */
  readonly counts: Readonly<Record<string, number>>;
  /** When the last page was read (ISO 8601); null before the first. */
  readonly readUntil: string | null;
  /** While it is being read: how many records there are, by category, as far as the vendor has told. What it does not count is left out. */
  readonly announced?: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
  /** What was taken out of the package's records because it concerns others, by rule. */
  readonly redactions: readonly Redaction[];
  readonly package: WrittenPackage | null;
}

/** A package, and what became of it: `kept` until its time is over. */
export interface WrittenPackage extends PackageReceipt {
  readonly state: "kept" | RemovalOutcome;
  /** When that was seen; left out while it is kept. */
  readonly seenAt?: string;
}

export interface DeletionResult extends ResultHead {
  readonly matches: readonly { readonly id: string; readonly kind: string; readonly matchedBy: string }[];
  readonly nearMatches: readonly NearMatch[];
  /** Where the search for the person was not whole: of what it did not show nothing is deleted. */
  readonly gaps: readonly Gap[];
  readonly plan: Omit<DeletionPlan, "others"> | null;
  /** What the plan is about, once it is confirmed, after what earlier plans of the request did something to. */
  readonly targets: readonly TargetResult[];
  /** What hung on the subject's records, as it was last seen. */
  readonly dependents?: readonly DependentResult[];
  readonly residuals: readonly Residual[];
  /** While it is being carried out: when a record that was deleted is looked at next (ISO 8601). */
  readonly nextLookAt?: string;
  /** Each time the person was looked for again after the deletion was verified. */
  readonly laterLooks: readonly LaterLookResult[];
}

export interface LaterLookResult {
  readonly at: string;
  /**
   * Of all but what was to stay. `absent`: not there, or only in an index that lags; `incomplete`: the same, but the list was not whole (`gaps`); `back`: there again;
   * `missed`: not taken, for the reason in `code`.
   */
  readonly outcome: "absent" | "incomplete" | "back" | "missed";
  /** Something that the search for the person shows was to stay: of that the look tells nothing. */
  readonly besides?: true;
  /** What the search showed. What reads `absent` is in the index alone. */
  readonly shown: readonly Shown[];
  readonly gaps: readonly Gap[];
  readonly code?: ErrorCode;
}

export interface DependentResult {
  readonly category: string;
  readonly id: string;
  /** `unknown`: it was not looked at yet. */
  readonly state: "present" | "absent" | "unknown";
  /** ISO 8601. */
  readonly lookedAt?: string;
  /** When it went, as the vendor's own record of deletions says (ISO 8601). */
  readonly listedAt?: string;
}

export interface TargetResult {
  readonly category: string;
  readonly id: string;
  readonly outcome: TargetOutcome;
  /** Nothing was done to it: no deletion of it was sent, or the vendor turned it away. Left out where that is not so. */
  readonly untouched?: true;
  /** When it was seen to be gone (ISO 8601). */
  readonly verifiedAbsentAt?: string;
  /** When it went, as the vendor's own record of deletions says (ISO 8601). */
  readonly listedAt?: string;
  /** Of a target that is not known to be gone: the vendor's ids of the calls about it, in their order. Its support asks for them. */
  readonly vendorRequestIds?: readonly string[];
}

export type RequestResult = AccessResult | DeletionResult;

/** A request's result as its journal tells it: at the end, or while it is still under way. */
export function resultOf(request: PrivacyRequest, history: RequestHistory, manifest: Manifest): RequestResult {
  return request.type === "access" ? accessResult(request, history) : deletionResult(request, history, manifest);
}

export function accessResult(request: PrivacyRequest, history: RequestHistory): AccessResult {
  const finding = history.finding;
  return {
    ...head(request, history),
    matches: matchesOf(finding).filter(({ id }) => !history.strangers.includes(id)),
    nearMatches: finding?.nearMatches ?? [],
    counts: history.receipt?.counts ?? history.counts,
    readUntil: history.lastPageAt ?? null,
    ...(history.ended === undefined ? { announced: history.announced } : {}),
    gaps: [...(finding?.gaps ?? []), ...history.gaps],
    redactions: history.receipt?.redactions ?? [],
    package: writtenPackage(history),
  };
}

export function deletionResult(request: PrivacyRequest, history: RequestHistory, manifest: Manifest): DeletionResult {
  const { finding, plan } = history;
  const isUnderWay = history.confirmed || (history.ended?.outcome !== "planned" && history.targets.some((t) => t.attempts > 0));
  const { outcome } = head(request, history);
  const told = everyTarget(history).filter(({ attempts, settled }) => isUnderWay || attempts > 0 || settled !== undefined);
  const begun = isUnderWay || told.length > 0;
  return {
    ...head(request, history),
    matches: matchesOf(finding),
    nearMatches: finding?.nearMatches ?? [],
    gaps: finding?.gaps ?? [],
    plan: plan === undefined ? null : withoutOthers(plan),
    targets: told.map((each) => ({ ...targetResult(each, ENDED_STATES.has(outcome)), ...listed(history, each) })),
    dependents: begun ? history.dependents.map((each) => dependentResult(history, each)) : [],
    residuals: begun ? residualsOf(manifest, history, told.some(outcome === "cancelled" ? mayBeGone : isGone), history.ended?.outcome === "cancelled") : [],
    laterLooks: history.laterLooks.map((look) => laterLookResult(look, sparesSome(history, manifest))),
  };
}

function writtenPackage({ receipt, removed }: RequestHistory): WrittenPackage | null {
  if (receipt === undefined) return null;
  if (removed === undefined) return { ...receipt, state: "kept" };
  const both = [removed.removal.folder, removed.removal.file];
  // Of the two, what is worse to hear.
  const state = both.find((each) => each === "not_deleted") ?? both.find((each) => each === "not_found") ?? "deleted";
  return { ...receipt, state, seenAt: removed.at };
}

/** Whether anything that a search for the person shows was to stay, and is not known to have gone. */
function sparesSome(history: RequestHistory, { subjectCategory, dataCategories }: Manifest): boolean {
  const { finding, plan, dependents } = history;
  const findable = new Set([subjectCategory, ...dataCategories.map(({ deletion }) => deletion.related?.target)]);
  const spared = [...matchesOf(finding), ...(finding?.loose ?? []), ...(plan?.kept ?? []).filter(({ category }) => findable.has(category))];
  const gone = [...everyTarget(history), ...dependents.filter((each) => stateOfDependent(each) === "absent")].map(({ target }) => target.id);
  const vanished = (plan?.warnings ?? []).flatMap(({ code, id }) => (code === "CHANGED_DURING_RUN" ? [id] : []));
  return spared.some(({ id }) => id !== undefined && !gone.includes(id) && !vanished.includes(id));
}

function laterLookResult({ at, shown, gaps, missed, besides }: LaterLook, sparesSome: boolean): LaterLookResult {
  const outcome = missed !== undefined ? "missed" : isBack({ shown }) ? "back" : isIncomplete({ shown, gaps }) ? "incomplete" : "absent";
  return { at, outcome, ...(sparesSome || besides === true ? { besides: true } : {}), shown, gaps, ...(missed === undefined ? {} : { code: missed }) };
}

function dependentResult(history: RequestHistory, dependent: DependentHistory): DependentResult {
  const { category, id } = dependent.target;
  const lookedAt = dependent.looks.at(-1)?.at;
  return { category, id, state: stateOfDependent(dependent), ...(lookedAt === undefined ? {} : { lookedAt }), ...listed(history, dependent) };
}

function listed({ proofs }: RequestHistory, { target }: Pick<TargetHistory, "target">): { readonly listedAt?: string } {
  const listedAt = proofs.find(({ category, id }) => category === target.category && id === target.id)?.listedAt;
  return listedAt === undefined ? {} : { listedAt };
}

function head(request: PrivacyRequest, history: RequestHistory): ResultHead {
  const { id, type, connector, connection, vendorsOwn, context, state } = request;
  const ended = history.ended;
  return {
    request: { id, ref: context.reference ?? null, type, connector, connection, vendorsOwn },
    outcome: ended?.outcome ?? state,
    ...(ended?.attention === undefined ? {} : { attention: ended.attention }),
    searched: [...(history.finding?.searched ?? []), ...history.searched],
    notCovered: [...(history.finding?.notCovered ?? []), ...history.unreadable],
    dropped: history.finding?.dropped ?? 0,
    loose: history.finding?.loose ?? [],
    teammate: history.finding?.teammate === true,
    apiCalls: history.apiCalls,
    evidence: null,
    toCome: [],
    keyDestroyedAt: history.keyDestroyedAt ?? null,
  };
}

function matchesOf(finding: Finding | undefined): AccessResult["matches"] {
  return (finding?.matches ?? []).map(({ id, kind, matchedBy }) => ({ id, kind, matchedBy }));
}

function withoutOthers({ others: _, ...plan }: DeletionPlan): Omit<DeletionPlan, "others"> {
  return plan;
}

function targetResult(history: TargetHistory, ended: boolean): TargetResult {
  const { category, id } = history.target;
  const untouched = history.attempts === 0;
  // What nothing was done to is not deleted once nothing more will be done; until then nobody knows what becomes of it.
  const outcome = history.settled?.outcome ?? (untouched && ended ? "not_deleted" : "unknown");
  const gone = [...history.looks.filter(({ afterAttempt }) => afterAttempt > 0).map(({ at, look }) => ({ at, answer: look.answer })), ...history.answers.map(({ at, answer }) => ({ at, answer: answer.answer }))].find((seen) => seen.answer === "absent");
  const absent = outcome === "deleted" || outcome === "already_absent";
  if (absent) return { category, id, outcome, ...(gone === undefined ? {} : { verifiedAbsentAt: gone.at }) };
  const calls = [...history.answers.map(({ at, answer }) => ({ at, id: answer.vendorRequestId })), ...history.looks.map(({ at, look }) => ({ at, id: look.vendorRequestId }))];
  const vendorRequestIds = calls.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).flatMap((call) => call.id ?? []);
  return { category, id, outcome, ...(untouched ? { untouched } : {}), ...(vendorRequestIds.length === 0 ? {} : { vendorRequestIds }) };
}
