import { MAY_PASS } from "./errors.js";
import type { RequestJournal } from "./host-ports.js";
import { ASIDE, type Finding, type JournalEntry } from "./journal.js";
import type { NotCovered, Searched } from "./outcome.js";
import { isAmong, sameExtents, wasNotShown, type DeletionPlan, type PlanChoices } from "./plan.js";
import type { Target } from "./ports.js";
import { everyTarget, isGone, NOTHING_YET, type DependentHistory, type RequestHistory, type TargetHistory } from "./request-history.js";

/** The state of a request, as its journal tells it now. @throws DsrError `REQUEST_UNKNOWN`, `INTEGRITY` */
export function historyOf(journal: Pick<RequestJournal, "fold">, requestId: string): Promise<RequestHistory> {
  return journal.fold(requestId, replayNext, NOTHING_YET);
}

/** Folds a journal into the state that it describes. */
export function replay(entries: readonly JournalEntry[]): RequestHistory {
  return entries.reduce(replayNext, NOTHING_YET);
}

/** The state after one more entry. */
export function replayNext(state: RequestHistory, entry: JournalEntry): RequestHistory {
  return counting(apply(state, entry), entry);
}

function counting(state: RequestHistory, { apiCalls = 0 }: JournalEntry): RequestHistory {
  return apiCalls === 0 ? state : { ...state, apiCalls: state.apiCalls + apiCalls };
}

function apply(state: RequestHistory, entry: JournalEntry): RequestHistory {
  if (isAside(entry)) return aside(state, entry);
  switch (entry.kind) {
    case "ended": {
      const isStuck = entry.outcome === "parked" || (entry.attention !== undefined && MAY_PASS.has(entry.attention.code));
      const stuckSince = isStuck ? (state.stuckSince ?? entry.at) : undefined;
      // A plan that is stale, was refused, or whose people are back, is confirmed no longer: it waits for a human to plan anew.
      const withdrawn = entry.attention?.code === "PLAN_STALE" || entry.attention?.code === "REAPPEARED" || entry.outcome === "refused";
      return { ...state, ended: ending(entry), stuckSince, ...(state.confirmed && withdrawn ? { confirmed: false, withdrawnAt: entry.at } : {}), targets: state.targets.map(leftBehind) };
    }
    case "intent":
      // An intent alone is no progress: a vendor that loses every answer must not look alive.
      return { ...state, ended: undefined, targets: change(state.targets, entry.target, (t) => ({ ...t, attempts: entry.attempt })) };
    case "declined":
      // As if it had not been announced; its number is used again.
      return { ...state, ended: undefined, targets: change(state.targets, entry.target, (t) => ({ ...t, attempts: entry.attempt - 1 })) };
    case "asked":
      // A plan that is made anew counts its own calls, and what was seen after an earlier one is not about it.
      return { ...state, ended: undefined, ...(entry.choices === undefined ? {} : askedAnew(state, entry.choices)), ...folderOf(state, entry.directory), recipient: entry.recipient ?? state.recipient };
    default:
      return { ...known(state, entry), ended: undefined, stuckSince: isProgress(state, entry) ? undefined : state.stuckSince };
  }
}

function askedAnew(state: RequestHistory, choices: PlanChoices): Partial<RequestHistory> {
  // What was found elsewhere is no answer to where to look now.
  return { apiCalls: 0, planning: true, laterLooks: [], choices, ...(sameExtents(choices.extents, state.choices.extents) ? {} : { ...NOTHING_READ, finding: ofTouched(state), receipt: undefined }) };
}

/** That those were found whose deletion was announced is told wherever is looked next. */
function ofTouched(state: RequestHistory): Finding | undefined {
  const touched = touchedIn(state);
  if (state.finding === undefined || touched.size === 0) return undefined;
  const { loose, ...finding } = state.finding;
  const left = (loose ?? []).filter(({ id }) => touched.has(id));
  return { ...finding, matches: finding.matches.filter(({ id }) => touched.has(id)), ...(left.length === 0 ? {} : { loose: left }) };
}

/** Ids of what a deletion was announced of. */
function touchedIn(state: RequestHistory): ReadonlySet<string> {
  return new Set(everyTarget(state).flatMap(({ target, attempts }) => (attempts > 0 ? [target.id] : [])));
}

type Aside = Extract<JournalEntry, { kind: "calls" | "key_destroyed" | "look_failed" | "look_missed" | "looked_again" | "package_removed" | "pages_dropped" | "turned_away" }>;

function isAside(entry: JournalEntry): entry is Aside {
  return ASIDE.has(entry.kind);
}

