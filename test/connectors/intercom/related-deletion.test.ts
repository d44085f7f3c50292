import { expect } from "chai";
import { intercom } from "../../../connectors/intercom/connector.js";
import { Identifier, type DeletionResult } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { CONTACT_SCOPES, connectedWorld, forgetCalls, mutations, type World } from "./world.js";

const JANE = "jane@example.test";
const RELATED = { erase: "related" } as const;
const NOT_FOUND = { type: "error.list", errors: [{ code: "not_found", message: "Resource Not Found" }] };

describe("a related deletion at Intercom", () => {
  let world: World;
  const start = async (options: Parameters<typeof connectedWorld>[0] = {}) => (world = await connectedWorld({ categories: "granted", ...options }));
  beforeEach(() => start());

  const plant = () => {
    const { build } = world.sandbox;
    const [contact, other] = [build.addContact({ email: JANE, externalId: "1" }), build.addContact({ email: "other@example.test" })];
    const conversations = [build.addConversation({ contacts: [contact] }), build.addConversation({ contacts: [contact] })].map(({ id }) => id);
    const ticket = build.addTicket({ contacts: [contact] }).id;
    const order = `Order:${build.addCustomObject("Order", [contact]).id}`;
    return { contact, other, conversations, ticket, order };
  };
  const own = ({ contact, conversations, ticket, order }: ReturnType<typeof plant>) => [
    ...conversations.map((id) => ({ category: "conversation", id })),
    { category: "ticket", id: ticket },
    { category: "custom_object", id: order },
    { category: "contact", id: contact.id },
  ];
  const tally = ({ targets }: DeletionResult) => targets.reduce<Record<string, number>>((sum, { outcome }) => ({ ...sum, [outcome]: (sum[outcome] ?? 0) + 1 }), {});
  const keptIds = ({ plan }: DeletionResult) => plan!.kept.map(({ id }) => id);

  it("deletes conversations, tickets and objects that are the person's alone, and the contact last; reads each back by its id", async () => {
    const planted = plant();
    const result = await world.erase(JANE, RELATED);
    expect(result.outcome).to.equal("verified");
    expect(result.targets.map(({ category, id }) => ({ category, id }))).to.have.deep.members(own(planted));
    expect(result.targets.at(-1)).to.include({ category: "contact" });
    expect(tally(result)).to.deep.equal({ deleted: 5 });
    expect(result.targets.every(({ verifiedAbsentAt }) => verifiedAbsentAt !== undefined)).to.equal(true);
    const { conversations, tickets, customObjects } = world.sandbox.state;
    expect([conversations.size, tickets.size, customObjects.size]).to.deep.equal([0, 0, 0]);
    for (const { category, id } of own(planted)) {
      const path = { conversation: "/conversations/", ticket: "/tickets/", custom_object: "/custom_object_instances/", contact: "/contacts/" }[category] + id.replace(":", "/");
      expect(world.sent.lastIndexOf(`GET ${path}`), path).to.be.greaterThan(world.sent.indexOf(`DELETE ${path}`)).and.greaterThan(-1);
    }
  });

  it("V2: is verified where a conversation that Intercom declined to delete goes along with the contact, however long that takes", async () => {
    for (const cascadeDelayMs of [0, 120_000]) {
      await start({ sandbox: { cascadeDelayMs } });
      const { conversations } = plant();
      world.sandbox.inject({ method: "DELETE", path: new RegExp(`^/conversations/${conversations[0]}$`), times: Infinity, fault: { kind: "deleted_false" } });
      let result = await world.erase(JANE, RELATED);
      const told = () => result.targets.find(({ id }) => id === conversations[0])!.outcome;
      if (cascadeDelayMs > 0) {
        expect([result.outcome, told()], "while it is there").to.deep.equal(["partial", "not_deleted"]);
        await world.host.clock.advance(cascadeDelayMs);
        result = (await world.dsr.resume(result.request.id)) as DeletionResult;
      }
      expect([result.outcome, told(), world.sandbox.state.conversations.has(conversations[0]!)], `after ${cascadeDelayMs} ms`).to.deep.equal(["verified", "deleted", false]);
      expect(mutations(world).filter((call) => call === `DELETE /conversations/${conversations[0]}`), "it is told once").to.have.lengthOf(1);
    }
  });

  it("deletes no ticket as a conversation, where the search for conversations alone shows it", async () => {
    const { build } = world.sandbox;
    const contact = build.addContact({ email: JANE });
    const conversations = [1, 2].map(() => build.addConversation({ contacts: [contact] }).id);
    const ticket = "77";
    world.sandbox.inject({ path: /^\/conversations\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.map((each: any) => (each.id === conversations[0] ? { ...each, ticket: { type: "ticket", id: ticket } } : each)) }) } });
    const { plan } = await world.plan(JANE, RELATED);
    expect(plan!.targets).to.deep.equal([{ category: "conversation", id: conversations[1] }, { category: "contact", id: contact.id }]);
    expect(mutations(world)).to.deep.equal([]);
  });

  it("says what stays of tickets, and that nothing tells who else an object refers to, where it deletes some", async () => {
    for (const some of [true, false]) {
      await start();
      if (some) plant();
      else world.sandbox.build.addContact({ email: JANE });
      const planned = await world.plan(JANE, RELATED);
      expect(planned.plan!.warnings.map(({ code }) => code).includes("SHARING_NOT_TOLD")).to.equal(some);
      expect((await world.execute(planned)).residuals.map(({ code }) => code).includes("TICKETS_REPORTED")).to.equal(some);
    }
  });

  it("says that objects stay which records name, and Intercom does not list under the contact, where there are some", async () => {
    for (const some of [true, false]) {
      for (const where of ["contact", "conversation", "ticket"]) {
        await start();
        const { build } = world.sandbox;
        const contact = build.addContact({ email: JANE });
        const { id, type } = build.addCustomObject("Order", some ? [] : [contact]);
        const refers = { orders: [{ id, type }] };
        if (where === "contact") contact.customAttributes = refers;
        build.addConversation({ contacts: [contact], ...(where === "conversation" ? { customAttributes: refers } : {}) });
        build.addTicket({ contacts: [contact], ...(where === "ticket" ? { attributes: refers } : {}) });
        const result = await world.erase(JANE, RELATED);
        expect([result.residuals.map(({ code }) => code).includes("OBJECTS_NAMED_ALONE"), world.sandbox.state.customObjects.has(id)], where).to.deep.equal([some, some]);
        expect((await world.dsr.statement(result.request.id, { language: "de" })).includes("die Intercom nicht unter dem Kontakt aufführt, wurden nicht gelöscht"), where).to.equal(some);
      }
    }
  });

  it("finds its conversations in Intercom's own list of deleted ones, when they went, and keeps that as evidence", async () => {
    const { conversations } = plant();
    const at = Math.floor(world.host.clock.now() / 1000) * 1000;
    const result = await world.erase(JANE, RELATED);
    const listed = result.targets.flatMap(({ id, listedAt }) => (listedAt === undefined ? [] : [{ id, at: Date.parse(listedAt) }]));
    expect(listed.map(({ id }) => id)).to.have.members(conversations);
    for (const each of listed) expect(each.at).to.be.within(at, world.host.clock.now());
    const { records } = await world.dsr.evidence(result.request.id);
    const proved = records.flatMap(({ fact }) => (fact.kind === "proved" ? fact.proofs : []));
    expect(proved.map(({ category, listedAt }) => [category, typeof listedAt])).to.deep.equal(conversations.map(() => ["conversation", "string"]));
    expect(JSON.stringify(records)).not.to.contain(`"${conversations[0]!}"`);
  });

  it("is verified all the same where that list cannot be read, and says so in the evidence", async () => {
    plant();
    world.sandbox.inject({ path: /conversations\/deleted$/, times: Infinity, fault: { kind: "status", status: 500 } });
    const result = await world.erase(JANE, RELATED);
    expect(result.outcome).to.equal("verified");
    const { records } = await world.dsr.evidence(result.request.id);
    expect(records.map(({ fact }) => fact)).to.deep.include({ kind: "proved", proofs: [], code: "VENDOR_UNAVAILABLE", apiCalls: 4 });
  });

  it("V10: is planned without a mutating call, and the plan is exactly what is executed", async () => {
    const planted = plant();
    const before = JSON.stringify([...world.sandbox.state.conversations, ...world.sandbox.state.tickets, ...world.sandbox.state.contacts]);
    const planned = await world.plan(JANE, RELATED);
    expect(mutations(world)).to.deep.equal([]);
    expect(JSON.stringify([...world.sandbox.state.conversations, ...world.sandbox.state.tickets, ...world.sandbox.state.contacts])).to.equal(before);
    expect(planned.plan!.targets).to.have.deep.members(own(planted));
    const result = await world.execute(planned);
    expect(result.targets.map(({ category, id }) => ({ category, id }))).to.deep.equal(planned.plan!.targets);
    expect(mutations(world)).to.have.lengthOf(planned.plan!.targets.length);
    expect(result.apiCalls).to.equal(planned.plan!.estimate.calls);
  });

  it("V10: is planned the same as long as nothing has changed, and otherwise than one of the contacts alone", async () => {
    plant();
    const [one, two, contacts] = [await world.plan(JANE, RELATED), await world.plan(JANE, RELATED), await world.plan(JANE)];
    expect(one.plan!.confirm).to.equal(two.plan!.confirm);
    expect(one.plan!.confirm).not.to.equal(contacts.plan!.confirm);
  });

  it("leaves alone what others share, and says why", async () => {
    const { contact, other } = plant();
    const { build, state } = world.sandbox;
    const group = build.addConversation({ contacts: [contact, other] });
    const [shared, tracker, backOffice] = [build.addTicket({ contacts: [contact, other] }), build.addTicket({ contacts: [contact], category: "Tracker" }), build.addTicket({ contacts: [contact], category: "Back-office" })];
    const refersToBoth = build.addCustomObject("Order", [contact], { buyer: { type: "contact", id: contact.id }, seller: { type: "contact", id: other.id } });
    const stays = [group.id, shared.id, tracker.id, backOffice.id, `Order:${refersToBoth.id}`];
    const result = await world.erase(JANE, RELATED);
    expect(result.outcome).to.equal("verified");
    expect(keptIds(result)).to.have.members(stays);
    expect(result.targets.map(({ id }) => id)).not.to.include.oneOf(stays);
    expect([state.conversations.has(group.id), state.tickets.size, state.customObjects.size]).to.deep.equal([true, 3, 1]);
    expect(result.dependents!.map(({ id, state: seen }) => [id, seen])).to.have.deep.members(stays.map((id) => [id, "present"]));
  });

  it("takes a conversation between two contacts of the same person for the person's own, and for a shared one where one of them is spared", async () => {
    const { contact } = plant();
    const lead = world.sandbox.build.addContact({ email: JANE, role: "lead" });
    const { id } = world.sandbox.build.addConversation({ contacts: [contact, lead] });
    expect((await world.plan(JANE, RELATED)).plan!.targets).to.deep.include({ category: "conversation", id });
    const spared = await world.plan(JANE, { ...RELATED, exclude: [{ id: lead.id, reason: "a test" }] });
    expect(spared.plan!.targets).not.to.deep.include({ category: "conversation", id });
    expect(keptIds(spared)).to.include(id);
  });

  it("does not take a conversation whose participants Intercom does not tell for the person's own", async () => {
    const { conversations: [id = ""] } = plant();
    world.sandbox.inject({ path: /conversations\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.map((each: any) => (each.id === id ? { ...each, contacts: null } : each)) }) } });
    const { plan } = await world.plan(JANE, RELATED);
    expect(plan!.targets).not.to.deep.include({ category: "conversation", id });
    expect(plan!.kept.map((each) => each.id)).to.include(id);
  });

  it("does not take a conversation in which nobody takes part for the person's own, though the search lists it under the contact", async () => {
    const { contact, conversations } = plant();
    const { id } = world.sandbox.build.addConversation({ contacts: [contact], source: { from: "teammate", body: "Are you there?" } });
    const empty = (each: any): any => (each.id === id ? { ...each, contacts: { type: "contact.list", contacts: [], total_count: 0, has_more: false } } : each);
    world.sandbox.inject({ path: /^\/conversations\/(search|\d+)$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ("conversations" in body ? { ...body, conversations: body.conversations.map(empty) } : empty(body)) } });
    const { plan } = await world.plan(JANE, RELATED);
    expect(plan!.targets.map((target) => target.id)).to.include.members(conversations).and.not.include(id);
    expect(plan!.kept.map((each) => each.id)).to.include(id);
  });

  describe("of a record that the search shows as the person's alone", () => {
    /** A search whose index does not show yet who else takes part. */
    const hideOthers = (ownId: string) => {
      const own = (each: any) => ({ ...each, contacts: { ...each.contacts, contacts: each.contacts.contacts.filter((contact: any) => contact.id === ownId) } });
      world.sandbox.inject({ path: /^\/(conversations|tickets)\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ...("tickets" in body ? { tickets: body.tickets.map(own) } : { conversations: body.conversations.map(own) }) }) } });
    };

    it("deletes it only where the record itself says so, too: one that somebody else takes part in stays, and is named", async () => {
      const { contact, other, conversations, ticket } = plant();
      const [group, shared] = [world.sandbox.build.addConversation({ contacts: [contact, other] }).id, world.sandbox.build.addTicket({ contacts: [contact, other] }).id];
      hideOthers(contact.id);
      const result = await world.erase(JANE, RELATED);
      expect(result.outcome).to.equal("verified");
      expect(result.targets.map(({ id }) => id)).to.include.members([...conversations, ticket]).and.not.include.oneOf([group, shared]);
      expect(result.plan!.kept.filter(({ id }) => id === group || id === shared).map(({ reason }) => reason)).to.have.members(["others take part in it; it stays as it is (groupConversations: keep)", "others are on it as well"]);
      expect(result.plan!.warnings).to.deep.include({ code: "OTHER_PEOPLE_AFFECTED", id: group }).and.deep.include({ code: "OTHER_PEOPLE_AFFECTED", id: shared });
      expect([world.sandbox.state.conversations.has(group), world.sandbox.state.tickets.has(shared)]).to.deep.equal([true, true]);
    });

    it("reads the records again before it deletes: whom the search does not show yet makes the plan stale", async () => {
      for (const kind of ["conversation", "ticket"] as const) {
        await start();
        const { contact, other, conversations: [conversation = ""], ticket } = plant();
        hideOthers(contact.id);
        const planned = await world.plan(JANE, RELATED);
        const { state } = world.sandbox;
        (kind === "ticket" ? state.tickets.get(ticket)! : state.conversations.get(conversation)!).contactIds.push(other.id);
        expect(await world.execute(planned), kind).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
        expect(mutations(world)).to.deep.equal([]);
      }
    });

    it("names one that the search shows and that is not there by its id, deletes it by no call, and plans nothing where one cannot be read", async () => {
      const { contact, conversations: [id = "", second = ""], ticket } = plant();
      const path = new RegExp(`^/(conversations/${id}|tickets/${ticket})$`);
      world.sandbox.inject({ method: "GET", path, times: 2, fault: { kind: "status", status: 404, body: NOT_FOUND } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map((target) => target.id)).to.include.members([second, contact.id]).and.not.include.oneOf([id, ticket]);
      expect(plan!.warnings).to.deep.include.members([
        { code: "CHANGED_DURING_RUN", id },
        { code: "CHANGED_DURING_RUN", id: ticket },
      ]);
      expect(plan!.dependents).to.deep.equal([{ category: "conversation", id }, { category: "ticket", id: ticket }]);
      world.sandbox.inject({ method: "GET", path, times: Infinity, fault: { kind: "status", status: 503 } });
      expect(await world.plan(JANE, RELATED)).to.deep.include({ outcome: "parked", plan: null });
      world.sandbox.clearFaults();
      world.sandbox.inject({ method: "GET", path, times: Infinity, fault: { kind: "wrong_object" } });
      expect(await world.plan(JANE, RELATED)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, plan: null });
    });

    it("looks once the contact is gone at what was not there by its id: it went, or can still be read", async () => {
      for (const hidden of ["gone", "readable"] as const) {
        await start({ sandbox: { cascadeDelayMs: 0 } });
        const { conversations: [id = ""], ticket } = plant();
        const paths = new RegExp(`^/(conversations/${id}|tickets/${ticket})$`);
        // It is hidden at planning and again before execution.
        world.sandbox.inject({ method: "GET", path: paths, times: hidden === "gone" ? Infinity : 4, fault: { kind: "status", status: 404, body: NOT_FOUND } });
        const planned = await world.plan(JANE, RELATED);
        const result = await world.execute(planned);
        expect(result.targets.map((target) => target.id)).not.to.include.oneOf([id, ticket]);
        expect(result.dependents!.map(({ id: each, state }) => [each, state]), hidden).to.deep.equal([[id, "absent"], [ticket, hidden === "gone" ? "absent" : "present"]]);
        expect(result.residuals.filter(({ code }) => code === "STILL_READABLE").map((each) => each.id)).to.deep.equal(hidden === "gone" ? [] : [ticket]);
        expect(mutations(world).join()).not.to.contain(ticket);
      }
    });

    it("takes what somebody else wrote in for nobody's alone, also where they take part in it no longer, or their part in it is not shown", async () => {
      const { contact, other, conversations: [begun = "", answered = "", ], ticket } = plant();
      const third = world.sandbox.build.addConversation({ contacts: [contact] }).id;
      const [mine, theirs] = [{ type: "user", id: contact.id, email: JANE }, { type: "user", id: other.id, email: other.email }];
      const changes: Readonly<Record<string, (body: any) => object>> = {
        [begun]: (body) => ({ source: { ...body.source, author: theirs } }),
        [answered]: () => ({ conversation_parts: { type: "conversation_part.list", conversation_parts: [{ type: "conversation_part", id: "1", part_type: "comment", body: "<p>Hm.</p>", author: theirs }, { type: "conversation_part", id: "2", part_type: "comment", body: "<p>Yes.</p>", author: mine }], total_count: 2 } }),
        [third]: (body) => ({ contacts: { ...body.contacts, total_count: 2, has_more: true } }),
        [ticket]: () => ({ ticket_parts: { type: "ticket_part.list", ticket_parts: [{ type: "ticket_part", id: "1", part_type: "comment", body: "<p>Hm.</p>", author: theirs }], total_count: 1 } }),
      };
      world.sandbox.inject({ method: "GET", path: /^\/(?:conversations|tickets)\/\d+$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ...changes[body.id]?.(body) }) } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map(({ category }) => category)).to.deep.equal(["custom_object", "contact"]);
      const reasons = Object.fromEntries(plan!.kept.map(({ id, reason }) => [id, reason]));
      expect(reasons).to.deep.equal({
        [third]: "Intercom does not tell who takes part in it; it is not deleted by a call of its own (groupConversations: keep)",
        [ticket]: "others are on it as well",
      });
      expect(plan!.warnings.filter(({ code }) => code === "OTHER_PEOPLE_AFFECTED").map(({ id }) => id)).to.have.members([begun, answered, ticket]);
      expect(plan!.warnings.filter(({ code }) => code === "GOES_ALONG").map(({ id }) => id)).to.have.members([begun, answered]);
      expect(plan!.dependents!.map(({ id }) => id)).to.include.members([begun, answered]);
    });

    describe("where others wrote in a conversation, and the person alone takes part in it any more,", () => {
      const wroteIn = () => {
        const { contact, other } = plant();
        return world.sandbox.build.addConversation({ contacts: [contact], parts: [{ from: other, body: "Somebody else wrote this." }] }).id;
      };

      it("deletes it by no call of its own, follows it until Intercom has removed it with the contact, and does not say that it stays", async () => {
        for (const erasure of [{}, { metrics: "stop" }, { groupConversations: "detach" }]) {
          await start({ settings: { erasure } });
          const id = wroteIn();
          const planned = await world.plan(JANE, RELATED);
          expect(keptIds(planned)).not.to.include(id);
          const result = await world.dsr.delete(planned.plan!.id, planned.plan!.confirm, { waitForAllLooks: true });
          expect(result.outcome).to.equal("verified");
          expect(result.dependents!.find((each) => each.id === id)).to.include({ state: "absent" });
          expect(mutations(world).filter((call) => call.includes(`/conversations/${id}`))).to.deep.equal([]);
          expect(result.residuals.map(({ code }) => code), "its reporting data").to.include("REPORTING_KEPT");
          const statement = (await world.dsr.statement(result.request.id)).replace(/\s+/g, " ");
          expect(statement).to.match(/Conversations: 1 record\. They hung on the records of the person/).and.not.contain("others wrote in it");
        }
      });

      it("says as long as it is there that it can still be read, and looks again later", async () => {
        const id = wroteIn();
        const { request, residuals } = await world.erase(JANE, RELATED);
        expect(residuals).to.deep.include({ code: "STILL_READABLE", category: "conversation", id, text: "It could still be read by its id after the person's own records were gone." });
        await world.host.clock.advance(world.host.timings.lagLookMs);
        await world.dsr.upkeep();
        expect(((await world.dsr.result(request.id)) as DeletionResult).residuals.filter(({ code }) => code === "STILL_READABLE")).to.deep.equal([]);
      });

      it("refuses to keep it", async () => {
        const id = wroteIn();
        expect(await world.plan(JANE, { ...RELATED, exclude: [{ id, reason: "a dispute" }] })).to.deep.include({ outcome: "refused", attention: { code: "KEEP_IMPOSSIBLE" }, plan: null });
      });
    });

    it("warns, with numbers, of what goes whole although Intercom does not show all of it: others may have written there", async () => {
      const { contact, other, conversations: [whole = ""], ticket } = plant();
      const { build } = world.sandbox;
      const parts = (count: number) => Array.from({ length: count }, () => ({ from: contact, body: "Yes." }));
      const long = build.addConversation({ contacts: [contact], parts: [{ from: other, body: "The first word." }, ...parts(600)] }).id;
      const begun = build.addConversation({ contacts: [], source: { from: { type: "user", id: "5f0000000000000000000001", name: "Jane", email: JANE }, body: "Mine." }, parts: parts(501) }).id;
      const group = build.addConversation({ contacts: [contact, other], parts: parts(501) }).id;
      world.sandbox.inject({ method: "GET", path: /^\/tickets\/\d+$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ticket_parts: { ...body.ticket_parts, total_count: 700 } }) } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map(({ id }) => id)).to.include.members([whole, long, begun, ticket]).and.not.include(group);
      const shownOf = Object.fromEntries(plan!.warnings.filter(({ code }) => code === "AUTHORS_NOT_SHOWN").map(({ id, have, of }) => [id, [have, of]]));
      expect(shownOf).to.deep.equal({ [long]: [500, 601], [begun]: [500, 501], [ticket]: [shownOf[ticket]![0], 700] });
    });

    it("warns, with numbers, of what goes whole although Intercom does not name who wrote a text of it", async () => {
      const { conversations: [id = ""] } = plant();
      const nameless = { type: "user", id: null, name: null, email: null };
      const part = (author: unknown, n: number) => ({ type: "conversation_part", id: `9${n}`, part_type: "comment", body: "Whose?", author });
      world.sandbox.inject({ method: "GET", path: new RegExp(`^/conversations/${id}$`), times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversation_parts: { total_count: 2, conversation_parts: [part(nameless, 1), part(null, 2)] } }) } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map((target) => target.id)).to.include(id);
      expect(plan!.warnings.filter(({ code }) => code === "AUTHORS_NOT_SHOWN")).to.deep.equal([{ code: "AUTHORS_NOT_SHOWN", id, have: 1, of: 3 }]);
    });

    it("is seen to be gone before the person's own record is deleted, as far as a run waits for that", async () => {
      const contact = world.sandbox.build.addContact({ email: JANE });
      const { id } = world.sandbox.build.addConversation({ contacts: [contact] });
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.inject({ method: "DELETE", path: /^\/conversations\//, fault: { kind: "still_readable_for", durationMs: 4_000 } });
      forgetCalls(world);
      expect((await world.execute(planned)).outcome).to.equal("verified");
      const calls = world.sent.filter((call) => call.endsWith(`/conversations/${id}`) || call === `DELETE /contacts/${contact.id}`);
      expect(calls.slice(-4)).to.deep.equal([`DELETE /conversations/${id}`, `GET /conversations/${id}`, `GET /conversations/${id}`, `DELETE /contacts/${contact.id}`]);
    });

    it("is not what somebody else rated, though nobody else takes part in it or wrote there", async () => {
      const { contact, other, conversations } = plant();
      const id = world.sandbox.build.addConversation({ contacts: [contact], rating: { rating: 1, remark: "No help.", by: other } }).id;
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map((target) => target.id)).to.include.members([...conversations]).and.not.include(id);
      expect(plan!.warnings).to.deep.include.members([{ code: "OTHER_PEOPLE_AFFECTED", id }, { code: "GOES_ALONG", id }]);
    });

    it("takes what was written under the id of a contact that was merged into the person's for the person's own", async () => {
      const { contact, conversations: [id = ""] } = plant();
      const lead = world.sandbox.build.addContact({ email: null, role: "lead" });
      world.sandbox.build.mergeContact(lead, contact);
      world.sandbox.inject({ method: "GET", path: new RegExp(`^/conversations/${id}$`), times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, source: { ...body.source, author: { type: "lead", id: lead.id, email: null } } }) } });
      expect((await world.plan(JANE, RELATED)).plan!.targets.map((target) => target.id)).to.include(id);
    });

    it("says of a ticket of which Intercom does not tell who takes part in it just that", async () => {
      const { ticket } = plant();
      world.sandbox.inject({ path: /^\/tickets\//, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ("tickets" in body ? body : { ...body, contacts: null }) } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.kept).to.deep.include({ category: "ticket", id: ticket, reason: "Intercom does not tell who takes part in it" });
      expect(plan!.warnings.filter(({ code }) => code === "OTHER_PEOPLE_AFFECTED")).to.deep.equal([]);
    });

    it("is looked at once more where a long deletion comes to it later: what somebody joined meanwhile is left, and the plan is stale", async () => {
      const { other, conversations: [first = "", second = ""] } = plant();
      const planned = await world.plan(JANE, RELATED);
      const order = planned.plan!.targets.map((target) => target.id);
      const [early, late] = order.indexOf(first) < order.indexOf(second) ? [first, second] : [second, first];
      // While the first one is deleted, somebody joins the next, and a while goes by.
      world.sandbox.inject({ method: "DELETE", path: new RegExp(`^/conversations/${early}$`), fault: { kind: "rewrite", rewrite: (body: any) => (world.sandbox.state.conversations.get(late)!.contactIds.push(other.id), world.host.clock.jump(60_000), body) } });
      const stopped = await world.execute(planned);
      expect(stopped).to.deep.include({ outcome: "partial", attention: { code: "PLAN_STALE" } });
      expect(tally(stopped)).to.deep.equal({ deleted: 1, unknown: 4 });
      expect(stopped.targets.find(({ id }) => id === late)).to.include({ outcome: "unknown", untouched: true });
      expect(mutations(world)).to.deep.equal([`DELETE /conversations/${early}`]);
      expect(world.sandbox.state.conversations.has(late)).to.equal(true);
      expect((await world.dsr.resume(planned.request.id)).attention).to.deep.equal({ code: "PLAN_STALE" });
    });

    it("is looked at once more where it is a ticket to which a long deletion comes later, and left where somebody joined it meanwhile", async () => {
      const { contact, other, ticket } = plant();
      const planned = await world.plan(JANE, RELATED);
      expect(planned.plan!.targets.findIndex(({ id }) => id === ticket), "it is not the first").to.be.greaterThan(0);
      // While the first record is deleted, somebody joins the ticket, and a while goes by.
      world.sandbox.inject({ method: "DELETE", fault: { kind: "rewrite", rewrite: (body: any) => (world.sandbox.state.tickets.get(ticket)!.contactIds.push(other.id), world.host.clock.jump(60_000), body) } });
      const stopped = await world.execute(planned);
      expect(stopped).to.deep.include({ outcome: "partial", attention: { code: "PLAN_STALE" } });
      expect(stopped.targets.find(({ id }) => id === ticket)).to.include({ outcome: "unknown", untouched: true });
      expect(mutations(world)).to.not.include(`DELETE /tickets/${ticket}`).and.not.include(`DELETE /contacts/${contact.id}`);
    });

    it("is not announced where a long deletion comes to it later and it cannot be read then: nothing of it is gone", async () => {
      const { conversations: [first = "", second = ""] } = plant();
      const planned = await world.plan(JANE, RELATED);
      const order = planned.plan!.targets.map((target) => target.id);
      const [early, late] = order.indexOf(first) < order.indexOf(second) ? [first, second] : [second, first];
      const readLate = { method: "GET", path: new RegExp(`^/conversations/${late}$`), times: Infinity, fault: { kind: "html_200" } } as const;
      world.sandbox.inject({ method: "DELETE", path: new RegExp(`^/conversations/${early}$`), fault: { kind: "rewrite", rewrite: (body: any) => (world.sandbox.inject(readLate), world.host.clock.jump(60_000), body) } });
      const stopped = await world.execute(planned);
      expect(stopped).to.deep.include({ outcome: "partial", attention: { code: "VENDOR_MALFORMED" } });
      expect(stopped.targets.find(({ id }) => id === late)).to.include({ outcome: "unknown", untouched: true });
      expect(mutations(world)).to.deep.equal([`DELETE /conversations/${early}`]);
    });

    it("is kept no more where everybody else has left it since: the plan, which said that it stays, is stale", async () => {
      for (const choices of [RELATED, {}]) {
        world = await connectedWorld({ categories: "granted" });
        const { contact, other } = plant();
        const group = world.sandbox.build.addConversation({ contacts: [contact, other], parts: [{ from: other, body: "Hello." }] });
        const planned = await world.plan(JANE, choices);
        expect(planned.plan!.kept.map(({ id }) => id)).to.include(group.id);
        world.sandbox.state.conversations.get(group.id)!.contactIds.splice(1);
        world.sandbox.state.conversationIndex.refresh(group.id);
        const stale = await world.execute(planned);
        expect([stale.outcome, stale.attention]).to.deep.equal(["needs_attention", { code: "PLAN_STALE" }]);
        expect(mutations(world)).to.deep.equal([]);
      }
    });

    it("is looked at once more before the contact goes, which may carry another address or be another one by then", async () => {
      for (const change of ["address", "merge"] as const) {
        world = await connectedWorld({ categories: "granted" });
        const { contact, other, conversations: [id = ""] } = plant();
        const planned = await world.plan(JANE, RELATED);
        const rewrite = (body: any) => {
          if (change === "address") world.sandbox.build.changeContact(contact, { email: "zoe@example.test" });
          else world.sandbox.build.mergeContact(contact, other);
          world.host.clock.jump(60_000);
          return body;
        };
        world.sandbox.inject({ method: "DELETE", path: new RegExp(`^/conversations/${id}$`), fault: { kind: "rewrite", rewrite } });
        const stopped = await world.execute(planned);
        expect([stopped.outcome, stopped.attention], change).to.deep.equal(["partial", { code: "PLAN_STALE" }]);
        expect(mutations(world).filter((call) => call.startsWith("DELETE /contacts")), change).to.deep.equal([]);
      }
    });

    it("is not deleted once more where somebody joined since, when its answer was lost, or it stayed although everything was tried", async () => {
      for (const kind of ["reset_before", "acknowledged_without_effect"] as const) {
        world = await connectedWorld({ categories: "granted" });
        const { contact, other, conversations: [id = ""] } = plant();
        world.sandbox.inject({ method: "DELETE", path: new RegExp(`^/conversations/${id}$`), times: kind === "reset_before" ? Infinity : 1, fault: { kind } });
        if (kind === "acknowledged_without_effect") world.sandbox.inject({ method: "DELETE", path: new RegExp(`^/contacts/${contact.id}$`), times: 1, fault: { kind } });
        const planned = await world.plan(JANE, RELATED);
        let result = await world.execute(planned);
        expect(result.targets.find((target) => target.id === id), kind).to.include({ outcome: "unknown" });
        world.sandbox.state.conversations.get(id)!.contactIds.push(other.id);
        const sent = mutations(world).filter((call) => call.endsWith(`/conversations/${id}`)).length;
        for (let looks = 0; looks < 6 && result.attention?.code !== "PLAN_STALE"; looks++) {
          await world.host.clock.advance(700_000);
          result = (await world.again().dsr.resume(planned.request.id)) as DeletionResult;
        }
        expect([result.outcome, result.attention], kind).to.deep.equal(["partial", { code: "PLAN_STALE" }]);
        expect(mutations(world).filter((call) => call.endsWith(`/conversations/${id}`)), kind).to.have.lengthOf(sent);
        expect(world.sandbox.state.conversations.has(id), kind).to.equal(true);
      }
    });

    it("deletes none as a conversation that is a ticket by now, and says that it stays", async () => {
      const { conversations: [id = ""] } = plant();
      world.sandbox.inject({ method: "GET", path: new RegExp(`^/conversations/${id}$`), times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ticket: { type: "ticket", id } }) } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map((target) => target.id)).not.to.include(id);
      expect(plan!.kept).to.deep.include({ category: "conversation", id, reason: "it is a ticket by now, which Intercom's search for tickets does not show yet" });
    });

    it("reads what would go and nothing else, each once", async () => {
      const { contact, other, conversations, ticket, order } = plant();
      const { build } = world.sandbox;
      const [group, shared, spared] = [build.addConversation({ contacts: [contact, other] }), build.addTicket({ contacts: [contact, other] }), build.addTicket({ contacts: [contact] })];
      await world.plan(JANE, { ...RELATED, exclude: [{ id: spared.id, reason: "a dispute" }] });
      expect(world.sent.filter((call) => /^GET .(conversations|tickets)/.test(call))).to.have.members([...conversations.map((id) => `GET /conversations/${id}`), `GET /tickets/${ticket}`]);
      expect(world.sent.join()).not.to.contain(`/${group.id}`).and.not.to.contain(`/${shared.id}`).and.not.to.contain(order.replace(":", "/"));
    });
  });

  it("asks for custom objects of the types that the host set, too", async () => {
    await start({ settings: { connectors: { intercom: { customObjectTypes: ["Invoice"] } } } });
    const { contact } = plant();
    const invoice = world.sandbox.build.addCustomObject("Invoice", [contact]);
    contact.customAttributes = {};
    expect((await world.plan(JANE, RELATED)).plan!.targets).to.deep.include({ category: "custom_object", id: `Invoice:${invoice.id}` });
  });

  it("deletes no ticket as a conversation, although conversation searches show it", async () => {
    const { ticket } = plant();
    await world.erase(JANE, RELATED);
    expect(world.sent).to.include(`DELETE /tickets/${ticket}`).and.not.to.include(`DELETE /conversations/${ticket}`);
  });

  describe("whose permissions", () => {
    it("are missing to read is refused with the vendor's labels before anything is stored or called", async () => {
      world = await connectedWorld();
      plant();
      const refused = (await rejectionOf(world.plan(JANE, RELATED))) as { code: string; facts: { at: string; scope: string } };
      expect(refused).to.include({ code: "SCOPE_MISSING" });
      expect(refused.facts.at).to.equal("Read conversations, Read tickets, Read and write custom object instances");
      expect(await world.dsr.requests()).to.deep.equal([]);
      expect(world.sent).to.deep.equal([]);
    });

    it("to delete cannot be tested are unproven when connecting, and not asked for where deletion is not selected", async () => {
      const { report } = await world.dsr.check("acme");
      const statuses = Object.fromEntries(report.scopes.map(({ id, status, neededFor }) => [id, `${status} for ${neededFor.join(", ")}`]));
      expect(statuses).to.include({
        write_conversations: "not_testable for related deletion",
        delete_conversations_and_metrics: "not_testable for related deletion",
        write_tickets: "not_testable for related deletion",
        custom_objects: "granted for custom_objects, related deletion",
      });
      expect(mutations(world).filter((call) => !call.startsWith("DELETE /contacts/0000"))).to.deep.equal([]);
      await world.dsr.connect({ connector: "intercom", name: "reader" }, { capabilities: ["access"], categories: "granted" }, world.sandbox.token);
      expect((await world.dsr.connection("reader")).scopes.map(({ id }) => id)).not.to.include.oneOf(["write_conversations", "write_tickets"]);
    });

    it("V11: are refused at a DELETE leave an exact list, and the same plan goes on once they are granted", async () => {
      const planted = plant();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.withdrawScope(world.sandbox.token, "write_tickets");
      const result = await world.execute(planned);
      expect(result).to.deep.include({ outcome: "partial", attention: { code: "SCOPE_MISSING", scope: "Write tickets" } });
      expect(tally(result)).to.deep.equal({ deleted: 2, unknown: 3 });
      expect(result.targets.filter(({ untouched }) => untouched === true)).to.have.lengthOf(3);
      expect(result.targets.filter(({ outcome }) => outcome === "deleted").map(({ id }) => id)).to.have.members(planted.conversations);
      expect((await world.host.journal.entries(planned.request.id)).map(({ kind }) => kind)).to.include("declined");
      world.sandbox.grantScope(world.sandbox.token, "write_tickets");
      const resumed = (await world.dsr.resume(planned.request.id)) as DeletionResult;
      expect(resumed.outcome).to.equal("verified");
      expect(world.sandbox.calls.records.filter(({ effect }) => effect)).to.have.lengthOf(5);
      const [found] = (await world.host.journal.entries(planned.request.id)).filter((entry) => entry.kind === "found").slice(-1);
      expect(found?.finding.account?.permissions.find(({ id }) => id === "write_tickets"), "it was used").to.deep.equal({ id: "write_tickets", status: "not_testable", basis: "inferred" });
      expect((await world.dsr.connection("acme")).scopes.find(({ id }) => id === "write_tickets")).to.include({ status: "granted", basis: "observed" });
    });

    it("were refused at a DELETE are known to be missing from then on, until the connection is checked anew", async () => {
      plant();
      world.sandbox.withdrawScope(world.sandbox.token, "write_conversations");
      expect((await world.erase(JANE, RELATED)).attention).to.deep.equal({ code: "SCOPE_MISSING", scope: "Write conversations" });
      forgetCalls(world);
      expect(await rejectionOf(world.plan(JANE, RELATED))).to.include({ code: "SCOPE_MISSING" });
      expect(world.sent).to.deep.equal([]);
      world.sandbox.grantScope(world.sandbox.token, "write_conversations");
      await world.dsr.check("acme");
      expect((await world.erase(JANE, RELATED)).outcome).to.equal("verified");
    });

    it("are all there change nothing for one who asks for the contacts alone", async () => {
      const { contact } = plant();
      await world.erase(JANE);
      expect(mutations(world)).to.deep.equal([`DELETE /contacts/${contact.id}`]);
    });
  });

  describe("of a contact that the search shows, and that tells of itself", () => {
    const changed = { "another address": (body: any) => ({ ...body, email: "zed@example.test" }), "no address": (body: any) => ({ ...body, email: null }) };
    for (const [what, rewrite] of Object.entries(changed)) {
      it(`${what}: I8, I10: nothing of theirs is planned, and a plan that was made before is stale`, async () => {
        const contact = world.sandbox.build.addContact({ email: JANE });
        const planned = await world.plan(JANE);
        world.sandbox.inject({ method: "GET", path: new RegExp(`^/contacts/${contact.id}$`), times: Infinity, fault: { kind: "rewrite", rewrite } });
        expect((await world.execute(planned)).attention).to.deep.equal({ code: "PLAN_STALE" });
        for (const list of ["addConversation", "addTicket"] as const) world.sandbox.build[list]({ contacts: [contact] });
        const anew = await world.plan(JANE, RELATED);
        expect(anew).to.deep.include({ plan: null, attention: { code: "NOTHING_TO_DELETE" } });
        const access = await world.access(JANE);
        // The conversation tells that the address began it, as the contact that carries it no longer.
        expect(access.gaps.map(({ category, code, id }) => [category, code, id])).to.deep.equal([["contacts", "NOT_THE_PERSONS", contact.id], ["conversations", "NOT_THE_PERSONS", [...world.sandbox.state.conversations.keys()][0]]]);
        expect([access.matches, access.counts]).to.deep.equal([[], {}]);
        expect(JSON.stringify(world.host.packageOf(access.request.id)!.manifest)).to.contain("NOT_THE_PERSONS").and.not.to.contain(contact.id);
        expect(await world.dsr.statement(access.request.id)).to.contain("No record of the person was found.").and.to.contain("It was left out.");
        const facts = (await world.dsr.evidence(access.request.id)).records.map(({ fact }) => fact);
        const [found, read] = [facts.find(({ kind }) => kind === "found"), facts.find(({ kind }) => kind === "page")];
        expect(read).to.have.property("strangers").that.deep.equals([found?.kind === "found" ? found.matches[0]?.record : undefined]);
        expect(mutations(world)).to.deep.equal([]);
      });
    }

    for (const category of ["conversations", "calls", "tickets", "events", "custom_objects"]) {
      it(`I8: another address: is believed in a plain deletion, too, where ${category} may be read, and the reason stands in the plan once`, async () => {
        await start({ categories: [category] });
        const [contact, lead] = [world.sandbox.build.addContact({ email: JANE }), world.sandbox.build.addContact({ email: JANE, role: "lead" })];
        // Its index is behind.
        Object.assign(contact, { email: "zed@example.test" });
        const result = await world.erase(JANE);
        expect(result.outcome).to.equal("verified");
        expect(result.plan!.kept).to.deep.equal([{ category: "contact", id: contact.id, reason: "by now it carries another address" }]);
        expect(mutations(world)).to.deep.equal([`DELETE /contacts/${lead.id}`]);
      });
    }

    it("I8: another address: a human who names it among what the search shows does not make it the person's, and nothing is planned for ever", async () => {
      const [contact, lead] = [world.sandbox.build.addContact({ email: JANE }), world.sandbox.build.addContact({ email: JANE, role: "lead" })];
      Object.assign(contact, { email: "zed@example.test" });
      expect(await world.plan(JANE, { only: [contact.id] })).to.deep.include({ plan: null, attention: { code: "NOTHING_TO_DELETE" } });
      const both = await world.plan(JANE, { only: [contact.id, lead.id] });
      expect(both.plan!.kept).to.deep.equal([{ category: "contact", id: contact.id, reason: "by now it carries another address" }]);
      expect((await world.execute(both)).outcome).to.equal("verified");
    });

    it("I10: that it was merged into another contact: the plan is stale before anything is deleted", async () => {
      const [contact, other] = [world.sandbox.build.addContact({ email: JANE }), world.sandbox.build.addContact({ email: "zed@example.test" })];
      const planned = await world.plan(JANE);
      const shown = { type: "contact", id: contact.id, workspace_id: contact.workspaceId, role: "user", email: JANE };
      world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [shown], total_count: 1 }) } });
      world.sandbox.build.mergeContact(contact, other);
      expect((await world.execute(planned)).attention).to.deep.equal({ code: "PLAN_STALE" });
      expect(mutations(world)).to.deep.equal([]);
    });

    it("I8, I10: that it was merged into another one that is shown so, too, and carries another address by now: nothing of either is planned, and nothing is planned for ever", async () => {
      for (const isFirst of [true, false]) {
        await start({ categories: "granted" });
        const { build } = world.sandbox;
        const [contact, other, lead] = [build.addContact({ email: JANE }), build.addContact({ email: "zed@example.test" }), build.addContact({ email: JANE, role: "lead" })];
        build.mergeContact(contact, other);
        const data = [...(isFirst ? [contact, other] : [other, contact]), lead].map(({ id }) => ({ type: "contact", id, workspace_id: lead.workspaceId, role: "lead", email: JANE }));
        world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data, total_count: data.length }) } });
        const planned = await world.plan(JANE, RELATED);
        expect(planned.plan!.kept).to.have.deep.members([
          { category: "contact", id: contact.id, reason: "by now it is part of another contact, into which it was merged" },
          { category: "contact", id: other.id, reason: "by now it carries another address" },
        ]);
        expect((await world.execute(planned)).outcome).to.equal("verified");
        expect(mutations(world)).to.deep.equal([`DELETE /contacts/${lead.id}`]);
      }
    });
  });

  describe("after whose plan", () => {
    it("a conversation has come: the plan is stale, and nothing is deleted", async () => {
      const { contact } = plant();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.build.addConversation({ contacts: [contact] });
      expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(mutations(world)).to.deep.equal([]);
    });

    it("somebody joined a conversation: the plan is stale, and nothing is deleted", async () => {
      const { other, conversations: [id = ""] } = plant();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.state.conversations.get(id)!.contactIds.push(other.id);
      world.sandbox.state.conversationIndex.refresh(id);
      expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(mutations(world)).to.deep.equal([]);
    });

    it("V4: somebody else deleted a conversation: it was absent already", async () => {
      const { conversations: [id = ""] } = plant();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.state.deleteConversation(world.sandbox.state.conversations.get(id)!, world.host.clock.now(), true);
      const result = await world.execute(planned);
      expect(result.outcome).to.equal("verified");
      expect(result.targets.find((target) => target.id === id)).to.include({ outcome: "already_absent" });
      expect(tally(result)).to.deep.equal({ deleted: 4, already_absent: 1 });
    });

    it("the contact was deleted by somebody else, and Intercom removed what hung on it: nothing is called deleted", async () => {
      await start({ sandbox: { cascadeDelayMs: 0, switches: { ticketsOnContactDelete: "deleted", customObjectsOnContactDelete: "deleted" } } });
      const { contact } = plant();
      const planned = await world.plan(JANE, RELATED);
      await world.sandbox.fetch(new Request(`https://api.intercom.io/contacts/${contact.id}`, { method: "DELETE", headers: { authorization: `Bearer ${world.sandbox.token}`, "intercom-version": "2.16" } }));
      const result = await world.execute(planned);
      expect(tally(result)).to.deep.equal({ already_absent: 5 });
    });
  });

  describe("from which a human excludes", () => {
    const without = (id: string) => ({ ...RELATED, exclude: [{ id, reason: "a dispute is pending" }] });

    it("a conversation that goes with its contact: it cannot be kept, and nothing is planned", async () => {
      const { conversations: [id = ""] } = plant();
      for (const choices of [without(id), { exclude: without(id).exclude }]) {
        expect(await world.plan(JANE, choices)).to.deep.include({ outcome: "refused", attention: { code: "KEEP_IMPOSSIBLE" }, plan: null });
      }
    });

    it("a ticket, an object or a group: it is kept, with the reason", async () => {
      const { contact, other, ticket, order } = plant();
      const group = world.sandbox.build.addConversation({ contacts: [contact, other] }).id;
      for (const id of [ticket, order, group]) {
        const { plan } = await world.plan(JANE, without(id));
        expect(plan!.kept.find((each) => each.id === id), id).to.include({ reason: "a dispute is pending" });
        expect(plan!.targets.map((target) => target.id)).not.to.include(id);
        expect(plan!.choices).to.deep.equal(without(id));
      }
      const result = await world.erase(JANE, without(ticket));
      expect(result.outcome).to.equal("verified");
      expect(world.sandbox.state.tickets.has(ticket)).to.equal(true);
    });

    it("what was not found: the choice is refused", async () => {
      plant();
      expect((await world.plan(JANE, without("424242"))).attention).to.deep.equal({ code: "CHOICE_INVALID" });
    });
  });

  it("is refused by a connector that deletes nothing beyond the person's own records", async () => {
    const dataCategories = intercom.manifest.dataCategories.map((category) => ({ ...category, deletion: { how: category.deletion.how, text: category.deletion.text } }));
    world = await connectedWorld({ connector: { ...intercom, manifest: { ...intercom.manifest, dataCategories } } });
    expect(await rejectionOf(world.plan(JANE, RELATED))).to.include({ code: "UNSUPPORTED_REQUEST" });
  });

  it("takes the permissions of contacts alone for nothing else", async () => {
    await world.dsr.connect({ connector: "intercom", name: "least" }, { capabilities: ["access", "deletion"], categories: "granted" }, world.sandbox.issueToken({ scopes: CONTACT_SCOPES }));
    const input = { identifier: Identifier.parse("email", JANE) };
    expect(await rejectionOf(world.dsr.plan("least", input, RELATED))).to.include({ code: "SCOPE_MISSING" });
    expect(await world.dsr.requests()).to.deep.equal([]);
  });
});
