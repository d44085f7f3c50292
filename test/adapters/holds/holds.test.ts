import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import { createMemoryHost } from "../../../adapters/in-memory/memory-host.js";
import { addAda, ada, openAccountableWorld } from "../evidence/support/accountable-world.js";
import { refusal } from "../journal/refusal.js";
import { filesBelow, temporaryHome } from "../journal/temporary-home.js";
import { describeHolds, sampleHold as sample } from "./holds-port-suite.js";

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
      await home.remove();
    }
  });

  it("P14: takes no hold where another one was taken away, so that nobody is told it stands", async () => {
    const home = temporaryHome();
    try {
      const { holds } = await home.open();
      for (const id of ["h1", "h2"]) await holds.place(sample(id));
      alter(home.directory, "DELETE FROM ledger WHERE name = 'holds' AND seq = 2");
      await refusal("INTEGRITY", () => holds.place(sample("h3")));
    } finally {
      await home.remove();
    }
  });

  const attacks: Readonly<Record<string, readonly string[]>> = {
    "one is removed": ["DELETE FROM ledger WHERE name = 'holds' AND seq = 2"],
    "one is removed and the rest moved up": ["DELETE FROM ledger WHERE name = 'holds' AND seq = 1", "UPDATE ledger SET seq = seq - 1 WHERE name = 'holds'"],
    "the last one is removed, and the count lowered": ["DELETE FROM ledger WHERE name = 'holds' AND seq = 2", "UPDATE ledger_heads SET count = 1 WHERE name = 'holds'"],
    "the count is removed": ["DELETE FROM ledger_heads WHERE name = 'holds'"],
    "all are removed, and their count": ["DELETE FROM ledger WHERE name = 'holds'", "DELETE FROM ledger_heads WHERE name = 'holds'"],
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
        // What was read before is not taken for what stands there.
        expect(await world.dsr.holds()).to.have.length(2);
        alter(world.directory, ...statements);
        await refusal("INTEGRITY", () => world.dsr.delete(planned.plan!.id, planned.plan!.confirm));
        await refusal("INTEGRITY", () => world.dsr.plan("acme", { identifier: ada() }));
        expect(world.deletions()).to.equal(0);
      } finally {
        await world.end();
      }
    });
  }
});
