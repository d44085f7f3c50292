import type { PackageReceipt } from "./host-ports.js";
import type { Finding, JournalEntry } from "./journal.js";
import type { Attention, Gap, NotCovered, RequestOutcome, TargetOutcome } from "./outcome.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { EraseAnswer, LookAnswer, Target } from "./ports.js";

/** Where a request stands, worked out from its journal and from nothing else. */
export interface RequestHistory {
  readonly finding: Finding | undefined;
  readonly pages: number;
  readonly checkpoint: string | undefined;
  readonly counts: Readonly<Record<string, number>>;
  /** How many records there are to read, as far as the vendor has told. */
  readonly announced: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
  /** Categories that turned out not to be readable while they were read. */
  readonly unreadable: readonly NotCovered[];
  readonly receipt: PackageReceipt | undefined;
  readonly choices: PlanChoices;
  /** Where the package is to go, as last asked. */
  readonly directory: string | undefined;
  /** Whose public key the package is sealed for, as last asked. */
  readonly recipient: string | undefined;
  readonly plan: DeletionPlan | undefined;
  readonly confirmed: boolean;
  readonly targets: readonly TargetHistory[];
  /** Of the plan until it is confirmed, of its execution afterwards. */
  readonly apiCalls: number;
  readonly ended: { readonly at: string; readonly outcome: RequestOutcome; readonly attention?: Attention } | undefined;
  /** Since when (ISO 8601) it has been parked again and again without any progress in between. */
  readonly stuckSince: string | undefined;
}

/** What was done to one target, and seen of it. */
export interface TargetHistory {
  readonly target: Target;
  /** Deletions that were announced and not declined; the last one's answer may be missing. */
  readonly attempts: number;
  readonly answers: readonly { readonly at: string; readonly attempt: number; readonly answer: EraseAnswer }[];
  readonly looks: readonly { readonly at: string; readonly look: LookAnswer; readonly afterAttempt: number }[];
  readonly settled: { readonly at: string; readonly outcome: TargetOutcome } | undefined;
  /** How many of its attempts and looks belong to runs that have ended: a later run reads again, and has tries of its own. */
  readonly before: { readonly attempts: number; readonly looks: number };
}

/** Folds a journal into the state that it describes. */
export function replay(entries: readonly JournalEntry[]): RequestHistory {
  let state: RequestHistory = {
    finding: undefined,
    pages: 0,
    checkpoint: undefined,
    counts: {},
    announced: {},
    gaps: [],
    unreadable: [],
    receipt: undefined,
    choices: {},
    directory: undefined,
    recipient: undefined,
    plan: undefined,
    confirmed: false,
    targets: [],
    apiCalls: 0,
    ended: undefined,
    stuckSince: undefined,
  };
  for (const entry of entries) state = counting(apply(state, entry), entry);
  return state;
}

function counting(state: RequestHistory, { apiCalls = 0 }: JournalEntry): RequestHistory {
  return apiCalls === 0 ? state : { ...state, apiCalls: state.apiCalls + apiCalls };
}

function apply(state: RequestHistory, entry: JournalEntry): RequestHistory {
  switch (entry.kind) {
    case "calls":
      return state;
    case "ended": {
      const stuckSince = entry.outcome === "parked" ? (state.stuckSince ?? entry.at) : undefined;
      // A plan that is stale, or was refused for a hold, is confirmed no longer: it waits for a human to plan anew.
      const withdrawn = entry.attention?.code === "PLAN_STALE" || (entry.attention?.code === "HELD" && entry.outcome === "refused");
      const confirmed = state.confirmed && !withdrawn;
      return { ...state, ended: ending(entry), stuckSince, confirmed, targets: state.targets.map(leftBehind) };
    }
    case "intent":
      // An intent alone is no progress: a vendor that loses every answer must not look alive.
      return { ...state, ended: undefined, targets: change(state.targets, entry.target, (t) => ({ ...t, attempts: entry.attempt })) };
    case "declined":
      // As if it had not been announced; its number is used again.
      return { ...state, ended: undefined, targets: change(state.targets, entry.target, (t) => ({ ...t, attempts: entry.attempt - 1 })) };
    case "asked":
      // A plan that is made anew counts its own calls.
      return { ...state, ended: undefined, ...(entry.choices === undefined ? {} : { apiCalls: 0 }), ...elsewhere(state, entry.choices), choices: entry.choices ?? state.choices, directory: entry.directory ?? state.directory, recipient: entry.recipient ?? state.recipient };
    default:
      return { ...known(state, entry), ended: undefined, stuckSince: isProgress(state, entry) ? undefined : state.stuckSince };
  }
}

