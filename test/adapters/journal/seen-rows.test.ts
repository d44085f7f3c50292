import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import { createSeenRows } from "../../../adapters/journal/seen-rows.js";
import { systemClock } from "../../../adapters/clock/system-clock.js";
import { openHome, type Home } from "../../../adapters/journal/home.js";
import { refusal } from "./refusal.js";
import { email, intentEntry, sampleConnection, sampleRequest } from "./samples.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("rows that were authenticated before", () => {
  it("are not again while they are the same, value for value, and are as soon as one is another", () => {
    const authenticated: unknown[] = [];
    const rows = createSeenRows<{ id: string; count: number | null; mac: string }>((row) => void authenticated.push(row));
    for (const row of [{ id: "a", count: 1, mac: "m" }, { id: "a", count: 1, mac: "m" }, { id: "a", count: null, mac: "m" }, { id: "a", count: 1, mac: "m" }]) rows.check("a", row);
    expect(authenticated.map((row) => (row as { count: unknown }).count)).to.deep.equal([1, null, 1]);
  });

  it("are not where they were written here, unless something else stands there by now", () => {
    const authenticated: unknown[] = [];
    const rows = createSeenRows<{ count: number }>((row) => void authenticated.push(row));
    rows.wrote("a", { count: 1 });
    rows.check("a", { count: 1 });
    rows.wrote("a", { count: 2 });
    rows.check("a", { count: 1 });
    expect(authenticated).to.deep.equal([{ count: 1 }]);
  });

  it("are not known to be good where they were not", () => {
    const rows = createSeenRows<{ mac: string }>(() => {
      throw new Error("altered");
    });
    for (let n = 0; n < 2; n++) expect(() => rows.check("a", { mac: "m" })).to.throw("altered");
  });

  it("do not grow without end", () => {
    let authenticated = 0;
    const rows = createSeenRows<{ id: number }>(() => (authenticated += 1));
    for (let n = 0; n < 1_000; n++) rows.check(String(n), { id: n });
    rows.check("0", { id: 0 });
    expect(authenticated).to.equal(1_001);
  });

  describe("in a home that stays open", () => {
    let home: TemporaryHome;
    let open: Home;
    beforeEach(async () => {
      home = temporaryHome();
      open = await openHome({ directory: home.directory, clock: systemClock });
      await open.journal.open(sampleRequest({ id: "r1" }), [email()]);
      await open.connections.put(sampleConnection({ name: "acme" }), "secret");
      const lease = await open.journal.lease("r1");
      await open.journal.append(lease!, intentEntry("c1"));
      await open.journal.find("r1");
      await open.journal.identifiers("r1");
      await open.connections.get("acme");
    });
    afterEach(async () => {
      await open.close();
      await home.remove();
    });
    const alter = (sql: string): void => {
      const database = new Libsql(join(home.directory, "dsr.db"));
      database.exec(sql);
      database.close();
    };

    it("P14: a request that was read is refused once it is altered", async () => {
      alter("UPDATE requests SET state = 'verified' WHERE id = 'r1'");
      await refusal("INTEGRITY", () => open.journal.find("r1"));
    });

    it("P14: so is one that was read as it was written here", async () => {
      alter("UPDATE requests SET state = 'verified' WHERE id = 'r1'");
      const lease = await open.journal.lease("r1").catch(() => undefined);
      expect(lease).to.equal(undefined);
      alter("UPDATE requests SET state = 'running' WHERE id = 'r1'");
      expect((await open.journal.find("r1"))?.state).to.equal("running");
      alter("UPDATE requests SET mac = upper(mac) WHERE id = 'r1'");
      await refusal("INTEGRITY", () => open.journal.find("r1"));
    });

    it("P14: so is the evidence of one, its head and its last record, after what was written here", async () => {
      for (const statement of ["UPDATE evidence_heads SET checkpoints = 1 WHERE request_id = 'r1'", "UPDATE evidence_heads SET checkpoints = 0, mac = upper(mac) WHERE request_id = 'r1'"]) {
        alter(statement);
        await refusal("INTEGRITY", () => open.evidence.last("r1"));
      }
      alter("UPDATE evidence_heads SET mac = lower(mac) WHERE request_id = 'r1'");
      expect((await open.evidence.last("r1")).seq).to.equal(2);
      alter("UPDATE evidence SET body = replace(body, '\"hash\":\"', '\"hash\":\"0') WHERE request_id = 'r1' AND seq = 2");
      await refusal("INTEGRITY", () => open.evidence.last("r1"));
    });

    it("P14: so is a connection", async () => {
      alter("UPDATE connections SET body = replace(body, 'acme', 'evil')");
      await refusal("INTEGRITY", () => open.connections.get("acme"));
    });

    it("P14: a request whose key was used is refused once that is removed or another one's", async () => {
      await open.journal.open(sampleRequest({ id: "r2" }), [email()]);
      alter("UPDATE identifier_keys SET sealed = (SELECT sealed FROM identifier_keys WHERE request_id = 'r2') WHERE request_id = 'r1'");
      await refusal("INTEGRITY", () => open.journal.identifiers("r1"));
      alter("DELETE FROM identifier_keys WHERE request_id = 'r1'");
      await refusal("INTEGRITY", () => open.journal.entries("r1"));
    });
  });
});
