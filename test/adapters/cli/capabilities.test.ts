import { expect } from "chai";
import { ADA, startWorld, type World } from "./support/world.js";

describe("a connection of which a request type was taken away", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ fixture: "small" });
    await world.connect();
  });
  after(() => world.end());

  const offer = async (capabilities: string): Promise<void> => {
    expect((await world.dsr(["reconnect", "acme", "--capabilities", capabilities, "--token-stdin"], { input: world.sandbox.token })).exit).to.equal(0);
  };

  it("carries out no deletion that was planned before, says how it goes on, and goes on once it is given back", async () => {
    const { json: planned } = await world.dsr(["plan", ADA, "--json"]);
    const carryOut = ["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm];
    await offer("access");
    world.sandbox.calls.clear();
    const { exit, out } = await world.dsr(carryOut);
    expect([exit, world.sandbox.calls.records.length]).to.deep.equal([2, 0]);
    expect(out).to.contain("[UNSUPPORTED_REQUEST]").and.to.contain(`\`dsr reconnect acme\` with --capabilities selects what its connection is for, and \`dsr resume ${planned.request.id}\` then goes on`);
    const waiting = await world.dsr(["resume", "--all"]);
    expect(waiting.out).to.contain("1 request waits for a connection to be mended").and.to.contain("next   Select its request type again: `dsr reconnect acme` with --capabilities;");
    expect(world.mutations()).to.deep.equal([]);
    await offer("access,deletion");
    const { json: resumed } = await world.dsr(["resume", planned.request.id, "--json"]);
    expect(resumed.outcome).to.equal("verified");
  });
});
