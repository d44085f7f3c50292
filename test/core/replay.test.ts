import { expect } from "chai";
import { replay, type JournalEntry } from "../../core/index.js";
import { answered, at, confirmed, declined, ended, found, intent, looked, planned, settled, T1, T2 } from "./journal-entries.js";

const page = (number: number, counts: Record<string, number>, gaps: readonly string[] = []): JournalEntry => ({
  at: at(number), kind: "page", number, checkpoint: `after ${number}`, counts, gaps: gaps.map((code) => ({ category: "notes", code })),
});
const calls = (apiCalls: number): JournalEntry => ({ at: at(0), kind: "calls", apiCalls });

describe("replaying a journal", () => {
  it("of nothing gives a request at which nothing was done", () => {
    expect(replay([])).to.deep.equal({
      finding: undefined, pages: 0, checkpoint: undefined, counts: {}, announced: {}, gaps: [], unreadable: [], receipt: undefined,
      choices: {},
      directory: undefined, directories: [], recipient: undefined, plan: undefined, planning: false, confirmed: false, targets: [], dependents: [], proofs: [], apiCalls: 0, ended: undefined, stuckSince: undefined,
      laterLooks: [], removed: undefined, keyDestroyedAt: undefined,
    });
  });

  it("adds pages up and goes on after the last one", () => {
    const state = replay([found(), page(1, { contacts: 1 }), page(2, { notes: 50 }, ["PAGING"]), page(3, { notes: 20, tags: 1 })]);
    expect(state).to.deep.include({ pages: 3, checkpoint: "after 3", counts: { contacts: 1, notes: 70, tags: 1 }, gaps: [{ category: "notes", code: "PAGING" }] });
  });

  it("P12: forgets the pages that were read for an earlier finding", () => {
    expect(replay([found(), page(1, { contacts: 1 }, ["PAGING"]), found(5)])).to.deep.include({ pages: 0, checkpoint: undefined, counts: {}, announced: {}, gaps: [] });
  });

  it("counts the calls of a plan and of its execution apart", () => {
    expect(replay([found(), calls(2), calls(3)]).apiCalls).to.equal(5);
    expect(replay([found(), planned(), calls(2), confirmed(), calls(3), calls(1)]).apiCalls).to.equal(4);
  });

  it("knows a target by its category and id", () => {
    const other = { category: "conversation", id: "t1" };
    const [first, second, third] = replay([planned([T1, T2, other]), confirmed(), intent(1), intent(2, T2), intent(3, other)]).targets;
    expect([first?.attempts, second?.attempts, third?.attempts]).to.deep.equal([1, 2, 3]);
  });

  it("tells after which attempt a look was taken", () => {
    const [target] = replay([planned(), confirmed(), looked("present"), intent(1), looked("present"), answered(1, "deleted"), looked("absent"), settled("deleted")]).targets;
    expect(target?.looks.map((look) => look.afterAttempt)).to.deep.equal([0, 1, 1]);
    expect(target?.settled?.outcome).to.equal("deleted");
  });

  it("takes a declined deletion for one that was never announced", () => {
    const [target] = replay([planned(), confirmed(), intent(1), declined(1)]).targets;
    expect(target).to.deep.include({ attempts: 0, answers: [] });
    expect(replay([planned(), confirmed(), intent(1), answered(1, "deleted"), intent(2), declined(2)]).targets[0]?.attempts).to.equal(1);
  });

  it("lets a new plan replace the old one, with its targets and its confirmation", () => {
    const state = replay([planned(), confirmed(), intent(1), planned([T2])]);
    expect(state.confirmed).to.equal(false);
    expect(state.targets.map((t) => [t.target.id, t.attempts])).to.deep.equal([["t2", 0]]);
  });

  it("lets a plan that turned out stale be confirmed no longer", () => {
    expect(replay([planned(), confirmed(), ended("needs_attention", 1, "PLAN_STALE")]).confirmed).to.equal(false);
    expect(replay([planned(), confirmed(), ended("needs_attention", 1, "STILL_PRESENT")]).confirmed).to.equal(true);
  });

  it("ends with the last ending, and has not ended when anything but a count followed", () => {
    expect(replay([found(), ended("parked", 5, "VENDOR_UNAVAILABLE")]).ended).to.deep.equal({ at: at(5), outcome: "parked", attention: { code: "VENDOR_UNAVAILABLE" } });
    expect(replay([found(), ended("parked", 5), calls(1)]).ended?.outcome).to.equal("parked");
    for (const entry of [found(6), page(1, {}), intent(1), declined(1), { at: at(6), kind: "asked", choices: {} } as const]) {
      expect(replay([planned(), ended("parked", 5), entry]).ended, entry.kind).to.equal(undefined);
    }
  });

  describe("being stuck", () => {
    const stuckSince = (...entries: readonly JournalEntry[]) => replay([planned(), confirmed(), ...entries]).stuckSince;

    it("begins when a request is parked and goes on while nothing is achieved", () => {
      expect(stuckSince(ended("parked", 10))).to.equal(at(10));
      expect(stuckSince(ended("parked", 10), ended("parked", 20), calls(4), ended("parked", 30))).to.equal(at(10));
    });

    it("goes on where deletions are announced and their answers lost, or declined", () => {
      expect(stuckSince(ended("parked", 10), intent(1), looked("present"), ended("parked", 20))).to.equal(at(10));
      expect(stuckSince(ended("parked", 10), intent(1), declined(1, "VENDOR_UNAVAILABLE"), ended("parked", 20))).to.equal(at(10));
    });

    it("goes on where the person is merely found again", () => {
      expect(replay([found(), ended("parked", 10), found(15), ended("parked", 20)]).stuckSince).to.equal(at(10));
    });

    it("ends with anything that was achieved", () => {
      for (const entry of [page(1, {}), answered(1, "deleted"), looked("absent"), settled("deleted"), planned()]) {
        expect(stuckSince(ended("parked", 10), entry), entry.kind).to.equal(undefined);
      }
      expect(replay([ended("parked", 10), found(15)]).stuckSince, "the first finding").to.equal(undefined);
    });

    it("ends with any other ending", () => {
      expect(stuckSince(ended("parked", 10), ended("needs_attention", 20))).to.equal(undefined);
    });
  });
});
