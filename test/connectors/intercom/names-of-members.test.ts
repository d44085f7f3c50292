import { expect } from "chai";
import { withoutOthers, DOUBTFUL } from "../../../connectors/intercom/other-people.js";
import type { Person } from "../../../connectors/intercom/people-in-record.js";
import { connectedWorld } from "./world.js";

const ADA = "ada@example.test";
const ada: Person = { contactIds: new Set(["own"]), isOwnAddress: (address) => address === ADA };
const contacts = (...ids: readonly string[]) => ({ type: "contact.list", contacts: ids.map((id) => ({ type: "contact", id })) });
const tom = { type: "admin", id: "5", name: "Tom Baker" };

describe("what the name of a member says, and what it does not", () => {
  it("an attribute of a ticket is set to a text under `id`, too: others are taken out of it, and in a shared ticket it is withheld", () => {
    const ticket = (id: unknown, label: unknown, ...people: readonly string[]) => ({ type: "ticket", id: "1", contacts: contacts(...people), ticket_parts: { ticket_parts: [{ type: "ticket_part", id: "9", part_type: "attribute_updated", author: { type: "bot", id: "8", name: "Fin" }, assigned_to: tom, updated_attribute_data: { attribute: { type: "attribute", id: "7", label: "Handled by" }, value: { type: "value", id, label } } }] } });
    const valueOf = (record: unknown): unknown => (withoutOthers(record, ada).data as any).ticket_parts.ticket_parts[0].updated_attribute_data.value;
    expect(valueOf({ ...ticket("Handed over to Tom Baker", "Handed over to Tom Baker", "own"), by: tom })).to.deep.equal({ type: "value", id: "Handed over to teammate 1", label: "Handed over to teammate 1" });
    expect(valueOf({ ...ticket("Tom", null, "own"), by: tom })).to.deep.equal({ type: "value", id: "teammate 1", label: null });
    expect(valueOf({ ...ticket(["7"], ["photo.png"], "own"), by: tom })).to.deep.equal({ type: "value", id: ["7"], label: ["photo.png"] });
    expect(valueOf(ticket("A secret", null, "own", "bob"))).to.equal(DOUBTFUL);
  });

  it("what stands under a name of the workspace's own is nobody's id, whatever the name resembles, and others are taken out of it", () => {
    const attributes = { referred_by_id: "CRM-881", owner_id: "HOUSEHOLD-7", teammate_ids: ["tennis club"], assigned_to: "Ada Lovelace, 12 Main Street", type: "lead", id: "7", name: "Lovelace" };
    for (const name of ["custom_attributes", "ticket_attributes", "metadata"]) expect(withoutOthers({ [name]: attributes }, ada), name).to.deep.equal({ data: { [name]: attributes }, redactions: [] });
    expect(withoutOthers({ by: tom, custom_attributes: { contact_state: "Tom Baker", account_id: "Tom" } }, ada).data).to.deep.include({ custom_attributes: { contact_state: "teammate 1", account_id: "teammate 1" } });
  });

  it("the person's own id is no teammate's", () => {
    expect(withoutOthers({ created_by_id: "own" }, ada)).to.deep.equal({ data: { created_by_id: "own" }, redactions: [] });
  });

  it("a teammate's bare id under a name that Intercom gives it becomes the same label as the teammate it is of", () => {
    for (const name of ["assigned_to", "applied_by", "created_by_id", "owner_id", "admin_assignee_id"]) {
      for (const id of ["814", 814]) expect(withoutOthers({ [name]: id, author: { type: "admin", id: "814", name: "Tom" } }, ada).data, name).to.deep.include({ [name]: "teammate 1" }).and.to.have.nested.property("author.id", "teammate 1");
    }
    expect(withoutOthers({ assigned_to: "0" }, ada)).to.deep.equal({ data: { assigned_to: "0" }, redactions: [] });
  });

  it("a text under a name that ids and states have is a text", () => {
    expect(withoutOthers({ by: tom, state: "Waits for Tom Baker" }, ada).data).to.deep.include({ state: "Waits for teammate 1" });
  });

  it("whoever something is assigned to is of the team, or nobody, of whatever kind: that shares no ticket", () => {
    for (const [assigned, label] of [[{ type: null, id: "5" }, "teammate 1"], [{ type: "ai", id: "3" }, "teammate 1"], [{ type: "nobody_admin", id: 0 }, undefined]] as const) {
      const attributes = { _default_title_: "My bicycle is broken" };
      const ticket = { type: "ticket", id: "1", contacts: contacts("own"), ticket_attributes: attributes, ticket_parts: { ticket_parts: [{ type: "ticket_part", id: "9", part_type: "assignment", author: null, assigned_to: assigned }] } };
      const { data, redactions } = withoutOthers(ticket, ada);
      expect((data as any).ticket_attributes).to.deep.equal(attributes);
      expect((data as any).ticket_parts.ticket_parts[0].assigned_to).to.deep.equal(label === undefined ? assigned : { type: assigned.type, id: label, name: label });
      expect(redactions).to.deep.equal(label === undefined ? [] : [{ rule: "teammate", count: 1 }]);
    }
  });

  it("the person's own name stays in records that name nobody but a namesake, also in those that a later process reads", async () => {
    for (const isKilled of [false, true]) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const contact = build.addContact({ email: ADA, name: "Ada Lovelace" });
      build.addConversation({ contacts: [contact], source: { from: { type: "admin", id: "77", name: "Ada Smith", email: "smith@desk.test" } as any, body: "Ada Smith here: Ada is Ada Lovelace." } });
      if (isKilled) world.sandbox.inject({ path: /conversations\/search$/, times: 4, fault: { kind: "status", status: 503 } });
      const first = await world.access(ADA, { reference: "1" });
      const result = isKilled ? (world.host.clock.jump(3_600_000), await world.again().access(ADA, { reference: "1" })) : first;
      expect([first.outcome, result.outcome]).to.deep.equal([isKilled ? "parked" : "complete", "complete"]);
      expect((world.host.packageOf(result.request.id)!.records["conversations"]![0]!.data as any).source.body).to.equal("<p>teammate 1 here: Ada is Ada Lovelace.</p>");
    }
  });
});
