import { expect } from "chai";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyMutation, lostBefore } from "../faults.js";
import { declares, rule, type Rule } from "../rule.js";
import { confirmedPlan, expectHeld, finish, fromNowOn, tellsOf } from "../steps.js";
import { household } from "./deletion.js";
import { SHARED_TEXT } from "./occasions.js";
import { sharedCategories } from "./others.js";
import { expectRelated, plantFor, waysToDelete } from "./related-records.js";

/** What becomes of whoever became part of another record. They prove something where the sandbox knows how that comes about. */
export const MERGED_ACCESS_RULES: readonly Rule[] = [
  rule("ACCESS-19", "shows a record as a gap that became part of somebody else's, and reads nothing of that one", declares("access"), async (bench) => {
    const [person, other] = [await bench.addSubject(), await bench.addSubject()];
    if (!(await merged(bench, person, other))) return;
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
        if (!(await merged(bench, person, other))) return;
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
    const { person, people } = await household(bench, "bare");
    const [kept, part] = people;
    const { id } = await confirmedPlan(bench, person);
    if (kept === undefined || part === undefined || !(await merged(bench, part, kept))) return;
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
  const { person, people } = await household(bench, "bare");
  const [kept, part] = people;
  const other = await bench.addSubject({ volume: "bare" });
  if (kept === undefined || part === undefined) return;
  for (const category of sharedCategories(bench)) await bench.sandbox.related?.add(category, [other.id, kept.id], SHARED_TEXT);
  await merged(bench, part, other);
  await bench.sandbox.remove(other.id);
  const { records } = await bench.hosted.access(person.identifier);
  expect(tellsOf(JSON.stringify(records), other), "whether the package tells of what a record became part of, once that one is gone").to.equal(false);
}

/** Makes one record part of the other one; false where the vendor knows no such thing. */
async function merged({ sandbox }: Bench, person: Person, into: Person): Promise<boolean> {
  await sandbox.merge?.(person.id, into.id);
  return sandbox.merge !== undefined;
}
