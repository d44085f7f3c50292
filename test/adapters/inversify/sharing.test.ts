import { expect } from "chai";
import { createSharing } from "../../../adapters/inversify/sharing.js";
import { openMemoryWorld } from "../../core/memory-world.js";

describe("what the sessions of one grant share", () => {
  it("is theirs alone, and is kept no longer than one of them is open", async () => {
    const connection = await (await openMemoryWorld()).dsr.connection("acme");
    const shared = new Map();
    const open = createSharing(shared);
    const [one, other, renewed] = [open(connection), open(connection), open({ ...connection, renewedAt: "2026-01-16T09:00:00.000Z" })];
    expect([one.readTogether === other.readTogether, one.readTogether === renewed.readTogether, shared.size]).to.deep.equal([true, false, 2]);
    one.leave();
    renewed.leave();
    expect([open(connection).readTogether === other.readTogether, shared.size], "while one is open").to.deep.equal([true, 1]);
    other.leave();
    expect(shared.size).to.equal(1);
  });

  it("is made anew once all of them were closed", async () => {
    const connection = await (await openMemoryWorld()).dsr.connection("acme");
    const shared = new Map();
    const open = createSharing(shared);
    const before = open(connection);
    before.leave();
    expect(shared.size).to.equal(0);
    expect(open(connection).readTogether === before.readTogether).to.equal(false);
  });
});
