import { expect } from "chai";
import { connectedWorld, type World } from "./world.js";

const JANE = "jane@example.test";

/** Places and kinds of keys, in their order. */
const keysOf = (result: { readonly searched: readonly { readonly where: string; readonly identifier: string }[] }): readonly string[] => result.searched.map(({ where, identifier }) => `${where} by ${identifier}`);

describe("what a result says was searched at Intercom", () => {
  /** A person with one of each kind that has to be looked for, and a second contact. */
  const plant = ({ sandbox: { build } }: World) => {
    const jane = build.addContact({ email: JANE, externalId: "1" });
    build.addContact({ email: JANE, role: "lead" });
    const conversation = build.addConversation({ contacts: [jane], channel: "phone_call" });
    build.addPhoneCall(conversation, jane, [{ speaker: "user", text: "Hello." }]);
    build.addTicket({ contacts: [jane] });
    build.addCustomObject("Order", [jane]);
    build.addEvent(jane, "clicked", build.daysAgo(2));
    return jane;
  };
  const HANGING = ["tickets/search by contact_id", "conversations/search by contact_id", "conversations/search by email"];

  it("names every search of an access, each place and kind of key once, and no key's value", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const jane = plant(world);
    const result = await world.access(JANE);
    expect(keysOf(result)).to.deep.equal(["contacts/search by email", ...HANGING, "calls/search by conversation_id", "events by contact_id", "custom_object_instances by contact_id"]);
    expect(world.host.packageOf(result.request.id)!.manifest).to.have.deep.nested.property("summary.searched", result.searched);
    expect(JSON.stringify(result.searched)).not.to.contain(JANE).and.not.to.contain(jane.id);
    for (const { at } of result.searched) expect(Date.parse(at)).to.be.greaterThan(0);
  });

  it("names no place that the manifest has no word for", async () => {
    const world = await connectedWorld({ categories: "granted" });
    plant(world);
    const access = await world.access(JANE, {}, { extents: ["archived"] });
    const known = (world.dsr.manifest("intercom").places ?? []).map(({ id }) => id);
    expect([...new Set(access.searched.map(({ where }) => where))].sort()).to.deep.equal([...known].sort());
  });

  it("names no search that was not made: contacts alone are looked for where nothing else is covered", async () => {
    const world = await connectedWorld();
    plant(world);
    expect(keysOf(await world.access(JANE))).to.deep.equal(["contacts/search by email"]);
    expect(keysOf(await world.plan(JANE))).to.deep.equal(["contacts/search by email"]);
  });

  it("names no search of calls that the account refused", async () => {
    const world = await connectedWorld({ categories: "granted" });
    plant(world);
    world.sandbox.inject({ method: "POST", path: /^\/calls\/search$/, times: Infinity, fault: { kind: "status", status: 403, body: { type: "error.list", request_id: null, errors: [{ code: "forbidden", message: "no" }] } } });
    expect(keysOf(await world.access(JANE))).not.to.include("calls/search by conversation_id");
  });

  it("names those of a deletion's plan, and keeps them while it is carried out", async () => {
    const world = await connectedWorld({ categories: "granted" });
    plant(world);
    const planned = await world.plan(JANE);
    const all = ["contacts/search by email", ...HANGING, "custom_object_instances by contact_id"];
    expect(keysOf(planned)).to.deep.equal(all);
    expect(keysOf(await world.execute(planned))).to.deep.equal(all);
  });

  it("says so in the evidence of both", async () => {
    const world = await connectedWorld({ categories: "granted" });
    plant(world);
    const access = await world.access(JANE);
    const deletion = await world.erase(JANE);
    for (const { request, searched } of [access, deletion]) {
      const { records } = (await world.host.evidence.read(request.id))!;
      const told = records.flatMap(({ fact }) => ("searched" in fact ? (fact.searched ?? []) : []));
      for (const { identifier, where } of searched) expect(told.some((each) => each.identifier === identifier && each.where === where), `${where} by ${identifier}`).to.equal(true);
    }
  });

  it("names a page's search once, however often an access is resumed", async () => {
    const world = await connectedWorld({ categories: "granted" });
    plant(world);
    world.sandbox.inject({ path: /^\/events$/, times: 4, fault: { kind: "status", status: 500 } });
    const parked = await world.access(JANE);
    expect(parked.outcome).to.equal("parked");
    const resumed = await world.dsr.resume(parked.request.id);
    expect(resumed.outcome).to.equal("complete");
    expect(keysOf(resumed)).to.deep.equal([...new Set(keysOf(resumed))]);
    expect(keysOf(resumed)).to.include.members(HANGING);
    const told = (await world.host.journal.entries(parked.request.id)).flatMap((entry) => (entry.kind === "page" ? keysOf({ searched: entry.searched ?? [] }) : []));
    expect(told, "in the journal").to.deep.equal(keysOf(resumed).slice(1));
  });
});
