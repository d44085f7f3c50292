import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalJson, factOf, faultOf, headText, link, openingFact, recordText, replay, subjectText, type EvidenceFact, type EvidenceRecord, type JournalEntry, type PrivacyRequest } from "../../core/index.js";
import { answered, at, confirmed, declined, ended, found, intent, looked, planned, settled } from "./journal-entries.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
/** Shows what was pseudonymised, so that a test sees whether it was. */
const tagged = (text: string): string => `<${sha256(text).slice(0, 8)}>`;
const record = (id: string): string => tagged(recordText(id));
const fact = <K extends EvidenceFact["kind"]>(entry: JournalEntry, _kind?: K) => factOf(entry, tagged) as Extract<EvidenceFact, { kind: K }>;

const request: PrivacyRequest = {
  id: "r1",
  type: "deletion",
  connector: "memory",
  connectorVersion: "1.0.0",
  connection: "acme",
  vendorsOwn: true,
  openedAt: at(0),
  context: { reference: "T-1", receivedAt: at(-1), law: "ccpa", dueAt: at(9), verified: { method: "passport", at: at(-2) }, operator: "Olga", language: "en" },
  subjectKey: "keyed digest of the person",
  state: "running",
};

describe("the evidence of a request", () => {
  it("begins with who asked for what, under which law, how the person was verified and who carries it out", () => {
    expect(openingFact(request, tagged)).to.deep.equal({
      kind: "opened",
      type: "deletion",
      connector: "memory",
      connectorVersion: "1.0.0",
      connection: "acme",
      vendorsOwn: true,
      subject: tagged(subjectText("keyed digest of the person")),
      reference: "T-1",
      law: "ccpa",
      receivedAt: at(-1),
      dueAt: at(9),
      verified: { method: "passport", at: at(-2) },
      operator: "Olga",
    });
    const { reference: _, dueAt: __, verified: ___, operator: ____, ...least } = request.context;
    expect(openingFact({ ...request, vendorsOwn: false, context: least }, tagged)).to.not.have.any.keys("reference", "dueAt", "verified", "operator");
  });

  it("tells what came after the end: looks, what became of a package, the key", () => {
    const searched = [{ identifier: "email", where: "people/search", at: at(1) }];
    const gaps = [{ category: "person", code: "PAGING", id: "t1" }];
    expect(fact({ at: at(1), kind: "looked_again", apiCalls: 2, searched, gaps, shown: [{ id: "t9", kind: "user", answer: "present" }] })).to.deep.equal({
      kind: "looked_again",
      apiCalls: 2,
      searched,
      gaps: [{ category: "person", code: "PAGING", record: record("t1") }],
      shown: [{ record: record("t9"), kind: "user", answer: "present" }],
    });
    for (const kind of ["look_failed", "look_missed"] as const) expect(fact({ at: at(1), kind, dueAt: at(0), code: "AUTH_REJECTED" })).to.deep.equal({ kind, dueAt: at(0), why: "AUTH_REJECTED" });
    expect(fact({ at: at(1), kind: "package_removed", removal: { folder: "deleted", file: "not_found" } })).to.deep.equal({ kind: "package_removed", folder: "deleted", file: "not_found" });
    expect(fact({ at: at(1), kind: "pages_dropped" })).to.deep.equal({ kind: "pages_dropped" });
    expect(fact({ at: at(1), kind: "turned_away", code: "ACCESS_FIRST" })).to.deep.equal({ kind: "turned_away", why: "ACCESS_FIRST" });
    // What remains stands in the journal; here it stands already.
    expect(fact({ at: at(1), kind: "key_destroyed", remains: replay([found(1, ["t1"])]) })).to.deep.equal({ kind: "key_destroyed" });
  });

  it("tells of a search where it looked, with which permissions, and whom it found, by counts and pseudonyms", () => {
    const account = { workspace: "w1", region: "eu", apiVersion: "2", permissions: [{ id: "read", status: "granted" as const, basis: "inferred" as const }] };
    const entry = found(1, ["t1", "t2"]);
    if (entry.kind !== "found") return expect.fail();
    const finding = {
      ...entry.finding,
      account,
      nearMatches: [{ id: "n1", why: "tag" as const }],
      searched: [{ identifier: "email", where: "people/search", at: at(1) }],
      notCovered: [{ category: "calls", scope: "Read calls", reason: "not granted" }],
      gaps: [{ category: "person", code: "PAGING", id: "t1", have: 1, of: 2 }],
      dropped: 3,
    };
    expect(fact({ ...entry, finding })).to.deep.equal({
      kind: "found",
      connectorVersion: "1.0.0",
      account,
      searched: finding.searched,
      matches: ["t1", "t2"].map((id) => ({ record: record(id), kind: "user", matchedBy: "exact", primary: true })),
      near: [{ record: record("n1"), why: "tag" }],
      dropped: 3,
      notCovered: finding.notCovered,
      gaps: [{ category: "person", code: "PAGING", record: record("t1"), have: 1, of: 2 }],
    });
  });

  it("tells of a plan its hash, its counts, what stays, what was not seen, the warnings and the choices with their reasons", () => {
    const entry = planned([{ category: "contact", id: "t1" }, { category: "contact", id: "t2" }, { category: "ticket", id: "t3" }], ["t2"]);
    if (entry.kind !== "planned") return expect.fail();
    const plan = {
      ...entry.plan,
      kept: [{ category: "company", id: "c1", reason: "not the person's own" }, { category: "note", reason: "kept" }],
      unseen: [{ category: "conversations", scope: "Read conversations" }],
      warnings: [{ code: "OPEN_CONVERSATION", id: "v1" }, { code: "LOOKUP_INCOMPLETE" }, { code: "RELATED_INCOMPLETE", category: "conversations", gap: "COUNT_MISMATCH", id: "v1", have: 1, of: 9 }],
      choices: { only: ["t1"], exclude: [{ id: "t9", reason: "somebody else" }], also: [{ id: "t2", reason: "archived" }] },
    };
    expect(fact({ ...entry, plan })).to.deep.equal({
      kind: "planned",
      plan: "r1-abcdef",
      hash: "abcdef",
      expiresAt: at(86_400),
      counts: { contact: 2, ticket: 1 },
      targets: [["contact", "t1"], ["contact", "t2"], ["ticket", "t3"]].map(([category, id]) => ({ category, record: record(id!) })),
      kept: [{ category: "company", record: record("c1"), reason: "not the person's own" }, { category: "note", reason: "kept" }],
      unseen: plan.unseen,
      warnings: [{ code: "OPEN_CONVERSATION", record: record("v1") }, { code: "LOOKUP_INCOMPLETE" }, { code: "RELATED_INCOMPLETE", category: "conversations", gap: "COUNT_MISMATCH", record: record("v1"), have: 1, of: 9 }],
      choices: { only: [record("t1")], exclude: [{ record: record("t9"), reason: "somebody else" }], also: [{ record: record("t2"), reason: "archived" }] },
    });
  });

  it("tells of each target every attempt, answer, look and settlement, with the vendor's request ids", () => {
    const t1 = { category: "contact", record: record("t1") };
    const answer = (vendorRequestId: string): JournalEntry => ({ at: at(0), kind: "answered", target: { category: "contact", id: "t1" }, attempt: 2, answer: { answer: "accepted", reference: "job-t1", vendorRequestId } });
    expect(fact(intent(2))).to.deep.equal({ kind: "intent", attempt: 2, ...t1 });
    expect(fact(declined(2))).to.deep.equal({ kind: "declined", attempt: 2, code: "SCOPE_MISSING", ...t1 });
    expect(fact(answer("0f6b:req/9=="))).to.deep.equal({ kind: "answered", attempt: 2, answer: "accepted", reference: record("job-t1"), vendorRequestId: "0f6b:req/9==", ...t1 });
    expect(fact(answered(1, "deleted"))).to.deep.equal({ kind: "answered", attempt: 1, answer: "deleted", ...t1 });
    expect(fact(looked("merged", 0, "t2"))).to.deep.equal({ kind: "looked", answer: "merged", into: record("t2"), ...t1 });
    expect(fact(settled("already_absent"))).to.deep.equal({ kind: "settled", outcome: "already_absent", ...t1 });
    // A vendor's id of a call that is more than one may be anything, an address too.
    for (const odd of ["ada@example.test", "a b", "x".repeat(201), "ümlaut"]) expect(fact(answer(odd), "answered").vendorRequestId).to.equal(record(odd));
  });

  it("tells of an end why it came, which holds stood and what remains", () => {
    const holds = [{ id: "h1", basis: "litigation" }];
    const entry: JournalEntry = { at: at(1), kind: "ended", outcome: "partial", attention: { code: "HELD", holds, scope: "Delete", resumeAt: at(2) }, residuals: ["RECOVERY_WINDOW"] };
    expect(fact(entry)).to.deep.equal({ kind: "ended", outcome: "partial", why: "HELD", scope: "Delete", resumeAt: at(2), holds, remains: ["RECOVERY_WINDOW"] });
    expect(fact(ended("verified"))).to.deep.equal({ kind: "ended", outcome: "verified" });
  });

  it("tells of an access what was read and what the package is, but not where it lies or how far a list was read", () => {
    const gaps = [{ category: "notes", code: "GONE", id: "n1" }];
    expect(fact({ at: at(1), kind: "page", number: 3, checkpoint: "t1:7", counts: { notes: 2 }, gaps })).to.deep.equal({ kind: "page", number: 3, counts: { notes: 2 }, gaps: [{ category: "notes", code: "GONE", record: record("n1") }] });
    const receipt = { path: "/home/ada/packages", sha256: "ff", counts: { notes: 2 }, expiresAt: at(9) };
    expect(fact({ at: at(1), kind: "packaged", receipt } as JournalEntry)).to.deep.equal({ kind: "packaged", sha256: "ff", counts: { notes: 2 }, expiresAt: at(9) });
    expect(fact({ at: at(1), kind: "asked", directory: "/home/ada" })).to.deep.equal({ kind: "asked", choices: {}, package: ["folder"] });
    expect(fact({ at: at(1), kind: "asked", recipient: "age1ada" })).to.deep.equal({ kind: "asked", choices: {}, package: ["recipient"] });
    expect(fact({ at: at(1), kind: "calls", apiCalls: 4 })).to.deep.equal({ kind: "calls", apiCalls: 4 });
    expect(fact({ ...intent(1), apiCalls: 3 })).to.include({ kind: "intent", apiCalls: 3 });
    expect(fact({ ...confirmed(), operator: "Olga" } as JournalEntry)).to.deep.equal({ kind: "confirmed", plan: "r1-abcdef", operator: "Olga" });
  });

  it("holds no id of the vendor, whatever happened", () => {
    const entries = [found(0, ["t1", "t2"]), planned([{ category: "contact", id: "t1" }, { category: "contact", id: "t2" }], ["t1"]), intent(1), declined(1), answered(1, "accepted", 0, "job-t1"), looked("merged", 0, "t2"), settled("deleted"), { at: at(0), kind: "asked", choices: { only: ["t1"] } } as JournalEntry];
    expect(JSON.stringify(entries)).to.match(/t1/);
    expect(JSON.stringify(entries.map((entry) => factOf(entry, () => "pseudonym")))).to.not.match(/\bt[12]\b/);
  });

  it("S5: withholds a text that looks like an address, however it is written; who acts for the host keeps their name", () => {
    for (const reason of ["wrote from ada@example.test", "ada＠example.test", "ada﹫example.test", "x@y"]) {
      expect(fact({ at: at(0), kind: "asked", choices: { exclude: [{ id: "t1", reason }] } }, "asked").choices.exclude?.[0]?.reason).to.equal("[withheld: it looks like an address]");
      const context = { ...request.context, reference: reason, verified: { method: reason, at: at(0) } };
      expect(JSON.stringify(openingFact({ ...request, connection: reason, context }, tagged))).to.not.contain("example").and.not.contain("x@y");
    }
    expect(openingFact({ ...request, context: { ...request.context, operator: "olga@corp.test" } }, tagged)).to.include({ operator: "olga@corp.test" });
  });

  it("S6: shows what would hide in a text, and bounds its length", () => {
    const reasonOf = (reason: string) => fact({ at: at(0), kind: "asked", choices: { also: [{ id: "t1", reason }] } }, "asked").choices.also?.[0]?.reason;
    expect(reasonOf("a\u202eb\u001b[2Jc\ud800\u200b\nd")).to.equal("a\\u{202e}b\\u{1b}[2Jc\\u{d800}\\u{200b}\\u{a}d");
    expect(reasonOf("é".repeat(9_999))).to.have.length(500);
  });
});

