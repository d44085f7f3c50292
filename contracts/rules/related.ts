import { expect } from "chai";
import { policiesFor, relatedScopes } from "../../core/erasure.js";
import type { PlanChoices } from "../../core/plan.js";
import type { Connector, Target } from "../../core/ports.js";
import { neededScopes } from "../../core/scopes.js";
import type { Bench, Person } from "../bench.js";
import type { DeletionResult } from "../../core/results.js";
import { answering, asIf, disturbing, everyMutation, lostBefore, NO_ANSWERS, proxyPage, spoiling, withoutLists } from "../faults.js";
import { rule, type Rule } from "../rule.js";
import { confirmedPlan, deleteWhole, entriesOf, finish, fromNowOn, grantedAnew, MANY } from "../steps.js";
import { leadsTo, type Fault, type WireRequest } from "../wire.js";
import { expectKeptDespiteIds } from "./contained-ids.js";
import { through } from "./refusal.js";

/** What becomes of what hangs on a person's record. They concern whoever declares a related deletion. */
export const RELATED_RULES: readonly Rule[] = [
  rule("DELETE-15", "deletes related records that are the person's alone where that is asked for, before the person's own, and verifies it", relates, async (bench) => {
    const [person, ...more] = await household(bench);
    const records = [...(await plant(bench, [person])), ...(await plant(bench, [person])), ...(await plant(bench, [person]))];
    // What two of the person's own records share is nobody else's.
    for (const each of more) records.push(...(await plant(bench, [each])), ...(await plant(bench, [person, each])));
    const since = fromNowOn(bench);
    const { result } = await deleteWhole(bench, person, { erase: "related" });
    expect(result.outcome).to.equal("verified");
    const order = result.targets.map(({ category, id }) => `${category} ${id}`);
    for (const { category, id } of records) {
      expect(order.indexOf(`${category} ${id}`), "place of a related record among the targets").to.be.within(0, order.indexOf(`${bench.manifest.subjectCategory} ${person.id}`) - 1);
    }
    for (const target of result.targets) {
      expect(target.outcome).to.equal("deleted");
      expect(target.verifiedAbsentAt, "when it was seen to be gone").to.be.a("string");
    }
    await expectRelated(bench, records, false);
    expect(since.effects().length, "effects").to.equal(result.targets.length);
    const busy = await bench.addSubject({ volume: "bare" });
    const { plan, many } = await planWithMuch(bench, busy, [busy]);
    expect(idsOf(plan?.targets ?? []), "targets of somebody with much").to.include.members(idsOf(many));
  }),

  rule("DELETE-16", "leaves a related record that others share as it is unless the host decided otherwise, and says so", relates, async (bench) => {
    // As many have a part in it as the person has records: who they are counts, and not how many.
    const [[person], other] = [await household(bench), await bench.addSubject({ volume: "bare" })];
    // Whoever of them began it.
    const shared = [...(await plant(bench, [person, other])), ...(await plant(bench, [other, person]))];
    const theirs = await plant(bench, [other]);
    // Somebody of whom the connector has heard.
    await bench.hosted.plan(other.identifier, { erase: "related" });
    const { result } = await deleteWhole(bench, person, { erase: "related" });
    expect(result.outcome).to.equal("verified");
    expect(idsOf(result.targets), "targets").not.to.include.oneOf(["nothing", ...idsOf([...shared, ...theirs])]);
    expect(idsOf((result.plan?.kept ?? []).flatMap(({ category, id }) => (id === undefined ? [] : [{ category, id }]))), "what the plan keeps").to.include.members(idsOf(shared));
    expect(idsOf(result.plan?.dependents ?? []), "what the plan names beside").to.include.members(idsOf(shared));
    await expectRelated(bench, [...shared, ...theirs], true);
    const busy = await bench.addSubject({ volume: "bare" });
    const { plan, many } = await planWithMuch(bench, busy, [other, busy]);
    expect((plan?.kept ?? []).map(({ category, id }) => `${category} ${id}`), "what the plan keeps of somebody who shares much").to.include.members(idsOf(many));
    await expectKeptDespiteIds(bench, relatedCategories(bench));
  }),

  rule("DELETE-17", "names what hangs on a record before that goes, deletes nothing of it unasked, and says of each what can still be read", relates, async (bench) => {
    const [[person, ...more], other] = [await household(bench), await bench.addSubject({ volume: "bare" })];
    const records = [...(await plant(bench, [person])), ...(await plant(bench, [person, other]))];
    for (const each of more) records.push(...(await plant(bench, [each])));
    const busy = await bench.addSubject({ volume: "bare" });
    const many: Target[] = [];
    for (let n = 0; n < MANY; n++) many.push(...(await plant(bench, [busy])));
    expect(idsOf((await bench.hosted.plan(busy.identifier)).result.plan?.dependents ?? []), "what a plan names beside of somebody with much").to.include.members(idsOf(many));
    const planned = await confirmedPlan(bench, person);
    expect(idsOf(planned.result.plan?.targets ?? []), "targets").to.have.members(idsOf([person, ...more].map(({ id }) => ({ category: bench.manifest.subjectCategory, id }))));
    expect(idsOf(planned.result.plan?.dependents ?? []), "what the plan names beside").to.include.members(idsOf(records));
    const { result, entries } = await finish(bench, planned.id);
    expect(result.outcome).to.equal("verified");
    expect(new Set(entriesOf({ entries }, "intent").map(({ target }) => target.category)), "categories of announced deletions").to.deep.equal(new Set([bench.manifest.subjectCategory]));
    for (const { category, id } of records) {
      const { state } = result.dependents?.find((each) => each.id === id) ?? {};
      expect(state, "what was seen of a related record").to.equal((await bench.sandbox.related?.isHeld(dataCategoryOf(bench, category), id)) === true ? "present" : "absent");
      expect(result.residuals.some((residual) => residual.id === id), "whether it is among what remains").to.equal(state === "present");
    }
  }),

  rule("DELETE-18", "deletes no related record that others have come to share since the plan, and stops", relates, async (bench) => {
    for (const category of relatedCategories(bench)) {
      for (const later of READS_LATER) {
        const { name } = later;
        const { result, shared } = await comingToShare(bench, category, later);
        if (shared.length === 0) break;
        if (later === CAN_BE_READ) expect(result.attention?.code, `what is said where others have come to share a record of ${category}`).to.equal("PLAN_STALE");
        for (const each of shared) expect(await bench.sandbox.related?.isHeld(category, each), `whether the vendor still holds a record of ${category} that others share, where that ${name}`).to.equal(true);
      }
      await expectNotTrusted(bench, category);
    }
  }),

  rule("DELETE-19", "names what hangs on a record that only an extent shows, or says that it is not shown", hidesRelated, async (bench) => {
    for (const { id: extent } of bench.manifest.lookupExtents ?? []) {
      await expectNamed(bench, extent, []);
      const shown = await bench.addSubject({ volume: "bare" });
      await plant(bench, [shown]);
      await expectNamed(bench, extent, [shown]);
    }
  }),

  rule("DELETE-20", "tells of no deletion that the vendor's own record of deletions does not show", relates, async (bench) => {
    const { executor } = await bench.hosted.open();
    if (executor.prove === undefined) return;
    const person = await bench.addSubject({ volume: "bare" });
    const records = await plant(bench, [person]);
    const listed = async () => ((await executor.prove?.(records)) ?? []).flatMap(({ listedAt }) => listedAt ?? []);
    expect(await listed(), "deletions of records that are held").to.deep.equal([]);
    const startedAt = bench.hosted.host.clock.now();
    await deleteWhole(bench, person, { erase: "related" });
    for (const listedAt of await listed()) expect(Date.parse(listedAt), "when a record went").to.be.within(startOfSecond(startedAt), bench.hosted.host.clock.now());
    for (const [name, fault] of NO_ANSWERS) {
      bench.wire.disturb(fault);
      expect(await listed().catch(() => []), `deletions that are told of with ${name} for the vendor's record`).to.deep.equal([]);
    }
  }),
];

