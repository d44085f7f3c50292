import { expect } from "chai";
import { cpSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { killChildren, startChild } from "./child-process.js";
import { callsEntry, CANARY_ADDRESS, endedEntry } from "./samples.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("a journal whose writer was killed", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  /** Kills a child in the midst of appending; returns how many entries it had been told were durable. */
  const killedWhileAppending = async (): Promise<number> => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    await child.run("lease", "r");
    let durable = 0;
    await new Promise<void>((resolve) => {
      child.onDurable((n) => {
        durable = n;
        if (n >= 40) resolve();
      });
      void child.run("appendForEver", "r");
    });
    await child.kill();
    return durable;
  };

  it("holds every entry that was acknowledged, and can be written on at once", async () => {
    const durable = await killedWhileAppending();
    const { journal } = await home.open();
    const entries = await journal.entries("r");
    expect(entries.length).to.be.at.least(durable);
    expect(entries).to.deep.equal(entries.map((_, index) => callsEntry(index + 1)));
    const lease = await journal.lease("r");
    if (lease === undefined) return expect.fail("the dead process still holds the lease");
    await journal.append(lease, endedEntry("complete"));
    expect((await journal.find("r"))?.state).to.equal("complete");
  });

  it("P4: drops a last record of which the end is missing and keeps all before it, however much is missing", async () => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    await child.run("lease", "r");
    for (let n = 1; n <= 20; n++) await child.run("append", "r", n);
    await child.kill();
    for (const missing of [1, 17, 1_000, 4_096]) {
      const copy = temporaryHome();
      try {
        cpSync(home.directory, copy.directory, { recursive: true });
        const log = join(copy.directory, "dsr.db-wal");
        truncateSync(log, endOfLastCommit(log) - missing);
        const { journal } = await copy.open();
        expect(await journal.entries("r"), `${missing} bytes`).to.deep.equal(Array.from({ length: 19 }, (_, index) => callsEntry(index + 1)));
        expect((await journal.identifiers("r"))[0]?.reveal()).to.equal(CANARY_ADDRESS);
        const lease = await journal.lease("r");
        if (lease === undefined) return expect.fail("the dead process still holds the lease");
        await journal.append(lease, callsEntry(20));
        expect(await journal.entries("r")).to.have.length(20);
      } finally {
        await copy.remove();
      }
    }
  });

  it("P4: opens when the log is lost down to its header", async () => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    await child.kill();
    truncateSync(join(home.directory, "dsr.db-wal"), 20);
    const { journal } = await home.open();
    expect(await journal.list({})).to.deep.equal([]);
  });
});

/** Where the last commit ends in the log, which may go on with what an earlier round left. Source: https://sqlite.org/fileformat.html#walformat */
function endOfLastCommit(log: string): number {
  const bytes = readFileSync(log);
  const frameBytes = 24 + bytes.readUInt32BE(8);
  const salts = bytes.subarray(16, 24);
  let end = 0;
  for (let at = 32; at + frameBytes <= bytes.length; at += frameBytes) {
    if (!bytes.subarray(at + 8, at + 16).equals(salts)) break;
    // Only the frame that ends a commit names the database's size.
    if (bytes.readUInt32BE(at + 4) !== 0) end = at + frameBytes;
  }
  return end;
}
