import { expect } from "chai";
import Libsql from "libsql";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSqliteDatabase } from "../../../adapters/journal/sqlite-database.js";
import { openHome } from "../../../adapters/journal/home.js";
import { createLeases } from "../../../adapters/journal/leases.js";
import { createRequestJournal } from "../../../adapters/journal/request-journal.js";
import type { Lease, RequestJournal } from "../../../core/host-ports.js";
import { refusal } from "./refusal.js";
import { callsEntry, email, intentEntry, sampleRequest } from "./samples.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("P5: a journal that cannot be written", () => {
  let home: TemporaryHome;
  let libsql: Libsql.Database;
  let journal: RequestJournal;
  let lease: Lease;
  beforeEach(async () => {
    home = temporaryHome();
    const { vault } = await home.open();
    libsql = new Libsql(join(home.directory, "dsr.db"), { timeout: 100 });
    const database = createSqliteDatabase(libsql);
    journal = createRequestJournal({ database, vault, leases: createLeases({ database, clock: home.clock, ttlMs: 30_000 }) });
    await journal.open(sampleRequest({ id: "r" }), [email()]);
    lease = (await journal.lease("r")) ?? expect.fail("no lease");
    await journal.append(lease, callsEntry(1));
  });
  afterEach(async () => {
    try {
      libsql.exec("PRAGMA query_only = OFF");
      await lease.release();
      libsql.close();
    } finally {
      await home.remove();
    }
  });

  it("says STORAGE_FAILED when the disk is full, keeps what it had and goes on once there is room", async () => {
    const { page_count } = libsql.prepare("PRAGMA page_count").get() as { page_count: number };
    libsql.prepare(`PRAGMA max_page_count = ${page_count}`).all();
    const big = intentEntry("x".repeat(100_000));
    const facts = await refusal("STORAGE_FAILED", () => journal.append(lease, big));
    expect(facts.reason).to.equal("the disk is full");
    await refusal("STORAGE_FAILED", () => journal.append(lease, big));
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1)]);
    expect((await journal.find("r"))?.state).to.equal("running");
    libsql.prepare("PRAGMA max_page_count = 1000000").all();
    await journal.append(lease, big);
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1), big]);
  });

  it("says STORAGE_FAILED when the disk is read-only, and still reads", async () => {
    libsql.exec("PRAGMA query_only = ON");
    const writes = [() => journal.append(lease, callsEntry(2)), () => journal.open(sampleRequest(), [email()]), () => journal.requestCancel("r"), () => journal.lease("r")];
    for (const write of writes) expect((await refusal("STORAGE_FAILED", write)).reason).to.equal("the disk is read-only");
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1)]);
    expect(await journal.cancelRequested("r")).to.equal(false);
  });

  it("says STORAGE_FAILED when another process does not let go of the file", async () => {
    const hog = new Libsql(join(home.directory, "dsr.db"));
    hog.exec("BEGIN IMMEDIATE");
    try {
      expect((await refusal("STORAGE_FAILED", () => journal.append(lease, callsEntry(2)))).reason).to.contain("locked");
      expect(await journal.entries("r")).to.deep.equal([callsEntry(1)]);
    } finally {
      hog.exec("ROLLBACK");
      hog.close();
    }
    await journal.append(lease, callsEntry(2));
  });

  it("lets a worker close all the same", async () => {
    const { vault } = await home.open();
    const database = createSqliteDatabase(libsql);
    const leases = createLeases({ database, clock: home.clock, ttlMs: 30_000 });
    const other = createRequestJournal({ database, vault, leases });
    const request = await other.open(sampleRequest(), [email()]);
    await other.lease(request.id);
    libsql.exec("PRAGMA query_only = ON");
    await leases.close();
  });

  it("takes a lease that can no longer be renewed for lost once its time is up", async () => {
    const { vault } = await home.open();
    const database = createSqliteDatabase(libsql);
    const brief = createRequestJournal({ database, vault, leases: createLeases({ database, clock: home.clock, ttlMs: 30 }) });
    const request = await brief.open(sampleRequest(), [email()]);
    const held = (await brief.lease(request.id)) ?? expect.fail("no lease");
    libsql.exec("PRAGMA query_only = ON");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(held.lost.aborted).to.equal(false);
    home.clock.nowMs += 31;
    await new Promise((resolve) => held.lost.addEventListener("abort", resolve));
  });
});

describe("a home that cannot be opened", () => {
  const home = temporaryHome();
  after(() => home.remove());
  const open = (directory: string) => openHome({ directory, clock: home.clock });

  it("says STORAGE_FAILED where a file stands in its place or above it", async () => {
    writeFileSync(join(home.directory, "file"), "");
    await refusal("STORAGE_FAILED", () => open(join(home.directory, "file")));
    await refusal("STORAGE_FAILED", () => open(join(home.directory, "file", "below")));
  });

  it("says STORAGE_FAILED where it cannot be made", async () => {
    await refusal("STORAGE_FAILED", () => open("/proc/dsr-home"));
    await refusal("STORAGE_FAILED", () => open("/dev/null/dsr-home"));
  });

  it("says STORAGE_FAILED where a folder stands in the place of the database or of its log", async () => {
    for (const name of ["dsr.db", "dsr.db-wal"]) {
      mkdirSync(join(home.directory, name));
      await refusal("STORAGE_FAILED", () => open(home.directory));
      rmSync(join(home.directory, name), { recursive: true });
    }
  });

  it("tells nothing of the path", async () => {
    const facts = await refusal("STORAGE_FAILED", () => open("/dev/null/canary-folder"));
    expect(JSON.stringify(facts)).not.to.contain("canary");
  });
});