/** A related deletion of somebody, once these have many records together. */
async function planWithMuch(bench: Bench, person: Person, together: readonly Person[]): Promise<Pick<DeletionResult, "plan"> & { readonly many: readonly Target[] }> {
  const many: Target[] = [];
  for (let n = 0; n < MANY; n++) many.push(...(await plant(bench, together)));
  return { plan: (await bench.hosted.plan(person.identifier, { erase: "related" })).result.plan, many };
}

/** What hangs on a hidden record, beside others of the same identifier that are shown with what hangs on them. */
async function expectNamed(bench: Bench, extent: string, shown: readonly Person[]): Promise<void> {
  const person = await bench.addSubject({ volume: "bare", ...(shown[0] === undefined ? {} : { like: shown[0] }) });
  const records = await plant(bench, [person]);
  await bench.sandbox.hide?.(person.id, extent);
  for (const erase of ["subject", "related"] as const) {
    const { plan } = (await bench.hosted.plan(person.identifier, { erase, extents: [extent], only: [...shown, person].map(({ id }) => id) })).result;
    const named = idsOf([...(plan?.targets ?? []), ...(plan?.dependents ?? [])]);
    const notShown = [...(plan?.unseen ?? []), ...(plan?.warnings ?? []).filter(({ code }) => code === "RELATED_INCOMPLETE")].map(({ category }) => category);
    const told = (plan?.warnings ?? []).flatMap(({ code, id }) => (code === "RELATED_INCOMPLETE" && id !== undefined ? [id] : []));
    expect([...shown, person, ...(plan?.targets ?? []), ...(plan?.dependents ?? [])].map(({ id }) => id), "whose and what is not shown whole").to.include.members(told);
    for (const record of records) {
      if (!notShown.includes(dataCategoryOf(bench, record.category))) expect(named, `what the plan names, or says that it is not shown, beside ${shown.length} that are shown`).to.include.members(idsOf([record]));
    }
  }
}

