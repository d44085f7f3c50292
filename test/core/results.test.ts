import { expect } from "chai";
import { replay, resultOf, type AccessResult, type DeletionPlan, type DeletionResult, type Finding, type JournalEntry, type PackageReceipt, type PackageRemoval, type PrivacyRequest } from "../../core/index.js";
import { answered, at, confirmed, declined, ended, found, intent, looked, planned, settled, T1, T2 } from "./journal-entries.js";
import { MANIFEST } from "./sample-manifest.js";

const manifest = { ...MANIFEST, residuals: [{ code: "BACKUPS", text: "Backups stay." }] };
const request = (type: PrivacyRequest["type"], more: Partial<PrivacyRequest> = {}): PrivacyRequest => ({
  id: "r1",
  type,
  connector: "sample",
  connectorVersion: "1.2.3",
  connection: "acme",
  vendorsOwn: true,
  openedAt: at(0),
  context: { receivedAt: at(0), law: "gdpr", language: "en" },
  subjectKey: "k",
  state: "running",
  ...more,
});
const access = (...entries: readonly JournalEntry[]) => resultOf(request("access"), replay(entries), manifest) as AccessResult;
const deletion = (...entries: readonly JournalEntry[]) => resultOf(request("deletion"), replay(entries), manifest) as DeletionResult;
const finding: Finding = {
  matches: [{ id: "t1", kind: "user", matchedBy: "exact", primary: true, extent: "archived" }],
  loose: [{ category: "chat", id: "l1", as: "author", matchedBy: "exact" }],
  nearMatches: [{ id: "n1", why: "tag" }],
  searched: [{ identifier: "email", where: "search", at: at(1) }],
  notCovered: [{ category: "calls", reason: "not read" }],
  gaps: [{ category: "person", code: "PAGING" }],
  dropped: 2,
  teammate: true,
  connectorVersion: "1.2.3",
};
const foundSo: JournalEntry = { at: at(1), kind: "found", finding };

