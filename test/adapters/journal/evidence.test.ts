import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import type { Home } from "../../../adapters/journal/home.js";
import { canonicalJson } from "../../../core/canonical-json.js";
import { faultOf, link, type EvidenceRecord } from "../../../core/evidence.js";
import { evidenceFile } from "../../../core/evidence-file.js";
import type { Lease } from "../../../core/host-ports.js";
import { recordText, UNLINKABLE } from "../../../core/evidence-facts.js";
import { verifyEvidence } from "../../../adapters/evidence/verify-evidence.js";
import { killChildren, startChild } from "./child-process.js";
import { makeOlder } from "./older-home.js";
import { refusal } from "./refusal.js";
import { callsEntry, CANARY_ADDRESS, email, endedEntry, intentEntry, keyDestroyedEntry, sampleRequest } from "./samples.js";
import { filesBelow, temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("the evidence of the embedded store", () => {
  let home: TemporaryHome;
  let opened: Home;
  const leases = new Map<string, Lease>();
  beforeEach(async () => {
    home = temporaryHome();
    opened = await home.open();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  /** What somebody with a SQLite client would do. */
  const alter = (...statements: readonly string[]): void => {
    const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
    for (const statement of statements) database.exec(statement);
    database.close();
  };
  const started = async (id = "r") => {
    await opened.journal.open(sampleRequest({ id }), [email()]);
    const lease = (await opened.journal.lease(id)) ?? expect.fail("no lease");
    leases.set(id, lease);
    return (...entries: Parameters<typeof opened.journal.append>[1][]) => entries.reduce((before, entry) => before.then(() => opened.journal.append(lease, entry)), Promise.resolve());
  };
  const destroyKey = (id: string) => opened.journal.destroyKey(leases.get(id)!, keyDestroyedEntry());
  const exported = async (id = "r") => (await evidenceFile({ digest: opened.digest, signer: opened.signer, clock: home.clock as never }, id, await opened.evidence.read(id))).text;

  it("is stored with the entry that it is of, or neither is", async () => {
    const append = await started();
    await append(intentEntry("1"));
    for (const table of ["evidence", "evidence_heads", "evidence_checkpoints"]) {
      alter(`CREATE TRIGGER broken BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'the disk'); END`);
      await refusal("INTEGRITY", () => append(endedEntry("verified")));
      if (table !== "evidence_checkpoints") await refusal("INTEGRITY", () => opened.journal.open(sampleRequest({ id: "r2" }), [email()]));
      alter("DROP TRIGGER broken");
      expect(await opened.journal.entries("r"), table).to.deep.equal([intentEntry("1")]);
      expect([(await opened.journal.find("r"))?.state, await opened.journal.find("r2")]).to.deep.equal(["running", undefined]);
      expect((await opened.evidence.read("r")).records).to.have.length(2);
    }
    alter("CREATE TRIGGER broken BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'the disk'); END");
    await refusal("INTEGRITY", () => append(endedEntry("verified")));
    alter("DROP TRIGGER broken");
    expect((await opened.evidence.read("r")).records).to.have.length(2);
    await append(endedEntry("verified"));
    expect((await opened.evidence.read("r")).records).to.have.length(3);
  });

  it("is not behind the journal after a kill at any moment", async () => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    await child.run("lease", "r");
    await new Promise<void>((resolve) => {
      child.onDurable((n) => (n >= 25 ? resolve() : undefined));
      void child.run("appendForEver", "r").catch(() => undefined);
    });
    await child.kill();
    const entries = await opened.journal.entries("r");
    const { records } = await opened.evidence.read("r");
    expect(entries.length).to.be.at.least(25);
    expect(records.slice(1).map(({ at, fact }) => ({ at, ...fact }))).to.deep.equal(entries);
  }).timeout(20_000);

  const LAST = "(SELECT max(seq) FROM evidence WHERE request_id = 'r')";
  const attacks: Readonly<Record<string, readonly string[]>> = {
    "a record is edited": ["UPDATE evidence SET body = replace(body, '\"apiCalls\":1', '\"apiCalls\":7') WHERE request_id = 'r' AND seq = 3"],
    "a record is edited into something else": ["UPDATE evidence SET body = 'null' WHERE request_id = 'r' AND seq = 3"],
    "a record is no JSON": ["UPDATE evidence SET body = substr(body, 1, 40) WHERE request_id = 'r' AND seq = 3"],
    "a record is removed": ["DELETE FROM evidence WHERE request_id = 'r' AND seq = 3"],
    "the last record is removed": [`DELETE FROM evidence WHERE request_id = 'r' AND seq = ${LAST}`],
    "all records are removed": ["DELETE FROM evidence WHERE request_id = 'r'"],
    "a record is added": [`INSERT INTO evidence SELECT request_id, seq + 1, body FROM evidence WHERE request_id = 'r' AND seq = ${LAST}`],
    "two records change places": ["UPDATE evidence SET seq = 99 WHERE request_id = 'r' AND seq = 2", "UPDATE evidence SET seq = 2 WHERE request_id = 'r' AND seq = 3", "UPDATE evidence SET seq = 3 WHERE request_id = 'r' AND seq = 99"],
    "another request's records take their place": ["DELETE FROM evidence WHERE request_id = 'r'", "UPDATE evidence SET request_id = 'r' WHERE request_id = 'other'"],
    "the head is edited": ["UPDATE evidence_heads SET count = 2 WHERE request_id = 'r'"],
    "the head is removed": ["DELETE FROM evidence_heads WHERE request_id = 'r'"],
    "head and records are removed": ["DELETE FROM evidence_heads WHERE request_id = 'r'", "DELETE FROM evidence WHERE request_id = 'r'"],
    "head, records and checkpoints are those of another request": ["evidence", "evidence_heads", "evidence_checkpoints"].flatMap((table) => [`DELETE FROM ${table} WHERE request_id = 'r'`, `UPDATE ${table} SET request_id = 'r' WHERE request_id = 'other'`]),
    "all of it is removed, to be made anew as in an older home": ["INSERT INTO home (name, value) VALUES ('behind', 'to be brought forward')", "DELETE FROM evidence_heads WHERE request_id = 'r'", "DELETE FROM evidence WHERE request_id = 'r'", "DELETE FROM evidence_checkpoints WHERE request_id = 'r'", "INSERT INTO evidence_backlog (request_id) VALUES ('r')"],
    "a checkpoint is removed": ["DELETE FROM evidence_checkpoints WHERE request_id = 'r' AND count = 4"],
    "a checkpoint's signature is edited": ["UPDATE evidence_checkpoints SET body = replace(body, '\"signature\":\"', '\"signature\":\"0') WHERE request_id = 'r' AND count = 4"],
    "a checkpoint's time is edited": ["UPDATE evidence_checkpoints SET body = replace(body, '\"at\":\"2026', '\"at\":\"2025') WHERE request_id = 'r' AND count = 4"],
  };
  for (const [attack, statements] of Object.entries(attacks)) {
    it(`P14: is refused when ${attack}`, async () => {
      for (const id of ["r", "other"]) {
        const append = await started(id);
        await append(callsEntry(2), callsEntry(1), endedEntry("parked"), endedEntry("verified"));
      }
      expect(await opened.evidence.read("r")).to.have.property("checkpoints").with.length(2);
      alter(...statements);
      await refusal("INTEGRITY", () => opened.evidence.read("r"));
      opened = await home.open();
      await refusal("INTEGRITY", () => opened.evidence.read("r"));
      expect(await opened.journal.entries("r")).to.have.length(4);
    });
  }

  it("P14: is refused when its end was told anew, hashes and all, or is that of an earlier time", async () => {
    const append = await started();
    await append(callsEntry(1));
    const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
    const put = (seq: number, body: string, head: Readonly<Record<string, unknown>>): void => {
      database.prepare("DELETE FROM evidence WHERE request_id = 'r' AND seq >= ?").run(seq);
      database.prepare("INSERT INTO evidence (request_id, seq, body) VALUES ('r', ?, ?)").run(seq, body);
      database.prepare("UPDATE evidence_heads SET count = ?, head = ?, mac = ? WHERE request_id = 'r'").run(head["count"], head["head"], head["mac"]);
    };
    const headNow = (): Record<string, unknown> => database.prepare("SELECT count, head, mac FROM evidence_heads WHERE request_id = 'r'").all()[0] as Record<string, unknown>;
    try {
      const { records } = await opened.evidence.read("r");
      const earlier = headNow();
      const anew = link(opened.digest.sha256, records[0], { request: "r", at: records[1]!.at, fact: { kind: "calls", apiCalls: 7 } });
      put(2, canonicalJson(anew), { ...earlier, head: anew.hash });
      await refusal("INTEGRITY", () => opened.evidence.read("r"));
      await refusal("INTEGRITY", () => opened.evidence.last("r"));
      put(2, canonicalJson(records[1]), earlier);
      expect((await opened.evidence.read("r")).records).to.deep.equal(records);
      await append(callsEntry(2));
      put(2, canonicalJson(records[1]), earlier);
      await refusal("INTEGRITY", () => opened.evidence.read("r"));
      await refusal("INTEGRITY", () => append(callsEntry(3)));
    } finally {
      database.close();
    }
  });

  const EDIT_ENDING = "UPDATE evidence SET body = replace(body, '\"outcome\":\"needs_attention\"', '\"outcome\":\"verified\"') WHERE body LIKE '%\"kind\":\"ended\"%'";
  for (const [where, aside] of Object.entries({ "is the last": [], "has others behind it that stand aside": [callsEntry(1), callsEntry(1)] })) {
    it(`P14: does not tell where a request stands by a record that was edited and ${where}`, async () => {
      const append = await started();
      await append(endedEntry("needs_attention"), ...aside);
      await opened.close();
      opened = await home.open();
      expect((await opened.evidence.tips()).get("r")?.standing.fact).to.include({ outcome: "needs_attention" });
      alter(EDIT_ENDING);
      await refusal("INTEGRITY", () => opened.evidence.tips());
    });
  }

  it("P14: neither tells of nor builds on a last record that was edited, hash kept, whether it was read here before or not", async () => {
    const append = await started();
    await append(endedEntry("needs_attention"));
    alter(EDIT_ENDING);
    await refusal("INTEGRITY", () => opened.evidence.last("r"));
    await refusal("INTEGRITY", () => append(callsEntry(1)));
    await refusal("INTEGRITY", async () => (await home.open()).evidence.last("r"));
    expect(await opened.journal.entries("r")).to.have.length(1);
  });

  const TABLES = { requests: "id", entries: "request_id", evidence: "request_id", evidence_heads: "request_id", evidence_checkpoints: "request_id", identifier_keys: "request_id", identifiers: "request_id" };
  const removals: Readonly<Record<string, readonly string[]>> = {
    "and nothing else": [],
    "and the number of all": ["DELETE FROM ledger_heads WHERE name = 'requests'"],
    "and the number of all, as in an older home": ["DELETE FROM ledger_heads WHERE name = 'requests'", "INSERT INTO home (name, value) VALUES ('behind', 'to be brought forward')"],
    "and the number of all, as by an older version": ["DELETE FROM ledger_heads WHERE name = 'requests'", "PRAGMA user_version = 4"],
    "and the number lowered": ["UPDATE ledger_heads SET count = count - 1 WHERE name = 'requests'"],
  };
  for (const [what, statements] of Object.entries(removals)) {
    it(`P14: tells of no population out of which a whole request was taken, ${what}`, async () => {
      await started("r");
      await started("other");
      expect([...(await opened.evidence.tips()).keys()]).to.deep.equal(["r", "other"]);
      alter(...Object.entries(TABLES).map(([table, id]) => `DELETE FROM ${table} WHERE ${id} = 'r'`), ...statements);
      await refusal("INTEGRITY", () => opened.evidence.tips());
      opened = await home.open();
      await refusal("INTEGRITY", () => opened.evidence.tips());
      expect(await opened.journal.find("other")).to.include({ id: "other" });
    });
  }

  it("P14: takes no further entry on a last record that was altered, so that nothing is built on it", async () => {
    const append = await started();
    await append(intentEntry("1"));
    alter("DELETE FROM evidence WHERE request_id = 'r' AND seq = 2");
    await refusal("INTEGRITY", () => append(intentEntry("2")));
    expect(await opened.journal.entries("r")).to.have.length(1);
  });

  it("names nobody any more once the request's key is destroyed, and goes on being verified and written", async () => {
    const append = await started();
    await append(intentEntry("4711"), endedEntry("verified"));
    const { fingerprint } = (await opened.signer()).key();
    const name = await opened.evidence.pseudonym("r", recordText("4711"));
    expect(await exported()).to.contain(name);
    await destroyKey("r");
    expect(await opened.evidence.pseudonym("r", recordText("4711"))).to.equal(undefined);
    await append(intentEntry("4711"));
    const { records } = await opened.evidence.read("r");
    expect(records.at(-1)?.fact).to.include({ record: UNLINKABLE });
    expect(records[1]?.fact).to.include({ record: name });
    expect(verifyEvidence(await exported(), { key: fingerprint }).outcome).to.equal("verified");
    // Another request's key, and the home's own, make other names.
    await started("other");
    const everyOther = [await opened.evidence.pseudonym("other", recordText("4711")), opened.digest.keyed(recordText("4711")).slice(0, 32)];
    expect(everyOther).not.to.include(name);
    expect(filesBelow(home.directory).some(({ bytes }) => bytes.includes("identifier-key"))).to.equal(false);
  });

  it("S5: holds no address and no id of the vendor", async () => {
    const append = await started();
    await append(intentEntry("CANARY_record_4711"), endedEntry("verified"));
    const text = await exported();
    for (const canary of [CANARY_ADDRESS, "quetzal", "CANARY_record_4711", "4711", "subject-key"]) expect(text, canary).not.to.contain(canary);
  });

  it("signs with one key, made on first use, sealed, the same in every process and after every restart", async () => {
    const other = await home.open();
    const { publicKey, fingerprint } = (await other.signer()).key();
    expect((await opened.signer()).key()).to.deep.equal({ publicKey, fingerprint });
    expect((await opened.signer()).sign("x")).to.equal((await other.signer()).sign("x"));
    await opened.close();
    opened = await home.open();
    expect((await opened.signer()).key().fingerprint).to.equal(fingerprint);
    const database = new Libsql(join(home.directory, "dsr.db"));
    const [row] = database.prepare("SELECT value FROM home WHERE name = 'signing-key'").all() as { value: string }[];
    database.close();
    expect(Buffer.from(row!.value, "base64").subarray(0, 4).toString()).to.equal("dsr1");
    const pkcs8 = Buffer.from("302e020100300506032b6570", "hex");
    for (const { bytes, path } of filesBelow(home.directory)) expect(bytes.includes(pkcs8), path).to.equal(false);
  });

  it("does not sign with a new key where one was used and is gone, or was exchanged", async () => {
    const append = await started();
    await append(endedEntry("parked"));
    const stranger = temporaryHome();
    try {
      await (await stranger.open()).signer();
      alter(`ATTACH '${join(stranger.directory, "dsr.db")}' AS stranger; UPDATE home SET value = (SELECT value FROM stranger.home WHERE name = 'signing-key') WHERE name = 'signing-key'`);
    } finally {
      await stranger.remove();
    }
    await refusal("INTEGRITY", () => opened.signer());
    alter("DELETE FROM home WHERE name = 'signing-key'");
    await refusal("INTEGRITY", () => opened.signer());
    await refusal("INTEGRITY", () => append(endedEntry("verified")));
    expect(await opened.journal.entries("r")).to.have.length(1);
  });

  it("is made of no older request by a signing key that does not open: the home is refused, and is brought forward once it does", async () => {
    await (await started("old"))(endedEntry("parked"));
    await makeOlder(opened, 1);
    alter("INSERT INTO home (name, value) VALUES ('signing-key', 'ZGFtYWdlZA==')");
    for (const _ of [1, 2]) expect((await refusal("INTEGRITY", () => home.open())).reason).to.equal("the key that signs evidence does not open");
    alter("DELETE FROM home WHERE name = 'signing-key'");
    opened = await home.open();
    expect((await opened.evidence.read("old")).records).to.have.length(2);
  });

  it("is made from the journal for requests of a home that is older than it, and says so", async () => {
    const append = await started("old");
    await append(intentEntry("1"), endedEntry("parked"));
    await started("bare");
    await makeOlder(opened, 1);
    opened = await home.open();
    const lease = (await opened.journal.lease("old")) ?? expect.fail("no lease");
    await opened.journal.append(lease, endedEntry("verified"));
    const kinds = (records: readonly EvidenceRecord[]) => records.map(({ fact }) => (fact.kind === "opened" ? `opened ${fact.takenOver}` : fact.kind));
    const old = await opened.evidence.read("old");
    expect(kinds(old.records)).to.deep.equal(["opened 2", "intent", "ended", "ended"]);
    expect(old.checkpoints).to.have.length(2);
    expect(old.records.map((each, n) => faultOf(opened.digest.sha256, old.records[n - 1], each))).to.deep.equal(Array(4).fill(undefined));
    expect([...(await opened.evidence.tips()).keys()].sort()).to.deep.equal(["bare", "old"]);
    expect(kinds((await opened.evidence.read("bare")).records)).to.deep.equal(["opened 0"]);
    expect(verifyEvidence(await exported("old"), { key: (await opened.signer()).key().fingerprint }).outcome).to.equal("verified");
    const append2 = await started("new");
    await append2(callsEntry(1));
    expect(canonicalJson((await opened.evidence.read("new")).records[0]?.fact)).not.to.contain("takenOver");
  });
});
