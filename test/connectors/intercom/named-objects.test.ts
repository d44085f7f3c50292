import { expect } from "chai";
import type { AccessResult } from "../../../core/index.js";
import { operationsOf, playWith, requestIn, type Story } from "./crashes.js";
import { connectedWorld, forgetCalls, type World } from "./world.js";

const ADA = "ada@example.test";

interface Instance {
  readonly id: string;
  readonly type: string;
}

/** An attribute that refers to instances. */
const refers = (...instances: readonly Instance[]): Record<string, unknown> => ({ relation: { type: "Order.list", instances: instances.map(({ id, type }) => ({ id, type })) } });
const objectsOf = (world: World, { request }: AccessResult): readonly string[] => (world.host.packageOf(request.id)!.records["custom_objects"] ?? []).map(({ id }) => id);
const byId = ({ sent }: World): readonly string[] => sent.filter((call) => /custom_object_instances\/[^/]+\/[^/]+$/.test(call));
const keyOf = ({ type, id }: Instance): string => `${type}:${id}`;

describe("custom objects that only records of the person refer to", () => {
  it("are read by their ids, where a conversation, a ticket or a contact names them, and each once", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const listed = build.addCustomObject("Order", [ada]);
    const [ofConversation, ofTicket, ofContact] = [build.addCustomObject("Order", [], { text: "CANARY" }), build.addCustomObject("Refund", []), build.addCustomObject("Order", [])];
    ada.customAttributes = refers(listed, ofContact);
    build.addConversation({ contacts: [ada], customAttributes: refers(ofConversation, listed) });
    build.addConversation({ contacts: [ada], customAttributes: refers(ofConversation) });
    build.addTicket({ contacts: [ada], attributes: refers(ofTicket, listed) });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(objectsOf(world, result)).to.have.members([listed, ofContact, ofConversation, ofTicket].map(keyOf));
    expect(JSON.stringify(world.host.packageOf(result.request.id)!.records["custom_objects"])).to.contain("CANARY");
    expect(byId(world)).to.have.members([ofContact, ofConversation, ofTicket].map(({ type, id }) => `GET /custom_object_instances/${type}/${id}`));
    expect(result.searched.map(({ where, identifier }) => `${where} by ${identifier}`)).to.include("custom_object_instances by object_id");
    expect(await world.dsr.statement(result.request.id)).to.contain("The ids of the objects to which records refer");
  });

  it("are left out where others take part in all that names them, and told by their number in each language", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test", name: "Bob" })];
    const [ofBoth, ofTicket, ofAda] = [1, 2, 3].map(() => build.addCustomObject("Order", [], { text: "CANARY" }));
    build.addConversation({ contacts: [ada, bob], customAttributes: refers(ofBoth!, ofAda!) });
    build.addTicket({ contacts: [ada, bob], attributes: refers(ofTicket!) });
    build.addConversation({ contacts: [ada], customAttributes: refers(ofAda!) });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "custom_objects", code: "OBJECT_OF_SHARED_THREAD", have: 0, of: 2 }] });
    expect(objectsOf(world, result)).to.deep.equal([keyOf(ofAda!)]);
    const of = async (language: "en" | "de") => world.dsr.statement(result.request.id, { language });
    expect(await of("en")).to.contain("that others take part in were left out: whether they are the person's is not known. 0 of 2 are included, 2 are missing. (OBJECT_OF_SHARED_THREAD)");
    expect(await of("de")).to.contain("wurden ausgelassen: Ob sie der Person gehören, ist nicht bekannt. 0 von 2 sind enthalten, 2 fehlen. (OBJECT_OF_SHARED_THREAD)");
  });

  it("are read where nobody else wrote than a contact that was merged into the person's", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, lead] = [build.addContact({ email: ADA }), build.addContact({ email: "old@example.test", role: "lead" })];
    const order = build.addCustomObject("Order", []);
    build.addConversation({ contacts: [ada], parts: [{ from: lead, body: "Mine." }], customAttributes: refers(order) });
    build.mergeContact(lead, ada);
    const result = await world.access(ADA);
    expect([result.gaps, objectsOf(world, result)]).to.deep.equal([[], [keyOf(order)]]);
  });

  it("are left out, too, where somebody wrote who takes part no longer", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test", name: "Bob" })];
    build.addConversation({ contacts: [ada], parts: [{ from: bob, body: "Mine." }], customAttributes: refers(build.addCustomObject("Order", [])) });
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "custom_objects", code: "OBJECT_OF_SHARED_THREAD", have: 0, of: 1 }]);
  });

  it("are a gap where they are gone, come under another id, or have an id that cannot be asked for", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const [there, another] = [build.addCustomObject("Order", []), build.addCustomObject("Order", [], { text: "CANARY" })];
    world.sandbox.inject({ path: new RegExp(`/Order/${another.id}$`), times: Infinity, fault: { kind: "rewrite", rewrite: (answer) => ({ ...(answer as object), id: "77" }) } });
    build.addConversation({ contacts: [ada], customAttributes: refers(there, another, { type: "Order", id: "9999" }, { type: "Order", id: "../contacts" }) });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "custom_objects", code: "OBJECT_NOT_READ", have: 1, of: 4 }] });
    expect(objectsOf(world, result)).to.deep.equal([keyOf(there)]);
    expect(byId(world)).to.have.length(3);
    for (const [language, text] of [["en", "1 of 4 are included, 3 are missing. (OBJECT_NOT_READ)"], ["de", "1 von 4 sind enthalten, 3 fehlen. (OBJECT_NOT_READ)"]] as const) {
      expect(await world.dsr.statement(result.request.id, { language })).to.contain(text);
    }
  });

  it("are read where no contact is left, and a conversation that the address began names them", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build, state } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const order = build.addCustomObject("Order", []);
    const conversation = build.addConversation({ contacts: [ada], customAttributes: refers(order) });
    conversation.contactIds = [];
    state.contacts.delete(ada.id);
    forgetCalls(world);
    const result = await world.access(ADA);
    expect(objectsOf(world, result)).to.deep.equal([keyOf(order)]);
    expect(result.notCovered.map(({ category }) => category)).not.to.include("custom_objects");
  });

  const STORY: Story<AccessResult> = {
    world: { categories: "granted" },
    prepare: ({ sandbox: { build } }) => {
      const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test" })];
      for (let n = 0; n < 3; n++) build.addConversation({ contacts: [ada], customAttributes: refers(build.addCustomObject("Order", []), build.addCustomObject("Order", [ada])) });
      build.addTicket({ contacts: [ada, bob], attributes: refers(build.addCustomObject("Order", [])) });
      build.addTicket({ contacts: [ada], attributes: refers({ type: "Order", id: "9999" }) });
    },
    act: async (world) => {
      const id = requestIn(world.host.state, "access");
      return id === undefined ? world.access(ADA) : ((await world.dsr.resume(id)) as AccessResult);
    },
  };

  it("are the same ones, and the same gaps, whenever the process is killed, and at most one is read again", async () => {
    const clean = await playWith(STORY, []);
    const objects = objectsOf(clean.world, clean.result);
    expect(objects).to.have.length(6);
    expect(clean.result.gaps.map(({ code, have, of }) => [code, have, of])).to.deep.equal([["OBJECT_NOT_READ", 3, 4], ["OBJECT_OF_SHARED_THREAD", 0, 1]]);
    const calls = clean.world.sandbox.calls.records.length;
    for (let number = 1; number <= (await operationsOf(STORY)).length; number++) {
      for (const side of ["before", "after"] as const) {
        const { world, result } = await playWith(STORY, [{ number, side }]);
        expect([objectsOf(world, result), result.gaps, result.counts], `${side} ${number}`).to.deep.equal([objects, clean.result.gaps, clean.result.counts]);
        expect(world.sandbox.calls.records.length, `${side} ${number}`).to.be.at.most(calls + 2);
      }
    }
  }).timeout(120_000);

  it("add nothing to a checkpoint with their number", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addConversation({ contacts: [ada], customAttributes: refers(...Array.from({ length: 200 }, () => build.addCustomObject("Order", []))) });
    const result = await world.access(ADA);
    expect(result.counts).to.include({ custom_objects: 200 });
    const pages = (await world.host.journal.entries(result.request.id)).flatMap((entry) => (entry.kind === "page" ? [entry.checkpoint.length] : []));
    expect(pages).to.have.length.greaterThan(200);
    expect(Math.max(...pages)).to.be.below(400);
  });
});