const unreadable = spoiling(() => "{}");

/** What becomes of what is read once the first of two records is gone: of all of it, or of what is not about that one. `shared` is the other one, once others share it. */
interface ReadLater {
  readonly name: string;
  readonly read: (shared: readonly string[], own: () => Promise<string>) => Fault;
  readonly spares: "nothing" | "the first";
}

const CAN_BE_READ: ReadLater = { name: "can be read", read: () => through, spares: "nothing" };

const READS_LATER: readonly ReadLater[] = [
  CAN_BE_READ,
  { name: "cannot be read, nor anything else", read: () => unreadable, spares: "nothing" },
  { name: "cannot be read", read: () => unreadable, spares: "the first" },
  { name: "cannot be had", read: () => answering(503, proxyPage), spares: "the first" },
  { name: "is shown without saying whose it is", read: () => withoutLists, spares: "the first" },
  { name: "is mistaken for one that is the person's alone", read: mistaking, spares: "the first" },
];

/** The vendor shows one of the person's own in its place. */
function mistaking(shared: readonly string[], own: () => Promise<string>): Fault {
  return (request, send) => (shared[0] === undefined ? send(request) : asIf(shared[0], own)(request, send));
}

/** A related deletion of two records, the second of which others come to share once the first is gone; what is read from then on goes through `read`. */
export async function comingToShare(bench: Bench, category: string, { read, spares }: ReadLater = CAN_BE_READ): Promise<{ readonly result: DeletionResult; readonly shared: readonly string[] }> {
  const [[person], other] = [await household(bench), await bench.addSubject({ volume: "bare" })];
  const ids = [await plantOne(bench, category, person), await plantOne(bench, category, person)];
  // Somebody of whom the connector has heard, and whose deletion nobody has approved.
  await bench.hosted.plan(other.identifier, { erase: "related" });
  const { id } = await confirmedPlan(bench, person, { erase: "related" });
  const shared: string[] = [];
  const isAbout = (request: WireRequest, one: string): boolean => leadsTo(request, one.split(":").at(-1) ?? one);
  const isSpared = (request: WireRequest): boolean => spares === "the first" && ids.some((one) => !shared.includes(one) && isAbout(request, one));
  const disturbed = read(shared, () => plantOne(bench, category, person));
  let isSent = false;
  bench.wire.disturb(async (request, send) => {
    if (!request.mutates || isSent) return (isSent && !request.mutates && !isSpared(request) ? disturbed : through)(request, send);
    isSent = true;
    const answer = await send(request);
    for (const each of ids.filter((one) => !isAbout(request, one))) if ((await bench.sandbox.related?.share(category, each, other.id)) === true) shared.push(each);
    // Some time later than what was read before.
    await bench.hosted.host.clock.advance(SOME_TIME_MS);
    return answer;
  });
  const { result } = await bench.hosted.execute(id);
  bench.wire.mend();
  return { result, shared };
}

