import { expect } from "chai";
import { ADA, openMemoryWorld, type MemoryWorld } from "./memory-world.js";
import { rejectionOf } from "./thrown.js";

const DAY_MS = 86_400_000;

describe("a grant that has ended", () => {
  let world: MemoryWorld;
  beforeEach(async () => {
    world = await openMemoryWorld();
    world.addAda();
  });

  it("breaks no connection that was renewed while the vendor refused its token", async () => {
    const planned = await world.dsr.plan("acme", ADA);
    await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
    await world.host.clock.advance(DAY_MS);
    const fresh = world.vendor.issueToken({ scopes: ["read_people", "read_orders", "read_messages", "delete_people"] });
    let renewed = false;
    world.between = async (request, send) => {
      if (!renewed) {
        renewed = true;
        world.vendor.revoke(world.token);
        expect(await world.dsr.reconnect("acme", fresh)).to.include({ ok: true });
      }
      return send(request);
    };
    await world.dsr.upkeep();
    expect([renewed, (await world.dsr.connection("acme")).status]).to.deep.equal([true, "connected"]);
  });

  it("is known to have ended by another try, where nobody told so at first", async () => {
    let [ended, away] = [false, true];
    world.between = async (request, send) => {
      if (ended && away) return new Response("", { status: 503 });
      const answer = await send(request);
      ended ||= request.method === "DELETE";
      return answer;
    };
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "OUTCOME_UNKNOWN" });
    expect(await world.dsr.connections()).to.have.length(1);
    away = false;
    await world.dsr.disconnect("acme", { revoke: true });
    expect(await world.dsr.connections()).to.deep.equal([]);
  });
});