/** What leaves the request where it stands, and may still be known of it. */
function aside(state: RequestHistory, entry: Aside): RequestHistory {
  switch (entry.kind) {
    case "calls":
    case "turned_away":
    case "look_failed":
      return state;
    case "looked_again":
      return { ...state, laterLooks: [...state.laterLooks, { at: entry.at, searched: entry.searched, gaps: entry.gaps, shown: entry.shown, ...(entry.besides === undefined ? {} : { besides: entry.besides }) }], dependents: state.dependents.map((each) => followed(each, entry)) };
    case "look_missed":
      return { ...state, laterLooks: [...state.laterLooks, { at: entry.at, searched: [], gaps: [], shown: [], missed: entry.code }] };
    case "package_removed":
      return { ...state, removed: { at: entry.at, removal: entry.removal } };
    case "pages_dropped":
      // What was packaged stays known.
      return state.receipt === undefined ? { ...state, ...NOTHING_READ, finding: undefined } : state;
    case "key_destroyed":
      // A version that knew less wrote less.
      return { ...NOTHING_YET, ...entry.remains, workspace: entry.remains.workspace ?? entry.remains.finding?.account?.workspace, keyDestroyedAt: entry.at };
  }
}

function followed(dependent: DependentHistory, entry: Extract<JournalEntry, { kind: "looked_again" }>): DependentHistory {
  const { category, id } = dependent.target;
  const again = entry.followed?.find(({ target }) => target.category === category && target.id === id);
  return again === undefined ? dependent : { ...dependent, looks: [...dependent.looks, { at: entry.at, look: again.look }] };
}

const NOTHING_READ = { pages: 0, lastPageAt: undefined, checkpoint: undefined, counts: {}, announced: {}, gaps: [], searched: [], unreadable: [], strangers: [] } as const;

function folderOf({ directory, directories }: RequestHistory, asked: string | undefined): Pick<RequestHistory, "directory" | "directories"> {
  if (asked === undefined) return { directory, directories };
  return { directory: asked, directories: [...directories.filter((each) => each !== asked), asked] };
}

/** Finding the person again, or a record still there, is what a run does before it gets stuck once more. */
function isProgress(state: RequestHistory, entry: Knowledge): boolean {
  if (entry.kind === "found") return state.finding === undefined;
  if (entry.kind === "surveyed") return false;
  return entry.kind !== "looked" || (entry.look.answer !== "present" && entry.look.answer !== "unknown");
}

type Knowledge = Exclude<JournalEntry, Aside | { kind: "asked" | "declined" | "ended" | "intent" }>;

function known(state: RequestHistory, entry: Knowledge): RequestHistory {
  switch (entry.kind) {
    case "found":
      // What was read belongs to the finding that it was read for.
      return { ...state, ...NOTHING_READ, workspace: state.workspace ?? entry.finding.account?.workspace, finding: together(state, entry.finding), ...(isUnderWay(state) ? { searched: state.searched } : {}) };
    case "page":
      return { ...state, pages: entry.number, lastPageAt: entry.at, checkpoint: entry.checkpoint, counts: add(state.counts, entry.counts), announced: add(state.announced, entry.announced ?? {}), gaps: [...state.gaps, ...entry.gaps], searched: withSearches(state, entry), unreadable: withUnreadable(state, entry), strangers: [...state.strangers, ...(entry.strangers ?? [])] };
    case "packaged":
      return { ...state, receipt: entry.receipt, unreadable: withUnreadable(state, entry), removed: undefined };
    case "planned":
      return { ...state, plan: entry.plan, searched: withSearches(state, entry), planning: false, confirmed: false, ...planned(state, entry.plan) };
    case "confirmed":
      return { ...state, confirmed: true, apiCalls: 0 };
    case "answered":
      return { ...state, targets: change(state.targets, entry.target, (t) => ({ ...t, answers: [...t.answers, { at: entry.at, attempt: entry.attempt, answer: entry.answer }] })) };
    case "looked":
      return {
        ...state,
        targets: change(state.targets, entry.target, (t) => ({ ...t, looks: [...t.looks, { at: entry.at, look: entry.look, afterAttempt: t.attempts }] })),
        dependents: change(state.dependents, entry.target, (d) => ({ ...d, looks: [...d.looks, { at: entry.at, look: entry.look }] })),
      };
    case "settled":
      return { ...state, targets: change(state.targets, entry.target, (t) => ({ ...t, settled: { at: entry.at, outcome: entry.outcome } })) };
    case "surveyed":
      return { ...state, dependents: [...state.dependents, ...entry.dependents.map(unseen)], searched: withSearches(state, entry) };
    case "proved":
      return { ...state, proofs: [...state.proofs, ...entry.proofs] };
  }
}

function withSearches({ searched }: RequestHistory, { searched: more = [] }: { readonly searched?: readonly Searched[] }): readonly Searched[] {
  return more.reduce((known, each) => (known.some((one) => one.identifier === each.identifier && one.where === each.where) ? known : [...known, each]), searched);
}

