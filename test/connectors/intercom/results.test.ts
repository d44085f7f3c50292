import { expect } from "chai";
import { DsrError } from "../../../core/errors.js";
import { connectedWorld, mutations, type World } from "./world.js";

const JANE = "jane@example.test";

/** What a result says must still be right after a refusal, a kill and a cancellation. */
describe("the result of a request at Intercom", () => {
  let world: World;
  beforeEach(async () => {
    world = await connectedWorld();
  });

  const addJane = (count: number): string[] => Array.from({ length: count }, (_, n) => world.sandbox.build.addContact({ role: n === 0 ? "user" : "lead", email: JANE }).id);
  const killedAtDelete = async (number: number): Promise<string> => {
    const planned = await world.plan(JANE);
    let deletions = 0;
    const killed = world.again({
      watch: {
        before: () => {
          deletions = world.sandbox.calls.records.filter(({ method }) => method === "DELETE").length;
          if (deletions === number) killed.host.crash();
        },
      },
    });
    await killed.execute(planned).catch((error: unknown) => expect(error).to.be.instanceOf(DsrError));
    return planned.request.id;
  };

  it("a deletion that was refused because of an open access request is not confirmed, and does not run by itself later", async () => {
    addJane(1);
    world.sandbox.inject({ path: /search/, times: 4, fault: { kind: "status", status: 503 } });
    const access = await world.access(JANE);
    const planned = await world.plan(JANE);
    const refused: unknown = await world.execute(planned).catch((error: unknown) => error);
    expect(refused).to.have.property("code", "ACCESS_FIRST");
    expect((refused as DsrError).facts.at).to.equal(`request ${access.request.id}`);
    await world.dsr.resume(access.request.id);
    expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("planned");
    expect(mutations(world)).to.deep.equal([]);
  });

  it("is at the end of each run what the journal tells another process", async () => {
    addJane(2);
    world.sandbox.inject({ path: /search/, times: 4, fault: { kind: "status", status: 503 } });
    const parked = await world.access(JANE);
    const told = [parked, await world.dsr.resume(parked.request.id)];
    const planned = await world.plan(JANE);
    told.push(planned, await world.execute(planned));
    expect(told.map(({ outcome }) => outcome)).to.deep.equal(["parked", "complete", "planned", "verified"]);
    expect(await world.again().dsr.result(parked.request.id)).to.deep.equal(told[1]);
    expect(await world.again().dsr.result(planned.request.id)).to.deep.equal(told[3]);
  });

  it("opens whom a request is about once in each run", async () => {
    addJane(1);
    const opened: string[] = [];
    const watching = world.again({ watch: { before: (operation) => void opened.push(operation) } });
    const planned = await watching.plan(JANE);
    await watching.execute(planned);
    expect(opened.filter((operation) => operation === "journal.identifiers")).to.have.length(2);
  });

  it("lists everybody who was found, also after a kill in the middle", async () => {
    const ids = addJane(4);
    const id = await killedAtDelete(2);
    const result = await world.again().dsr.resume(id);
    expect(result).to.include({ outcome: "verified" });
    expect(result.matches.map((match) => match.id)).to.have.members(ids);
  });

  it("counts the calls of a killed run, up to its last entry", async () => {
    addJane(4);
    const id = await killedAtDelete(2);
    const atKill = (await world.again().dsr.result(id)).apiCalls;
    expect(atKill).to.be.at.least(3);
    const result = await world.again().dsr.resume(id);
    expect(result.apiCalls).to.be.greaterThan(atKill);
  });

  it("counts a plan's own calls when it is made anew", async () => {
    addJane(1);
    for (const _ of [1, 2, 3]) expect((await world.plan(JANE, {}, { reference: "A1" })).apiCalls).to.equal(1);
  });

  it("looks after what was deleted when a cancellation arrives, and deletes nothing more", async () => {
    const ids = addJane(2);
    const planned = await world.plan(JANE);
    const running = world.again({
      watch: {
        after: (operation) => {
          if (operation === "journal.append" && mutations(world).length + mutations(running).length === 1) void world.host.journal.requestCancel(planned.request.id);
        },
      },
    });
    const result = await running.execute(planned);
    expect(result.outcome).to.equal("cancelled");
    expect(result.targets.map(({ id }) => id)).to.have.members(ids);
    expect(result.targets.map(({ outcome }) => outcome).sort()).to.deep.equal(["deleted", "not_deleted"]);
  });

  it("names the vendor's calls about a record that is still there, and none about one that is gone", async () => {
    addJane(2);
    world.sandbox.inject({ method: "DELETE", times: 1, fault: { kind: "deleted_false" } });
    const { targets } = await world.erase(JANE);
    const [left, gone] = ["not_deleted", "deleted"].map((outcome) => targets.find((target) => target.outcome === outcome));
    expect(left?.vendorRequestIds).to.have.length(2);
    expect(gone).not.to.have.property("vendorRequestIds");
  });

  it("I8: says how many records of somebody else were left out", async () => {
    addJane(1);
    world.sandbox.build.addContact({ email: "stranger@example.test" });
    world.sandbox.inject({ path: /search/, times: 1, fault: { kind: "wrong_email", email: "stranger@example.test" } });
    const { request, dropped } = await world.access(JANE);
    expect(dropped).to.equal(1);
    expect(await world.dsr.statement(request.id)).to.contain("The search also returned 1 record that does not carry the address; it was left out.");
  });

  it("warns where a record that a human named carries another address, or is not shown", async () => {
    addJane(1);
    const other = world.sandbox.build.addContact({ email: "other@example.test" });
    const archived = world.sandbox.build.addContact({ email: JANE, role: "lead" });
    world.sandbox.build.archiveContact(archived);
    const { plan } = await world.plan(JANE, { also: [other, archived].map(({ id }) => ({ id, reason: "an old record" })) });
    expect(plan?.warnings).to.deep.include({ code: "ANOTHER_ADDRESS", id: other.id }).and.to.deep.include({ code: "NOT_SEEN", id: archived.id });
  });
});
