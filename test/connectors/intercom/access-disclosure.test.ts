import { expect } from "chai";
import { NOTE_WITHHELD, WITHHELD } from "../../../connectors/intercom/other-people.js";
import { isDsrError, type HostSettings } from "../../../core/index.js";
import { NO_TYPE } from "../../../connectors/intercom/collect-custom-objects.js";
import { connectedWorld, createWorld, type World } from "./world.js";

const ADA = "ada@example.test";
const STAFF_TEXT = "Between us: she is right.";

/** A person with a thread that is shared with somebody, and notes of the staff in every place that has some. */
async function shared(settings?: HostSettings): Promise<World> {
  const world = await connectedWorld({ categories: "granted", ...(settings && { settings }) });
  const { build } = world.sandbox;
  const ada = build.addContact({ email: ADA, name: "Ada Lovelace" });
  const babbage = build.addContact({ email: "babbage@example.test", name: "Charles Babbage" });
  build.addNote(ada, STAFF_TEXT);
  build.addConversation({ contacts: [ada, babbage], parts: [{ from: babbage, body: "I will bring the cards." }, { from: "teammate", partType: "note", body: STAFF_TEXT }, { from: "teammate", body: "Thank you." }] });
  build.addTicket({ contacts: [ada], parts: [{ from: "teammate", partType: "note", body: STAFF_TEXT }] });
  return world;
}

const packageOf = (world: World, id: string) => world.host.packageOf(id)!;
const partsOf = (world: World, id: string): any[] => (packageOf(world, id).records["conversations"]![0]!.data as any).conversation_parts.conversation_parts;

describe("what a host decides about other people and notes", () => {
  it("withholds other people and includes notes unless it is told otherwise", async () => {
    const world = await shared();
    const { request, redactions } = await world.access(ADA);
    expect(partsOf(world, request.id).map(({ body }) => body)).to.deep.equal([WITHHELD, `<p>${STAFF_TEXT}</p>`, "<p>Thank you.</p>"]);
    expect(redactions.map(({ rule }) => rule)).to.include.members(["participant", "participant_text", "teammate"]).and.not.to.include("note");
    expect(packageOf(world, request.id).manifest["disclosure"]).to.deep.equal({ otherPeople: "withhold", notes: "include" });
  });

  it("leaves other people in as they were received where the host includes them, and withholds nothing", async () => {
    const world = await shared({ otherPeople: "include" });
    const { request, redactions } = await world.access(ADA);
    const text = JSON.stringify(packageOf(world, request.id).records);
    for (const shown of ["Charles Babbage", "babbage@example.test", "I will bring the cards.", [...world.sandbox.state.admins.values()][0]!.name]) expect(text, shown).to.contain(shown);
    expect(redactions).to.deep.equal([]);
    expect(packageOf(world, request.id).manifest).to.deep.include({ disclosure: { otherPeople: "include", notes: "include" }, redactions: [] });
  });

  it("withholds what staff noted, on contacts, in conversations and in tickets, and counts it", async () => {
    for (const otherPeople of ["withhold", "include"] as const) {
      const world = await shared({ notes: "withhold", otherPeople });
      const { request, redactions, counts } = await world.access(ADA);
      const { records, manifest } = packageOf(world, request.id);
      expect(JSON.stringify(records)).not.to.contain("Between us");
      expect(redactions).to.deep.include({ rule: "note", count: 3 });
      expect(manifest["redactions"]).to.deep.equal(redactions);
      expect(counts).to.include({ notes: 1 });
      expect(records["notes"]![0]!.data as object).to.include({ type: "note", body: NOTE_WITHHELD }).and.to.have.any.keys("created_at");
      expect(partsOf(world, request.id)[1]).to.include({ part_type: "note", body: NOTE_WITHHELD });
      expect(partsOf(world, request.id)[2].body).to.equal("<p>Thank you.</p>");
    }
  });

  it("sums each rule over all records, each record once", async () => {
    const world = await shared();
    const { request, redactions } = await world.access(ADA);
    const sums: Record<string, number> = {};
    for (const { rule, count } of Object.values(packageOf(world, request.id).records).flat().flatMap((record) => record.redactions ?? [])) sums[rule] = (sums[rule] ?? 0) + count;
    expect(Object.fromEntries(redactions.map(({ rule, count }) => [rule, count]))).to.deep.equal(sums);
    expect(sums).to.not.deep.equal({});
  });

  it("keeps to what was decided when the request was opened, however often it is resumed", async () => {
    const world = await shared({ otherPeople: "include", notes: "withhold" });
    world.sandbox.inject({ path: /^\/tickets\/search$/, times: 9, fault: { kind: "status", status: 503 } });
    const { request, outcome } = await world.access(ADA, { reference: "T-1" });
    expect(outcome).to.equal("parked");
    world.sandbox.clearFaults();
    const later = world.again({ settings: { otherPeople: "withhold", notes: "include" } });
    const resumed = await later.dsr.resume(request.id);
    expect(resumed.outcome).to.equal("complete");
    const text = JSON.stringify(packageOf(later, request.id));
    expect(text).to.contain("Charles Babbage").and.not.to.contain("Between us");
    expect((await later.access(ADA, { reference: "T-1" })).request.id, "the same input is the same request").to.equal(request.id);
  });

  it("is part of the evidence, and so is what was taken out", async () => {
    const world = await shared({ notes: "withhold" });
    const { request, redactions } = await world.access(ADA);
    const facts = (await world.dsr.evidence(request.id)).records.map(({ fact }) => fact);
    expect(facts[0]).to.deep.include({ kind: "opened", settings: { otherPeople: "withhold", notes: "withhold", connector: {} } });
    expect(facts.find(({ kind }) => kind === "packaged")).to.deep.include({ redactions });
  });

  it("refuses a setting that means nothing, when it is put together and not in the middle of a request", () => {
    const refused = (settings: unknown): string => {
      try {
        createWorld({ settings: settings as HostSettings });
      } catch (error) {
        if (isDsrError(error, "CONFIG_INVALID")) return `${error.facts.at}: ${error.facts.reason}`;
        throw error;
      }
      return "accepted";
    };
    expect(refused({ otherPeople: "withheld" })).to.equal('otherPeople: it is "withhold" or "include"');
    expect(refused({ notes: true })).to.equal('notes: it is "withhold" or "include"');
    expect(refused({ otherPeople: "include", note: "withhold" })).to.equal("note: there is no such setting");
    expect(refused({ "ada@example.test": 1 })).to.equal("(a key that is no name): there is no such setting");
    for (const what of ["withhold", ["notes"]]) expect(refused(what)).to.equal("settings: it is an object");
    expect(refused({ connectors: { acme: {} } })).to.equal("connectors/acme: no connector of that id is registered");
    expect(refused({ connectors: { intercom: { objectTypes: [] } } })).to.equal("connectors/intercom/objectTypes: the connector has no such setting");
    expect(refused({ connectors: { "ada@example.test": {} } })).to.equal("connectors/(a key that is no name): no connector of that id is registered");
    for (const wrong of ["Order", ["../x"], [""], [5], Array.from({ length: 101 }, (_, n) => `t${n}`), { 0: "Order" }]) {
      expect(refused({ connectors: { intercom: { customObjectTypes: wrong } } })).to.match(/^connectors\/intercom\/customObjectTypes: it is a list of at most 100 words/);
    }
    expect(refused({ connectors: { intercom: { customObjectTypes: ["Order", "line_item-2"] } } })).to.equal("accepted");
  });
});

