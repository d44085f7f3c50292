import { expect } from "chai";
import Libsql from "libsql";
import sinon from "sinon";
import type { DeletionResult } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { ada, addAda, openAccountableWorld, type AccountableWorld } from "../evidence/support/accountable-world.js";

const RECORDS = 40;

interface Failure {
  readonly what: string;
  readonly reason: string;
  readonly begin: (disk: Libsql.Database) => void;
  readonly mend: (disk: Libsql.Database) => void;
}

const FAILURES: readonly Failure[] = [
  {
    what: "the disk is full",
    reason: "the disk is full",
    begin: (disk) => void disk.prepare(`PRAGMA max_page_count = ${(disk.prepare("PRAGMA page_count").get() as { page_count: number }).page_count}`).all(),
    mend: (disk) => void disk.prepare("PRAGMA max_page_count = 1000000").all(),
  },
  { what: "the disk is read-only", reason: "the disk is read-only", begin: (disk) => disk.exec("PRAGMA query_only = ON"), mend: (disk) => disk.exec("PRAGMA query_only = OFF") },
  {
    what: "the disk reports an error",
    reason: "the disk reported an error",
    begin: (disk) => {
      const { exec } = disk;
      let writes = false;
      sinon.stub(disk, "exec").callsFake((sql) => {
        if (sql.startsWith("BEGIN")) writes = sql === "BEGIN IMMEDIATE";
        // What SQLite says of EIO, at the moment at which it brings a transaction to the disk.
        if (sql === "COMMIT" && writes) throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_WRITE" });
        return exec.call(disk, sql);
      });
    },
    mend: () => sinon.restore(),
  },
];

describe("P5: a deletion whose journal cannot be written any more", () => {
  let world: AccountableWorld;
  let disk: Libsql.Database;
  beforeEach(async () => {
    // Every statement of the home passes through one connection of the library.
    const prepared = sinon.spy(Libsql.prototype, "prepare");
    world = await openAccountableWorld();
    disk = prepared.lastCall.thisValue as Libsql.Database;
    prepared.restore();
  });
  afterEach(async () => {
    sinon.restore();
    await world.end();
  });

  for (const { what, reason, begin, mend } of FAILURES) {
    it(`P5: stops before the next effect where ${what}, does nothing while that lasts, and goes on afterwards`, async () => {
      const ids = addAda(world, RECORDS);
      const planned = await world.dsr.plan("acme", { identifier: ada() }, { only: ids });
      world.between = async (request, send) => {
        const answer = await send(request);
        if (request.method === "DELETE" && world.deletions() === 2) begin(disk);
        return answer;
      };
      expect(await rejectionOf(world.dsr.delete(planned.plan!.id, planned.plan!.confirm))).to.deep.include({ code: "STORAGE_FAILED" }).and.nested.include({ "facts.reason": reason });
      world.between = (request, send) => send(request);
      const intents = async () => (await world.host.journal.entries(planned.request.id)).filter(({ kind }) => kind === "intent").length;
      const [deletions, announced] = [world.deletions(), await intents()];
      expect(deletions, "deletions that were sent").to.be.within(2, RECORDS - 1);
      expect(deletions, "nothing is sent that is not on the disk").to.equal(announced);

      expect(await rejectionOf(world.dsr.resume(planned.request.id))).to.include({ code: "STORAGE_FAILED" });
      expect(world.deletions()).to.equal(deletions);

      mend(disk);
      await world.clock.advance(60_000);
      const result = (await world.dsr.resume(planned.request.id)) as DeletionResult;
      expect(result.outcome).to.equal("verified");
      expect(result.targets.every(({ outcome }) => outcome === "deleted")).to.equal(true);
      expect(world.deletions(), "each record once").to.equal(RECORDS);
    });
  }
});
