import { expect } from "chai";
import { connectedWorld, createWorld, forgetCalls, type WorldOptions } from "./world.js";

const JANE = "jane@example.test";

describe("what a request costs at Intercom, with an account that was checked within the hour", () => {
  it("a plan of one contact costs 1 call", async () => {
    const world = await connectedWorld();
    world.sandbox.build.addContact({ email: JANE });
    expect((await world.plan(JANE)).apiCalls).to.equal(1);
    expect(world.sent).to.deep.equal(["POST /contacts/search"]);
  });

  it("a deletion of one contact costs 3: search, delete, look", async () => {
    const world = await connectedWorld();
    const { id } = world.sandbox.build.addContact({ email: JANE });
    const planned = await world.plan(JANE);
    forgetCalls(world);
    expect((await world.execute(planned)).apiCalls).to.equal(3).and.to.equal(planned.plan!.estimate.calls);
    expect(world.sent).to.deep.equal(["POST /contacts/search", `DELETE /contacts/${id}`, `GET /contacts/${id}`]);
  });

  it("a deletion of n contacts costs 1 + 2n, as its plan says", async () => {
    for (const n of [2, 7]) {
      const world = await connectedWorld();
      for (let i = 0; i < n; i++) world.sandbox.build.addContact({ email: JANE, role: "lead" });
      const planned = await world.plan(JANE);
      expect(planned.plan!.estimate.calls).to.equal(1 + 2 * n);
      expect((await world.execute(planned)).apiCalls).to.equal(1 + 2 * n);
    }
  });

  it("a deletion of the contacts where everything may be read costs what it takes to find what hangs on them, and a look at each", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const contact = build.addContact({ email: JANE });
    const planned = await world.plan(JANE);
    expect(world.sent, "with nothing there").to.deep.equal(["POST /contacts/search", `GET /contacts/${contact.id}`, "POST /tickets/search", "POST /conversations/search"]);
    expect((await world.execute(planned)).apiCalls).to.equal(4 + 2).and.to.equal(planned.plan!.estimate.calls);
  });

  it("a plan of one contact where anything optional may be read costs one call more: the contact itself tells whose it is", async () => {
    const world = await connectedWorld({ categories: ["events"] });
    const { id } = world.sandbox.build.addContact({ email: JANE });
    const planned = await world.plan(JANE);
    expect(world.sent).to.deep.equal(["POST /contacts/search", `GET /contacts/${id}`]);
    expect((await world.execute(planned)).apiCalls).to.equal(4).and.to.equal(planned.plan!.estimate.calls);
  });

  it("a related deletion of n records costs 2n, what it takes to find them and to read each conversation and ticket by its id, and one look into Intercom's own list", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const contact = build.addContact({ email: JANE });
    for (let n = 0; n < 30; n++) build.addConversation({ contacts: [contact] });
    build.addTicket({ contacts: [contact] });
    const planned = await world.plan(JANE, { erase: "related" });
    expect(planned.apiCalls).to.equal(4 + 31);
    expect((await world.execute(planned)).apiCalls).to.equal(4 + 31 + 2 * 32 + 1).and.to.equal(planned.plan!.estimate.calls);
  });

  it("a related deletion that the limit makes last longer reads each conversation and ticket once more that it comes to later, as its plan says", async () => {
    let calls = 0;
    let pause = async (): Promise<unknown> => undefined;
    const paced: WorldOptions["transport"] = (to) => async (request) => {
      calls += 1;
      // 150 in each 10 seconds.
      if (calls % 150 === 1 && calls > 1) await pause();
      return to(request);
    };
    const world = await connectedWorld({ categories: "granted", transport: paced });
    pause = () => world.host.clock.advance(10_001);
    const { build } = world.sandbox;
    const contact = build.addContact({ email: JANE });
    for (let n = 0; n < 70; n++) build.addConversation({ contacts: [contact] });
    build.addTicket({ contacts: [contact] });
    const planned = await world.plan(JANE, { erase: "related" });
    calls = 0;
    const { apiCalls } = await world.execute(planned);
    const least = 4 + 71 + 2 * 72;
    expect(planned.plan!.estimate.calls).to.equal(least + 1 + (least + 1 - 150) / 2);
    expect(apiCalls).to.be.within(planned.plan!.estimate.calls - 5, planned.plan!.estimate.calls + 5);
  });

  it("an access of a contact without lists costs 3: search, contact, segments", async () => {
    const world = await connectedWorld();
    world.sandbox.build.addContact({ email: JANE });
    expect((await world.access(JANE)).apiCalls).to.equal(3);
  });

  it("an access of a contact with every list costs 7", async () => {
    const world = await connectedWorld();
    const { build } = world.sandbox;
    const contact = build.addContact({ email: JANE });
    build.addCompany("Engines", [contact]);
    build.addNote(contact, "Called.");
    build.addTag(contact, "vip");
    build.addSubscription(contact, "News");
    expect((await world.access(JANE)).apiCalls).to.equal(7);
  });

  it("an access costs one call more for each custom object that only a conversation names, and none for what the list of a contact showed", async () => {
    const costs = async (named: number): Promise<number> => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const contact = build.addContact({ email: JANE });
      const objects = [build.addCustomObject("Order", [contact]), ...Array.from({ length: named }, () => build.addCustomObject("Order", []))];
      for (let n = 0; n < 2; n++) build.addConversation({ contacts: [contact], customAttributes: { orders: objects.map(({ id, type }) => ({ id, type })) } });
      const { apiCalls, counts } = await world.access(JANE);
      expect(counts).to.include({ custom_objects: 1 + named });
      return apiCalls;
    };
    const listed = await costs(0);
    expect(await costs(3)).to.equal(listed + 3);
  });

  it("a person who is not there costs 1", async () => {
    const world = await connectedWorld();
    expect((await world.access("nobody@example.test")).apiCalls).to.equal(1);
    expect((await world.plan("nobody@example.test")).apiCalls).to.equal(1);
  });

  it("a request that is answered from its record costs nothing", async () => {
    const world = await connectedWorld();
    world.sandbox.build.addContact({ email: JANE });
    await world.access(JANE, { reference: "T-1" });
    forgetCalls(world);
    expect((await world.access(JANE, { reference: "T-1" })).outcome).to.equal("complete");
    expect(world.sent).to.deep.equal([]);
  });

  it("connecting costs 5, and 4 where deletion is not wanted", async () => {
    for (const [capabilities, calls] of [[["access", "deletion"], 5], [["access"], 4]] as const) {
      const world = createWorld();
      await world.dsr.connect({ connector: "intercom", name: "acme" }, { capabilities, categories: [] }, world.sandbox.token);
      expect(world.sent).to.have.lengthOf(calls);
    }
  });

  it("repetitions count: a search that failed twice costs 3", async () => {
    const world = await connectedWorld();
    world.sandbox.inject({ path: /search/, times: 2, fault: { kind: "status", status: 503 } });
    expect((await world.plan("nobody@example.test")).apiCalls).to.equal(3);
    expect(world.attempts.map(({ attempt, status }) => [attempt, status])).to.deep.equal([[1, 503], [2, 503], [3, 200]]);
  });
});
