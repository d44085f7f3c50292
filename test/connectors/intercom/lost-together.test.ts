import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseLine } from "../../../adapters/intake/batch-intake.js";
import { openLocalDsr, type LocalDsr } from "../../../adapters/inversify/local-dsr.js";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { BOTH } from "./world.js";

const DELETED_BEFORE = 1_000;
/** Of 150 each. */
const PAGES = 7;
const PEOPLE = Array.from({ length: 16 }, (_, n) => `person${n}@example.test`);

describe("many deletions whose answers are lost at the same time, over a real socket, where many were deleted before", () => {
  let home: string;
  let running: RunningSandbox;
  let dsr: LocalDsr;
  const start = async (inactiveListShowsDeleted = true): Promise<void> => {
    running = await startIntercomSandbox({ rateLimit: "off", fixture: "empty", switches: { inactiveListShowsDeleted } });
    for (let n = 0; n < DELETED_BEFORE; n++) running.sandbox.build.addContact({ email: `before${n}@example.test`, status: "archived" });
    for (const email of PEOPLE) running.sandbox.build.addContact({ email });
    dsr = await openLocalDsr({ home, timings: { looksMs: [0, 20, 40, 60, 80] }, limits: { deadlineMs: 5_000, backoff: { baseMs: 1, maxMs: 2 } } });
    expect((await dsr.connect({ connector: "intercom", name: "acme", apiUrl: running.url }, BOTH, running.firstLine.token)).ok).to.equal(true);
  };
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "dsr-lost-"));
  });
  afterEach(async () => {
    await dsr.close();
    await running.close();
    rmSync(home, { recursive: true, force: true });
  });

  const calls = () => running.sandbox.calls.records;
  const lists = () => calls().filter(({ path }) => path === "/contacts/deleted").length;
  const deletions = () => calls().filter(({ operation }) => operation === "deleteContact");
  async function* lines() {
    for (const [at, email] of PEOPLE.entries()) yield parseLine(at + 1, { email }, Date.now());
  }

  for (const shown of [true, false]) {
    it(`share readings of the list, and none is sent again: ${shown ? "it shows those who were deleted" : "it shows archived ones alone"}`, async () => {
      await start(shown);
      const before = await dsr.batch("acme", { type: "deletion", lines: lines() });
      running.sandbox.calls.clear();
      running.sandbox.inject({ method: "DELETE", times: Infinity, fault: { kind: "reset_after_effect" } });
      const told = await dsr.runBatch(before.plan!.id, before.plan!.confirm);
      expect(told.rows.map(({ verdict }) => verdict)).to.deep.equal(PEOPLE.map(() => "done"));
      expect([deletions().length, deletions().filter(({ effect }) => effect).length]).to.deep.equal([16, 16]);
      expect(lists(), "pages of the list").to.be.at.most(4 * PAGES);
      expect(told.apiCalls - before.apiCalls, "calls as counted").to.equal(calls().length);
    });
  }
});
