import { expect } from "chai";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyMutation, lostBefore } from "../faults.js";
import { needed } from "../needed.js";
import { declares, everyone, rule, type Rule } from "../rule.js";
import { confirmedPlan, expectHeld, finish, fromNowOn, secondOf, tellsOf } from "../steps.js";
import { SHARED_TEXT } from "./occasions.js";
import { sharedCategories } from "./others.js";
import { expectRelated, plantFor, waysToDelete } from "./related-records.js";

/** What becomes of whoever became part of another record. */
export const MERGED_LOOKUP_RULES: readonly Rule[] = [
  rule("LOOKUP-14", "finds nobody by the id of a record that became part of another one", everyone, async (bench) => {
    const [part, whole] = [await bench.addSubject(), await bench.addSubject()];
    const { lookup } = await bench.hosted.open();
    await merge(bench, part, whole);
    for (const asked of [[], [part.identifier], [whole.identifier]]) expect(await lookup.findById(part.id, asked), "match for a record that became part of another one").to.equal(undefined);
  }),
];

export const MERGED_ACCESS_RULES: readonly Rule[] = [
  rule("ACCESS-19", "shows a record as a gap that became part of somebody else's, and reads nothing of that one", declares("access"), async (bench) => {
    const [person, other] = [await bench.addSubject(), await bench.addSubject()];
    await merge(bench, person, other);
    const { result, records } = await bench.hosted.access(person.identifier);
    expect(tellsOf(JSON.stringify(records), other), "whether the package tells of whom a record became part of").to.equal(false);
    expect(result.outcome, "outcome of an access to what became part of somebody else's record").not.to.equal("complete");
    if (result.matches.length > 0) expect(result.gaps.length, "gaps").to.be.at.least(1);
    await expectSilenceAfterwards(bench);
  }),
];

export const MERGED_DELETION_RULES: readonly Rule[] = [
  rule("DELETE-22", "calls nothing deleted that became part of somebody else's record, deletes nothing of that one, and asks", declares("deletion"), async (bench) => {
    for (const choices of waysToDelete(bench)) {
      for (const isShown of [true, false]) {
        const [person, other] = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
        await plantFor(bench, choices, person);
        const theirs = await plantFor(bench, choices, other);
        const { id } = await confirmedPlan(bench, person, choices);
        await merge(bench, person, other);
        if (!isShown) await bench.sandbox.settleIndex();
        const since = fromNowOn(bench);
        const { result } = await bench.hosted.execute(id);
        expect([result.outcome, result.attention?.code], "what is said of what became part of somebody else's record").to.deep.equal(["needs_attention", "PLAN_STALE"]);
        expect(result.targets.map((target) => target.outcome), "outcomes").not.to.include.oneOf(["deleted", "already_absent"]);
        expect(since.effects(), "calls that changed something").to.deep.equal([]);
        const { plan } = (await bench.hosted.plan(person.identifier, choices)).result;
        const own = [other, ...theirs].map((each) => each.id);
        expect(plan?.targets.map((target) => target.id) ?? [], "targets of a plan that is made anew").not.to.include.oneOf(own);
        await expectHeld(bench, [other], true);
        await expectRelated(bench, theirs, true);
        await bench.sandbox.settleIndex();
      }
    }
  }),
];

export const MERGED_DOUBT_RULES: readonly Rule[] = [
  rule("DOUBT-16", "tells what became part of another record from what is gone, and calls it deleted once that one is", declares("deletion"), async (bench) => {
    const kept = await bench.addSubject({ volume: "bare" });
    const part = await secondOf(bench, kept);
    const { id } = await confirmedPlan(bench, kept, { only: [kept.id, part.id] });
    await merge(bench, part, kept);
    const { executor } = await bench.hosted.open();
    const category = bench.manifest.subjectCategory;
    const { answer, into } = await executor.look({ category, id: part.id });
    expect([answer, into], "what is seen of a record that became part of another one").to.deep.equal(["merged", kept.id]);
    expect((await executor.look({ category, id: kept.id })).answer, "what is seen of the one that it became part of").to.equal("present");
    bench.wire.disturb(disturbing(everyMutation, lostBefore));
    const lost = await bench.hosted.execute(id);
    bench.wire.mend();
    expect(lost.result.targets.map((target) => target.outcome), "outcomes while the other record is held").not.to.include.oneOf(["deleted", "already_absent"]);
    await expectHeld(bench, [kept], true);
    expect((await finish(bench, id)).result.outcome, "outcome once the other record is gone").to.equal("verified");
    await expectHeld(bench, [kept], false);
  }),
];

/** What one of the person's records became part of, and is gone by now, may have been anybody's: it is somebody else where both have a part. */
async function expectSilenceAfterwards(bench: Bench): Promise<void> {
  const kept = await bench.addSubject({ volume: "bare" });
  const [part, other] = [await secondOf(bench, kept), await bench.addSubject({ volume: "bare" })];
  for (const category of sharedCategories(bench)) await bench.sandbox.related?.add(category, [other.id, kept.id], SHARED_TEXT);
  await merge(bench, part, other);
  await bench.sandbox.remove(other.id);
  const { records } = await bench.hosted.access(kept.identifier);
  expect(tellsOf(JSON.stringify(records), other), "whether the package tells of what a record became part of, once that one is gone").to.equal(false);
}

async function merge({ sandbox }: Bench, person: Person, into: Person): Promise<void> {
  await needed(sandbox.merge, "`merge`", "a record that becomes part of another one")(person.id, into.id);
}
