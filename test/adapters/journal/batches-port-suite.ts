import { expect } from "chai";
import type { Batch, BatchLine, BatchStore } from "../../../core/batch.js";

/** One store, opened by two workers. */
export interface BatchesWorld {
  readonly a: { readonly batches: BatchStore };
  readonly b: { readonly batches: BatchStore };
  close(): void | Promise<void>;
}

const sample = (id: string, openedAt = "2026-03-01T00:00:00.000Z"): Batch => ({ id, type: "deletion", connection: "acme", openedAt, choices: {}, takenIn: false, sharedCalls: 0 });
const line = (number: number, more: Partial<BatchLine> = {}): BatchLine => ({ line: number, reference: `T-${number}`, requestId: `r${number}`, ...more });

/** What every store of batches must keep. */
export function describeBatches(name: string, open: () => Promise<BatchesWorld>): void {
  describe(`${name} keeps the batch port`, () => {
    let world: BatchesWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it("returns a batch as it was last stored, to whoever asks", async () => {
      await world.a.batches.put(sample("one"));
      expect(await world.b.batches.find("one")).to.deep.equal(sample("one"));
      await world.b.batches.put({ ...sample("one"), takenIn: true, plan: { id: "one-abc123", confirm: "delete-1-abc12345", hash: "abc", expiresAt: "2026-03-02T00:00:00.000Z" } });
      expect((await world.a.batches.find("one"))?.plan?.id).to.equal("one-abc123");
      expect(await world.a.batches.find("none")).to.equal(undefined);
    });

    it("lists batches, the newest first", async () => {
      await world.a.batches.put(sample("old", "2026-03-01T00:00:00.000Z"));
      await world.a.batches.put(sample("new", "2026-03-03T00:00:00.000Z"));
      await world.b.batches.put(sample("middle", "2026-03-02T00:00:00.000Z"));
      expect((await world.b.batches.list()).map(({ id }) => id)).to.deep.equal(["new", "middle", "old"]);
    });

    it("keeps lines by number, replaces one of the same number, and mixes no two batches", async () => {
      for (const id of ["one", "two"]) await world.a.batches.put(sample(id));
      await world.a.batches.putLines("one", [line(10), line(2), line(3)]);
      await world.b.batches.putLines("one", [line(3, { requestId: "other", planId: "p" })]);
      await world.b.batches.putLines("two", [line(1)]);
      expect(await world.b.batches.lines("one")).to.deep.equal([line(2), line(3, { requestId: "other", planId: "p" }), line(10)]);
      expect(await world.a.batches.lines("two")).to.deep.equal([line(1)]);
      expect((await world.a.batches.find("one"))?.id).to.equal("one");
    });

    it("keeps what is wrong with a line", async () => {
      await world.a.batches.put(sample("one"));
      const wrong: BatchLine = { line: 7, problem: { code: "IDENTIFIER_INVALID", at: "email", reason: "it is empty" } };
      await world.a.batches.putLines("one", [wrong]);
      expect(await world.b.batches.lines("one")).to.deep.equal([wrong]);
    });
  });
}