describe("a request's result", () => {
  it("is empty of everything while nothing is known, and holds no trace of what is unknown", () => {
    const head = { request: { id: "r1", ref: null, connector: "sample", connection: "acme", vendorsOwn: true }, outcome: "running", searched: [], notCovered: [], dropped: 0, loose: [], teammate: false, apiCalls: 0, evidence: null, toCome: [], keyDestroyedAt: null, matches: [], nearMatches: [] };
    expect(access()).to.deep.equal({ ...head, request: { ...head.request, type: "access" }, counts: {}, announced: {}, readUntil: null, gaps: [], redactions: [], package: null });
    expect(deletion()).to.deep.equal({ ...head, request: { ...head.request, type: "deletion" }, gaps: [], plan: null, targets: [], dependents: [], residuals: [], laterLooks: [] });
  });

  it("says whose it is, by the host's own reference where it has one", () => {
    const { request: told, outcome } = resultOf(request("access", { context: { receivedAt: at(0), law: "gdpr", language: "en", reference: "T-1" }, vendorsOwn: false, state: "planned" }), replay([]), manifest);
    expect([told, outcome]).to.deep.equal([{ id: "r1", ref: "T-1", type: "access", connector: "sample", connection: "acme", vendorsOwn: false }, "planned"]);
  });

  it("tells what the search found and what it did not look at", () => {
    for (const result of [access(foundSo), deletion(foundSo)]) {
      expect(result).to.deep.include({ matches: [{ id: "t1", kind: "user", matchedBy: "exact" }], nearMatches: finding.nearMatches, searched: finding.searched, notCovered: finding.notCovered, dropped: 2, loose: finding.loose, teammate: true });
    }
    expect(access(foundSo).gaps).to.deep.equal(finding.gaps);
    expect(access({ ...foundSo, finding: { ...finding, teammate: false } } as JournalEntry).teammate).to.equal(false);
  });

  it("has the outcome and the reason of the last end, how many calls it took, and when its key was destroyed", () => {
    expect(access(ended("parked", 1, "RATE_LIMITED"))).to.deep.include({ outcome: "parked", attention: { code: "RATE_LIMITED" } });
    expect(access(ended("complete"))).to.not.have.property("attention");
    expect(access({ ...foundSo, apiCalls: 3 }, { at: at(2), kind: "calls", apiCalls: 4 }).apiCalls).to.equal(7);
    expect(access({ at: at(9), kind: "key_destroyed", remains: replay([ended("complete")]) })).to.include({ outcome: "complete", keyDestroyedAt: at(9) });
  });

  describe("of access", () => {
    const page = (number: number, more: Partial<Extract<JournalEntry, { kind: "page" }>> = {}): JournalEntry => ({ at: at(2), kind: "page", number, checkpoint: String(number), counts: { person: 1 }, gaps: [], ...more });
    const receipt: PackageReceipt = { path: "/p/r1", sha256: "aa", counts: { person: 2, order: 0 }, redactions: [{ rule: "names", count: 3 }], expiresAt: at(900) };
    const packaged: JournalEntry = { at: at(5), kind: "packaged", receipt };

    it("adds up the pages while it is read, and says how many there are", () => {
      const searched = [{ identifier: "person_id", where: "orders", at: at(2) }];
      const reading = access(foundSo, page(1, { announced: { person: 2 }, searched, gaps: [{ category: "order", code: "COUNT_MISMATCH" }], unreadable: [{ category: "chat", reason: "not readable here" }] }), page(2));
      expect(reading).to.deep.include({ counts: { person: 2 }, announced: { person: 2 }, redactions: [] });
      expect(reading.searched.map(({ where }) => where)).to.deep.equal(["search", "orders"]);
      expect(reading.gaps.map(({ code }) => code)).to.deep.equal(["PAGING", "COUNT_MISMATCH"]);
      expect(reading.notCovered.map(({ category }) => category)).to.deep.equal(["calls", "chat"]);
    });

    it("goes by the package once that is written, and announces nothing more once it has ended", () => {
      const done = access(foundSo, page(1), packaged, ended("complete"));
      expect(done).to.deep.include({ counts: { person: 2, order: 0 }, redactions: [{ rule: "names", count: 3 }], package: { ...receipt, state: "kept" } });
      expect(done).to.not.have.property("announced");
      const { redactions: _, ...older } = receipt;
      expect(access({ at: at(5), kind: "packaged", receipt: older }).redactions, "of a version that did not add them up").to.deep.equal([]);
    });

    const removals: readonly (readonly [PackageRemoval, string])[] = [
      [{ folder: "deleted", file: "deleted" }, "deleted"],
      [{ file: "deleted" }, "deleted"],
      [{ folder: "not_found", file: "deleted" }, "not_found"],
      [{ folder: "deleted", file: "not_found" }, "not_found"],
      [{ folder: "not_found", file: "not_deleted" }, "not_deleted"],
      [{ folder: "not_deleted" }, "not_deleted"],
    ];
    for (const [removal, state] of removals) {
      it(`says of a package whose parts were ${Object.values(removal).join(" and ")}: ${state}`, () => {
        expect(access(packaged, ended("complete"), { at: at(901), kind: "package_removed", removal }).package).to.deep.equal({ ...receipt, state, seenAt: at(901) });
      });
    }
  });

  describe("of a deletion", () => {
    const withPlan = (more: Partial<DeletionPlan>, targets = [T1]): JournalEntry => {
      const entry = planned(targets);
      if (entry.kind !== "planned") throw new Error("no plan");
      return { ...entry, plan: { ...entry.plan, ...more } };
    };

    it("shows the plan without what only this program reads", () => {
      const { plan } = deletion(found(), withPlan({ others: ["digest"] }));
      expect(plan).to.include({ id: "r1-abcdef", confirm: "delete-1-abcdef01" });
      expect(plan?.hash, "what its evidence holds as well").to.equal("abcdef");
      expect(plan).to.not.have.property("others");
    });

    it("tells what its search for the person did not show", () => {
      const gap = { category: "contact", code: "COUNT_MISMATCH", have: 1, of: 2 };
      expect(deletion({ at: at(1), kind: "found", finding: { ...finding, gaps: [gap] } }, planned()).gaps).to.deep.equal([gap]);
      expect(deletion(found(), planned()).gaps).to.deep.equal([]);
    });

    it("says nothing of targets, dependents or residuals before a human has confirmed", () => {
      const plan = withPlan({ dependents: [{ category: "chat", id: "c1" }] });
      expect(deletion(found(), plan)).to.deep.include({ targets: [], dependents: [], residuals: [] });
      const begun = deletion(found(), plan, confirmed());
      expect(begun.targets).to.deep.equal([{ category: "contact", id: "t1", outcome: "unknown", untouched: true }]);
      expect(begun.dependents).to.deep.equal([{ category: "chat", id: "c1", state: "unknown" }]);
      expect(begun.residuals).to.deep.equal([]);
    });

    it("goes on saying what was begun where it is confirmed no longer", () => {
      const stale = deletion(found(), planned([T1, T2]), confirmed(), intent(1), answered(1, "deleted"), settled("deleted"), ended("partial", 9, "PLAN_STALE"));
      expect(stale.targets.map(({ id, outcome }) => `${id} ${outcome}`)).to.deep.equal(["t1 deleted", "t2 unknown"]);
      expect(stale.residuals).to.deep.equal([{ code: "BACKUPS", text: "Backups stay." }]);
    });

    it("calls not deleted what nothing was done to, once nothing more will be done", () => {
      const rest = (...entries: readonly JournalEntry[]) => deletion(found(), planned([T1]), confirmed(), ...entries).targets;
      expect(rest(ended("needs_attention", 1, "SCOPE_MISSING"))).to.deep.equal([{ category: "contact", id: "t1", outcome: "unknown", untouched: true }]);
      expect(rest(ended("cancelled", 1))).to.deep.equal([{ category: "contact", id: "t1", outcome: "not_deleted", untouched: true }]);
      expect(rest(intent(1), ended("cancelled", 1)), "it was sent, and nobody knows").to.deep.equal([{ category: "contact", id: "t1", outcome: "unknown" }]);
      expect(rest(intent(1), declined(1), ended("cancelled", 1))).to.deep.equal([{ category: "contact", id: "t1", outcome: "not_deleted", untouched: true }]);
    });

    it("says when a record was first seen to be gone after its deletion, and not when it was missing before", () => {
      const gone = (...entries: readonly JournalEntry[]) => deletion(found(), planned(), confirmed(), ...entries).targets[0];
      expect(gone(looked("absent", 1), intent(1, T1, 2), answered(1, "deleted", 3), looked("present", 4), looked("absent", 5), looked("absent", 6), settled("deleted"))).to.deep.equal({ category: "contact", id: "t1", outcome: "deleted", verifiedAbsentAt: at(5) });
      expect(gone(intent(1), answered(1, "absent", 3), settled("already_absent"))).to.deep.equal({ category: "contact", id: "t1", outcome: "already_absent", verifiedAbsentAt: at(3) });
      expect(gone(intent(1), answered(1, "deleted", 3), looked("merged", 4, "t2"), settled("deleted")), "it went with another").to.deep.equal({ category: "contact", id: "t1", outcome: "deleted" });
    });

    it("names the vendor's calls about what is not known to be gone, in their order, and of nothing else", () => {
      const call = (entry: JournalEntry, vendorRequestId: string): JournalEntry => (entry.kind === "answered" ? { ...entry, answer: { ...entry.answer, vendorRequestId } } : entry.kind === "looked" ? { ...entry, look: { ...entry.look, vendorRequestId } } : entry);
      const calls = [call(looked("present", 1), "c1"), intent(1), call(answered(1, "deleted", 2), "c2"), call(looked("present", 3), "c3"), intent(2), call(answered(2, "not_deleted", 4), "c4"), looked("present", 5)];
      const stays = deletion(found(), planned(), confirmed(), ...calls, settled("not_deleted"));
      expect(stays.targets).to.deep.equal([{ category: "contact", id: "t1", outcome: "not_deleted", vendorRequestIds: ["c1", "c2", "c3", "c4"] }]);
      expect(deletion(found(), planned(), confirmed(), ...calls, settled("deleted")).targets[0]).to.not.have.property("vendorRequestIds");
    });

    it("says what the vendor's own list says of a target and of what hung on it, each by category and id", () => {
      const dependents = [{ category: "chat", id: "c1" }, { category: "chat", id: "c2" }];
      const proofs = [{ ...T1, listedAt: at(7) }, { category: "chat", id: "c1", listedAt: at(8) }, { category: "order", id: "c2", listedAt: at(8) }];
      const result = deletion(found(), withPlan({ dependents }), confirmed(), intent(1), answered(1, "deleted"), looked("absent", 2), settled("deleted"), { at: at(3), kind: "looked", target: dependents[0]!, look: { answer: "absent" } }, { at: at(4), kind: "looked", target: dependents[1]!, look: { answer: "merged" } }, { at: at(9), kind: "proved", proofs });
      expect(result.targets[0]).to.include({ listedAt: at(7) });
      expect(result.dependents).to.deep.equal([{ category: "chat", id: "c1", state: "absent", lookedAt: at(3), listedAt: at(8) }, { category: "chat", id: "c2", state: "present", lookedAt: at(4) }]);
    });

    it("leaves residuals unnamed where nothing went, and names them where something was gone already", () => {
      const begun = (outcome: "deleted" | "already_absent" | "not_deleted") => deletion(found(), planned(), confirmed(), intent(1), answered(1, "deleted"), settled(outcome)).residuals.map(({ code }) => code);
      expect([begun("deleted"), begun("already_absent"), begun("not_deleted")]).to.deep.equal([["BACKUPS"], ["BACKUPS"], []]);
      const unanswered = (...entries: readonly JournalEntry[]) => deletion(found(), planned(), confirmed(), intent(1), ...entries).residuals.map(({ code }) => code);
      expect([unanswered(), unanswered(ended("cancelled"))], "what may be gone, once nobody finds out any more").to.deep.equal([[], ["BACKUPS"]]);
    });

    it("tells of what nobody looked at only once nobody will", () => {
      const plan = withPlan({ dependents: [{ category: "chat", id: "c1" }] });
      const named = (...entries: readonly JournalEntry[]) => deletion(found(), plan, confirmed(), intent(1), answered(1, "deleted"), settled("deleted"), ...entries).residuals.flatMap(({ code, id }) => (id === undefined ? [] : [code]));
      expect([named(), named(ended("cancelled"))]).to.deep.equal([[], ["NOT_LOOKED_AT"]]);
    });

    it("says that a later look tells nothing of what was to stay, but not of what had gone from under the plan", () => {
      const looked: JournalEntry = { at: at(1), kind: "looked_again", searched: [], gaps: [], shown: [] };
      const besides = (more: Partial<DeletionPlan>) => deletion(found(0, ["t1", "t2"]), withPlan(more), confirmed(), intent(1), answered(1, "deleted"), settled("deleted"), ended("verified"), looked).laterLooks[0]?.besides;
      expect([besides({}), besides({ warnings: [{ code: "CHANGED_DURING_RUN", id: "t2" }] }), besides({ warnings: [{ code: "RELATED_INCOMPLETE", id: "t2" }] })]).to.deep.equal([true, undefined, true]);
    });

    it("tells each later look: not there, only in the index, back, or not taken and why", () => {
      const shown = (answer: "present" | "absent") => [{ id: "t1", kind: "user", answer }];
      const gaps = [{ category: "person", code: "PAGING" }];
      const looks = deletion(
        { at: at(1), kind: "looked_again", searched: [], gaps: [], shown: [] },
        { at: at(2), kind: "looked_again", searched: [], gaps, shown: shown("absent") },
        { at: at(3), kind: "looked_again", searched: [], gaps: [], shown: shown("present") },
        { at: at(4), kind: "look_missed", dueAt: at(3), code: "CONNECTION_UNKNOWN" },
      ).laterLooks;
      expect(looks).to.deep.equal([
        { at: at(1), outcome: "absent", shown: [], gaps: [] },
        { at: at(2), outcome: "incomplete", shown: shown("absent"), gaps },
        { at: at(3), outcome: "back", shown: shown("present"), gaps: [] },
        { at: at(4), outcome: "missed", shown: [], gaps: [], code: "CONNECTION_UNKNOWN" },
      ]);
    });
  });
});
