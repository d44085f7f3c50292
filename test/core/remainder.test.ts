import { expect } from "chai";
import { remainderOf, replay, resultOf, type JournalEntry, type Manifest, type PrivacyRequest } from "../../core/index.js";
import { at, confirmed, ended } from "./journal-entries.js";

const ID = "CANARY-4711";
const target = { category: "contact", id: ID };
const text = { category: "message_text", id: `1:${ID}` };
const conversation = { category: "conversation", id: `2${ID}` };

/** Every kind of entry that can name a record or a place, each naming it wherever it can. */
const TELLING: readonly JournalEntry[] = [
  { at: at(0), kind: "asked", directory: `/home/${ID}`, choices: { only: [ID], exclude: [{ id: ID, reason: "why" }], also: [{ id: ID, reason: "why" }] } },
  {
    at: at(0),
    kind: "found",
    finding: {
      matches: [{ id: ID, kind: "user", matchedBy: "exact", primary: true }],
      loose: [{ category: "conversations", id: ID, as: "author", matchedBy: "exact" }],
      nearMatches: [{ id: ID, why: "tag" }],
      searched: [{ identifier: "email", where: "people/search", at: at(0) }],
      notCovered: [{ category: "notes", reason: "not granted" }],
      gaps: [{ category: "people", code: "PAGING", id: ID }],
      dropped: 1,
      connectorVersion: "1.0.0",
    },
  },
  { at: at(1), kind: "page", number: 1, checkpoint: `after ${ID}`, counts: { contacts: 2 }, gaps: [{ category: "notes", code: "GONE", id: ID, have: 1, of: 2 }], strangers: [ID] },
  { at: at(2), kind: "packaged", receipt: { path: `/home/${ID}/r1-acme`, sha256: "ab", counts: { contacts: 2 }, expiresAt: at(9), zip: { path: `C:\\${ID}\\r1-acme.zip`, sha256: "cd" } } },
  {
    at: at(3),
    kind: "planned",
    plan: {
      id: "r1-abcdef",
      confirm: "delete-1-abcdef01",
      hash: "abcdef",
      expiresAt: at(99),
      targets: [target, text],
      dependents: [conversation],
      kept: [{ category: "contact", id: ID, reason: "not chosen" }, { category: "company", reason: "its own" }],
      unseen: [],
      warnings: [{ code: "NOT_SEEN", id: ID }],
      estimate: { calls: 3, seconds: 1 },
      choices: { only: [ID], exclude: [{ id: ID, reason: "why" }], also: [{ id: ID, reason: "why" }] },
    },
  },
  confirmed(),
  { at: at(4), kind: "intent", target, attempt: 1 },
  { at: at(5), kind: "answered", target, attempt: 1, apiCalls: 3, answer: { answer: "accepted", reference: `job-${ID}`, vendorRequestId: "call-1" } },
  { at: at(6), kind: "looked", target, look: { answer: "merged", into: ID, vendorRequestId: "who@example.test" } },
  { at: at(7), kind: "settled", target, outcome: "deleted" },
  { at: at(7), kind: "answered", target: text, attempt: 1, answer: { answer: "not_deleted", residual: "TEXT_STAYS" } },
  { at: at(7), kind: "settled", target: text, outcome: "not_deleted" },
  { at: at(7), kind: "surveyed", dependents: [{ category: "ticket", id: `3${ID}` }] },
  { at: at(7), kind: "looked", target: conversation, look: { answer: "present", vendorRequestId: "call-2" } },
  { at: at(7), kind: "proved", proofs: [{ ...conversation, listedAt: at(6), residual: "UNPROVEN" }] },
  ended("verified", 8),
  { at: at(9), kind: "looked_again", searched: [], gaps: [{ category: "people", code: "PAGING", id: ID }], shown: [{ id: ID, kind: "user", answer: "absent" }] },
  { at: at(9), kind: "package_removed", removal: { folder: "deleted" } },
];

const pseudonym = async (_: string, text: string): Promise<string> => `p:${text.length}`;

