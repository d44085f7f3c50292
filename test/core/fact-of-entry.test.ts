import { createHash } from "node:crypto";
import { expect } from "chai";
import { factOf, recordText, type Finding, type JournalEntry } from "../../core/index.js";
import { answered, at, ended, found, looked, planned, T1, T2 } from "./journal-entries.js";

const tagged = (text: string): string => `<${createHash("sha256").update(text).digest("hex").slice(0, 8)}>`;
const record = (id: string): string => tagged(recordText(id));
const fact = (entry: JournalEntry): unknown => factOf(entry, tagged);
const t1 = { category: "contact", record: record("t1") };
const t2 = { category: "contact", record: record("t2") };

describe("what evidence takes over of an entry that says everything", () => {
  it("is, of a search, what was found beside the matches, where else was looked and whether the person works there", () => {
    const entry = found(1, ["t1"]);
    if (entry.kind !== "found") return expect.fail();
    const finding: Finding = {
      ...entry.finding,
      matches: [{ id: "t1", kind: "lead", matchedBy: "case_insensitive", primary: false, extent: "archived" }],
      loose: [{ category: "conversation", id: "v1", as: "author", matchedBy: "exact" }],
      teammate: false,
      extents: ["archived"],
    };
    expect(fact({ ...entry, finding })).to.deep.equal({
      kind: "found",
      connectorVersion: "1.0.0",
      searched: [],
      matches: [{ record: record("t1"), kind: "lead", matchedBy: "case_insensitive", primary: false, extent: "archived" }],
      loose: [{ category: "conversation", record: record("v1"), as: "author", matchedBy: "exact" }],
      near: [],
      dropped: 0,
      teammate: false,
      extents: ["archived"],
      notCovered: [],
      gaps: [],
    });
  });

  it("is, of a page and its package, what could not be read, gaps without a record, and what was taken out by rule", () => {
    const unreadable = [{ category: "calls", reason: "not readable here" }];
    const gaps = [{ category: "notes", code: "PAGING" }];
    expect(fact({ at: at(1), kind: "page", number: 1, checkpoint: "c", counts: {}, gaps, unreadable })).to.deep.equal({ kind: "page", number: 1, counts: {}, gaps, notCovered: unreadable });
    expect(fact({ at: at(1), kind: "page", number: 1, checkpoint: "c", counts: {}, gaps: [], strangers: ["t1"] })).to.deep.equal({ kind: "page", number: 1, counts: {}, gaps: [], strangers: [record("t1")] });
    expect(fact({ at: at(1), kind: "packaged", receipt: { path: "/x", sha256: "ff", counts: {}, expiresAt: at(9) }, unreadable })).to.deep.equal({ kind: "packaged", sha256: "ff", counts: {}, expiresAt: at(9), notCovered: unreadable });
    const redactions = [{ rule: "other_people", count: 3 }];
    expect(fact({ at: at(1), kind: "packaged", receipt: { path: "/x", sha256: "ff", counts: {}, redactions, expiresAt: at(9) } })).to.deep.equal({ kind: "packaged", sha256: "ff", counts: {}, redactions, expiresAt: at(9) });
    expect(fact({ at: at(1), kind: "packaged", receipt: { path: "/x.zip.age", zip: { path: "/x.zip.age", sha256: "ff" }, sha256: "ff", counts: {}, expiresAt: at(9) } })).to.deep.equal({ kind: "packaged", sha256: "ff", sealed: true, counts: {}, expiresAt: at(9) });
    expect(fact({ at: at(1), kind: "packaged", receipt: { path: "/x", zip: { path: "/x.zip", sha256: "ee" }, sha256: "ff", counts: {}, expiresAt: at(9) } })).to.deep.equal({ kind: "packaged", sha256: "ff", counts: {}, expiresAt: at(9) });
  });

  it("is, of a plan, what hangs on the records, the policies as decided, and every kind of choice", () => {
    const entry = planned([T1]);
    if (entry.kind !== "planned") return expect.fail();
    const plan = { ...entry.plan, dependents: [T2], policies: [{ id: "shared", value: "keep", text: "They stay." }], choices: { erase: "related" as const, extents: ["archived"] } };
    expect(fact({ ...entry, plan })).to.deep.include({ dependents: [t2], policies: [{ id: "shared", value: "keep" }], choices: { erase: "related", extents: ["archived"] } });
    expect(fact({ at: at(0), kind: "asked", choices: plan.choices })).to.deep.equal({ kind: "asked", choices: { erase: "related", extents: ["archived"] } });
  });

  it("is, of pages, plans and what has come since, where it was looked for what hangs on the records", () => {
    const searched = [{ identifier: "person_id", where: "chats/search", at: at(1) }];
    const entry = planned([T1]);
    expect(fact({ at: at(1), kind: "page", number: 1, checkpoint: "c", counts: {}, gaps: [], searched })).to.deep.include({ searched });
    expect(fact({ ...entry, searched } as typeof entry)).to.deep.include({ searched });
    expect(fact({ at: at(0), kind: "surveyed", dependents: [T2], searched })).to.deep.include({ searched });
    for (const each of [entry, { at: at(0), kind: "surveyed", dependents: [T2] } as const]) expect(fact(each)).not.to.have.property("searched");
  });

  it("is, of answers, looks and proofs, what the vendor said remains, and by which call it was seen", () => {
    expect(fact({ at: at(0), kind: "answered", target: T1, attempt: 1, answer: { answer: "deleted", residual: "kept_in_logs" } })).to.deep.equal({ kind: "answered", attempt: 1, answer: "deleted", residual: "kept_in_logs", ...t1 });
    expect(fact({ at: at(0), kind: "looked", target: T1, look: { answer: "present", vendorRequestId: "req-1" } })).to.deep.equal({ kind: "looked", answer: "present", vendorRequestId: "req-1", ...t1 });
    expect(fact({ at: at(0), kind: "surveyed", dependents: [T2] })).to.deep.equal({ kind: "surveyed", dependents: [t2] });
    expect(fact({ at: at(0), kind: "proved", proofs: [{ ...T1, listedAt: at(3), residual: "kept_in_logs" }, T2], code: "SCOPE_MISSING" })).to.deep.equal({
      kind: "proved",
      proofs: [{ ...t1, listedAt: at(3), residual: "kept_in_logs" }, t2],
      code: "SCOPE_MISSING",
    });
    const followed = [{ target: T2, look: { answer: "present" as const } }];
    expect(fact({ at: at(1), kind: "looked_again", searched: [], gaps: [], shown: [], followed })).to.deep.equal({ kind: "looked_again", searched: [], gaps: [], shown: [], followed: [{ ...t2, answer: "present" }] });
  });
});

