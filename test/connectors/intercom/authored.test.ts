import { expect } from "chai";
import type { Switches } from "../../../connectors/intercom/sandbox/switches.js";
import { connectedWorld, mutations, type World } from "./world.js";

const JANE = "jane@example.test";
const GHOST = { type: "user", id: "5f0000000000000000000001", name: "Jane", email: JANE } as const;

describe("I9: conversations whose author is no contact", () => {
  const open = (switches: Partial<Switches> = {}) => connectedWorld({ categories: "granted", sandbox: { switches } });
  const begun = ({ sandbox }: World, more: Partial<Parameters<World["sandbox"]["build"]["addConversation"]>[0]> = {}) =>
    sandbox.build.addConversation({ contacts: [], channel: "email", subject: "Invoice", ...more, source: { from: GHOST, body: "It is wrong.", ...more.source } });
  const conversationsOf = (world: World, id: string) => world.host.packageOf(id)?.records["conversations"] ?? [];
  const searches = ({ sent }: World) => sent.filter((call) => call === "POST /conversations/search").length;

  it("I9: are found by the author's address, labelled, and read into the package", async () => {
    const world = await open();
    const { id } = begun(world, { parts: [{ from: GHOST, body: "Still wrong." }, { from: "teammate", body: "We look." }] });
    const result = await world.access(JANE);
    expect(result).to.deep.include({ outcome: "complete", matches: [], loose: [{ category: "conversations", id, as: "author", matchedBy: "exact" }] });
    expect(result.searched.map(({ where }) => where)).to.deep.equal(["contacts/search", "conversations/search"]);
    // What hangs on contacts was asked for nowhere: it is not counted as none.
    expect(result.counts).to.deep.equal({ contacts: 0, conversations: 1, conversation_parts: 2 });
    const unasked = ["companies", "notes", "tags", "segments", "subscriptions", "calls", "tickets", "events", "event_summaries", "custom_objects"].map((category) => ({ category, reason: "nothing leads there" }));
    expect(result.notCovered).to.deep.include.members(unasked);
    expect(world.host.packageOf(result.request.id)!.manifest).to.have.nested.property("summary.notCovered").that.deep.equals(result.notCovered);
    expect(await world.dsr.statement(result.request.id)).to.contain("No record of the person themselves was found.").and.to.contain("  - Tickets: No record of the person themselves leads there, so that it was not asked for.").and.not.to.contain("Tickets: Nothing");
    const [record] = conversationsOf(world, result.request.id);
    expect(record!.id).to.equal(id);
    expect(JSON.stringify(record!.data)).to.contain("It is wrong.").and.to.contain("Still wrong.");
    const found = (await world.host.journal.entries(result.request.id)).find((entry) => entry.kind === "found");
    expect(found).to.have.deep.nested.property("finding.loose", result.loose);
  });

  it("I9: are found in another letter case, and labelled so", async () => {
    const world = await open();
    begun(world, { source: { from: { ...GHOST, email: "Jane@Example.test" } } });
    expect((await world.access(JANE)).loose.map(({ matchedBy }) => matchedBy)).to.deep.equal(["case_insensitive"]);
  });

  it("I9: are searched for by spellings of this very address, and by no other that resembles it", async () => {
    const asked: string[] = [];
    const world = await connectedWorld({ categories: "granted", transport: (to) => (input) => (input.url.endsWith("/conversations/search") && asked.push(input.body ?? ""), to(input)) });
    asked.length = 0;
    await world.access("Jane+x@Example.test");
    expect(asked.map((body) => (JSON.parse(body) as { query: unknown }).query)).to.deep.equal([{ field: "source.author.email", operator: "IN", value: ["Jane+x@Example.test", "jane+x@example.test"] }]);
  });

  it("I9: are found where a list of values is refused, too", async () => {
    const world = await open({ inOperator: "rejected" });
    const { id } = begun(world);
    expect((await world.access(JANE)).loose.map((each) => each.id)).to.deep.equal([id]);
  });

  it("I9: somebody who stands only in the headers of an email is not found, and that is said", async () => {
    const world = await open();
    begun(world, { source: { from: { ...GHOST, email: "other@example.test" }, emailHeaders: [{ type: "cc", email: JANE }] }, recipients: [JANE] });
    const result = await world.access(JANE);
    expect(result).to.deep.include({ outcome: "nothing_found", loose: [] });
    expect(result.notCovered.map(({ category }) => category)).to.include("email_headers");
  });

  it("I9: are not searched for where conversations may not be read, and that is said", async () => {
    const world = await connectedWorld();
    begun(world);
    const result = await world.access(JANE);
    expect(result).to.deep.include({ outcome: "nothing_found", loose: [] });
    expect(result.notCovered).to.deep.include({ category: "conversations", scope: "Read conversations", reason: "not selected" });
    expect(searches(world)).to.equal(0);
  });

  it("I9: are read beside the contacts that were found, at no further cost; a conversation of such a contact is read once", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const own = world.sandbox.build.addConversation({ contacts: [contact] });
    const lost = [begun(world), begun(world)];
    const result = await world.access(JANE);
    expect(conversationsOf(world, result.request.id).map(({ id }) => id)).to.have.members([own.id, ...lost.map(({ id }) => id)]);
    expect([result.outcome, searches(world)]).to.deep.equal(["complete", 1]);
    expect(world.sent.filter((call) => call === `GET /contacts/${GHOST.id}`)).to.have.lengthOf(1);
    expect(world.sent.filter((call) => call === `GET /conversations/${own.id}`)).to.have.lengthOf(1);
  });

  it("I9: that a teammate of this address began are left beside contacts, too, and counted", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const asked = begun(world, { contacts: [contact], source: { from: { type: "admin", id: "7", name: "Jane", email: JANE } } });
    for (let n = 0; n < 3; n += 1) begun(world, { source: { from: { type: "admin", id: "7", name: "Jane", email: JANE } } });
    const result = await world.access(JANE);
    expect(result.gaps).to.deep.equal([{ category: "conversations", code: "BEGUN_AS_TEAMMATE", have: 0, of: 3 }]);
    expect(conversationsOf(world, result.request.id).map(({ id }) => id)).to.deep.equal([asked.id]);
  });

  it("I9: that a teammate of this address began are counted once, where a page of the search shows one again", async () => {
    const world = await open();
    world.sandbox.build.addContact({ email: JANE });
    for (let n = 0; n < 151; n += 1) begun(world, { source: { from: { type: "admin", id: "7", name: "Jane", email: JANE } } });
    let last: unknown;
    world.sandbox.inject({ path: /conversations\/search/, fault: { kind: "rewrite", rewrite: (body: any) => ((last = body.conversations.at(-1)), body) } });
    world.sandbox.inject({ path: /conversations\/search/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: [last, ...body.conversations] }) } });
    expect((await world.access(JANE)).gaps).to.deep.equal([{ category: "conversations", code: "BEGUN_AS_TEAMMATE", have: 0, of: 151 }]);
  });

  it("I9: that a teammate began are left beside contacts only where it was this address, and where nobody who takes part is left out", async () => {
    const untold = [undefined, { type: "contact.list", contacts: [], total_count: 1, has_more: false }, { type: "contact.list", contacts: [], has_more: true }];
    const nobody = { type: "contact.list", contacts: [], total_count: 0, has_more: false };
    for (const [email, contacts] of [...untold.map((each) => [JANE, each] as const), ...[...untold, nobody].map((each) => ["kim@example.test", each] as const)]) {
      const world = await open();
      const contact = world.sandbox.build.addContact({ email: JANE });
      const source = { from: { type: "admin", id: "7", name: "Kim", email } } as const;
      const own = begun(world, { contacts: [contact], source });
      const companys = email === JANE ? [begun(world, { source }).id] : [];
      world.sandbox.inject({ path: /conversations\/search/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.map((each: any) => ({ ...each, contacts })) }) } });
      const result = await world.access(JANE);
      expect(conversationsOf(world, result.request.id).map(({ id }) => id), email).to.deep.equal([own.id]);
      expect(result.gaps, email).to.deep.equal(companys.map((id) => ({ category: "conversations", code: "BEGUN_AS_TEAMMATE", id, have: 0, of: 1 })));
    }
  });

  it("I9: hang on an archived contact where that was found, and are loose where nobody looked for it", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const { id } = begun(world, { contacts: [contact], source: { from: contact } });
    world.sandbox.build.archiveContact(contact);
    expect((await world.access(JANE)).loose.map((each) => each.id)).to.deep.equal([id]);
    const wide = await world.access(JANE, {}, { extents: ["archived"] });
    expect([wide.loose, wide.counts["conversations"]]).to.deep.equal([[], 1]);
  });

  it("I8, I9: of another address are dropped and counted, though the search returned them", async () => {
    const world = await open();
    begun(world);
    const other = begun(world, { source: { from: { ...GHOST, email: "jane+x@example.test" } } });
    world.sandbox.inject({ path: /conversations\/search/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: [{ ...body.conversations[0], id: other.id, source: { author: { type: "user", email: "jane+x@example.test" } } }] }) } });
    expect(await world.access(JANE)).to.deep.include({ outcome: "nothing_found", loose: [], dropped: 1 });
  });

  it("I9: that a teammate of this address began are the workspace's, and are said to be left", async () => {
    const world = await open();
    begun(world, { source: { from: { type: "admin", id: "7", name: "Jane", email: JANE } } });
    const result = await world.access(JANE);
    expect(result).to.deep.include({ outcome: "nothing_found", loose: [], dropped: 0 });
    expect(result.notCovered.map(({ category }) => category)).to.include("conversations_as_teammate");
  });

  for (const order of ["takes part in the first", "takes part in the second", "takes part in none"] as const) {
    it(`tells once of a further contact that the search does not show and that carries the address, whichever thread is read first: it ${order}`, async () => {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const [contact, lead] = [build.addContact({ email: JANE }), build.addContact({ email: JANE, role: "lead" })];
      const begun = (takesPart: boolean) => build.addConversation({ contacts: [takesPart ? lead : contact], source: { from: lead, body: "Hello." } });
      begun(order === "takes part in the first");
      begun(order === "takes part in the second");
      world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.filter((each: any) => each.id === contact.id), total_count: 1 }) } });
      const { outcome, gaps } = await world.access(JANE);
      expect([outcome, gaps]).to.deep.equal(["complete_with_gaps", [{ category: "contacts", code: "CONTACT_NOT_SHOWN", id: lead.id }]]);
    });
  }

  it("I9: tell of a contact of the address that the search does not show, in an access and in a plan", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const lead = world.sandbox.build.addContact({ email: JANE, role: "lead" });
    const { id } = begun(world, { contacts: [lead], source: { from: lead } });
    // Its index lags behind: of the two contacts it shows the first alone.
    world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.filter((each: any) => each.id === contact.id), total_count: 1 }) } });
    const result = await world.access(JANE);
    expect([result.outcome, result.gaps]).to.deep.equal(["complete_with_gaps", [{ category: "contacts", code: "CONTACT_NOT_SHOWN", id: lead.id }]]);
    for (const choices of [{}, { erase: "related" }] as const) {
      const { plan } = await world.plan(JANE, choices);
      expect(plan!.kept).to.deep.include({ category: "conversation", id, reason: "it was begun from this address, and hangs on a contact of it that Intercom's search does not show" });
      expect(plan!.warnings.map((each) => [each.code, each.id])).to.deep.include(["CONTACT_NOT_SHOWN", lead.id]).and.not.deep.include(["OTHER_PEOPLE_AFFECTED", id]);
    }
  });

  it("I9: tell of no contact of the address where it carries another one by now, and make nothing of it the person's, in an access", async () => {
    for (const found of [true, false]) {
      const world = await open();
      const moved = world.sandbox.build.addContact({ email: "zed@example.test" });
      const contacts = found ? [world.sandbox.build.addContact({ email: JANE })] : [];
      const author = { ...GHOST, id: moved.id };
      const theirs = begun(world, { contacts: [moved], source: { from: author, body: "Elsewhere." } });
      const shared = contacts.map((contact) => begun(world, { contacts: [contact, moved], source: { from: author, body: "Before." }, parts: [{ from: { ...author, name: "Zed", email: "zed@example.test" }, body: "As somebody else." }] }));
      const result = await world.access(JANE);
      expect(conversationsOf(world, result.request.id).map(({ id }) => id)).to.deep.equal(shared.map(({ id }) => id));
      expect(JSON.stringify(conversationsOf(world, result.request.id))).to.not.contain("As somebody else.");
      expect(result.gaps.map(({ category, code, id }) => [category, code, id])).to.deep.equal([["conversations", "NOT_THE_PERSONS", theirs.id]]);
      expect(world.sent.filter((call) => call === `GET /contacts/${moved.id}`)).to.have.lengthOf(1);
    }
  });

  it("I9: are said by a plan to hang on a contact that is not deleted where it carries another address by now", async () => {
    for (const found of [true, false]) {
      for (const choices of [{}, { erase: "related" }] as const) {
        const world = await open();
        const moved = world.sandbox.build.addContact({ email: "zed@example.test" });
        const also = found ? { only: [world.sandbox.build.addContact({ email: JANE }).id] } : { also: [{ id: world.sandbox.build.addContact({ email: "kim@example.test" }).id, reason: "theirs" }] };
        const { id } = begun(world, { contacts: [moved], source: { from: { ...GHOST, id: moved.id } } });
        const { plan } = await world.plan(JANE, { ...choices, ...also });
        expect(plan!.kept).to.deep.include({ category: "conversation", id, reason: "it was begun from this address, and hangs on a contact that is not deleted" });
        expect(plan!.warnings.map(({ code }) => code)).to.not.include("CONTACT_NOT_SHOWN");
        expect(plan!.targets.map((each) => each.id)).to.not.include.members([id]);
      }
    }
  });

  it("I9: of a contact that a human leaves are said to hang on one that is not deleted, and on none that the search did not show", async () => {
    const world = await open();
    const [user, lead] = [world.sandbox.build.addContact({ email: JANE }), world.sandbox.build.addContact({ email: JANE, role: "lead" })];
    const { id } = begun(world, { contacts: [user], source: { from: user } });
    begun(world, { contacts: [user] });
    for (const choices of [{ only: [lead.id] }, { exclude: [{ id: user.id, reason: "a customer" }] }, { only: [lead.id], erase: "related" }] as const) {
      const { plan } = await world.plan(JANE, choices);
      expect(plan!.kept.find((each) => each.id === id)?.reason, JSON.stringify(choices)).to.equal("it was begun from this address, and hangs on a contact that is not deleted");
      expect(plan!.warnings.map(({ code }) => code)).to.not.include.members(["CONTACT_NOT_SHOWN"]).and.not.include("OTHER_PEOPLE_AFFECTED");
    }
    expect(world.sent).to.not.include(`GET /contacts/${user.id}`);
  });

  it("I9: keep other people out, as every conversation does", async () => {
    const world = await open();
    const other = world.sandbox.build.addContact({ email: "other@example.test", name: "Otto Other" });
    begun(world, { contacts: [other], parts: [{ from: other, body: "This is mine." }] });
    const result = await world.access(JANE);
    expect(result.counts).to.include({ conversations: 1 });
    const text = JSON.stringify(conversationsOf(world, result.request.id));
    expect(text).to.contain("It is wrong.").and.to.not.contain("This is mine.").and.to.not.contain("Otto");
  });

  it("I9: keep what the person wrote further down under the id that they were begun with alone", async () => {
    const world = await open();
    const other = world.sandbox.build.addContact({ email: "other@example.test" });
    const { parts } = begun(world, { contacts: [other], parts: [{ from: other, body: "This is mine." }, { from: GHOST, body: "Still wrong." }] });
    Object.assign(parts[1]!, { author: { type: "user", id: GHOST.id, name: null, email: null } });
    const text = JSON.stringify(conversationsOf(world, (await world.access(JANE)).request.id));
    expect(text).to.contain("Still wrong.").and.to.not.contain("This is mine.");
  });

  it("I9: bring their phone calls along", async () => {
    const world = await open();
    const conversation = begun(world, { channel: "phone_call" });
    const ghost = { ...world.sandbox.build.addContact({ email: "unrelated@example.test" }), id: GHOST.id };
    world.sandbox.build.addPhoneCall(conversation, ghost, [{ speaker: "user", text: "Hello?" }]);
    expect((await world.access(JANE)).counts).to.include({ calls: 1 });
  });

  it("I9: are read after a crash as before", async () => {
    const world = await open();
    const { id } = begun(world);
    world.sandbox.inject({ path: new RegExp(`conversations/${id}`), times: 20, fault: { kind: "status", status: 503 } });
    const parked = await world.access(JANE);
    expect(parked.outcome).to.equal("parked");
    world.sandbox.clearFaults();
    expect((await world.again().dsr.resume(parked.request.id)).outcome).to.equal("complete");
  });

  it("I9: a deletion of what a human named by hand names them, and leaves them", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: "jane.other@example.test" });
    const { id } = begun(world);
    const planned = await world.plan(JANE, { also: [{ id: contact.id, reason: "her other address" }] });
    expect(planned.plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
    expect(planned.plan!.kept).to.deep.include({ category: "conversation", id, reason: "it was begun from this address, and hangs on none of these contacts" });
    expect((await world.execute(planned)).outcome).to.equal("verified");
    expect(mutations(world).filter((call) => call.startsWith("DELETE"))).to.deep.equal([`DELETE /contacts/${contact.id}`]);
    expect(world.sandbox.state.conversations.has(id)).to.equal(true);
  });

  it("I9: that are tickets are not deleted as conversations", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: "jane.other@example.test" });
    const { id } = begun(world);
    const asTicket = (each: any) => ({ ...each, type: "conversation", ticket: { type: "ticket", id: "77" } });
    world.sandbox.inject({ path: /^\/conversations\/(search|\d+)$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ("conversations" in body ? { ...body, conversations: body.conversations.map(asTicket) } : asTicket(body)) } });
    const { plan } = await world.plan(JANE, { erase: "related", also: [{ id: contact.id, reason: "her other address" }] });
    expect(plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
    expect(plan!.kept).to.deep.include({ category: "conversation", id, reason: "it was begun from this address, but is a ticket and hangs on no contact" });
  });

  it("I9: alone they are not nothing, and no plan is made of them", async () => {
    const world = await open();
    const { id } = begun(world);
    const planned = await world.plan(JANE);
    expect(planned).to.deep.include({ outcome: "needs_attention", attention: { code: "NOTHING_TO_DELETE" }, plan: null });
    expect(planned.loose.map((each) => each.id)).to.deep.equal([id]);
  });

  it("I9: are deleted by a related deletion, which leaves what hangs on another contact, or is spared", async () => {
    const world = await open();
    const other = world.sandbox.build.addContact({ email: "other@example.test" });
    const [lost, shared, spared] = [begun(world), begun(world, { contacts: [other] }), begun(world)];
    const planned = await world.plan(JANE, { erase: "related", exclude: [{ id: spared.id, reason: "a dispute" }] });
    expect(planned.plan!.targets).to.deep.equal([{ category: "conversation", id: lost.id }]);
    expect(planned.plan!.kept.map(({ id, reason }) => ({ id, reason }))).to.have.deep.members([
      { id: shared.id, reason: "it was begun from this address, but hangs on another contact" },
      { id: spared.id, reason: "a dispute" },
    ]);
    expect((await world.execute(planned)).outcome).to.equal("verified");
    expect([lost, shared, spared].map(({ id }) => world.sandbox.state.conversations.has(id))).to.deep.equal([false, true, true]);
  });

  it("I9: name custom objects and show phone calls that their deletion leaves, beside a contact and without one", async () => {
    for (const isAlone of [true, false]) {
      for (const some of [true, false]) {
        const world = await open();
        const { build } = world.sandbox;
        if (!isAlone) build.addContact({ email: JANE });
        const { id: instance } = build.addCustomObject("Order", [build.addContact({ email: "other@example.test" })]);
        const { id } = begun(world, some ? { channel: "phone_call", customAttributes: { orders: [{ id: instance, type: "Order" }] } } : {});
        const planned = await world.plan(JANE, { erase: "related" });
        expect(planned.plan!.kept.filter(({ category }) => category === "call").map((each) => each.id)).to.deep.equal(some ? [`${id}:call`] : []);
        const { outcome, residuals } = await world.execute(planned);
        expect([outcome, residuals.map(({ code }) => code).includes("OBJECTS_NAMED_ALONE")], `alone: ${isAlone}`).to.deep.equal(["verified", some]);
      }
    }
  });

  it("I9: beside a contact are named by its deletion as what stays, at no further cost, and not touched", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const other = world.sandbox.build.addContact({ email: "other@example.test" });
    const own = world.sandbox.build.addConversation({ contacts: [contact] });
    const [lost, elsewhere] = [begun(world), begun(world, { contacts: [other], source: { from: { ...GHOST, email: "Jane@Example.test" } } })];
    begun(world, { source: { from: { ...GHOST, email: "jane+x@example.test" } } });
    const planned = await world.plan(JANE);
    expect(searches(world)).to.equal(1);
    expect(planned.plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
    expect(planned.plan!.dependents).to.deep.equal([{ category: "conversation", id: own.id }]);
    expect(planned.plan!.kept).to.have.deep.members([
      { category: "conversation", id: lost.id, reason: "it was begun from this address, and hangs on none of these contacts" },
      { category: "conversation", id: elsewhere.id, reason: "it was begun from this address, but hangs on another contact" },
    ]);
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("verified");
    expect([lost, elsewhere].map(({ id }) => world.sandbox.state.conversations.has(id))).to.deep.equal([true, true]);
    expect(world.sent.filter((call) => call.includes(lost.id) || call.includes(elsewhere.id))).to.deep.equal([]);
    const { lines } = await world.dsr.statement(result.request.id).then((text) => ({ lines: text.split("\n") }));
    expect(lines.filter((line) => line.includes("begun from this address"))).to.have.length(2);
  });

  it("I9: beside a contact go with a related deletion where they are nobody else's, and make a plan stale that did not know them", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const other = world.sandbox.build.addContact({ email: "other@example.test" });
    const [lost, shared, spared] = [begun(world), begun(world, { contacts: [other] }), begun(world)];
    const choices = { erase: "related", exclude: [{ id: spared.id, reason: "a dispute" }] } as const;
    const stale = await world.plan(JANE, choices);
    expect(stale.plan!.targets).to.deep.equal([{ category: "conversation", id: lost.id }, { category: "contact", id: contact.id }]);
    expect(stale.plan!.kept.map(({ id, reason }) => ({ id, reason }))).to.have.deep.members([
      { id: shared.id, reason: "it was begun from this address, but hangs on another contact" },
      { id: spared.id, reason: "a dispute" },
    ]);
    const late = begun(world);
    expect((await world.execute(stale)).attention).to.deep.equal({ code: "PLAN_STALE" });
    expect(mutations(world)).to.deep.equal([]);
    expect((await world.erase(JANE, choices)).outcome).to.equal("verified");
    expect([lost, late, shared, spared].map(({ id }) => world.sandbox.state.conversations.has(id))).to.deep.equal([false, false, true, true]);
  });

  it("I9: beside a contact are told of where the search shows one and it is not there by its id, and looked at after a related deletion", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const { id } = begun(world);
    const body = { type: "error.list", errors: [{ code: "not_found", message: "Conversation not found" }] };
    // At planning and again before execution.
    world.sandbox.inject({ method: "GET", path: new RegExp(`^/conversations/${id}$`), times: 2, fault: { kind: "status", status: 404, body } });
    const planned = await world.plan(JANE, { erase: "related" });
    expect(planned.plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
    expect(planned.plan!.warnings).to.deep.include({ code: "CHANGED_DURING_RUN", id });
    const { dependents, residuals } = await world.execute(planned);
    expect(dependents!.map(({ state, ...each }) => [each.id, state])).to.deep.equal([[id, "present"]]);
    expect(residuals.filter(({ code }) => code === "STILL_READABLE").map((each) => each.id)).to.deep.equal([id]);
  });

  it("I4, I9: of an address that only resembles it stay, though the search of a related deletion returned them", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    const { id } = begun(world, { source: { from: { ...GHOST, email: "jane+x@example.test" } } });
    const thread = { type: "conversation", id, contacts: { type: "contact.list", contacts: [] }, source: { type: "email", author: { ...GHOST, email: "jane+x@example.test" } } };
    world.sandbox.inject({ path: /conversations\/search/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: [thread], total_count: 1 }) } });
    expect((await world.plan(JANE, { erase: "related" })).plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
  });

  it("I9: beside a contact are the workspace's where a teammate of this address began them, which its deletion says without naming them", async () => {
    const world = await open();
    const contact = world.sandbox.build.addContact({ email: JANE });
    for (let n = 0; n < 3; n += 1) begun(world, { source: { from: { type: "admin", id: "7", name: "Jane", email: JANE } } });
    for (const choices of [{}, { erase: "related" }] as const) {
      const { plan } = await world.plan(JANE, choices);
      expect(plan!.targets).to.deep.equal([{ category: "contact", id: contact.id }]);
      expect(plan!.kept).to.deep.equal([{ category: "conversation", reason: "conversations that a teammate of this address began are the workspace's own" }]);
    }
  });

  it("I9: whose participants Intercom does not tell may be somebody else's, and stay", async () => {
    for (const beside of [true, false]) {
      const world = await open();
      if (beside) world.sandbox.build.addContact({ email: JANE });
      const untold = begun(world);
      world.sandbox.inject({ path: /conversations/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ("conversations" in body ? { ...body, conversations: body.conversations.map((each: any) => ({ ...each, contacts: null })) } : { ...body, contacts: null }) } });
      const { plan, attention } = await world.plan(JANE, { erase: "related" });
      if (beside) expect(plan!.kept.map(({ id }) => id)).to.deep.equal([untold.id]);
      else expect([plan, attention]).to.deep.equal([null, { code: "NOTHING_TO_DELETE" }]);
      expect(plan?.targets.map(({ category }) => category) ?? []).not.to.include("conversation");
    }
  });

  describe("where no contact that the search shows is the person's by now,", () => {
    /** A contact of the address that carries another one, while the index is behind. */
    const changed = (world: World) => Object.assign(world.sandbox.build.addContact({ email: JANE }), { email: "zed@example.test" });

    it("I9: are looked for by the address alone, and read", async () => {
      const world = await open();
      const contact = changed(world);
      const { id } = begun(world);
      const result = await world.access(JANE);
      expect(result.gaps).to.deep.equal([{ category: "contacts", code: "NOT_THE_PERSONS", id: contact.id }]);
      expect(result.counts).to.include({ contacts: 0, conversations: 1 });
      expect(conversationsOf(world, result.request.id).map((each) => each.id)).to.deep.equal([id]);
      expect(result.searched.map(({ identifier, where }) => `${identifier} ${where}`)).to.deep.equal(["email contacts/search", "email conversations/search"]);
      expect(searches(world)).to.equal(1);
    });

    it("I9: are read of a contact that was merged into somebody else's, too, without that one's words", async () => {
      const world = await open();
      const { build, state } = world.sandbox;
      const [lead, other] = [build.addContact({ email: JANE, role: "lead" }), build.addContact({ email: "zed@example.test" })];
      const conversation = build.addConversation({ contacts: [lead], source: { from: lead, body: "Mine." }, parts: [{ from: other, body: "Zed's." }] });
      const shown = { type: "contact", id: lead.id, workspace_id: lead.workspaceId, role: "lead", email: JANE };
      build.mergeContact(lead, other);
      conversation.contactIds = [other.id];
      state.conversationIndex.refresh(conversation.id);
      world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [shown], total_count: 1 }) } });
      const { request, counts } = await world.access(JANE);
      expect(counts).to.include({ contacts: 0, conversations: 1 });
      expect(JSON.stringify(conversationsOf(world, request.id))).to.contain("Mine.").and.not.contain("Zed's.");
      expect((await world.plan(JANE, { erase: "related" })).attention).to.deep.equal({ code: "NOTHING_TO_DELETE" });
    });

    it("I9: go with a related deletion, whether the search still shows that contact when it is carried out or not; what was begun as that contact stays", async () => {
      for (const stillShown of [true, false]) {
        const world = await open();
        const contact = changed(world);
        const { id } = begun(world);
        const [theirs, detached] = [[contact], []].map((contacts) => begun(world, { contacts, source: { from: { ...GHOST, id: contact.id } } }).id);
        const planned = await world.plan(JANE, { erase: "related" });
        expect(planned.plan!.targets).to.deep.equal([{ category: "conversation", id }]);
        expect(planned.plan!.kept).to.have.deep.members([
          { category: "contact", id: contact.id, reason: "by now it carries another address" },
          ...[theirs, detached].map((each) => ({ category: "conversation", id: each, reason: "it was begun from this address, and hangs on a contact that is not deleted" })),
        ]);
        expect(planned.plan!.warnings).to.deep.equal([]);
        if (!stillShown) world.sandbox.state.contactIndex.refresh(contact.id);
        const result = await world.execute(planned);
        expect(result.outcome, `shown: ${stillShown}`).to.equal("verified");
        expect(mutations(world)).to.deep.equal([`DELETE /conversations/${id}`]);
        expect((await world.plan(JANE)).plan).to.equal(null);
      }
    });

    it("I8, I9: of somebody else are neither read nor planned, though the search returned them", async () => {
      const world = await open();
      changed(world);
      const other = begun(world, { source: { from: { ...GHOST, email: "other@example.test" } } });
      const thread = { type: "conversation", id: other.id, contacts: { type: "contact.list", contacts: [] }, source: { type: "email", author: { ...GHOST, email: "other@example.test" } } };
      world.sandbox.inject({ path: /conversations\/search/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: [thread], total_count: 1 }) } });
      const result = await world.access(JANE);
      expect([result.counts["conversations"], result.gaps.map(({ code, id }) => [code, id]).at(-1)]).to.deep.equal([undefined, ["NOT_THE_PERSONS", other.id]]);
      expect((await world.plan(JANE, { erase: "related" })).attention).to.deep.equal({ code: "NOTHING_TO_DELETE" });
    });

    it("I9: make nothing that such a contact wrote later the person's, beside a contact of theirs", async () => {
      const world = await open();
      const [contact, moved] = [world.sandbox.build.addContact({ email: JANE }), changed(world)];
      const author = { ...GHOST, id: moved.id };
      const shared = begun(world, { contacts: [contact, moved], source: { from: author, body: "Before." }, parts: [{ from: { ...author, name: "Zed", email: "zed@example.test" }, body: "As somebody else." }] });
      const theirs = begun(world, { contacts: [moved], source: { from: author, body: "Elsewhere." } });
      const result = await world.access(JANE);
      expect(conversationsOf(world, result.request.id).map(({ id }) => id)).to.deep.equal([shared.id]);
      expect(JSON.stringify(conversationsOf(world, result.request.id))).to.not.contain("As somebody else.");
      expect(result.gaps.map(({ category, code, id }) => [category, code, id])).to.deep.equal([["contacts", "NOT_THE_PERSONS", moved.id], ["conversations", "NOT_THE_PERSONS", theirs.id]]);
    });

    it("I9: are not asked for where conversations may not be read", async () => {
      const world = await connectedWorld({ categories: ["tickets"] });
      changed(world);
      await world.access(JANE);
      expect((await world.plan(JANE)).attention).to.deep.equal({ code: "NOTHING_TO_DELETE" });
      expect(world.sent.filter((call) => call.endsWith("/search"))).to.deep.equal(["POST /contacts/search", "POST /contacts/search"]);
    });
  });

  it("I9: cost one call more where conversations are covered and nobody was found, and none otherwise", async () => {
    const world = await connectedWorld({ categories: ["conversations"] });
    await world.plan(JANE);
    expect(world.sent).to.deep.equal(["POST /contacts/search", "POST /conversations/search"]);
    world.sandbox.build.addContact({ email: "other@example.test" });
    world.sent.length = 0;
    await world.plan("other@example.test");
    // For what hangs on the contact, which is searched for anyway.
    expect(searches(world)).to.equal(1);
  });

  it("D1, D4: are incomplete where their list is", async () => {
    const world = await open();
    begun(world);
    world.sandbox.inject({ path: /conversations\/search/, times: Infinity, fault: { kind: "repeated_cursor" } });
    const result = await world.access(JANE);
    expect(result.outcome).to.equal("complete_with_gaps");
    expect(result.gaps.map(({ category, code }) => [category, code])).to.deep.include(["conversations", "PAGING"]);
  });
});