describe("types of custom objects", () => {
  const types = (...customObjectTypes: readonly string[]): HostSettings => ({ connectors: { intercom: { customObjectTypes } } });

  it("are asked for where the settings name them, beside those that the person's records refer to", async () => {
    const world = await connectedWorld({ categories: "granted", settings: types("Parcel", "Parcel") });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addCustomObject("Order", [ada], { text: "By a reference" });
    build.addCustomObject("Parcel", [ada], { text: "By a setting" });
    delete ada.customAttributes["parcel"];
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(result.counts).to.include({ custom_objects: 2 });
    expect(world.sent.filter((call) => call.includes("custom_object"))).to.deep.equal(["GET /custom_object_instances/Parcel", "GET /custom_object_instances/Order"]);
  });

  it("are learnt wherever a record of the person refers to one: a contact, a conversation, a ticket", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const refer = (name: string): Record<string, unknown> => {
      const { id } = build.addCustomObject(name, [ada]);
      return { [name]: { type: `${name}.list`, instances: [{ id, type: name }] } };
    };
    const [ofContact, ofConversation, ofTicket] = [refer("Order"), refer("Parcel"), refer("Refund")];
    ada.customAttributes = ofContact;
    build.addConversation({ contacts: [ada], customAttributes: ofConversation });
    build.addTicket({ contacts: [ada], attributes: ofTicket });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(result.counts).to.include({ custom_objects: 3 });
  });

  it("of which no type is known are asked for nowhere: they are not counted as none, and that is said, without a gap", async () => {
    const world = await connectedWorld({ categories: "granted" });
    world.sandbox.build.addContact({ email: ADA });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(result.counts).to.include({ tickets: 0 }).and.not.have.property("custom_objects");
    expect(result.notCovered).to.deep.include({ category: "custom_objects", reason: NO_TYPE });
    expect(await world.dsr.statement(result.request.id, { language: "de" })).to.contain("  - Eigene Objekte: Intercom listet die Arten eigener Objekte eines Unternehmens nirgends auf").and.not.to.contain("Eigene Objekte: Hier");
  });

  it("that the workspace does not know are a gap, one for each", async () => {
    const world = await connectedWorld({ categories: "granted", settings: types("Misspelt", "Parcel") });
    const { build } = world.sandbox;
    const [ada] = [build.addContact({ email: ADA }), build.addContact({ email: ADA, role: "lead" })];
    build.addCustomObject("Parcel", [ada]);
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "custom_objects", code: "TYPE_NOT_READ", id: "Misspelt" }]);
    expect(result.counts).to.include({ custom_objects: 1 });
  });

  it("whose name cannot be asked for, and those beyond a hundred, are a gap and never left out in silence", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addCustomObject("Order", [ada]);
    const refers = (name: string) => ({ type: `${name}.list`, instances: [{ id: "1", type: name }] });
    ada.customAttributes["odd"] = refers("../contacts");
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "custom_objects", code: "TYPE_NOT_READ" }]);

    delete ada.customAttributes["odd"];
    for (let n = 0; n < 150; n++) {
      build.addCustomObject(`Type${n}`, []);
      ada.customAttributes[`relation ${n}`] = refers(`Type${n}`);
    }
    const many = await world.access(ADA, { reference: "again" });
    // Of those that are asked for by their type, there is none of the named ones.
    expect(many.gaps).to.deep.equal([{ category: "custom_objects", code: "TYPE_NOT_READ" }, { category: "custom_objects", code: "OBJECT_NOT_READ", have: 0, of: 99 }]);
    expect(many.counts).to.include({ custom_objects: 1 });
  });
});
