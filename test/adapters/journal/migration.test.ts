import { expect } from "chai";
import Libsql from "libsql";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { verifyEvidence } from "../../../adapters/evidence/verify-evidence.js";
import { evidenceFile } from "../../../core/evidence-file.js";
import type { JournalEntry } from "../../../core/journal.js";
import type { PrivacyRequest } from "../../../core/request.js";
import { killChildren, startChild } from "./child-process.js";
import { sampleHold } from "../holds/holds-port-suite.js";
import { makeOlder } from "./older-home.js";
import { refusal } from "./refusal.js";
import { callsEntry, CANARY_ADDRESS, email, endedEntry, intentEntry, keyDestroyedEntry, sampleRequest, withReference } from "./samples.js";
import { filesBelow, temporaryHome, type TemporaryHome } from "./temporary-home.js";

const RECORD = "CANARY_record_4711";

describe("a home of an older version", () => {
  let home: TemporaryHome;
  const before = new Map<string, { readonly request: PrivacyRequest; readonly entries: readonly JournalEntry[] }>();
  beforeEach(() => {
    home = temporaryHome();
    before.clear();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  /** Leaves a home with an ended, an open, a fresh and many more requests, as that version would have. */
  const leave = async (version: 1 | 2): Promise<void> => {
    const { journal, ...opened } = await home.open();
    const write = async (request: PrivacyRequest, entries: readonly JournalEntry[]): Promise<void> => {
      await journal.open(request, [email()]);
      const lease = (await journal.lease(request.id)) ?? expect.fail("no lease");
      for (const entry of entries) await journal.append(lease, entry);
      await lease.release();
      before.set(request.id, { request: (await journal.find(request.id))!, entries: await journal.entries(request.id) });
    };
    await write(withReference("T-1", { id: "ended" }), [intentEntry(RECORD), callsEntry(1), endedEntry("verified")]);
    await write(sampleRequest({ id: "open" }), [intentEntry(RECORD), intentEntry(`${RECORD}${"x".repeat(9_000)}`)]);
    await write(sampleRequest({ id: "fresh" }), []);
    for (let n = 0; n < 20; n++) await write(sampleRequest({ id: `more${n}` }), [intentEntry(`${RECORD}_${n}`)]);
    await makeOlder({ journal, ...opened }, version);
  };
  const holds = (text: string): boolean => filesBelow(home.directory).some(({ bytes }) => bytes.includes(text));
  const sql = (statement: string): void => {
    const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
    database.exec(statement);
    database.close();
  };

  for (const version of [1, 2] as const) {
    it(`P14: of version ${version} opens with all its requests, entries and addresses, and goes on`, async () => {
      await leave(version);
      expect(holds(RECORD), "the older version kept ids in the clear").to.equal(true);
      const { journal, evidence, digest, signer } = await home.open();
      for (const [id, { request, entries }] of before) {
        expect(await journal.find(id)).to.deep.equal(request);
        expect(await journal.entries(id)).to.deep.equal(entries);
        expect((await journal.identifiers(id))[0]?.reveal()).to.equal(CANARY_ADDRESS);
      }
      expect([...(await evidence.tips()).keys()]).to.have.members([...before.keys()]);
      expect((await journal.open(withReference("T-1"), [email()])).id).to.equal("ended");
      const lease = (await journal.lease("open")) ?? expect.fail("no lease");
      await journal.append(lease, endedEntry("complete"));
      expect(await journal.entries("open")).to.deep.equal([...before.get("open")!.entries, endedEntry("complete")]);
      for (const id of before.keys()) {
        const file = await evidenceFile({ digest, signer, clock: home.clock as never }, id, await evidence.read(id));
        expect(verifyEvidence(file.text, { key: (await signer()).key().fingerprint }).outcome, id).to.equal("verified");
      }
      await journal.destroyKey(lease, keyDestroyedEntry("complete"));
      expect((await journal.entries("open")).map(({ kind }) => kind)).to.deep.equal(["key_destroyed"]);
    });
  }

  it("P14: is brought forward once, and not again to leave out what was taken out of it", async () => {
    await leave(2);
    const first = await home.open();
    await first.holds.place(sampleHold("h1"));
    expect((await first.evidence.tips()).size).to.equal(before.size);
    await first.close();
    for (const [table, id] of Object.entries({ requests: "id", entries: "request_id", evidence: "request_id", evidence_heads: "request_id", evidence_checkpoints: "request_id" })) sql(`DELETE FROM ${table} WHERE ${id} = 'ended'`);
    sql("DELETE FROM ledger; DELETE FROM ledger_heads; INSERT INTO home (name, value) VALUES ('behind', 'to be brought forward')");
    const { evidence, holds } = await home.open();
    await refusal("INTEGRITY", () => evidence.tips());
    await refusal("INTEGRITY", () => holds.list());
  });

  it("holds no id in the clear any more, in any file, from its first opening on", async () => {
    await leave(2);
    const opened = await home.open();
    expect(holds(RECORD)).to.equal(false);
    await opened.close();
    expect(holds(RECORD)).to.equal(false);
  });

  it("is wiped by a later opening where a reader was in the way of the first", async () => {
    await leave(2);
    const reader = new Libsql(join(home.directory, "dsr.db"));
    reader.exec("BEGIN");
    reader.prepare("SELECT * FROM home").all();
    const first = await home.open({ busyTimeoutMs: 50 });
    expect(await first.journal.entries("ended")).to.have.length(3);
    expect(holds(RECORD)).to.equal(true);
    reader.exec("COMMIT");
    reader.close();
    await home.open();
    expect(holds(RECORD)).to.equal(false);
  });

  it("P14: stays refused where an entry was altered before, and opens for the rest", async () => {
    await leave(2);
    sql(`UPDATE entries SET body = replace(body, '"attempt":1', '"attempt":7') WHERE request_id = 'open' AND seq = 1`);
    sql("UPDATE requests SET subject_key = 'somebody' WHERE id = 'more1'");
    sql("DELETE FROM identifier_keys WHERE request_id = 'more2'");
    const { journal } = await home.open();
    for (const id of ["open", "more1", "more2"]) await refusal("INTEGRITY", () => journal.entries(id));
    expect(await journal.entries("ended")).to.deep.equal(before.get("ended")!.entries);
    expect(await journal.entries("more3")).to.deep.equal(before.get("more3")!.entries);
    expect(holds(RECORD)).to.equal(false);
  });

  it("P4: goes on taking over after a kill at any time, and is taken over once by several processes at once", async () => {
    await leave(2);
    for (const afterMs of [0, 5, 20, 60]) {
      const copy = temporaryHome();
      try {
        cpSync(home.directory, copy.directory, { recursive: true });
        const [dying, ...others] = [await startChild(), await startChild(), await startChild()];
        const opening = dying!.run("open", copy.directory).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await dying!.kill();
        void opening;
        await Promise.all(others.map((child) => child.run("open", copy.directory)));
        const { journal } = await copy.open();
        for (const [id, { entries }] of before) expect(await journal.entries(id), `${id} after ${afterMs} ms`).to.deep.equal(entries);
        expect(filesBelow(copy.directory).some(({ bytes }) => bytes.includes(RECORD)), `after ${afterMs} ms`).to.equal(false);
        await Promise.all(others.map((child) => child.kill()));
      } finally {
        await copy.remove();
      }
    }
  }).timeout(60_000);
});