/** What was made sure of before a first attempt came to nothing says nothing of a second one, in the same process. */
async function expectNotTrusted(bench: Bench, category: string): Promise<void> {
  for (const refusal of [answering(503, proxyPage), lostBefore]) {
    const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
    const record = await plantOne(bench, category, person);
    const { id } = await confirmedPlan(bench, person, { erase: "related" });
    bench.wire.disturb(disturbing(everyMutation, refusal));
    const first = await bench.hosted.execute(id);
    bench.wire.mend();
    // What is claimed without a call is for other rules.
    if (first.result.targets.some((target) => target.id === record && target.outcome === "deleted")) return;
    if ((await bench.sandbox.related?.share(category, record, other.id)) !== true) return;
    await bench.hosted.host.clock.advance(SOME_TIME_MS);
    const { result } = await finish(bench, id);
    expect(await bench.sandbox.related?.isHeld(category, record), `whether the vendor still holds a record of ${category} that others have come to share since a first attempt`).to.equal(true);
    expect(result.attention?.code, `what is said where others have come to share a record of ${category} since a first attempt`).to.equal("PLAN_STALE");
  }
}

/** Vendors tell times in seconds. */
function startOfSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** Longer than what was read is good for. */
const SOME_TIME_MS = 60_000;

export const RELATED_SCOPE_RULES: readonly Rule[] = [
  rule("SCOPE-12", "never takes a scope that a related deletion lacks for there being nothing, names it, and ends the deletion once it is granted", relates, async (bench) => {
    const needed = neededScopes(bench.manifest, { capabilities: bench.manifest.requestTypes, categories: [] });
    for (const scope of relatedScopes(bench.manifest, policiesFor(bench.manifest)).filter((each) => !needed.includes(each))) {
      const person = await bench.addSubject({ volume: "bare" });
      const records = await plant(bench, [person]);
      await bench.hosted.reconnect(await bench.sandbox.issueToken({ scopes: bench.manifest.scopes.map(({ id }) => id).filter((id) => id !== scope.id) }));
      const { id, result: planned } = await bench.hosted.plan(person.identifier, { erase: "related" });
      // What is known to be missing is refused at once; what only shows in use, there.
      if (planned.outcome === "planned") await bench.hosted.confirm(id);
      const { result } = planned.outcome === "planned" ? await bench.hosted.execute(id) : { result: planned };
      expect([result.attention?.code, result.attention?.scope], `what is said without ${scope.id}`).to.deep.equal(["SCOPE_MISSING", scope.label]);
      expect(await bench.sandbox.isHeld(person.id), "whether the person's own record is held").to.equal(true);
      for (const record of records) {
        const claimed = result.targets.some(({ id: target, outcome }) => target === record.id && (outcome === "deleted" || outcome === "already_absent"));
        if (claimed) await expectRelated(bench, [record], false);
      }
      const token = await grantedAnew(bench);
      const approved = await confirmedPlan(bench, person, { erase: "related" });
      await bench.sandbox.withdraw(token, scope.id);
      const { result: withdrawn } = await bench.hosted.execute(approved.id);
      // Of what the plan names only some may need this one.
      if (withdrawn.outcome !== "verified") expect([withdrawn.attention?.code, withdrawn.attention?.scope], `what is said once ${scope.id} is withdrawn`).to.deep.equal(["SCOPE_MISSING", scope.label]);
      await grantedAnew(bench);
      expect((await finish(bench, approved.id)).result.outcome, "outcome once it is granted").to.equal("verified");
      await expectRelated(bench, records, false);
    }
  }),

  rule("SCOPE-13", "names in a plan what hangs on a record and cannot be seen, and the scope that would show it", relates, async (bench) => {
    const { dataCategories, requestTypes, scopes } = bench.manifest;
    const needed = neededScopes(bench.manifest, { capabilities: requestTypes, categories: [] }).map(({ id }) => id);
    const person = await bench.addSubject();
    const unseenOf = async () => (await bench.hosted.plan(person.identifier)).result.plan?.unseen ?? [];
    expect(await unseenOf(), "what cannot be seen with every scope").to.deep.equal([]);
    for (const { id, scope } of dataCategories.filter(({ deletion, scope: each }) => deletion.related !== undefined && !needed.includes(each))) {
      await bench.hosted.reconnect(await bench.sandbox.issueToken({ scopes: scopes.map((each) => each.id).filter((each) => each !== scope) }));
      expect(await unseenOf(), `what cannot be seen without ${scope}`).to.deep.include({ category: id, scope: scopes.find((each) => each.id === scope)?.label });
    }
  }),
];

