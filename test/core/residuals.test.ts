import { expect } from "chai";
import { replay, residualsOf, type JournalEntry, type Manifest, type Target } from "../../core/index.js";
import { MANIFEST } from "./sample-manifest.js";
import { answered, at, confirmed, found, intent, planned, settled, T1 } from "./journal-entries.js";

const manifest: Manifest = {
  ...MANIFEST,
  residuals: [
    { code: "BACKUPS", text: "Backups stay for a month." },
    { code: "ARCHIVE", text: "Archived people are not seen.", extent: "archived" },
    { code: "TEXT_STAYS", text: "The text stays.", observed: true },
  ],
};
const chat: Target = { category: "chat", id: "c1" };
const ticket: Target = { category: "ticket", id: "k1" };
const surveyed: JournalEntry = { at: at(1), kind: "surveyed", dependents: [chat, ticket] };
const lookedAt = (target: Target, answer: "present" | "absent" | "merged" | "unknown"): JournalEntry => ({ at: at(2), kind: "looked", target, look: { answer } });

const of = (entries: readonly JournalEntry[], isBegun = true, isCancelled = false) => residualsOf(manifest, replay(entries), isBegun, isCancelled);
const codes = (...given: Parameters<typeof of>) => of(...given).map(({ code, id }) => [code, id].filter(Boolean).join(" "));
const GENERAL = ["BACKUPS", "ARCHIVE"];

describe("what a deletion leaves in the world", () => {
  it("is what the manifest says always stays, in its words, once anything is begun", () => {
    expect(of([planned()])).to.deep.equal([{ code: "BACKUPS", text: "Backups stay for a month." }, { code: "ARCHIVE", text: "Archived people are not seen." }]);
    expect(of([planned()], false)).to.deep.equal([]);
  });

  it("is what the plan said it would be, where that said so", () => {
    const entry = planned();
    if (entry.kind !== "planned") return expect.fail();
    expect(codes([{ ...entry, plan: { ...entry.plan, residuals: ["BACKUPS"] } }])).to.deep.equal(["BACKUPS"]);
  });

  it("is not what only follows the deletion of something that was not deleted", () => {
    const after: Manifest = { ...manifest, residuals: [{ code: "WINDOW", text: "It can be restored.", after: ["contact"] }, { code: "REPORTED", text: "It still counts.", after: ["ticket", "contact"] }, { code: "BACKUPS", text: "Backups stay." }] };
    const left = (...entries: readonly JournalEntry[]) => residualsOf(after, replay([planned(), confirmed(), ...entries]), true, false).map(({ code }) => code);
    expect(left(intent(1)), "it may be gone").to.deep.equal(["WINDOW", "REPORTED", "BACKUPS"]);
    expect(left(intent(1), answered(1, "deleted"), settled("deleted"))).to.deep.equal(["WINDOW", "REPORTED", "BACKUPS"]);
    for (const entries of [[], [intent(1), answered(1, "not_deleted"), settled("not_deleted")]]) expect(left(...entries), `${entries.length}`).to.deep.equal(["BACKUPS"]);
    expect(left(intent(1), answered(1, "deleted"), settled("deleted"), planned([chat]), confirmed()), "of an earlier plan").to.deep.equal(["WINDOW", "REPORTED", "BACKUPS"]);
  });

  it("is not what an extent hides that was looked at", () => {
    const entry = found();
    if (entry.kind !== "found") return expect.fail();
    expect(codes([{ ...entry, finding: { ...entry.finding, extents: ["archived"] } }, planned()])).to.deep.equal(["BACKUPS"]);
    expect(codes([{ ...entry, finding: { ...entry.finding, extents: ["spam"] } }, planned()])).to.deep.equal(GENERAL);
    expect(codes([entry, planned()])).to.deep.equal(GENERAL);
  });

  it("is what the vendor kept of a record, and what its own record of deletions tells", () => {
    const refused: JournalEntry = { at: at(1), kind: "answered", target: T1, attempt: 1, answer: { answer: "not_deleted", residual: "TEXT_STAYS" } };
    const kept = of([planned(), confirmed(), intent(1), refused, settled("not_deleted")]).slice(GENERAL.length);
    expect(kept).to.deep.equal([{ code: "TEXT_STAYS", category: "contact", id: "t1", text: "The text stays." }]);
    expect(codes([planned(), confirmed(), intent(1), refused, settled("deleted")]), "it went after all").to.deep.equal(GENERAL);
    expect(codes([planned(), confirmed(), intent(1), answered(1, "not_deleted"), settled("not_deleted")]), "nothing was said to stay").to.deep.equal(GENERAL);
    const proved: JournalEntry = { at: at(3), kind: "proved", proofs: [{ ...chat, residual: "UNPROVEN" }, ticket] };
    expect(of([planned(), confirmed(), proved]).slice(GENERAL.length)).to.deep.equal([{ code: "UNPROVEN", category: "chat", id: "c1", text: "UNPROVEN" }]);
  });

  it("is what hung on the records and could still be read, wherever it lives on", () => {
    const begun = [planned(), confirmed(), surveyed];
    expect(of([...begun, lookedAt(chat, "present"), lookedAt(ticket, "absent")]).slice(GENERAL.length)).to.deep.equal([{ code: "STILL_READABLE", category: "chat", id: "c1", text: "It could still be read by its id after the person's own records were gone." }]);
    expect(codes([...begun, lookedAt(chat, "merged"), lookedAt(ticket, "unknown")])).to.deep.equal([...GENERAL, "STILL_READABLE c1"]);
    expect(codes([...begun, lookedAt(chat, "present"), lookedAt(chat, "absent")]), "it is gone since").to.deep.equal(GENERAL);
    expect(codes([...begun, lookedAt(chat, "present")], false), "nothing is begun").to.deep.equal([]);
  });

  it("is what nobody looks at any more, where the request was cancelled", () => {
    const begun = [planned(), confirmed(), surveyed, lookedAt(ticket, "absent")];
    expect(of(begun, true, true).slice(GENERAL.length)).to.deep.equal([{ code: "NOT_LOOKED_AT", category: "chat", id: "c1", text: "The request was cancelled before anybody looked at what became of it." }]);
    expect(codes(begun)).to.deep.equal(GENERAL);
  });
});
