import { expect } from "chai";
import { Identifier } from "../../../core/index.js";
import { BOTH, connectedWorld, type World } from "../../connectors/intercom/world.js";
import { rejectionOf } from "../../core/thrown.js";

describe("what happens to a connection while its grant is ended", () => {
  let world: World;
  /** Taken once, while the vendor is asked to end it. */
  let meanwhile: ((other: World) => Promise<unknown>) | undefined;

  beforeEach(async () => {
    meanwhile = undefined;
    world = await connectedWorld({
      transport: (to) => async (sending) => {
        const act = sending.url.endsWith("/auth/uninstall") ? meanwhile : undefined;
        meanwhile = undefined;
        await act?.(world.again());
        return to(sending);
      },
    });
  });

  const begin = async (other: World, reference = "T-1"): Promise<string> => {
    world.sandbox.inject({ path: /contacts\/search/, fault: { kind: "html_502" }, times: 4 });
    return (await other.dsr.plan("acme", { identifier: Identifier.parse("email", "ada@example.test"), reference })).request.id;
  };
  const states = async () => (await world.dsr.requests()).map(({ state }) => state);

  it("keeps it, without a token that works, where a request was begun on it that nobody gives up", async () => {
    meanwhile = begin;
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "CONNECTION_IN_USE" }).and.nested.property("facts.reason").to.contain("without a token that works");
    expect([(await world.dsr.connection("acme")).status, await states()]).to.deep.equal(["broken", ["parked"]]);
    const [id] = (await world.dsr.requests()).map((request) => request.id);
    expect(await world.dsr.disconnect("acme", { revoke: true, abandon: true })).to.deep.equal({ givenUp: [id], notGivenUp: [] });
    expect([await world.dsr.connections(), await states()]).to.deep.equal([[], ["cancelled"]]);
  });

  it("gives up what was begun on it meanwhile, too, where that is wanted, and says so", async () => {
    const before = await begin(world);
    let during = "";
    meanwhile = async (other) => (during = await begin(other, "T-2"));
    const { givenUp, notGivenUp } = await world.dsr.disconnect("acme", { revoke: true, abandon: true });
    expect([[...givenUp].sort(), notGivenUp]).to.deep.equal([[before, during].sort(), []]);
    expect([await world.dsr.connections(), await world.dsr.requests({ open: true })]).to.deep.equal([[], []]);
  });

  it("does not call given up what somebody else completed meanwhile", async () => {
    world.sandbox.inject({ path: /contacts\/search/, fault: { kind: "html_502" }, times: 4 });
    const { request, outcome } = await world.dsr.access("acme", { identifier: Identifier.parse("email", "nobody@example.test"), reference: "T-1" });
    expect(outcome).to.equal("parked");
    meanwhile = (other) => other.dsr.resume(request.id);
    expect(await world.dsr.disconnect("acme", { revoke: true, abandon: true })).to.deep.equal({ givenUp: [], notGivenUp: [] });
    expect((await world.dsr.result(request.id)).outcome).to.equal("nothing_found");
  });

  it("leaves the requests alone of one that was made anew under its name", async () => {
    meanwhile = async (other) => {
      await other.dsr.disconnect("acme");
      await world.host.clock.advance(1_000);
      expect(await other.dsr.connect({ connector: "intercom", name: "acme" }, BOTH, world.sandbox.issueToken())).to.include({ ok: true });
      await begin(other, "T-2");
    };
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true, abandon: true }))).to.include({ code: "CONNECTION_UNKNOWN" });
    expect(await states()).to.deep.equal(["parked"]);
  });

  it("leaves one alone that was made anew under its name, with its token and its grant", async () => {
    const fresh = world.sandbox.issueToken();
    const anew = async (other: World): Promise<void> => {
      await other.dsr.disconnect("acme");
      await world.host.clock.advance(1_000);
      expect(await other.dsr.connect({ connector: "intercom", name: "acme" }, BOTH, fresh)).to.include({ ok: true });
    };
    meanwhile = anew;
    expect(await rejectionOf(world.dsr.disconnect("acme", { revoke: true }))).to.include({ code: "CONNECTION_UNKNOWN" });
    expect(await world.host.connections.credential("acme")).to.equal(fresh);
    expect(await world.dsr.check("acme")).to.include({ code: undefined });
  });
});
