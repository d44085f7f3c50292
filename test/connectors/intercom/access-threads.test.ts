import { expect } from "chai";
import type { CollectedRecord, JournalEntry } from "../../../core/index.js";
import { ALL_SCOPES, type ScopeId } from "../../../connectors/intercom/sandbox/scopes.js";
import { connectedWorld, createWorld, forgetCalls, mutations, type World, type WorldOptions } from "./world.js";

type Builders = World["sandbox"]["build"];
type ContactRecord = ReturnType<Builders["addContact"]>;

const ADA = "ada@example.test";
const granted = (options: WorldOptions = {}) => connectedWorld({ categories: "granted", ...options });
const recordsOf = (world: World, id: string): Readonly<Record<string, readonly CollectedRecord[]>> => world.host.packageOf(id)!.records;

async function pagesOf(world: World, id: string): Promise<readonly Extract<JournalEntry, { kind: "page" }>[]> {
  return (await world.host.journal.entries(id)).flatMap((entry) => (entry.kind === "page" ? [entry] : []));
}

function totalOf(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const [category, count] of all.flatMap((counts) => Object.entries(counts))) total[category] = (total[category] ?? 0) + count;
  return total;
}

async function withoutScopes(...scopes: readonly ScopeId[]): Promise<World> {
  const world = createWorld({ categories: "granted", sandbox: { fixture: "small" } });
  await world.connect(world.sandbox.issueToken({ scopes: ALL_SCOPES.filter((scope) => !scopes.includes(scope)) }));
  forgetCalls(world);
  return world;
}

