import { expect } from "chai";
import { stub } from "sinon";
import type { Resumed } from "../../../adapters/inversify/dsr.js";
import { DsrError } from "../../../core/errors.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import { Identifier, type ConnectorContext } from "../../../core/index.js";
import { CONTACT_SCOPES, connectedWorld, forgetCalls, mutations, type World } from "./world.js";

const asked = (name: string) => ({ identifier: Identifier.parse("email", `${name}@example.test`) });

describe("deletions at Intercom that are gone on with together", () => {
  let world: World;
  /** Whose token each search carried, and whom it asked for. */
  let searches: { readonly account: string; readonly names: readonly string[] }[];
  let otherToken: string;
  beforeEach(async () => {
    searches = [];
    world = await connectedWorld({
      transport: (to) => (input) => {
        if (input.url.endsWith("/contacts/search")) searches.push({ account: input.headers["authorization"] === `Bearer ${otherToken}` ? "other" : "acme", names: [...new Set([...(input.body ?? "").matchAll(/(\w+)@example\.test/g)].map(([, name = ""]) => name))] });
        return to(input);
      },
    });
    otherToken = world.sandbox.issueToken({ scopes: CONTACT_SCOPES });
    for (const name of ["ada", "bob", "eve"]) world.sandbox.build.addContact({ email: `${name}@example.test` });
  });

  const confirmed = async (name: string, connection = "acme"): Promise<string> => {
    const { plan, request } = await world.dsr.plan(connection, asked(name));
    await world.dsr.confirm(plan!.id, plan!.confirm);
    return request.id;
  };
  const together = async (ids: readonly string[]): Promise<readonly string[]> => {
    const told = new Map<string, Resumed>();
    forgetCalls(world);
    searches.length = 0;
    await world.dsr.resumeEach(ids, (each) => told.set(each.requestId, each));
    return ids.map((id) => {
      const each = told.get(id);
      return each === undefined ? "not told of" : "code" in each ? each.code : each.result.outcome;
    });
  };

  it("are looked up by one call, and each deletes its own person alone", async () => {
    const ids = [await confirmed("ada"), await confirmed("bob")];
    expect(await together(ids)).to.deep.equal(["verified", "verified"]);
    expect(searches).to.deep.equal([{ account: "acme", names: ["ada", "bob"] }]);
    expect(mutations(world)).to.have.lengthOf(2);
  });

  it("ask each account for its own people alone", async () => {
    await world.dsr.connect({ connector: "intercom", name: "other" }, { capabilities: ["deletion"], categories: [] }, otherToken);
    const ids = [await confirmed("ada"), await confirmed("eve", "other"), await confirmed("bob")];
    expect(await together(ids)).to.deep.equal(["verified", "verified", "verified"]);
    expect(searches).to.have.deep.members([{ account: "acme", names: ["ada", "bob"] }, { account: "other", names: ["eve"] }]);
  });

  it("share readings of lists with those of the same account by the same token alone", async () => {
    const shared: ConnectorContext["readTogether"][] = [];
    const told = world.again({ connector: { ...intercom, executor: (context) => (shared.push(context.readTogether), intercom.executor(context)) } });
    await world.dsr.connect({ connector: "intercom", name: "other" }, { capabilities: ["deletion"], categories: [] }, otherToken);
    const ids = [await confirmed("ada"), await confirmed("eve", "other"), await confirmed("bob")];
    await told.dsr.resumeEach(ids, () => undefined);
    expect([shared.length, shared.includes(undefined), new Set(shared).size]).to.deep.equal([3, false, 2]);
    const before = shared.length;
    const first = told.access("ada@example.test");
    await world.dsr.reconnect("acme", world.sandbox.issueToken());
    await Promise.all([first, told.access("bob@example.test")]);
    expect(new Set(shared.slice(before)).size, "once the token was replaced").to.equal(2);
  });

  it("ask for nobody of whom a deletion was made for another account, to which the connection's name led then", async () => {
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts\//, fault: { kind: "acknowledged_without_effect" } });
    const { request } = await world.erase("eve@example.test");
    await world.host.connections.remove("acme");
    await world.connect(world.sandbox.issueToken({ workspace: { id: "elsewhere", name: "Somebody else's", region: "US" } }));
    for (const name of ["ada", "bob"]) world.sandbox.build.addContact({ email: `${name}@example.test`, workspaceId: "elsewhere" });
    world.sandbox.inject({ path: /^\/contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.filter((each: any) => each.workspace_id === "elsewhere"), total_count: 1 }) } });
    const ids = [request.id, await confirmed("ada"), await confirmed("bob")];
    expect((await together(ids)).slice(0, 1)).to.deep.equal(["partial"]);
    expect(searches.flatMap(({ names }) => names)).to.include.members(["ada", "bob"]).and.not.to.include("eve");
  });

  it("ask for nobody who was asked about in an access, or whose deletion has ended", async () => {
    const access = await world.access("eve@example.test");
    const ended = await world.erase("bob@example.test");
    expect(await together([access.request.id, ended.request.id, await confirmed("ada")])).to.deep.equal(["complete", "verified", "verified"]);
    expect(searches).to.deep.equal([{ account: "acme", names: ["ada"] }]);
  });

  it("P14: go on where the record of one person's address was altered, which that request tells by itself", async () => {
    const ids = [await confirmed("ada"), await confirmed("bob"), await confirmed("eve")];
    const { journal } = world.host;
    const read = journal.identifiers.bind(journal);
    const altered = stub(journal, "identifiers").callsFake((id) => (id === ids[1] ? Promise.reject(new DsrError("INTEGRITY")) : read(id)));
    try {
      expect(await together(ids)).to.deep.equal(["verified", "INTEGRITY", "verified"]);
    } finally {
      altered.restore();
    }
    expect(searches).to.deep.equal([{ account: "acme", names: ["ada", "eve"] }]);
    expect(mutations(world)).to.have.lengthOf(2);
  });

  it("find that somebody has changed, and the others go on", async () => {
    const ids = [await confirmed("ada"), await confirmed("bob")];
    world.sandbox.build.addContact({ email: "bob@example.test", role: "lead" });
    expect(await together(ids)).to.deep.equal(["verified", "needs_attention"]);
    expect((await world.dsr.result(ids[1]!)).attention).to.deep.equal({ code: "PLAN_STALE" });
    expect(mutations(world)).to.have.lengthOf(1);
  });

  it("look a second request of the same person up anew", async () => {
    const ids = [await confirmed("ada"), await confirmed("ada"), await confirmed("bob")];
    const outcomes = await together(ids);
    expect(outcomes).to.not.include.members(["not told of", "INTERNAL"]);
    expect(searches.map(({ names }) => names)).to.deep.equal([["ada", "bob"], ["ada"]]);
    expect(mutations(world).filter((call) => call.startsWith("DELETE")).length).to.be.at.least(2);
  });
});
