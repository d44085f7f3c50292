import { expect } from "chai";
import type { DeletionResult, PolicyValues } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { connectedWorld, createWorld, forgetCalls, mutations, type World } from "./world.js";

const JANE = "jane@example.test";
const RELATED = { erase: "related" } as const;
const ALL_BUT = (scope: string) => (world: World) => world.sandbox.withdrawScope(world.sandbox.token, scope as "write_conversations");

describe("what a host decides about related deletions at Intercom", () => {
  let world: World;
  const start = async (erasure: PolicyValues = {}, sandbox = {}) => (world = await connectedWorld({ categories: "granted", settings: { erasure }, sandbox }));

  /** A conversation in which Jane and somebody else take part: Jane began it and wrote twice, once what was redacted before. */
  const plantGroup = () => {
    const { build, state } = world.sandbox;
    const contact = build.addContact({ email: JANE, externalId: "1" });
    const other = build.addContact({ email: "other@example.test" });
    const group = build.addConversation({
      contacts: [contact, other],
      source: { body: "Jane began." },
      parts: [{ from: other, body: "Somebody else answered." }, { from: contact, body: "Jane answered." }, { from: "teammate", body: "Noted." }, { from: contact, body: null, partType: "close" }, { from: contact, body: "Said before." }],
    });
    group.parts[4]!.redacted = true;
    return { contact, other, group, live: () => state.conversations.get(group.id)! };
  };
  const kept = ({ plan }: DeletionResult, id: string) => plan!.kept.find((each) => each.id === id);
  const codes = ({ residuals }: DeletionResult) => residuals.map(({ code }) => code);

  it("stands in every plan and enters its hash, whatever is permitted and whatever is deleted", async () => {
    const confirms = new Set<string>();
    for (const erasure of [{}, { groupConversations: "detach" }, { groupConversations: "redact" }, { metrics: "stop" }]) {
      await start(erasure);
      world.sandbox.build.addContact({ email: JANE });
      for (const choices of [{}, RELATED]) {
        const { plan } = await world.plan(JANE, choices);
        expect(plan!.policies!.map(({ id, value }) => `${id} ${value}`)).to.deep.equal([`groupConversations ${erasure.groupConversations ?? "keep"}`, `metrics ${erasure.metrics ?? "record"}`]);
        expect(plan!.policies!.every(({ text }) => /^[A-Z].+\.$/.test(text))).to.equal(true);
        confirms.add(plan!.confirm);
      }
    }
    expect(confirms.size).to.equal(8);
  });

  it("stays as the plan was approved, whatever the host decides before it is carried out", async () => {
    await start({ metrics: "stop" });
    const { contact } = plantGroup();
    const { id } = world.sandbox.build.addConversation({ contacts: [contact] });
    const planned = await world.plan(JANE, RELATED);
    world = world.again({ settings: { erasure: { metrics: "record" } } });
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("verified");
    expect(world.sandbox.state.reporting.has(id)).to.equal(false);
  });

  it("is refused where no connector knows it, with its place and no value", async () => {
    for (const [erasure, at] of [[{ groupConversations: "burn" }, "groupConversations"], [{ metricz: "stop" }, "metricz"]] as const) {
      expect(() => createWorld({ settings: { erasure } })).to.throw().that.includes({ code: "CONFIG_INVALID" }).and.nested.include({ "facts.at": at });
    }
  });

  describe("V7: a conversation that others take part in", () => {
    it("V7: stays as it is unless the host decided otherwise, and is listed with the policy", async () => {
      await start();
      const { group, live } = plantGroup();
      const before = JSON.stringify(live());
      const result = await world.erase(JANE, RELATED);
      expect(result.outcome).to.equal("verified");
      expect(kept(result, group.id)!.reason).to.equal("others take part in it; it stays as it is (groupConversations: keep)");
      expect(result.targets.map(({ category }) => category)).to.deep.equal(["contact"]);
      expect(JSON.stringify(live())).to.equal(before);
    });

    it("V7: loses the person where that is set: the participation is a target of its own, in a teammate's name", async () => {
      await start({ groupConversations: "detach" });
      const { contact, other, group, live } = plantGroup();
      const result = await world.erase(JANE, RELATED);
      expect(result.outcome).to.equal("verified");
      expect(result.targets.map(({ category, id, outcome }) => [category, id, outcome])).to.deep.equal([["participation", `${group.id}:${contact.id}`, "deleted"], ["contact", contact.id, "deleted"]]);
      expect(kept(result, group.id)!.reason).to.contain("only the person is taken out of it (groupConversations: detach)");
      expect(live().contactIds).to.deep.equal([other.id]);
      expect(live().parts.map(({ body }) => body)).to.include("<p>Jane answered.</p>");
    });

    it("V7: loses the person under the id of a contact, too, that was merged into theirs and takes part yet", async () => {
      await start({ groupConversations: "detach" });
      const { contact, other, group } = plantGroup();
      const lead = world.sandbox.build.addContact({ email: JANE, role: "lead" });
      world.sandbox.build.mergeContact(lead, contact);
      const joined = (each: any) => ({ ...each, contacts: { ...each.contacts, contacts: [...each.contacts.contacts, { type: "contact", id: lead.id }] } });
      world.sandbox.inject({ path: /^\/conversations\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, conversations: body.conversations.map(joined) }) } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map(({ id }) => id)).to.have.members([`${group.id}:${contact.id}`, `${group.id}:${lead.id}`, contact.id]).and.not.include(`${group.id}:${other.id}`);
    });

    it("V7: is one of several that lose the person: in whose name is asked once", async () => {
      await start({ groupConversations: "detach" });
      const { contact, other } = plantGroup();
      for (let n = 0; n < 2; n++) world.sandbox.build.addConversation({ contacts: [contact, other] });
      const planned = await world.plan(JANE, RELATED);
      forgetCalls(world);
      expect((await world.execute(planned)).targets.map(({ category }) => category)).to.deep.equal(["participation", "participation", "participation", "contact"]);
      expect(world.sent.filter((call) => call === "GET /me")).to.have.lengthOf(1);
    });

    it("V7: loses the texts that the person wrote where that is set, and no other word", async () => {
      await start({ groupConversations: "redact" });
      const { contact, group, live } = plantGroup();
      const planned = await world.plan(JANE, RELATED);
      expect(planned.plan!.targets.map(({ category, id }) => [category, id])).to.deep.equal([["message_text", `${group.id}:source-${group.source.id}`], ["message_text", `${group.id}:${group.parts[1]!.id}`], ["contact", contact.id]]);
      const result = await world.execute(planned);
      expect(result.outcome).to.equal("verified");
      expect(result.targets.every(({ outcome }) => outcome === "deleted")).to.equal(true);
      expect([live().source.redacted, ...live().parts.map(({ redacted }) => redacted)]).to.deep.equal([true, false, true, false, false, true]);
      expect(JSON.stringify(live())).to.contain("Somebody else answered.").and.not.to.contain("Jane began.").and.not.to.contain("Jane answered.");
      expect(codes(result), "who wrote stays").to.include("AUTHOR_KEPT");
    });

    for (const [groupConversations, path] of [["redact", /redact$/], ["detach", /\/customers\//]] as const) {
      it(`V7: takes an answer about another conversation for none, and reads (${groupConversations})`, async () => {
        await start({ groupConversations });
        plantGroup();
        const planned = await world.plan(JANE, RELATED);
        world.sandbox.inject({ path, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, id: "999" }) } });
        const result = await world.execute(planned);
        expect([result.outcome, result.targets.map(({ outcome }) => outcome)]).to.deep.equal(["verified", result.targets.map(() => "deleted")]);
        const answered = (await world.dsr.evidence(result.request.id)).records.flatMap(({ fact }) => (fact.kind === "answered" ? [fact.category] : []));
        expect(answered).to.deep.equal(["contact"]);
      });
    }

    it("V7: keeps a message that is a file without a text, and says so", async () => {
      await start({ groupConversations: "redact" });
      const [contact, other] = [JANE, "other@example.test"].map((email) => world.sandbox.build.addContact({ email }));
      world.sandbox.build.addConversation({ contacts: [contact!, other!], source: { from: other!, body: "Other began." }, parts: [{ from: contact!, body: null }] });
      const result = await world.erase(JANE, RELATED);
      expect(result.targets.map(({ category }) => category)).to.deep.equal(["contact"]);
      expect(result.residuals.find(({ code }) => code === "AUTHOR_KEPT")?.text).to.match(/attached files.*messages without a text stay/);
    });

    for (const parts of [700, 502, 501, 500, 3]) {
      it(`V7: of ${parts} messages loses what Intercom shows of the person's texts, and the plan, the result and the statement say whether there may be more`, async () => {
        await start({ groupConversations: "redact" });
        const { contact, group, live } = plantGroup();
        const theirs = Array.from({ length: parts - 1 }, (_, n) => ({ ...group.parts[0]!, id: `8${n}` }));
        const first = { ...group.parts[1]!, author: { type: "user" as const, id: contact.id, name: null, email: null }, body: "Jane wrote this first." };
        live().parts.splice(0, Infinity, first, ...theirs);
        const planned = await world.plan(JANE, RELATED);
        const hidden = parts > 500;
        expect(planned.plan!.warnings.filter(({ code }) => code === "TEXTS_NOT_SHOWN")).to.deep.equal(hidden ? [{ code: "TEXTS_NOT_SHOWN", id: group.id, have: 500, of: parts }] : []);
        expect(kept(planned, group.id)!.reason.includes("what it does not show of it stays")).to.equal(hidden);
        expect(world.sent.filter((call) => call === `GET /conversations/${group.id}`)).to.have.lengthOf(1);
        const result = await world.execute(planned);
        expect(result.outcome).to.equal("verified");
        expect(JSON.stringify(live()).includes("Jane wrote this first.")).to.equal(hidden);
        expect(codes(result).includes("TEXTS_NOT_SHOWN")).to.equal(hidden);
        expect((await world.dsr.statement(result.request.id)).replace(/\s+/g, " ").includes("texts of the person that it does not show were not taken out, and may remain")).to.equal(hidden);
      });
    }

    it("V7: loses what the person wrote under the id of a contact that was merged into theirs, too", async () => {
      await start({ groupConversations: "redact" });
      const { contact, group } = plantGroup();
      const lead = world.sandbox.build.addContact({ email: null, role: "lead" });
      world.sandbox.build.mergeContact(lead, contact);
      Object.assign(group.parts[1]!, { author: { type: "lead", id: lead.id, name: null, email: null } });
      const { plan } = await world.plan(JANE, RELATED);
      expect(plan!.targets.map(({ id }) => id)).to.include(`${group.id}:${group.parts[1]!.id}`);
    });

    it("V7: loses what the person wrote under the id of a contact of the address that is gone, too, but not what was written as a contact that stays, or as a teammate", async () => {
      await start({ groupConversations: "redact" });
      const { contact, other, group } = plantGroup();
      const { build } = world.sandbox;
      const [lead, moved] = [build.addContact({ email: JANE, role: "lead" }), build.addContact({ email: JANE, role: "lead" })];
      const as = (id: string, type: "user" | "lead" | "admin" = "user") => ({ type, id, name: null, email: JANE });
      const authors = [as("5f0000000000000000000001"), as(lead.id, "lead"), as(moved.id, "lead"), as("7", "admin")];
      const mixed = build.addConversation({ contacts: [contact, other], source: { from: other, body: "Other began." }, parts: authors.map((from) => ({ from: contact, body: `Written as ${from.id}.` })) });
      mixed.parts.forEach((part, n) => Object.assign(part, { author: authors[n] }));
      // Its index is behind.
      Object.assign(moved, { email: "zed@example.test" });
      const planned = await world.plan(JANE, { ...RELATED, exclude: [{ id: lead.id, reason: "a customer" }] });
      expect(planned.plan!.targets.map(({ id }) => id).filter((id) => id.startsWith(`${mixed.id}:`))).to.deep.equal([`${mixed.id}:${mixed.parts[0]!.id}`]);
      expect(kept(planned, mixed.id)!.reason).to.contain("only the texts that the person wrote are taken out of it");
      expect((await world.execute(planned)).outcome).to.equal("verified");
      expect([mixed, group].flatMap(({ parts }) => parts.map(({ redacted }) => redacted))).to.deep.equal([true, false, false, false, false, true, false, false, true]);
    });

    it("V7: keeps the person, and what the person wrote, where a human spares it", async () => {
      for (const groupConversations of ["detach", "redact"]) {
        await start({ groupConversations });
        const { contact, group } = plantGroup();
        const { plan } = await world.plan(JANE, { ...RELATED, exclude: [{ id: group.id, reason: "a dispute" }] });
        expect(plan!.targets, groupConversations).to.deep.equal([{ category: "contact", id: contact.id }]);
      }
    });

    it("V7: is not believed to have lost the person by what is said of another conversation", async () => {
      await start({ groupConversations: "detach" });
      const { group, live, contact } = plantGroup();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.inject({ path: /\/customers\//, times: Infinity, fault: { kind: "status", status: 200, body: { customers: [] } } });
      world.sandbox.inject({ method: "GET", path: new RegExp(`^/conversations/${group.id}$`), times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, id: "999", contacts: { type: "contact.list", contacts: [] } }) } });
      const result = await world.execute(planned);
      expect(result.outcome).to.not.equal("verified");
      expect(result.targets.find(({ category }) => category === "participation")?.outcome ?? "unknown").to.equal("unknown");
      expect(live().contactIds).to.include(contact.id);
    });

    it("V7: loses nobody where Intercom does not tell in whose name, and the same plan goes on once it does", async () => {
      await start({ groupConversations: "detach" });
      const { contact, other, live } = plantGroup();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.inject({ path: /^\/me$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, id: undefined }) } });
      const stopped = await world.execute(planned);
      expect(stopped).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" } });
      expect(mutations(world)).to.deep.equal([]);
      world.sandbox.clearFaults();
      expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("verified");
      expect(live().contactIds).to.deep.equal([other.id]);
      expect(mutations(world).at(-1)).to.equal(`DELETE /contacts/${contact.id}`);
    });

    it("V7: is left alone by a deletion of the contacts, whatever is set", async () => {
      for (const groupConversations of ["detach", "redact"]) {
        await start({ groupConversations });
        const { contact, group } = plantGroup();
        const result = await world.erase(JANE);
        expect(kept(result, group.id)!.reason).to.contain("it stays as it is").and.to.contain(`groupConversations: ${groupConversations}, which takes a related deletion`);
        expect(mutations(world)).to.deep.equal([`DELETE /contacts/${contact.id}`]);
      }
    });

    it("V7: of which everybody else has left meanwhile makes the plan stale", async () => {
      await start({ groupConversations: "detach" });
      const { contact, group, live } = plantGroup();
      const planned = await world.plan(JANE, RELATED);
      live().contactIds = [contact.id];
      world.sandbox.state.conversationIndex.refresh(group.id);
      expect((await world.execute(planned)).attention).to.deep.equal({ code: "PLAN_STALE" });
      expect(mutations(world)).to.deep.equal([]);
    });
  });

  describe("V8: reporting data", () => {
    const plant = () => {
      const contact = world.sandbox.build.addContact({ email: JANE });
      return { contact, id: world.sandbox.build.addConversation({ contacts: [contact], rating: { rating: 1, remark: "slow", by: contact } }).id };
    };

    it("V8: stays by default, and is recorded among what remains", async () => {
      await start();
      const { id } = plant();
      const result = await world.erase(JANE, RELATED);
      expect(world.sent).to.include(`DELETE /conversations/${id}`);
      expect(world.sandbox.state.reporting.has(id)).to.equal(true);
      expect(codes(result)).to.include.members(["REPORTING_KEPT", "RATINGS_KEPT"]);
      const ended = (await world.dsr.evidence(result.request.id)).records.at(-1)!.fact;
      expect(ended).to.have.property("remains").that.includes.members(["REPORTING_KEPT", "RATINGS_KEPT"]);
    });

    it("V8: stays by default although the permission to erase it is there", async () => {
      await start({ metrics: "record" });
      const { id } = plant();
      await world.erase(JANE, RELATED);
      expect(world.sandbox.state.deletedConversations).to.deep.include({ id, workspaceId: "sandbox1", metricsRetained: true, deletedAt: world.host.clock.now() });
    });

    it("V8: goes with each conversation where that is set, and Intercom's own list says so", async () => {
      await start({ metrics: "stop" });
      const { id } = plant();
      const result = await world.erase(JANE, RELATED);
      expect(result.outcome).to.equal("verified");
      expect(world.sandbox.state.reporting.size).to.equal(0);
      expect(world.sandbox.state.deletedConversations).to.deep.include({ id, workspaceId: "sandbox1", metricsRetained: false, deletedAt: world.host.clock.now() });
      expect(codes(result)).not.to.include.oneOf(["REPORTING_KEPT", "RATINGS_KEPT", "REPORTING_UNPROVEN"]);
    });

    it("V8: is proven gone although others deleted much before and meanwhile", async () => {
      await start({ metrics: "stop" });
      const { contact } = plant();
      const elsewhere = world.sandbox.build.addContact({ email: "other@example.test" });
      const deleteOthers = (count: number): void => {
        for (let n = 0; n < count; n++) world.sandbox.state.deleteConversation(world.sandbox.build.addConversation({ contacts: [elsewhere] }), world.host.clock.now(), true);
      };
      deleteOthers(200);
      world.sandbox.inject({ method: "DELETE", path: new RegExp(contact.id), fault: { kind: "rewrite", rewrite: (body) => (deleteOthers(170), body) } });
      const result = await world.erase(JANE, RELATED);
      expect(result.outcome).to.equal("verified");
      expect(codes(result)).not.to.include.oneOf(["REPORTING_KEPT", "REPORTING_UNPROVEN"]);
    });

    it("V8: is proven gone of more conversations than stand on the pages that are read beside them", async () => {
      await start({ metrics: "stop" });
      const contact = world.sandbox.build.addContact({ email: JANE });
      const elsewhere = world.sandbox.build.addContact({ email: "other@example.test" });
      for (let n = 0; n < 70; n++) world.sandbox.build.addConversation({ contacts: [contact] });
      const deleteOthers = (): void => {
        for (let n = 0; n < 160; n++) world.sandbox.state.deleteConversation(world.sandbox.build.addConversation({ contacts: [elsewhere] }), world.host.clock.now(), true);
      };
      world.sandbox.inject({ method: "DELETE", path: new RegExp(contact.id), fault: { kind: "rewrite", rewrite: (body) => (deleteOthers(), body) } });
      expect(codes(await world.erase(JANE, RELATED))).not.to.include.oneOf(["REPORTING_KEPT", "REPORTING_UNPROVEN"]);
    });

    it("V8: goes, but ratings stay where others take part in a conversation that stays", async () => {
      await start({ metrics: "stop" });
      plantGroup();
      expect(codes(await world.erase(JANE, RELATED))).to.include("RATINGS_KEPT").and.not.include("REPORTING_KEPT");
    });

    it("V8: is said to stay of a conversation that is deleted by no call and goes with the contact, also beside one that others take part in", async () => {
      await start({ metrics: "stop" });
      const { contact, other } = plantGroup();
      world.sandbox.build.addConversation({ contacts: [contact], rating: { rating: 1, remark: "slow", by: other } });
      expect(codes(await world.erase(JANE, RELATED))).to.include.members(["RATINGS_KEPT", "REPORTING_KEPT"]);
    });

    it("V8: stops the deletion where it is to go and the permission for that is missing, with nothing deleted", async () => {
      await start({ metrics: "stop" });
      plant();
      ALL_BUT("delete_conversations_and_metrics")(world);
      const result = await world.erase(JANE, RELATED);
      expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "SCOPE_MISSING", scope: "Delete conversations and metrics" } });
      expect(world.sandbox.calls.records.filter(({ effect }) => effect)).to.deep.equal([]);
      expect(await rejectionOf(world.plan(JANE, RELATED)), "from then on it is known").to.include({ code: "SCOPE_MISSING" });
    });

    it("V8: needs no permission of its own where it stays", async () => {
      await start();
      plant();
      ALL_BUT("delete_conversations_and_metrics")(world);
      expect((await world.erase(JANE, RELATED)).outcome).to.equal("verified");
    });

    it("V8: of a conversation that somebody else deleted is named as what remains, as Intercom's list tells", async () => {
      for (const [metricsRetained, listed, code] of [[true, true, "REPORTING_KEPT"], [false, false, "REPORTING_UNPROVEN"]] as const) {
        await start({ metrics: "stop" });
        const { id } = plant();
        const planned = await world.plan(JANE, RELATED);
        world.sandbox.state.deleteConversation(world.sandbox.state.conversations.get(id)!, world.host.clock.now(), metricsRetained, listed);
        const result = await world.execute(planned);
        expect(result.outcome).to.equal("verified");
        expect(result.residuals.find((each) => each.id === id)).to.include({ code, category: "conversation" });
      }
    });

    it("V8: is left by a deletion of the contacts, whatever is set, and the plan warns of that", async () => {
      await start({ metrics: "stop" });
      plant();
      const planned = await world.plan(JANE);
      expect(planned.plan!.warnings).to.deep.include({ code: "REPORTING_NOT_ERASED" });
      expect(codes(await world.execute(planned))).to.include("REPORTING_KEPT");
    });
  });

  describe("V9: what Intercom does not let go", () => {
    for (const notRedactableAnswers of [400, 422]) {
      it(`V9: the text of a part that cannot be redacted is a residual with its code (${notRedactableAnswers})`, async () => {
        await start({ groupConversations: "redact" }, { switches: { notRedactableAnswers } });
        const { contact, group, live } = plantGroup();
        const planned = await world.plan(JANE, RELATED);
        const id = `${group.id}:${group.parts[1]!.id}`;
        world.sandbox.inject({ path: /redact$/, after: 1, fault: { kind: "status", status: notRedactableAnswers, body: { type: "error.list", errors: [{ code: "conversation_part_not_redactable", message: "no" }] } } });
        const result = await world.execute(planned);
        expect(result).to.deep.include({ outcome: "partial", attention: { code: "NOT_DELETED" } });
        expect(result.targets.map((target) => [target.category, target.outcome])).to.deep.equal([["message_text", "deleted"], ["message_text", "not_deleted"], ["contact", "deleted"]]);
        expect(result.residuals.find((each) => each.id === id)).to.deep.equal({ code: "PART_NOT_REDACTABLE", category: "message_text", id, text: "Intercom does not let the text of this message be taken out." });
        expect(live().parts[1]!.redacted).to.equal(false);
        expect(world.sandbox.state.contact(contact.id, "sandbox1", world.host.clock.now())).to.equal(undefined);
      });
    }

    it("V9: another refusal of a redaction is no residual: the run stops", async () => {
      await start({ groupConversations: "redact" });
      plantGroup();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.inject({ path: /redact$/, fault: { kind: "status", status: 400, body: { type: "error.list", errors: [{ code: "parameter_invalid", message: "no" }] } } });
      expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_REJECTED" } });
    });

    it("V9: the last participant, who cannot be taken out, is a residual with its code", async () => {
      await start({ groupConversations: "detach" });
      const { contact, group } = plantGroup();
      const planned = await world.plan(JANE, RELATED);
      world.sandbox.inject({ path: /\/customers\//, fault: { kind: "status", status: 422, body: { type: "error.list", errors: [{ code: "parameter_invalid", message: "the last one stays" }] } } });
      const result = await world.execute(planned);
      expect(result).to.deep.include({ outcome: "partial", attention: { code: "NOT_DELETED" } });
      expect(result.residuals.find(({ code }) => code === "LAST_PARTICIPANT")).to.include({ category: "participation", id: `${group.id}:${contact.id}` });
    });

    const SHOWN_IN_PART = [
      ["participants of whom none is shown", "detach", { contacts: { type: "contact.list", contacts: [], total_count: 2, has_more: true } }],
      ["no participants", "detach", { contacts: undefined }],
      ["no parts", "redact", { conversation_parts: undefined, source: undefined }],
      ["fewer parts than it counts", "redact", { conversation_parts: { type: "conversation_part.list", conversation_parts: [], total_count: 5 }, source: { type: "conversation" } }],
    ] as const;
    for (const [what, groupConversations, shown] of SHOWN_IN_PART) {
      it(`V9: an answer with ${what} is no proof that anything is gone, be it to the deletion or to the look`, async () => {
        await start({ groupConversations });
        const { group } = plantGroup();
        const planned = await world.plan(JANE, RELATED);
        world.sandbox.inject({ path: /redact$|\/customers\//, times: Infinity, fault: { kind: "status", status: 200, body: { type: "conversation", id: group.id } } });
        world.sandbox.inject({ method: "GET", path: /^\/conversations\/\d+$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => (mutations(world).length === 0 ? body : { ...body, ...shown }) } });
        const result = await world.execute(planned);
        expect(result.outcome).to.not.equal("verified");
        const ofGroup = result.targets.filter(({ category }) => category !== "contact");
        expect(ofGroup.map(({ outcome }) => outcome)).to.not.include("deleted").and.to.not.include("already_absent");
        expect(ofGroup.filter(({ verifiedAbsentAt }) => verifiedAbsentAt != null)).to.deep.equal([]);
      });
    }

    for (const [counted, total] of [["and counts", 505], ["or counts", 500], ["and does not count", undefined]] as const) {
      it(`V9: messages older than Intercom shows ${counted} are not called gone`, async () => {
        await start({ groupConversations: "redact" });
        const { group, live } = plantGroup();
        const planned = await world.plan(JANE, RELATED);
        const part = group.parts[1]!;
        const pushNewer = () => live().parts.push(...Array.from({ length: 500 }, (_, n) => ({ ...part, id: `9${n}`, author: null })));
        world.sandbox.inject({ path: /redact$/, fault: { kind: "rewrite", rewrite: (body) => (pushNewer(), body) } });
        world.sandbox.inject({ path: /redact$/, times: Infinity, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "conversation_part_or_message_not_found", message: "no" }] } } });
        world.sandbox.inject({ method: "GET", path: /^\/conversations\/\d+$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => (live().parts.length < 500 ? body : { ...body, conversation_parts: { ...body.conversation_parts, total_count: total } }) } });
        const result = await world.execute(planned);
        expect([result.outcome, result.targets.find(({ id }) => id === `${group.id}:${part.id}`)?.outcome]).to.deep.equal(["awaiting_verification", "unknown"]);
      });
    }
  });
});