describe("what remains of a request once its key is destroyed", () => {
  it("names no record and no place, wherever the journal did", async () => {
    const remains = await remainderOf(replay(TELLING), { pseudonym }, "r1");
    expect(JSON.stringify(replay(TELLING)).split(ID)).to.have.length.greaterThan(20);
    expect(JSON.stringify(remains)).not.to.contain(ID).and.not.to.contain("example.test").and.not.to.contain("/home").and.not.to.contain("job-");
  });

  it("names no record that went of a plan before the last one", async () => {
    const anew = TELLING.flatMap((entry): readonly JournalEntry[] => (entry.kind === "planned" ? [{ ...entry, plan: { ...entry.plan, targets: [{ category: "contact", id: `9${ID}` }] } }] : []));
    const before = replay([...TELLING, ...anew]);
    expect(before.earlier.map(({ target: { id } }) => id)).to.deep.equal([ID]);
    const remains = await remainderOf(before, { pseudonym }, "r1");
    expect(remains.earlier).to.have.length(1);
    expect(JSON.stringify(remains)).not.to.contain(ID).and.not.to.contain("example.test").and.not.to.contain("job-");
  });

  it("says all the rest as before, with the evidence's pseudonyms in the place of ids", async () => {
    const before = replay(TELLING);
    const entry: JournalEntry = { at: at(10), kind: "key_destroyed", remains: await remainderOf(before, { pseudonym }, "r1") };
    // As it comes back from a store.
    const after = replay([JSON.parse(JSON.stringify(entry)) as JournalEntry]);
    const name = await pseudonym("r1", `record\n${ID}`);
    expect(after).to.deep.include({ ended: before.ended, apiCalls: 3, counts: before.counts, confirmed: true, removed: before.removed, keyDestroyedAt: at(10) });
    expect(after.targets).to.have.length(2);
    expect(after.targets[1]!.answers[0]!.answer).to.deep.equal({ answer: "not_deleted", residual: "TEXT_STAYS" });
    expect(after.dependents.map(({ target: { category }, looks }) => [category, looks[0]?.look])).to.deep.equal([["conversation", { answer: "present", vendorRequestId: "call-2" }], ["ticket", undefined]]);
    expect(after.proofs).to.deep.equal([{ category: "conversation", id: after.dependents[0]!.target.id, listedAt: at(6), residual: "UNPROVEN" }]);
    expect(after.targets[0]).to.deep.include({ target: { category: "contact", id: name }, attempts: 1, settled: before.targets[0]!.settled });
    expect(after.targets[0]!.answers[0]!.answer).to.deep.equal({ answer: "accepted", vendorRequestId: "call-1" });
    expect(after.plan).to.deep.include({ id: "r1-abcdef", confirm: "delete-1-abcdef01" });
    expect(after.receipt).to.deep.include({ path: "r1-acme", sha256: "ab", zip: { path: "r1-acme.zip", sha256: "cd" } });
    expect(after.gaps).to.deep.equal([{ category: "notes", code: "GONE", id: name, have: 1, of: 2 }]);
  });

  it("keeps what was decided and what nobody knows, under the same names", async () => {
    const name = await pseudonym("r1", `record\n${ID}`);
    const chosen = { only: [name], exclude: [{ id: name, reason: "why" }], also: [{ id: name, reason: "why" }] };
    const whole = await remainderOf(replay(TELLING), { pseudonym }, "r1");
    expect(whole.choices).to.deep.equal(chosen);
    expect(whole.plan).to.deep.include({ choices: chosen, kept: [{ category: "contact", id: name, reason: "not chosen" }, { category: "company", reason: "its own" }], warnings: [{ code: "NOT_SEEN", id: name }] });
    expect(whole.finding).to.deep.include({ matches: [{ id: name, kind: "user", matchedBy: "exact", primary: true }], nearMatches: [{ id: name, why: "tag" }], loose: [{ category: "conversations", id: name, as: "author", matchedBy: "exact" }], dropped: 1 });
    expect(whole).to.deep.include({ strangers: [name], directory: undefined, directories: [], pages: 0, checkpoint: undefined });
    expect(whole.targets[0]!.looks[0]!.look).to.deep.include({ answer: "merged", into: name });
    const least = await remainderOf(replay([{ at: at(0), kind: "asked", choices: { erase: "subject" } }, ended("verified", 8)]), { pseudonym }, "r1");
    expect([least.finding, least.receipt, least.plan, least.choices]).to.deep.equal([undefined, undefined, undefined, { erase: "subject" }]);
    const { zip: _, ...folder } = { path: `/home/${ID}/r1-acme`, sha256: "ab", counts: {}, expiresAt: at(9), zip: undefined };
    const packaged = await remainderOf(replay([{ at: at(2), kind: "packaged", receipt: folder }]), { pseudonym }, "r1");
    expect(packaged.receipt).to.deep.equal({ ...folder, path: "r1-acme" });
  });

  it("is a result of the same form", async () => {
    const request = { id: "r1", type: "deletion", connector: "memory", connection: "acme", vendorsOwn: true, context: {}, state: "verified" } as unknown as PrivacyRequest;
    const manifest = { subjectCategory: "contact", dataCategories: [], residuals: [{ code: "RECOVERY_WINDOW", text: "…" }] } as unknown as Manifest;
    const entry: JournalEntry = { at: at(10), kind: "key_destroyed", remains: await remainderOf(replay(TELLING), { pseudonym }, "r1") };
    const [before, after] = [resultOf(request, replay(TELLING), manifest), resultOf(request, replay([entry]), manifest)];
    expect(Object.keys(after)).to.deep.equal(Object.keys(before));
    const residuals = (result: typeof after) => ("residuals" in result ? result.residuals.map(({ code }) => code) : []);
    expect(residuals(after)).to.deep.equal(residuals(before)).and.to.have.members(["RECOVERY_WINDOW", "TEXT_STAYS", "UNPROVEN", "STILL_READABLE"]);
    expect(after).to.deep.include({ outcome: "verified", keyDestroyedAt: at(10) });
    expect(before.keyDestroyedAt).to.equal(null);
  });

  it("is read from a version that kept less of it", () => {
    const entry = { at: at(10), kind: "key_destroyed", remains: { ended: { at: at(8), outcome: "verified" } } } as unknown as JournalEntry;
    expect(replay([entry])).to.deep.include({ targets: [], laterLooks: [], counts: {}, ended: { at: at(8), outcome: "verified" } });
  });
});
