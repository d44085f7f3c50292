import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ErrorCode, ErrorFacts } from "../../core/errors.js";
import { openHome } from "../../adapters/journal/home.js";
import { DatabaseUrl } from "../../adapters/postgres/database-url.js";
import { refusal } from "../adapters/journal/refusal.js";
import { callsEntry, CANARY_ADDRESS, CANARY_TOKEN, email, endedEntry, intentEntry, keyDestroyedEntry, sampleConnection, sampleRequest, withReference } from "../adapters/journal/samples.js";
import { temporaryHome, type TemporaryHome } from "../adapters/journal/temporary-home.js";
import { PASSWORD, startPostgres, type PostgresServer } from "./server.js";
import { startEndingProxy } from "./support/ending-proxy.js";

describe("a home in PostgreSQL", function () {
  this.timeout(60_000);
  let server: PostgresServer;
  let home: TemporaryHome;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.end());
  beforeEach(async () => {
    await server.empty();
    home = temporaryHome(server.url);
  });
  afterEach(() => home.remove());

  const begun = async (id = "r") => {
    const opened = await home.open();
    await opened.journal.open(sampleRequest({ id }), [email()]);
    const lease = (await opened.journal.lease(id)) ?? expect.fail("no lease");
    return { ...opened, lease };
  };

  it("holds no address, token or vendor's id in the clear", async () => {
    const { journal, connections, lease } = await begun();
    await journal.append(lease, intentEntry("CANARY-id"));
    await connections.put(sampleConnection(), CANARY_TOKEN);
    const found = await server.rows(
      "SELECT t::text AS line FROM requests t UNION ALL SELECT t::text FROM entries t UNION ALL SELECT t::text FROM identifiers t UNION ALL SELECT t::text FROM connections t UNION ALL SELECT t::text FROM evidence t UNION ALL SELECT t::text FROM home t",
    );
    expect(found.length).to.be.greaterThan(5);
    for (const canary of [CANARY_ADDRESS, CANARY_TOKEN, "CANARY-id"]) expect(JSON.stringify(found)).not.to.contain(canary);
  });

  describe("P14: refuses what was altered behind its back", () => {
    const attacks: Readonly<Record<string, string>> = {
      "an entry's text": "UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 1) WHERE seq = 2",
      "the last entry": "DELETE FROM entries WHERE seq = 2",
      "all entries": "DELETE FROM entries",
      "a request's state": "UPDATE requests SET state = 'verified'",
      "a request's key": "DELETE FROM identifier_keys",
      "a request's row": "DELETE FROM requests",
    };
    for (const [what, statement] of Object.entries(attacks)) {
      it(what, async () => {
        const { journal, lease } = await begun();
        for (const entry of [intentEntry("1"), callsEntry(1)]) await journal.append(lease, entry);
        expect(await server.alter(statement)).to.be.greaterThan(0);
        await refusal("INTEGRITY", () => journal.entries("r"));
      });
    }

    it("how many requests there are", async () => {
      const { evidence, journal } = await begun();
      await Promise.all(Array.from({ length: 20 }, (_, n) => journal.open(sampleRequest({ id: `n${n}` }), [email()])));
      expect((await evidence.tips()).size).to.equal(21);
      for (const [table, id] of Object.entries({ requests: "id", entries: "request_id", evidence: "request_id", evidence_heads: "request_id" })) await server.alter(`DELETE FROM ${table} WHERE ${id} = 'n3'`);
      await refusal("INTEGRITY", () => evidence.tips());
    });

    it("a record of evidence, a checkpoint and a connection", async () => {
      const { journal, evidence, connections, lease } = await begun();
      await journal.append(lease, endedEntry("parked"));
      await connections.put(sampleConnection(), CANARY_TOKEN);
      await server.alter("UPDATE connections SET body = replace(body, 'acme', 'evil')");
      await refusal("INTEGRITY", () => connections.credential("acme"));
      await server.alter("UPDATE evidence_checkpoints SET body = replace(body, '\"count\":2', '\"count\":1')");
      await refusal("INTEGRITY", () => evidence.read("r"));
      await server.alter("DELETE FROM home WHERE name = 'signing-key'");
      await refusal("INTEGRITY", async () => (await home.open()).signer());
    });
  });

  it("P6: goes by the server's clock: a host whose own clock is years ahead takes nothing over, and a lease that ran out passes on with a higher fence", async () => {
    const { journal, lease } = await begun();
    home.clock.nowMs += 10 ** 11;
    const other = await home.open();
    expect(await other.journal.lease("r")).to.equal(undefined);
    await server.alter("UPDATE leases SET expires_at_ms = (extract(epoch FROM now()) * 1000)::bigint");
    const next = (await other.journal.lease("r")) ?? expect.fail("not passed on");
    expect(await server.rows("SELECT fence::int AS fence FROM leases")).to.deep.equal([{ fence: 2 }]);
    await refusal("REQUEST_BUSY", () => journal.append(lease, callsEntry(1)));
    await other.journal.append(next, callsEntry(2));
    expect(await journal.entries("r")).to.deep.equal([callsEntry(2)]);
  });

  it("renews a lease for as long as its holder runs, and not for one that is gone", async () => {
    const holder = await home.open({ leaseTtlMs: 600 });
    await holder.journal.open(sampleRequest({ id: "r" }), [email()]);
    await holder.journal.lease("r");
    const other = await home.open();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await other.journal.lease("r")).to.equal(undefined);
    await holder.close();
    expect(await other.journal.lease("r")).not.to.equal(undefined);
  });

  it("gives twenty workers that open one reference at the same moment one request", async () => {
    const workers = await Promise.all(Array.from({ length: 4 }, () => home.open()));
    const opened = await Promise.all(Array.from({ length: 20 }, (_, n) => workers[n % 4]!.journal.open(withReference("T-1"), [email()])));
    expect(new Set(opened.map(({ id }) => id)).size).to.equal(1);
    expect(await workers[0]!.journal.list({})).to.have.length(1);
  });

  it("loses and repeats no entry when many requests are written at once", async () => {
    const workers = await Promise.all(Array.from({ length: 4 }, () => home.open()));
    await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        const { journal } = workers[n % 4]!;
        const request = await journal.open(sampleRequest({ id: `r${n}` }), [email()]);
        const lease = await journal.lease(request.id);
        for (let k = 1; k <= 8; k++) await journal.append(lease!, callsEntry(k));
        await journal.append(lease!, endedEntry("verified"));
      }),
    );
    for (let n = 0; n < 12; n++) {
      expect((await workers[0]!.journal.entries(`r${n}`)).map((entry) => ("apiCalls" in entry ? entry.apiCalls : entry.kind))).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, "ended"]);
      expect((await workers[1]!.evidence.read(`r${n}`)).records).to.have.length(10);
    }
  });

  it("waits for a server that is restarted, and goes on as if nothing had been", async () => {
    const { journal, evidence, lease } = await begun();
    await journal.append(lease, callsEntry(1));
    await server.stop();
    const waiting = journal.append(lease, callsEntry(2));
    const reading = journal.entries("r");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.start();
    await waiting;
    await reading;
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1), callsEntry(2)]);
    expect((await evidence.read("r")).records).to.have.length(3);
  });

  it("lives on where the server ends connections in the moment they are made, and asks for them anew", async () => {
    const proxy = await startEndingProxy(Number(new URL(server.url.withPassword()).port));
    const address = new URL(server.url.withPassword());
    address.port = String(proxy.port);
    const by = temporaryHome(DatabaseUrl.parse(address.href));
    try {
      const { journal } = await by.open();
      proxy.endNew(true);
      // More than there are connections now: each that is made for one of them is ended.
      const opened = Promise.all(["a", "b", "c", "d"].map((id) => journal.open(withReference(id, { id }), [email()])));
      while (proxy.ended() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
      proxy.endNew(false);
      await opened;
      expect((await journal.list({})).map(({ id }) => id)).to.have.members(["a", "b", "c", "d"]);
    } finally {
      await by.remove();
      await proxy.close();
    }
  });

  it("says STORAGE_FAILED once the server stays away, and keeps what it had", async () => {
    const opened = await home.open({ busyTimeoutMs: 300 });
    await opened.journal.open(sampleRequest({ id: "r" }), [email()]);
    await server.stop();
    try {
      expect((await refusal("STORAGE_FAILED", () => opened.journal.find("r"))).reason).to.equal("the database cannot be reached");
    } finally {
      await server.start();
    }
    expect((await opened.journal.find("r"))?.id).to.equal("r");
  });

  it("waits once for a server that stays away, whoever asks for what and lets go of it, and anew where nobody asked for a while", async () => {
    const opened = await home.open({ busyTimeoutMs: 1_500 });
    await opened.journal.open(sampleRequest({ id: "r" }), [email()]);
    const lease = (await opened.journal.lease("r")) ?? expect.fail("no lease");
    await server.stop();
    try {
      const find = () => refusal("STORAGE_FAILED", () => opened.journal.find("r"));
      const stoppedMs = performance.now();
      await Promise.all([find(), find()]);
      expect(performance.now() - stoppedMs).to.be.within(1_400, 3_000);
      for (const ask of [find, () => refusal("STORAGE_FAILED", () => opened.journal.append(lease, callsEntry(1))), () => refusal("STORAGE_FAILED", () => lease.release()), find]) await ask();
      expect(performance.now() - stoppedMs).to.be.below(4_000);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const askedMs = performance.now();
      await find();
      expect(performance.now() - askedMs).to.be.above(1_400);
    } finally {
      await server.start();
    }
    expect(await opened.journal.find("r")).to.include({ id: "r" });
  });

  it("destroys a request's key, and reads its chain and evidence as before", async () => {
    const { journal, evidence, lease } = await begun();
    for (const entry of [intentEntry("77"), endedEntry("verified")]) await journal.append(lease, entry);
    await journal.destroyKey(lease, keyDestroyedEntry());
    expect((await journal.entries("r")).map(({ kind }) => kind)).to.deep.equal(["key_destroyed"]);
    expect(await server.rows("SELECT 1 FROM identifier_keys UNION ALL SELECT 1 FROM identifiers")).to.deep.equal([]);
    expect((await evidence.read("r")).records).to.have.length(4);
    await refusal("REQUEST_INVALID", () => journal.identifiers("r"));
  });

  it("refuses a database of a newer version, and leaves it as it is", async () => {
    await (await home.open()).close();
    await server.alter("UPDATE schema_version SET version = 99");
    expect(await refusal("STORE_NEWER", () => home.open())).to.deep.equal({ at: "the database", reason: "it has version 99, and this program knows 4" });
    expect(await server.rows("SELECT version FROM schema_version")).to.deep.equal([{ version: 99 }]);
  });

  describe("refuses a schema that is not its own, and leaves it as it is", () => {
    const schemas: Readonly<Record<string, string>> = {
      "tables of another program": "CREATE TABLE home (x INTEGER)",
      "another program's table of versions": "CREATE TABLE schema_version (installed TEXT)",
      "versions that are no numbers": "CREATE TABLE schema_version (version TEXT); INSERT INTO schema_version VALUES ('1.2')",
      "version 0": "CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (0)",
      "no version": "CREATE TABLE schema_version (version INTEGER)",
      "two versions": "CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (3), (3)",
    };
    for (const [what, statements] of Object.entries(schemas)) {
      it(what, async () => {
        await server.alter(`CREATE SCHEMA dsr_connect; ${statements}`);
        expect((await refusal("CONFIG_INVALID", () => home.open())).reason).to.match(/^its schema dsr_connect holds something else/);
        expect(await server.rows("SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = 'dsr_connect'")).to.have.length(1);
      });
    }

    it("and takes an empty one that was made for it", async () => {
      await server.alter("CREATE SCHEMA dsr_connect");
      expect((await home.open()).id).to.be.a("string");
    });
  });

  it("brings a database of an earlier version forward, with what is in it", async () => {
    const { vault } = await begun();
    const columns = ["id", "connection", "type", "reference", "subject_key", "opened_at", "body", "state", "cancel_requested", "identifiers_destroyed", "entry_count", "last_mac"];
    const [row] = (await server.rows(`SELECT ${columns.map((column) => (column === "entry_count" ? "entry_count::int AS entry_count" : column)).join(", ")} FROM requests`)) as [Record<string, unknown>];
    // Rows of that version were signed as those of requests that nobody counts.
    await server.alter(`UPDATE requests SET mac = '${vault.mac("journal", JSON.stringify(["request", ...columns.map((column) => row[column])]))}'`);
    await server.alter("DROP TABLE rate_windows, request_homes");
    await server.alter("DELETE FROM ledger_heads");
    await server.alter("UPDATE schema_version SET version = 1");
    expect((await (await home.open()).journal.find("r"))?.id).to.equal("r");
    expect(await server.rows("SELECT version FROM schema_version")).to.deep.equal([{ version: 4 }]);
    expect(await server.rows("SELECT key FROM rate_windows")).to.deep.equal([]);
    const { evidence, journal } = await home.open();
    expect((await evidence.tips()).size).to.equal(1);
    await journal.open(sampleRequest({ id: "next" }), [email()]);
    await server.alter("DELETE FROM ledger_heads");
    await server.alter("INSERT INTO home (name, value) VALUES ('behind', 'to be brought forward')");
    await refusal("INTEGRITY", async () => (await home.open()).evidence.tips());
  });

  it("is made once by four that open it at the same moment", async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => home.open()));
    expect(new Set(all.map(({ vault }) => vault.fingerprint)).size).to.equal(1);
    const fingerprints = await Promise.all(all.map(async ({ signer }) => (await signer()).key().fingerprint));
    expect(new Set(fingerprints).size).to.equal(1);
  });

  it("refuses a folder that has another key, or none where the database knows one", async () => {
    await (await home.open()).close();
    for (const key of [undefined, "ab".repeat(32)]) {
      const directory = mkdtempSync(join(tmpdir(), "dsr-other-"));
      try {
        await refusal("SEALING_KEY_INVALID", () => openHome({ directory, key, clock: home.clock, databaseUrl: server.url }));
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    }
  });

  describe("an address that leads nowhere", () => {
    const attempt = (url: string, busyTimeoutMs = 10_000) => openHome({ directory: home.directory, clock: home.clock, databaseUrl: DatabaseUrl.parse(url), busyTimeoutMs });
    const address = (changes: { password?: string; port?: string; name?: string }): string => {
      const url = new URL(server.url.withPassword());
      return `postgres://postgres:${changes.password ?? PASSWORD}@127.0.0.1:${changes.port ?? url.port}/${changes.name ?? "postgres"}`;
    };
    const named = { at: "DSR_DATABASE_URL" };
    const cases: Readonly<Record<string, [Parameters<typeof address>[0], ErrorCode, ErrorFacts]>> = {
      "a wrong password": [{ password: "CANARY-wrong" }, "CONFIG_INVALID", { ...named, reason: "the database refuses this user or password" }],
      "no such database": [{ name: "nowhere" }, "CONFIG_INVALID", { ...named, reason: "the server has no such database" }],
      "no encryption": [{ name: "postgres?sslmode=require" }, "CONFIG_INVALID", { ...named, reason: "the server offers no encryption, and sslmode asks for it" }],
      "a missing file of certificates": [{ name: "postgres?sslmode=verify-full&sslrootcert=/CANARY/none.pem" }, "CONFIG_INVALID", { ...named, reason: "a file of certificates or keys that it names cannot be read" }],
    };
    for (const [what, [changes, code, told]] of Object.entries(cases)) {
      it(`is told at once and without its password: ${what}`, async () => {
        const before = Date.now();
        const facts = await refusal(code, () => attempt(address(changes)));
        expect(facts).to.deep.equal(told);
        expect(JSON.stringify(facts)).not.to.contain("CANARY");
        expect(Date.now() - before).to.be.lessThan(5_000);
      });
    }

    it("is told once the server that it names has been waited for: it may just be restarted", async () => {
      const before = Date.now();
      expect(await refusal("STORAGE_FAILED", () => attempt(address({ port: "1" }), 1_500))).to.deep.equal({ reason: "the database cannot be reached" });
      expect(Date.now() - before).to.be.within(1_500, 3_000);
    });

    it("is refused where its database does not keep every letter, and nothing is made there", async () => {
      for (const encoding of ["LATIN1", "SQL_ASCII"]) {
        const name = `letters_${encoding.toLowerCase()}`;
        await server.alter(`CREATE DATABASE ${name} ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`);
        expect(await refusal("CONFIG_INVALID", () => attempt(address({ name })))).to.deep.equal({ ...named, reason: "the database does not keep every letter, since its encoding is not UTF8; name one that was made with ENCODING 'UTF8'" });
      }
    });

    it("is refused where it is none, and shows nowhere", async () => {
      for (const text of ["", "CANARY", "http://u:CANARY@h/db", "postgres://u:CANARY@h", "mysql://u:CANARY@h/db"]) {
        const facts = await refusal("CONFIG_INVALID", async () => DatabaseUrl.parse(text));
        expect(JSON.stringify(facts)).not.to.contain("CANARY");
      }
      const url = DatabaseUrl.parse("postgres://u:CANARY@h/db");
      expect([`${url}`, JSON.stringify(url), (await import("node:util")).inspect(url)].join()).not.to.contain("CANARY");
    });
  });
});
