import { expect } from "chai";
import { createHash, createPublicKey, verify } from "node:crypto";
import { createMemoryHost, type MemoryHost } from "../../adapters/in-memory/memory-host.js";
import { canonicalJson, evidenceFile, populationOf, type JournalEntry, type Population, type PrivacyRequest, type RequestContext } from "../../core/index.js";
import { email, sampleRequest } from "../adapters/journal/samples.js";
import { at, ended, found, planned } from "./journal-entries.js";
import { rejectionOf } from "./thrown.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the requests of a period", () => {
  let host: MemoryHost;
  beforeEach(() => {
    host = createMemoryHost();
  });

  const context = (more: Partial<RequestContext> = {}): RequestContext => ({ receivedAt: at(0), law: "gdpr", language: "en", ...more });
  const open = async (id: string, more: Partial<PrivacyRequest> = {}, ...entries: readonly JournalEntry[]): Promise<void> => {
    await host.journal.open(sampleRequest({ id, openedAt: at(0), context: context(), ...more }), [email()]);
    const lease = (await host.journal.lease(id))!;
    for (const entry of entries) await host.journal.append(lease, entry);
    await lease.release();
  };
  const ids = ({ requests }: Population) => requests.map(({ request }) => request);
  const row = async (id: string) => (await populationOf(host, {})).requests.find(({ request }) => request === id);

  it("are told with all that an auditor asks for, and null where nothing is known", async () => {
    await open("r1", { type: "deletion", context: context({ reference: "T-1", dueAt: at(99), verified: { method: "passport", at: at(1) }, operator: "Olga", law: "ccpa" }) }, found(), ended("verified", 50));
    await open("r2", { type: "access", context: context() }, found());
    const evidence = async (id: string) => (await host.evidence.read(id)).records.at(-1)!;
    const common = { connector: sampleRequest().connector, connection: sampleRequest().connection, receivedAt: at(0) };
    expect(await row("r1")).to.deep.equal({ ...common, request: "r1", reference: "T-1", type: "deletion", law: "ccpa", dueAt: at(99), verified: `passport ${at(1)}`, operator: "Olga", outcome: "verified", finishedAt: at(50), why: null, basis: null, evidence: `r1:3:${(await evidence("r1")).hash.slice(0, 16)}` });
    expect(await row("r2")).to.deep.equal({ ...common, request: "r2", reference: null, type: "access", law: "gdpr", dueAt: null, verified: null, operator: null, outcome: "running", finishedAt: null, why: null, basis: null, evidence: `r2:2:${(await evidence("r2")).hash.slice(0, 16)}` });
  });

  it("hold no address, wherever the host wrote one, but for who acted", async () => {
    await open("r1", { connection: "acme", context: context({ reference: "ada@example.test", verified: { method: "mail to ada@example.test", at: at(1) }, operator: "olga@example.test" }) });
    expect(await row("r1")).to.include({ reference: "[withheld: it looks like an address]", verified: `[withheld: it looks like an address] ${at(1)}`, operator: "olga@example.test" });
  });

  describe("say why", () => {
    const turnedAway: JournalEntry = { at: at(60), kind: "turned_away", code: "ACCESS_FIRST" };
    const held: JournalEntry = { at: at(50), kind: "ended", outcome: "refused", attention: { code: "HELD", holds: [{ id: "h1", basis: "litigation 7" }, { id: "h2", basis: "audit" }] } };

    it("a request was refused, and on what basis", async () => {
      await open("r1", {}, held);
      expect(await row("r1")).to.include({ outcome: "refused", why: "HELD", basis: "litigation 7; audit", finishedAt: at(50) });
    });

    it("one that is open waits, or was turned away last", async () => {
      await open("r1", {}, ended("parked", 50, "RATE_LIMITED"));
      await open("r2", {}, ended("planned", 50), turnedAway);
      await open("r3", {}, turnedAway);
      expect([await row("r1"), await row("r2"), await row("r3")].map((each) => [each?.why, each?.finishedAt])).to.deep.equal([["RATE_LIMITED", null], ["ACCESS_FIRST", null], ["ACCESS_FIRST", null]]);
    });

    it("nothing more of one that has finished, whoever was turned away since, and whatever was looked at", async () => {
      await open("r1", {}, ended("verified", 50), turnedAway);
      await open("r2", {}, ended("verified", 50), { at: at(70), kind: "looked_again", searched: [], gaps: [], shown: [] });
      expect([await row("r1"), await row("r2")].map((each) => [each?.why, each?.finishedAt])).to.deep.equal([[null, at(50)], [null, at(50)]]);
    });
  });

  describe("are chosen", () => {
    beforeEach(async () => {
      await open("early", { context: context({ receivedAt: at(10) }) }, ended("verified", 80));
      await open("late", { context: context({ receivedAt: at(20) }) }, ended("cancelled", 30));
      await open("open", { context: context({ receivedAt: at(30) }) }, ended("parked", 40));
      await open("sandbox", { vendorsOwn: false, context: context({ receivedAt: at(20) }) }, ended("verified", 30));
      for (const seconds of [10, 20, 30]) await host.evidence.noteRehearsal({ at: at(seconds), connector: "memory", connection: "acme" });
    });

    it("by when they were received, from the first moment to before the last, and those that are none are counted beside", async () => {
      const all = await populationOf(host, {});
      expect([ids(all).sort(), all.statement.count, all.statement.notVendorsOwn, all.statement.rehearsals, all.statement.unfinished]).to.deep.equal([["early", "late", "open"], 3, 1, 3, 0]);
      const some = await populationOf(host, { from: at(20), until: at(30) });
      expect([ids(some), some.statement.count, some.statement.notVendorsOwn, some.statement.rehearsals]).to.deep.equal([["late"], 1, 1, 1]);
      expect(some.statement).to.include({ by: "received", from: at(20), until: at(30) });
      expect(ids(await populationOf(host, { until: at(20) }))).to.deep.equal(["early"]);
      expect(ids(await populationOf(host, { from: at(21) }))).to.deep.equal(["open"]);
    });

    it("by when they were finished, and those that were not are counted, wherever they were received, but for those that are none", async () => {
      await open("sandbox that waits", { vendorsOwn: false }, ended("parked", 40));
      const finished = await populationOf(host, { by: "finished", from: at(30), until: at(80) });
      expect([ids(finished), finished.statement]).to.deep.equal([["late"], { ...finished.statement, by: "finished", count: 1, notVendorsOwn: 1, unfinished: 1 }]);
      expect(ids(await populationOf(host, { by: "finished", from: at(80) }))).to.deep.equal(["early"]);
      expect(ids(await populationOf(host, { by: "finished" })).sort()).to.deep.equal(["early", "late"]);
    });

    it("by what stood there when it was asked: one that is opened meanwhile is not among them", async () => {
      const { tips } = host.evidence;
      Object.assign(host.evidence, { tips: async () => { const before = await tips(); await open("meanwhile"); return before; } });
      expect(ids(await populationOf(host, {})).sort()).to.deep.equal(["early", "late", "open"]);
    });

    it("by what stood there when it was asked: one that ends meanwhile is open in its row, in every column of it, and counted as unfinished", async () => {
      const { tips } = host.evidence;
      const goOn = async (entry: JournalEntry): Promise<void> => {
        const lease = (await host.journal.lease("open"))!;
        await host.journal.append(lease, entry);
        await lease.release();
      };
      const evidence = (await row("open"))?.evidence;
      Object.assign(host.evidence, { tips: async () => { const before = await tips(); await goOn(ended("complete", 90)); return before; } });
      expect((await populationOf(host, {})).requests.find(({ request }) => request === "open")).to.include({ outcome: "parked", finishedAt: null, evidence });
      await goOn(found());
      const { requests, statement } = await populationOf(host, { by: "finished" });
      expect([requests.map(({ request }) => request).sort(), statement.unfinished]).to.deep.equal([["early", "late"], 1]);
    });

    it("with a plan that waits for whoever confirms it, whoever was turned away since", async () => {
      await open("planned", {}, ended("parked"), planned(), { at: at(60), kind: "turned_away", code: "ACCESS_FIRST" });
      expect(await row("planned")).to.include({ outcome: "planned", finishedAt: null, why: "ACCESS_FIRST" });
    });

    it("by no date that is none", async () => {
      for (const [at, filter] of [["from", { from: "soon" }], ["until", { until: "" }]] as const) expect(await rejectionOf(populationOf(host, filter))).to.deep.include({ code: "REQUEST_INVALID", facts: { at, reason: "it is no date" } });
    });
  });

  it("are stated and signed, so that nobody can leave one out afterwards", async () => {
    await open("r1");
    await host.clock.advance(5_000);
    const { requests, statement, publicKey } = await populationOf(host, {});
    const { signature, ...unsigned } = statement;
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    expect(verify(null, Buffer.from(canonicalJson(unsigned)), key, Buffer.from(signature, "hex"))).to.equal(true);
    expect(unsigned).to.deep.equal({ kind: "population", by: "received", from: null, until: null, count: 1, notVendorsOwn: 0, rehearsals: 0, unfinished: 0, at: at(5), rows: sha256(canonicalJson(requests)), key: sha256Of(publicKey) });
  });
  const sha256Of = (base64: string): string => createHash("sha256").update(Buffer.from(base64, "base64")).digest("hex");

  it("can each be exported as lines that a stranger can check, covered to the last byte", async () => {
    await open("r1", {}, found(), ended("verified"));
    await host.clock.advance(9_000);
    const evidence = await host.evidence.read("r1");
    const { text, checkpoint } = await evidenceFile(host, "r1", evidence);
    const lines = text.split("\n");
    expect(lines.pop()).to.equal("");
    const [header, ...rest] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(header).to.deep.equal({ format: "dsr-evidence/1", request: "r1", publicKey: (await host.signer()).key().publicKey });
    expect(rest).to.deep.equal([...evidence.records, ...evidence.checkpoints, checkpoint]);
    for (const [n, line] of lines.entries()) expect(line).to.equal(canonicalJson([header, ...rest][n]));
    expect(checkpoint).to.include({ kind: "checkpoint", reason: "exported", request: "r1", count: 3, head: evidence.records.at(-1)!.hash, at: at(9), covers: sha256(text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1)) });
    expect((await evidenceFile(host, "r1", { records: [], checkpoints: [] })).checkpoint).to.include({ count: 0, head: "" });
  });
});
