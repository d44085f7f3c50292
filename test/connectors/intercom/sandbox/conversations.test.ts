import { expect } from "chai";
import { ALL_SCOPES } from "../../../../connectors/intercom/sandbox/scopes.js";
import { DescribedSandbox } from "./described-sandbox.js";

type Item = { id: string; type: string; ticket: unknown };

describe("the sandbox's conversations", () => {
  let intercom: DescribedSandbox;
  let ada: string;

  beforeEach(() => {
    intercom = new DescribedSandbox();
    ada = contact("Ada Lovelace");
  });

  const contact = (wanted: string) => [...intercom.sandbox.state.contacts.values()].find(({ name }) => name === wanted)!.id;
  const conversation = (text: string) => [...intercom.sandbox.state.conversations.values()].find(({ source }) => source.body?.includes(text))!;
  const search = (query: unknown, token = intercom.sandbox.token) => intercom.call("POST", "/conversations/search", { query }, { token });
  const ofAda = { field: "contact_ids", operator: "IN", value: [] as string[] };
  const adasOwn = (token?: string) => search({ ...ofAda, value: [ada] }, token);

  it("finds those of a contact without their parts, and tickets among them", async () => {
    const { body } = await adasOwn();
    expect(body.conversations).to.have.lengthOf(6);
    expect(body.conversations.filter(({ ticket }: Item) => ticket !== null)).to.have.lengthOf(2);
    for (const found of body.conversations) expect(found).to.not.have.property("conversation_parts");
  });

  it("leaves tickets out without a word when they may not be read", async () => {
    const token = intercom.sandbox.issueToken({ scopes: ALL_SCOPES.filter((scope) => scope !== "read_tickets") });
    const { body } = await adasOwn(token);
    expect(body.conversations).to.have.lengthOf(4);
    const [ticket] = intercom.sandbox.state.tickets.keys();
    expect((await intercom.call("GET", `/conversations/${ticket}`, undefined, { token })).status).to.equal(404);
    expect((await intercom.call("GET", `/conversations/${ticket}`)).body.ticket).to.include({ id: ticket });
  });

  it("finds those that an address started, but not those that only name it in a header", async () => {
    const byAuthor = await search({ field: "source.author.email", operator: "=", value: "ada@example.test" });
    expect(byAuthor.body.total_count).to.equal(4);
    const byHeader = await search({ field: "source.author.email", operator: "=", value: "accounts@example.test" });
    expect(byHeader.body.total_count).to.equal(0);
  });

  it("shows one with its parts, authors, rating and attachments, as HTML or as text", async () => {
    const { id } = conversation("manual");
    const { body } = await intercom.call("GET", `/conversations/${id}`);
    expect(body.conversation_parts.conversation_parts.map(({ author }: { author: { type: string } }) => author.type)).to.deep.equal(["admin", "user"]);
    expect(body.statistics.count_conversation_parts).to.equal(3);
    expect(body.conversation_rating).to.include({ rating: 5, remark: "Quick and kind" });
    const plain = await intercom.call("GET", `/conversations/${id}?display_as=plaintext`);
    expect(plain.body.source.body).to.equal("Is there a manual (https://docs.example.test/engine)?");
  });

  it("shows the newest 500 parts and the true number", async () => {
    const parts = Array.from({ length: 700 }, (_, number) => ({ body: `Part ${number}` }));
    const { id } = intercom.sandbox.build.addConversation({ contacts: [], parts });
    const { body } = await intercom.call("GET", `/conversations/${id}`);
    expect(body.conversation_parts.conversation_parts).to.have.lengthOf(500);
    expect(body.conversation_parts.conversation_parts[0].body).to.equal("<p>Part 200</p>");
    expect(body.statistics.count_conversation_parts).to.equal(701);
  });

  it("differs before 2.16 as the changelog says", async () => {
    const old = await intercom.call("GET", `/conversations/${conversation("manual").id}`, undefined, { version: "2.15" });
    expect(old.body).to.include({ priority: "not_priority", admin_assignee_id: null });
    expect((await intercom.call("GET", "/conversations/deleted", undefined, { version: "2.15" })).body.errors[0].code).to.equal("intercom_version_invalid");
    expect((await intercom.call("DELETE", `/conversations/${conversation("manual").id}`, undefined, { version: "2.12" })).status).to.equal(400);
  });

  it("deletes one and keeps its row in reporting, unless the metrics go as well", async () => {
    const kept = conversation("manual").id;
    const erased = conversation("invoice").id;
    expect((await intercom.call("DELETE", `/conversations/${kept}`)).body).to.deep.equal({ id: kept, object: "conversation", deleted: true });
    await intercom.call("DELETE", `/conversations/${erased}?retain_metrics=false`);
    expect((await intercom.call("GET", `/conversations/${kept}`)).body.errors[0].message).to.equal("Resource Not Found");
    const { body } = await intercom.call("GET", "/conversations/deleted");
    expect(body.conversations.map(({ id, metrics_retained }: { id: string; metrics_retained: boolean }) => [id, metrics_retained])).to.deep.equal([[erased, false], [kept, true]]);
    expect([...intercom.sandbox.state.reporting.values()].map(({ rating }) => rating?.remark)).to.deep.equal(["Quick and kind"]);
  });

  it("needs a permission of its own to erase metrics", async () => {
    const token = intercom.sandbox.issueToken({ scopes: ["write_conversations"] });
    const path = `/conversations/${conversation("manual").id}`;
    const refused = await intercom.call("DELETE", `${path}?retain_metrics=false`, undefined, { token });
    expect(refused.status).to.equal(403);
    expect(refused.body.errors[0].message).to.contain("delete_conversations_and_metrics");
    expect((await intercom.call("DELETE", path, undefined, { token })).status).to.equal(200);
  });

  it("pages the deleted ones by a link, sixty at most", async () => {
    for (let number = 0; number < 70; number += 1) {
      const { id } = intercom.sandbox.build.addConversation({ contacts: [] });
      await intercom.call("DELETE", `/conversations/${id}`);
    }
    const { body } = await intercom.call("GET", "/conversations/deleted?per_page=100&order=desc");
    expect(body.conversations).to.have.lengthOf(60);
    expect(body.pages.next).to.equal("https://api.intercom.io/conversations/deleted?per_page=60&order=desc&page=2");
    expect((await intercom.call("GET", "/conversations/deleted?per_page=60&page=2")).body.conversations).to.have.lengthOf(10);
  });

  it("go with their contact after a while, and leave the rating behind", async () => {
    const own = conversation("manual").id;
    await intercom.call("DELETE", `/contacts/${ada}`);
    intercom.advance(59_999);
    expect((await intercom.call("GET", `/conversations/${own}`)).status).to.equal(200);
    intercom.advance(1);
    expect((await intercom.call("GET", `/conversations/${own}`)).status).to.equal(404);
    expect(intercom.sandbox.state.reporting.get(own)?.rating).to.include({ rating: 5 });
    const group = conversation("Hello").id;
    expect((await intercom.call("GET", `/conversations/${group}`)).status).to.equal(200);
  });

  it("replaces a redacted text and leaves its author named", async () => {
    const { id, parts, source } = conversation("manual");
    const redact = (body: unknown) => intercom.call("POST", "/conversations/redact", body);
    const { body } = await redact({ type: "conversation_part", conversation_id: id, conversation_part_id: parts[1]!.id });
    const [, part] = body.conversation_parts.conversation_parts;
    expect(part).to.include({ redacted: true, body: "<p><i>This message was deleted</i></p>" });
    expect(part.author.email).to.equal("ada@example.test");
    expect((await redact({ type: "source", conversation_id: id, source_id: source.id })).body.source.redacted).to.equal(true);
    expect((await redact({ type: "source", conversation_id: id, source_id: "0" })).status).to.equal(404);
  });

  it("lets a participant leave a group, but not the last one", async () => {
    const group = conversation("Hello");
    const detach = (id: string, body: unknown = { admin_id: "1" }) => intercom.call("DELETE", `/conversations/${group.id}/customers/${id}`, body);
    expect((await detach(ada, {})).status).to.equal(400);
    expect((await detach(ada)).body.customers).to.have.lengthOf(1);
    expect((await detach(ada)).status).to.equal(404);
    expect((await detach(contact("Charles Babbage"))).body.errors[0].code).to.equal("parameter_invalid");
  });

  it("serves attachments by signed links that end, without a token", async () => {
    const { id } = conversation("manual");
    const read = async () => (await intercom.call("GET", `/conversations/${id}`)).body.source.attachments[0];
    const attachment = await read();
    const download = async (url: string) => intercom.sandbox.fetch(new Request(url));
    const response = await download(attachment.url);
    expect(response.status).to.equal(200);
    expect((await response.arrayBuffer()).byteLength).to.equal(attachment.filesize);
    expect((await download(attachment.url.replace(/signature=./, "signature=x"))).status).to.equal(403);
    intercom.advance(1_800_000);
    expect((await download(attachment.url)).status).to.equal(403);
    expect((await download((await read()).url)).status).to.equal(200);
    const { kind, carriedToken } = intercom.sandbox.calls.records.at(-1)!;
    expect([kind, carriedToken]).to.deep.equal(["file", false]);
  });

  it("no longer serves the attachments of a deleted one", async () => {
    const { id } = conversation("manual");
    const { url } = (await intercom.call("GET", `/conversations/${id}`)).body.source.attachments[0];
    await intercom.call("DELETE", `/conversations/${id}`);
    expect((await intercom.sandbox.fetch(new Request(url))).status).to.equal(404);
  });

  it("suffers faults of deletion as contacts do", async () => {
    const { id } = conversation("manual");
    const path = `/conversations/${id}`;
    intercom.sandbox.inject({ method: "DELETE", fault: { kind: "acknowledged_without_effect" } });
    expect((await intercom.call("DELETE", path)).body.deleted).to.equal(true);
    expect((await intercom.call("GET", path)).status).to.equal(200);
    intercom.sandbox.inject({ method: "DELETE", fault: { kind: "still_readable_for", durationMs: 5_000 } });
    await intercom.call("DELETE", path);
    expect((await intercom.call("GET", path)).status).to.equal(200);
    intercom.advance(5_000);
    expect((await intercom.call("GET", path)).status).to.equal(404);
  });

  it("goes once, however often its deletion is ordered while it is under way", async () => {
    const { id } = conversation("manual");
    intercom.sandbox.inject({ method: "DELETE", fault: { kind: "still_readable_for", durationMs: 5_000 }, times: 2 });
    await intercom.call("DELETE", `/conversations/${id}?retain_metrics=false`);
    await intercom.call("DELETE", `/conversations/${id}?retain_metrics=true`);
    intercom.advance(5_000);
    await intercom.call("GET", `/conversations/${id}`);
    const { state, calls } = intercom.sandbox;
    expect([state.deletedConversations.map((each) => each.id), state.reporting.has(id), calls.records.map(({ effect }) => effect)]).to.deep.equal([[id], false, [true, false, false]]);
  });
});
