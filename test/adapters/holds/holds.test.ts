import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import { createMemoryHost } from "../../../adapters/in-memory/memory-host.js";
import type { Hold } from "../../../core/holds.js";
import type { Holds } from "../../../core/host-ports.js";
import { addAda, ada, openAccountableWorld } from "../evidence/support/accountable-world.js";
import { refusal } from "../journal/refusal.js";
import { filesBelow, temporaryHome } from "../journal/temporary-home.js";

const sample = (id: string, changes: Partial<Hold> = {}): Hold => ({ id, subjectKey: `key of ${id}`, basis: `basis of ${id}`, placedAt: "2026-01-15T09:00:00.000Z", ...changes });

/** What every store of holds keeps, opened by two workers. */
function describeHolds(name: string, open: () => Promise<{ readonly a: Holds; readonly b: Holds; close(): void }>): void {
  describe(`${name} keeps the port of holds`, () => {
    it("lists what was placed, in order and exactly, released ones included", async () => {
      const { a, b, close } = await open();
      try {
        expect(await a.list()).to.deep.equal([]);
        const holds = [sample("h2", { until: "2027-01-01T00:00:00.000Z", basis: "\u00e4 'quote\" __proto__" }), sample("h1")];
        for (const hold of holds) await a.place(hold);
        expect(await b.list()).to.deep.equal(holds);
        expect(await b.release("h2", "2026-02-01T00:00:00.000Z")).to.deep.equal({ ...holds[0], releasedAt: "2026-02-01T00:00:00.000Z" });
        expect(await a.list()).to.deep.equal([{ ...holds[0], releasedAt: "2026-02-01T00:00:00.000Z" }, holds[1]]);
      } finally {
        close();
      }
    });

    it("keeps the first release, and knows no hold that was not placed", async () => {
      const { a, b, close } = await open();
      try {
        await a.place(sample("h1"));
        await a.release("h1", "2026-02-01T00:00:00.000Z");
        expect((await b.release("h1", "2026-03-01T00:00:00.000Z"))?.releasedAt).to.equal("2026-02-01T00:00:00.000Z");
        expect((await a.list())[0]?.releasedAt).to.equal("2026-02-01T00:00:00.000Z");
        expect(await a.release("nobody", "2026-02-01T00:00:00.000Z")).to.equal(undefined);
      } finally {
        close();
      }
    });
  });
}

describeHolds("the embedded store", async () => {
  const home = temporaryHome();
  return { a: (await home.open()).holds, b: (await home.open()).holds, close: home.remove };
});

describeHolds("the in-memory store", async () => {
  const host = createMemoryHost();
  return { a: host.holds, b: createMemoryHost({ state: host.state }).holds, close: () => undefined };
});

describe("the embedded store of holds", () => {
  const alter = (directory: string, ...statements: readonly string[]): void => {
    const database = new Libsql(join(directory, "dsr.db"), { timeout: 5_000 });
    for (const statement of statements) expect(database.prepare(statement).run().changes, statement).to.be.greaterThan(0);
    database.close();
  };

  it("holds neither a basis nor a person's digest in the clear", async () => {
    const home = temporaryHome();
    try {
      const { holds } = await home.open();
      await holds.place(sample("h1", { basis: "litigation of quetzal", subjectKey: "digest-of-quetzal" }));
      for (const { bytes } of filesBelow(home.directory)) expect(bytes.includes("quetzal")).to.equal(false);
    } finally {
      home.remove();
    }
  });

  const attacks: Readonly<Record<string, readonly string[]>> = {
    "one is removed": ["DELETE FROM ledger WHERE name = 'holds' AND seq = 2"],
    "one is removed and the rest moved up": ["DELETE FROM ledger WHERE name = 'holds' AND seq = 1", "UPDATE ledger SET seq = seq - 1 WHERE name = 'holds'"],
    "the last one is removed, and the count lowered": ["DELETE FROM ledger WHERE name = 'holds' AND seq = 2", "UPDATE ledger_heads SET count = 1 WHERE name = 'holds'"],
    "the count is removed": ["DELETE FROM ledger_heads WHERE name = 'holds'"],
    "one stands in the place of another": ["UPDATE ledger SET sealed = (SELECT sealed FROM ledger WHERE name = 'holds' AND seq = 1) WHERE name = 'holds' AND seq = 2"],
    "one is edited": ["UPDATE ledger SET sealed = 'ZHNyMQ==' WHERE name = 'holds' AND seq = 1"],
    "an old release is repeated": ["INSERT INTO ledger (name, seq, sealed) SELECT name, 3, sealed FROM ledger WHERE name = 'holds' AND seq = 2"],
  };
  for (const [attack, statements] of Object.entries(attacks)) {
    it(`P14: lets nobody be deleted when ${attack}`, async () => {
      const world = await openAccountableWorld();
      try {
        addAda(world);
        const planned = await world.dsr.plan("acme", { identifier: ada() });
        for (const basis of ["one", "two"]) await world.dsr.placeHold({ identifier: ada(), basis });
        alter(world.directory, ...statements);
        await refusal("INTEGRITY", () => world.dsr.delete(planned.plan!.id, planned.plan!.confirm));
        await refusal("INTEGRITY", () => world.dsr.plan("acme", { identifier: ada() }));
        expect(world.deletions()).to.equal(0);
      } finally {
        world.end();
      }
    });
  }
});