describe("a chain of evidence", () => {
  const chain = (facts: readonly EvidenceFact[]): EvidenceRecord[] => {
    const records: EvidenceRecord[] = [];
    for (const [index, each] of facts.entries()) records.push(link(sha256, records.at(-1), { request: "r1", at: at(index), fact: each }));
    return records;
  };
  const records = chain([openingFact(request, tagged), fact(intent(1)), fact(ended("verified"))]);

  it("numbers its records and hashes each with all before it, over canonical JSON", () => {
    expect(records.map(({ seq, previous }) => [seq, previous])).to.deep.equal([[1, ""], [2, records[0]!.hash], [3, records[1]!.hash]]);
    const { hash, ...rest } = records[1]!;
    expect(hash).to.equal(sha256(canonicalJson(rest)));
    expect(records.map((each, index) => faultOf(sha256, records[index - 1], each))).to.deep.equal([undefined, undefined, undefined]);
    expect(headText({ request: "r1", count: 3, hash: records[2]!.hash })).to.equal(`r1:3:${records[2]!.hash.slice(0, 16)}`);
  });

  it("notices a record that was changed, left out, repeated or put elsewhere", () => {
    const [first, second, third] = records as [EvidenceRecord, EvidenceRecord, EvidenceRecord];
    expect(faultOf(sha256, first, { ...second, at: at(7) })).to.contain("does not fit its hash");
    expect(faultOf(sha256, first, third)).to.contain("its number is not 2");
    expect(faultOf(sha256, second, second)).to.contain("its number is not 3");
    expect(faultOf(sha256, undefined, second)).to.contain("its number is not 1");
    const otherwise = link(sha256, first, { request: "r1", at: at(1), fact: fact(intent(9)) });
    expect(faultOf(sha256, otherwise, third)).to.contain("does not follow");
  });
});
