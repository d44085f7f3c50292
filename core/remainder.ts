import { recordText } from "./evidence-facts.js";
import { callId } from "./evidence-words.js";
import type { EvidenceStore, PackageReceipt } from "./host-ports.js";
import type { Finding } from "./journal.js";
import type { DeletionPlan, PlanChoices } from "./plan.js";
import type { EraseAnswer, LookAnswer, Target } from "./ports.js";
import type { LaterLook, RequestHistory, TargetHistory } from "./request-history.js";

type Name = (id: string) => string;

/**
 * What may be known of a request once its key is destroyed: outcome, counts, times and decisions. Every id is replaced by the pseudonym under
 * which the evidence knows the record; what could lead to a person (folders, checkpoints, the vendor's references) is left out.
 */
export async function remainderOf(history: RequestHistory, evidence: Pick<EvidenceStore, "pseudonym">, requestId: string): Promise<RequestHistory> {
  const ids = new Set<string>();
  renamed(history, (id) => (ids.add(id), id));
  const names = new Map<string, string>();
  for (const id of ids) names.set(id, (await evidence.pseudonym(requestId, recordText(id))) ?? "");
  return renamed(history, (id) => names.get(id) ?? "");
}

function renamed(history: RequestHistory, name: Name): RequestHistory {
  const { finding, gaps, strangers, receipt, choices, plan, targets, earlier, keptBefore, dependents, proofs, laterLooks } = history;
  return {
    ...history,
    finding: finding === undefined ? undefined : findingOf(finding, name),
    pages: 0,
    checkpoint: undefined,
    gaps: withIds(gaps, name),
    strangers: strangers.map(name),
    receipt: receipt === undefined ? undefined : receiptOf(receipt),
    choices: choicesOf(choices, name),
    directory: undefined,
    directories: [],
    recipient: undefined,
    plan: plan === undefined ? undefined : planOf(plan, name),
    targets: targets.map((each) => targetOf(each, name)),
    earlier: earlier.map((each) => targetOf(each, name)),
    keptBefore: withIds(keptBefore, name),
    dependents: dependents.map(({ target, looks }) => ({ target: named(target, name), looks: looks.map((each) => ({ ...each, look: lookOf(each.look, name) })) })),
    proofs: withIds(proofs, name),
    laterLooks: laterLooks.map((each) => laterLookOf(each, name)),
  };
}

function findingOf(finding: Finding, name: Name): Finding {
  const { matches, loose, nearMatches, gaps } = finding;
  return { ...finding, matches: withIds(matches, name), ...(loose === undefined ? {} : { loose: withIds(loose, name) }), nearMatches: withIds(nearMatches, name), gaps: withIds(gaps, name) };
}

/** The last part of a path is the request's own id and the connection's name; what stands before it is the operator's. */
function receiptOf({ path, zip, ...rest }: PackageReceipt): PackageReceipt {
  const last = (whole: string): string => whole.split(/[/\\]/).at(-1) ?? "";
  return { ...rest, path: last(path), ...(zip === undefined ? {} : { zip: { ...zip, path: last(zip.path) } }) };
}

function choicesOf({ only, exclude, also, ...rest }: PlanChoices, name: Name): PlanChoices {
  return {
    ...rest,
    ...(only === undefined ? {} : { only: only.map(name) }),
    ...(exclude === undefined ? {} : { exclude: withIds(exclude, name) }),
    ...(also === undefined ? {} : { also: withIds(also, name) }),
  };
}

function planOf(plan: DeletionPlan, name: Name): DeletionPlan {
  const { dependents } = plan;
  return { ...plan, targets: withIds(plan.targets, name), ...(dependents === undefined ? {} : { dependents: withIds(dependents, name) }), kept: withIds(plan.kept, name), warnings: withIds(plan.warnings, name), choices: choicesOf(plan.choices, name) };
}

function targetOf(history: TargetHistory, name: Name): TargetHistory {
  const { target, answers, looks } = history;
  return {
    ...history,
    target: named(target, name),
    answers: answers.map((each) => ({ ...each, answer: answerOf(each.answer, name) })),
    looks: looks.map((each) => ({ ...each, look: lookOf(each.look, name) })),
  };
}

function named(target: Target, name: Name): Target {
  return { ...target, id: name(target.id) };
}

function answerOf({ answer, residual, vendorRequestId }: EraseAnswer, name: Name): EraseAnswer {
  return { answer, ...(residual === undefined ? {} : { residual }), ...callOf(vendorRequestId, name) };
}

function lookOf({ answer, into, vendorRequestId }: LookAnswer, name: Name): LookAnswer {
  return { answer, ...(into === undefined ? {} : { into: name(into) }), ...callOf(vendorRequestId, name) };
}

function laterLookOf(look: LaterLook, name: Name): LaterLook {
  return { ...look, gaps: withIds(look.gaps, name), shown: withIds(look.shown, name) };
}

/** As in the evidence: a call's id stays where it is plainly one. */
function callOf(id: string | undefined, name: Name): { readonly vendorRequestId?: string } {
  return id === undefined ? {} : { vendorRequestId: callId(id) ?? name(id) };
}

function withIds<T extends { readonly id?: string }>(list: readonly T[], name: Name): readonly T[] {
  return list.map((each) => (each.id === undefined ? each : { ...each, id: name(each.id) }));
}
