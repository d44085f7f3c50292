import { expect } from "chai";
import { replay, type DeletionPlan, type JournalEntry } from "../../core/index.js";
import { answered, at, confirmed, declined, ended, found, intent, looked, planned, settled, T1, T2 } from "./journal-entries.js";

const page = (number: number, counts: Record<string, number>, gaps: readonly string[] = []): JournalEntry => ({
  at: at(number), kind: "page", number, checkpoint: `after ${number}`, counts, gaps: gaps.map((code) => ({ category: "notes", code })),
});
const calls = (apiCalls: number): JournalEntry => ({ at: at(0), kind: "calls", apiCalls });

describe("replaying a journal", () => {
  it("of nothing gives a request at which nothing was done", () => {
    expect(replay([])).to.deep.equal({
      workspace: undefined, finding: undefined, pages: 0, lastPageAt: undefined, checkpoint: undefined, counts: {}, announced: {}, gaps: [], searched: [], unreadable: [], strangers: [], receipt: undefined,
      choices: {},
      directory: undefined, directories: [], recipient: undefined, plan: undefined, planning: false, confirmed: false, withdrawnAt: undefined, targets: [], earlier: [], leftBefore: [], keptBefore: [], dependents: [], proofs: [], apiCalls: 0, ended: undefined, stuckSince: undefined,
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
    const state = replay([planned(), confirmed(), planned([T2])]);
    expect(state.confirmed).to.equal(false);
    expect(state.targets.map((t) => [t.target.id, t.attempts])).to.deep.equal([["t2", 0]]);
    expect(replay([planned(), confirmed(), intent(1), planned([T2])]).targets.map((t) => [t.target.id, t.attempts]), "what was begun is not forgotten").to.deep.equal([["t2", 0], ["t1", 1]]);
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

  const asked = (changes: Partial<Extract<JournalEntry, { kind: "asked" }>> = {}): JournalEntry => ({ at: at(1), kind: "asked", ...changes });
  const packaged: JournalEntry = { at: at(1), kind: "packaged", receipt: { path: "/x", sha256: "ff", counts: {}, expiresAt: at(9) } };

  it("asked anew, counts anew and plans anew, and forgets what was found where only the places to look are others", () => {
    const before = [asked({ choices: { extents: ["a", "b"] } }), found(), packaged, calls(4)];
    const same = replay([...before, asked({ choices: { extents: ["b", "a"], erase: "related" } })]);
    expect(same).to.deep.include({ apiCalls: 0, planning: true, choices: { extents: ["b", "a"], erase: "related" } });
    expect([same.finding === undefined, same.receipt === undefined]).to.deep.equal([false, false]);
    for (const choices of [{ extents: ["a"] }, { extents: ["ab"] }, {}]) expect(replay([...before, asked({ choices })]), JSON.stringify(choices)).to.deep.include({ finding: undefined, receipt: undefined });
    expect(replay([found(), asked({ choices: { only: ["t1"] } })]).finding, "nothing was said of places before, nor now").to.not.equal(undefined);
  });

  it("asked to go on, keeps choices, calls, folder and recipient", () => {
    const state = replay([asked({ choices: { erase: "related" }, directory: "/a", recipient: "age1x" }), found(), calls(4), asked()]);
    expect(state).to.deep.include({ apiCalls: 4, choices: { erase: "related" }, directory: "/a", directories: ["/a"], recipient: "age1x" });
    expect(replay([asked({ recipient: "age1x" }), asked({ recipient: "age1y" })]).recipient).to.equal("age1y");
  });

  it("remembers every folder that was asked for, the last one last and each once", () => {
    expect(replay([asked({ directory: "/a" }), asked({ directory: "/b" }), asked({ directory: "/a" })])).to.deep.include({ directory: "/a", directories: ["/b", "/a"] });
  });

  it("is changed by what came after the end only where that says something", () => {
    const done = replay([found(), planned([T1]), confirmed(), { at: at(2), kind: "surveyed", dependents: [T2, { category: "chat", id: "t2" }] }, ended("verified", 3)]);
    const after = (...entries: readonly JournalEntry[]) => replay([found(), planned([T1]), confirmed(), { at: at(2), kind: "surveyed", dependents: [T2, { category: "chat", id: "t2" }] }, ended("verified", 3), ...entries]);
    for (const kind of ["look_failed", "turned_away"] as const) {
      const entry = kind === "look_failed" ? { at: at(4), kind, dueAt: at(4), code: "AUTH_REJECTED" as const } : { at: at(4), kind, code: "ACCESS_FIRST" as const };
      expect(after(entry), kind).to.deep.equal(done);
    }
    expect(after({ at: at(4), kind: "look_missed", dueAt: at(4), code: "AUTH_REJECTED" }).laterLooks).to.deep.equal([{ at: at(4), searched: [], gaps: [], shown: [], missed: "AUTH_REJECTED" }]);
    const again = after({ at: at(5), kind: "looked_again", searched: [], gaps: [], shown: [], followed: [{ target: { category: "chat", id: "t2" }, look: { answer: "absent" } }] });
    expect(again.dependents.map(({ looks }) => looks)).to.deep.equal([[], [{ at: at(5), look: { answer: "absent" } }]]);
    expect(after({ at: at(5), kind: "looked_again", searched: [], gaps: [], shown: [] }).dependents).to.deep.equal(done.dependents);
    expect(replay([found(), page(1, { notes: 2 }), { at: at(4), kind: "pages_dropped" }])).to.deep.include({ finding: undefined, pages: 0, counts: {} });
    const removed: JournalEntry = { at: at(4), kind: "package_removed", removal: { folder: "deleted" } };
    expect([replay([packaged, removed]).removed?.at, replay([packaged, removed, packaged]).removed], "a package that was written anew is still there").to.deep.equal([at(4), undefined]);
  });

  it("goes on knowing what was found and is deleted by now, the records that hang on nobody too", () => {
    const among = (seconds: number, ...ids: readonly string[]): JournalEntry => {
      const entry = found(seconds, []);
      return entry.kind === "found" ? { ...entry, finding: { ...entry.finding, loose: ids.map((id) => ({ category: "chat", id, as: "author", matchedBy: "exact" })) } } : entry;
    };
    const looseOf = (...entries: readonly JournalEntry[]) => replay(entries).finding?.loose?.map(({ id }) => id);
    expect(looseOf(among(0, "a", "b"), planned(), confirmed(), among(1, "b", "c"))).to.deep.equal(["a", "b", "c"]);
    expect([looseOf(among(0, "a"), planned(), confirmed(), found(1, [])), looseOf(among(0, "a"), planned(), found(1, [])), looseOf(found(), planned(), confirmed(), found(1))]).to.deep.equal([["a"], undefined, undefined]);
  });

  it("tells each search beyond the finding's own once, by its place and kind of key; a new finding begins anew, unless a plan is being carried out", () => {
    const by = (identifier: string, where: string, seconds = 0) => ({ identifier, where, at: at(seconds) });
    const read = (number: number, ...searched: ReturnType<typeof by>[]): JournalEntry => ({ at: at(number), kind: "page", number, checkpoint: "c", counts: {}, gaps: [], searched });
    const keys = (...entries: readonly JournalEntry[]) => replay(entries).searched.map(({ identifier, where, at: when }) => [identifier, where, when].join(" "));
    expect(keys(found(), read(1, by("id", "chats"), by("email", "chats")), read(2, by("id", "chats", 5), by("id", "notes", 6)), page(3, {}))).to.deep.equal([`id chats ${at(0)}`, `email chats ${at(0)}`, `id notes ${at(6)}`]);
    expect(keys(found(), read(1, by("id", "chats")), found(2))).to.deep.equal([]);
    const plan = { ...planned([T1]), searched: [by("id", "chats")] } as JournalEntry;
    const since: JournalEntry = { at: at(3), kind: "surveyed", dependents: [T2], searched: [by("id", "chats", 3), by("id", "notes", 3)] };
    expect(keys(found(), plan, confirmed(), found(2), since)).to.deep.equal([`id chats ${at(0)}`, `id notes ${at(3)}`]);
    expect(keys(found(), plan, found(2))).to.deep.equal([]);
  });

  it("keeps, while a plan is carried out, whom it found before, and each once", () => {
    const ids = (...entries: readonly JournalEntry[]) => replay(entries).finding?.matches.map(({ id }) => id);
    expect(ids(found(0, ["t1", "t2"]), planned([T1]), confirmed(), found(1, ["t2", "t3"]))).to.deep.equal(["t1", "t2", "t3"]);
    expect(ids(found(0, ["t1", "t2"]), planned([T1]), found(1, ["t2"]))).to.deep.equal(["t2"]);
    const gone = [found(), planned([T1]), confirmed(), intent(1), settled("deleted"), planned([T2])];
    expect(ids(...gone, found(1, ["t2"])), "who went before a later plan, that is not confirmed yet").to.deep.equal(["t1", "t2"]);
  });

  it("knows the account of a request whose key a version destroyed that kept it in the finding alone", () => {
    const remains = (more: object) => replay([{ at: at(9), kind: "key_destroyed", remains: { ...replay([found()]), ...more } }]).workspace;
    const inFinding = { workspace: undefined, finding: { account: { workspace: "w1" } } };
    expect([remains(inFinding), remains({ ...inFinding, workspace: "w2" }), remains({})]).to.deep.equal(["w1", "w2", undefined]);
  });

  describe("made anew once something was begun", () => {
    const chat = { category: "chat", id: "c1" };
    const first = (more: Partial<DeletionPlan>): JournalEntry => {
      const entry = planned([T1]);
      return entry.kind === "planned" ? { ...entry, plan: { ...entry.plan, ...more } } : entry;
    };
    const begun = [confirmed(), intent(1)];
    const dependents = (...entries: readonly JournalEntry[]) => replay([first({ dependents: [chat] }), ...entries]).dependents.map(({ target: { id } }) => id);

    it("goes on knowing what the earlier plan said that it leaves, gone or open, and nothing of one that was not begun", () => {
      const left = (...entries: readonly JournalEntry[]) => replay([first({ residuals: ["BACKUPS"] }), ...entries, planned([T1])]).leftBefore;
      expect([left(...begun), left(...begun, settled("deleted")), left(confirmed()), left(...begun, settled("not_deleted"))]).to.deep.equal([[["BACKUPS"]], [["BACKUPS"]], [], []]);
    });

    it("goes on looking at what hung on what is open or gone, unless the plan names it itself", () => {
      expect([dependents(...begun, planned([T2])), dependents(...begun, settled("deleted"), planned([T2])), dependents(planned([T2]))]).to.deep.equal([["c1"], ["c1"], []]);
      expect(dependents(...begun, settled("deleted"), planned([chat])), "as a target").to.deep.equal([]);
    });
  });
});
