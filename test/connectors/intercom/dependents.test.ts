import { expect } from "chai";
import type { DeletionResult } from "../../../core/index.js";
import { addOrdersOfWhichOneGoes, connectedWorld, forgetCalls, mutations, type World } from "./world.js";

const JANE = "jane@example.test";

describe("what hangs on a contact that is deleted at Intercom", () => {
  let world: World;
  const start = async (sandbox: Parameters<typeof connectedWorld>[0] = {}) => (world = await connectedWorld({ categories: "granted", ...sandbox }));
  beforeEach(() => start());

  const jane = () => world.sandbox.build.addContact({ email: JANE, externalId: "1" });
  const staying = (planned: DeletionResult) => world.dsr.delete(planned.plan!.id, planned.plan!.confirm, { waitForAllLooks: true });
  const states = ({ dependents = [] }: DeletionResult) => Object.fromEntries(dependents.map(({ id, state }) => [id, state]));
  const remaining = ({ residuals }: DeletionResult) => residuals.flatMap(({ code, id }) => (id === undefined ? [] : [`${code} ${id}`]));

  /** One of each kind, and a group with somebody else. */
  const plant = () => {
    const contact = jane();
    const other = world.sandbox.build.addContact({ email: "other@example.test" });
    const conversation = world.sandbox.build.addConversation({ contacts: [contact] });
    const group = world.sandbox.build.addConversation({ contacts: [contact, other] });
    const ticket = world.sandbox.build.addTicket({ contacts: [contact] });
    const order = world.sandbox.build.addCustomObject("Order", [contact]);
    return { contact, other, conversation: conversation.id, group: group.id, ticket: ticket.id, order: `Order:${order.id}` };
  };

  it("V6: is written down by its id before the contact is deleted", async () => {
    const { contact, conversation, group, ticket, order } = plant();
    const planned = await world.plan(JANE);
    expect(planned.plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
    expect(planned.plan!.dependents).to.have.deep.members([
      { category: "conversation", id: conversation },
      { category: "conversation", id: group },
      { category: "ticket", id: ticket },
      { category: "custom_object", id: order },
    ]);
    await world.execute(planned);
    const kinds = (await world.host.journal.entries(planned.request.id)).map(({ kind }) => kind);
    expect(kinds.indexOf("planned")).to.be.greaterThan(-1).and.lessThan(kinds.indexOf("intent"));
  });

  it("V6: is looked at by its id once the contact is gone, and what can still be read is among what remains", async () => {
    const { contact, conversation, group, ticket, order } = plant();
    const planned = await world.plan(JANE);
    forgetCalls(world);
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("verified");
    const looks = world.sent.slice(world.sent.indexOf(`GET /contacts/${contact.id}`, world.sent.indexOf(`DELETE /contacts/${contact.id}`)) + 1);
    expect(looks).to.have.members([`GET /conversations/${conversation}`, `GET /conversations/${group}`, `GET /tickets/${ticket}`, `GET /custom_object_instances/${order.replace(":", "/")}`]);
    expect(states(result)).to.deep.equal({ [conversation]: "present", [group]: "present", [ticket]: "present", [order]: "present" });
    expect(remaining(result)).to.have.members([conversation, group, ticket, order].map((id) => `STILL_READABLE ${id}`));
    expect(mutations(world)).to.deep.equal([`DELETE /contacts/${contact.id}`]);
  });

  it("V6: is followed until Intercom has removed it, where a run stays for that, and Intercom's own list names it", async () => {
    const { conversation, group, ticket, order } = plant();
    const result = await staying(await world.plan(JANE));
    expect(states(result)).to.deep.equal({ [conversation]: "absent", [group]: "present", [ticket]: "present", [order]: "present" });
    expect(remaining(result)).to.have.members([group, ticket, order].map((id) => `STILL_READABLE ${id}`));
    expect(result.dependents!.find(({ id }) => id === conversation)).to.have.property("listedAt");
    expect(world.sent.filter((call) => call === `GET /tickets/${ticket}`), "what Intercom is not said to remove is looked at once").to.have.lengthOf(1);
  });

  it("V6: is looked at again a quarter of an hour later, and with each later look, where a run did not stay; what has gone by then remains no longer", async () => {
    const { conversation, group, ticket, order } = plant();
    const { request } = await world.execute(await world.plan(JANE));
    await world.host.clock.advance(world.host.timings.lagLookMs);
    expect((await world.dsr.upkeep()).tended.map(({ done }) => done)).to.deep.equal([["looked_again"]]);
    const result = (await world.dsr.result(request.id)) as DeletionResult;
    expect(states(result)).to.deep.equal({ [conversation]: "absent", [group]: "present", [ticket]: "present", [order]: "present" });
    expect(remaining(result)).to.have.members([group, ticket, order].map((id) => `STILL_READABLE ${id}`));
    expect(JSON.stringify((await world.dsr.evidence(request.id)).records.map(({ fact }) => fact))).to.match(/"followed":\[.*"answer":"absent","category":"conversation"/);
    await world.host.clock.advance(86_400_000);
    forgetCalls(world);
    await world.dsr.upkeep();
    expect(world.sent).to.include(`GET /tickets/${ticket}`);
    expect(world.sent).not.to.include(`GET /conversations/${conversation}`);
  });

  it("V6: is gone without being listed where Intercom does not list it", async () => {
    await start({ sandbox: { switches: { cascadeListsConversations: false } } });
    const { conversation } = plant();
    const result = await staying(await world.plan(JANE));
    expect(result.dependents!.find(({ id }) => id === conversation)).to.include({ state: "absent" }).and.not.to.have.property("listedAt");
  });

  for (const [ticketsOnContactDelete, customObjectsOnContactDelete, groupOnContactDelete, state] of [["deleted", "deleted", "deleted", "absent"], ["kept", "kept", "detached", "present"]] as const) {
    it(`V6: is reported as it is, whatever Intercom does with it (${groupOnContactDelete})`, async () => {
      await start({ sandbox: { cascadeDelayMs: 0, switches: { ticketsOnContactDelete, customObjectsOnContactDelete, groupOnContactDelete } } });
      const { conversation, group, ticket, order } = plant();
      const result = await world.erase(JANE);
      expect(states(result)).to.deep.equal({ [conversation]: "absent", [group]: state, [ticket]: state, [order]: state });
      expect(remaining(result)).to.have.lengthOf(state === "absent" ? 0 : 3);
    });
  }

  it("V6: that has come since the plan is written down before the contact is deleted, and looked at as well", async () => {
    const { contact } = plant();
    const planned = await world.plan(JANE);
    const { id } = world.sandbox.build.addConversation({ contacts: [contact] });
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("verified");
    expect(states(result)).to.include({ [id]: "present" });
    expect(remaining(result)).to.include(`STILL_READABLE ${id}`);
    const entries = await world.host.journal.entries(planned.request.id);
    const surveyed = entries.findIndex((entry) => entry.kind === "surveyed" && entry.dependents.some((each) => each.id === id));
    expect(surveyed).to.be.greaterThan(-1).and.lessThan(entries.findIndex(({ kind }) => kind === "intent"));
  });

  it("V6: is not looked at as long as the contact is there", async () => {
    const { conversation } = plant();
    const planned = await world.plan(JANE);
    forgetCalls(world);
    world.sandbox.inject({ method: "DELETE", fault: { kind: "deleted_false" } });
    const result = await world.execute(planned);
    expect(states(result)[conversation]).to.equal("unknown");
    expect(remaining(result)).to.deep.equal([]);
    expect(world.sent).not.to.include(`GET /conversations/${conversation}`);
  });

  it("V6: that a cancelled deletion did not come to is named as not looked at", async () => {
    const { contact, conversation } = plant();
    const lead = world.sandbox.build.addContact({ email: JANE, role: "lead" });
    const leads = world.sandbox.build.addConversation({ contacts: [lead] }).id;
    const planned = await world.plan(JANE);
    world.sandbox.inject({ method: "DELETE", fault: { kind: "rewrite", rewrite: (body) => (void world.host.journal.requestCancel(planned.request.id), body) } });
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("cancelled");
    // Which of them comes first is a matter of their ids.
    const gone = result.targets.filter(({ outcome }) => outcome === "deleted").map(({ id }) => id);
    expect(gone).to.have.lengthOf(1);
    expect(remaining(result)).to.include(`NOT_LOOKED_AT ${gone[0] === contact.id ? conversation : leads}`);
  });

  for (const erase of ["subject", "related"] as const) {
    it(`is told to stay where it is a phone call, which Intercom lets nobody delete, in the plan and in the statement (${erase})`, async () => {
      const { build } = world.sandbox;
      const contact = build.addContact({ email: JANE });
      const id = build.addConversation({ contacts: [contact], channel: "phone_call" }).id;
      build.addConversation({ contacts: [contact] });
      const result = await world.erase(JANE, { erase });
      expect(result.outcome).to.equal("verified");
      expect(result.plan!.kept.map((each) => `${each.category} ${each.id}`)).to.deep.equal([`call ${id}:call`]);
      const statement = await world.dsr.statement(result.request.id);
      expect(statement.slice(statement.indexOf("5. What remains"), statement.indexOf("6. "))).to.contain("Phone calls (1 record): Intercom offers no deletion of a phone call, and does not say whether one goes with its conversation.");
    });
  }

  it("is told to be unseen where it is a phone call and conversations, which show it, are not read", async () => {
    world = await connectedWorld({ categories: ["calls"] });
    world.sandbox.build.addContact({ email: JANE });
    expect((await world.plan(JANE)).plan!.unseen).to.deep.include({ category: "calls", scope: "Read conversations" });
  });

  it("is not found where its permission is not granted, which the plan says with the vendor's words", async () => {
    world = await connectedWorld();
    plant();
    const { plan } = await world.plan(JANE);
    expect(plan!.dependents).to.deep.equal([]);
    expect(plan!.unseen).to.deep.equal([
      { category: "conversations", scope: "Read conversations" },
      { category: "calls", scope: "Read conversations" },
      { category: "tickets", scope: "Read tickets" },
      { category: "custom_objects", scope: "Read and write custom object instances" },
    ]);
    expect(world.sent).to.deep.equal(["POST /contacts/search"]);
  });

  it("is warned of where it is open, others take part in it, or the person was there lately", async () => {
    const { build } = world.sandbox;
    const [recently, long] = [2, 30].map((days) => Math.floor(build.daysAgo(days) / 1000));
    const contact = build.addContact({ email: JANE, extra: { last_seen_at: recently, last_replied_at: long } });
    const idle = build.addContact({ email: JANE, role: "lead", extra: { last_seen_at: long, last_replied_at: null } });
    const replied = build.addContact({ email: JANE, role: "lead", extra: { last_seen_at: long, last_replied_at: recently } });
    const other = build.addContact({ email: "other@example.test" });
    const [open, closed] = [build.addConversation({ contacts: [contact], open: true }), build.addConversation({ contacts: [idle] })];
    const [ticket, shared] = [build.addTicket({ contacts: [contact], open: true }), build.addTicket({ contacts: [contact, other] })];
    const group = build.addConversation({ contacts: [contact, other] });
    const { plan } = await world.plan(JANE);
    expect(plan!.warnings).to.have.deep.members([
      { code: "RECENTLY_ACTIVE", id: contact.id },
      { code: "RECENTLY_ACTIVE", id: replied.id },
      { code: "OPEN_CONVERSATION", id: open.id },
      { code: "OPEN_TICKET", id: ticket.id },
      { code: "OTHER_PEOPLE_AFFECTED", id: group.id },
      { code: "OTHER_PEOPLE_AFFECTED", id: shared.id },
    ]);
    expect(JSON.stringify(plan!.warnings)).not.to.contain(closed.id);
  });

  for (const [what, path, more, numbers] of [
    ["conversations", /conversations\/search$/, { total_count: 99 }, { category: "conversations", gap: "COUNT_MISMATCH", of: 99 }],
    ["tickets", /tickets\/search$/, { total_count: 99 }, { category: "tickets", gap: "COUNT_MISMATCH", of: 99 }],
    ["custom objects", /^\/custom_object_instances\//, { pages: { next: "/custom_object_instances/Order?page=2" } }, { category: "custom_objects", gap: "PAGING" }],
    ["custom objects that it counts and does not show", /^\/custom_object_instances\//, { total_count: 5 }, { category: "custom_objects", gap: "COUNT_MISMATCH", have: 1, of: 5 }],
    ["custom objects that it counts as text", /^\/custom_object_instances\//, { total_count: "5" }, { category: "custom_objects", gap: "COUNT_MISMATCH", have: 1, of: 5 }],
  ] as const) {
    it(`is warned of where Intercom's own list of it stays incomplete: ${what}`, async () => {
      plant();
      world.sandbox.inject({ path, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ...more, ...("pages" in more ? { data: [{ id: "1", type: "Order" }] } : {}) }) } });
      const { warnings } = (await world.plan(JANE)).plan!;
      expect(warnings.filter(({ code }) => code === "RELATED_INCOMPLETE")).to.have.lengthOf(1).and.to.have.nested.property("[0]").that.includes(numbers);
    });
  }

  it("is found for each of more than fifty contacts, and each type that one of their tickets refers to", async () => {
    const { build } = world.sandbox;
    const leads = Array.from({ length: 51 }, () => build.addContact({ email: JANE, role: "lead" }));
    const order = build.addCustomObject("Order", leads.slice(0, 1));
    leads[0]!.customAttributes = {};
    const attributes = { order: { type: "Order.list", instances: [{ id: order.id, type: "Order" }] } };
    const tickets = leads.map((lead, n) => build.addTicket({ contacts: [lead], ...(n === 0 ? { attributes } : {}) }));
    const { plan } = await world.plan(JANE);
    expect(plan!.dependents).to.have.deep.members([...tickets.map(({ id }) => ({ category: "ticket", id })), { category: "custom_object", id: `Order:${order.id}` }]);
  });

  it("is found on every page of its list, and a type that cannot be asked for is a warning", async () => {
    const contact = jane();
    for (let n = 0; n < 160; n++) world.sandbox.build.addCustomObject("Order", [contact]);
    const { plan } = await world.plan(JANE);
    expect([plan!.dependents!.length, plan!.warnings.map(({ code }) => code)]).to.deep.equal([160, []]);
    contact.customAttributes["odd"] = { type: "odd.list", instances: [{ id: "1", type: "../contacts" }] };
    expect((await world.plan(JANE)).plan!.warnings.map(({ code }) => code)).to.deep.equal(["RELATED_INCOMPLETE"]);
  });

  it("is warned of where the workspace does not know a type that the contact refers to, and not where a type holds nothing of the person", async () => {
    const contact = jane();
    world.sandbox.build.addCustomObject("Order", [contact]);
    world.sandbox.build.addCustomObject("Invoice", [world.sandbox.build.addContact({ email: "other@example.test" })]);
    contact.customAttributes["bill"] = { type: "Invoice.list", instances: [{ id: "1", type: "Invoice" }] };
    expect((await world.plan(JANE)).plan!.warnings).to.deep.equal([]);
    contact.customAttributes["gone"] = { type: "Gadget.list", instances: [{ id: "1", type: "Gadget" }] };
    const { plan } = await world.plan(JANE);
    expect([plan!.warnings, plan!.dependents!.length]).to.deep.equal([[{ code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "TYPE_NOT_READ", id: "Gadget" }], 1]);
  });

  it("is found once where a page of it shows the same objects again, which makes up for none that is not shown", async () => {
    const contact = jane();
    const [first = "", second = ""] = [1, 2].map(() => world.sandbox.build.addCustomObject("Order", [contact]).id);
    const twice = (body: any) => ({ ...body, data: [body.data[0], body.data[0]] });
    world.sandbox.inject({ path: /^\/custom_object_instances\//, times: Infinity, fault: { kind: "rewrite", rewrite: twice } });
    const { plan } = await world.plan(JANE);
    expect(plan!.dependents!.map(({ id }) => id)).to.have.lengthOf(1).and.include.oneOf([`Order:${first}`, `Order:${second}`]);
    expect(plan!.warnings).to.deep.equal([{ code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "COUNT_MISMATCH", id: contact.id, have: 1, of: 2 }]);
  });

  it("is counted as its first page does, where some goes from the list before the next one is read", async () => {
    const contact = jane();
    addOrdersOfWhichOneGoes(world, contact);
    expect((await world.plan(JANE)).plan!.warnings).to.deep.equal([{ code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "COUNT_MISMATCH", id: contact.id, have: 2, of: 3 }]);
  });

  it("is planned of no other contact than the one that was asked for", async () => {
    const { contact } = plant();
    world.sandbox.inject({ method: "GET", path: new RegExp(`^/contacts/${contact.id}$`), times: Infinity, fault: { kind: "wrong_object" } });
    expect(await world.plan(JANE)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, plan: null });
  });

  it("is found over all pages of a search", async () => {
    const contact = jane();
    const ids = Array.from({ length: 320 }, () => world.sandbox.build.addConversation({ contacts: [contact] }).id);
    const { plan } = await world.plan(JANE);
    expect(plan!.dependents!.map(({ id }) => id)).to.have.members(ids);
    expect(world.sent.filter((call) => call === "POST /conversations/search")).to.have.lengthOf(3);
  });
});
