import { expect } from "chai";
import { connectedWorld, type World } from "./world.js";

const ADA = "ada@example.test";
const DAY_MS = 86_400_000;

/** An access whose process dies as it begins an operation, and what a later process finds. */
async function killedBefore(operation: string): Promise<{ readonly world: World; readonly id: string }> {
  const first = await connectedWorld({ categories: "granted" });
  const { build } = first.sandbox;
  const contact = build.addContact({ email: ADA });
  build.addConversation({ contacts: [contact] });
  const dying = first.again({ watch: { before: (name) => { if (name.endsWith(operation)) dying.host.crash(); } } });
  const code = await dying.access(ADA).then(() => undefined, (error: unknown) => (error as { code?: string }).code);
  expect(code).to.equal("INTERRUPTED");
  return { world: first.again(), id: [...first.host.state.requests.keys()][0]! };
}

describe("an access request at Intercom whose package is written and whose end is not", () => {
  for (const [days, fault] of [
    [2, { kind: "status", status: 503 }],
    [6, { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "token_revoked", message: "x" }] } }],
  ] as const) {
    it(`ends as what it is ${days} days later, and asks for nothing of a vendor that answers ${fault.status}`, async () => {
      const { world, id } = await killedBefore("staging.drop");
      world.sandbox.inject({ path: /./, times: Infinity, fault });
      world.host.clock.jump(days * DAY_MS);
      // What was staged is dropped after five.
      if (days > 5) await world.dsr.upkeep();
      expect([(await world.dsr.resume(id)).outcome, world.sent]).to.deep.equal(["complete", []]);
    });
  }

  it("is too late to be cancelled: it ends as what it is, and its statement speaks of a package", async () => {
    const { world, id } = await killedBefore("staging.drop");
    const result = await world.dsr.cancel(id);
    expect(result).to.include({ outcome: "complete" }).and.to.have.nested.property("package.state", "kept");
    expect(world.host.packageOf(id)).to.not.equal(undefined);
    expect(await world.dsr.statement(id)).to.not.contain("There is no package");
  });
});

describe("an access request at Intercom whose package is written days after it was read", () => {
  it("says in the package up to when the vendor was asked", async () => {
    const { world, id } = await killedBefore("packages.write");
    const readAt = (await world.host.journal.entries(id)).findLast(({ kind }) => kind === "page")!.at;
    world.host.clock.jump(4 * DAY_MS);
    expect(await world.dsr.resume(id)).to.include({ outcome: "complete" });
    expect(world.host.packageOf(id)!.manifest["seenAt"]).to.equal(readAt);
  });
});
