import { expect } from "chai";
import { choresOf, DEFAULT_TIMINGS, laterLooksDue, replay, type JournalEntry, type RequestOutcome, type Timings } from "../../core/index.js";
import { answered, at, confirmed, ended, found, intent, planned, settled, START_MS } from "./journal-entries.js";

const TIMINGS: Timings = { ...DEFAULT_TIMINGS, laterLooksMs: [100_000, 700_000], lagLookMs: 15_000, keyKeptMs: 50_000 };

/** What is to come, as `what second`, counted from the start. */
const chores = (...entries: readonly JournalEntry[]): readonly string[] => choresOf(replay(entries), TIMINGS).map((each) => `${each.what} ${(Date.parse(each.at) - START_MS) / 1000}`);

const DONE: readonly JournalEntry[] = [found(), planned(), confirmed(), intent(1), answered(1, "deleted"), settled("deleted"), ended("verified", 10)];
const LAGGING: readonly JournalEntry[] = [found(), planned(), confirmed(), intent(1), answered(1, "absent"), settled("already_absent"), ended("verified", 10)];
const inPart = (seconds: number): JournalEntry => ({ at: at(seconds), kind: "looked_again", searched: [], gaps: [{ category: "person", code: "COUNT_MISMATCH", have: 0, of: 7 }], shown: [] });
const lookedAgain = (seconds: number, ...answers: readonly ("present" | "absent" | "merged")[]): JournalEntry => ({ at: at(seconds), kind: "looked_again", searched: [], gaps: [], shown: answers.map((answer, n) => ({ id: `x${n}`, kind: "user", answer })) });
const missed = (seconds: number): JournalEntry => ({ at: at(seconds), kind: "look_missed", dueAt: at(110), code: "AUTH_REJECTED" });
const packaged: JournalEntry = { at: at(5), kind: "packaged", receipt: { path: "/x/r1", sha256: "", counts: {}, expiresAt: at(500) } };
const removed = (folder: "deleted" | "not_found" | "not_deleted", file?: "deleted" | "not_deleted"): JournalEntry => ({ at: at(501), kind: "package_removed", removal: { folder, ...(file === undefined ? {} : { file }) } });
const destroyed: JournalEntry = { at: at(999), kind: "key_destroyed", remains: replay([ended("verified", 10)]) };

/** A verified deletion of a person on whose record a chat hung, which was last seen so. */
const leaving = (answer: "present" | "absent", kept: readonly string[] = []): readonly JournalEntry[] => {
  const entry = planned();
  if (entry.kind !== "planned") throw new Error("no plan");
  const plan = { ...entry.plan, kept: kept.map((category) => ({ category, id: "c1", reason: "kept" })) };
  const chat = { category: "chat", id: "c1" };
  return [found(), { ...entry, plan }, confirmed(), intent(1), answered(1, "deleted"), { at: at(6), kind: "surveyed", dependents: [chat, { category: "chat", id: "c2" }] }, { at: at(7), kind: "looked", target: chat, look: { answer } }, settled("deleted"), ended("verified", 10)];
};