/** Somebody, with a second record of the same identifier where the vendor has a kind of which one person may have several. */
async function household(bench: Bench): Promise<readonly [Person, ...Person[]]> {
  const person = await bench.addSubject({ volume: "bare" });
  const { repeatableKind: kind } = bench.sandbox;
  return kind === undefined ? [person] : [person, await bench.addSubject({ volume: "bare", like: person, kind })];
}

/** A deletion of the subject's own records alone, and of what is related, where that is declared. */
export function waysToDelete({ connector }: Bench): readonly PlanChoices[] {
  return [{}, ...(relates(connector) ? [{ erase: "related" } as const] : [])];
}

/** What a deletion in this way is to delete beside the person's own records, one of each kind. */
export async function plantFor(bench: Bench, { erase }: PlanChoices, person: Person): Promise<readonly Target[]> {
  return erase === "related" ? plant(bench, [person]) : [];
}

export function relates({ manifest }: Connector): boolean {
  return manifest.requestTypes.includes("deletion") && manifest.dataCategories.some(({ deletion }) => deletion.related !== undefined);
}

function hidesRelated(connector: Connector): boolean {
  return relates(connector) && connector.manifest.lookupExtents !== undefined;
}

export function relatedCategories({ manifest }: Bench): readonly string[] {
  return manifest.dataCategories.flatMap(({ id, deletion }) => (deletion.related === undefined ? [] : [id]));
}

export async function plantOne(bench: Bench, category: string, person: Person): Promise<string> {
  return (await bench.sandbox.related?.add(category, [person.id], "Canary of what is related.")) ?? "";
}

/** One record of each category that a related deletion deletes, of these people; of several where the vendor tells that they share one. */
async function plant(bench: Bench, people: readonly Person[]): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const { id: dataCategory, deletion } of bench.manifest.dataCategories) {
    if (deletion.related === undefined) continue;
    const id = await bench.sandbox.related?.add(dataCategory, people.map((person) => person.id), "Canary of what is related.");
    if (id !== undefined) targets.push({ category: deletion.related.target, id });
    else expect(people.length, `people of a record of ${dataCategory} that the sandbox does not plant`).to.be.greaterThan(1);
  }
  expect(targets, "related records that the sandbox planted").not.to.deep.equal([]);
  return targets;
}

export async function expectRelated(bench: Bench, records: readonly Target[], held: boolean): Promise<void> {
  for (const { category, id } of records) expect(await bench.sandbox.related?.isHeld(dataCategoryOf(bench, category), id), `whether the vendor still holds a ${category}`).to.equal(held);
}

export function dataCategoryOf({ manifest }: Bench, target: string): string {
  return manifest.dataCategories.find(({ deletion }) => deletion.related?.target === target)?.id ?? "";
}

function idsOf(targets: readonly Target[]): readonly string[] {
  return targets.map(({ category, id }) => `${category} ${id}`);
}
