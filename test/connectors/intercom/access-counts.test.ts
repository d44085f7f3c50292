import { expect } from "chai";
import { connectedWorld, type World } from "./world.js";

const ADA = "ada@example.test";
type Rewrite = (body: any) => unknown;

/** What an access comes to where a conversation, or a ticket, with this many parts is told in another way. */
async function told(list: "conversations" | "tickets", parts: number, rewrite: Rewrite) {
  const world = await connectedWorld({ categories: "granted" });
  const { build } = world.sandbox;
  const wanted = { contacts: [build.addContact({ email: ADA })], parts: Array.from({ length: parts }, () => ({})) };
  const { id } = list === "tickets" ? build.addTicket(wanted) : build.addConversation(wanted);
  world.sandbox.inject({ path: new RegExp(`^/${list}/${id}$`), times: Infinity, fault: { kind: "rewrite", rewrite } });
  return { id, result: await world.access(ADA) };
}

const counting = (count: unknown): Rewrite => (body) => ({ ...body, statistics: { ...body.statistics, count_conversation_parts: count } });
const listing = (total: unknown): Rewrite => (body) => ({ ...body, conversation_parts: { ...body.conversation_parts, total_count: total } });

describe("counts at Intercom that do not reconcile", () => {
  it("of a conversation that came without its parts are a gap, with their number where the statistic tells one", async () => {
    const without: Rewrite = ({ conversation_parts: _, ...body }) => body;
    for (const [rewrite, numbers] of [
      [without, { have: 0, of: 7 }],
      [(body: any) => ({ ...body, conversation_parts: null }), { have: 0, of: 7 }],
      [(body: any) => ({ ...(without(body) as object), statistics: null }), {}],
      [(body: any) => counting(1)(without(body)), {}],
    ] as const) {
      const { id, result } = await told("conversations", 7, rewrite);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "conversations", code: "PARTS_NOT_SHOWN", id, ...numbers }] });
      expect(result.counts).to.include({ conversations: 1, conversation_parts: 0 });
    }
  });

  it("of a contact that counts none of what it shows itself are not believed: the list is read", async () => {
    const world = await connectedWorld();
    const contact = world.sandbox.build.addContact({ email: ADA });
    world.sandbox.build.addNote(contact, "A note.");
    world.sandbox.inject({ path: new RegExp(`^/contacts/${contact.id}$`), times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, notes: { ...body.notes, total_count: 0 } }) } });
    const { outcome, counts } = await world.access(ADA);
    expect([outcome, counts["notes"]]).to.deep.equal(["complete", 1]);
  });

  it("of a list, be it told as text, are a gap where the list is shorter, and nothing where they make no sense", async () => {
    const path = { notes: /\/notes$/, segments: /\/segments$/, custom_objects: /^\/custom_object_instances\/Order$/ };
    for (const category of ["notes", "segments", "custom_objects"] as const) {
      for (const [count, code] of [[2, "COUNT_MISMATCH"], ["2", "COUNT_MISMATCH"], ["1", undefined], [null, undefined], ["many", undefined]] as const) {
        const world = await connectedWorld({ categories: "granted", settings: { connectors: { intercom: { customObjectTypes: ["Order"] } } } });
        const { build } = world.sandbox;
        const contact = build.addContact({ email: ADA });
        build.addNote(contact, "A note.");
        build.addSegment(contact, "Active");
        build.addCustomObject("Order", [contact]);
        world.sandbox.inject({ path: path[category], times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, total_count: count }) } });
        const { outcome, gaps } = await world.access(ADA);
        const told = code === undefined ? ["complete", []] : ["complete_with_gaps", [[category, code, 1, 2]]];
        expect([outcome, gaps.map((gap) => [gap.category, gap.code, gap.have, gap.of])], `${category} ${count}`).to.deep.equal(told);
      }
    }
  });

  it("of a ticket that came without its parts are a gap", async () => {
    const { id, result } = await told("tickets", 2, ({ ticket_parts: _, ...body }) => body);
    expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "tickets", code: "PARTS_NOT_SHOWN", id }] });
  });

  it("are a gap where the list of parts is shorter than it says, be it as text, or than the statistic says without the message that began it", async () => {
    for (const [rewrite, of] of [[counting(51), 50], [counting(40), 39], [listing(30), 30], [listing("30"), 30]] as const) {
      const { id, result } = await told("conversations", 1, rewrite);
      expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "conversations", code: "COUNT_MISMATCH", id, have: 1, of }] });
    }
  });

  it("are a gap where the list of parts is longer than it says, and none where the statistic is behind, or says nothing", async () => {
    const { id, result } = await told("conversations", 2, listing(0));
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "COUNTS_DIFFER", id, have: 2, of: 2 }]);
    for (const rewrite of [counting(0), counting(1), counting(null), listing(undefined)]) expect((await told("conversations", 2, rewrite)).result).to.deep.include({ outcome: "complete", gaps: [] });
  });

  it("D7: takes parts in a shape that is none of theirs, and a count that is none, for malformed", async () => {
    for (const rewrite of [(body: any) => ({ ...body, conversation_parts: body.conversation_parts.conversation_parts }), (body: any) => ({ ...body, conversation_parts: { type: "conversation_part.list", data: [] } }), listing("many"), counting("many")]) {
      expect((await told("conversations", 1, rewrite)).result).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, package: null });
    }
  });

  for (const isKilled of [false, true]) {
    it(`count each record once that a list shows again, also where there is no package${isKilled ? " and another process goes on" : ""}`, async () => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < 3; n++) build.addNote(ada, `note ${n}`);
      world.sandbox.inject({ path: /\/notes$/, times: 1, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.slice(0, 2) }) } });
      world.sandbox.inject({ path: /tickets\/search/, times: Infinity, fault: { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "token_revoked", message: "x" }] } } });
      let puts = 0;
      const dying = world.again({ watch: { before: (name) => { if (isKilled && name.endsWith("staging.put") && ++puts === 3) dying.host.crash(); } } });
      await dying.access(ADA, { reference: "1" }).catch(() => undefined);
      const { outcome, counts } = await world.again().access(ADA, { reference: "1" });
      expect(outcome).to.equal("needs_attention");
      expect(counts).to.deep.equal({ contacts: 1, notes: 3 });
    });
  }

  it("count a file once, and only where the package holds it, be it given the second time alone", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build, links } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const url = links.signed(build.file("a.txt", "text/plain", { zeros: 10 }), world.host.clock.now());
    for (const body of ["first", "second"]) build.addNote(ada, body);
    let lists = 0;
    const linked = (body: any) => ({ ...body, data: body.data.map((each: any, n: number) => (n === 0 ? { ...each, body: `see ${lists === 1 ? url.replace(/signature=./, "signature=0") : url}` } : each)) });
    world.sandbox.inject({ path: /\/notes$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => (lists++ === 0 ? { ...linked(body), data: linked(body).data.slice(0, 1) } : linked(body)) } });
    const { counts, gaps, request } = await world.access(ADA);
    expect(gaps.map(({ code }) => code)).to.deep.equal(["ATTACHMENT_NOT_FETCHED"]);
    expect([counts["attachments"] ?? 0, world.host.packageOf(request.id)!.manifest["attachments"]]).to.deep.equal([0, []]);
  });

  it("of what the person began as a teammate are told once, however many pages list it and however often it is searched", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    build.addConversation({ contacts: [build.addContact({ email: ADA })] });
    const other = build.addContact({ email: "other@example.test" });
    for (let n = 0; n < 160; n++) build.addConversation({ contacts: [other], source: { from: { type: "admin", id: "7", name: "Ada", email: ADA } } });
    world.sandbox.inject({ path: /conversations\/search/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, total_count: body.total_count + 1 }) } });
    expect((await world.access(ADA)).gaps).to.deep.equal([
      { category: "conversations", code: "BEGUN_AS_TEAMMATE", have: 0, of: 160 },
      { category: "conversations", code: "COUNT_MISMATCH", have: 161, of: 162 },
    ]);
  });

  for (const [list, plant] of [
    ["contacts", () => undefined],
    ["conversations", (build, ada) => build.addConversation({ contacts: [ada] })],
    ["tickets", (build, ada) => build.addTicket({ contacts: [ada] })],
  ] as readonly (readonly [string, (build: World["sandbox"]["build"], ada: ReturnType<World["sandbox"]["build"]["addContact"]>) => unknown])[]) {
    it(`D4: are read once more where a search for ${list} lists more than it counts, then a gap`, async () => {
      for (const times of [1, Infinity]) {
        const world = await connectedWorld({ categories: "granted" });
        const { build } = world.sandbox;
        plant(build, build.addContact({ email: ADA }));
        world.sandbox.inject({ path: new RegExp(`^/${list}/search$`), times, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, total_count: 0 }) } });
        const { gaps, counts } = await world.access(ADA);
        expect(gaps).to.deep.equal(times === 1 ? [] : [{ category: list, code: "COUNTS_DIFFER", have: 1, of: 1 }]);
        expect(counts).to.include({ [list]: 1 });
        expect(world.sent.filter((call) => call === `POST /${list}/search`)).to.have.length(2);
      }
    });
  }
});
