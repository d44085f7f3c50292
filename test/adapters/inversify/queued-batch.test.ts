import { expect } from "chai";
import type { BatchOptions } from "../../../adapters/inversify/dsr.js";
import { parseLine } from "../../../adapters/intake/batch-intake.js";
import type { BatchResult } from "../../../core/batch-result.js";
import { openMemoryWorld, type MemoryWorld } from "../../core/memory-world.js";
import { rejectionOf } from "../../core/thrown.js";

describe("a batch that is left to workers, of which another process holds a line", () => {
  let world: MemoryWorld;
  let planned: BatchResult;
  let held: string;
  const open = async (): Promise<void> => {
    world = await openMemoryWorld();
    for (const name of ["ada", "bob"]) world.vendor.addSubject({ identifier: { value: `${name}@example.test` }, text: "words", volume: "one" });
    const lines = async function* () {
      for (const [index, name] of ["ada", "bob"].entries()) yield parseLine(index + 2, { email: `${name}@example.test`, ref: `T-${index}` }, world.host.clock.now());
    };
    planned = await world.dsr.batch("acme", { type: "deletion", lines: lines() });
    held = planned.rows[0]?.requestId ?? "";
  };
  beforeEach(open);

  const queue = (options: BatchOptions = {}): Promise<BatchResult> => world.dsr.runBatch(planned.plan?.id ?? "", planned.plan?.confirm ?? "", { queue: true, ...options });
  const confirmed = async (): Promise<readonly boolean[]> => Promise.all(planned.rows.map(async ({ requestId }) => (await world.host.journal.entries(requestId ?? "")).some(({ kind }) => kind === "confirmed")));

  it("comes back to it every few seconds until it is free, and leaves all of them to workers", async () => {
    const lease = await world.host.journal.lease(held);
    const helds: number[] = [];
    const told = await queue({
      onProgress: (now) => {
        helds.push(now.held);
        if (now.held > 0 && helds.length > 3) void lease?.release();
      },
    });
    expect([told.outcome, told.rows.map(({ code }) => code), await confirmed()]).to.deep.equal(["queued", [null, null], [true, true]]);
    expect(helds).to.deep.equal([0, 1, 1, 1, 0]);
  });

  it("does not say that it is left to workers when patience is at its end, and confirms it when it is given again", async () => {
    const lease = await world.host.journal.lease(held);
    const began = world.host.clock.now();
    const told = await queue({ patienceMs: 4_000 });
    expect([told.outcome, told.rows.map(({ verdict, code }) => [verdict, code])]).to.deep.equal(["waiting", [["waiting", "REQUEST_BUSY"], ["waiting", null]]]);
    expect([world.host.clock.now() - began, await confirmed()]).to.deep.equal([4_000, [false, true]]);
    await lease?.release();
    const again = await queue();
    expect([again.outcome, again.rows.map(({ code }) => code), await confirmed()]).to.deep.equal(["queued", [null, null], [true, true]]);
  });

  it("does not wait for who carries it out already", async () => {
    await queue();
    await world.host.journal.lease(held);
    const began = world.host.clock.now();
    expect((await queue()).outcome).to.equal("queued");
    expect(world.host.clock.now()).to.equal(began);
  });

  it("holds for each line once it was confirmed in time, however late that one is come to", async () => {
    for (const queued of [true, false]) {
      await open();
      const stopped = AbortSignal.abort();
      expect(await rejectionOf(world.dsr.runBatch(planned.plan!.id, planned.plan!.confirm, { signal: stopped }))).to.include({ code: "INTERRUPTED" });
      expect(await confirmed()).to.deep.equal([false, false]);
      await world.host.clock.advance(Date.parse(planned.plan!.expiresAt) + 1 - world.host.clock.now());
      const told = queued ? await queue() : await world.dsr.resumeBatch(planned.batch.id);
      expect([told.outcome, told.rows.map(({ code }) => code), await confirmed()]).to.deep.equal([queued ? "queued" : "finished", [null, null], [true, true]]);
    }
  });

  it("ends when it is interrupted while it waits", async () => {
    await world.host.journal.lease(held);
    const stop = new AbortController();
    expect(await rejectionOf(queue({ signal: stop.signal, onProgress: (now) => now.held > 0 && stop.abort() }))).to.include({ code: "INTERRUPTED" });
  });
});