/** What was found elsewhere is no answer to where to look now. */
function elsewhere({ choices: before }: RequestHistory, now: PlanChoices | undefined): Partial<RequestHistory> {
  const told = (choices: PlanChoices): string => [...(choices.extents ?? [])].sort().join(" ");
  return now === undefined || told(now) === told(before) ? {} : { finding: undefined, receipt: undefined };
}

/** Finding the person again, or a record still there, is what a run does before it gets stuck once more. */
function isProgress(state: RequestHistory, entry: Knowledge): boolean {
  if (entry.kind === "found") return state.finding === undefined;
  return entry.kind !== "looked" || (entry.look.answer !== "present" && entry.look.answer !== "unknown");
}

type Knowledge = Exclude<JournalEntry, { kind: "asked" | "calls" | "declined" | "ended" | "intent" }>;

function known(state: RequestHistory, entry: Knowledge): RequestHistory {
  switch (entry.kind) {
    case "found":
      // What was read belongs to the finding that it was read for.
      return { ...state, finding: state.confirmed ? together(state.finding, entry.finding) : entry.finding, pages: 0, checkpoint: undefined, counts: {}, announced: {}, gaps: [], unreadable: [] };
    case "page":
      return { ...state, pages: entry.number, checkpoint: entry.checkpoint, counts: add(state.counts, entry.counts), announced: add(state.announced, entry.announced ?? {}), gaps: [...state.gaps, ...entry.gaps], unreadable: [...state.unreadable, ...(entry.unreadable ?? []).filter((each) => !state.unreadable.some(({ category }) => category === each.category))] };
    case "packaged":
      return { ...state, receipt: entry.receipt };
    case "planned":
      return { ...state, plan: entry.plan, confirmed: false, targets: entry.plan.targets.map(untouched) };
    case "confirmed":
      return { ...state, confirmed: true, apiCalls: 0 };
    case "answered":
      return { ...state, targets: change(state.targets, entry.target, (t) => ({ ...t, answers: [...t.answers, { at: entry.at, attempt: entry.attempt, answer: entry.answer }] })) };
    case "looked":
      return { ...state, targets: change(state.targets, entry.target, (t) => ({ ...t, looks: [...t.looks, { at: entry.at, look: entry.look, afterAttempt: t.attempts }] })) };
    case "settled":
      return { ...state, targets: change(state.targets, entry.target, (t) => ({ ...t, settled: { at: entry.at, outcome: entry.outcome } })) };
  }
}

/** While a plan is carried out, people vanish from the search one by one: who was found before stays part of what was found. */
function together(before: Finding | undefined, now: Finding): Finding {
  const ids = new Set(now.matches.map(({ id }) => id));
  return { ...now, matches: [...(before?.matches ?? []).filter(({ id }) => !ids.has(id)), ...now.matches] };
}

function ending(entry: Extract<JournalEntry, { kind: "ended" }>): NonNullable<RequestHistory["ended"]> {
  return { at: entry.at, outcome: entry.outcome, ...(entry.attention === undefined ? {} : { attention: entry.attention }) };
}

function untouched(target: Target): TargetHistory {
  return { target, attempts: 0, answers: [], looks: [], settled: undefined, before: { attempts: 0, looks: 0 } };
}

function leftBehind(history: TargetHistory): TargetHistory {
  return { ...history, before: { attempts: history.attempts, looks: history.looks.length } };
}

function change(targets: readonly TargetHistory[], target: Target, edit: (t: TargetHistory) => TargetHistory): readonly TargetHistory[] {
  return targets.map((t) => (t.target.id === target.id && t.target.category === target.category ? edit(t) : t));
}

function add(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
