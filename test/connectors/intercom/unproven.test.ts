import { expect } from "chai";
import { ALL_SCOPES } from "../../../connectors/intercom/sandbox/scopes.js";
import { createWorld, forgetCalls, type World } from "./world.js";

const HOUR_MS = 3_600_000;
const ADA = "ada@example.test";
const COLLEAGUE = "colleague@example.test";

describe("a permission of which an outage let nothing be told", () => {
  const down = ({ sandbox }: World, path: RegExp) => sandbox.inject({ path, fault: { kind: "html_502" }, times: 4 });
  const about = ({ notCovered }: { readonly notCovered: readonly { readonly category: string; readonly reason: string }[] }, category: string) => notCovered.filter((each) => each.category === category).map(({ reason }) => reason);
  const scopeOf = async ({ dsr }: World, id: string) => (await dsr.connection("acme")).scopes.find((scope) => scope.id === id);

  for (const categories of ["granted", ["teammates"]] as const) {
    const staffed = async (): Promise<World> => {
      const world = createWorld({ categories });
      world.sandbox.state.admins.set("7", { id: "7", workspace: world.sandbox.workspace, name: "Colleague", email: COLLEAGUE, role: null, emailVerified: true });
      world.sandbox.build.addContact({ email: COLLEAGUE });
      await world.connect();
      return world;
    };

    for (const renewal of ["a check", "a renewed token"] as const) {
      it(`I11: goes on leaving teammates to a human after ${renewal}, with ${String(categories)}`, async () => {
        const world = await staffed();
        down(world, /\/admins$/);
        const { report } = renewal === "a check" ? await world.dsr.check("acme") : await world.dsr.reconnect("acme", world.sandbox.issueToken());
        expect(report.scopes.find(({ id }) => id === "read_admins")?.status).to.equal("not_testable");
        expect(about(report, "teammates")).to.deep.equal([]);
        expect(await scopeOf(world, "read_admins")).to.include({ status: "granted", basis: "inferred" });
        expect((await world.plan(COLLEAGUE)).attention).to.deep.equal({ code: "AMBIGUOUS_SUBJECT" });
        await world.host.clock.advance(HOUR_MS);
        expect((await world.plan(COLLEAGUE)).attention, "once the account was read anew").to.deep.equal({ code: "AMBIGUOUS_SUBJECT" });
        await world.dsr.check("acme");
        expect(await scopeOf(world, "read_admins")).to.include({ status: "granted", basis: "observed" });
      });
    }

    it(`I11: is asked for again by a check, with ${String(categories)}: from then on teammates are known`, async () => {
      const world = createWorld({ categories });
      down(world, /\/admins$/);
      await world.connect();
      expect(await world.dsr.connection("acme")).to.not.have.property("teammates");
      await world.dsr.check("acme");
      expect((await world.dsr.connection("acme")).teammates).to.have.lengthOf(1);
    });
  }

  it("stays covered where it was, by a token that was renewed meanwhile, and goes where it is missing", async () => {
    const world = createWorld({ categories: "granted" });
    const person = world.sandbox.build.addContact({ email: ADA });
    world.sandbox.build.addConversation({ contacts: [person] });
    await world.connect();
    down(world, /conversations\/search/);
    const waiting = await world.access(ADA);
    expect(waiting.outcome).to.equal("parked");
    down(world, /conversations\/search/);
    const renewed = await world.dsr.reconnect("acme", world.sandbox.issueToken());
    expect(renewed.ok && renewed.connection.categories).to.include("conversations");
    expect(about(renewed.report, "conversations")).to.deep.equal([]);
    const told = await world.dsr.resume(waiting.request.id);
    expect([told.outcome, "counts" in told && told.counts["conversations"]]).to.deep.equal(["complete", 1]);
    const without = await world.dsr.reconnect("acme", world.sandbox.issueToken({ scopes: ALL_SCOPES.filter((scope) => scope !== "read_conversations") }));
    expect([without.ok && without.connection.categories.includes("conversations"), about(without.report, "conversations")]).to.deep.equal([false, ["not granted"]]);
  });

  it("is left out by the first token, as one that is missing is, and a check says of each why", async () => {
    const world = createWorld({ categories: "granted" });
    world.sandbox.withdrawScope(world.sandbox.token, "read_tickets");
    down(world, /conversations\/search/);
    await world.connect();
    const reasons = async (): Promise<readonly string[]> => {
      const { report } = await world.dsr.check("acme");
      return [...about(report, "conversations"), ...about(report, "tickets")];
    };
    down(world, /conversations\/search/);
    expect(await reasons()).to.deep.equal(["not proven", "not granted"]);
    world.sandbox.grantScope(world.sandbox.token, "read_tickets");
    expect(await reasons(), "granted since, and not added yet").to.deep.equal(["not selected", "not selected"]);
    expect(about(await world.access(ADA), "tickets")).to.deep.equal(["not selected"]);
    const renewed = await world.dsr.reconnect("acme", world.sandbox.token);
    expect(renewed.ok && renewed.connection.categories).to.include.members(["conversations", "tickets"]);
  });

  it("is not asked for by a check where it was not selected", async () => {
    const world = createWorld({ categories: ["tickets"] });
    await world.connect();
    forgetCalls(world);
    expect(about((await world.dsr.check("acme")).report, "conversations")).to.deep.equal(["not selected"]);
    expect(world.sent).to.not.include("POST /conversations/search").and.not.include("GET /admins");
  });
});
