import { expect } from "chai";
import type { Connector, Target } from "../../core/ports.js";
import type { DeletionResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { NO_ANSWERS } from "../faults.js";
import { rule, type Rule } from "../rule.js";
import { confirmedPlan, deleteWhole, entriesOf, finish, fromNowOn, hide, MANY } from "../steps.js";
import { CAN_BE_READ, comingToShare, expectNotTrusted, joinable, READS_LATER } from "./coming-to-share.js";
import { expectKeptDespiteIds } from "./contained-ids.js";
import { dataCategoryOf, expectRelated, household, idsOf, plant, relatedCategories, relates } from "./related-records.js";

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
    expect((result.plan?.kept ?? []).filter(({ reason }) => !/\S/.test(reason)), "what the plan keeps without saying why").to.deep.equal([]);
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
    for (const category of await joinable(bench)) {
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
  await hide(bench, person, extent);
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

/** Vendors tell times in seconds. */
function startOfSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

function hidesRelated(connector: Connector): boolean {
  return relates(connector) && connector.manifest.lookupExtents !== undefined;
}