describe("what evidence takes over of an entry that says little", () => {
  it("names nothing that was not said, not even as undefined", () => {
    expect(Object.keys(fact(found()) as object)).to.have.members(["kind", "connectorVersion", "searched", "matches", "near", "dropped", "notCovered", "gaps"]);
    expect(Object.keys((fact(found()) as { matches: object[] }).matches[0]!)).to.have.members(["record", "kind", "matchedBy", "primary"]);
    expect(Object.keys(fact(planned([T1])) as object)).to.not.include.members(["dependents"]).and.not.include.members(["policies"]);
    expect(fact({ at: at(0), kind: "asked" })).to.deep.equal({ kind: "asked", choices: {} });
    expect(Object.keys(fact(answered(1, "deleted")) as object)).to.have.members(["kind", "attempt", "answer", "category", "record"]);
    expect(Object.keys(fact(looked("absent")) as object)).to.have.members(["kind", "answer", "category", "record"]);
    expect(fact({ at: at(0), kind: "proved", proofs: [] })).to.deep.equal({ kind: "proved", proofs: [] });
    expect(Object.keys(fact(ended("verified")) as object)).to.have.members(["kind", "outcome"]);
    expect(Object.keys(fact({ at: at(0), kind: "confirmed", planId: "p" }) as object)).to.have.members(["kind", "plan"]);
  });
});
