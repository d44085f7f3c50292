import { expect } from "chai";
import type { Hold } from "../../../core/holds.js";
import type { Holds } from "../../../core/host-ports.js";

export const sampleHold = (id: string, changes: Partial<Hold> = {}): Hold => ({ id, subjectKey: `key of ${id}`, basis: `basis of ${id}`, placedAt: "2026-01-15T09:00:00.000Z", ...changes });

/** What every store of holds keeps, opened by two workers. */
export function describeHolds(name: string, open: () => Promise<{ readonly a: Holds; readonly b: Holds; close(): void | Promise<void> }>): void {
  describe(`${name} keeps the port of holds`, () => {
    it("lists what was placed, in order and exactly, released ones included", async () => {
      const { a, b, close } = await open();
      try {
        expect(await a.list()).to.deep.equal([]);
        const holds = [sampleHold("h2", { until: "2027-01-01T00:00:00.000Z", basis: "\u00e4 'quote\" __proto__" }), sampleHold("h1")];
        for (const hold of holds) await a.place(hold);
        expect(await b.list()).to.deep.equal(holds);
        expect(await b.release("h2", "2026-02-01T00:00:00.000Z")).to.deep.equal({ ...holds[0], releasedAt: "2026-02-01T00:00:00.000Z" });
        expect(await a.list()).to.deep.equal([{ ...holds[0], releasedAt: "2026-02-01T00:00:00.000Z" }, holds[1]]);
      } finally {
        await close();
      }
    });

    it("keeps the first release, and knows no hold that was not placed", async () => {
      const { a, b, close } = await open();
      try {
        await a.place(sampleHold("h1"));
        await a.release("h1", "2026-02-01T00:00:00.000Z");
        expect((await b.release("h1", "2026-03-01T00:00:00.000Z"))?.releasedAt).to.equal("2026-02-01T00:00:00.000Z");
        expect((await a.list())[0]?.releasedAt).to.equal("2026-02-01T00:00:00.000Z");
        expect(await a.release("nobody", "2026-02-01T00:00:00.000Z")).to.equal(undefined);
      } finally {
        await close();
      }
    });
  });
}