describe("what is still to come after a request has ended", () => {
  for (const [title, entries, expected] of [
    ["V5: a verified deletion is looked after twice, then its key goes", DONE, ["look 110", "look 710", "key 710"]],
    ["V5: a look that was taken is not due any more", [...DONE, lookedAgain(111)], ["look 710", "key 710"]],
    ["V5: one look counts for all that were due", [...DONE, lookedAgain(800)], ["key 10"]],
    ["V5: a look that came too early counts for nothing", [...DONE, lookedAgain(50)], ["look 110", "look 710", "key 710"]],
    ["V3: a look that only the index answers is followed by one more", [...DONE, lookedAgain(111, "absent")], ["look 126", "look 710", "key 710"]],
    ["V3: and that one by none, whatever it shows", [...DONE, lookedAgain(111, "absent"), lookedAgain(130, "absent")], ["look 710", "key 710"]],
    ["V3: the last look may be followed by one more, and the key waits for it", [...DONE, lookedAgain(111), lookedAgain(710, "absent")], ["look 725", "key 725"]],
    ["V3: a deletion whose search showed who was gone is looked after soon", LAGGING, ["look 25", "look 110", "look 710", "key 710"]],
    ["V5: who was seen and not said to be back is said now", [...DONE, lookedAgain(111, "present")], ["look 10", "key 10"]],
    ["V5: who is back is a human's business", [...DONE, lookedAgain(111, "present"), ended("needs_attention", 112, "REAPPEARED")], []],
    ["V5: a plan made anew is looked after anew", [...DONE, lookedAgain(111, "present"), ended("needs_attention", 112, "REAPPEARED"), { at: at(113), kind: "asked", choices: {} }, planned(), confirmed(), settled("deleted"), ended("verified", 200)], ["look 300", "look 900", "key 900"]],
    ["a look that was given up is due no more", [...DONE, missed(800)], ["key 10"]],
    ["a package is removed when its time is over, and the key goes with it", [found(), packaged, ended("complete", 10)], ["package 500", "key 500"]],
    ["a package that is gone is not due again", [found(), packaged, ended("complete", 10), removed("deleted")], ["key 10"]],
    ["a package that was moved is not due again", [found(), packaged, ended("complete", 10), removed("not_found")], ["key 10"]],
    ["a package that could not be removed is due until it is", [found(), packaged, ended("complete", 10), removed("not_deleted")], ["package 500", "key 500"]],
    ["a ZIP that could not be removed is due until it is", [found(), packaged, ended("complete", 10), removed("deleted", "not_deleted")], ["package 500", "key 500"]],
    ["a look at a list that was not whole is followed by one more, once", [...DONE, inPart(110), inPart(125)], ["look 710", "key 710"]],
    ["and soon", [...DONE, inPart(110)], ["look 125", "look 710", "key 710"]],
    ["what hung on a record and is there without it is looked at soon", leaving("present"), ["look 25", "look 110", "look 710", "key 710"]],
    ["what hung on a record and went with it is not", leaving("absent"), ["look 110", "look 710", "key 710"]],
    ["what was to stay is not, either", leaving("present", ["note", "chat"]), ["look 110", "look 710", "key 710"]],
    ["what merely has the id of what was to stay is", leaving("present", ["note"]), ["look 25", "look 110", "look 710", "key 710"]],
    ["what is due is told by its time", [...DONE.slice(0, -1), packaged, ended("verified", 10)], ["look 110", "package 500", "look 710", "key 710"]],
    ["a package of a run that did not end is removed all the same", [found(), packaged], ["package 500"]],
    ["nothing is to come while a request is open", [found(), planned()], []],
    ["nothing is to come once the key is destroyed", [...DONE, destroyed], []],
  ] as const) {
    it(title, () => expect(chores(...entries)).to.deep.equal(expected));
  }

  for (const outcome of ["nothing_found", "refused", "cancelled"] as const) it(`the key of what ended ${outcome} goes after its time`, () => expect(chores(found(), ended(outcome, 10))).to.deep.equal(["key 60"]));

  for (const outcome of ["parked", "needs_attention", "partial", "awaiting_verification", "planned"] as const satisfies readonly RequestOutcome[]) it(`the key of what stands at ${outcome} stays`, () => expect(chores(found(), ended(outcome, 10))).to.deep.equal([]));

  it("has its looks in the order of their times", () => {
    expect(laterLooksDue(replay(LAGGING), TIMINGS).map((ms) => (ms - START_MS) / 1000)).to.deep.equal([25, 110, 710]);
    expect(laterLooksDue(replay([...DONE, lookedAgain(111, "absent")]), TIMINGS).map((ms) => (ms - START_MS) / 1000)).to.deep.equal([126, 710]);
  });
});