describe("access to more than contacts at Intercom", () => {
  it("puts every conversation, ticket, call, event and object of the person into the package, once", async () => {
    const world = await granted({ sandbox: { fixture: "small" } });
    const { state } = world.sandbox;
    const result = await world.access(ADA);
    const ids = result.matches.map(({ id }) => id);
    const mine = <T extends { readonly contactIds: readonly string[] }>(all: Iterable<T>) => [...all].filter(({ contactIds }) => contactIds.some((id) => ids.includes(id)));
    const records = recordsOf(world, result.request.id);
    const idsOf = (category: string) => records[category]!.map(({ id }) => id).sort();
    const conversations = mine(state.conversations.values());
    expect(idsOf("conversations")).to.deep.equal(conversations.map(({ id }) => id).sort());
    expect(idsOf("tickets")).to.deep.equal(mine(state.tickets.values()).map(({ id }) => id).sort());
    expect(idsOf("calls")).to.deep.equal([...state.phoneCalls.keys()]);
    expect(idsOf("custom_objects")).to.deep.equal(mine(state.customObjects.values()).map(({ type, id }) => `${type}:${id}`));
    const listed = ids.flatMap((id) => state.contacts.get(id)!.events).filter(({ createdAt }) => world.host.clock.now() - createdAt < 90 * 86_400_000);
    expect(idsOf("events")).to.deep.equal(listed.map(({ id }) => id).sort());
    expect(idsOf("event_summaries")).to.deep.equal([...ids].sort());
    expect(result.counts).to.include({
      conversations: conversations.length,
      conversation_parts: conversations.reduce((sum, { parts }) => sum + parts.length, 0),
      tickets: 2,
      ticket_parts: 1,
      attachments: 2,
    });
    expect(result.outcome).to.equal("complete_with_gaps");
    expect(result.gaps.map(({ category, code, have, of }) => [category, code, have, of])).to.have.deep.members([
      ["events", "EVENTS_90_DAYS", 3, 4],
    ]);
    expect(mutations(world).filter((call) => !call.endsWith("/search"))).to.deep.equal([]);
  });

  it("announces each record once that the vendor counts before it is read, whatever is read again", async () => {
    const world = await granted({ sandbox: { fixture: "small" } });
    // The search is done again where it was shorter than it says.
    world.sandbox.inject({ path: /conversations\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.slice(1) }) } });
    const result = await world.access(ADA);
    const pages = await pagesOf(world, result.request.id);
    const [announced, read] = [totalOf(pages.map((page) => page.announced ?? {})), totalOf(pages.map((page) => page.counts))];
    expect(announced).to.have.all.keys("contacts", "companies", "notes", "tags", "subscriptions", "tickets", "conversations");
    for (const [category, count] of Object.entries(announced)) expect(read[category], category).to.equal(count);
    // Before the first of them, so that it can be told what is left.
    expect(pages.findIndex((page) => (page.announced?.["conversations"] ?? 0) > 0)).to.be.below(pages.findIndex((page) => (page.counts["conversations"] ?? 0) > 0));
  });

  it("announces tickets and conversations once, however many searches the contacts take, and in whichever of them they stand", async () => {
    for (const [from, to] of [[0, 100], [0, 50], [50, 100]] as const) {
      const world = await granted();
      const { build } = world.sandbox;
      const leads = Array.from({ length: 100 }, () => build.addContact({ email: ADA, role: "lead" }));
      for (const lead of leads) build.addConversation({ contacts: [lead], source: { from: "teammate" } });
      for (const lead of leads.slice(from, to)) build.addTicket({ contacts: [lead] });
      const pages = await pagesOf(world, (await world.access(ADA)).request.id);
      expect(totalOf(pages.map((page) => page.announced ?? {}))).to.include({ conversations: 100, tickets: to - from });
    }
  });

  it("keeps ratings, custom attributes, unknown fields and part types as they are", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const attributes = JSON.parse('{"__proto__":{"polluted":true},"constructor":"x","n":9007199254740991}') as Record<string, unknown>;
    build.addConversation({ contacts: [ada], parts: [{ partType: "quantum_entangled", body: "Odd." }, { body: null }], rating: { rating: 1, remark: "Slow", by: ada }, customAttributes: attributes });
    const data = recordsOf(world, (await world.access(ADA)).request.id)["conversations"]![0]!.data as any;
    expect(data.conversation_rating).to.include({ rating: 1, remark: "Slow" });
    expect(JSON.stringify(data.custom_attributes)).to.equal(JSON.stringify(attributes));
    expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
    expect(data.conversation_parts.conversation_parts.map((part: any) => part.part_type)).to.deep.equal(["quantum_entangled", "comment"]);
  });

  it("costs one contact with ten conversations and three tickets at most twenty calls", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 10; n++) build.addConversation({ contacts: [ada] });
    for (let n = 0; n < 3; n++) build.addTicket({ contacts: [ada] });
    const { outcome, apiCalls, counts } = await world.access(ADA);
    expect(counts).to.include({ conversations: 10, tickets: 3 });
    expect([outcome, apiCalls]).to.deep.equal(["complete", 20]);
    expect(new Set(world.sent.filter((call) => call.startsWith("GET "))).size, "nothing is read twice, apart from an event list and its summary").to.equal(10 + 3 + 2 + 1);
    expect(world.sandbox.calls.countByOperation()).to.include({ searchConversations: 1, searchTickets: 1, getConversation: 10, getTicket: 3, listEvents: 2 });
  });

  it("costs one call more for each list of the contact that is not empty", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 10; n++) build.addConversation({ contacts: [ada] });
    for (let n = 0; n < 3; n++) build.addTicket({ contacts: [ada] });
    build.addCompany("Engines", [ada]);
    build.addNote(ada, "Called.");
    build.addTag(ada, "vip");
    build.addSubscription(ada, "News");
    const { outcome, apiCalls } = await world.access(ADA);
    expect([outcome, apiCalls]).to.deep.equal(["complete", 20 + 4]);
  });

  it("asks for fifty contacts in one search", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const leads = Array.from({ length: 51 }, () => build.addContact({ email: ADA, role: "lead" }));
    for (const lead of leads) {
      build.addConversation({ contacts: [lead] });
      build.addTicket({ contacts: [lead] });
    }
    expect((await world.access(ADA)).counts).to.include({ contacts: 51, conversations: 51, tickets: 51 });
    expect(world.sandbox.calls.countByOperation()).to.include({ searchConversations: 2, searchTickets: 2 });
  });

  it("pages through five hundred conversations with the cursor in the body", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 500; n++) build.addConversation({ contacts: [ada] });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(result.counts).to.include({ conversations: 500 });
    expect(world.sandbox.calls.countByOperation()).to.include({ searchConversations: 4, getConversation: 500 });
  });

  it("says how many tickets its conversations belong with that the missing permission hides, and nothing of the kind where it is granted", async () => {
    for (const scopes of [ALL_SCOPES, ALL_SCOPES.filter((scope) => scope !== "read_tickets")]) {
      const world = createWorld({ categories: "granted", sandbox: { fixture: "empty" } });
      await world.connect(world.sandbox.issueToken({ scopes }));
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const [linked, plain] = [build.addConversation({ contacts: [ada] }), build.addConversation({ contacts: [ada] })];
      const [first, second, own] = [build.addTicket({ contacts: [ada] }), build.addTicket({ contacts: [ada] }), build.addTicket({ contacts: [ada] })];
      const data = [first, second, first].map(({ id }) => ({ type: "ticket", id, category: null })).concat({ type: "conversation", id: plain.id, category: null });
      world.sandbox.inject({ path: new RegExp(`^/conversations/${linked.id}$`), fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ticket: { type: "ticket", id: own.id }, linked_objects: { type: "list", data, total_count: 4, has_more: false } }) } });
      const result = await world.access(ADA);
      const hidden = scopes !== ALL_SCOPES;
      expect(result).to.deep.include({ outcome: hidden ? "complete_with_gaps" : "complete", gaps: hidden ? [{ category: "conversations", code: "TICKETS_NOT_SHOWN", id: linked.id, have: 0, of: 3 }] : [] });
      expect(result.notCovered.filter(({ scope }) => scope !== undefined)).to.deep.equal(hidden ? [{ category: "tickets", scope: "Read tickets", reason: "not granted" }] : []);
    }
  });

  it("D8: says how many parts of a long conversation are missing", async () => {
    for (const partCount of ["all", "shown"] as const) {
      const world = await granted({ sandbox: { switches: { partCount } } });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const long = build.addConversation({ contacts: [ada], parts: Array.from({ length: 700 }, (_, n) => ({ body: `Part ${n}` })) });
      build.addConversation({ contacts: [ada], parts: Array.from({ length: 500 }, () => ({})) });
      const result = await world.access(ADA);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "conversations", code: "PARTS_CAPPED", id: long.id, have: 500, of: 700 }] });
      expect(result.counts).to.include({ conversation_parts: 1000 });
    }
  });

  it("D9: keeps a null body, a null author and a deleted author as they were received", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const { parts } = build.addConversation({ contacts: [ada], source: { body: null, from: null }, parts: [{ body: null }, { from: null, body: "Who am I?" }, { body: "I was somebody." }] });
    Object.assign(parts[2]!, { author: { type: "user", id: null, name: null, email: null } });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    const data = recordsOf(world, result.request.id)["conversations"]![0]!.data as any;
    expect([data.source.body, data.source.author]).to.deep.equal([null, null]);
    expect(data.conversation_parts.conversation_parts.map((part: any) => [part.body, part.author?.id])).to.deep.equal([
      [null, ada.id],
      ["<p>Who am I?</p>", undefined],
      ["<p>I was somebody.</p>", null],
    ]);
    expect(data.conversation_parts.conversation_parts[1].author).to.equal(null);
    expect(data.conversation_parts.conversation_parts[2].author).to.deep.equal({ type: "user", id: null, name: null, email: null });
  });

  it("a ticket that was a conversation before is read as that, too, where it holds what no ticket does, and no other one is", async () => {
    const counting = (parts: number) => (body: any) => ({ statistics: { ...body.statistics, count_conversation_parts: parts } });
    const more = {
      nothing: () => ({}),
      "a rating": () => ({ conversation_rating: { rating: 2, remark: "Slow.", created_at: 1, contact: null, teammate: null } }),
      attributes: () => ({ custom_attributes: { order: "A-1" } }),
      "a part beside the ticket's and what began it": counting(3),
      "more parts": counting(9),
      "parts that are counted nowhere": () => ({ statistics: null }),
      "a remark on the AI agent": () => ({ ai_agent_participated: true, ai_agent: { rating: 1, rating_remark: "Slow.", content_sources: { type: "content_source.list", total_count: 0, content_sources: [] } } }),
      "what the sales agent was told": () => ({ sales_agent_participated: true, sales_agent: { outcome: "qualified", collected_data: { phone: "+15550100" } } }),
      "tags": () => ({ tags: { type: "tag.list", tags: [{ type: "tag", id: "1", name: "vip" }] } }),
      "a reference": () => ({ external_references: [{ type: "zendesk_ticket", id: "9" }] }),
      "a title": () => ({ title: "Bicycle" }),
      "an opening message": (body: any) => ({ source: { ...body.source, body: "<p>My bicycle is broken.</p>" } }),
      "the page where it began": (body: any) => ({ source: { ...body.source, url: "https://shop.example.test/bicycles" } }),
      "a file": (body: any) => ({ source: { ...body.source, attachments: [{ type: "upload", name: "a.txt", url: null, content_type: "text/plain", filesize: 1 }] } }),
      "a call": (body: any) => ({ channel: { ...body.channel, current: "phone_call" } }),
      "something that nobody knows yet": () => ({ mood: "cross" }),
    };
    for (const [what, added] of Object.entries(more)) {
      const world = await granted();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const [ticket, plain] = [build.addTicket({ contacts: [ada], parts: [{ from: ada, body: "Help." }] }), build.addConversation({ contacts: [ada] })];
      const withMore = (body: any): any => (body.id === ticket.id ? { ...body, ...added(body) } : body);
      world.sandbox.inject({ path: /^\/conversations\/(search|\d+)$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ("conversations" in body ? { ...body, conversations: body.conversations.map(withMore) } : withMore(body)) } });
      const { counts, gaps } = await world.access(ADA);
      const reads = world.sent.filter((call) => call.endsWith(`/${ticket.id}`));
      expect(reads, what).to.deep.equal([`GET /tickets/${ticket.id}`, ...(what === "nothing" ? [] : [`GET /conversations/${ticket.id}`])]);
      expect([counts["tickets"], counts["conversations"]], what).to.deep.equal([1, what === "nothing" ? 1 : 2]);
      const code = { "a part beside the ticket's and what began it": "COUNT_MISMATCH", "more parts": "COUNT_MISMATCH", "a file": "ATTACHMENT_NOT_FETCHED" }[what];
      expect(gaps.map((gap) => [gap.code, gap.id]), what).to.deep.equal(code === undefined ? [] : [[code, ticket.id]]);
      expect(plain.id).to.not.equal(ticket.id);
    }
  });

  it("a ticket is not read as a conversation where it holds what began that: as its first part, or among its attributes, be they withheld or not", async () => {
    for (const others of [[], ["bob@example.test"]]) {
      const world = await granted();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const contacts = [ada, ...others.map((email) => build.addContact({ email }))];
      const converted = build.addTicket({ contacts: [ada], title: "Bicycle", parts: [{ from: ada, body: "My bicycle &amp; I" }, { body: "Thanks." }] });
      build.addTicket({ contacts, title: "Bell", parts: [{ from: ada, body: "My bell" }] });
      const statistics = { type: "conversation_statistics", count_conversation_parts: 2 };
      const began = (body: any): any => (body.id === converted.id ? { ...body, statistics, title: "Bicycle", source: { ...body.source, body: "<div><p>My bicycle <b>&amp;</b> I</p></div>", author: { type: "user", id: ada.id, name: ada.name, email: ADA } } } : body);
      world.sandbox.inject({ path: /^\/conversations\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.map(began) }) } });
      const { counts } = await world.access(ADA);
      expect([counts["tickets"], counts["conversations"]], String(others)).to.deep.equal([2, 0]);
    }
  });

  it("a ticket that begins with what began the conversation is read as that where this counts a part more", async () => {
    for (const [count, read] of [[2, false], [3, true]] as const) {
      const world = await granted();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const { id } = build.addTicket({ contacts: [ada], parts: [{ from: ada, body: "My bicycle" }, { body: "Thanks." }] });
      const began = (body: any): any => ({ ...body, source: { ...body.source, body: "<p>My bicycle</p>" }, statistics: { ...body.statistics, count_conversation_parts: count } });
      world.sandbox.inject({ path: /^\/conversations\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.map(began) }) } });
      await world.access(ADA);
      expect(world.sent.includes(`GET /conversations/${id}`), String(count)).to.equal(read);
    }
  });

  it("D17: a ticket that cannot be read as one is read as the conversation that it is shown as, and is a gap", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const { id } = build.addTicket({ contacts: [ada], parts: [{ from: ada, body: "My bicycle is broken." }] });
    world.sandbox.inject({ path: new RegExp(`^/tickets/${id}$`), fault: { kind: "status", status: 404 } });
    const { gaps, request } = await world.access(ADA);
    expect(gaps).to.deep.equal([{ category: "tickets", code: "CHANGED_DURING_RUN", id }]);
    expect(JSON.stringify(recordsOf(world, request.id)["conversations"]!.map(({ data }) => data))).to.include("My bicycle is broken.");
  });

  it("D17: a conversation and a ticket that vanish between search and reading are gaps and no error", async () => {
    const world = await granted();
    const { build, state } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const [gone, ticket] = [build.addConversation({ contacts: [ada] }), build.addTicket({ contacts: [ada] })];
    build.addConversation({ contacts: [ada] });
    state.conversations.delete(gone.id);
    state.tickets.delete(ticket.id);
    const result = await world.access(ADA);
    expect(result.outcome).to.equal("complete_with_gaps");
    expect(result.gaps).to.deep.equal([
      { category: "tickets", code: "CHANGED_DURING_RUN", id: ticket.id },
      { category: "conversations", code: "CHANGED_DURING_RUN", id: ticket.id },
      { category: "conversations", code: "CHANGED_DURING_RUN", id: gone.id },
    ]);
    expect(result.counts).to.include({ conversations: 1, tickets: 0 });
  });

  it("D3, D4: a conversation that a search lists twice makes up for none that it never lists", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 170; n++) build.addConversation({ contacts: [ada] });
    for (let reading = 0; reading < 2; reading++) {
      let last: unknown;
      const search = { method: "POST", path: /^\/conversations\/search$/ } as const;
      world.sandbox.inject({ ...search, fault: { kind: "rewrite", rewrite: (body: any) => ((last = body.conversations.at(-1)), body) } });
      world.sandbox.inject({ ...search, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: [last, ...body.conversations.slice(1)] }) } });
    }
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "COUNT_MISMATCH", have: 169, of: 170 }]);
    expect(result.counts).to.include({ conversations: 169 });
  });

  for (const [what, path, after] of [["reads what the first page listed", /^\/conversations\/\d+$/, 100], ["reads what the second page listed", /^\/conversations\/\d+$/, 200], ["goes through the list once more", /^\/conversations\/search$/, 5]] as const) {
    it(`D3, D4: neither does one that an earlier process saw pages before, which ended as it ${what}`, async () => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < 450; n++) build.addConversation({ contacts: [ada] });
      let first: unknown;
      const moved = (body: any) => {
        if (body.pages.page === 1) first = body.conversations[4];
        return body.pages.page === 3 ? { ...body, conversations: [...body.conversations.slice(0, -1), first] } : body;
      };
      world.sandbox.inject({ path, after, times: 4, fault: { kind: "status", status: 500 } });
      world.sandbox.inject({ method: "POST", path: /^\/conversations\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: moved } });
      const parked = await world.access(ADA);
      expect(parked.outcome).to.equal("parked");
      const result = await world.again().dsr.resume(parked.request.id);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "conversations", code: "COUNT_MISMATCH", have: 449, of: 450 }] });
      expect("counts" in result ? result.counts["conversations"] : undefined).to.equal(449);
      const read = world.sandbox.calls.records.filter((call) => call.kind === "api" && call.operation === "getConversation" && call.status === 200).length;
      expect(read, "but for the one that moved, none is read twice").to.be.at.most(450);
    }).timeout(60_000);
  }

  for (const { what, category, many, path, plant } of [
    { what: "a note", category: "notes", many: 150, path: /^\/contacts\/\w+\/notes$/, plant: (build: Builders, ada: ContactRecord, n: number) => void build.addNote(ada, `Note ${n}`) },
    { what: "a custom object", category: "custom_objects", many: 450, path: /^\/custom_object_instances\/Order$/, plant: (build: Builders, ada: ContactRecord) => void build.addCustomObject("Order", [ada]) },
  ]) {
    it(`D3, D4: nor does ${what} that an earlier process saw two pages before`, async () => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < many; n++) plant(build, ada, n);
      let first: unknown;
      const moved = (body: any) => {
        if (body.pages.page === 1) first = body.data[4];
        return body.pages.page === 3 ? { ...body, data: [...body.data.slice(0, -1), first] } : body;
      };
      world.sandbox.inject({ path, after: 2, times: 4, fault: { kind: "status", status: 500 } });
      world.sandbox.inject({ path, times: Infinity, fault: { kind: "rewrite", rewrite: moved } });
      const parked = await world.access(ADA);
      expect(parked.outcome).to.equal("parked");
      const result = await world.again().dsr.resume(parked.request.id);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category, code: "COUNT_MISMATCH", id: ada.id, have: many - 1, of: many }] });
    });

    it(`D4: the list is short by ${what} that an earlier page counted, too`, async () => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < many; n++) plant(build, ada, n);
      const gone = (body: any) => (body.pages.page === 1 ? body : { ...body, data: body.data.slice(0, body.pages.page === 3 ? -1 : undefined), total_count: many - 1 });
      world.sandbox.inject({ path, times: Infinity, fault: { kind: "rewrite", rewrite: gone } });
      expect((await world.access(ADA)).gaps).to.deep.equal([{ category, code: "COUNT_MISMATCH", id: ada.id, have: many - 1, of: many }]);
    });
  }

  it("D4, D6: nor does an event that an earlier process saw two pages before", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 150; n++) build.addEvent(ada, "opened", build.daysAgo(2), { n });
    let page = 0;
    let first: unknown;
    const moved = (body: any) => {
      page += 1;
      if (page === 1) first = body.events[4];
      return page === 3 ? { ...body, events: [...body.events.slice(0, -1), first] } : body;
    };
    const listed = { path: /^\/events$/ };
    world.sandbox.inject({ ...listed, after: 2, times: 4, fault: { kind: "status", status: 500 } });
    world.sandbox.inject({ ...listed, times: Infinity, fault: { kind: "rewrite", rewrite: moved } });
    const parked = await world.access(ADA);
    expect(parked.outcome).to.equal("parked");
    const result = await world.again().dsr.resume(parked.request.id);
    expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "events", code: "COUNT_MISMATCH", id: ada.id, have: 149, of: 150 }] });
  });

  it("D4: a search is short by what an earlier page counted, too", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 170; n++) build.addConversation({ contacts: [ada] });
    for (let reading = 0; reading < 2; reading++) {
      const search = { method: "POST", path: /^\/conversations\/search$/ } as const;
      world.sandbox.inject({ ...search, fault: { kind: "rewrite", rewrite: (body) => body } });
      world.sandbox.inject({ ...search, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.slice(1), total_count: 169 }) } });
    }
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "conversations", code: "COUNT_MISMATCH", have: 169, of: 170 }]);
  });

  it("D4: reads a search that is shorter than it says once more, then calls it a gap", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    build.addConversation({ contacts: [build.addContact({ email: ADA })] });
    world.sandbox.inject({ path: /^\/conversations\/search$/, times: 9, fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), total_count: 3 }) } });
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "COUNT_MISMATCH", have: 1, of: 3 }]);
    expect(world.sandbox.calls.countByOperation()).to.include({ searchConversations: 2, getConversation: 1 });
  });

  it("D1: stops at a search that goes round in circles, reads what it listed, and says so", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const [ticket, conversation] = [build.addTicket({ contacts: [ada] }), build.addConversation({ contacts: [ada] })];
    for (const [list, { id }] of [["tickets", ticket], ["conversations", conversation]] as const) {
      const body = { type: `${list}.list`, [list]: [{ type: list.slice(0, -1), id }], total_count: 1, pages: { type: "pages", next: { per_page: 150, starting_after: "same" } } };
      world.sandbox.inject({ path: new RegExp(`^/${list}/search$`), times: Infinity, fault: { kind: "status", status: 200, body } });
    }
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal(["tickets", "conversations"].map((category) => ({ category, code: "PAGING", have: 1, of: 1 })));
    expect(result.counts).to.include({ conversations: 1, tickets: 1 });
    expect(world.sent.filter((call) => call.endsWith("/search")).length).to.be.below(9);
  });

  it("takes another conversation, or another ticket, than it asked for by id for malformed", async () => {
    for (const list of ["conversations", "tickets"] as const) {
      const world = await granted();
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      const [asked, other] = list === "tickets" ? [1, 2].map(() => build.addTicket({ contacts: [ada] })) : [1, 2].map(() => build.addConversation({ contacts: [ada] }));
      world.sandbox.inject({ path: new RegExp(`^/${list}/${asked!.id}$`), times: Infinity, fault: { kind: "wrong_object", id: other!.id } });
      expect(await world.access(ADA), list).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, package: null });
    }
  });

  it("reads a conversation, and a ticket, that the person wrote in and takes part in no longer, and that the search returned", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    const [ada, other] = [build.addContact({ email: ADA }), build.addContact({ email: "other@example.test" })];
    const [conversation, ticket] = [build.addConversation({ contacts: [other, ada], parts: [{ from: ada, body: "WORDS" }] }), build.addTicket({ contacts: [other, ada], parts: [{ from: ada, body: "WORDS" }] })];
    const rewrite = (body: any) => ({ ...body, contacts: { ...body.contacts, contacts: body.contacts.contacts.filter(({ id }: { id: string }) => id !== ada.id) } });
    world.sandbox.inject({ method: "GET", path: /^\/(?:conversations|tickets)\/\d+$/, times: Infinity, fault: { kind: "rewrite", rewrite } });
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([]);
    const { records } = world.host.packageOf(result.request.id)!;
    for (const [category, { id }] of [["conversations", conversation], ["tickets", ticket]] as const) {
      expect(records[category]!.map((each) => each.id)).to.include(id);
      expect(JSON.stringify(records[category]!.find((each) => each.id === id))).to.contain("WORDS");
    }
  });

  it("I8: drops a conversation of somebody else that the search returned, and says so", async () => {
    const world = await granted();
    const { build } = world.sandbox;
    build.addContact({ email: ADA });
    const strangers = build.addConversation({ contacts: [build.addContact({ email: "stranger@example.test" })], source: { body: "Canary of a stranger" } });
    world.sandbox.inject({ path: /^\/conversations\/search$/, fault: { kind: "rewrite", rewrite: (body) => ({ ...(body as object), conversations: [{ type: "conversation", id: strangers.id }], total_count: 1 }) } });
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "NOT_THE_PERSONS", id: strangers.id }]);
    expect(JSON.stringify(recordsOf(world, result.request.id))).not.to.contain("Canary");
  });

  describe("a permission that is not granted", () => {
    const CASES: readonly (readonly [ScopeId, string, readonly string[]])[] = [
      ["read_conversations", "Read conversations", ["conversations", "calls"]],
      ["read_tickets", "Read tickets", ["tickets"]],
      ["read_events", "Read events", ["events", "event_summaries"]],
      ["custom_objects", "Read and write custom object instances", ["custom_objects"]],
    ];
    for (const [scope, label, categories] of CASES) {
      it(`${label}: connects, and every result names what it would cover`, async () => {
        const world = await withoutScopes(scope);
        const result = await world.access(ADA);
        expect(result.outcome).to.be.oneOf(["complete", "complete_with_gaps"]);
        for (const category of categories) {
          expect(result.notCovered).to.deep.include({ category, scope: label, reason: "not granted" });
          expect(result.counts).not.to.have.property(category);
          expect(recordsOf(world, result.request.id)).not.to.have.property(category);
          expect(result.gaps.map((gap) => gap.category)).not.to.include(category);
        }
      });

      it(`${label}: withdrawn in the middle of a request needs attention, and is never taken for no data`, async () => {
        const world = createWorld({ categories: "granted", sandbox: { fixture: "small" } });
        const token = world.sandbox.issueToken({ scopes: ALL_SCOPES });
        await world.connect(token);
        world.sandbox.withdrawScope(token, scope);
        const result = await world.access(ADA);
        expect([result.outcome, result.attention?.code, result.attention?.scope]).to.deep.equal(["needs_attention", "SCOPE_MISSING", label]);
        expect(result.package).to.equal(null);
        // Of one that is begun now nobody knows whether it has been granted again; nor need anybody have checked where it was.
        const another = await world.access(ADA, { reference: "another" });
        world.sandbox.grantScope(token, scope);
        for (const [{ request }, known] of [[result, "granted"], [another, "not_testable"]] as const) {
          const resumed = await world.dsr.resume(request.id);
          const [found] = (await world.host.journal.entries(request.id)).filter((entry) => entry.kind === "found").slice(-1);
          expect([resumed.outcome, found?.finding.account?.permissions.find(({ id }) => id === scope)?.status]).to.deep.equal(["complete_with_gaps", known]);
        }
        expect((await world.dsr.connection("acme")).scopes.find(({ id }) => id === scope)?.status).to.equal("missing");
      });
    }

    it("is asked for when a related deletion is planned, since it may have been granted again, and nothing is planned before", async () => {
      const world = await granted({ sandbox: { fixture: "small" } });
      const planned = (reference: string) => world.plan(ADA, { erase: "related" }, { reference });
      world.sandbox.withdrawScope(world.sandbox.token, "read_tickets");
      const first = await planned("first");
      for (const waiting of [first, await planned("second"), await world.dsr.resume(first.request.id)]) expect(waiting).to.deep.include({ outcome: "needs_attention", attention: { code: "SCOPE_MISSING", scope: "Read tickets" }, plan: null });
      world.sandbox.grantScope(world.sandbox.token, "read_tickets");
      for (const waiting of [await planned("third"), await world.dsr.resume(first.request.id)]) expect(waiting.outcome).to.equal("planned");
    });

    it("is still known as such after the connection was checked again", async () => {
      const world = await withoutScopes("read_events");
      await world.dsr.check("acme");
      const { notCovered } = await world.access(ADA, { reference: "after the check" });
      expect(notCovered).to.deep.include({ category: "events", scope: "Read events", reason: "not granted" });
    });

    it("tickets that Intercom leaves out of conversations in silence are not covered", async () => {
      const world = await withoutScopes("read_tickets");
      const result = await world.access(ADA);
      expect(result.notCovered).to.deep.include({ category: "tickets", scope: "Read tickets", reason: "not granted" });
      expect(JSON.stringify(recordsOf(world, result.request.id))).not.to.contain("Card jam");
      expect(world.sandbox.calls.countByOperation()).not.to.have.property("searchTickets");
    });

    it("a plan shows conversations, their calls and tickets as unseen only where they are not covered", async () => {
      const all = await granted({ sandbox: { fixture: "small" } });
      expect((await all.plan(ADA)).plan!.unseen).to.deep.equal([]);
      const none = await withoutScopes("read_conversations", "read_tickets");
      expect((await none.plan(ADA)).plan!.unseen.map(({ category }) => category)).to.deep.equal(["conversations", "calls", "tickets"]);
    });
  });

  it("probes permissions without reading anybody", async () => {
    const world = createWorld({ categories: "granted", sandbox: { fixture: "small" } });
    await world.connect();
    expect(world.sandbox.calls.countByOperation()).to.include({ searchConversations: 1, searchTickets: 1, listEvents: 1, listCustomObjects: 1 });
    expect(world.sandbox.calls.records.some(({ effect }) => effect)).to.equal(false);
  });
});