function withUnreadable({ unreadable }: RequestHistory, { unreadable: more = [] }: { readonly unreadable?: readonly NotCovered[] }): readonly NotCovered[] {
  return [...unreadable, ...more.filter((each) => !unreadable.some(({ category }) => category === each.category))];
}

/** Another plan that is asked for looks for the person anew. */
function isUnderWay({ confirmed, planning }: RequestHistory): boolean {
  return confirmed && !planning;
}

/** While a plan is carried out, people vanish from the search one by one: who was found before stays part of what was found, and so does who went before a later plan. */
function together(state: RequestHistory, now: Finding): Finding {
  const ids = new Set([...now.matches, ...(now.loose ?? [])].map(({ id }) => id));
  const touched = touchedIn(state);
  const isKnownStill = ({ id }: { readonly id: string }): boolean => !ids.has(id) && (isUnderWay(state) || touched.has(id));
  const loose = [...(state.finding?.loose ?? []).filter(isKnownStill), ...(now.loose ?? [])];
  return { ...now, matches: [...(state.finding?.matches ?? []).filter(isKnownStill), ...now.matches], ...(loose.length === 0 ? {} : { loose }) };
}

/** A later plan goes on with what was begun; what an earlier one has done stays known, with what hung on it. */
function planned(state: RequestHistory, { targets, dependents = [], kept }: DeletionPlan): Pick<RequestHistory, "targets" | "earlier" | "leftBefore" | "keptBefore" | "dependents" | "proofs"> {
  const before = everyTarget(state);
  const begun = before.filter(({ attempts, settled }) => attempts > 0 && settled === undefined);
  const earlier = before.filter((each) => isGone(each) && !isAmong(targets, each.target));
  // What this plan is not about any more is looked at until it is settled, and not deleted once more.
  const open = begun.filter((each) => !isAmong(targets, each.target)).map((each) => (state.plan !== undefined && wasNotShown(state.plan, each.target) ? { ...each, notShown: true as const } : each));
  // The vendor showed it this time, maybe elsewhere than before.
  const goneOnWith = (target: Target): TargetHistory => {
    const { notShown: _, ...each } = begun.find((one) => isAmong([target], one.target)) ?? { ...untouched(target), ...(before.some((one) => isAmong([target], one.target) && wasDeleted(one)) ? { deletedBefore: true as const } : {}) };
    return { ...each, target };
  };
  const isToldOf = (target: Target): boolean => isAmong([...targets, ...dependents], target);
  const stays = ({ category, id }: Target): boolean => kept.some((each) => each.category === category && each.id === id);
  // What would not go is there still, be it where nothing shows it: what becomes of it this plan says, or another look at it.
  const rest = before.filter((each) => !isGone(each) && (each.settled !== undefined || wasDeleted(each)) && !isToldOf(each.target) && !stays(each.target));
  const leftBefore = state.targets.some((each) => isGone(each) || begun.includes(each)) ? [...state.leftBefore, state.plan?.residuals] : state.leftBefore;
  // Of a plan that nothing was begun of nothing is left.
  const isBegun = leftBefore.length > 0;
  return {
    targets: [...targets.map(goneOnWith), ...open, ...rest],
    earlier,
    leftBefore,
    keptBefore: before.some(({ attempts }) => attempts > 0) ? [...state.keptBefore, ...keptBy(state.plan)] : state.keptBefore,
    dependents: [...state.dependents.filter(({ target }) => isBegun && !isToldOf(target)), ...dependents.map(unseen)],
    // Of what is there again, when it went before tells nothing.
    proofs: state.proofs.filter((each) => isBegun && !isToldOf(each)),
  };
}

function wasDeleted({ settled, deletedBefore }: TargetHistory): boolean {
  return settled?.outcome === "deleted" || deletedBefore === true;
}

function keptBy(plan: DeletionPlan | undefined): readonly Target[] {
  return (plan?.kept ?? []).flatMap(({ category, id }) => (id === undefined ? [] : [{ category, id }]));
}

function ending(entry: Extract<JournalEntry, { kind: "ended" }>): NonNullable<RequestHistory["ended"]> {
  return { at: entry.at, outcome: entry.outcome, ...(entry.attention === undefined ? {} : { attention: entry.attention }) };
}

function untouched(target: Target): TargetHistory {
  return { target, attempts: 0, answers: [], looks: [], settled: undefined, before: { attempts: 0, looks: 0 } };
}

function unseen(target: Target): DependentHistory {
  return { target, looks: [] };
}

function leftBehind(history: TargetHistory): TargetHistory {
  return { ...history, before: { attempts: history.attempts, looks: history.looks.length } };
}

function change<T extends { readonly target: Target }>(all: readonly T[], target: Target, edit: (each: T) => T): readonly T[] {
  return all.map((each) => (each.target.id === target.id && each.target.category === target.category ? edit(each) : each));
}

function add(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
