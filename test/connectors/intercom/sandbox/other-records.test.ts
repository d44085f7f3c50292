import { expect } from "chai";
import { ALL_SCOPES } from "../../../../connectors/intercom/sandbox/scopes.js";
import { DescribedSandbox } from "./described-sandbox.js";

const DAY_MS = 86_400_000;

describe("the sandbox's other records", () => {
  let intercom: DescribedSandbox;
  let ada: string;

  beforeEach(() => {
    intercom = new DescribedSandbox();
    ada = [...intercom.sandbox.state.contacts.values()].find(({ name }) => name === "Ada Lovelace")!.id;
  });

  const without = (scope: string) => ({ token: intercom.sandbox.issueToken({ scopes: ALL_SCOPES.filter((other) => other !== scope) }) });

  it("finds, shows and deletes tickets by their internal id", async () => {
    const { body } = await intercom.call("POST", "/tickets/search", { query: { field: "contact_ids", operator: "IN", value: [ada] } });
    expect(body.tickets).to.have.lengthOf(2);
    const { id, ticket_id } = body.tickets.find(({ category }: { category: string }) => category === "Customer");
    expect((await intercom.call("GET", `/tickets/${ticket_id}`)).status).to.equal(404);
    const { body: ticket } = await intercom.call("GET", `/tickets/${id}`);
    expect(ticket.ticket_attributes.files[0].url).to.match(/^https:\/\/downloads\.intercomcdn\.com\/files\//);
    expect(ticket.ticket_parts.ticket_parts).to.have.lengthOf(1);
    expect((await intercom.call("DELETE", `/tickets/${id}`)).body).to.deep.equal({ id, object: "ticket", deleted: true });
    expect((await intercom.call("DELETE", `/tickets/${id}`)).body.errors[0].code).to.equal("ticket_not_found");
    intercom.advance(5_000);
    expect((await intercom.call("POST", "/tickets/search", { query: { field: "contact_ids", operator: "IN", value: [ada] } })).body.total_count).to.equal(1);
  });

  it("keeps tickets from whoever may not read or write them", async () => {
    const [id] = intercom.sandbox.state.tickets.keys();
    expect((await intercom.call("GET", `/tickets/${id}`, undefined, without("read_tickets"))).status).to.equal(401);
    expect((await intercom.call("DELETE", `/tickets/${id}`, undefined, without("write_tickets"))).status).to.equal(401);
  });

  it("lists events of 90 days newest first, page by page, and counts all of them in the summary", async () => {
    const path = `/events?type=user&intercom_user_id=${ada}`;
    const seen: number[] = [];
    let query = `${path}&per_page=2`;
    for (;;) {
      const { body } = await intercom.call("GET", query);
      seen.push(...body.events.map(({ metadata }: { metadata: { cards: number } }) => metadata.cards));
      if (body.pages.next === undefined) break;
      const next = new URL(body.pages.next);
      expect(next.origin).to.equal("https://api.intercom.io");
      query = `${path}&per_page=2&before=${next.searchParams.get("before")}`;
    }
    expect(seen).to.deep.equal([1, 2, 3]);
    intercom.advance(88 * DAY_MS);
    expect((await intercom.call("GET", path)).body.events).to.have.lengthOf(1);
    const { body: summary } = await intercom.call("GET", `${path}&summary=true`);
    expect(summary.type).to.equal("event.summary");
    expect(summary.events[0]).to.include({ name: "card-punched", count: 4 });
  });

  it("shows no event twice and loses none when many share a second", async () => {
    const contact = intercom.sandbox.state.contacts.get(ada)!;
    for (let number = 0; number < 40; number += 1) intercom.sandbox.build.addEvent(contact, "burst", intercom.now);
    const ids: string[] = [];
    let before = "";
    for (;;) {
      const { body } = await intercom.call("GET", `/events?type=user&intercom_user_id=${ada}${before}`);
      ids.push(...body.events.map(({ id }: { id: string }) => id));
      if (body.pages.next === undefined) break;
      before = `&before=${new URL(body.pages.next).searchParams.get("before")}`;
    }
    expect(ids).to.have.lengthOf(43);
    expect(new Set(ids).size).to.equal(43);
  });

  it("names leads by their id only when it lists events", async () => {
    const lead = [...intercom.sandbox.state.contacts.values()].find(({ email, role }) => email === "ada@example.test" && role === "lead")!;
    expect((await intercom.call("GET", `/events?type=user&intercom_user_id=${lead.id}`)).body.events).to.have.lengthOf(1);
    expect((await intercom.call("GET", "/events?type=user&email=lead.only@example.test")).status).to.equal(404);
    expect((await intercom.call("GET", "/events?type=lead&intercom_user_id=x")).status).to.equal(400);
    expect((await intercom.call("GET", `/events?type=user&intercom_user_id=${ada}`, undefined, without("read_events"))).status).to.equal(401);
  });

  it("finds calls by up to twenty conversations, with transcript and recording", async () => {
    const [call] = intercom.sandbox.state.phoneCalls.values();
    const search = (conversation_ids: string[]) => intercom.call("POST", "/calls/search", { conversation_ids });
    const { body } = await search([call!.conversationId]);
    expect(body.data[0]).to.include({ id: call!.id, contact_id: ada, transcript_status: "completed" });
    expect((await search([])).body.errors[0].code).to.equal("conversation_id_limit_exceeded");
    expect((await search(Array.from({ length: 21 }, String))).status).to.equal(400);
    expect((await intercom.call("GET", `/calls/${call!.id}/transcript`)).body.text).to.match(/^Ada Lovelace: Can you hear me\?\n/);
    const request = new Request(`https://api.intercom.io/calls/${call!.id}/recording`, { redirect: "manual", headers: { authorization: `Bearer ${intercom.sandbox.token}`, "intercom-version": "2.16" } });
    const recording = await intercom.sandbox.fetch(request);
    expect(recording.status).to.equal(302);
    expect((await intercom.sandbox.fetch(new Request(recording.headers.get("location")!))).headers.get("content-type")).to.equal("audio/mpeg");
  });

  it("lists custom objects of a contact by type, and deletes one", async () => {
    const { body: contact } = await intercom.call("GET", `/contacts/${ada}`);
    expect(contact.custom_attributes.order.type).to.equal("Order.list");
    const list = () => intercom.call("GET", `/custom_object_instances/Order?references_contact_id=${ada}`);
    const { body } = await list();
    expect(body.data).to.have.lengthOf(1);
    expect((await intercom.call("GET", "/custom_object_instances/Ship")).body.errors[0].message).to.equal("Custom object type `Ship` not found");
    const path = `/custom_object_instances/Order/${body.data[0].id}`;
    expect((await intercom.call("DELETE", path)).body).to.deep.equal({ id: body.data[0].id, object: "Order", deleted: true });
    expect((await intercom.call("DELETE", path)).status).to.equal(404);
    expect((await list()).body.total_count).to.equal(0);
    expect((await intercom.call("GET", `/contacts/${ada}`)).body.custom_attributes).to.not.have.property("order");
    expect((await intercom.call("GET", "/custom_object_instances/Order", undefined, without("custom_objects"))).status).to.equal(403);
  });

  it("tells a user's merged leads page by page, and nothing of a lead", async () => {
    const user = intercom.sandbox.build.addContact({ email: "many@example.test" });
    for (let number = 0; number < 3; number += 1) intercom.sandbox.build.mergeContact(intercom.sandbox.build.addContact({ role: "lead" }), user);
    const first = await intercom.call("GET", `/contacts/${user.id}/merge_history?per_page=2`);
    expect(first.body).to.include({ has_more: true });
    const second = await intercom.call("GET", `/contacts/${user.id}/merge_history?per_page=2&cursor=${first.body.next_cursor}`);
    expect(second.body).to.deep.include({ has_more: false, next_cursor: null });
    expect(second.body.data).to.have.lengthOf(1);
    const lead = [...intercom.sandbox.state.contacts.values()].find(({ name }) => name === "Curious Visitor")!;
    expect((await intercom.call("GET", `/contacts/${lead.id}/merge_history`)).status).to.equal(404);
  });

  it("lists who is inactive, and why, to Preview only", async () => {
    const list = (query = "") => intercom.call("GET", `/contacts/deleted?per_page=150${query}`, undefined, { version: "Preview" });
    const statusOf = async (email: string, query = "") =>
      (await list(query)).body.data.find((item: { email: string }) => item.email === email)?.status;
    expect(await statusOf("archived@example.test")).to.equal("archived");
    expect(await statusOf("blocked@example.test")).to.equal("blocked");
    expect(await statusOf("merged@example.test")).to.equal("merged");
    expect((await intercom.call("GET", "/contacts/deleted", undefined, { version: "2.16" })).status).to.equal(400);

    const special = intercom.sandbox.build.addContact({ email: "o'neil&sons@example.test", status: "archived" });
    expect(await statusOf("o&#39;neil&amp;sons@example.test")).to.equal("archived");
    expect(await statusOf("o'neil&sons@example.test", "&escape_identity=false")).to.equal("archived");
    await intercom.call("DELETE", `/contacts/${special.id}`);
    expect(await statusOf("o'neil&sons@example.test", "&escape_identity=false")).to.equal("pending_deletion");
    intercom.advance(7 * DAY_MS);
    const gone = (await list()).body.data.find(({ id }: { id: string }) => id === special.id);
    expect(gone).to.deep.include({ status: "permanently_deleted", email: null, external_id: null });
  });

  it("pages the inactive ones by ten, and refuses a page size that is no number", async () => {
    for (let number = 0; number < 15; number += 1) intercom.sandbox.build.addContact({ email: `gone${number}@example.test`, status: "archived" });
    const { body } = await intercom.call("GET", "/contacts/deleted", undefined, { version: "Preview" });
    expect(body.data).to.have.lengthOf(10);
    expect(body.pages.next).to.equal("https://api.intercom.io/contacts/deleted?page=2&per_page=10");
    expect((await intercom.call("GET", "/contacts/deleted?per_page=abc", undefined, { version: "Preview" })).body.errors[0].code).to.equal("invalid_per_page");
  });

  it("lists the teammates", async () => {
    const { body } = await intercom.call("GET", "/admins");
    expect(body.admins[0]).to.include({ email: "teammate1@example.test" });
    expect((await intercom.call("GET", "/admins", undefined, without("read_admins"))).status).to.equal(401);
  });
});
